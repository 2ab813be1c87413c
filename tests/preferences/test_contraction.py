import numpy as np
import pytest

from infometer.preferences import ComparisonGraph, path_pairs, tree_pairs
from infometer.preferences.contraction import contracted


def variances_between(laplacian, items):
    inverse = np.linalg.pinv(laplacian.toarray(), hermitian=True)[np.ix_(items, items)]
    own = inverse.diagonal()
    return own[:, None] + own - 2 * inverse


@pytest.mark.parametrize("seed", range(4))
def test_is_the_limit_of_exact_comparisons(seed):
    n, rng = 30, np.random.default_rng(seed)
    graph = ComparisonGraph(
        n_items=n,
        pairs=tree_pairs(n, 12, random_state=seed),
        kind="cardinal",
        variances=np.full(12, 1e-6),
        prior_edges=np.concatenate([path_pairs(n), tree_pairs(n, 20, random_state=seed + 10)]),
        prior_variances=rng.exponential(size=n - 1 + 20) + 0.1,
    )
    laplacian, nodes = contracted(graph)
    joined = variances_between(laplacian, nodes)
    left_out = variances_between(graph.laplacian(), np.arange(n)) - joined
    assert left_out.min() > -1e-8
    assert 1e-7 < left_out.max() < 12 * 1e-6
    np.testing.assert_allclose(joined[tuple(graph.pairs.T)], 0.0, atol=1e-10)


def test_prior_edges_within_a_node_go_and_parallel_ones_add_up():
    graph = ComparisonGraph(
        n_items=4,
        pairs=[(0, 1)],
        prior_edges=[(0, 1), (1, 2), (0, 2), (2, 3)],
        prior_variances=[1.0, 2.0, 4.0, 1.0],
    )
    laplacian, nodes = contracted(graph)
    assert nodes.tolist() == [0, 0, 1, 2]
    assert laplacian.toarray().tolist() == [[0.75, -0.75, 0], [-0.75, 1.75, -1], [0, -1, 1]]
