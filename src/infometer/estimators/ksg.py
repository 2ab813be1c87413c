"""The estimator of Kraskov, Stögbauer and Grassberger for two continuous views."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy.special import digamma

from infometer.estimators.neighbor_information import NeighborInformation, digammas, part_sizes
from infometer.estimators.neighborhoods import Algorithm, Neighborhoods, neighborhoods
from infometer.estimators.neighbors import count_within, nearest
from infometer.estimators.pair import Interval
from infometer.estimators.samples import standardize

__all__ = ["KSG", "ksg_terms"]


def ksg_terms(x: np.ndarray, y: np.ndarray, k: int = 3, variant: Literal[1, 2] = 1) -> np.ndarray:
    r"""Pointwise terms of KSG, whose mean estimates I(X;Y) in nats.

    Variant 1, with ε the distance to the k-th neighbour in max(‖x‖∞, ‖y‖∞) and strict counts:

    .. math:: \psi(k) + \psi(n) - \psi(n_x + 1) - \psi(n_y + 1).

    Variant 2, with ε_x and ε_y the extents of the k neighbours in each view and counts with ≤:

    .. math:: \psi(k) - 1/k + \psi(n) - \psi(n_x) - \psi(n_y).

    Parameters
    ----------
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy)
        In comparable scales: the estimate, unlike the information, depends on them.
    k : int
        Neighbours, less than n. Small k for much information.
    variant : {1, 2}

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        Where a row has more than k twins, so that its k-th neighbour is at distance 0.

    References
    ----------
    A. Kraskov, H. Stögbauer and P. Grassberger, "Estimating mutual information", Phys. Rev. E
    69, 066138 (2004), eqs. 8 and 9.

    Examples
    --------
    Y = X reaches the ceiling ψ(n) − ψ(k):

    >>> x = np.random.default_rng(0).standard_normal((1000, 1))
    >>> round(float(ksg_terms(x, x).mean()), 4)
    5.9845
    """
    if variant == 1:
        found = neighborhoods([x, y], [[0], [1]], k)
        _require_apart(x, y, k, found.radii[0])
        return crowding_terms(found, part_sizes(len(x), None))[0]
    if variant == 2:
        return _extent_terms(x, y, k)
    raise ValueError(f"variant is {variant!r}; it must be 1 or 2")


def crowding_terms(found: Neighborhoods, sizes: np.ndarray) -> np.ndarray:
    """ψ(k) + ψ(n) − ψ(n_x + 1) − ψ(n_y + 1) of the whole and of every split, shape (T, n)."""
    psi = digammas(sizes.shape[1])
    crowds = psi[found.counts + 1]
    return np.asarray(psi[found.near] + psi[sizes] - crowds[:, 0] - crowds[:, 1])


def _extent_terms(x: np.ndarray, y: np.ndarray, k: int) -> np.ndarray:
    distances, indices = nearest(np.hstack([x, y]), k)
    _require_apart(x, y, k, distances[:, -1])
    counts_x, counts_y = (
        count_within(view, np.abs(view[indices] - view[:, None]).max(axis=(1, 2)), strict=False)
        for view in (x, y)
    )
    return np.asarray(digamma(k) - 1 / k + digamma(len(x)) - digamma(counts_x) - digamma(counts_y))


def _require_apart(x: np.ndarray, y: np.ndarray, k: int, radii: np.ndarray) -> None:
    if not radii.all():
        raise ValueError(_ties(x, y, k, int((radii == 0).sum())))


def _ties(x: np.ndarray, y: np.ndarray, k: int, rows: int) -> str:
    """Say which columns repeat themselves."""
    named = [
        f"{view}[:, {column}] takes {value:g} in {100 * share:.0f} % of the rows"
        for view, values in (("X", x), ("y", y))
        for column in range(values.shape[1])
        for value, share in [_commonest(values[:, column])]
        if share > 0.05
    ]
    return (
        f"{rows} rows of (X, y) have more than k={k} identical twins, so their neighbours stand "
        f"at distance 0 ({'; '.join(named[:5]) or 'repeated rows'}); expected continuous data: "
        "take out repeated rows, add the noise that the network really has, or use an estimator "
        "for discrete data"
    )


def _commonest(column: np.ndarray) -> tuple[float, float]:
    values, counts = np.unique(column, return_counts=True)
    return float(values[counts.argmax()]), float(counts.max() / len(column))


class KSG(NeighborInformation):
    """I(X;Y) of two continuous views by nearest neighbours, ψ(k) + ψ(n) − ⟨ψ(n_x+1) + ψ(n_y+1)⟩.

    The interval is that of the spread and not of the bias, of which ``estimate_.warnings`` tells
    where it seems the larger: in several dimensions (`dimension_loss`), where tails are heavy
    (`heavy_tails_note`) and where the figure falls with fewer rows (`drift_note`), as at sharp
    edges. A weak dependence that is in the scale of several columns alone is missed untold: of two
    Student vectors of two columns, 3 degrees of freedom and 0.111 nats, 500 rows show 0.04.

    Parameters
    ----------
    k : int
        Neighbours.
    variant : {1, 2}
        The first or the second formula of the paper.
    standardize : bool
        Bring every column to unit variance first, so that units do not matter.
    interval : {"subsample", "pointwise", None}
        "subsample" is calibrated; "pointwise" is cheap and covers too little.
    level : float
        Of the interval.
    n_splits : int
        Random splits in halves and in thirds for the interval; fewer are cheaper, and wider.
    n_permutations : int
        Permutations of y for the p-value and the null; 0 for none.
    algorithm : {"auto", "tree", "window", "blocks"}
        How neighbours are searched, as of `neighborhoods`; the figure is the same. The second
        variant knows only trees.
    device : torch.device or str, optional
        Search on this device with torch.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Attributes
    ----------
    estimate_ : Estimate
        Its ceiling is ψ(n) − ψ(k), which Y = X reaches; of variant 2, less 1/k.
    local_information_ : ndarray, shape (n,)
    algorithm_ : str
        The search that was taken.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((2000, 1))
    >>> y = 0.6 * x + 0.8 * rng.standard_normal((2000, 1))  # I(X;Y) = 0.2231 nats
    >>> KSG(random_state=0).fit(x, y).estimate_
    0.207 ± 0.021 nats (95 % 0.163 to 0.250; KSG k=3 variant=1, n=2000)
    """

    _method = "KSG"

    def __init__(
        self,
        k: int = 3,
        *,
        variant: Literal[1, 2] = 1,
        standardize: bool = True,
        interval: Interval = "subsample",
        level: float = 0.95,
        n_splits: int = 10,
        n_permutations: int = 0,
        algorithm: Algorithm = "auto",
        device: Any = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.k = k
        self.variant = variant
        self.standardize = standardize
        self.interval = interval
        self.level = level
        self.n_splits = n_splits
        self.n_permutations = n_permutations
        self.algorithm = algorithm
        self.device = device
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _prepare(
        self, x: np.ndarray, y: np.ndarray, discrete: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        return (standardize(x), standardize(y)) if self.standardize else (x, y)

    def _in_one_pass(self) -> bool:
        return self.variant == 1

    def _terms(self, x: np.ndarray, y: np.ndarray, discrete: bool) -> np.ndarray:
        if self._in_one_pass():
            return super()._terms(x, y, discrete)
        self.algorithm_ = "tree"
        return ksg_terms(x, y, self.k, self.variant)

    def _split_terms(
        self, x: np.ndarray, y: np.ndarray, discrete: bool, splits: np.ndarray | None
    ) -> np.ndarray:
        found = self._told(
            neighborhoods([x, y], [[0], [1]], self.k, splits=splits, **self._search())
        )
        _require_apart(x, y, self.k, found.radii[0])
        return crowding_terms(found, part_sizes(len(x), splits))

    def _ceiling(self, y: np.ndarray, discrete: bool) -> float:
        ceiling = float(digamma(len(y)) - digamma(self.k))
        return ceiling if self.variant == 1 else ceiling - 1 / self.k
