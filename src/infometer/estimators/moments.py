"""First and second moments of two views that grow by batches, as the root of their scatter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Moments"]

BLOCK = 4096
"""Rows that are reduced at once: they fit a processor's cache, and need no copy of the rest."""

Columns = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Moments:
    r"""Rows, mean and scatter of the joined columns of two views: a sum over the rows.

    The scatter is kept as a triangular root R of the rows z with a 1 before them, about an origin o
    near their mean,

    .. math:: R^\top R = \sum_i \binom{1}{z_i - o} \binom{1}{z_i - o}^{\!\top},

    which has twice the digits of the scatter itself. Two roots merge, about one origin, as the root
    of one above the other.

    Parameters
    ----------
    n : int
        Rows.
    origin : ndarray, shape (d,)
    root : ndarray, shape (min(n, d + 1), d + 1)
    low, high : ndarray, shape (d,)
        The least and largest value of each column.
    columns : (int, int)
        Of the two views, d together.

    References
    ----------
    T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance",
    Amer. Statist. 37, 242 (1983), eq. 2.1, of which this is the root; J. Demmel et al.,
    "Communication-optimal parallel and sequential QR and LU factorizations", SIAM J. Sci. Comput.
    34, A206 (2012).

    Examples
    --------
    >>> x, y = np.array([[0.0], [1.0], [5.0]]), np.array([[2.0], [3.0], [1.0]])
    >>> whole = Moments.of(x[:2], y[:2]).merge(Moments.of(x[2:], y[2:]))
    >>> whole.n, (whole.centred.T @ whole.centred).round(9).tolist()
    (3, [[14.0, -4.0], [-4.0, 2.0]])
    """

    n: int
    origin: np.ndarray
    root: np.ndarray
    low: np.ndarray
    high: np.ndarray
    columns: Columns

    @classmethod
    def of(cls, x: np.ndarray, y: np.ndarray) -> Moments:
        """The moments of rows `x` (n, dx) and `y` (n, dy), of at least one row."""
        origin = np.concatenate([x.mean(axis=0), y.mean(axis=0)])
        roots = [
            _root(np.hstack([np.ones((len(x[i : i + BLOCK]), 1)), *_about(x, y, i, origin)]))
            for i in range(0, len(x), BLOCK)
        ]
        low, high = (np.concatenate([f(v, axis=0) for v in (x, y)]) for f in (np.min, np.max))
        return cls(len(x), origin, _root(np.vstack(roots)), low, high, (x.shape[1], y.shape[1]))

    @classmethod
    def of_scatter(
        cls,
        n: int,
        scatter: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        columns: Columns,
    ) -> Moments:
        """The moments about a mean of 0 with Σ z zᵀ = `scatter` (d, d).

        Directions with less of it than rounding leaves are taken to have none.
        """
        scale = np.sqrt(np.diag(scatter))
        scale[scale == 0] = 1.0
        spread, axes = np.linalg.eigh(scatter / scale / scale[:, None])
        spread[spread <= spread[-1] * len(scale) * np.sqrt(n) * np.finfo(float).eps] = 0.0
        inner = np.sqrt(spread)[:, None] * axes.T * scale
        root = np.pad(inner, ((1, 0), (1, 0)))
        root[0, 0] = np.sqrt(n)
        return cls(n, np.zeros(len(scale)), root, low, high, columns)

    @property
    def n_varying(self) -> Columns:
        """Columns of each view that take more than one value."""
        varies, dx = self.high > self.low, self.columns[0]
        return int(varies[:dx].sum()), int(varies[dx:].sum())

    @property
    def centred(self) -> np.ndarray:
        """As few rows (≤ d, d) as have the scatter of all rows about their mean."""
        return self.root[1:, 1:]

    def merge(self, other: Moments) -> Moments:
        """The moments of the rows of both; neither changes."""
        if self.columns != other.columns:
            raise ValueError(
                f"X and y have {other.columns[0]} and {other.columns[1]} columns where "
                f"{self.columns[0]} and {self.columns[1]} were seen before; expected as many"
            )
        moved = other.root.copy()
        moved[:, 1:] += moved[:, :1] * (other.origin - self.origin)
        return Moments(
            self.n + other.n,
            self.origin,
            _root(np.vstack([self.root, moved])),
            np.minimum(self.low, other.low),
            np.maximum(self.high, other.high),
            self.columns,
        )


def _about(x: np.ndarray, y: np.ndarray, start: int, origin: np.ndarray) -> list[np.ndarray]:
    rows = slice(start, start + BLOCK)
    return [x[rows] - origin[: x.shape[1]], y[rows] - origin[x.shape[1] :]]


def _root(rows: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.qr(rows, mode="r"))
