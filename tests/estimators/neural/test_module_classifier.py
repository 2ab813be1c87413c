"""A torch module as a scikit-learn classifier."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from infometer.estimators.neural import ModuleClassifier  # noqa: E402
from infometer.estimators.neural.classifier_training import class_probabilities  # noqa: E402

BATCHES = "rows are drawn in batches, so that a row given twice is not one of weight 2"


@parametrize_with_checks(
    [ModuleClassifier(nn.Linear, max_epochs=30, lr=0.1)],
    expected_failed_checks=lambda _: {"check_sample_weight_equivalence_on_dense_data": BATCHES},
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_scikit_learn_check(estimator, check):
    check(estimator)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 3))
    return X, np.array(["no", "yes"])[(X @ [1.0, -1.0, 0.5] > 0).astype(int)]


def perceptron(d, k):
    return nn.Sequential(nn.Linear(d, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, k))


def test_an_integer_seed_gives_the_same_weights_in_every_fit(data):
    classifier = ModuleClassifier(perceptron, max_epochs=2)
    first = classifier.fit(*data).predict_proba(data[0])
    torch.manual_seed(123)
    assert np.array_equal(classifier.fit(*data).predict_proba(data[0]), first)
    assert np.array_equal(clone(classifier).fit(*data).predict_proba(data[0]), first)
    other = classifier.set_params(random_state=1).fit(*data).predict_proba(data[0])
    assert not np.allclose(other, first)


def test_a_module_given_is_copied_and_stays_as_it_was(data):
    module = perceptron(3, 2)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    classifier = ModuleClassifier(module, max_epochs=3)
    first = classifier.fit(*data).predict_proba(data[0])
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert np.array_equal(classifier.fit(*data).predict_proba(data[0]), first)


def test_a_linear_module_finds_the_maximum_likelihood_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(1)
    X = rng.standard_normal((300, 2))
    y = (rng.random(300) < 1 / (1 + np.exp(-1.5 * X[:, 0]))).astype(int)
    found = ModuleClassifier(nn.Linear, max_epochs=300, batch_size=300, lr=0.05).fit(X, y)
    expected = LogisticRegression(C=np.inf, tol=1e-8).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(found.predict_proba(X), expected, atol=2e-3)


def test_weights_of_zero_take_items_out():
    rng = np.random.default_rng(2)
    X = rng.standard_normal((400, 2))
    y = (X[:, 0] > 0).astype(int)
    wrong = np.arange(400) < 200
    noisy = np.where(wrong, 1 - y, y)
    classifier = ModuleClassifier(nn.Linear, max_epochs=20, lr=0.1)
    assert classifier.fit(X, noisy, sample_weight=(~wrong).astype(float)).score(X, y) > 0.97
    assert classifier.fit(X, noisy).score(X, y) < 0.9
    with pytest.raises(ValueError, match="Negative values"):
        classifier.fit(X, y, sample_weight=-np.ones(400))


def test_patience_stops_before_the_end_and_keeps_the_best():
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((80, 20)), rng.integers(0, 2, 80)
    found = ModuleClassifier(perceptron, max_epochs=500, lr=0.01, patience=3).fit(X, y)
    losses = found.history_.validation_losses
    assert found.history_.stopped == "patience"
    assert len(losses) - 1 - losses.argmin() == 3


def test_a_module_with_an_embedding_is_given_token_ids():
    class Bag(nn.Module):
        def __init__(self, d, k):
            super().__init__()
            self.embedding = nn.EmbeddingBag(10, 4)
            self.logits = nn.Linear(4, k)

        def forward(self, ids):
            return self.logits(self.embedding(ids))

    rng = np.random.default_rng(4)
    X = rng.integers(0, 10, (300, 5))
    y = (X == 7).any(axis=1)
    classifier = ModuleClassifier(Bag, max_epochs=40, lr=0.02).fit(X, y)
    assert classifier.score(X, y) > 0.95
    with pytest.raises(ValueError, match="expected whole numbers, the ids of tokens"):
        classifier.fit(X + 0.5, y)


def test_each_epoch_is_told_with_a_classifier_that_predicts(data):
    told = []
    classifier = ModuleClassifier(
        nn.Linear,
        max_epochs=5,
        lr=0.05,
        on_epoch=lambda epoch, current: told.append((epoch, current.score(*data))),
    )
    score = classifier.fit(*data).score(*data)
    assert [epoch for epoch, _ in told] == [1, 2, 3, 4, 5]
    assert told[-1][1] == score > told[0][1]
    silent = clone(classifier).set_params(on_epoch=None).fit(*data)
    assert np.array_equal(silent.predict_proba(data[0]), classifier.predict_proba(data[0]))


def test_images_keep_their_shape():
    rng = np.random.default_rng(5)
    X = rng.standard_normal((60, 4, 4))
    y = (X.mean(axis=(1, 2)) > 0).astype(int)
    module = nn.Sequential(nn.Flatten(), nn.Linear(16, 2))
    assert ModuleClassifier(module, max_epochs=40, lr=0.05).fit(X, y).score(X, y) > 0.9


def test_what_cannot_be_fitted_is_refused_by_name(data):
    X, y = data
    with pytest.raises(ValueError, match=r"module gives an output of shape \(2, 5\).*shape \(2, 2"):
        ModuleClassifier(nn.Linear(3, 5)).fit(X, y)
    with pytest.raises(ValueError, match="y has the one class 'no'"):
        ModuleClassifier(nn.Linear).fit(X, np.full(len(X), "no"))
    with pytest.raises(ValueError, match="max_epochs is 0"):
        ModuleClassifier(nn.Linear, max_epochs=0).fit(X, y)
    with pytest.raises(ValueError, match=r"validation_fraction is 1\.5"):
        ModuleClassifier(nn.Linear, patience=2, validation_fraction=1.5).fit(X, y)


def test_probabilities_do_not_depend_on_the_batch_and_keep_the_mode():
    module = perceptron(3, 2).train()
    X = np.random.default_rng(6).standard_normal((10, 3))
    whole = class_probabilities(module, X, 10)
    np.testing.assert_allclose(class_probabilities(module, X, 3), whole, atol=1e-7)
    assert module.training
    np.testing.assert_allclose(whole.sum(axis=1), 1)
