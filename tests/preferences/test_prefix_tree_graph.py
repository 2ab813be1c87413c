import numpy as np
import pytest

from infometer.preferences import ComparisonGraph, PrefixTree

TREE = PrefixTree("p", [-1, 0, 0, 1, 1, 2], ["", "A", "B", "c", "d", "e"])
OTHER = PrefixTree("q", [-1, 0, 0], ["", "x", "y"])


def resistance(graph, u, v):
    inverse = np.linalg.pinv(graph.laplacian().toarray())
    return inverse[u, u] + inverse[v, v] - 2 * inverse[u, v]


def test_variance_of_a_difference_is_the_length_of_the_path():
    graph = ComparisonGraph.from_prefix_tree(
        TREE, np.empty((0, 2), int), segment_variance=lambda depth: 2.0**-depth
    )
    assert TREE.leaves == ("Ac", "Ad", "Be")
    assert resistance(graph, 0, 1) == pytest.approx(2 * 0.25)
    assert resistance(graph, 0, 2) == pytest.approx(2 * 0.5 + 2 * 0.25)


def test_trees_of_several_prompts_stand_one_after_another():
    graph = ComparisonGraph.from_prefix_tree(
        [TREE, OTHER], [[(0, 2)], [(1, 0)]], [["first"], ["tie"]], beta=2.0
    )
    assert graph.pairs.tolist() == [[0, 2], [4, 3]]
    assert graph.outcomes.tolist() == [1.0, 0.5]
    assert graph.names[:5] == (*TREE.leaves, *OTHER.leaves)
    assert graph.prompts[:5].tolist() == ["p", "p", "p", "q", "q"]
    assert graph.n_items == 6 + 3
    assert len(set(graph.components().tolist())) == 2
    assert graph.beta == 2.0


def test_nodes_with_one_text_are_one_item():
    tree = PrefixTree("p", [-1, 0, 0, 1, 0], ["", "a", "ab", "b", "c"])
    graph = ComparisonGraph.from_prefix_tree(tree, [(0, 1)])
    assert graph.n_items == 4
    assert len(graph.prior_edges) == 4


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([], []), "trees is empty"),
        (([TREE, OTHER], [[(0, 1)]]), "pairs has 1 parts for 2 trees"),
        (([TREE], [[(0, 1)]], [[1], [0]]), "outcomes has 2 parts for 1 trees"),
        ((TREE, [(0, 3)]), "pairs of tree 0 names items 0 to 3; expected 0 to 2"),
        ((TREE, [(1, 1)]), "compares item 1 with itself"),
    ],
)
def test_bad_input_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        ComparisonGraph.from_prefix_tree(*given)


@pytest.mark.parametrize(
    "variance", [0.0, -1.0, np.nan, lambda depth: depth[:1], lambda depth: -depth]
)
def test_bad_variances_are_named(variance):
    with pytest.raises(ValueError, match="segment_variance gives"):
        ComparisonGraph.from_prefix_tree(TREE, [(0, 1)], segment_variance=variance)
