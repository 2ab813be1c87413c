import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import infometer
from infometer.estimators import (
    KSG,
    DiscreteEntropy,
    DiscreteInformation,
    GaussianCopula,
    GaussianInformation,
)
from infometer.estimators.contingency_table import ContingencyTable

dask = pytest.importorskip("dask")
da = pytest.importorskip("dask.array")


@pytest.fixture
def labels():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 5, (1000, 2))
    return x, x[:, 0] + rng.integers(0, 3, 1000)


@pytest.fixture
def numbers():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1000, 3))
    return x, x[:, :2] + rng.standard_normal((1000, 2))


def test_chunks_of_any_shape_give_what_rows_in_memory_give(labels):
    x, y = labels
    lazy_x, lazy_y = da.from_array(x, chunks=(300, 1)), da.from_array(y, chunks=170)
    expected = DiscreteInformation().fit(x, y).estimate_
    for pair in ((lazy_x, lazy_y), (lazy_x, y), (x, lazy_y), (lazy_x, lazy_y[:, None])):
        assert DiscreteInformation().fit(*pair).estimate_ == expected
    fitted = DiscreteInformation().fit(x[:400], y[:400]).partial_fit(lazy_x[400:], lazy_y[400:])
    assert fitted.estimate_ == expected
    assert fitted.n_features_in_ == 2
    assert DiscreteEntropy().fit(lazy_x).estimate_ == DiscreteEntropy().fit(x).estimate_


def test_moments_of_chunks(numbers):
    x, y = numbers
    expected = GaussianInformation().fit(x, y).estimate_
    lazy = da.from_array(x, chunks=(211, 2)), da.from_array(y, chunks=(400, 1))
    found = GaussianInformation().fit(*lazy).estimate_
    assert found.value == pytest.approx(expected.value, abs=1e-12)
    assert found.interval == pytest.approx(expected.interval, abs=1e-12)
    assert found.p_value == pytest.approx(expected.p_value, rel=1e-10)


def test_a_chunk_at_a_time_is_brought_into_memory(labels, monkeypatch):
    rows = []

    def counted(x, y=None):
        rows.append(len(x))
        return original(x, y)

    original = ContingencyTable.of
    monkeypatch.setattr(ContingencyTable, "of", counted)
    x, y = labels
    lazy = da.from_array(x, chunks=(130, 2)), da.from_array(y, chunks=500)
    with dask.config.set(scheduler="synchronous"):
        DiscreteInformation().fit(*lazy)
    assert (max(rows), sum(rows)) == (130, 1000)


def test_empty_chunks_are_no_rows(labels):
    x, y = labels
    lazy = da.concatenate([da.zeros((0, 2), int), da.from_array(x, chunks=(500, 2))])
    expected = DiscreteInformation().fit(x, y).estimate_
    assert DiscreteInformation().fit(lazy, y).estimate_ == expected
    with pytest.raises(ValueError, match="X has 0 rows in all its chunks"):
        DiscreteEntropy().fit(lazy[:0])


def test_frames_of_dask(labels):
    frames = pytest.importorskip("dask.dataframe")
    x, y = labels
    table = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "text": np.array(list("pqrstuv"))[y]})
    lazy = frames.from_pandas(table, npartitions=3)
    found = DiscreteInformation().fit(lazy[["a", "b"]], lazy["text"]).estimate_
    assert found == DiscreteInformation().fit(x, y).estimate_
    with pytest.raises(ValueError, match=r"X is a Dask Bag; expected a dask\.array of rows"):
        DiscreteEntropy().fit(pytest.importorskip("dask.bag").from_sequence([1, 2]))


def test_what_no_chunk_can_say_is_refused(labels, numbers):
    x, y = labels
    lazy = da.from_array(x, chunks=(300, 2))
    for fit, told in (
        (lambda: DiscreteInformation().fit(lazy, y[:9]), "X has 1000 rows and y has 9"),
        (lambda: DiscreteInformation().fit(lazy[:, 0], y), r"X has shape \(1000,\); expected"),
        (lambda: DiscreteEntropy().fit(lazy[lazy[:, 0] > 0]), "chunks of unknown size"),
        (lambda: DiscreteInformation().fit(lazy, y, groups=y), "without weights and groups"),
        (lambda: DiscreteInformation(n_permutations=9).fit(lazy, y), "n_permutations is 9"),
        (lambda: GaussianCopula().fit(lazy, y), "X is a Dask Array; expected rows in memory"),
        (lambda: KSG().fit(numbers[0], da.from_array(y)), "y is a Dask Array; expected rows"),
        (
            lambda: GaussianInformation().fit(da.where(lazy > 3, np.nan, lazy), numbers[1]),
            "X contains NaN or infinity",
        ),
    ):
        with pytest.raises(ValueError, match=told):
            fit()


def test_the_front_doors_take_what_sums_need_and_refuse_the_rest(labels, numbers):
    x, y = (da.from_array(view) for view in labels)
    found = infometer.mutual_information(x[:, 0], y, estimator="plug-in", unit="bits")
    expected = DiscreteInformation("plug-in").fit(labels[0][:, :1], labels[1]).estimate_
    assert (found.value, found.unit) == (expected.value, "bits")
    gaussian = infometer.mutual_information(
        *map(da.from_array, numbers), estimator=GaussianInformation()
    )
    assert gaussian.value == pytest.approx(GaussianInformation().fit(*numbers).estimate_.value)
    assert infometer.entropy(y, estimator="plug-in", interval=None).interval is None
    with pytest.raises(ValueError, match="estimator is 'auto', which needs all rows at once"):
        infometer.mutual_information(x, y)
    with pytest.raises(ValueError, match=r"estimator is KSG\(\), which needs all rows at once"):
        infometer.mutual_information(labels[0], y, estimator=KSG())
    with pytest.raises(ValueError, match="groups is given and x is a Dask Array"):
        infometer.mutual_information(x, y, estimator="plug-in", groups=labels[1])
    with pytest.raises(ValueError, match="x is a Dask Array; expected rows in memory"):
        infometer.conditional_mutual_information(x, y, y)


def test_the_active_cluster_does_the_work(labels):
    distributed = pytest.importorskip("distributed")
    x, y = labels
    lazy = da.from_array(x, chunks=(100, 2)), da.from_array(y, chunks=100)
    cluster = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.Client(processes=False, **cluster) as client:
        found = DiscreteInformation().fit(*lazy).estimate_
        done = client.run(lambda dask_worker: dask_worker.state.transition_counter)
    assert found == DiscreteInformation().fit(x, y).estimate_
    assert all(count > 0 for count in done.values())


def test_nothing_imports_dask_before_it_is_given():
    code = (
        "import sys, infometer.estimators as e;"
        "e.DiscreteInformation().fit([[0], [1]] * 9, [0, 1] * 9);"
        "assert not {'dask', 'distributed'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
