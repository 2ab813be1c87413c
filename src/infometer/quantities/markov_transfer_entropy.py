"""The rate of transfer entropy of a stationary pair of finite Markov chains, from their kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.quantities.hmm_entropy_rate import stationary_law
from infometer.quantities.laws import JointLaw, read_kernel
from infometer.quantities.mutual_information import mutual_information
from infometer.quantities.whole_numbers import read_count

__all__ = ["history_law", "markov_transfer_entropy"]

LARGEST = 10**7
"""Cells of the law of the histories: 80 MB."""


def markov_transfer_entropy(
    kernel: Any, *, source_history: int = 1, target_history: int = 1
) -> float:
    r"""T(X→Y) in nats per step of a stationary Markov pair, with l and k steps of history.

    .. math:: T_{k,l}(X \to Y) = I(Y_t; X_{t-l}, \dots, X_{t-1} | Y_{t-k}, \dots, Y_{t-1}),

    under the stationary law of the kernel p(x', y' | x, y). It grows with l. With more history of
    the target it may go either way: more of its own past may tell the same, or bring the
    source's to light. For all of both histories see `hmm_entropy_rate`, of the target alone and
    of the pair.

    Parameters
    ----------
    kernel : array-like, shape (nx, ny, nx, ny)
        The probability of the next pair in the last two axes, given the present one in the first
        two. The other direction is that of ``kernel.transpose(1, 0, 3, 2)``.
    source_history, target_history : int
        The steps l and k that count, at least 1. The law of the histories has nx^l · ny^(k+1)
        cells; the limit is 10⁷.

    Returns
    -------
    float
        In nats, not negative.

    Raises
    ------
    ValueError
        If `kernel` is none, has more than one stationary law, or the histories are too long.

    References
    ----------
    T. Schreiber, "Measuring information transfer", Phys. Rev. Lett. 85, 461 (2000).

    Examples
    --------
    A fair bit that is copied one step later, wrong one time in ten: log 2 - h(0.1).

    >>> copied = np.array([[0.9, 0.1], [0.1, 0.9]])
    >>> kernel = np.broadcast_to(0.5 * copied[:, None, None, :], (2, 2, 2, 2))
    >>> round(markov_transfer_entropy(kernel), 6)
    0.368064
    >>> markov_transfer_entropy(kernel.transpose(1, 0, 3, 2))
    0.0
    """
    found = np.asarray(kernel)
    if found.ndim != 4 or found.shape[:2] != found.shape[2:]:
        raise ValueError(
            f"kernel has the shape {found.shape}; expected (nx, ny, nx, ny): the next pair in the "
            "last two axes, given the present one in the first two"
        )
    n_x, n_y = found.shape[:2]
    length = read_count(source_history, "source_history", "steps")
    width = read_count(target_history, "target_history", "steps")
    cells = n_x**length * n_y ** (width + 1)
    if cells > LARGEST:
        raise ValueError(
            f"the law of {length} steps of the source and {width} of the target has {cells:.2g} "
            "cells, more than 1e7; take shorter histories, or infometer.transfer_entropy of a "
            "sample path"
        )
    matrix = read_kernel(found.reshape(n_x * n_y, n_x * n_y), "kernel (pairs as rows)")
    law = history_law(matrix.reshape(found.shape), length, width)
    past = {side: [name for name in law.names if name[0] == side] for side in "xy"}
    present = past["y"].pop()
    return mutual_information(law, past["x"], [present], past["y"])


def history_law(kernel: np.ndarray, source_history: int, target_history: int) -> JointLaw:
    """The law of the target's present and of both histories of a stationary Markov pair.

    It is built step by step, and what is too old for its history is summed out at once.

    Parameters
    ----------
    kernel : ndarray of float, shape (nx, ny, nx, ny)
    source_history, target_history : int

    Returns
    -------
    JointLaw
        Its variables are ``("x", age)`` and ``("y", age)`` in order of time; age 0 is the present.

    Examples
    --------
    >>> history_law(np.full((1, 2, 1, 2), 0.5), 1, 2)
    JointLaw(('y', 2) (2), ('x', 1) (1), ('y', 1) (2), ('y', 0) (2))
    """
    n_x, n_y = kernel.shape[:2]
    p = stationary_law(kernel.reshape(n_x * n_y, -1)).reshape(n_x, n_y)
    names: list[tuple[str, int]] = []
    for age in range(max(source_history, target_history), 0, -1):
        kept = "x" * (age <= source_history) + "y" * (age <= target_history)
        names += [(side, age) for side in kept]
        step, new = (kernel, "uv") if age > 1 else (kernel.sum(axis=2), "v")
        p = np.einsum(f"...xy,xy{new}->...{kept}{new}", p, step, optimize=True)
    return JointLaw(p, (*names, ("y", 0)))
