"""The penalty of a sparse-group lasso, chosen by a score on rows that were held out."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from infometer.graphs.sparse_group_lasso import Progress, sparse_group_logistic

__all__ = ["PenaltyChoice", "choose_penalty", "component_shares", "unit_scales"]


@dataclass(frozen=True, eq=False)
class PenaltyChoice:
    """The penalty with the best score, and the model that it gives.

    Parameters
    ----------
    coefficients : ndarray of float64, shape (p, c)
    intercept : ndarray of float64, shape (c,)
    l1, l2 : float
    score : float
        On the rows that were held out.
    table : DataFrame
        One row a penalty: ``l1``, ``l2``, ``score``, ``nonzero``, ``iterations``, ``violation``.
    """

    coefficients: np.ndarray
    intercept: np.ndarray
    l1: float
    l2: float
    score: float
    table: pd.DataFrame


def choose_penalty(
    x: np.ndarray,
    y: np.ndarray,
    groups: Sequence[int],
    *,
    l1: Sequence[float],
    l2: Sequence[float],
    score: Callable[[np.ndarray, np.ndarray], float],
    tol: float = 1e-3,
    progress: Progress | None = None,
) -> PenaltyChoice:
    """Fit every pair of penalties, and keep the one with the best score.

    Parameters
    ----------
    x : ndarray of float, shape (n, p)
    y : ndarray of int, shape (n,)
    groups : sequence of int
        As in `sparse_group_logistic`.
    l1, l2 : sequence of float
        Of equal scores the pair with the larger l2 wins, then the one with the larger l1: the
        sparser model.
    score : callable
        Of coefficients (p, c) and intercept (c,); larger is better.
    tol : float
    progress : callable, optional

    Returns
    -------
    PenaltyChoice

    Raises
    ------
    ValueError
        If l1 or l2 is empty.

    Examples
    --------
    >>> x = np.array([[0.0, 1.0], [0.0, -1.0], [1.0, 1.0], [1.0, -1.0]])
    >>> found = choose_penalty(x, np.array([0, 0, 1, 1]), [1, 1], l1=[0.0], l2=[0.1, 0.3],
    ...                        score=lambda w, b: float(w[0, 0]))
    >>> found.l2, round(found.score, 2)
    (0.1, 2.77)
    """
    if len(l1) == 0 or len(l2) == 0:
        raise ValueError(f"l1 is {tuple(l1)} and l2 {tuple(l2)}; expected at least one of each")
    pairs = [(b, a) for a, b in itertools.product(sorted(l2)[::-1], sorted(l1)[::-1])]
    found = sparse_group_logistic(x, y, groups, pairs, tol=tol, progress=progress)
    scores = [score(w, b) for w, b in zip(found.coefficients, found.intercepts, strict=True)]
    best = int(np.argmax(scores))
    table = pd.DataFrame(pairs, columns=["l1", "l2"]).assign(
        score=scores,
        nonzero=(found.coefficients != 0).any(axis=2).sum(axis=1),
        iterations=found.n_iterations,
        violation=found.violations,
    )
    w, b = found.coefficients[best], found.intercepts[best]
    chosen = pairs[best]
    return PenaltyChoice(w, b, float(chosen[0]), float(chosen[1]), float(scores[best]), table)


def unit_scales(x: np.ndarray, groups: Sequence[int]) -> np.ndarray:
    r"""One factor for each group that gives it the mean square 1: a penalty weighs all alike.

    Parameters
    ----------
    x : ndarray of float, shape (n, p)
    groups : sequence of int

    Returns
    -------
    ndarray of float, shape (p,)
        1 for a group of zeros.

    Examples
    --------
    >>> unit_scales(np.array([[2.0, 0.5], [-2.0, 0.5]]), [1, 1]).tolist()
    [0.5, 2.0]
    """
    squares = np.einsum("ij,ij->j", x, x, dtype=float) / len(x)
    starts = np.r_[0, np.cumsum(groups)[:-1]].astype(int)
    root = np.sqrt(np.add.reduceat(squares, starts) / np.asarray(groups))
    return np.repeat(1.0 / np.where(root > 0, root, 1.0), groups).astype(x.dtype)


def component_shares(
    names: Sequence[str], x: np.ndarray, coefficients: np.ndarray, groups: Sequence[int]
) -> pd.DataFrame:
    r"""What each component brings to the logits.

    With :math:`f_g = X_g W_g` and :math:`f = \sum_g f_g`, the share of a component is
    :math:`\operatorname{cov}(f_g, f) / \operatorname{var}(f)`, summed over the logits; the shares
    have the sum 1, and one below 0 tells of a component that corrects others.

    Parameters
    ----------
    names : sequence of str
    x : ndarray of float, shape (n, p)
        Rows that were held out.
    coefficients : ndarray of float, shape (p, c)
    groups : sequence of int

    Returns
    -------
    DataFrame
        By component: ``norm`` of its weights, its ``share``, and how many of its ``columns`` are
        ``used``.

    Examples
    --------
    >>> x, w = np.array([[0.0, 1.0], [2.0, 1.5]]), np.array([[3.0], [0.0]])
    >>> component_shares(["U", "F"], x, w, [1, 1])["share"].tolist()
    [1.0, 0.0]
    """
    parts = np.split(np.arange(x.shape[1]), np.cumsum(groups)[:-1])
    logits = [x[:, part] @ coefficients[part] for part in parts]
    logits = [part - part.mean(axis=0) for part in logits]
    total = np.sum(logits, axis=0)
    whole = float((total**2).sum())
    rows = {
        name: {
            "norm": float(np.linalg.norm(coefficients[part])),
            "share": float((own * total).sum()) / whole if whole else 0.0,
            "used": int(coefficients[part].any(axis=1).sum()),
            "columns": len(part),
        }
        for name, part, own in zip(names, parts, logits, strict=True)
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("component")
