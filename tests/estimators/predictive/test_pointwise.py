import math

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import LeaveOneOut, PredefinedSplit, ShuffleSplit
from sklearn.naive_bayes import BernoulliNB
from sklearn.preprocessing import OneHotEncoder

from infometer.estimators.predictive import pointwise_v_information, probe_family, v_information
from infometer.estimators.predictive.cross_fitting import cross_fit, stage
from infometer.estimators.predictive.item_inputs import read_items
from infometer.estimators.predictive.item_splits import item_splits

BSC = np.log(2) + 0.1 * np.log(0.1) + 0.9 * np.log(0.9)
"""Bits through a channel that flips one in ten: 0.531004 bits."""
pytestmark = pytest.mark.filterwarnings("ignore:Inconsistent values:UserWarning")


def channel(n, flips=0.1, random_state=0):
    rng = np.random.default_rng(random_state)
    sent = rng.integers(2, size=n)
    return sent ^ (rng.random(n) < flips), sent


def told(result):
    return " ".join(finding.what for finding in result.findings)


def within(estimate, nats, errors=3.0):
    return abs(estimate.value - nats) < errors * estimate.standard_error


def test_a_sample_in_the_proportions_of_the_law_gives_its_figures():
    received = np.repeat([0, 0, 1, 1], [450, 50, 50, 450])
    sent = np.repeat([0, 1, 0, 1], [450, 50, 50, 450])
    model = LogisticRegression(C=np.inf, tol=1e-12)
    result = pointwise_v_information(model, received, sent, X_test=received, y_test=sent)
    assert result.information.bits == pytest.approx(0.531004, abs=1e-6)
    right, wrong = result.pvi[sent == received], result.pvi[sent != received]
    assert right / math.log(2) == pytest.approx(0.847997, abs=1e-6)
    assert wrong / math.log(2) == pytest.approx(-2.321928, abs=1e-6)
    assert result.gap == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("family", ["linear", "knn"])
def test_a_channel_is_measured_within_three_errors(family):
    received, sent = channel(2000)
    result = pointwise_v_information(family, received, sent, random_state=0)
    assert within(result.information, BSC)
    assert abs(result.gap) < 0.01


@pytest.mark.parametrize("family", ["constant", "linear", "knn"])
def test_noise_tells_nothing(family):
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(600, 5)), rng.integers(3, size=600)
    result = pointwise_v_information(family, X, y, random_state=0)
    assert -0.02 < result.information.value < 2 * result.information.standard_error + 1e-12
    assert "no better than the one without" in told(result)


def test_a_function_of_the_input_is_told_whole():
    y = np.tile(["a", "b", "c", "d"], 100)
    X = OneHotEncoder().fit_transform(y[:, None])
    result = pointwise_v_information("linear", X, y, random_state=0)
    assert result.information.bits == pytest.approx(2.0, abs=0.01)
    assert result.null_entropy.bits == pytest.approx(2.0, abs=1e-12)
    assert result.accuracy == 1.0


def test_the_sum_of_two_bits_is_not_linear():
    bits = np.tile([[0, 0], [0, 1], [1, 0], [1, 1]], (150, 1))
    y = bits.sum(axis=1) % 2
    linear, mlp = (
        pointwise_v_information(family, bits, y, cv=3, random_state=0).information
        for family in ("linear", "mlp")
    )
    assert abs(linear.bits) < 0.02
    assert mlp.bits > 0.97


def test_a_scramble_hides_a_code_from_the_linear_family_alone():
    rng = np.random.default_rng(0)
    code = rng.integers(16, size=800)
    y = (code >= 8).astype(int)
    scrambled = rng.permutation(16)[code]
    found = {
        (family, name): pointwise_v_information(family, X, y, random_state=0).information.bits
        for family in ("linear", "knn")
        for name, X in (("plain", code), ("scrambled", scrambled))
    }
    assert found["linear", "plain"] > 0.95
    assert found["linear", "scrambled"] < 0.3
    assert found["knn", "plain"] > 0.95
    assert found["knn", "scrambled"] > 0.95


def test_a_rotation_changes_nothing_for_the_linear_family():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1000, 4))
    y = (X[:, 0] + 0.5 * rng.logistic(size=1000) > 0).astype(int)
    rotation = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    plain, rotated = (
        pointwise_v_information("linear", inputs, y, random_state=0) for inputs in (X, X @ rotation)
    )
    assert rotated.information.value == pytest.approx(plain.information.value, abs=2e-3)


