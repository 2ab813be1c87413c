"""The PAC bound, beside what samples really do."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax

from infometer.estimators.predictive import linear_softmax_complexity, v_information_bound

NORM = 2.0


def circle(n, rng):
    """Items on the unit circle whose class is told by their side, nine times in ten."""
    angle = rng.uniform(0, 2 * np.pi, n)
    X = np.column_stack((np.cos(angle), np.sin(angle)))
    return X, ((X[:, 0] > 0) ^ (rng.random(n) < 0.1)).astype(int)


def lowest_entropy(X, y):
    """inf of the mean of -log softmax(±z)_y over z = <v, x>, |v| ≤ w/√2: W = (v, -v) has norm w."""
    radius = NORM / math.sqrt(2)

    def loss(v):
        z = X @ v
        return -log_softmax(np.column_stack((-z, z)), axis=1)[np.arange(len(y)), y].mean()

    ball = {"type": "ineq", "fun": lambda v: radius**2 - v @ v, "jac": lambda v: -2 * v}
    return minimize(loss, np.zeros(2), constraints=[ball], method="SLSQP").fun


def test_information_on_samples_stays_within_the_bound_of_that_of_the_law():
    rng = np.random.default_rng(0)
    truth = math.log(2) - lowest_entropy(*circle(200_000, rng))
    n = 400
    bound = v_information_bound(n, *linear_softmax_complexity(n, 2, norm=NORM, radius=1.0))
    found = [math.log(2) - lowest_entropy(*circle(n, rng)) for _ in range(30)]
    worst = np.abs(np.array(found) - truth).max()
    assert 0.01 < worst < bound


def test_the_complexity_is_above_what_random_signs_reach():
    rng = np.random.default_rng(1)
    n, K, d = 100, 3, 2
    X = rng.standard_normal((n, d))
    X /= np.linalg.norm(X, axis=1)[:, None]
    y = rng.integers(0, K, n)
    W = rng.standard_normal((4000, K, d))
    W *= NORM / np.linalg.norm(W, axis=(1, 2))[:, None, None]
    g = log_softmax(np.einsum("mkd,nd->mnk", W, X), axis=2)[:, np.arange(n), y] + math.log(K)
    signs = rng.choice([-1.0, 1.0], (50, n))
    reached = np.abs(g @ signs.T).max(axis=0).mean() / n
    bound = linear_softmax_complexity(n, K, norm=NORM, radius=1.0)
    assert 0.1 < reached < bound.rademacher
    assert np.abs(g - math.log(K)).max() < bound.log_bound


def test_it_shrinks_with_the_root_of_n_and_grows_with_certainty():
    def bound(n, delta=0.025):
        return v_information_bound(
            n, *linear_softmax_complexity(n, 5, norm=1.0, radius=2.0), delta=delta
        )

    assert bound(100) == pytest.approx(10 * bound(10_000))
    assert bound(100, 0.001) > bound(100)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 0.1, 1.0), "n is 0; it must be a whole number, at least 1"),
        ((10, -0.1, 1.0), "neither can be below 0"),
        ((10, 0.1, 1.0, 0.7), r"delta is 0\.7"),
    ],
)
def test_what_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        v_information_bound(*arguments)
    with pytest.raises(ValueError, match=r"norm is -1\.0 and radius 1\.0"):
        linear_softmax_complexity(10, 2, norm=-1.0, radius=1.0)
