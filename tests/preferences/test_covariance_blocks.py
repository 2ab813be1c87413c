import numpy as np
import pytest

from infometer.preferences import ComparisonGraph
from infometer.preferences.candidates import comparable_pairs
from infometer.preferences.covariance_blocks import block_covariance, block_entries
from infometer.preferences.designs import design_posterior
from infometer.preferences.solved_covariance import SolvedCovariance


@pytest.fixture(params=[[(0, 1), (1, 2), (3, 4)], [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]])
def posterior(request):
    return design_posterior(
        ComparisonGraph(n_items=6, pairs=request.param, kind="cardinal", prior_precision=0.3)
    )


def test_blocks_are_those_of_the_inverse(posterior):
    dense = np.linalg.inv(posterior.solver.laplacian.toarray())
    blocks = block_covariance(posterior)
    assert blocks.columns.size == block_entries(posterior.solver.components)
    x, pairs = np.arange(6.0) ** 2, comparable_pairs(6)
    np.testing.assert_allclose(blocks.times(x), dense @ x)
    np.testing.assert_allclose(blocks.pair_variances(pairs), posterior.pair_variance(pairs))
    for u, v in pairs:
        np.testing.assert_allclose(blocks.difference(u, v), dense[u] - dense[v], atol=1e-14)
    differences = dense[pairs[:, 0]] - dense[pairs[:, 1]]
    np.testing.assert_allclose(blocks.pair_spreads(pairs, x), differences**2 @ x)


def test_without_a_prior_blocks_are_the_pseudo_inverse():
    graph = ComparisonGraph(n_items=5, pairs=[(0, 1), (1, 2), (3, 4)], kind="cardinal")
    posterior = design_posterior(graph)
    x = np.array([1.0, 2.0, -1.0, 0.5, 0.0])
    expected = np.linalg.pinv(graph.laplacian().toarray()) @ x
    np.testing.assert_allclose(block_covariance(posterior).times(x), expected, atol=1e-12)


@pytest.mark.parametrize("prior_precision", [0.0, 0.4])
def test_solving_gives_what_the_blocks_hold(prior_precision):
    graph = ComparisonGraph(
        n_items=6, pairs=[(0, 1), (1, 2), (3, 4), (4, 5), (3, 5)], kind="cardinal",
        prior_precision=prior_precision,
    )  # fmt: skip
    posterior = design_posterior(graph)
    blocks, solved = block_covariance(posterior), SolvedCovariance(posterior)
    pairs, items = np.array([(0, 2), (5, 3)]), np.array([4, 1])
    columns = np.linalg.pinv(posterior.solver.laplacian.toarray())[:, items]
    for covariance in (blocks, solved):
        np.testing.assert_allclose(covariance.of_items(items).toarray(), columns, atol=1e-12)
    np.testing.assert_allclose(solved.pair_variances(pairs), blocks.pair_variances(pairs))
    np.testing.assert_allclose(solved.difference(0, 2), blocks.difference(0, 2), atol=1e-12)
