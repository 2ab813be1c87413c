"""The entropy of attention from its probabilities."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from array_api_compat import array_namespace, is_torch_array

from infometer.quantities.primitives import floating, xlogx

__all__ = ["attention_entropy"]

SUM_TOLERANCE = 0.02
"""How far from 1 a row may sum: half precision rounds each of many probabilities."""


def attention_entropy(
    attention: Any,
    *,
    key_mask: Any = None,
    normalize: Literal["keys", "log_T"] | None = None,
) -> Any:
    r"""Entropy of each row of attention, in nats.

    .. math:: E_i = -\sum_j a_{ij} \log a_{ij}

    Half precision is summed in float32, 0 log 0 is 0, and the gradient at 0 is 0. What rounding
    leaves below 0 is 0. A row that sees no key has no entropy: NaN, with the gradient 0. NaN in the
    attention stays NaN.

    Parameters
    ----------
    attention : array-like or tensor, shape (..., Tq, Tk)
        Probabilities, before dropout. From 1024 keys on rather from queries and keys, with
        `attention_entropy_from_qk`, which never holds this table.
    key_mask : array-like or tensor of bool, broadcastable to (..., Tq, Tk), optional
        True where a query may see a key. What it hides is not looked at.
    normalize : {None, "keys", "log_T"}
        Divide by log n_i, where n_i keys may be seen, or by log Tk. By "keys" a row of one key is
        0/0: NaN.

    Returns
    -------
    ndarray or tensor, shape (..., Tq)

    Raises
    ------
    ValueError
        If the rows do not sum to 1, or the mask is not of truths.

    References
    ----------
    N. K. Jha and B. Reagen, "Entropy-guided attention for private LLMs", arXiv 2501.03489, eq. 3.

    Examples
    --------
    >>> attention = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.5, 0.25, 0.25]])
    >>> attention_entropy(attention).round(6).tolist()  # one key, log 2, 1.5 log 2
    [0.0, 0.693147, 1.039721]
    """
    if normalize not in (None, "keys", "log_T"):
        raise ValueError(f"normalize is {normalize!r}; it must be None, 'keys' or 'log_T'")
    a = floating(attention)
    if a.ndim < 2:
        raise ValueError(f"attention has the shape {tuple(a.shape)}; expected (..., Tq, Tk)")
    xp: Any = array_namespace(a)
    seen = None if key_mask is None else _as_mask(key_mask, a)
    if seen is not None:
        a = xp.where(seen, a, 0.0)
    mass = xp.sum(a.detach() if is_torch_array(a) else a, axis=-1)
    empty = mass == 0 if seen is None else (mass == 0) | ~xp.any(seen, axis=-1)
    _require_rows(a, mass, empty)
    entropy = 0.0 - xp.sum(xlogx(a), axis=-1)
    entropy = xp.where(empty, math.nan, xp.where(entropy < 0, 0.0, entropy))
    if normalize is None:
        return entropy
    return entropy / _log_keys(a, seen, normalize)


def _as_mask(key_mask: Any, a: Any) -> Any:
    mask = key_mask if is_torch_array(key_mask) else np.asarray(key_mask)
    if not str(mask.dtype).endswith("bool"):
        raise ValueError(
            f"key_mask holds {mask.dtype}; expected bool, True where a query may see a key"
        )
    try:
        return array_namespace(a).broadcast_to(mask, tuple(a.shape))
    except (RuntimeError, ValueError):
        raise ValueError(
            f"key_mask has the shape {tuple(mask.shape)}; expected one that broadcasts to that of "
            f"attention, {tuple(a.shape)}"
        ) from None


def _require_rows(a: Any, mass: Any, empty: Any) -> None:
    off = ~empty & (abs(mass - 1.0) > SUM_TOLERANCE)
    if bool((a < 0).any()) or bool(off.any()):
        told = f"a row that sums to {float(mass[off][0]):.3g}" if bool(off.any()) else "numbers < 0"
        raise ValueError(
            f"attention holds {told}; expected probabilities that sum to 1 over the last axis: "
            "take them after the softmax and before dropout, with a key_mask that hides only what "
            "the model hides"
        )


def _log_keys(a: Any, seen: Any, normalize: str) -> Any:
    if seen is None or normalize == "log_T":
        log_t = math.log(a.shape[-1])
        return log_t if log_t else math.nan
    xp: Any = array_namespace(a)
    n_keys = xp.sum(seen, axis=-1, dtype=a.dtype)
    return xp.log(xp.where(n_keys > 1, n_keys, math.nan))
