"""Probes beside random labels and random representations."""

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from infometer.estimators.predictive import pointwise_v_information, selectivity
from infometer.estimators.predictive.control_task import (
    control_labels,
    control_representation,
    item_types,
)
from infometer.estimators.predictive.item_inputs import read_items

LINEAR = LogisticRegression()


@pytest.fixture(scope="module")
def words():
    """Embeddings of 60 words in context; the sign of the first number is the word's class."""
    rng = np.random.default_rng(0)
    word = rng.integers(60, size=1200)
    embedding = rng.standard_normal((60, 8))
    X = embedding[word] + 0.05 * rng.standard_normal((1200, 8))
    return X, (embedding[word, 0] > 0).astype(int), word


def test_control_labels_are_one_a_type_with_the_shares_of_the_labels():
    rng = np.random.default_rng(1)
    types = rng.integers(0, 3000, 9000)
    labels = rng.choice(["a", "b", "c"], 9000, p=[0.5, 0.3, 0.2])
    drawn = pd.DataFrame({"type": pd.factorize(types)[0], "label": labels})
    drawn["control"] = control_labels(drawn["type"].to_numpy(), labels, 0)
    assert drawn.groupby("type")["control"].nunique().max() == 1
    shares = drawn.drop_duplicates("type")["control"].value_counts(normalize=True)
    error = math.sqrt(0.25 / 2800)  # of a share of 2800 types
    assert abs(shares["a"] - 0.5) < 3 * error
    assert abs(shares["c"] - 0.2) < 3 * error
    assert np.array_equal(drawn["control"], control_labels(drawn["type"].to_numpy(), labels, 0))


def test_a_random_representation_knows_the_type_and_nothing_else():
    types = np.arange(2000) % 500
    X = control_representation(types, 3, 0)
    assert np.array_equal(X[:500], X[500:1000])
    assert len(np.unique(X[:, 0])) == 500
    np.testing.assert_allclose(np.cov(X[:500].T), np.eye(3), atol=0.2)


def test_types_are_equal_items_unless_given():
    numbers = np.array([[0.5, 1], [2, 1], [0.5, 1]])
    frame = pd.DataFrame({"a": ["x", "y", "x"], "b": [1, 1, 1]})
    for X in (numbers, ["x", "y", "x"], frame):
        types = item_types(None, read_items(X))
        assert types[0] == types[2] != types[1]
    assert item_types(["w", "w", "v"], numbers).tolist() == [0, 0, 1]


def test_a_linear_probe_of_what_is_linear_is_selective(words):
    X, y, word = words
    found = selectivity(LINEAR, X, y, types=word, random_state=0)
    for difference in found.differences.values():
        assert difference.interval[0] > 0
        assert difference.p_value < 0.01
    assert found.findings == ()


def test_a_probe_that_learns_by_heart_is_not(words):
    X, y, word = words
    by_heart = KNeighborsClassifier(5)
    found = selectivity(by_heart, X, y, types=word, random_state=0)
    labels, representation = found.differences.values()
    assert found.controls["random labels"].accuracy > 0.95
    assert abs(labels.bits) < 0.2
    assert abs(representation.bits) < 0.2
    assert {note.where for note in found.findings} <= {"random labels", "random representation"}
    linear = selectivity(LINEAR, X, y, types=word, random_state=0)
    assert linear.differences["random labels"].bits > labels.bits + 0.3


def test_differences_are_those_of_the_separate_figures(words):
    X, y, word = words
    found = selectivity(LINEAR, X[:300], y[:300], types=word[:300], control=X[:300, 1:],
                        random_state=0)  # fmt: skip
    alone = pointwise_v_information(LINEAR, X[:300, 1:], y[:300], random_state=0)
    task = pointwise_v_information(LINEAR, X[:300], y[:300], random_state=0)
    assert found.differences["given representation"].value == pytest.approx(
        task.information.value - alone.information.value
    )
    frame = found.to_frame()
    assert frame["probe"].tolist() == [
        "task", "random labels", "random representation", "given representation",
    ]  # fmt: skip
    np.testing.assert_allclose(
        frame["difference_bits"][1:],
        frame["information_bits"][0] - frame["information_bits"][1:],
    )
    assert set(found.to_dict()["differences"]) == set(frame["probe"][1:])


def test_items_that_are_all_types_of_their_own_are_told():
    rng = np.random.default_rng(2)
    X = rng.standard_normal((200, 2))
    found = selectivity(LINEAR, X, X[:, 0] > 0, controls=["random labels"], random_state=0)
    assert found.findings[-1].where == "types"
    assert found.controls["random labels"].information.value < 0.05


def test_what_cannot_be_compared_is_refused():
    X, y = np.random.default_rng(3).standard_normal((40, 2)), np.arange(40) % 2
    with pytest.raises(ValueError, match=r"controls has \['nothing'\]; expected some of random"):
        selectivity(LINEAR, X, y, controls=["nothing"])
    with pytest.raises(ValueError, match="stands in for an X of numbers"):
        selectivity("linear", [f"text {k}" for k in range(40)], y)
    with pytest.raises(ValueError, match="types has 3 entries, 1 of them missing"):
        selectivity(LINEAR, X, y, types=["a", "b", None])
    with pytest.raises(ValueError, match="all drew the label"):
        control_labels(np.zeros(4, int), np.array([0, 1, 1, 1]))
