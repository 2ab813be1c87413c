"""The push-forward: the law of what a Markov kernel gives when its input has a law."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.quantities.labelled_tables import is_labelled, short_list
from infometer.quantities.laws import read_kernel, read_rows

__all__ = ["push_forward"]


def push_forward(kernel: Any, p: Any) -> np.ndarray:
    r"""Law of the output of a Markov kernel: :math:`(pK)(y) = \sum_x p(x) K(x, y)`.

    Parameters
    ----------
    kernel : array-like or MarkovKernel, shape (n, m)
        Each row is a law.
    p : array-like, shape (n,) or (..., n)
        Law of the input, or several.

    Returns
    -------
    ndarray, shape (m,) or (..., m)

    Raises
    ------
    ValueError
        If a row or `p` is no law, or if `p` has another length than n.

    Examples
    --------
    >>> push_forward([[0.9, 0.1], [0.2, 0.8]], [0.5, 0.5]).round(6).tolist()
    [0.55, 0.45]
    """
    matrix = read_kernel(kernel)
    return input_law(p, matrix, kernel) @ matrix


def input_law(p: Any, matrix: np.ndarray, kernel: Any = None, name: str = "p") -> np.ndarray:
    """Law, or laws, of the input of a kernel, checked against its number of rows.

    Where the kernel as it was given has labels, a Series or DataFrame has the same.

    Examples
    --------
    >>> input_law([1.0], np.eye(2))
    Traceback (most recent call last):
    ...
    ValueError: p has the shape (1,); the kernel has 2 source symbols: expected 2 probabilities
    """
    source = kernel.index if is_labelled(kernel) else getattr(kernel, "source", None)
    if source is not None and is_labelled(p) and tuple(p.axes[-1]) != tuple(source):
        raise ValueError(
            f"{name} has the labels {short_list(p.axes[-1])} and the source of the kernel is "
            f"{short_list(source)}; expected the same in the same order: {name}.reindex puts them "
            "there"
        )
    law = read_rows(p, name)
    if law.shape[-1] != len(matrix):
        raise ValueError(
            f"{name} has the shape {law.shape}; the kernel has {len(matrix)} source symbols: "
            f"expected {len(matrix)} probabilities"
        )
    return law
