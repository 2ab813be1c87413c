"""Quantities: exact figures from a law, a kernel, a table or a few moments; no samples here.

Each is a pure function that takes the law itself and gives a plain number in nats. What has to
be estimated from samples stands in `infometer.estimators`.
"""

from infometer.quantities.chi_squared_divergence import chi_squared_divergence
from infometer.quantities.divergence import divergence
from infometer.quantities.fisher_rao_distance import fisher_rao_distance
from infometer.quantities.jeffreys_divergence import jeffreys_divergence
from infometer.quantities.jensen_shannon_divergence import jensen_shannon_divergence
from infometer.quantities.kl_divergence import kl_divergence
from infometer.quantities.laws import JointLaw, joint_law
from infometer.quantities.nishiyama import nishiyama_bound
from infometer.quantities.primitives import masked_mean
from infometer.quantities.renyi_divergence import renyi_divergence
from infometer.quantities.reverse_kl_divergence import reverse_kl_divergence
from infometer.quantities.squared_hellinger import squared_hellinger
from infometer.quantities.total_variation import total_variation

__all__ = [
    "JointLaw",
    "chi_squared_divergence",
    "divergence",
    "fisher_rao_distance",
    "jeffreys_divergence",
    "jensen_shannon_divergence",
    "joint_law",
    "kl_divergence",
    "masked_mean",
    "nishiyama_bound",
    "renyi_divergence",
    "reverse_kl_divergence",
    "squared_hellinger",
    "total_variation",
]
