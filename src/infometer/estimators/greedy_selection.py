"""Greedy selection: each next feature by what it adds to those chosen, until none adds any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from joblib import Parallel, delayed

from infometer.estimators.column_information import Column, column_information, joined
from infometer.estimators.selection import ROUNDING, relevance
from infometer.resampling import generator, root_seed

__all__ = [
    "Criterion",
    "GreedySelection",
    "greedy_order",
    "greedy_selection",
    "largest_gain_p_values",
    "stratified_permutation",
]

Criterion = Literal["mrmr", "jmi"]
STRATUM = 5
"""Rows of nearly the same value among which y is permuted."""


class GreedySelection(NamedTuple):
    """The features chosen, ``order`` (s,), and for all m features the ``p_values`` (m,).

    A p-value is that of the last step at which the feature was a candidate, and adjusted for the
    choice of the best among them.
    """

    order: np.ndarray
    p_values: np.ndarray


def greedy_order(
    columns: Sequence[Column],
    y: Column,
    n_features: int,
    criterion: Criterion = "jmi",
    *,
    k: int = 3,
    n_jobs: int | None = None,
) -> np.ndarray:
    r"""The best features one by one, each given the set S of those chosen before.

    .. math::
        J_{mRMR}(X) = I(X;Y) - \frac{1}{|S|} \sum_{j \in S} I(X;X_j), \qquad
        J_{JMI}(X) = \sum_{j \in S} I(X, X_j; Y).

    The first has the largest I(X;Y). mRMR penalises what is known already, JMI also sees features
    that tell something only together with one that is chosen.

    Parameters
    ----------
    columns : sequence of Column, m of them
    y : Column
    n_features : int
        At most m.
    criterion : {"mrmr", "jmi"}
    k : int
        Neighbours.
    n_jobs : int, optional

    Returns
    -------
    ndarray of int, shape (n_features,)

    References
    ----------
    H. Peng, F. Long and C. Ding, "Feature selection based on mutual information: criteria of
    max-dependency, max-relevance, and min-redundancy", IEEE TPAMI 27, 1226 (2005), eq. 6.
    H. H. Yang and J. Moody, "Data visualization and feature selection: new algorithms for
    nongaussian data", NIPS 1999. G. Brown, A. Pocock, M.-J. Zhao and M. Luján, "Conditional
    likelihood maximisation: a unifying framework for information theoretic feature selection",
    JMLR 13, 27 (2012).

    Examples
    --------
    The copy of the first feature comes after one that tells less, but something else:

    >>> from infometer.estimators.column_information import label_column
    >>> a, b, u = np.random.default_rng(0).integers(0, 2, (3, 400))
    >>> y = label_column(a + 2 * (b | u))
    >>> greedy_order([label_column(v) for v in (a, a, b)], y, 2).tolist()
    [0, 2]
    """
    scores = relevance(columns, y, k, n_jobs)
    order: list[int] = []
    terms: list[np.ndarray] = []
    while len(order) < n_features:
        if order:
            terms.append(_pair_terms(columns, y, columns[order[-1]], criterion, k, n_jobs))
        order.append(_best(_criterion_values(scores, terms, criterion), order))
    return np.array(order)


def greedy_selection(
    columns: Sequence[Column],
    y: Column,
    criterion: Criterion = "jmi",
    *,
    alpha: float = 0.05,
    k: int = 3,
    n_permutations: int = 99,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> GreedySelection:
    r"""Greedy selection that goes on while a candidate tells something beyond every chosen one.

    At first the gain of a candidate X is I(X;Y), then, for each j chosen, I(X, X_j;Y) − I(X_j;Y).
    The null of the largest gain over the candidates comes from permutations of y: of all rows
    at first, exactly; then within small strata of X_j, which keep what X_j tells of y. A candidate
    whose gain is significant for every j is one that the criterion may choose. If there is none,
    the search stops.

    Where no feature tells anything, one is chosen with probability `alpha` at most. Later steps
    are approximate, since the rows of a stratum have only nearly the same X_j; and what two chosen
    features tell only together is not taken from a candidate's gain.

    Parameters
    ----------
    columns : sequence of Column, m of them
    y : Column
    criterion : {"mrmr", "jmi"}
        See `greedy_order`.
    alpha : float
        Level of every step.
    k : int
        Neighbours.
    n_permutations : int
        At every step.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    GreedySelection

    Examples
    --------
    y is the exclusive or of two features, of which one also tells something alone:

    >>> from infometer.estimators.column_information import label_column
    >>> a, b, noise = np.random.default_rng(0).integers(0, 2, (3, 300))
    >>> y = label_column(np.where(a & noise, a, a ^ b))
    >>> columns = [label_column(v) for v in (b, noise[::-1], a)]
    >>> greedy_selection(columns, y, random_state=0).order.tolist()
    [2, 0]
    """
    scores = relevance(columns, y, k, n_jobs)
    root = root_seed(random_state)
    candidates = np.ones(len(columns), dtype=bool)
    p_values = np.ones(len(columns))
    order: list[int] = []
    terms: list[np.ndarray] = []
    while candidates.any():
        last = order[-1] if order else None
        gains = _permuted_gains(
            [x for x, left in zip(columns, candidates, strict=True) if left],
            y, None if last is None else columns[last],
            k=k, n_permutations=n_permutations, key=(root, "gain", last), n_jobs=n_jobs,
        )  # fmt: skip
        found = largest_gain_p_values(gains)
        p_values[candidates] = found if len(order) < 2 else np.maximum(found, p_values[candidates])
        if last is not None:
            terms.append(_pair_terms(columns, y, columns[last], criterion, k, n_jobs))
        passed = candidates & (p_values <= alpha)
        if not passed.any():
            break
        order.append(_best(_criterion_values(scores, terms, criterion), np.flatnonzero(~passed)))
        candidates[order[-1]] = False
    return GreedySelection(np.array(order, dtype=int), p_values)


def _best(values: np.ndarray, excluded: Sequence[int] | np.ndarray) -> int:
    left = values.copy()
    left[np.asarray(excluded, dtype=int)] = -np.inf
    return int(left.argmax())


def _criterion_values(
    scores: np.ndarray, terms: list[np.ndarray], criterion: Criterion
) -> np.ndarray:
    if not terms:
        return scores
    return scores - np.mean(terms, axis=0) if criterion == "mrmr" else np.sum(terms, axis=0)


def _pair_terms(
    columns: Sequence[Column],
    y: Column,
    chosen: Column,
    criterion: Criterion,
    k: int,
    n_jobs: int | None,
) -> np.ndarray:
    """What one chosen feature contributes to the criterion of every feature."""
    pairs = [(x, chosen) if criterion == "mrmr" else (joined(x, chosen), y) for x in columns]
    return np.array(Parallel(n_jobs=n_jobs)(delayed(column_information)(*p, k) for p in pairs))


def _permuted_gains(
    candidates: Sequence[Column],
    y: Column,
    given: Column | None,
    *,
    k: int,
    n_permutations: int,
    key: tuple[Any, ...],
    n_jobs: int | None,
) -> np.ndarray:
    """Gains (1 + n_permutations, candidates): of the rows as they are, then of permutations."""
    n = len(y.points)
    orders = [np.arange(n)]
    for draw in range(n_permutations):
        orders.append(stratified_permutation(n, given, generator(*key, draw)))
    views = [x if given is None else joined(x, given) for x in candidates]
    gains = np.column_stack(
        Parallel(n_jobs=n_jobs)(delayed(_informations)(x, y, orders, k) for x in views)
    )
    return gains if given is None else gains - _informations(given, y, orders, k)[:, None]


def _informations(x: Column, y: Column, orders: list[np.ndarray], k: int) -> np.ndarray:
    return np.array([column_information(x, y.permuted(order), k) for order in orders])


def stratified_permutation(
    n: int, given: Column | None, rng: np.random.Generator, size: int = STRATUM
) -> np.ndarray:
    """A permutation (n,) of the rows within strata of one column: its labels, or near numbers.

    Numbers are cut in runs of `size` rows that are next to each other in rank, from a random
    start; ties are cut at random. Without a column it is a permutation of all rows.

    Examples
    --------
    >>> from infometer.estimators.column_information import label_column
    >>> column = label_column(np.array(list("aabbab")))
    >>> order = stratified_permutation(6, column, np.random.default_rng(2))
    >>> order.tolist(), column.labels[order].tolist() == column.labels.tolist()
    ([0, 1, 3, 5, 4, 2], True)
    """
    if given is None:
        return rng.permutation(n)
    if given.labels is not None:
        strata = given.labels
        in_strata = np.argsort(strata, kind="stable")
    else:
        in_strata = np.lexsort((rng.random(n), given.points[:, 0]))
        strata = np.empty(n, dtype=int)
        strata[in_strata] = (np.arange(n) + rng.integers(size)) // size
    order = np.empty(n, dtype=int)
    order[in_strata] = np.lexsort((rng.random(n), strata))
    return order


def largest_gain_p_values(gains: np.ndarray) -> np.ndarray:
    """P-values of the candidates' gains, adjusted for the choice of the largest.

    Every column is brought to mean 0 and deviation 1 over all draws, the observed one among them,
    so that a noisy candidate does not hide the others, and each observed value is compared with
    the largest of every draw: p = (1 + #{max ≥ observed}) / (1 + N).

    Parameters
    ----------
    gains : ndarray, shape (1 + N, m)
        The observed gains first, then those of the permutations.

    Returns
    -------
    ndarray, shape (m,)

    References
    ----------
    P. H. Westfall and S. S. Young, "Resampling-based multiple testing", Wiley (1993), section 2.5.

    Examples
    --------
    >>> largest_gain_p_values(np.array([[9.0, 1.0], [1.0, 2.0], [0.0, 3.0], [2.0, 2.0]])).tolist()
    [0.25, 1.0]
    """
    deviation = gains.std(axis=0)
    flat = deviation < ROUNDING
    scaled = np.where(flat, 0.0, (gains - gains.mean(axis=0)) / np.where(flat, 1.0, deviation))
    largest = scaled.max(axis=1)
    return np.asarray((largest[:, None] >= scaled[0] - ROUNDING).mean(axis=0))
