"""Mutual information in a contingency table: of two views of symbols, row by row and in all."""

from __future__ import annotations

import numpy as np

from infometer.estimators.count_entropy import EntropyMethod, count_entropy
from infometer.estimators.shrinkage import shrinkage_intensity
from infometer.estimators.symbols import symbol_codes
from infometer.estimators.weighted_entropy import weighted_entropy
from infometer.resampling import effective_size

__all__ = ["cell_terms", "count_information", "symbol_information", "symbol_terms"]


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
    joint, first, second = (np.bincount(codes, w)[codes] for codes in (pairs, x, y))
    seen = w > 0
    terms = np.zeros(len(x))
    terms[seen] = cell_terms(joint[seen], first[seen], second[seen], w.sum())
    return terms


def cell_terms(
    joint: np.ndarray, first: np.ndarray, second: np.ndarray, total: float
) -> np.ndarray:
    """Pointwise log p(x,y) − log p(x)p(y) of cells, from the rows of each and of its two symbols.

    Examples
    --------
    >>> cell_terms(np.array([40, 10]), np.array([50, 50]), np.array([50, 50]), 100).round(3)
    array([ 0.47 , -0.916])
    """
    return np.asarray(np.log(joint / total) - np.log(first / total) - np.log(second / total))


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
    first, second, joint = (np.bincount(codes, weights) for codes in (x, y, pairs))
    size = None if weights is None else effective_size(weights)
    return count_information(first, second, joint, method, size)


def count_information(
    first: np.ndarray,
    second: np.ndarray,
    joint: np.ndarray,
    method: EntropyMethod = "miller-madow",
    size: float | None = None,
) -> float:
    """I(X;Y) = H(X) + H(Y) − H(X,Y) of the rows of each symbol of x, of y, and of each pair.

    Parameters
    ----------
    first, second, joint : ndarray, shapes (a,), (b,) and (m,)
        Whole counts, or weights where `size` is given.
    method : {"miller-madow", "plug-in", "grassberger", "chao-shen", "shrinkage"}
    size : float, optional
        The effective number of weighted rows.

    Returns
    -------
    float
        As `symbol_information`.

    Examples
    --------
    >>> round(count_information([50, 50], [50, 50], [40, 10, 10, 40], "plug-in"), 6)
    0.192745
    """
    counts = [first, second, joint]
    if min(map(np.count_nonzero, counts)) == 1:
        return 0.0
    if size is not None:
        entropies = [weighted_entropy(found, size, method) for found in counts]
    elif method == "shrinkage":
        return _shrunk_information(first, second, joint)
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
