"""Comparisons of responses that share beginnings, with the tree as what is believed before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.graph_arguments import checked_pairs
from infometer.preferences.prefix_tree import PrefixTree

__all__ = ["SegmentVariance", "prefix_tree_graph"]

SegmentVariance = float | Callable[[np.ndarray], np.ndarray]


def prefix_tree_graph(
    trees: PrefixTree | Sequence[PrefixTree],
    pairs: Any,
    outcomes: Any = None,
    *,
    segment_variance: SegmentVariance = 1.0,
    **options: Any,
) -> ComparisonGraph:
    r"""A graph whose prior edges are the segments of the trees.

    .. math:: r_v - r_{\mathrm{parent}(v)} \sim N(0, \sigma^2(\mathrm{depth}(v)))

    The items are the responses, tree by tree in the order of their `leaves`, so that pairs name
    them by number; then the beginnings that are no responses themselves, which carry the prior.

    Parameters
    ----------
    trees : PrefixTree or sequence of PrefixTree
        One a prompt.
    pairs : array of int, shape (m, 2), or a sequence of them, one a tree
        Responses by their places in `leaves` of the tree, as `PrefixTree.pairs` gives them.
    outcomes : sequence, shape (m,), or a sequence of them, one a tree, optional
    segment_variance : float or callable
        σ² of what a segment adds to the reward, or of an array of depths, from 1, those of each.
    **options
        Of `ComparisonGraph`: kind, beta, raters, …

    Returns
    -------
    ComparisonGraph

    Raises
    ------
    ValueError
        No trees, pairs or outcomes of another number of trees, pairs of responses that the tree
        has not, and variances that are not above 0.

    References
    ----------
    T. Qiu et al., "Reward generalization in RLHF: a topological perspective", Findings of ACL
    (2025), section 4.

    Examples
    --------
    >>> tree = PrefixTree("Why?", [-1, 0, 1, 1], ["", "It rains. ", "I stay.", "I go."])
    >>> graph = prefix_tree_graph(tree, [(0, 1)], ["first"], segment_variance=0.5)
    >>> graph
    ComparisonGraph(4 items, 1 comparisons, 3 prior edges)
    >>> graph.name_of(1), graph.name_of(3)
    ('It rains. I go.', 'It rains. …')
    """
    if isinstance(trees, PrefixTree):
        trees, pairs = [trees], [pairs]
        outcomes = None if outcomes is None else [outcomes]
    if not trees:
        raise ValueError("trees is empty; give at least one PrefixTree")
    for name, given in (("pairs", pairs), ("outcomes", outcomes)):
        if given is not None and len(given) != len(trees):
            raise ValueError(
                f"{name} has {len(given)} parts for {len(trees)} trees; expected one a tree"
            )
    places = _item_of_node(trees)
    n_items = 1 + max(int(items.max()) for items in places)
    prompts, names = np.empty((2, n_items), dtype=object)
    for tree, items in zip(trees, places, strict=True):
        prompts[items] = tree.prompt
        names[items] = [text + "…" for text in tree.texts]
        names[items[tree.leaf_nodes]] = tree.leaves
    edges = [
        np.stack([items[tree.parents[1:]], items[1:]], axis=1)
        for tree, items in zip(trees, places, strict=True)
    ]
    return ComparisonGraph(
        n_items=n_items,
        pairs=_pairs_of_items(trees, pairs),
        outcomes=None if outcomes is None else np.concatenate([list(part) for part in outcomes]),
        prior_edges=np.concatenate(edges),
        prior_variances=_variances(trees, segment_variance),
        prompts=prompts,
        names=tuple(names),
        **options,
    )


def _item_of_node(trees: Sequence[PrefixTree]) -> list[np.ndarray]:
    """The item of each node: responses first, of all trees, and nodes with one text are one."""
    start, inner = 0, sum(len(tree.leaves) for tree in trees)
    places = []
    for tree in trees:
        known = {text: start + place for place, text in enumerate(tree.leaves)}
        start += len(known)
        for text in tree.texts:
            if text not in known:
                known[text], inner = inner, inner + 1
        places.append(np.array([known[text] for text in tree.texts]))
    return places


def _pairs_of_items(trees: Sequence[PrefixTree], pairs: Sequence[Any]) -> np.ndarray:
    """The pairs of all trees, responses by their items."""
    start, found = 0, []
    for place, (tree, part) in enumerate(zip(trees, pairs, strict=True)):
        k = len(tree.leaves)
        found.append(checked_pairs(part, k, f"pairs of tree {place}") + start)
        start += k
    return np.concatenate(found)


def _variances(trees: Sequence[PrefixTree], given: SegmentVariance) -> np.ndarray:
    """Of the prior edges, in their order."""
    depths = np.concatenate([tree.depths[1:] for tree in trees])
    variances = np.asarray(given(depths) if callable(given) else given, dtype=float)
    if variances.shape not in ((), depths.shape) or not np.all(
        np.isfinite(variances) & (variances > 0)
    ):
        raise ValueError(
            f"segment_variance gives {variances!r:.80}; expected a number above 0, or a function "
            "of an array of depths that gives as many"
        )
    return np.broadcast_to(variances, depths.shape)
