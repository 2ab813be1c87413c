"""Exact information of a layer with Gaussian noise: the layer is a mixture whose law is known.

For X uniform on n inputs a layer L = t(X) + σξ is a mixture of n Gaussians with known centres, so
its information needs no density estimate, only the noise is drawn (sample propagation).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import torch

from infometer.bottleneck.mixture_densities import (
    as_paths,
    log_ratios,
    membership,
    noise_overlap,
    row_blocks,
    sandwich_terms,
    square_distances,
)
from infometer.contracts import Estimate, estimates_to_frame
from infometer.estimators.ross import label_entropy
from infometer.estimators.samples import require_count
from infometer.extras import axes
from infometer.resampling import generator, integer_seed, student_interval

__all__ = ["MixtureInformation", "gaussian_mixture_information"]

METHOD = "Gaussian mixture"


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
        Bounds of the expected figure from pairwise distances alone, without any draw of the
        layer's noise; over several paths they are those of the first, and hold in expectation.
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
        ax = axes(ax, 5, 2.5)
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
    noisy_below: bool = False,
    n_draws: int = 4,
    n_permutations: int = 40,
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
    noisy_below : bool
        Whether a single path is a draw itself, as several always are. Then the error is that of
        the terms between inputs: it holds the noise below too, and is a little cautious.
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
    points, n, m = as_paths(centers, device)
    if not (sigma > 0 and 0 < sigma * sigma < math.inf):
        raise ValueError(
            f"sigma is {sigma}; it must be positive: without noise I(X;L) is infinite for "
            "continuous X, and the entropy of the distinct outputs for a finite set of inputs"
        )
    if n_draws < 2 or n_draws % 2:
        raise ValueError(f"n_draws is {n_draws}; noise is drawn in pairs ±ξ: give an even number")
    require_count(n_permutations, "n_permutations", 0)
    labelings = _labelings(labels, n, n_permutations, random_state)
    members = membership(labelings, points)
    noise = torch.Generator().manual_seed(integer_seed(random_state, "mixture noise"))
    about_input = np.empty((n, n_draws // 2))
    about_labels = np.empty((len(labelings), n, n_draws // 2))
    bounds = np.empty((2, n))
    width = max(n * m, 0 if members is None else members[1].shape[1])
    for rows in row_blocks(n, width):
        squares = square_distances(points, rows, m)
        bounds[:, rows] = sandwich_terms(squares, sigma, rows, m)
        for pair in range(n_draws // 2):
            overlap = noise_overlap(points, rows, m, noise)
            halves = [
                log_ratios(squares, sign * overlap, sigma, rows, m, members) for sign in (1.0, -1.0)
            ]
            about_input[rows, pair] = (halves[0][0] + halves[1][0]) / 2
            about_labels[:, rows, pair] = (halves[0][1] + halves[1][1]) / 2
    settings = {"sigma": float(sigma), "n_draws": n_draws, "n_paths": m}
    within = m == 1 and not noisy_below
    found = _estimate("I(X;L)", about_input, math.log(n), level, settings, within)
    if m > 1:
        found = replace(found, bound="upper")
    if labels is None:
        return MixtureInformation(found, None, (float(bounds[0].mean()), float(bounds[1].mean())))
    ceiling = label_entropy(np.asarray(labels))
    of_labels = _estimate("I(L;Y)", about_labels[0], ceiling, level, settings, within)
    if n_permutations:
        null = about_labels[1:].mean(axis=(1, 2))
        p_value = (1 + int((null >= of_labels.value).sum())) / (1 + n_permutations)
        upper = float(np.quantile(null, level))
        of_labels = replace(of_labels, null=(float(null.mean()), upper), p_value=p_value)
    return MixtureInformation(found, of_labels, (float(bounds[0].mean()), float(bounds[1].mean())))


def _labelings(labels: Any, n: int, n_permutations: int, random_state: Any) -> np.ndarray:
    """The labels as 0 … K−1, then their permutations: shape (1 + n_permutations, n), or (0, n)."""
    if labels is None:
        return np.empty((0, n), dtype=int)
    if np.shape(labels) != (n,):
        raise ValueError(f"labels has shape {np.shape(labels)}; one for each input is ({n},)")
    code = np.unique(labels, return_inverse=True)[1]
    orders = [generator(random_state, "labels", i).permutation(n) for i in range(n_permutations)]
    return np.array([code, *(code[order] for order in orders)])


def _estimate(
    quantity: str,
    terms: np.ndarray,
    ceiling: float,
    level: float,
    settings: dict[str, Any],
    within: bool,
) -> Estimate:
    """The mean of `terms` (n, pairs), its error from the draws within each input or between all."""
    n, pairs = terms.shape
    value = float(terms.mean())
    if within and pairs > 1:
        error = math.sqrt(float(terms.var(axis=1, ddof=1).mean()) / (n * pairs))
    else:
        error = float(terms.mean(axis=1).std(ddof=1)) / math.sqrt(n)
    return Estimate(
        quantity,
        value,
        standard_error=error,
        interval=student_interval(
            value, error, n * (pairs - 1) if within and pairs > 1 else n - 1, level
        ),
        level=level,
        ceiling=ceiling,
        n_samples=n,
        method=METHOD,
        parameters=settings,
    )
