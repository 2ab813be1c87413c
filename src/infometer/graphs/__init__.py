"""Graphs: how much structure and features tell about links or labels, and a model that uses it."""

from infometer.graphs.graph import Graph, graph_from_edges
from infometer.graphs.hits import hits_at_k
from infometer.graphs.negatives import edge_keys, sample_negatives
from infometer.graphs.reading import as_graph, read_graph
from infometer.graphs.splits import EdgeSplit, check_no_leak, split_edges
from infometer.graphs.walks import expected_walks, sampled_walks, walk_operator

__all__ = [
    "EdgeSplit",
    "Graph",
    "as_graph",
    "check_no_leak",
    "edge_keys",
    "expected_walks",
    "graph_from_edges",
    "hits_at_k",
    "read_graph",
    "sample_negatives",
    "sampled_walks",
    "split_edges",
    "walk_operator",
]
