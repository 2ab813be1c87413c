"""Nearest neighbours and counts in blocks of all pairs, by torch on any of its devices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from infometer.extras import require

__all__ = ["search_blocks"]

PAIRS = 2**25
"""At a time: 256 MB of distances for each view."""


def search_blocks(
    views: Sequence[np.ndarray],
    margins: Sequence[Sequence[int]],
    classes: np.ndarray,
    wanted: np.ndarray,
    device: Any,
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Radii (n,), rows at the same point (n,) where a radius is 0, and counts (n,) a margin.

    In 64-bit floats: the numbers are those of the other searches. The work grows with n² d, the
    memory with n alone.

    Parameters
    ----------
    views, margins
        As of `neighborhoods`.
    classes : ndarray of int, shape (n,)
    wanted : ndarray of int, shape (n,)
        Neighbours of each row's own class.
    device : torch.device or str

    Raises
    ------
    MissingExtraError
        Without the ``torch`` extra.

    Examples
    --------
    >>> x = np.array([[0.0], [1.0], [3.0]])
    >>> search_blocks([x, x], [[0]], np.zeros(3, dtype=int), np.ones(3, dtype=int), "cpu")[0]
    array([1., 1., 2.])
    """
    require("torch", "torch")
    import torch

    points = [torch.as_tensor(view, dtype=torch.float64, device=device) for view in views]
    kinds, ranks = (torch.as_tensor(v, device=device) for v in (classes, wanted))
    n, most = len(classes), int(wanted.max())
    rows_at_once = max(1, PAIRS // n)
    radii, near, counts = [], [], []
    for start in range(0, n, rows_at_once):
        rows = torch.arange(start, min(start + rows_at_once, n), device=device)
        apart = [torch.cdist(view[rows], view, p=torch.inf) for view in points]
        joint = torch.stack(apart).amax(0) if len(apart) > 1 else apart[0].clone()
        joint[rows - start, rows] = torch.inf
        joint.masked_fill_(kinds[rows, None] != kinds[None, :], torch.inf)
        nearest = joint.topk(most, largest=False).values
        radius = nearest.gather(1, ranks[rows, None] - 1)
        reach = radius.clamp(min=float(np.nextafter(0.0, 1.0)))
        inside = [view < reach for view in apart]
        within = [torch.stack([inside[v] for v in m]).all(0).sum(1) - 1 for m in margins]
        radii.append(radius[:, 0].cpu())
        near.append(1 + (joint == 0).sum(1).cpu())
        counts.append(torch.stack(within).cpu())
    found = torch.cat(counts, dim=1).numpy()
    return torch.cat(radii).numpy(), torch.cat(near).numpy(), list(found)
