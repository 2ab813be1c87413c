import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.special import log_softmax
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from infometer.estimators.predictive import probe_family
from infometer.estimators.predictive.classifiers import as_classifier, with_seed
from infometer.estimators.predictive.inner_split import inner_splits
from infometer.estimators.predictive.item_features import ItemFeatures
from infometer.estimators.predictive.item_inputs import read_items
from infometer.estimators.predictive.linear_softmax import LinearSoftmax
from infometer.estimators.predictive.nearest_labels import NearestLabels
from infometer.estimators.predictive.stopped_perceptron import StoppedPerceptron
from infometer.estimators.predictive.term_counts import count_terms

WORDS = np.array(["tea", "milk", "sugar", "cup", "pot", "leaf", "steam", "kettle"])


def some_texts(n, random_state=0):
    rng = np.random.default_rng(random_state)
    return read_items([" ".join(rng.choice(WORDS, 4)) for _ in range(n)])


@parametrize_with_checks([LinearSoftmax(random_state=0), NearestLabels(random_state=0)])
def test_probes_keep_the_contract_of_scikit_learn(estimator, check):
    check(estimator)


def test_terms_counted_once_give_the_features_of_each_fold():
    texts = some_texts(60)
    counts, features, _ = count_terms(texts)
    fold = np.arange(0, 60, 3)
    anew = TfidfVectorizer(ngram_range=(1, 2), min_df=2).fit(texts[fold])
    features.fit(counts[fold])
    assert len(anew.vocabulary_) < counts.shape[1]
    np.testing.assert_allclose(
        features.transform(counts).toarray(), anew.transform(texts).toarray(), atol=1e-14
    )


def test_each_text_of_a_pair_has_a_vocabulary_of_its_own():
    first, second = some_texts(40, 1), some_texts(40, 2)
    pairs = read_items(list(zip(first, second, strict=True)))
    counts, features, _ = count_terms(pairs)
    parts = [
        TfidfTransformer().fit_transform(count_terms(texts)[0]).toarray()
        for texts in (first, second)
    ]
    np.testing.assert_allclose(features.fit_transform(counts).toarray(), np.hstack(parts))
    swapped = read_items(list(zip(second, first, strict=True)))
    whole = ItemFeatures().fit(pairs)
    assert (whole.transform(pairs) != whole.transform(swapped)).nnz > 0


def test_columns_of_a_frame_are_read_by_their_types():
    frame = pd.DataFrame(
        {
            "text": ["a cup", "a cup", "a pot"],
            "x": [1.0, 2.0, 3.0],
            "kind": pd.Categorical(["p", "q", "p"]),
        }
    )
    names = ItemFeatures().fit(frame).transformer_.get_feature_names_out().tolist()
    assert names == ["text__cup", "numbers__x", "categories__kind_p", "categories__kind_q"]
    with pytest.raises(ValueError, match="datetime64"):
        ItemFeatures().fit(pd.DataFrame({"t": pd.to_datetime(["2020-01-01", "2020-01-02"])}))


def test_texts_without_a_common_word_are_refused():
    with pytest.raises(ValueError, match="share words"):
        count_terms(read_items(["one", "two"]))


def test_the_linear_penalty_is_that_with_the_least_log_loss():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 10))
    y = (X[:, 0] + rng.logistic(size=400) > 0).astype(int)
    probe = LinearSoftmax(random_state=0).fit(X, y)
    losses = {}
    for penalty in np.logspace(1, -7, 17):
        losses[penalty] = 0.0
        for fit, held in inner_splits(y, random_state=0):
            model = LogisticRegression(C=1 / (len(fit) * penalty), tol=1e-8, max_iter=1000)
            p = model.fit(X[fit], y[fit]).predict_proba(X[held])
            losses[penalty] -= np.log(p[np.arange(len(held)), y[held]]).sum()
    best = min(losses, key=losses.get)
    assert probe.penalty_ == pytest.approx(best)
    assert max(losses.values()) > losses[best] + 1


