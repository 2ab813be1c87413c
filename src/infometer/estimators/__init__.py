"""Estimators of information from samples: one method a file, scikit-learn's contract.

Every estimator is fitted with ``fit(X, y)`` (entropies with ``fit(X)``) and leaves an
`infometer.contracts.Estimate` in ``estimate_``: nats, an interval, a ceiling and warnings. The
functions named ``…_terms`` are the bare formulas, one term a row. The training loop stands in
`infometer.estimators.fitting` and needs the ``torch`` extra.
"""

from infometer.estimators.binning import Binning, binned_terms
from infometer.estimators.entropy_sum import (
    EntropySum,
    class_entropy_terms,
    entropy_sum_terms,
    whiten,
)
from infometer.estimators.gaussian import (
    GaussianInformation,
    canonical_correlations,
    gaussian_bias,
    gaussian_terms,
)
from infometer.estimators.kozachenko_leonenko import (
    KozachenkoLeonenko,
    kozachenko_leonenko_terms,
)
from infometer.estimators.ksg import KSG, ksg_terms
from infometer.estimators.ross import Ross, label_entropy, ross_terms
from infometer.estimators.weighted_kozachenko_leonenko import (
    WeightedKozachenkoLeonenko,
    neighbor_weights,
    weighted_terms,
)

__all__ = [
    "KSG",
    "Binning",
    "EntropySum",
    "GaussianInformation",
    "KozachenkoLeonenko",
    "Ross",
    "WeightedKozachenkoLeonenko",
    "binned_terms",
    "canonical_correlations",
    "class_entropy_terms",
    "entropy_sum_terms",
    "gaussian_bias",
    "gaussian_terms",
    "kozachenko_leonenko_terms",
    "ksg_terms",
    "label_entropy",
    "neighbor_weights",
    "ross_terms",
    "weighted_terms",
    "whiten",
]
