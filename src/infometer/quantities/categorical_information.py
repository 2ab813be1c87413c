"""Mutual information in any divergence: how far a joint law is from independence."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.quantities.divergence import divergence
from infometer.quantities.maximal_correlations import read_pair

__all__ = ["categorical_mutual_information"]


def categorical_mutual_information(law: Any, kind: str = "kl", order: float | None = None) -> float:
    r"""Divergence of a joint law from the product of its marginals.

    .. math:: I_D(X; Y) = D(p_{XY} \| p_X \otimes p_Y)

    "kl" gives Shannon's mutual information, "chi2" the sum of the squares of the
    `maximal_correlations`. It is 0 where X and Y are independent, and no kind grows where Y goes
    through a kernel. Of a variable with itself it is the `categorical_entropy`.

    Parameters
    ----------
    law : array-like, DataFrame or JointLaw, shape (n, m)
        The joint law of X, in rows, and Y, in columns.
    kind : {"kl", "reverse_kl", "jeffreys", "js", "tv", "hellinger2", "chi2", "renyi"}
        "kl", "reverse_kl", "jeffreys", "js" and "renyi" are in nats, the others have no unit.
    order : float, optional
        Of the Rényi divergence, and of it alone.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If it is no law of two variables, if the kind is unknown, or if the order is missing, not
        asked for or negative.

    References
    ----------
    Y. Zhang, "A Markov Categorical Framework for Language Modeling", arXiv 2507.19247, sec. 4.

    Examples
    --------
    >>> law = [[0.45, 0.05], [0.05, 0.45]]
    >>> round(categorical_mutual_information(law), 6)
    0.368064
    >>> round(categorical_mutual_information(law, "chi2"), 6)
    0.64
    """
    p = read_pair(law).p
    independent = np.outer(p.sum(1), p.sum(0))
    return float(divergence(p, independent / independent.sum(), kind, order, axis=None))
