"""Quantities: exact figures from a law, a kernel, a table or a few moments; no samples here.

Each is a pure function that takes the law itself and gives a plain number in nats. What has to
be estimated from samples stands in `infometer.estimators`.
"""

from infometer.quantities.laws import JointLaw, joint_law
from infometer.quantities.nishiyama import nishiyama_bound
from infometer.quantities.primitives import masked_mean

__all__ = ["JointLaw", "joint_law", "masked_mean", "nishiyama_bound"]
