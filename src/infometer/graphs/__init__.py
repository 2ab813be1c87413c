"""Graphs: how much structure and features tell about links or labels, and a model that uses it."""

from infometer.graphs.compatibility import CompatibilityMatrix, pair_scores
from infometer.graphs.compatibility_closed_forms import (
    all_pairs_compatibility,
    positive_compatibility,
)
from infometer.graphs.embeddings import GraphEmbeddings, scaled_rows
from infometer.graphs.feature_scaling import scaled_features
from infometer.graphs.graph import Graph, graph_from_edges
from infometer.graphs.graph_classifier import NetInfoFGraphClassifier, clustering_consistency
from infometer.graphs.graph_descriptors import centralities, graph_descriptors, return_probabilities
from infometer.graphs.hits import hits_at_k
from infometer.graphs.homophily import (
    adjusted_homophily,
    edge_homophily,
    label_informativeness,
    neighbour_labels,
)
from infometer.graphs.label_split import split_labels
from infometer.graphs.link_heuristics import (
    adamic_adar,
    common_neighbours,
    katz,
    resource_allocation,
)
from infometer.graphs.link_model import LinkModel
from infometer.graphs.link_predictor import NetInfoFLinkPredictor
from infometer.graphs.link_probe import link_table
from infometer.graphs.low_rank import low_rank_svd
from infometer.graphs.negatives import edge_keys, sample_negatives
from infometer.graphs.network_probe import NetworkProbe
from infometer.graphs.node_classifier import NetInfoFNodeClassifier
from infometer.graphs.node_model import NodeModel
from infometer.graphs.pair_products import pair_products
from infometer.graphs.penalty_choice import PenaltyChoice
from infometer.graphs.probe_result import ProbeResult
from infometer.graphs.propagation import propagated, propagation_matrix
from infometer.graphs.reading import as_graph, read_graph
from infometer.graphs.saved_models import load_model, save_model
from infometer.graphs.scenarios import make_usable_graph
from infometer.graphs.sparse_group_lasso import SparseGroupFit, sparse_group_logistic
from infometer.graphs.sparse_group_penalty import (
    kkt_violation,
    sparse_group_penalty,
    sparse_group_prox,
)
from infometer.graphs.splits import EdgeSplit, check_no_leak, split_edges
from infometer.graphs.table_interval import TableInterval, table_interval
from infometer.graphs.top_pairs import top_pairs
from infometer.graphs.walks import expected_walks, sampled_walks, walk_operator

__all__ = [
    "CompatibilityMatrix",
    "EdgeSplit",
    "Graph",
    "GraphEmbeddings",
    "LinkModel",
    "NetInfoFGraphClassifier",
    "NetInfoFLinkPredictor",
    "NetInfoFNodeClassifier",
    "NetworkProbe",
    "NodeModel",
    "PenaltyChoice",
    "ProbeResult",
    "SparseGroupFit",
    "TableInterval",
    "adamic_adar",
    "adjusted_homophily",
    "all_pairs_compatibility",
    "as_graph",
    "centralities",
    "check_no_leak",
    "clustering_consistency",
    "common_neighbours",
    "edge_homophily",
    "edge_keys",
    "expected_walks",
    "graph_descriptors",
    "graph_from_edges",
    "hits_at_k",
    "katz",
    "kkt_violation",
    "label_informativeness",
    "link_table",
    "load_model",
    "low_rank_svd",
    "make_usable_graph",
    "neighbour_labels",
    "pair_products",
    "pair_scores",
    "positive_compatibility",
    "propagated",
    "propagation_matrix",
    "read_graph",
    "resource_allocation",
    "return_probabilities",
    "sample_negatives",
    "sampled_walks",
    "save_model",
    "scaled_features",
    "scaled_rows",
    "sparse_group_logistic",
    "sparse_group_penalty",
    "sparse_group_prox",
    "split_edges",
    "split_labels",
    "table_interval",
    "top_pairs",
    "walk_operator",
]
