import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from infometer.preferences.dyadic_space import (
    compressed_trie,
    dyadic_distances,
    prefix_lengths,
    random_leaves,
    trie_edges,
)


def shared_bits(u, v):
    first, second = (f"{int(leaf):050b}" for leaf in (u, v))
    return next((i for i in range(50) if first[i] != second[i]), 50)


def leaves_of(n, near):
    """Random leaves, and some that share long prefixes with them."""
    far = random_leaves(n, "test", random_state=0)
    return np.unique(np.concatenate([far, far[:near] ^ (1 << np.arange(near))]))


def test_prefix_lengths_against_strings_of_bits():
    leaves = leaves_of(20, 10)
    found = prefix_lengths(leaves[:, None], leaves)
    assert found.tolist() == [[shared_bits(u, v) for v in leaves] for u in leaves]


@pytest.mark.parametrize("alpha", [0.1, 0.5, 2.0])
def test_paths_of_the_trie_are_as_long_as_the_distances(alpha):
    leaves = leaves_of(30, 12)
    m = len(leaves)
    edges, variances = trie_edges(leaves, alpha)
    assert len(edges) == 2 * m - 2
    assert (variances > 0).all()
    tree = csr_array((variances, edges.T), shape=(2 * m - 1, 2 * m - 1))
    paths = dijkstra(tree, directed=False, indices=np.arange(m))[:, :m]
    expected = dyadic_distances(leaves[:, None], leaves, alpha)
    np.testing.assert_allclose(paths, expected, rtol=1e-12, atol=1e-15)
    assert expected[3, 5] == 2.0 ** (-alpha * shared_bits(leaves[3], leaves[5]))


def test_every_branching_has_two_children_deeper_than_itself():
    leaves = leaves_of(40, 20)
    parents, depths = compressed_trie(leaves)
    below = parents >= 0
    assert (parents == -1).sum() == 1
    assert np.bincount(parents[below])[len(leaves) :].tolist() == [2] * (len(leaves) - 1)
    assert (depths[parents[below]] < depths[below]).all()


def test_the_mean_distance_is_that_of_geometric_prefixes():
    alpha = 0.25
    u, v = random_leaves(200_000, random_state=1).reshape(2, -1)
    distances = dyadic_distances(u, v, alpha)
    error = distances.std() / np.sqrt(len(distances))
    assert distances.mean() == pytest.approx(1 / (2 - 2**-alpha), abs=4 * error)
