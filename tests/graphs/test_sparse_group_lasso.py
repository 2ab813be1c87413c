import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, softmax
from sklearn.linear_model import LogisticRegression

from infometer.graphs import (
    kkt_violation,
    sparse_group_logistic,
    sparse_group_penalty,
    sparse_group_prox,
)

GROUPS = [4, 3, 5]
PENALTIES = [(0.0, 0.0), (0.02, 0.0), (0.0, 0.05), (0.01, 0.03), (0.2, 0.3)]


def samples(n_classes, n=200, scale=1.0):
    rng = np.random.default_rng(n_classes)
    x = scale * (rng.standard_normal((n, sum(GROUPS))) + 1.0)
    truth = rng.standard_normal((sum(GROUPS), n_classes)) / scale
    truth[4:7] = 0.0
    y = np.array([rng.choice(n_classes, p=p) for p in softmax((x - x.mean(axis=0)) @ truth, 1)])
    return x, y


def log_loss(x, y, w, b):
    logits = x @ w + b
    logits = np.c_[np.zeros(len(x)), logits] if w.shape[1] == 1 else logits
    return -log_softmax(logits, axis=1)[np.arange(len(x)), y].mean()


def gradient(x, y, w, b):
    logits = x @ w + b
    if w.shape[1] == 1:
        residual = expit(logits) - y[:, None]
    else:
        residual = softmax(logits, axis=1) - (y[:, None] == np.arange(w.shape[1]))
    return x.T @ residual / len(x), residual.mean(axis=0)


@pytest.fixture(scope="module", params=[2, 3], ids=["binary", "multinomial"])
def fitted(request):
    x, y = samples(request.param)
    return x, y, sparse_group_logistic(x, y, GROUPS, PENALTIES, tol=1e-8, max_iter=20_000)


@pytest.mark.parametrize("place", range(len(PENALTIES)))
def test_every_answer_is_a_minimum(fitted, place):
    x, y, found = fitted
    w, b = found.coefficients[place], found.intercepts[place]
    slope, offset = gradient(x, y, w, b)
    zero = np.zeros_like(w)
    shares = np.bincount(y) / len(y)
    null = np.log(shares[1] / shares[0]) if w.shape[1] == 1 else np.log(shares)
    reference = np.linalg.norm(gradient(x, y, zero, null)[0])
    violation = kkt_violation(w, slope, GROUPS, *PENALTIES[place])
    assert violation <= 1.01 * found.violations[place] * reference
    assert found.violations[place] <= 1e-8
    np.testing.assert_allclose(offset, 0.0, atol=1e-8)


def test_no_step_away_is_better(fitted):
    x, y, found = fitted
    rng = np.random.default_rng(0)
    for place, levels in enumerate(PENALTIES):
        w, b = found.coefficients[place], found.intercepts[place]
        best = log_loss(x, y, w, b) + sparse_group_penalty(w, GROUPS, *levels)
        for _ in range(20):
            there = w + 1e-3 * rng.standard_normal(w.shape)
            assert log_loss(x, y, there, b) + sparse_group_penalty(there, GROUPS, *levels) > best


def test_strong_penalties_switch_groups_off(fitted):
    _, y, found = fitted
    np.testing.assert_array_equal(found.coefficients[4], 0.0)
    shares = np.bincount(y) / len(y)
    null = np.log(shares[1] / shares[0]) if len(shares) == 2 else np.log(shares)
    constant = found.intercepts[4]
    expected = null if len(shares) == 2 else null - null.mean()
    np.testing.assert_allclose(constant, expected, atol=1e-12)
    assert not found.coefficients[3][4:7].any(), "the group that tells nothing"
    assert found.coefficients[0].all(), "without a penalty nothing is switched off"


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("l1", [0.0, 0.02])
def test_without_groups_it_is_scikit_learns_logistic_regression(n_classes, l1):
    x, y = samples(n_classes)
    found = sparse_group_logistic(x, y, GROUPS, [(l1, 0.0)], tol=1e-7, max_iter=20_000)
    settings = {"l1_ratio": 1.0, "C": 1 / (l1 * len(x)), "solver": "saga"} if l1 else {"C": np.inf}
    theirs = LogisticRegression(**settings, tol=1e-8, max_iter=100_000, random_state=0).fit(x, y)
    ours = found.coefficients[0].T
    np.testing.assert_allclose(
        ours - (0 if l1 or n_classes == 2 else ours.mean(axis=0)), theirs.coef_, atol=2e-4
    )