def test_names_and_order_of_classes_do_not_matter():
    received, sent = channel(400)
    splits = item_splits(sent, 5, None, 0)
    plain = pointwise_v_information(LogisticRegression(), received, sent, cv=splits)
    named = pointwise_v_information(
        LogisticRegression(), received, np.array(["z", "a"])[sent], cv=splits
    )
    np.testing.assert_allclose(named.pvi, plain.pvi, atol=1e-6)
    assert named.classes == ("a", "z")
    np.testing.assert_allclose(named.probabilities, plain.probabilities[:, ::-1], atol=1e-6)


def test_permuted_labels_tell_nothing():
    received, sent = channel(1000)
    shuffled = np.random.default_rng(5).permutation(sent)
    result = pointwise_v_information("linear", received, shuffled, random_state=0)
    assert abs(result.information.value) < 3 * max(result.information.standard_error, 2e-3)


def test_copies_in_one_group_change_neither_figure_nor_interval():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    y = (X[:, 0] + rng.logistic(size=200) > 0).astype(int)
    splits = item_splits(y, 5, None, 0)
    twice = [
        (np.concatenate([train, train + 200]), np.concatenate([test, test + 200]))
        for train, test in splits
    ]
    once = pointwise_v_information(LogisticRegression(C=2.0, tol=1e-10), X, y, cv=splits)
    doubled = pointwise_v_information(
        LogisticRegression(C=1.0, tol=1e-10),
        np.tile(X, (2, 1)),
        np.tile(y, 2),
        cv=twice,
        groups=np.tile(np.arange(200), 2),
    )
    assert doubled.information.value == pytest.approx(once.information.value, abs=1e-6)
    assert doubled.information.interval == pytest.approx(once.information.interval, abs=1e-5)
    assert "copies" not in told(doubled)


def test_the_seed_decides_and_the_number_of_jobs_does_not():
    received, sent = channel(300)
    with joblib.parallel_config(backend="threading"):
        runs = [
            pointwise_v_information("knn", received, sent, random_state=seed, n_jobs=jobs).pvi
            for seed, jobs in ((0, 1), (0, 2), (1, 1))
        ]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert (runs[0] != runs[2]).any()


def test_seeds_are_averaged_and_their_spread_told():
    received, sent = channel(300)
    one = pointwise_v_information("knn", received, sent, random_state=0)
    three = pointwise_v_information("knn", received, sent, seeds=3, random_state=0)
    assert one.seed_spread is None
    assert 0 < three.seed_spread < 0.05
    assert three.information.parameters["seeds"] == 3
    assert (np.exp(three.log_p) <= three.probabilities[np.arange(300), sent] + 1e-12).all()


def test_an_emptied_input_says_nearly_the_frequencies():
    received, sent = channel(400)
    model = LogisticRegression()
    exact, trained = (
        pointwise_v_information(model, received, sent, null=null, random_state=0)
        for null in ("frequencies", "empty")
    )
    np.testing.assert_array_equal(exact.log_p, trained.log_p)
    assert trained.null_entropy.value == pytest.approx(exact.null_entropy.value, abs=1e-4)


def test_a_torch_module_is_trained_with_and_without_its_input():
    nn = pytest.importorskip("torch").nn
    received, sent = channel(300, flips=0.02)
    from infometer.estimators.neural import ModuleClassifier

    inputs = received[:, None].astype("float32")
    trained = pointwise_v_information(
        ModuleClassifier(nn.Linear, lr=0.1, max_epochs=10),
        inputs,
        sent,
        null="empty",
        cv=2,
        random_state=0,
    )
    assert trained.information.bits > 0.6
    assert trained.null_entropy.bits == pytest.approx(1.0, abs=0.05)
    bare = pointwise_v_information(nn.Linear(1, 2), inputs, sent, cv=2, random_state=0)
    assert bare.information.method == "Linear"
    assert bare.pvi.shape == (300,)


