"""V-information epoch by epoch."""

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from infometer.estimators.neural import ModuleClassifier  # noqa: E402
from infometer.estimators.predictive import epoch_trajectory  # noqa: E402


def noisy_sides(n, rng):
    """Twenty numbers, the first of which tells the class four times in five."""
    X = rng.standard_normal((n, 20))
    return X, np.where(rng.random(n) < 0.8, X[:, 0] > 0, X[:, 0] <= 0).astype(int)


def wide(d, k):
    return nn.Sequential(nn.Linear(d, 256), nn.ReLU(), nn.Linear(256, k))


@pytest.fixture(scope="module")
def overfitted():
    rng = np.random.default_rng(0)
    classifier = ModuleClassifier(wide, max_epochs=40, batch_size=32, lr=3e-3)
    train, test = noisy_sides(200, rng), noisy_sides(2000, rng)
    return classifier, train, test, epoch_trajectory(classifier, *train, *test)


def test_overfitting_turns_information_negative_where_most_labels_are_still_guessed(overfitted):
    *_, found = overfitted
    frame = found.to_frame()
    best, last = frame.loc[frame["information_bits"].idxmax()], frame.iloc[-1]
    assert best["information_bits"] > 0.05
    assert last["information_bits"] < -0.5
    assert last["accuracy"] > 0.6
    assert best["epoch"] < last["epoch"] == 40


def test_the_last_epoch_is_the_classifier_that_training_ends_with(overfitted):
    classifier, train, (X, y), found = overfitted
    fitted = classifier.fit(*train)
    assert found.accuracy[-1] == fitted.score(X, y)
    log_p = np.log(fitted.predict_proba(X)[np.arange(len(y)), y])
    share = train[1].mean()
    null = np.where(y, math.log(share), math.log(1 - share))
    assert found.information[-1].value == pytest.approx((log_p - null).mean())
    assert found.null_entropy.value == pytest.approx(-null.mean())


def test_the_picture_has_every_epoch(overfitted):
    pytest.importorskip("matplotlib")
    ax = overfitted[-1].plot()
    assert len(ax.lines[0].get_xdata()) == 40


def test_a_classifier_without_epochs_and_labels_unseen_are_refused():
    X, y = noisy_sides(40, np.random.default_rng(1))
    with pytest.raises(ValueError, match="one that tells its epochs through on_epoch"):
        epoch_trajectory(LogisticRegression(), X, y, X, y)
    with pytest.raises(ValueError, match=r"labels hold \['7'\]"):
        epoch_trajectory(ModuleClassifier(wide), X, y, X, np.full(40, 7))
