import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from infometer.estimators.predictive import (
    conditional_v_information,
    pointwise_v_information,
    v_information_chain,
)


def two_bits(n=400, random_state=0):
    return np.random.default_rng(random_state).integers(2, size=(n, 2))


@pytest.mark.parametrize("estimator", ["knn", LogisticRegression()])
def test_the_steps_of_a_chain_sum_to_what_all_tell(estimator):
    bits = two_bits(200)
    y = bits @ [1, 2] % 3
    third = np.random.default_rng(1).normal(size=200)
    inputs = [bits[:, 0], bits[:, 1], third]
    steps = v_information_chain(estimator, inputs, y, cv=3, random_state=0)
    whole = pointwise_v_information(estimator, np.c_[bits, third], y, cv=3, random_state=0)
    total = sum(step.information.value for step in steps)
    assert total == pytest.approx(whole.information.value, abs=1e-12)
    np.testing.assert_allclose(sum(step.pvi for step in steps), whole.pvi, atol=1e-12)
    first = pointwise_v_information("knn", bits[:, 0], y, cv=3, random_state=0)
    if estimator == "knn":
        np.testing.assert_array_equal(steps[0].pvi, first.pvi)
    assert [step.information.quantity for step in steps] == [
        "I_V(X_1→Y)",
        "I_V(X_2→Y|X_1)",
        "I_V(X_3→Y|X_1,X_2)",
    ]
    assert steps[2].null_entropy.quantity == "H_V(Y|X_1,X_2)"


def test_a_second_bit_adds_one_bit_and_a_copy_none():
    bits = two_bits()
    y = bits @ [1, 2]
    added = conditional_v_information("knn", bits[:, 1], bits[:, 0], y, random_state=0)
    assert added.information.bits == pytest.approx(1.0, abs=0.03)
    assert added.null_entropy.bits == pytest.approx(1.0, abs=0.03)
    assert added.conditional_entropy.quantity == "H_V(Y|B,X)"
    copy = conditional_v_information("knn", bits[:, 0], bits[:, 0], y, random_state=0)
    assert abs(copy.information.bits) < 0.03


def test_neither_bit_tells_their_sum_and_both_do():
    bits = np.tile([[0, 0], [0, 1], [1, 0], [1, 1]], (100, 1))
    y = bits.sum(axis=1) % 2
    first, second = v_information_chain("knn", [bits[:, 0], bits[:, 1]], y, random_state=0)
    assert abs(first.information.bits) < 0.03
    assert second.information.bits > 0.95


def test_what_the_baseline_knows_is_known_item_by_item():
    bits = two_bits()
    result = conditional_v_information("knn", bits[:, 1], bits[:, 0], bits[:, 0], random_state=0)
    assert np.abs(result.pvi).max() < 0.1
    assert result.null_entropy.bits < 0.1


def test_a_context_is_needed_where_the_question_does_not_tell():
    rng = np.random.default_rng(0)
    question = rng.choice(["which drink", "what drink"], 200)
    y = rng.choice(["tea", "milk"], 200)
    context = ["she drinks " + drink for drink in y]
    added = conditional_v_information("linear", context, list(question), y, cv=2, random_state=0)
    assert added.information.bits > 0.9
    beside_numbers = conditional_v_information(
        "linear", context, rng.normal(size=(200, 1)), y, cv=2, random_state=0
    )
    assert beside_numbers.information.bits > 0.9


def test_a_model_of_ones_own_sees_the_other_input_emptied():
    bits = two_bits(200)
    seen = []

    class Watched(LogisticRegression):
        def fit(self, X, y):
            seen.append(np.asarray(X))
            return super().fit(X, y)

    conditional_v_information(Watched(), bits[:, 1], bits[:, 0], bits[:, 1], cv=2, random_state=0)
    assert [given.shape[1] for given in seen] == [2] * 4
    assert not any(given[:, 1].any() for given in seen[:2])
    assert all(given[:, 1].any() for given in seen[2:])


def test_bad_input_is_refused_by_name():
    X, y = np.arange(20) / 7, np.tile([0, 1], 10)
    with pytest.raises(
        ValueError, match=r"different numbers of items: \{'baseline': 19, 'X': 20\}"
    ):
        conditional_v_information("linear", X, X[1:], y)
    with pytest.raises(ValueError, match="inputs is empty"):
        v_information_chain("linear", [], y)
    with pytest.raises(ValueError, match="baseline contains NaN"):
        conditional_v_information("linear", X, np.full(20, math.nan), y)
