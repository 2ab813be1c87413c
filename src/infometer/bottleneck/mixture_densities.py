"""Densities of a mixture of equal Gaussians at points drawn from it, for all pairs, in blocks.

The squared distance of a draw t_i + σξ from a centre t_j is that of the centres plus
2σ ξ·(t_i − t_j) plus σ²‖ξ‖², so one product of the noise with the centres serves ±ξ and every σ.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

__all__ = [
    "as_paths",
    "log_ratios",
    "membership",
    "noise_overlap",
    "row_blocks",
    "sandwich_terms",
    "square_distances",
]

BLOCK = 2**22
"""Entries of the largest block of pairs that is held at once (32 MB)."""


def as_paths(centers: Any, device: torch.device | str) -> tuple[torch.Tensor, int, int]:
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


def row_blocks(n: int, width: int) -> Iterator[np.ndarray]:
    """Consecutive rows, so few at a time that a block of them by `width` fits in `BLOCK`."""
    size = max(1, BLOCK // width)
    for start in range(0, n, size):
        yield np.arange(start, min(start + size, n))


def square_distances(points: torch.Tensor, rows: np.ndarray, m: int) -> torch.Tensor:
    """‖t_i − t_j‖² of the first path of `rows` to all centres, its own exactly 0."""
    norms = points.square().sum(dim=1)
    own = points[rows * m]
    squares = norms[rows * m][:, None] + norms - 2 * own @ points.T
    squares[torch.arange(len(rows)), torch.as_tensor(rows * m)] = 0.0
    return squares.clamp_(min=0.0)


def noise_overlap(
    points: torch.Tensor, rows: np.ndarray, m: int, noise: torch.Generator
) -> torch.Tensor:
    """ξ_i · (t_i − t_j) with a fresh ξ for each of `rows`."""
    own = points[rows * m]
    xi = torch.randn(own.shape, generator=noise, dtype=own.dtype).to(own.device)
    return (xi * own).sum(dim=1, keepdim=True) - xi @ points.T


def sandwich_terms(squares: torch.Tensor, sigma: float, rows: np.ndarray, m: int) -> np.ndarray:
    r"""Pointwise bounds of log p(l|x)/p(l) in the mean, without a draw: shape (2, rows).

    The entropy of a mixture lies between the sums over pairs with the Chernoff distance δ²/8σ²
    and with the divergence δ²/2σ²; the lower bound of I takes the first for all centres and the
    second for the paths of the own input, the upper bound the other way round.
    """
    near, far = (
        (
            torch.logsumexp(scores, dim=1) - math.log(squares.shape[1]),
            torch.logsumexp(_of_own_input(scores, rows, m), dim=1) - math.log(m),
        )
        for scores in (-squares / (8 * sigma**2), -squares / (2 * sigma**2))
    )
    return torch.stack([far[1] - near[0], near[1] - far[0]]).numpy(force=True)


def _of_own_input(pairs: torch.Tensor, rows: np.ndarray, m: int) -> torch.Tensor:
    """The columns (rows, m) of `pairs` (rows, n m) that are paths of the row's own input."""
    return pairs.reshape(len(rows), -1, m)[torch.arange(len(rows)), torch.as_tensor(rows)]


def membership(
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


def log_ratios(
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
    own = _of_own_input(weights, rows, m).mean(dim=1)
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
