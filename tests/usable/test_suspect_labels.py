"""Suspect labels: planted flips are found, the bound covers, and unbalanced classes are told."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from infometer.estimators.predictive import v_information
from infometer.usable import suspect_labels
from infometer.usable.label_errors import confident_joint, wrong_label_bound


def flipped(n=2000, share=0.5, rates=(0.1, 0.1), distance=3.0, seed=0):
    """Two Gaussian classes; a label of class k is flipped with probability ``rates[k]``."""
    rng = np.random.default_rng(seed)
    true = (rng.random(n) < share).astype(int)
    x = rng.standard_normal((n, 2)) + distance * true[:, None] / np.sqrt(2)
    wrong = rng.random(n) < np.array(rates)[true]
    given = np.where(wrong, 1 - true, true)
    p = cross_val_predict(LogisticRegression(), x, given, method="predict_proba")
    frequencies = np.bincount(given) / n
    result = v_information(np.log(p[np.arange(n), given]), np.log(frequencies[given]))
    known = {"labels": given, "probabilities": p, "classes": (0, 1)}
    return replace(result, predicted=p.argmax(axis=1), **known), wrong


def auroc(result, wrong, by):
    frame = suspect_labels(result, by).frame
    return roc_auc_score(wrong[frame["item"]], frame["score_bits"])


def test_planted_flips_come_first():
    result, wrong = flipped()
    found = suspect_labels(result)
    assert auroc(result, wrong, "conditional_entropy") > 0.95
    top = found.frame.head(100)
    assert wrong[top["item"]].mean() > 0.9
    assert (top["guess"] != top["label"]).all()
    assert top["confident"].all()
    assert found.frame["rank"].tolist() == list(range(1, 2001))
    assert found.frame["score_bits"].is_monotonic_decreasing


def test_on_unbalanced_classes_pvi_finds_fewer_flips_than_the_conditional_entropy():
    result, wrong = flipped(share=0.25, distance=1.0)
    by = {name: auroc(result, wrong, name)
          for name in ("conditional_entropy", "pvi", "class_adjusted")}  # fmt: skip
    assert by["conditional_entropy"] > by["pvi"] + 0.05
    assert by["conditional_entropy"] > by["class_adjusted"] + 0.03
    assert "unbalanced" in suspect_labels(result, "pvi").findings[0].what
    assert suspect_labels(result).findings == ()


def test_scores_are_what_they_say():
    result, _ = flipped(200)
    item = 17
    row = {
        by: suspect_labels(result, by).frame.set_index("item").loc[item]
        for by in ("conditional_entropy", "pvi", "class_adjusted")
    }
    p, y = result.probabilities, result.labels
    mine = row["conditional_entropy"]
    assert mine["score_bits"] == pytest.approx(-np.log2(p[item, y[item]]))
    assert row["pvi"]["score_bits"] == pytest.approx(-mine["pvi_bits"])
    means = [p[y == k, k].mean() for k in (0, 1)]
    ratios = p[item] / means
    expected = np.log2(ratios[1 - y[item]] / ratios[y[item]])
    assert row["class_adjusted"]["score_bits"] == pytest.approx(expected)


def test_the_confident_joint_counts_each_confident_item_once():
    p = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.95, 0.05]])
    codes = np.array([0, 0, 1, 1, 0, 1])
    thresholds = [(0.9 + 0.8 + 0.3) / 3, (0.8 + 0.9 + 0.05) / 3]
    joint = np.zeros((2, 2), dtype=int)
    for row, code in zip(p, codes, strict=True):
        sure = [k for k in (0, 1) if row[k] >= thresholds[k]]
        if sure:
            joint[code, max(sure, key=lambda k: row[k])] += 1
    assert confident_joint(p, codes).tolist() == joint.tolist() == [[2, 1], [1, 2]]


@pytest.mark.parametrize(
    ("share", "rates", "distance"),
    [(0.5, (0.1, 0.1), 3.0), (0.5, (0.1, 0.1), 0.5), (0.2, (0.05, 0.3), 2.0), (0.5, (0, 0), 3.0)],
)
def test_the_bound_covers_the_number_of_wrong_labels(share, rates, distance):
    """Weak models give a loose bound, good ones a tight one; both hold."""
    misses, ratios = 0, []
    for seed in range(12):
        result, wrong = flipped(3000, share, rates, distance, seed)
        bound = suspect_labels(result).n_wrong
        assert bound.bound == "upper"
        misses += bound.value < wrong.sum()
        ratios.append(bound.value / max(wrong.sum(), 1))
    assert misses <= 2  # of 12 at 0.05; more has probability 0.02
    if distance == 3.0 and rates[0]:
        assert np.median(ratios) < 1.5


def test_a_weak_model_makes_confident_learning_count_its_own_errors():
    result, wrong = flipped(4000, distance=0.5)
    joint = suspect_labels(result).confident_joint.to_numpy()
    assert joint.sum() - np.trace(joint) > 2.5 * wrong.sum()


def test_a_class_that_is_never_guessed_has_no_bound_of_its_own():
    p = np.tile([0.9, 0.1], (200, 1))
    codes = (np.arange(200) % 10 == 0).astype(int)
    assert wrong_label_bound(p, codes).value == pytest.approx(200)


def test_without_probabilities_items_are_ranked_but_not_guessed():
    result, wrong = flipped(500)
    bare = replace(result, probabilities=None, predicted=None, classes=())
    found = suspect_labels(bare)
    assert found.n_wrong is None
    assert "guess" not in found.frame
    assert auroc(bare, wrong, "pvi") == pytest.approx(auroc(result, wrong, "pvi"))
    with pytest.raises(ValueError, match="no probabilities"):
        suspect_labels(bare, "class_adjusted")


def test_a_class_that_the_rest_never_see_does_not_break_the_ranks():
    result, _ = flipped(300)
    names = np.array(["cat", "dog"])
    named = replace(result, labels=names[result.labels], classes=("cat", "dog"))
    assert set(suspect_labels(named).frame["guess"]) == {"cat", "dog"}


def test_the_plot_draws_scores_in_bits():
    result, _ = flipped(300)
    line = suspect_labels(result).plot().lines[0]
    assert line.get_ydata()[0] == pytest.approx(-result.log_p.min() / np.log(2))


@pytest.mark.parametrize(
    ("change", "by", "message"),
    [
        ({}, "margin", "by is 'margin'"),
        ({"labels": None}, "pvi", "no labels"),
        ({"classes": (0, 2)}, "pvi", "labels .'1'. and the classes"),
    ],
)
def test_bad_input_is_named(change, by, message):
    with pytest.raises(ValueError, match=message):
        suspect_labels(replace(flipped(100)[0], **change), by)


def test_an_array_is_refused():
    with pytest.raises(ValueError, match="ndarray"):
        suspect_labels(expit(np.zeros(3)))