def test_the_linear_family_reaches_the_law_it_holds():
    rng = np.random.default_rng(1)
    W = np.array([[1.0, -1.0, 0.0], [0.5, 0.5, -1.0]])
    X = rng.normal(size=(20_000, 2))
    law = log_softmax(X @ W, axis=1)
    y = (law + rng.gumbel(size=law.shape)).argmax(axis=1)
    probe = probe_family("linear", random_state=0).fit(X[:15_000], y[:15_000])
    rows = np.arange(5000)
    excess = (
        law[15_000:][rows, y[15_000:]] - np.log(probe.predict_proba(X[15_000:]))[rows, y[15_000:]]
    )
    assert abs(excess.mean()) < 0.002


def test_nearest_labels_are_never_certain():
    X = np.repeat([[0.0], [1.0]], 50, axis=0)
    probe = NearestLabels(random_state=0).fit(X, X[:, 0])
    k = probe.n_neighbors_
    assert probe.predict_proba([[0.0]])[0, 1] == pytest.approx(0.5 / (k + 1))


def test_items_of_a_group_are_held_back_together():
    groups = np.repeat(np.arange(40), 5)
    for fitted, held in inner_splits(np.tile([0, 1], 100), groups, 0):
        assert not set(groups[fitted]) & set(groups[held])


def test_a_probe_that_sees_copies_in_groups_is_not_fooled():
    rng = np.random.default_rng(0)
    X = np.repeat(rng.normal(size=(60, 30)), 4, axis=0)
    y, groups = np.repeat(rng.integers(2, size=60), 4), np.repeat(np.arange(60), 4)
    fooled = LinearSoftmax(random_state=0).fit(X, y)
    warned = LinearSoftmax(random_state=0).fit(X, y, groups)
    assert warned.penalty_ > 100 * fooled.penalty_


def test_the_perceptron_stops_before_it_is_overconfident():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 20)), rng.integers(2, size=300)
    probe = StoppedPerceptron(random_state=0).fit(X, y)
    assert probe.epochs_ < 15
    assert np.abs(probe.predict_proba(rng.normal(size=(100, 20))) - 0.5).mean() < 0.25


@pytest.mark.parametrize("name", ["constant", "linear", "mlp", "knn"])
def test_families_take_every_form(name):
    y = np.tile(["n", "y"], 20)
    numbers = np.c_[np.tile([0.0, 1.0], 20), np.arange(40)]
    texts = np.where(y == "y", "good tea", "bad tea")
    pairs = [("the cup", text) for text in texts]
    forms = [
        numbers,
        sparse.csr_matrix(numbers),
        list(texts),
        pd.Series(texts),
        pairs,
    ]
    for form in forms if name != "mlp" else forms[1:3]:
        probe = probe_family(name, random_state=0).fit(form, y)
        assert probe.predict_proba(form).shape == (40, 2)
        assert probe.classes_.tolist() == ["n", "y"]


def test_what_gives_no_class_probabilities_is_refused():
    for estimator, told in [
        ("linaer", "'constant', 'linear', 'mlp', 'knn'"),
        (LinearRegression(), "regressor"),
        (LinearSVC(), "CalibratedClassifierCV"),
        (make_pipeline(TfidfVectorizer(), LinearSVC()), "CalibratedClassifierCV"),
        (LogisticRegression, "not its class"),
        (3, "expected the name of a family"),
    ]:
        with pytest.raises(ValueError, match=told):
            as_classifier(estimator)


def test_seeds_reach_every_step_and_leave_the_given_model_alone():
    given = make_pipeline(TfidfVectorizer(), RandomForestClassifier())
    seeded = with_seed(as_classifier(given), 0, "a")
    assert given[-1].random_state is None
    assert isinstance(seeded[-1].random_state, int)
