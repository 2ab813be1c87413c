"""The prequential code of labels, beside codes whose length is known."""

import math

import numpy as np
import pytest
from joblib import parallel_config
from scipy.special import gammaln
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from infometer.estimators.predictive import prequential_codelength
from infometer.estimators.predictive.prequential import smoothed


class Knows(ClassifierMixin, BaseEstimator):
    """p(y|x) = 0.9 for the class that x names, however little was seen."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        told = X[:, :1] == self.classes_
        return np.where(told, 0.9, 0.1 / (len(self.classes_) - 1))


def test_a_model_that_needs_no_learning_has_the_length_of_its_law():
    y = np.arange(1000) % 2
    found = prequential_codelength(Knows(), y[:, None], y, fractions=[0.016, 0.1, 1])
    assert found.code_length == pytest.approx(16 * math.log(2) - 984 * math.log(0.9))
    assert found.bits == pytest.approx(found.code_length / math.log(2))
    assert found.uniform_length == pytest.approx(1000 * math.log(2))
    assert found.compression == pytest.approx(found.uniform_length / found.code_length)


def test_class_frequencies_item_by_item_are_laplaces_mixture():
    rng = np.random.default_rng(0)
    y = rng.choice(3, 60, p=[0.6, 0.3, 0.1])
    everywhere = np.arange(1, 61) / 60
    found = prequential_codelength("constant", np.zeros((60, 1)), y, fractions=everywhere)
    counts = np.bincount(y)
    closed = gammaln(60 + 3) - gammaln(3) - gammaln(counts + 1).sum()
    assert found.frequency_length == pytest.approx(closed)


def test_blocks_are_those_of_voita_and_titov():
    y = np.arange(1000) % 4
    frame = prequential_codelength("constant", np.zeros((1000, 1)), y).to_frame()
    ends = (frame["trained_on"] + frame["n"]).tolist()
    assert ends == [1, 2, 4, 8, 16, 32, 63, 125, 250, 500, 1000]
    assert frame["code_length_nats"].iloc[0] == pytest.approx(math.log(4))


def test_labels_that_are_easy_to_learn_are_shorter_to_send():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((500, 5))
    y = (X[:, 0] > 0).astype(int)
    true = prequential_codelength(LogisticRegression(), X, y, random_state=0)
    random = prequential_codelength(LogisticRegression(), X, rng.permutation(y), random_state=0)
    assert min(true.compression, true.frequency_compression) > 2.5
    assert random.frequency_compression < 1
    assert true.log_p[true.block > 5].mean() > true.log_p[true.block == 2].mean()


def test_a_class_unseen_is_coded_by_laplaces_rule_and_told():
    y = np.array([0] * 99 + [1])
    settings = {"fractions": [0.1, 0.5, 1], "random_state": 0}
    found = prequential_codelength("constant", np.zeros((100, 1)), y, **settings)
    known = {1: 10, 2: 50}[int(found.block[99])]
    assert found.log_p[99] == found.log_p_null[99] == pytest.approx(-math.log(known + 2))
    assert found.findings[0].evidence.startswith("1 labels, each coded with")
    shares = smoothed(np.array([[0.2, 0.8]]), np.array([1, 3]), 6, 4)
    np.testing.assert_allclose(shares, [[0.1, 0.16, 0.1, 0.64]])
    one_class = smoothed(np.ones((1, 1)), np.array([0]), 9, 3)
    np.testing.assert_allclose(one_class, [[10 / 12, 1 / 12, 1 / 12]])


def test_groups_are_sent_whole_and_jobs_change_nothing():
    rng = np.random.default_rng(2)
    groups = np.repeat(np.arange(40), 5)
    X, y = rng.standard_normal((200, 3)), rng.integers(0, 3, 200)
    settings = {"groups": groups, "random_state": 0}
    found = prequential_codelength("linear", X, y, fractions=[0.3, 1], **settings)
    assert all(len(set(found.block[groups == group])) == 1 for group in range(40))
    assert len(set(found.block)) == 2
    with parallel_config("threading"):
        twice = prequential_codelength("linear", X, y, fractions=[0.3, 1], n_jobs=2, **settings)
    np.testing.assert_array_equal(found.log_p, twice.log_p)


def test_texts_and_named_labels_are_sent_too():
    texts = ["good tea", "bad tea", "good milk", "bad milk"] * 30
    labels = ["+" if "good" in text else "-" for text in texts]
    found = prequential_codelength("linear", texts, labels, random_state=0)
    assert found.classes == ("+", "-")
    assert found.compression > 3
    assert "120 labels" in repr(found)


def test_floored_probabilities_are_told():
    y = np.arange(100) % 2

    class Sure(Knows):
        def predict_proba(self, X):
            return np.tile([1.0, 0.0], (len(X), 1))

    found = prequential_codelength(Sure(), y[:, None], y, fractions=[0.2, 1], floor=1e-3)
    assert found.code_length == pytest.approx(
        20 * math.log(2) + (y[found.block == 1] == 1).sum() * math.log(1000)
    )
    assert "coded with it" in found.findings[-1].what


def test_the_picture_shows_bits_a_label_of_every_trained_block():
    pytest.importorskip("matplotlib")
    y = np.arange(1000) % 2
    ax = prequential_codelength(Knows(), y[:, None], y, fractions=[0.016, 0.1, 1]).plot()
    assert ax.lines[1].get_ydata() == pytest.approx([-math.log2(0.9)] * 2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"fractions": [0.5, 0.2, 1]}, "expected at least two, rising from above 0"),
        ({"fractions": [10, 50, 100]}, "fractions end at 100.0; expected 1"),
        ({"fractions": [0.999, 1.0]}, "all 20 items are in one block"),
    ],
)
def test_fractions_that_cannot_be_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        prequential_codelength("constant", np.zeros((20, 1)), np.arange(20) % 2, **settings)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="y has the one class 1; there is nothing to send"):
        prequential_codelength("constant", np.zeros((20, 1)), np.ones(20, int))
