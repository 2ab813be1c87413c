"""Preferences: which comparisons teach a reward the most.

How sure every difference of rewards is after a set of comparisons, where that set hangs by a
thread, and which pairs to compare next, in nats each. Names load when they are first used: what
trains a model needs torch, and `infometer.preferences.collecting` the ``collect`` extra.
"""

from typing import Any

from infometer.extras import lazy_name

_HOME: dict[str, str] = {
    "BestOfNCurve": "rejection_sampling",
    "ComparisonGraph": "comparison_graph",
    "CyclicResidual": "hodge",
    "DistributionalConsistency": "decoding",
    "HeldOut": "held_out",
    "LaplacianSolver": "solver",
    "LinearReward": "reward_model",
    "NeuralReward": "neural_reward",
    "OneSided": "one_sided_items",
    "OnlinePosterior": "online",
    "PositionBias": "position",
    "PrefixTree": "prefix_tree",
    "Ranking": "ranking",
    "RewardPosterior": "posterior",
    "TextLengths": "prefix_tree",
    "TopologySimulation": "dyadic_topology",
    "UncertaintyReport": "uncertainty",
    "agreement_of_raters": "rater_agreement",
    "algebraic_connectivity": "spectral",
    "best_of_n": "rejection_sampling",
    "best_of_n_curve": "rejection_sampling",
    "boltzmann_policy": "decoding",
    "bradley_terry_loss": "neural_reward",
    "bridges": "bridging",
    "chain_pairs": "topologies",
    "choose_prior_precision": "evidence",
    "complete_pairs": "topologies",
    "continuation_messages": "tree_growth",
    "cyclic_residual": "hodge",
    "distributional_consistency": "decoding",
    "edge_leverage": "leverage",
    "effective_resistance": "resistance",
    "expected_inconsistency": "decoding",
    "fit_linear_reward": "reward_model",
    "fit_reward_module": "neural_reward",
    "gaussian_gain": "gain",
    "grow_prefix_tree": "tree_growth",
    "held_out_information": "held_out",
    "inference_distance": "best_paths",
    "information_gain": "gain",
    "kirchhoff_index": "mean_resistances",
    "label_gain": "gain",
    "laplacian_solver": "solver",
    "mean_inference_distance": "best_paths",
    "mean_resistance": "mean_resistances",
    "neighbor_edges": "kernel_edges",
    "neighbor_pairs": "nearby_pairs",
    "one_sided": "one_sided_items",
    "path_pairs": "topologies",
    "position_bias": "position",
    "prefix_tree_graph": "prefix_tree_graph",
    "rank_intervals": "ranks",
    "rank_items": "ranking",
    "rank_within_prompts": "prompt_ranks",
    "read_chosen_rejected": "reading",
    "read_comparisons": "reading",
    "regular_pairs": "topologies",
    "reward_posterior": "inference",
    "select_comparisons": "selection",
    "simulate_topology": "dyadic_topology",
    "simulated_tournament": "example_comparisons",
    "star_pairs": "topologies",
    "structural_function": "structural_functions",
    "swiss_pairs": "nearby_pairs",
    "theorem_rate": "rates",
    "tree_pairs": "topologies",
    "uncertainty_report": "uncertainty",
}
"""The module of this package that each public name stands in."""

_EXTRAS = {"torch": "torch"}
"""The extra that brings each package that a module of this one may miss."""

__all__: list[str] = [*_HOME]


def __getattr__(name: str) -> Any:
    return lazy_name(__name__, name, _HOME, _EXTRAS)


def __dir__() -> list[str]:
    return list(__all__)