def test_one_group_of_all_columns_is_found_by_a_general_minimiser():
    x, y = samples(2)
    found = sparse_group_logistic(x, y, [12], [(0.0, 0.05)], tol=1e-8, max_iter=20_000)

    def objective(packed):
        w, b = packed[:-1, None], packed[-1]
        return log_loss(x, y, w, b) + 0.05 * np.linalg.norm(w)

    theirs = minimize(objective, np.full(13, 0.1), method="L-BFGS-B", options={"ftol": 1e-14})
    np.testing.assert_allclose(found.coefficients[0].ravel(), theirs.x[:-1], atol=1e-4)


def test_the_prox_is_nearest():
    rng = np.random.default_rng(0)
    v = rng.standard_normal((12, 2))
    w = sparse_group_prox(v, GROUPS, 0.3, 0.8)
    for group in np.split(np.arange(12), np.cumsum(GROUPS)[:-1]):
        assert w[group].any() == (np.linalg.norm(np.maximum(abs(v[group]) - 0.3, 0)) > 0.8)
    assert kkt_violation(w, w - v, GROUPS, 0.3, 0.8) == pytest.approx(0.0, abs=1e-14)
    several = sparse_group_prox(np.stack([v, v]), GROUPS, np.array([0.3, 0.0]), np.array([0.8, 0]))
    np.testing.assert_array_equal(several[0], w)
    np.testing.assert_array_equal(several[1], v)


def test_no_penalty_depends_on_the_others_or_their_order():
    x, y = samples(2)
    together = sparse_group_logistic(x, y, GROUPS, PENALTIES, tol=1e-6)
    backwards = sparse_group_logistic(x, y, GROUPS, PENALTIES[::-1], tol=1e-6)
    alone = sparse_group_logistic(x, y, GROUPS, PENALTIES[3:4], tol=1e-6)
    np.testing.assert_allclose(backwards.coefficients[::-1], together.coefficients, atol=1e-12)
    np.testing.assert_allclose(alone.coefficients[0], together.coefficients[3], atol=1e-12)
    assert together.n_iterations[3] == alone.n_iterations[0]


def test_short_floats_and_a_large_mean_change_little():
    x, y = samples(2, n=2000)
    exact = sparse_group_logistic(x, y, GROUPS, [(1e-3, 1e-2)], tol=1e-6, max_iter=5000)
    short = sparse_group_logistic(x.astype(np.float32), y, GROUPS, [(1e-3, 1e-2)], tol=1e-4)
    np.testing.assert_allclose(short.coefficients, exact.coefficients, atol=2e-3)
    moved = sparse_group_logistic(x + 50.0, y, GROUPS, [(1e-3, 1e-2)], tol=1e-6, max_iter=5000)
    np.testing.assert_allclose(moved.coefficients, exact.coefficients, atol=1e-4)


def test_what_is_left_is_told_where_the_iterations_end():
    x, y = samples(2)
    steps = []
    found = sparse_group_logistic(
        x, y, GROUPS, [(0.0, 0.0)], max_iter=3, progress=lambda *done: steps.append(done)
    )
    assert found.violations[0] > 1e-3
    assert steps == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"groups": [4, 3]}, "groups is"),
        ({"penalties": [(-1.0, 0.0)]}, "penalties is"),
        ({"y": np.zeros(200, dtype=int)}, "y has the classes"),
        ({"y": np.zeros(3, dtype=int)}, "x has the shape"),
    ],
)
def test_what_does_not_fit_is_named(changed, message):
    x, y = samples(2)
    given = {"x": x, "y": y, "groups": GROUPS, "penalties": PENALTIES, **changed}
    with pytest.raises(ValueError, match=message):
        sparse_group_logistic(**given)
