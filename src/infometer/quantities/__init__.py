"""Quantities: exact figures from a law, a kernel, a table or a few moments; no samples here.

Each is a pure function that takes the law itself and gives a plain number in nats. What has to
be estimated from samples stands in `infometer.estimators`.
"""

from infometer.quantities.nishiyama import nishiyama_bound

__all__ = ["nishiyama_bound"]
