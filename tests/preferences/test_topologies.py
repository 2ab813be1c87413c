import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from infometer.preferences import (
    ComparisonGraph,
    chain_pairs,
    complete_pairs,
    path_pairs,
    regular_pairs,
    star_pairs,
    tree_pairs,
)


def degrees(pairs, n_items):
    return np.bincount(pairs.ravel(), minlength=n_items)


def resistances(pairs, n_items):
    graph = ComparisonGraph(n_items=n_items, pairs=pairs, kind="cardinal", variances=1.0)
    inverse = np.linalg.pinv(graph.laplacian().toarray())
    own = inverse.diagonal()
    return own[:, None] + own - 2 * inverse


@pytest.mark.parametrize(
    ("pairs", "kirchhoff"),
    [(path_pairs(10), 165.0), (star_pairs(10), 81.0), (complete_pairs(10), 9.0)],
)
def test_kirchhoff_indices_of_path_star_and_clique(pairs, kirchhoff):
    assert np.triu(resistances(pairs, 10)).sum() == pytest.approx(kirchhoff, abs=1e-9)


def test_a_chain_never_repeats_an_item():
    assert degrees(chain_pairs(50), 100).tolist() == [1] * 100
    assert chain_pairs(0).shape == (0, 2)


def test_tree_pairs_are_uniform_among_different_items():
    pairs = tree_pairs(4, 120_000, random_state=0)
    counts = np.zeros((4, 4))
    np.add.at(counts, tuple(pairs.T), 1)
    assert counts.diagonal().sum() == 0
    off = counts[~np.eye(4, dtype=bool)]  # 12 cells of 10 000, standard deviation 96
    assert np.abs(off - 10_000).max() < 4 * 96


@pytest.mark.parametrize(("n_items", "degree"), [(200, 3), (51, 4), (7, 6), (12, 1), (20, 11)])
def test_regular_pairs_are_simple_and_regular(n_items, degree):
    pairs = regular_pairs(n_items, degree, random_state=1)
    assert degrees(pairs, n_items).tolist() == [degree] * n_items
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert len(np.unique(pairs, axis=0)) == len(pairs)


def test_a_random_cubic_graph_is_an_expander():
    n = 400
    pairs = regular_pairs(n, 3, random_state=0)
    adjacency = np.zeros((n, n))
    adjacency[tuple(pairs.T)] = adjacency[tuple(pairs.T[::-1])] = 1
    assert connected_components(adjacency)[0] == 1
    second = np.linalg.eigvalsh(adjacency)[-2]
    assert second < 2 * np.sqrt(2) + 0.1  # Friedman: near 2 √(degree − 1)


def test_seeds_decide():
    once, again, other = (tree_pairs(9, 30, random_state=s) for s in (3, 3, 4))
    assert (once == again).all()
    assert (once != other).any()
    once, again, other = (regular_pairs(30, 3, random_state=s) for s in (3, 3, 4))
    assert (once == again).all()
    assert (once != other).any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: chain_pairs(-1), "n_comparisons is -1; expected at least 0"),
        (lambda: tree_pairs(1, 5), "n_items is 1; expected at least 2"),
        (lambda: path_pairs(1), "n_items is 1"),
        (lambda: star_pairs(0), "n_items is 0"),
        (lambda: complete_pairs(1), "n_items is 1"),
        (lambda: regular_pairs(5, 3), "degree is 3 for 5 items; expected 1 to 4, and an even"),
        (lambda: regular_pairs(4, 4), "degree is 4 for 4 items"),
        (lambda: regular_pairs(4, 0), "degree is 0"),
    ],
)
def test_impossible_sizes_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
