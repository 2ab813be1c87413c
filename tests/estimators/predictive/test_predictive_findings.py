import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB, GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from infometer.estimators.predictive import pointwise_v_information


def findings(*given, **more):
    result = pointwise_v_information(*given, random_state=0, **more)
    return {finding.what: finding for finding in result.findings}


def one_about(found, words):
    (match,) = [finding for what, finding in found.items() if words in what]
    return match


def noisy(n=200, random_state=0):
    rng = np.random.default_rng(random_state)
    X = rng.normal(size=(n, 2))
    return X, (X[:, 0] + 0.3 * rng.logistic(size=n) > 0).astype(int)


def test_a_sound_measurement_has_none():
    assert not findings(LogisticRegression(), *noisy())


def test_a_certain_model_is_told_with_its_floor():
    found = findings(DecisionTreeClassifier(), *noisy())
    floored = one_about(found, "below the floor")
    assert "below 1e-12; each counts 39.863 bits" in floored.evidence
    assert "surer of the items that it was trained on" in " ".join(found)
    assert "worse than the one without" in " ".join(found)
    assert next(iter(found)).startswith("The model with the input")


def test_copies_across_folds_are_counted_and_groups_keep_them_whole():
    X, y = noisy(100)
    X, y = np.r_[X, X[:10]], np.r_[y, y[:10]]
    copies = one_about(findings(LogisticRegression(), X, y, cv=5), "copies")
    count = int(copies.evidence.split()[0])
    assert 10 <= count <= 20
    assert "groups=" in copies.remedy
    groups = np.r_[np.arange(100), np.arange(10)]
    assert not [w for w in findings(LogisticRegression(), X, y, groups=groups) if "copies" in w]


def test_test_items_in_the_training_part_are_counted():
    texts = [f"tea {k % 7} cup{k}" for k in range(40)]
    y = np.arange(40) % 2
    model = make_pipeline(CountVectorizer(), BernoulliNB())
    found = findings(model, texts, y, X_test=[*texts[:3], "tea", ""], y_test=[*y[:3], 0, 1])
    copies = one_about(found, "copies")
    assert copies.evidence == "3 of 5 items (60.0 %)."
    assert "Take them out of the training part" in copies.remedy
    assert one_about(found, "empty").evidence == "Items with an empty text: 1."


def test_repeated_codes_are_no_copies():
    codes = np.arange(200) % 4
    assert not [w for w in findings(GaussianNB(), codes, codes > 1) if "copies" in w]


def test_unequal_classes_are_warned_of_where_sign_and_guess_part():
    rng = np.random.default_rng(0)
    X = rng.normal(size=1000)
    y = (X + rng.logistic(size=1000) > 3).astype(int)
    note = one_about(findings(LogisticRegression(), X, y), "unequal size")
    assert note.severity == "info"
    assert "largest class" in note.evidence


def test_a_spread_of_seeds_beyond_the_error_is_told():
    class Moody(LogisticRegression):
        def fit(self, X, y):
            self.C = 10.0 ** -(self.random_state % 5)
            return super().fit(X, y)

    X, y = noisy(400)
    spread = one_about(findings(Moody(random_state=0), X, y, seeds=4), "Training again")
    assert "over seeds" in spread.evidence


def test_few_items_of_many_classes_are_told():
    y = np.repeat(np.arange(10), 6)
    found = findings(GaussianNB(), pd.DataFrame({"x": y + np.tile([0.0, 0.3], 30)}), y, cv=2)
    assert one_about(found, "so many classes").evidence == "60 items, 10 classes."


@pytest.mark.parametrize("cv", [2, 3])
def test_no_information_is_told_with_its_interval(cv):
    rng = np.random.default_rng(1)
    found = findings("linear", rng.normal(size=(100, 2)), rng.integers(2, size=100), cv=cv)
    assert "95 %" in one_about(found, "nothing in it that this family can use").evidence
