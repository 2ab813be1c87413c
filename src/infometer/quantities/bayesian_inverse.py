"""The Bayesian inverse of a Markov kernel: the law of the input given the output."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.quantities.laws import read_kernel
from infometer.quantities.push_forward import input_law

__all__ = ["bayesian_inverse"]


def bayesian_inverse(kernel: Any, p: Any, fill: Any = None) -> np.ndarray:
    r"""Posterior over inputs for every output of a Markov kernel.

    .. math:: K^\dagger(y, x) = \frac{p(x) K(x, y)}{(pK)(y)}

    Where :math:`(pK)(y) = 0` any law would do: the joint law of input and output never sees it.
    None is made up: give the one to be written there as `fill`.

    Parameters
    ----------
    kernel : array-like or MarkovKernel, shape (n, m)
        Each row is a law.
    p : array-like, shape (n,)
        Law of the input.
    fill : array-like, shape (n,), optional
        Row of the outputs that have probability 0; the prior `p` is the usual choice.

    Returns
    -------
    ndarray, shape (m, n)
        A Markov kernel again, with :math:`(pK)(y) K^\dagger(y, x) = p(x) K(x, y)`.

    Raises
    ------
    ValueError
        If `p`, `fill` or a row is no law, or if an output has probability 0 and there is no
        `fill`; the message names the outputs.

    References
    ----------
    T. Fritz, "A synthetic approach to Markov kernels, conditional independence and theorems on
    sufficient statistics", Advances in Mathematics 370 (2020), section 11.

    Examples
    --------
    A test that finds 90 % of the ill and alarms 10 % of the well, where 1 % are ill:

    >>> bayesian_inverse([[0.9, 0.1], [0.1, 0.9]], [0.01, 0.99])[0].round(4).tolist()
    [0.0833, 0.9167]
    """
    matrix = read_kernel(kernel)
    prior = input_law(p, matrix, kernel)
    if prior.ndim != 1:
        raise ValueError(f"p has the shape {prior.shape}; expected one law: a vector")
    weights = (prior[:, None] * matrix).T
    total = weights.sum(axis=1, keepdims=True)
    never = np.flatnonzero(total[:, 0] == 0.0)
    if len(never):
        if fill is None:
            raise ValueError(
                f"the outputs {_listed(never)} have probability 0 under p, and no posterior: give "
                "the row to be written there, such as fill=p"
            )
        weights[never] = input_law(fill, matrix, kernel, "fill")
        total[never] = 1.0
    return weights / total


def _listed(places: np.ndarray, most: int = 8) -> str:
    shown = ", ".join(str(int(place)) for place in places[:most])
    return shown if len(places) <= most else f"{shown}, … ({len(places)} in all)"
