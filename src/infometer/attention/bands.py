"""Quarters of the largest entropy, and how many heads stand in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from infometer.extras import axes

__all__ = ["BAND_NAMES", "EntropyBands", "entropy_band"]

BAND_NAMES = ("0 to ¼", "¼ to ½", "½ to ¾", "¾ to 1")
ABOVE = 1e-3
"""How far above 1 a share of the largest entropy may be rounded."""


def entropy_band(entropy: Any, maximum: Any) -> np.ndarray:
    r"""The quarter of the maximum that an entropy stands in: ⌊4 E / max⌋, and 3 at the maximum.

    Parameters
    ----------
    entropy : array-like of float, any shape
    maximum : array-like of float, broadcastable to it
        In the same unit.

    Returns
    -------
    ndarray of int
        0 to 3; −1 where the entropy or the maximum is NaN, or the maximum 0.

    Raises
    ------
    ValueError
        If an entropy is above its maximum.

    References
    ----------
    N. K. Jha and B. Reagen, "Entropy-guided attention for private LLMs", arXiv 2501.03489,
    section 3.

    Examples
    --------
    >>> entropy_band([0.2, 1.0, 2.9, 3.83], 3.87).tolist()
    [0, 1, 2, 3]
    """
    entropy, maximum = np.broadcast_arrays(
        np.asarray(entropy, dtype=float), np.asarray(maximum, dtype=float)
    )
    defined = np.isfinite(entropy) & np.isfinite(maximum) & (maximum > 0)
    share = np.full(entropy.shape, -0.25)
    share[defined] = entropy[defined] / maximum[defined]
    if (share > 1 + ABOVE).any():
        worst = np.unravel_index(share.argmax(), share.shape)
        raise ValueError(
            f"an entropy of {entropy[worst]:.4g} is above the maximum of {maximum[worst]:.4g}; "
            "expected the largest that is possible, or reference='observed'"
        )
    return np.minimum(np.floor(4 * share), 3).astype(int)


@dataclass(frozen=True, eq=False)
class EntropyBands:
    """How many heads stand in each quarter of the largest entropy.

    Parameters
    ----------
    band : ndarray of int, shape (L, H)
        As `entropy_band` gives it.
    layers : tuple of int
    reference : str
        What the largest entropy is, in words.

    Examples
    --------
    >>> bands = EntropyBands(np.array([[3, 3], [1, 0]]), (0, 1), "causal")
    >>> bands.counts.tolist(), bands.by_layer.tolist()
    ([1, 1, 0, 2], [[0, 0, 0, 2], [1, 1, 0, 0]])
    """

    band: np.ndarray
    layers: tuple[int, ...]
    reference: str

    @property
    def by_layer(self) -> np.ndarray:
        """Heads in each band, shape (L, 4)."""
        return np.stack([(self.band == b).sum(axis=1) for b in range(4)], axis=1)

    @property
    def counts(self) -> np.ndarray:
        """Heads in each band, shape (4,)."""
        return self.by_layer.sum(axis=0)

    @property
    def shares(self) -> np.ndarray:
        """Of the heads that have an entropy, shape (4,); NaN without any."""
        total = self.counts.sum()
        return self.counts / total if total else np.full(4, np.nan)

    def to_frame(self) -> pd.DataFrame:
        """A row for each layer, a column of counts for each band."""
        return pd.DataFrame(
            self.by_layer, index=pd.Index(self.layers, name="layer"), columns=list(BAND_NAMES)
        ).reset_index()

    def to_dict(self) -> dict[str, Any]:
        """Counts and shares as plain values."""
        return {
            "reference": self.reference,
            "counts": self.counts.tolist(),
            "shares": self.shares.tolist(),
            "by_layer": self.by_layer.tolist(),
            "layers": list(self.layers),
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw the bands of every layer as stacked bars."""
        from infometer.attention.head_entropy_figures import draw_bands

        return draw_bands(self, axes(ax, 8, 4.5))
