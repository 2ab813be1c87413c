"""Comparisons so exact that both items are one."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from infometer.preferences.comparison_graph import ComparisonGraph

__all__ = ["contracted"]


def contracted(graph: ComparisonGraph) -> tuple[csr_array, np.ndarray]:
    r"""The Laplacian of the prior edges where both ends of every comparison are one node.

    .. math:: R_{\mathrm{contracted}} \le R \le R_{\mathrm{contracted}} + \sigma^2 h

    for comparisons of variance σ² and h of them on the longest path that current takes between the
    two ends: the posterior of comparisons far more exact than the prior, without the condition
    number of 1/σ² that they would bring.

    Parameters
    ----------
    graph : ComparisonGraph

    Returns
    -------
    laplacian : csr_array, shape (k, k)
    nodes : ndarray of int, shape (n_items,)
        Where each item went.

    Examples
    --------
    Of a path of prior edges 0–1–2–3 with 0 and 3 joined a triangle is left:

    >>> path = ComparisonGraph(n_items=4, pairs=[(0, 3)], prior_edges=[(0, 1), (1, 2), (2, 3)],
    ...                        prior_variances=1.0)
    >>> laplacian, nodes = contracted(path)
    >>> nodes.tolist(), laplacian.diagonal().tolist()
    ([0, 1, 2, 0], [2.0, 2.0, 2.0])
    """
    n = graph.n_items
    u, v = graph.pairs.T
    joined = csr_array((np.ones(len(u)), (u, v)), shape=(n, n))
    n_nodes, nodes = connected_components(joined, directed=False)
    edges = nodes[graph.prior_edges]
    apart = edges[:, 0] != edges[:, 1]
    smaller = ComparisonGraph(
        n_items=n_nodes,
        pairs=np.empty((0, 2), np.int64),
        prior_edges=edges[apart],
        prior_variances=graph.prior_variances[apart],
    )
    return smaller.laplacian(), nodes