def test_texts_are_measured_the_same_from_counts_and_from_words():
    rng = np.random.default_rng(0)
    words = np.array(["tea", "milk", "cup", "pot", "leaf", "steam"])
    texts = read_items([" ".join(rng.choice(words, 5)) for _ in range(80)])
    y = np.array([text.count("tea") > 0 for text in texts]).astype(int)
    by_name = pointwise_v_information("linear", texts, y, cv=2, random_state=0)
    from_words = pointwise_v_information(probe_family("linear"), texts, y, cv=2, random_state=0)
    np.testing.assert_allclose(by_name.pvi, from_words.pvi, atol=1e-10)
    assert by_name.information.bits > 0.1


def test_a_relation_of_two_texts_is_in_the_pair_alone():
    rng = np.random.default_rng(0)
    first, second = rng.choice(["tea", "milk"], (2, 300))
    y = (first == "tea") & (second == "milk")
    pairs = list(zip(first, second, strict=True))
    both = pointwise_v_information("linear", pairs, y, cv=2, random_state=0)
    joined = pointwise_v_information(
        "linear", [" ".join(sorted(p)) for p in pairs], y, cv=2, random_state=0
    )
    assert both.information.value > joined.information.value + 0.1


def test_order_of_items_is_kept_and_every_item_is_asked_once():
    received, sent = channel(100)
    result = pointwise_v_information(BernoulliNB(), received, sent, random_state=0)
    splits = item_splits(sent, 5, None, 0)
    np.testing.assert_array_equal(result.labels, sent)
    for train, test in splits:
        model = BernoulliNB().fit(received[train, None], sent[train])
        p = model.predict_proba(received[test, None])[np.arange(len(test)), sent[test]]
        np.testing.assert_allclose(result.log_p[test], np.log(p))
        np.testing.assert_allclose(
            np.exp(result.log_p_null[test]), np.bincount(sent[train])[sent[test]] / len(train)
        )


def test_a_test_part_is_asked_of_models_of_the_training_part():
    (X, y), (X_test, y_test) = channel(500), channel(200, random_state=1)
    result = pointwise_v_information(BernoulliNB(), X, y, X_test=X_test, y_test=y_test)
    p = BernoulliNB().fit(X[:, None], y).predict_proba(X_test[:, None])
    np.testing.assert_allclose(result.log_p, np.log(p[np.arange(200), y_test]))
    assert result.in_sample.n_samples == 500
    same = v_information(result.log_p, result.log_p_null)
    assert same.information.interval == result.information.interval


def test_fits_are_told_as_they_are_done():
    received, sent = channel(60)
    seen = []
    pointwise_v_information(
        BernoulliNB(), received, sent, cv=3, progress=lambda *done: seen.append(done)
    )
    assert seen == [(k, 6) for k in range(1, 7)]


def test_the_interval_of_one_pair_of_models_covers_its_own_mean():
    """300 test parts; the share covered has a standard error of 0.013."""
    received, sent = channel(200)
    probabilities = BernoulliNB().fit(received[:, None], sent).predict_proba([[0], [1]])
    joint = np.array([[0.45, 0.05], [0.05, 0.45]])
    truth = float((joint * (np.log(probabilities) - np.log(np.bincount(sent) / 200))).sum())
    covered = 0
    for seed in range(300):
        X, y = channel(200, random_state=1000 + seed)
        seen = np.log(probabilities[X, y]), np.log(np.bincount(sent) / 200)[y]
        low, high = v_information(*seen).information.interval
        covered += low <= truth <= high
    assert 0.915 < covered / 300 < 0.985


