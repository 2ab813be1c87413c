"""Greedy selection: each next feature by what it adds to those chosen, until none adds any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from joblib import Parallel, delayed

from infometer.estimators.column_information import Column, column_information, joined
from infometer.estimators.conditional_gain import gain_p_values
from infometer.estimators.selection import relevance
from infometer.resampling import integer_seed, root_seed

__all__ = [
    "Criterion",
    "GreedySelection",
    "greedy_order",
    "greedy_selection",
]

Criterion = Literal["mrmr", "jmi"]


class GreedySelection(NamedTuple):
    """The features chosen, ``order`` (s,), and for all m features the ``p_values`` (m,).

    A p-value is that of the last step at which the feature was a candidate.
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
    n_permutations: int = 39,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> GreedySelection:
    r"""Greedy selection that goes on while a candidate tells something beyond those chosen.

    The gain of a candidate X given chosen columns Z is I(X, Z;Y) − I(Z;Y); `gain_p_values` tests
    it, for all candidates at once. There are two ways in, and of those who pass the criterion
    takes the best:

    - X tells something alone, Z = ∅, and still given each j chosen, Z = X_j;
    - X tells nothing alone, but does given some i chosen, Z = X_i, and still given i and each
      other j, Z = (X_i, X_j).

    Where nobody passes, the search stops. Where no feature tells anything, one is chosen with
    probability `alpha` at most, exactly. Later steps are approximate, since the rows of a stratum
    have only nearly the same Z; and a candidate that is redundant only with three chosen features
    together is not seen to be so.

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
    >>> a, b, noise = np.random.default_rng(1).integers(0, 2, (3, 300))
    >>> y = label_column(np.where(a & noise, a, a ^ b))
    >>> columns = [label_column(v) for v in (b, noise[::-1], a)]
    >>> greedy_selection(columns, y, random_state=0).order.tolist()
    [2, 0]
    """
    scores = relevance(columns, y, k, n_jobs)
    root = root_seed(random_state)

    def test(candidates: np.ndarray, *given: int) -> np.ndarray:
        """P-values (m,) of the candidates, 1 of all others."""
        p_values = np.ones(len(columns))
        if candidates.any():
            p_values[candidates] = gain_p_values(
                [x for x, asked in zip(columns, candidates, strict=True) if asked],
                y, [columns[index] for index in given], k=k, n_permutations=n_permutations,
                random_state=integer_seed(root, "given", *given), n_jobs=n_jobs,
            )  # fmt: skip
        return p_values

    candidates = np.ones(len(columns), dtype=bool)
    p_values = alone = test(candidates)
    tested: dict[frozenset[int], np.ndarray] = {}
    order: list[int] = []
    terms: list[np.ndarray] = []
    while (passed := candidates & (p_values <= alpha)).any():
        last = _best(_criterion_values(scores, terms, criterion), np.flatnonzero(~passed))
        order.append(last)
        candidates[last] = False
        tested[frozenset([last])] = test(candidates, last)
        for other in order[:-1]:
            given = frozenset([other]), frozenset([last])
            helped = np.minimum(tested[given[0]], tested[given[1]]) <= alpha
            tested[given[0] | given[1]] = test(candidates & helped & (alone > alpha), other, last)
        latest = _still_significant(alone, tested, order, alpha)
        p_values = np.where(candidates, latest, p_values)
        if candidates.any():
            terms.append(_pair_terms(columns, y, columns[last], criterion, k, n_jobs))
    return GreedySelection(np.array(order, dtype=int), p_values)


def _still_significant(
    alone: np.ndarray, tested: dict[frozenset[int], np.ndarray], order: list[int], alpha: float
) -> np.ndarray:
    """Of what tells alone, the largest p-value given any j; else the best i, with its worst j."""
    beyond_each = np.max([alone, *(tested[frozenset([j])] for j in order)], axis=0)
    in_company = np.min(
        [np.max([tested[frozenset([i, j])] for j in order], axis=0) for i in order], axis=0
    )
    return np.where(alone <= alpha, beyond_each, in_company)


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
