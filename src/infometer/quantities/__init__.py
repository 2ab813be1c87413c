"""Quantities: exact figures from a law, a kernel, a table or a few moments; no samples here.

Each is a pure function that takes the law itself and gives a plain number in nats. What has to
be estimated from samples stands in `infometer.estimators`.
"""

from infometer.quantities.bayesian_inverse import bayesian_inverse
from infometer.quantities.best_of_n import BestOfN, best_of_n
from infometer.quantities.categorical_entropies import categorical_entropies
from infometer.quantities.categorical_entropy import categorical_entropy
from infometer.quantities.categorical_information import categorical_mutual_information
from infometer.quantities.causal_kernels import CausalKernels
from infometer.quantities.causal_rate_closed_forms import (
    binary_markov_causal_rate,
    gauss_markov_causal_rate,
)
from infometer.quantities.causal_rate_distortion import CausalRateDistortion, causal_rate_distortion
from infometer.quantities.channel_capacity import ChannelCapacity, channel_capacity
from infometer.quantities.chi_squared_divergence import chi_squared_divergence
from infometer.quantities.conditional_entropy import conditional_entropy
from infometer.quantities.cover_count import cover_count, separable_fraction
from infometer.quantities.data_processing import DataProcessing, check_data_processing
from infometer.quantities.directed_information import DirectedInformation, directed_information
from infometer.quantities.divergence import divergence
from infometer.quantities.dobrushin import dobrushin_coefficient
from infometer.quantities.dual_total_correlation import dual_total_correlation
from infometer.quantities.entropy import entropy
from infometer.quantities.fano import fano_accuracy_bound
from infometer.quantities.feedback_capacity import ma1_feedback_capacity, unifilar_feedback_bound
from infometer.quantities.fisher_rao_distance import fisher_rao_distance
from infometer.quantities.gardner_capacity import gardner_capacity
from infometer.quantities.gaussian_reward import (
    GaussianBestOfN,
    gaussian_best_of_n,
    gaussian_reward_frontier,
)
from infometer.quantities.granger import GrangerCausality, gaussian_granger
from infometer.quantities.hmm_entropy_rate import RateBounds, hmm_entropy_rate
from infometer.quantities.hopfield import hopfield_energy, hopfield_step, retrieval_error_bound
from infometer.quantities.interaction_information import interaction_information
from infometer.quantities.jeffreys_divergence import jeffreys_divergence
from infometer.quantities.jensen_shannon_divergence import jensen_shannon_divergence
from infometer.quantities.joint_entropy import joint_entropy
from infometer.quantities.kernel_directed_information import (
    directed_information_rate,
    kernel_directed_information,
)
from infometer.quantities.kl_divergence import kl_divergence
from infometer.quantities.laws import JointLaw, joint_law
from infometer.quantities.markov_kernel import MarkovKernel
from infometer.quantities.markov_transfer_entropy import markov_transfer_entropy
from infometer.quantities.maximal_correlations import maximal_correlations
from infometer.quantities.mutual_information import mutual_information
from infometer.quantities.nishiyama import nishiyama_bound
from infometer.quantities.o_information import o_information
from infometer.quantities.partial_information import PartialInformation, partial_information
from infometer.quantities.primitives import masked_mean
from infometer.quantities.push_forward import push_forward
from infometer.quantities.rate_distortion import rate_distortion
from infometer.quantities.rate_distortion_curve import RateDistortionCurve
from infometer.quantities.rate_reward import RateRewardCurve, rate_reward
from infometer.quantities.renyi_divergence import renyi_divergence
from infometer.quantities.renyi_entropy import renyi_entropy
from infometer.quantities.reverse_kl_divergence import reverse_kl_divergence
from infometer.quantities.reward_frontier import RewardFrontier, kl_coefficient, kl_reward_frontier
from infometer.quantities.soft_chain import soft_optimal_chain
from infometer.quantities.soft_policy import SoftPolicy, soft_optimal_policy
from infometer.quantities.squared_hellinger import squared_hellinger
from infometer.quantities.total_correlation import total_correlation
from infometer.quantities.total_variation import total_variation
from infometer.quantities.transfer_entropy import transfer_entropy
from infometer.quantities.tsallis_entropy import tsallis_entropy
from infometer.quantities.usable_information import UsableInformation, usable_information
from infometer.quantities.xu_raginsky import xu_raginsky_bound

__all__ = [
    "BestOfN",
    "CausalKernels",
    "CausalRateDistortion",
    "ChannelCapacity",
    "DataProcessing",
    "DirectedInformation",
    "GaussianBestOfN",
    "GrangerCausality",
    "JointLaw",
    "MarkovKernel",
    "PartialInformation",
    "RateBounds",
    "RateDistortionCurve",
    "RateRewardCurve",
    "RewardFrontier",
    "SoftPolicy",
    "UsableInformation",
    "bayesian_inverse",
    "best_of_n",
    "binary_markov_causal_rate",
    "categorical_entropies",
    "categorical_entropy",
    "categorical_mutual_information",
    "causal_rate_distortion",
    "channel_capacity",
    "check_data_processing",
    "chi_squared_divergence",
    "conditional_entropy",
    "cover_count",
    "directed_information",
    "directed_information_rate",
    "divergence",
    "dobrushin_coefficient",
    "dual_total_correlation",
    "entropy",
    "fano_accuracy_bound",
    "fisher_rao_distance",
    "gardner_capacity",
    "gauss_markov_causal_rate",
    "gaussian_best_of_n",
    "gaussian_granger",
    "gaussian_reward_frontier",
    "hmm_entropy_rate",
    "hopfield_energy",
    "hopfield_step",
    "interaction_information",
    "jeffreys_divergence",
    "jensen_shannon_divergence",
    "joint_entropy",
    "joint_law",
    "kernel_directed_information",
    "kl_coefficient",
    "kl_divergence",
    "kl_reward_frontier",
    "ma1_feedback_capacity",
    "markov_transfer_entropy",
    "masked_mean",
    "maximal_correlations",
    "mutual_information",
    "nishiyama_bound",
    "o_information",
    "partial_information",
    "push_forward",
    "rate_distortion",
    "rate_reward",
    "renyi_divergence",
    "renyi_entropy",
    "retrieval_error_bound",
    "reverse_kl_divergence",
    "separable_fraction",
    "soft_optimal_chain",
    "soft_optimal_policy",
    "squared_hellinger",
    "total_correlation",
    "total_variation",
    "transfer_entropy",
    "tsallis_entropy",
    "unifilar_feedback_bound",
    "usable_information",
    "xu_raginsky_bound",
]