def test_the_cross_fitted_interval_covers_the_mean_of_the_models_of_its_folds():
    """100 samples; the share covered has a standard error of 0.022."""
    joint = np.array([[0.45, 0.05], [0.05, 0.45]])
    covered = 0
    for seed in range(100):
        X, y = channel(150, random_state=2000 + seed)
        splits = item_splits(y, 3, None, seed)
        (held,) = cross_fit([stage(BernoulliNB(), X[:, None])], y, [splits])
        truth, null = [], np.zeros(150)
        for train, test in splits:
            p = BernoulliNB().fit(X[train, None], y[train]).predict_proba([[0], [1]])
            shares = np.bincount(y[train]) / len(train)
            truth.append((joint * np.log(p / shares)).sum())
            null[test] = np.log(shares)[y[test]]
        low, high = v_information(held.log_p[0], null).information.interval
        covered += low <= np.mean(truth) <= high
    assert covered >= 88


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"y": [0] * 19 + [1]}, r"fewer items than the 5 folds: \{'1': 1\}"),
        ({"y": [0] * 20}, "the one label 0"),
        ({"y": np.linspace(0, 1.5, 20)}, "measured numbers"),
        ({"y": [0, 1] * 9}, "18 labels for 20 items"),
        ({"X": [np.nan] * 20}, "NaN"),
        ({"estimator": LinearRegression()}, "regressor"),
        ({"cv": 1}, "cv is 1"),
        ({"cv": "loo"}, "cv is 'loo'"),
        ({"cv": ShuffleSplit(2, random_state=0)}, "expected once for each"),
        ({"groups": [0, 1] * 10}, "2 groups for 5 folds"),
        ({"groups": [0] * 19}, "groups has 19 labels for 20 rows"),
        ({"groups": np.arange(20) // 2, "y": [1, 1] + [0] * 10 + [1] + [0] * 7, "cv": 2}, None),
        ({"seeds": 0}, "seeds is 0"),
        ({"null": "mean"}, "null is 'mean'"),
        ({"null": "empty"}, "family by name"),
        ({"level": 2.0}, "level is 2.0"),
        ({"floor": 0.0}, "floor is 0.0"),
        ({"X_test": np.zeros(3)}, "belong together"),
        ({"X_test": np.zeros(2), "y_test": [0, 2]}, "label 2 is asked about"),
        ({"X_test": np.zeros(2), "y_test": ["a", "b"]}, "labels of one type"),
        ({"X_test": np.zeros((2, 3)), "y_test": [0, 1]}, "same columns"),
        (
            {"X_test": np.zeros(2), "y_test": [0, 1], "groups": np.arange(20)},
            "depend on each other",
        ),
    ],
)
def test_bad_input_is_refused_by_name(more, reason):
    given = {"estimator": "linear", "X": np.arange(20) / 7, "y": [0, 1] * 10} | more
    if reason is None:
        pointwise_v_information(**given, random_state=0)
        return
    with pytest.raises(ValueError, match=reason):
        pointwise_v_information(**given, random_state=0)


def test_a_model_that_cannot_read_the_items_says_what_they_are():
    texts, y = ["tea", "milk"] * 20, [0, 1] * 20
    with pytest.raises(ValueError, match="LogisticRegression could not be trained on texts: could"):
        pointwise_v_information(LogisticRegression(), texts, y)


def test_a_label_of_one_group_alone_is_named():
    y = np.array([2, 2, 2, 2, 2] + [0, 1] * 20)
    groups = np.r_[np.zeros(5, int), np.arange(1, 41)]
    with pytest.raises(ValueError, match="the label 2 is asked about"):
        pointwise_v_information("linear", np.arange(45), y, groups=groups, random_state=0)


def test_splitters_and_pairs_of_rows_are_folds():
    received, sent = channel(30)
    folds = np.arange(30) % 3
    by_splitter, by_pairs = (
        pointwise_v_information(BernoulliNB(), received, sent, cv=cv)
        for cv in (
            PredefinedSplit(folds),
            ((np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(3)),
        )
    )
    np.testing.assert_array_equal(by_splitter.pvi, by_pairs.pvi)
    assert len(pointwise_v_information(BernoulliNB(), received, sent, cv=LeaveOneOut()).pvi) == 30


def test_probabilities_that_are_none_are_refused():
    class Logits(BernoulliNB):
        def predict_proba(self, X):
            return self.predict_joint_log_proba(X)

    received, sent = channel(50)
    with pytest.raises(ValueError, match="predict_proba has values below 0"):
        pointwise_v_information(Logits(), received, sent)


def test_sparse_and_frame_inputs_give_what_arrays_give():
    X = np.random.default_rng(0).integers(2, size=(100, 3))
    y = X[:, 0] ^ (np.arange(100) % 7 == 0)
    found = [
        pointwise_v_information(BernoulliNB(), inputs, y, random_state=0).pvi
        for inputs in (X, sparse.csr_matrix(X), pd.DataFrame(X, columns=list("abc")))
    ]
    np.testing.assert_allclose(found[1], found[0], atol=1e-12)
    np.testing.assert_allclose(found[2], found[0], atol=1e-12)
