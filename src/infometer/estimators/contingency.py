"""Mutual information in a contingency table: of two views of symbols, row by row and in all."""

from __future__ import annotations

import numpy as np

from infometer.estimators.discrete_entropy import EntropyMethod, count_entropy
from infometer.estimators.shrinkage import shrinkage_intensity
from infometer.estimators.symbols import symbol_codes
from infometer.estimators.weighted_entropy import weighted_entropy
from infometer.resampling import effective_size

__all__ = ["symbol_information", "symbol_terms"]


def symbol_terms(x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Pointwise log p(x,y) − log p(x)p(y) of observed frequencies; the mean is the plug-in I(X;Y).

    Parameters
    ----------
    x, y : ndarray of int, shape (n,)
        Symbols, numbered from 0.
    weights : ndarray, shape (n,), optional
        Frequencies are shares of them, and the mean is the weighted one. A row of weight 0 has
        the term 0.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> x = np.array([0, 0, 1, 1])
    >>> round(float(symbol_terms(x, x).mean()), 6)
    0.693147
    """
    w = np.ones(len(x)) if weights is None else weights
    pairs = symbol_codes(np.column_stack([x, y]))
    share = [np.bincount(codes, w)[codes] / w.sum() for codes in (pairs, x, y)]
    joint, first, second = (np.log(s, where=w > 0, out=np.zeros(len(s))) for s in share)
    return np.asarray(joint - first - second)


def symbol_information(
    x: np.ndarray,
    y: np.ndarray,
    method: EntropyMethod = "miller-madow",
    weights: np.ndarray | None = None,
) -> float:
    """I(X;Y) = H(X) + H(Y) − H(X,Y) of symbols, each entropy by `method`, in nats.

    A view with a single symbol carries 0 nats whatever the method. The shrinkage figure is that
    of one shrunk joint law and of its own margins, as Hausser and Strimmer have it, so that it is
    never negative.

    Parameters
    ----------
    x, y : ndarray of int, shape (n,)
        Symbols, numbered from 0.
    method : {"miller-madow", "plug-in", "grassberger", "chao-shen", "shrinkage"}
        The first two only with weights.
    weights : ndarray, shape (n,), optional

    Returns
    -------
    float

    Examples
    --------
    The table [[40, 10], [10, 40]]:

    >>> x, y = np.repeat([0, 0, 1, 1], [40, 10, 10, 40]), np.repeat([0, 1, 0, 1], [40, 10, 10, 40])
    >>> round(symbol_information(x, y, "plug-in"), 6)
    0.192745
    """
    pairs = symbol_codes(np.column_stack([x, y]))
    counts = [np.bincount(codes, weights) for codes in (x, y, pairs)]
    if min(map(np.count_nonzero, counts)) == 1:
        return 0.0
    if weights is not None:
        size = effective_size(weights)
        entropies = [weighted_entropy(found, size, method) for found in counts]
    elif method == "shrinkage":
        return _shrunk_information(*counts)
    else:
        entropies = [count_entropy(found, method) for found in counts]
    return entropies[0] + entropies[1] - entropies[2]


def _shrunk_information(x: np.ndarray, y: np.ndarray, pairs: np.ndarray) -> float:
    n, cells = x.sum(), len(x) * len(y)
    pull = shrinkage_intensity(pairs, cells)

    def entropy(counts: np.ndarray, symbols: int) -> float:
        share = pull / symbols + (1 - pull) * counts / n
        empty = pull * (symbols - len(counts)) / symbols
        unseen = -empty * np.log(pull / symbols) if empty else 0.0
        return float(unseen - (share * np.log(share)).sum())

    return entropy(x, len(x)) + entropy(y, len(y)) - entropy(pairs, cells)
