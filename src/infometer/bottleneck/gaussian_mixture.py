"""Exact information of a layer with Gaussian noise: the layer is a mixture whose law is known.

For X uniform on n inputs a layer L = t(X) + σξ is a mixture of n Gaussians with known centres, so
its information needs no density estimate, only the noise is drawn (sample propagation).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import torch

from infometer.contracts import Estimate, estimates_to_frame
from infometer.estimators.ross import label_entropy
from infometer.resampling import generator, integer_seed, student_interval

__all__ = ["MixtureInformation", "gaussian_mixture_information", "smallest_noise"]

METHOD = "Gaussian mixture"
BLOCK = 2**22
"""Entries of the largest block of pairs that is held at once (32 MB)."""


@dataclass(frozen=True)
class MixtureInformation:
    """What `gaussian_mixture_information` found.

    Attributes
    ----------
    input : Estimate
        I(X;L), at most log n.
    labels : Estimate or None
        I(L;Y), at most H(Y); its ``null`` is what permuted labels give.
    sandwich : (float, float)
        Bounds of I(X;L) from pairwise distances alone, without any draw.
    """

    input: Estimate
    labels: Estimate | None
    sandwich: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values."""
        labels = None if self.labels is None else self.labels.to_dict()
        return {"input": self.input.to_dict(), "labels": labels, "sandwich": self.sandwich}

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate."""
        return estimates_to_frame([e for e in (self.input, self.labels) if e is not None])

    def plot(self, ax: Any = None) -> Any:
        """Draw the figures with their intervals, the sandwich and the ceilings."""
        if ax is None:
            from matplotlib.figure import Figure

            ax = Figure(figsize=(5, 2.5)).add_subplot()
        found = [e for e in (self.labels, self.input) if e is not None]
        for row, estimate in enumerate(found):
            low, high = estimate.interval or (estimate.value, estimate.value)
            ax.errorbar(
                estimate.value, row, xerr=[[estimate.value - low], [high - estimate.value]],
                fmt="o", capsize=4, color="C0",
            )  # fmt: skip
            ax.plot([estimate.ceiling] * 2, [row - 0.3, row + 0.3], color="C3")
        ax.plot(self.sandwich, [len(found) - 1 + 0.2] * 2, color="0.6", lw=4, solid_capstyle="butt")
        ax.set_yticks(range(len(found)), [e.quantity for e in found])
        ax.set_xlabel("nats (grey: bounds without draws; red: ceiling)")
        return ax


def gaussian_mixture_information(
    centers: np.ndarray,
    sigma: float,
    labels: np.ndarray | None = None,
    *,
    n_draws: int = 4,
    n_permutations: int = 20,
    level: float = 0.95,
    random_state: Any = None,
    device: torch.device | str = "cpu",
) -> MixtureInformation:
    r"""Information of L = t_i + σξ, ξ ~ N(0, I), about its index i and about the index's label.

    .. math:: I(X;L) = \log n - \frac1n \sum_i E_\xi \log \sum_j
        \exp\frac{\|\sigma\xi\|^2 - \|t_i + \sigma\xi - t_j\|^2}{2\sigma^2}, \qquad
        I(L;Y) = h(L) - \sum_y p_y h(L|y).

    Only the expectation over ξ is drawn, in antithetic pairs; the interval is that of the draws,
    for the n given inputs. With several noise paths through the layers below, ``centers`` of
    shape (n, m, d), L given X is itself a mixture of m centres and its entropy is taken off; the
    expected figure then bounds the information of the layer from above, the closer the larger m.

    Parameters
    ----------
    centers : ndarray, shape (n, d) or (n, m, d)
        The layer before its own noise.
    sigma : float
        Standard deviation of the noise.
    labels : ndarray, shape (n,), optional
    n_draws : int
        Noise draws for each input, even.
    n_permutations : int
        Permutations of the labels for their null; 0 for none.
    level : float
    random_state : int, None, RandomState or Generator
    device : torch.device or str
        Where the n² m pairs are computed, in double precision.

    Returns
    -------
    MixtureInformation

    Raises
    ------
    ValueError
        For a σ that is not positive, centres that are not finite, labels of another length.

    References
    ----------
    Z. Goldfeld et al., "Estimating information flow in deep neural networks", ICML 2019, section
    4; A. Kolchinsky and B. D. Tracey, "Estimating mixture entropy with pairwise distances",
    Entropy 19, 361 (2017), eqs. 10 and 11, for the sandwich.

    Examples
    --------
    Inputs at ±1 and σ = 1, truth 0.336831 nats:

    >>> centers = np.repeat([[-1.0], [1.0]], 100, axis=0)
    >>> found = gaussian_mixture_information(centers, 1.0, n_draws=200, random_state=0)
    >>> round(found.input.value, 2)
    0.34
    """
    points, n, m = _as_paths(centers, device)
    if not (math.isfinite(sigma) and sigma > 0):
        raise ValueError(
            f"sigma is {sigma}; it must be positive: without noise I(X;L) is infinite for "
            "continuous X, and the entropy of the distinct outputs for a finite set of inputs"
        )
    if n_draws < 2 or n_draws % 2:
        raise ValueError(f"n_draws is {n_draws}; noise is drawn in pairs ±ξ: give an even number")
    labelings = _labelings(labels, n, n_permutations, random_state)
    members = _membership(labelings, points)
    noise = torch.Generator().manual_seed(integer_seed(random_state, "mixture noise"))
    about_input = np.empty((n, n_draws // 2))
    about_labels = np.empty((len(labelings), n, n_draws // 2))
    bounds = np.empty((2, n))
    for rows in _blocks(n, n * m):
        squares = _square_distances(points, rows, m)
        for side, factor in enumerate((8.0, 2.0)):
            terms = torch.logsumexp(-squares / (factor * sigma**2), dim=1) - math.log(n * m)
            bounds[side, rows] = -terms.numpy(force=True)
        for pair in range(n_draws // 2):
            overlap = _overlap(points, rows, m, noise)
            halves = [
                _log_ratios(squares, sign * overlap, sigma, rows, m, members)
                for sign in (1.0, -1.0)
            ]
            about_input[rows, pair] = (halves[0][0] + halves[1][0]) / 2
            about_labels[:, rows, pair] = (halves[0][1] + halves[1][1]) / 2
    settings = {"sigma": float(sigma), "n_draws": n_draws, "n_paths": m}
    found = _estimate("I(X;L)", about_input, math.log(n), level, settings)
    if m > 1:
        found = replace(found, bound="upper")
    if labels is None:
        return MixtureInformation(found, None, (float(bounds[0].mean()), float(bounds[1].mean())))
    ceiling = label_entropy(np.asarray(labels))
    of_labels = _estimate("I(L;Y)", about_labels[0], ceiling, level, settings)
    if n_permutations:
        null = about_labels[1:].mean(axis=(1, 2))
        p_value = (1 + int((null >= of_labels.value).sum())) / (1 + n_permutations)
        upper = float(np.quantile(null, level))
        of_labels = replace(of_labels, null=(float(null.mean()), upper), p_value=p_value)
    return MixtureInformation(found, of_labels, (float(bounds[0].mean()), float(bounds[1].mean())))


def smallest_noise(
    centers: np.ndarray,
    fraction: float = 0.7,
    *,
    random_state: Any = None,
    device: torch.device | str = "cpu",
) -> float:
    """The smallest σ (to 2 %) for which I(X;L) of the mixture is under ``fraction`` of log n.

    Below it the n inputs can be told apart whatever the layer does with them, and the figure shows
    log n instead of the layer. The noise is drawn once for all σ, on at most 512 of the inputs.

    Parameters
    ----------
    centers : ndarray, shape (n, d)
        The layer before its own noise.
    fraction : float
    random_state : int, None, RandomState or Generator
    device : torch.device or str

    Returns
    -------
    float
        0 where the inputs that the layer can tell apart at all are so few.

    Raises
    ------
    ValueError
        For centres that are not finite.

    Examples
    --------
    >>> centers = np.random.default_rng(0).standard_normal((50, 3))
    >>> sigma = smallest_noise(centers, random_state=0)
    >>> found = gaussian_mixture_information(centers, sigma, n_draws=200, random_state=1)
    >>> bool(0.66 < found.input.value / np.log(50) < 0.71)
    True
    """
    points, n, m = _as_paths(centers, device)
    noise = torch.Generator().manual_seed(integer_seed(random_state, "smallest noise"))
    order = generator(random_state, "inputs").permutation(n)[:512]
    held = []
    for rows in np.array_split(order, max(1, len(order) * n * m // BLOCK)):
        squares = _square_distances(points, rows, m)
        held.append((rows, squares, _overlap(points, rows, m, noise)))

    def information(log_sigma: float) -> float:
        terms = [
            _log_ratios(squares, sign * overlap, math.exp(log_sigma), rows, m)[0]
            for rows, squares, overlap in held
            for sign in (1.0, -1.0)
        ]
        return float(np.concatenate(terms).mean())

    spread = float(points.std(dim=0).square().sum().sqrt())
    target = fraction * math.log(n)
    if spread == 0:
        return 0.0
    low, high = math.log(spread) - 14.0, math.log(spread) + 4.0
    if information(low) < target:
        return 0.0
    while high - low > 0.02:
        middle = (low + high) / 2
        low, high = (low, middle) if information(middle) < target else (middle, high)
    return math.exp(high)


def _as_paths(centers: Any, device: torch.device | str) -> tuple[torch.Tensor, int, int]:
    """The centres (n m, d) of all inputs and paths around their mean, with n and m."""
    array = np.asarray(centers, dtype=float)
    if array.ndim not in (2, 3) or len(array) < 2:
        raise ValueError(
            f"centers has shape {array.shape}; it must be (n, d), or (n, m, d) for m noise paths, "
            "with at least 2 inputs: flatten the layer's units into one axis"
        )
    if not np.isfinite(array).all():
        raise ValueError("centers contains NaN or infinity; the layer has diverged")
    n, m = array.shape[0], array.shape[1] if array.ndim == 3 else 1
    points = torch.as_tensor(array.reshape(n * m, array.shape[-1]), device=device)
    return points - points.mean(dim=0), n, m


def _labelings(labels: Any, n: int, n_permutations: int, random_state: Any) -> np.ndarray:
    """The labels as 0 … K−1, then their permutations: shape (1 + n_permutations, n), or (0, n)."""
    if labels is None:
        return np.empty((0, n), dtype=int)
    if np.shape(labels) != (n,):
        raise ValueError(f"labels has shape {np.shape(labels)}; one for each input is ({n},)")
    code = np.unique(labels, return_inverse=True)[1]
    orders = [generator(random_state, "labels", i).permutation(n) for i in range(n_permutations)]
    return np.array([code, *(code[order] for order in orders)])


def _blocks(n: int, width: int) -> Iterator[np.ndarray]:
    """Consecutive rows, so few at a time that a block of them by `width` fits in `BLOCK`."""
    size = max(1, BLOCK // width)
    for start in range(0, n, size):
        yield np.arange(start, min(start + size, n))


def _square_distances(points: torch.Tensor, rows: np.ndarray, m: int) -> torch.Tensor:
    """‖t_i − t_j‖² of the first path of `rows` to all centres, its own exactly 0."""
    norms = points.square().sum(dim=1)
    own = points[rows * m]
    squares = norms[rows * m][:, None] + norms - 2 * own @ points.T
    squares[torch.arange(len(rows)), torch.as_tensor(rows * m)] = 0.0
    return squares.clamp_(min=0.0)


def _overlap(
    points: torch.Tensor, rows: np.ndarray, m: int, noise: torch.Generator
) -> torch.Tensor:
    """ξ_i · (t_i − t_j) with a fresh ξ for each of `rows`."""
    own = points[rows * m]
    xi = torch.randn(own.shape, generator=noise, dtype=own.dtype).to(own.device)
    return (xi * own).sum(dim=1, keepdim=True) - xi @ points.T


def _membership(
    labelings: np.ndarray, points: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor] | None:
    """For all labelings side by side: where the class of every input stands, and its weights.

    Shapes (labelings, n) and (n, labelings · K); a column of weights averages over its class.
    """
    if not len(labelings):
        return None
    n_classes = int(labelings.max()) + 1
    places = labelings + n_classes * np.arange(len(labelings))[:, None]
    member = torch.zeros(labelings.shape[1], n_classes * len(labelings), dtype=points.dtype)
    member[np.arange(labelings.shape[1]), places] = 1.0
    weights = member / member.sum(dim=0).clamp(min=1.0)
    return torch.as_tensor(places, device=points.device), weights.to(points.device)


def _log_ratios(
    squares: torch.Tensor,
    overlap: torch.Tensor,
    sigma: float,
    rows: np.ndarray,
    m: int,
    members: tuple[torch.Tensor, torch.Tensor] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """log p(l|x)/p(l), shape (rows,), and log p(l|y)/p(l) for each labeling, (labelings, rows)."""
    scores = -(squares + 2 * sigma * overlap) / (2 * sigma**2)
    top = scores.max(dim=1, keepdim=True).values
    weights = scores.sub_(top).exp_().reshape(len(rows), -1, m)
    own = weights[torch.arange(len(rows)), torch.as_tensor(rows)].mean(dim=1)
    by_input = weights.mean(dim=2)
    everywhere = by_input.mean(dim=1)
    # far below the nearest centre the own kernel underflows; its score is known without exp
    about_input = (own.log() if m > 1 else -top[:, 0]) - everywhere.log()
    if members is None:
        return about_input.numpy(force=True), np.empty((0, len(rows)))
    places, averages = members
    shares = (by_input @ averages).gather(1, places[:, torch.as_tensor(rows)].T)
    about_labels = (shares / everywhere[:, None]).log().T
    return about_input.numpy(force=True), about_labels.numpy(force=True)


def _estimate(
    quantity: str, terms: np.ndarray, ceiling: float, level: float, settings: dict[str, Any]
) -> Estimate:
    """The mean of `terms` (n, pairs) with the error of the draws within each input."""
    n, pairs = terms.shape
    value = float(terms.mean())
    if pairs > 1:
        error = math.sqrt(float(terms.var(axis=1, ddof=1).mean()) / (n * pairs))
    else:
        error = float(terms.std(ddof=1)) / math.sqrt(n)
    return Estimate(
        quantity,
        value,
        standard_error=error,
        interval=student_interval(value, error, max(n * (pairs - 1), n - 1), level),
        level=level,
        ceiling=ceiling,
        n_samples=n,
        method=METHOD,
        parameters=settings,
    )
