"""Estimators of information from samples: one method a file, scikit-learn's contract.

Every estimator is fitted with ``fit(X, y)`` (entropies with ``fit(X)``) and leaves an
`infometer.contracts.Estimate` in ``estimate_``: nats, an interval, a ceiling and warnings. The
functions named ``…_terms`` are the bare formulas, one term a row. Those with ``partial_fit`` and
``merge`` also take batches and Dask arrays. The training loop stands in
`infometer.estimators.fitting`, metrics in `infometer.estimators.metrics`: the ``torch`` extra.
"""

from infometer.estimators.binning import Binning, binned_terms
from infometer.estimators.conditional_information import conditional_mutual_information
from infometer.estimators.context_tree import ContextTree, context_tree
from infometer.estimators.directed_estimate import DirectedInformationEstimate
from infometer.estimators.directed_information import directed_information
from infometer.estimators.discrete_conditional import (
    DiscreteConditionalInformation,
    conditional_symbol_information,
)
from infometer.estimators.discrete_entropy import (
    DiscreteEntropy,
    chao_shen_entropy,
    grassberger_entropy,
    miller_madow_entropy,
    plug_in_entropy,
)
from infometer.estimators.discrete_information import (
    DiscreteInformation,
    symbol_information,
    symbol_terms,
)
from infometer.estimators.entropy import entropy
from infometer.estimators.entropy_sum import (
    EntropySum,
    class_entropy_terms,
    entropy_sum_terms,
    whiten,
)
from infometer.estimators.frenzel_pompe import FrenzelPompe, frenzel_pompe_terms
from infometer.estimators.gao import Gao, gao_terms
from infometer.estimators.gaussian import (
    GaussianInformation,
    canonical_correlations,
    gaussian_bias,
    gaussian_terms,
)
from infometer.estimators.gaussian_copula import GaussianCopula
from infometer.estimators.kernel_density import (
    KernelDensityInformation,
    kernel_bandwidth,
    kernel_density_terms,
    kernel_log_densities,
)
from infometer.estimators.kl_divergence import count_divergence, kl_divergence
from infometer.estimators.kozachenko_leonenko import (
    KozachenkoLeonenko,
    kozachenko_leonenko_terms,
)
from infometer.estimators.ksg import KSG, ksg_terms
from infometer.estimators.local_permutation import local_permutation, rows_nearby
from infometer.estimators.mixed_conditional import MesnerShalizi, mesner_shalizi_terms
from infometer.estimators.mutual_information import mutual_information
from infometer.estimators.mutual_information_selector import MutualInformationSelector
from infometer.estimators.neighbor_divergence import divergence_terms
from infometer.estimators.neighborhoods import Neighborhoods, neighborhoods
from infometer.estimators.normal_scores import normal_scores
from infometer.estimators.partial_estimate import PartialEstimate
from infometer.estimators.partial_information import partial_information
from infometer.estimators.predictive import (
    VInformation,
    conditional_v_information,
    pointwise_v_information,
    v_information,
)
from infometer.estimators.ross import Ross, label_entropy, ross_terms
from infometer.estimators.shrinkage import shrinkage_entropy
from infometer.estimators.sliced import sliced_information
from infometer.estimators.symbols import symbol_codes
from infometer.estimators.total_correlation import total_correlation, total_correlation_terms
from infometer.estimators.transfer_entropy import transfer_entropy
from infometer.estimators.weighted_kozachenko_leonenko import (
    WeightedKozachenkoLeonenko,
    neighbor_weights,
    weighted_terms,
)

__all__ = [
    "KSG",
    "Binning",
    "ContextTree",
    "DirectedInformationEstimate",
    "DiscreteConditionalInformation",
    "DiscreteEntropy",
    "DiscreteInformation",
    "EntropySum",
    "FrenzelPompe",
    "Gao",
    "GaussianCopula",
    "GaussianInformation",
    "KernelDensityInformation",
    "KozachenkoLeonenko",
    "MesnerShalizi",
    "MutualInformationSelector",
    "Neighborhoods",
    "PartialEstimate",
    "Ross",
    "VInformation",
    "WeightedKozachenkoLeonenko",
    "binned_terms",
    "canonical_correlations",
    "chao_shen_entropy",
    "class_entropy_terms",
    "conditional_mutual_information",
    "conditional_symbol_information",
    "conditional_v_information",
    "context_tree",
    "count_divergence",
    "directed_information",
    "divergence_terms",
    "entropy",
    "entropy_sum_terms",
    "frenzel_pompe_terms",
    "gao_terms",
    "gaussian_bias",
    "gaussian_terms",
    "grassberger_entropy",
    "kernel_bandwidth",
    "kernel_density_terms",
    "kernel_log_densities",
    "kl_divergence",
    "kozachenko_leonenko_terms",
    "ksg_terms",
    "label_entropy",
    "local_permutation",
    "mesner_shalizi_terms",
    "miller_madow_entropy",
    "mutual_information",
    "neighbor_weights",
    "neighborhoods",
    "normal_scores",
    "partial_information",
    "plug_in_entropy",
    "pointwise_v_information",
    "ross_terms",
    "rows_nearby",
    "shrinkage_entropy",
    "sliced_information",
    "symbol_codes",
    "symbol_information",
    "symbol_terms",
    "total_correlation",
    "total_correlation_terms",
    "transfer_entropy",
    "v_information",
    "weighted_terms",
    "whiten",
]
