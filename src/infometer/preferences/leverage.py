"""How much of what is known about a pair hangs on its own edge."""

from __future__ import annotations

import numpy as np

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.selected_inverse import selected_inverse

__all__ = ["edge_leverage"]


def edge_leverage(graph: ComparisonGraph) -> np.ndarray:
    r"""w_e R_e of every edge: 1 for a bridge, near 0 where many other paths say the same.

    It is the chance that a random spanning tree takes the edge. Without a prior all of them sum to
    the number of items less that of components (Foster). Found for all edges at once, by
    elimination.

    Parameters
    ----------
    graph : ComparisonGraph

    Returns
    -------
    ndarray, shape (k,)
        Of `ComparisonGraph.edges`.

    Raises
    ------
    ValueError
        If the graph is too large and too entangled for elimination.

    References
    ----------
    Foster (1949), "The average impedance of an electrical network".

    Examples
    --------
    A triangle that hangs by one comparison:

    >>> graph = ComparisonGraph(n_items=4, pairs=[(0, 1), (1, 2), (0, 2), (2, 3)])
    >>> edge_leverage(graph).round(4).tolist()
    [0.6667, 0.6667, 0.6667, 1.0]
    """
    ends, w = graph.edges()
    found = selected_inverse(graph.adjacency(), np.full(graph.n_items, graph.prior_precision))
    if found is None:
        raise ValueError(
            f"the graph of {graph.n_items} items is too entangled for the leverages of all edges; "
            "choose some, and multiply their precisions with effective_resistance"
        )
    return w * found.of_pairs(ends)
