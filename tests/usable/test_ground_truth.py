"""Figures known in closed form or found by other code, and inputs that are no probabilities."""

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from infometer.estimators.predictive import (
    label_log_probabilities,
    pointwise_v_information,
    probability_information,
    read_probabilities,
    v_entropy,
    v_information,
)
from infometer.usable import dataset_difficulty, read_labelled_table

BSC = math.log2(2) + 0.1 * math.log2(0.1) + 0.9 * math.log2(0.9)
SEEN = np.log([0.9] * 9 + [0.1])
NULL = np.log([0.5] * 10)


def test_a_binary_symmetric_channel_has_its_capacity():
    found = v_information(SEEN, NULL)
    assert found.information.bits == pytest.approx(BSC, abs=1e-12)
    assert pytest.approx(0.531004, abs=1e-6) == BSC
    assert found.pvi[[0, 9]] / math.log(2) == pytest.approx([0.847997, -2.321928], abs=1e-6)
    assert (found.pvi <= -found.log_p_null).all()
    assert v_entropy(SEEN).bits == pytest.approx(1 - BSC, abs=1e-12)


def test_bits_are_nats_over_log_two():
    nats, bits = (
        v_information(SEEN, NULL),
        v_information(SEEN / np.log(2), NULL / np.log(2), base=2),
    )
    assert bits.pvi == pytest.approx(nats.pvi, rel=1e-12)
    for name in ("information", "null_entropy", "conditional_entropy"):
        one, other = getattr(nats, name), getattr(bits, name)
        assert one.value == pytest.approx(other.value, rel=1e-12)
        assert one.interval == pytest.approx(other.interval, rel=1e-9)


def test_the_standard_error_is_that_of_a_mean_and_groups_undo_copies():
    pvi = SEEN - NULL
    found = v_information(SEEN, NULL).information
    assert found.standard_error == pytest.approx(pvi.std(ddof=1) / np.sqrt(10))
    twice = v_information(
        np.tile(SEEN, 2), np.tile(NULL, 2), groups=np.tile(np.arange(10), 2)
    ).information
    assert twice.value == pytest.approx(found.value)
    assert twice.interval == pytest.approx(found.interval)
    assert twice.p_value == pytest.approx(found.p_value)


def test_texts_are_measured_as_scikit_learn_cross_validates_them():
    rng = np.random.default_rng(0)
    words = np.array(["tea", "milk", "cup", "pot", "leaf", "steam"])
    texts = [" ".join([*rng.choice(words, 4), str(i)]) for i in range(120)]
    y = np.array([("tea" in t) ^ (rng.random() < 0.2) for t in texts]).astype(int)
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=5))
    folds = StratifiedKFold(4, shuffle=True, random_state=3)
    p = cross_val_predict(model, texts, y, cv=folds, method="predict_proba")
    null = np.empty(120)
    for train, test in folds.split(texts, y):
        null[test] = np.log(np.bincount(y[train])[y[test]] / len(train))
    expected = np.log(p[np.arange(120), y]) - null
    found = pointwise_v_information(model, texts, y, cv=folds)
    np.testing.assert_allclose(found.pvi, expected, atol=1e-8)
    table = read_labelled_table(
        pd.DataFrame({"text": texts, "label": y}), text="text", label="label"
    )
    shown = dataset_difficulty(table, estimator=model, cv=folds).to_frame()
    np.testing.assert_allclose(shown["pvi_bits"], expected / np.log(2), atol=1e-8)


def test_given_probabilities_stand_beside_the_shares_of_the_other_items():
    p, labels = [[0.7, 0.3]] * 5, np.array([0, 0, 0, 1, 1])
    found = probability_information(p, labels, [0, 1])
    assert np.exp(found.log_p_null) == pytest.approx([2 / 4] * 3 + [1 / 4] * 2)
    grouped = probability_information(p, labels, [0, 1], groups=[0, 0, 1, 1, 2])
    assert np.exp(grouped.log_p_null) == pytest.approx([1 / 3, 1 / 3, 2 / 3, 1 / 3, 1 / 4])
    with pytest.raises(ValueError, match="1 stands in a single item"):
        probability_information(p, [0, 0, 0, 0, 1], [0, 1])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (-SEEN, "no value below 0"),
        (np.exp(SEEN), "probabilities their logarithm"),
        (np.tile(SEEN, (2, 1)), r"shape \(2, 10\)"),
        (np.r_[SEEN[:9], np.nan], "NaN or infinite, the first at 9"),
        (np.r_[SEEN[:9], -np.inf], "probability of 0 has no finite log"),
        (SEEN[:5], "5 items and log_p_null 10"),
    ],
)
def test_what_are_no_log_probabilities_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        v_information(given, NULL)
    with pytest.raises(ValueError, match="base is 1"):
        v_information(SEEN, NULL, base=1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([[2.0, -1.0]], "logits"),
        ([[-0.1, -2.4]], "log-probabilities"),
        ([[0.5, 0.5], [0.6, 0.6]], "first is row 1 with a sum of 1.2"),
        ([[0.5, np.nan]], "NaN"),
        ([0.5, 0.5], r"shape \(2,\)"),
        ([[1.0]], "K ≥ 2"),
    ],
)
def test_what_are_no_probabilities_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        read_probabilities(given)


def test_labels_and_columns_that_do_not_fit_are_refused_and_the_floor_is_counted():
    p = [[1.0, 0.0], [0.25, 0.75]]
    told = label_log_probabilities(p, [1, 1], [0, 1], floor=1e-6)
    assert told.n_floored == 1
    assert told.values == pytest.approx(np.log([1e-6, 0.75]))
    with pytest.raises(ValueError, match=r"hold ..2.., which the model was not trained on"):
        label_log_probabilities(p, [0, 2], [0, 1])
    with pytest.raises(ValueError, match="2 columns for 3 classes"):
        label_log_probabilities(p, [0, 1], [0, 1, 2])
