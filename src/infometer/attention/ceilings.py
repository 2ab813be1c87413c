"""The largest entropy that a mask allows: the yardstick of a head."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_torch_array

from infometer.quantities.whole_numbers import read_count

__all__ = ["causal_max_entropy", "mask_max_entropy"]


def causal_max_entropy(n: int) -> float:
    r"""The mean entropy of a head whose causal rows are all uniform, in nats.

    .. math:: \frac{1}{T} \sum_{i=1}^{T} \log i = \frac{\log \Gamma(T + 1)}{T} < \log T

    No causal head of T queries and keys can have more: its row i sees i keys.

    Parameters
    ----------
    n : int
        T, at least 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `n` is no whole number above 0.

    Examples
    --------
    >>> round(causal_max_entropy(128), 6)  # log 128 is 4.852030
    3.878168
    """
    n = read_count(n, "n", "queries")
    return math.lgamma(n + 1) / n


def mask_max_entropy(mask: Any) -> float:
    r"""The mean entropy of a head that is uniform on the keys that a mask lets it see, in nats.

    .. math:: \frac{1}{|R|} \sum_{i \in R} \log n_i, \qquad n_i = \sum_j m_{ij},

    over the rows R that see any key.

    Parameters
    ----------
    mask : array-like or tensor of bool, shape (..., Tq, Tk)
        True may be seen. Of several sequences or heads, the mean over the rows of all.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the mask is not of truths, or no row sees a key.

    Examples
    --------
    >>> window = np.tril(np.ones((128, 128), bool)) & ~np.tril(np.ones((128, 128), bool), -16)
    >>> round(mask_max_entropy(window), 6)  # at most 16 keys a row; log 16 is 2.772589
    2.665639
    """
    seen: Any = mask if is_torch_array(mask) else np.asarray(mask)
    if not str(seen.dtype).endswith("bool"):
        raise ValueError(f"mask holds {seen.dtype}; expected bool, True where a key may be seen")
    xp: Any = array_namespace(seen)
    n_keys = xp.sum(seen, axis=-1, dtype=xp.float64)
    n_keys = n_keys[n_keys > 0]
    if not n_keys.shape[0]:
        raise ValueError("mask lets no row see any key; an entropy needs at least one")
    return float(xp.mean(xp.log(n_keys)))
