"""I(X;Y) of two columns of any type: numbers by their ranks, labels by their counts."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from infometer.estimators.discrete_information import symbol_information
from infometer.estimators.ksg import ksg_terms
from infometer.estimators.ross import ross_terms
from infometer.estimators.symbols import symbol_codes
from infometer.resampling import generator

__all__ = ["Column", "column_information", "joined", "label_column", "number_column"]

LABEL_SPACING = 1e6
"""Labels as points stand so far apart that the neighbours of a row have its own label."""


@dataclass(frozen=True)
class Column:
    """A column made ready to be compared with others.

    Parameters
    ----------
    points : ndarray, shape (n, d)
        Coordinates for nearest neighbours: normal scores of numbers, and labels far apart.
    labels : ndarray of int, shape (n,), optional
        Where all of the column is labels: one integer a label, the commonest 0.
    """

    points: np.ndarray
    labels: np.ndarray | None = None

    @property
    def is_constant(self) -> bool:
        """Whether all rows stand at one point."""
        return bool((self.points == self.points[0]).all())

    def permuted(self, order: np.ndarray) -> Column:
        """The same values in another order of the rows."""
        return Column(self.points[order], None if self.labels is None else self.labels[order])


def number_column(values: np.ndarray, random_state: Any = 0, role: str = "feature") -> Column:
    r"""A column of numbers (n,), as normal scores of its ranks with ties in random order.

    No increasing change of the numbers changes anything. The random order of ties, the
    distributional transform with a uniform V,

    .. math:: U = P(X' < X) + V \, P(X' = X),

    is noise that knows nothing of Y but what X tells, so that I(U;Y) = I(X;Y): atoms such as
    many zeros, and coarse roundings, become numbers that have neighbours. A constant stays one.

    Parameters
    ----------
    values : ndarray, shape (n,)
    random_state : int, None, RandomState or Generator
        For the order of ties; the same for equal columns.
    role : str
        Columns of different roles break their ties independently.

    Returns
    -------
    Column

    References
    ----------
    L. Rüschendorf, "On the distributional transform, Sklar's theorem, and the empirical copula
    process", J. Stat. Plan. Inference 139, 3921 (2009).

    Examples
    --------
    >>> number_column(np.array([1.0, 10.0, 1000.0])).points.round(4).ravel().tolist()
    [-0.6745, 0.0, 0.6745]
    """
    n = len(values)
    ranks = np.unique(values, return_inverse=True)[1].astype(np.int64)
    if ranks.max() == 0:
        return Column(np.zeros((n, 1)))
    rng = generator(random_state, "ties", role, zlib.crc32(ranks.tobytes()))
    points = np.empty((n, 1))
    points[np.lexsort((rng.random(n), ranks)), 0] = ndtri(np.arange(1, n + 1) / (n + 1))
    return Column(points)


def label_column(values: np.ndarray) -> Column:
    """A column of labels (n,), those that occur once read as one label.

    One row of a label shows nothing of its law. A single such label joins the next rarest.

    Examples
    --------
    >>> label_column(np.array(["b", "x", "b", "y", "a", "a", "a"])).labels.tolist()
    [1, 2, 1, 2, 0, 0, 0]
    """
    codes = symbol_codes(np.asarray(values))
    counts = np.bincount(codes)
    rare = counts == 1
    if rare.sum() == 1 < len(counts):
        rare[np.where(rare, len(codes), counts).argmin()] = True
    codes = np.where(rare, rare.argmax(), np.arange(len(counts)))[codes]
    names, codes, counts = np.unique(codes, return_inverse=True, return_counts=True)
    rank = np.empty(len(names), dtype=int)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(names))
    labels = rank[codes]
    return Column(LABEL_SPACING * labels[:, None], labels)


def joined(a: Column, b: Column) -> Column:
    """Two columns as one: the pair of labels as a label, else the points side by side.

    Examples
    --------
    >>> sex, side = (label_column(np.array(list(text))) for text in ("mmffmmff", "llllrrrr"))
    >>> joined(sex, side).labels.tolist()
    [0, 0, 1, 1, 2, 2, 3, 3]
    """
    if a.labels is not None and b.labels is not None:
        return label_column(np.column_stack([a.labels, b.labels]))
    return Column(np.hstack([a.points, b.points]))


def column_information(x: Column, y: Column, k: int = 3) -> float:
    """I(X;Y) in nats by the estimator that the types call for.

    Labels with labels: counts, less the bias of Miller and Madow. Numbers with labels: Ross.
    Numbers with numbers: Kraskov, Stögbauer and Grassberger. A constant column carries 0 nats.

    Parameters
    ----------
    x, y : Column
    k : int
        Neighbours.

    Returns
    -------
    float

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(0, 2, 2000)
    >>> x = 2.0 * y - 1 + rng.standard_normal(2000)  # I(X;Y) = 0.3368 nats
    >>> round(column_information(number_column(x), label_column(y)), 2)
    0.34
    """
    if x.is_constant or y.is_constant:
        return 0.0
    if x.labels is not None and y.labels is not None:
        return symbol_information(x.labels, y.labels)
    if x.labels is not None:
        x, y = y, x
    if y.labels is not None:
        return float(ross_terms(x.points, y.labels, k).mean())
    return float(ksg_terms(x.points, y.points, k).mean())
