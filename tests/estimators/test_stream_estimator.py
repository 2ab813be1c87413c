import copy
import dataclasses
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from infometer.estimators import (
    DiscreteEntropy,
    DiscreteInformation,
    GaussianCopula,
    GaussianInformation,
)
from infometer.estimators.count_entropy import count_entropy, distinct_entropy

METHODS = ("plug-in", "miller-madow", "grassberger", "chao-shen", "shrinkage")


def labels(n=400, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.choice([3, 5, 8, 900], n)
    return x[:, None], np.where(rng.random(n) < 0.5, x % 3, rng.integers(0, 3, n))


def numbers(n=400, seed=0, d=2, e=3):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    return np.column_stack([x, np.ones(n)]), 0.5 * x[:, :1] + rng.standard_normal((n, e))


CASES = [
    *(pytest.param(DiscreteEntropy(m), labels(), id=f"entropy-{m}") for m in METHODS),
    *(pytest.param(DiscreteInformation(m), labels(), id=f"labels-{m}") for m in METHODS),
    pytest.param(DiscreteInformation(), labels(50), id="labels-few"),
    pytest.param(DiscreteInformation(), (labels()[0], np.zeros(400)), id="labels-constant"),
    pytest.param(GaussianInformation(), numbers(), id="gaussian"),
    pytest.param(GaussianInformation(level=0.8), numbers(d=1, e=1), id="gaussian-pair"),
    pytest.param(GaussianInformation(), (np.ones((90, 2)), numbers(90)[1]), id="gaussian-constant"),
]


def assert_same(found, expected):
    for field in dataclasses.fields(expected):
        ours, theirs = getattr(found, field.name), getattr(expected, field.name)
        if isinstance(theirs, float | tuple) and field.name != "warnings":
            theirs = pytest.approx(theirs, rel=1e-10, abs=1e-12)
        assert ours == theirs, field.name


@pytest.mark.parametrize(("estimator", "views"), CASES)
@pytest.mark.parametrize("seed", range(3))
def test_batches_in_any_order_give_what_fit_gives(estimator, views, seed):
    x, y = views
    expected = copy.deepcopy(estimator).fit(x, y).estimate_
    rng = np.random.default_rng(seed)
    parts = np.split(rng.permutation(len(x)), np.sort(rng.integers(1, len(x), 6)))
    parts = [part for part in parts if len(part)]
    stream = copy.deepcopy(estimator)
    for part in parts:
        assert stream.partial_fit(x[part], y[part]) is stream
    assert_same(stream.estimate_, expected)
    machines = [copy.deepcopy(estimator).partial_fit(x[part], y[part]) for part in parts]
    whole = copy.deepcopy(estimator)
    for machine in machines[::-1]:
        whole.merge(machine)
    assert_same(whole.estimate_, expected)
    assert whole.n_features_in_ == x.shape[1]
    first = copy.deepcopy(estimator)
    assert_same(first.fit(x[:40], y[:40]).partial_fit(x[40:], y[40:]).estimate_, expected)


@pytest.mark.parametrize("order", [1, -1])
def test_counts_in_another_order_give_the_same_to_the_last_bit(order):
    x, y = labels()
    whole = DiscreteInformation().fit(x, y).estimate_
    stream = DiscreteInformation().partial_fit(x[::order][:99], y[::order][:99])
    assert stream.partial_fit(x[::order][99:], y[::order][99:]).estimate_ == whole


def test_a_batch_that_is_refused_changes_nothing():
    x, y = numbers()
    stream = GaussianInformation().partial_fit(x, y)
    before = stream.estimate_
    for bad, told in (
        ((x[:5, :2], y[:5]), "X has 2 features, but GaussianInformation is expecting 3"),
        ((x[:5], y[:5, :1]), "X and y have 3 and 1 columns where 3 and 3 were seen before"),
        ((x[:5], np.full((5, 3), np.nan)), "y contains NaN or infinity"),
        ((x[:0], y[:0]), "Found array with 0 sample"),
        ((x[:5], y[:4]), "inconsistent numbers of samples"),
    ):
        with pytest.raises(ValueError, match=told):
            stream.partial_fit(*bad)
        assert_same(stream.estimate_, before)
    table = DiscreteInformation().partial_fit(*labels())
    with pytest.raises(ValueError, match="column 0 of y has 1 missing labels"):
        table.partial_fit(np.zeros((2, 1)), np.array(["a", None], dtype=object))
    assert table.estimate_ == DiscreteInformation().fit(*labels()).estimate_


def test_few_rows_are_told_where_the_figure_is_asked_for():
    x, y = numbers()
    stream = GaussianInformation().partial_fit(x[:3], y[:3])
    with pytest.raises(ValueError, match="needs more rows than columns"):
        _ = stream.estimate_
    assert_same(
        stream.partial_fit(x[3:], y[3:]).estimate_, GaussianInformation().fit(x, y).estimate_
    )


def test_what_no_sum_holds_is_refused():
    (x, y), weights, groups = labels(), np.arange(400), np.arange(400) // 2
    for rows in ({"sample_weight": weights}, {"groups": groups}):
        for estimator in (DiscreteInformation(), GaussianInformation()):
            fitted = estimator.fit(*numbers(), **rows)
            with pytest.raises(ValueError, match="fitted with weights or groups"):
                fitted.partial_fit(x, y)
            with pytest.raises(ValueError, match="fitted with weights or groups"):
                type(fitted)().merge(fitted)
        assert fitted.fit(*numbers()).partial_fit(*numbers()).estimate_.n_samples == 800
    with pytest.raises(ValueError, match="n_permutations is 9, and permutations need all rows"):
        DiscreteInformation(n_permutations=9).partial_fit(x, y)
    assert not hasattr(GaussianCopula, "partial_fit")


def test_only_alike_estimators_merge():
    x, y = labels()
    one = DiscreteInformation().fit(x, y)
    with pytest.raises(ValueError, match="other is a DiscreteEntropy; expected another Discrete"):
        one.merge(DiscreteEntropy().fit(x))
    with pytest.raises(ValueError, match="other has method='plug-in' where this one has 'miller"):
        one.merge(DiscreteInformation("plug-in").fit(x, y))
    with pytest.raises(ValueError, match="X and y have 2 and 1 columns where 1 and 1"):
        one.merge(DiscreteInformation().fit(np.hstack([x, x]), y))
    with pytest.raises(NotFittedError):
        one.merge(DiscreteInformation())
    named = [DiscreteInformation().fit(pd.DataFrame(x, columns=[c]), y) for c in "ab"]
    with pytest.raises(ValueError, match=r"other was fitted to the columns \['b'\]"):
        named[0].merge(named[1])
    assert one.estimate_.n_samples == 400


def test_an_estimator_without_rows_has_no_estimate_and_a_stream_no_terms():
    x, y = numbers()
    assert not hasattr(GaussianInformation(), "estimate_")
    stream = GaussianInformation().fit(x, y).partial_fit(x, y)
    assert not hasattr(stream, "local_information_")
    assert_same(pickle.loads(pickle.dumps(stream)).estimate_, stream.estimate_)


def test_the_entropy_of_rows_that_all_differ_has_a_closed_form():
    for method in METHODS:
        for n in (1, 2, 7, 100):
            expected = count_entropy(np.ones(n), method)
            assert distinct_entropy(n, method) == pytest.approx(expected, abs=1e-12)
