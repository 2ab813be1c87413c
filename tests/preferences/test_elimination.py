import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array

from infometer.preferences.elimination import Elimination, eliminate
from infometer.preferences.selected_inverse import selected_inverse
from infometer.preferences.subtraction_free import factor_dense


def symmetric(ends, weights, n):
    rows, columns = np.concatenate([ends, np.asarray(ends)[:, ::-1]]).T
    return csr_array(coo_array((np.tile(weights, 2), (rows, columns)), shape=(n, n)))


def random_tree(n, rng):
    child = np.arange(1, n)
    return np.stack([child, (rng.random(n - 1) * child).astype(int)], axis=1)


def test_a_tree_vanishes_in_few_levels_and_leaves_its_one_spanning_tree():
    rng = np.random.default_rng(0)
    weights = rng.uniform(0.1, 10.0, 9_999)
    start = Elimination.of(symmetric(random_tree(10_000, rng), weights, 10_000), np.zeros(10_000))
    gone = eliminate(start, max_degree=2)
    assert len(gone.rest) == 0
    assert len(gone.levels) < 40
    pivots = gone.pivots()
    assert (pivots == 0).sum() == 1
    assert np.log(pivots[pivots > 0]).sum() == pytest.approx(np.log(weights).sum(), rel=1e-12)


def test_a_star_takes_one_level_and_its_hub_another():
    hub = np.stack([np.zeros(500, int), np.arange(1, 501)], axis=1)
    gone = eliminate(Elimination.of(symmetric(hub, np.ones(500), 501), np.zeros(501)), max_degree=2)
    assert [len(level.items) for level in gone.levels] == [500, 1]


@pytest.mark.parametrize("max_degree", [1, 2, 4])
@pytest.mark.parametrize("prior", [0.0, 0.25])
def test_what_elimination_leaves_is_the_schur_complement(max_degree, prior):
    rng = np.random.default_rng(1)
    n = 60
    ends = np.vstack([random_tree(n, rng), rng.integers(0, n, (40, 2))])
    ends = ends[ends[:, 0] != ends[:, 1]]
    weights = symmetric(ends, rng.uniform(0.5, 2.0, len(ends)), n)
    laplacian = np.diag(weights.sum(axis=1) + prior) - weights.toarray()
    gone = eliminate(Elimination.of(weights, np.full(n, prior)), max_degree=max_degree)
    rest, out = gone.rest, np.setdiff1d(np.arange(n), gone.rest)
    assert 0 < len(out) < n
    schur = laplacian[np.ix_(rest, rest)] - laplacian[np.ix_(rest, out)] @ np.linalg.solve(
        laplacian[np.ix_(out, out)], laplacian[np.ix_(out, rest)]
    )
    found = np.diag(gone.weights.sum(axis=1) + gone.row_sums) - gone.weights.toarray()
    np.testing.assert_allclose(found, schur, atol=1e-13)


def exact_resistance_of_chain(precisions):
    return float(np.sum(1.0 / np.asarray(precisions, dtype=np.longdouble)))


@pytest.mark.parametrize("dense", [True, False])
def test_nothing_cancels_however_far_the_weights_span(dense):
    w = 10.0 ** np.array([9, -9, 6, 0, -3, 9, -6, 3, 9.0])
    chain = np.stack([np.arange(9), np.arange(1, 10)], axis=1)
    b = np.zeros((10, 1))
    b[0], b[9] = 1.0, -1.0
    weights, nothing = symmetric(chain, w, 10), np.zeros(10)
    if dense:
        x = factor_dense(weights.toarray(), nothing).solve(b)
    else:
        gone = eliminate(Elimination.of(weights, nothing), max_degree=2)
        x = b
        gone.forward(x)
        gone.back(x)
    found = float(x[0, 0] - x[9, 0])
    assert found == pytest.approx(exact_resistance_of_chain(w), rel=1e-14)


def test_a_prior_that_rounding_would_lose_is_kept():
    """Pivots with weights of 1e9 and row sums of 1e-9: their product is the determinant."""
    ends = np.array([[0, 1], [1, 2], [0, 2]])
    weights, prior = symmetric(ends, np.full(3, 1e9), 3), np.full(3, 1e-9)
    exact = 1e-9 * (3e9 + 1e-9) ** 2
    dense = factor_dense(weights.toarray(), prior)
    assert np.prod(dense.pivots) == pytest.approx(exact, rel=1e-14)
    gone = eliminate(Elimination.of(weights, prior), max_degree=2)
    assert np.prod(gone.pivots()) == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 40, 131])
def test_the_dense_factor_solves_and_its_pivots_are_the_determinant(n):
    rng = np.random.default_rng(n)
    half = np.triu(rng.random((n, n)), 1)
    weights = half + half.T + np.diag(rng.random(n))
    prior = rng.random(n)
    off = weights - np.diag(np.diagonal(weights))
    laplacian = np.diag(off.sum(axis=1) + prior) - off
    factor = factor_dense(weights, prior)
    b = rng.standard_normal((n, 3))
    np.testing.assert_allclose(factor.solve(b), np.linalg.solve(laplacian, b), rtol=1e-9)
    assert factor.log_pivots() == pytest.approx(np.linalg.slogdet(laplacian)[1], abs=1e-10)


@pytest.mark.parametrize("prior", [0.0, 0.3])
@pytest.mark.parametrize("extra", [0, 30, 900])
def test_the_selected_inverse_agrees_with_the_whole(prior, extra):
    rng = np.random.default_rng(extra)
    n = 320
    ends = np.vstack([random_tree(n, rng), rng.integers(0, n, (extra, 2))])
    ends = ends[ends[:, 0] != ends[:, 1]]
    weights = symmetric(ends, 10.0 ** rng.uniform(-2, 2, len(ends)), n)
    laplacian = np.diag(weights.sum(axis=1) + prior) - weights.toarray()
    held = np.linalg.pinv(laplacian, rcond=1e-13, hermitian=True)
    exact = held.diagonal()[:, None] + held.diagonal() - 2 * held
    found = selected_inverse(weights, np.full(n, prior))
    np.testing.assert_allclose(found.of_pairs(ends), exact[ends[:, 0], ends[:, 1]], rtol=1e-9)
    total = n * found.variances.sum() - found.sums.sum()
    assert total == pytest.approx(exact.sum() / 2, rel=1e-9)
