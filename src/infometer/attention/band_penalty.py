"""What a head pays for an entropy outside the band about its threshold: per head, or per row."""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch
from torch import Tensor

__all__ = ["LayerPenalty", "Shape", "band_penalty", "head_mean_penalty", "row_sum_penalty"]

Shape = Literal["paper", "hinge2"]


class LayerPenalty(NamedTuple):
    """What the heads of one layer pay.

    Parameters
    ----------
    penalty : Tensor, shape (H,)
    deviation : Tensor, shape (H,)
        Mean entropy less mean level, in nats, over the rows that count; no gradient.
    active : Tensor, shape ()
        The share of heads, or rows, outside the band.
    """

    penalty: Tensor
    deviation: Tensor
    active: Tensor


def band_penalty(deviation: Tensor, tolerance: Tensor, shape: Shape = "paper") -> Tensor:
    r"""The square of a deviation that leaves its band.

    .. math:: \delta^2\, 1(|\delta| > \tau) \qquad\text{or, hinged,}\qquad (|\delta| - \tau)_+^2

    The paper's jumps to :math:`\tau^2` at the edge; the hinged one is continuous. NaN stays NaN.

    Parameters
    ----------
    deviation, tolerance : Tensor
        Of shapes that broadcast, in nats.
    shape : {"paper", "hinge2"}

    Returns
    -------
    Tensor

    Examples
    --------
    >>> delta, tau = torch.tensor([0.5, -2.0]), torch.tensor(1.0)
    >>> band_penalty(delta, tau).tolist(), band_penalty(delta, tau, "hinge2").tolist()
    ([0.0, 4.0], [0.0, 1.0])
    """
    inside = deviation.abs() <= tolerance  # False for NaN, which so reaches the loss
    excess = deviation if shape == "paper" else deviation.abs() - tolerance
    return torch.where(inside, 0.0, excess).square()


def head_mean_penalty(
    entropy: Tensor, level: Tensor, tolerance: Tensor, counted: Tensor, shape: Shape = "paper"
) -> LayerPenalty:
    """Algorithm 1: the mean over the rows first, then the band of each head.

    Parameters
    ----------
    entropy, level, tolerance, counted : Tensor, shapes (B, H, T)
        Nats of every row, and whether it counts.
    shape : {"paper", "hinge2"}

    Returns
    -------
    LayerPenalty

    Examples
    --------
    >>> rows, all_rows = torch.tensor([[[0.0, 2.0]]]), torch.ones(1, 1, 2, dtype=torch.bool)
    >>> found = head_mean_penalty(rows, 0.0 * rows, 0.0 * rows + 0.5, all_rows)
    >>> found.penalty.item(), found.deviation.item()
    (1.0, 1.0)
    """
    deviation = _row_mean(entropy - level, counted)
    band = _row_mean(tolerance, counted)
    active = ~(deviation.detach().abs() <= band)
    return LayerPenalty(
        band_penalty(deviation, band, shape), deviation.detach(), active.float().mean()
    )


def row_sum_penalty(
    entropy: Tensor, level: Tensor, tolerance: Tensor, counted: Tensor, shape: Shape = "paper"
) -> LayerPenalty:
    """The released code: the band of each row first, then the sum over batch and rows.

    Parameters and returns are those of `head_mean_penalty`.

    Examples
    --------
    >>> rows, all_rows = torch.tensor([[[0.0, 2.0]]]), torch.ones(1, 1, 2, dtype=torch.bool)
    >>> row_sum_penalty(rows, 0.0 * rows, 0.0 * rows + 0.5, all_rows).penalty.item()
    4.0
    """
    deviation = torch.where(counted, entropy - level, 0.0)
    outside = counted & ~(deviation.detach().abs() <= tolerance)
    return LayerPenalty(
        band_penalty(deviation, tolerance, shape).sum(dim=(0, 2)),
        _row_mean(deviation.detach(), counted),
        outside.sum() / counted.sum().clamp(min=1),
    )


def _row_mean(values: Tensor, counted: Tensor) -> Tensor:
    """The mean over batch and counted rows, shape (H,); 0 where none counts."""
    n_rows = counted.sum(dim=(0, 2)).clamp(min=1)
    return torch.where(counted, values, 0.0).sum(dim=(0, 2)) / n_rows
