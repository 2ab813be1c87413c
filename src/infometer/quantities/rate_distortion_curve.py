"""Points of a rate-distortion curve, with the kernels that attain them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from infometer.contracts import nats_per
from infometer.extras import axes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RateDistortionCurve", "draw_rates", "mark_no_rate"]


@dataclass(frozen=True, eq=False, repr=False)
class RateDistortionCurve:
    """Points of the rate-distortion curve of a source, in the order in which they were asked for.

    Parameters
    ----------
    rate : ndarray, shape (k,)
        I(X;X̂) of the kernels, in nats.
    distortion : ndarray, shape (k,)
        Expected distortion of the kernels.
    slope : ndarray, shape (k,)
        s = −dR/dD, in nats per unit of distortion.
    gap : ndarray, shape (k,)
        No kernel of this distortion has a rate below ``rate - gap``.
    kernel : ndarray, shape (k, n, m)
        The law of the reproduction for every symbol.
    output_law : ndarray, shape (k, m)
        Of the reproduction.
    d_min : float
        The least distortion there is.
    d_max : float
        The least distortion at rate 0, that of the best constant; infinity if none is allowed.

    Examples
    --------
    >>> from infometer.quantities import rate_distortion
    >>> rate_distortion([0.5, 0.5], [[0, 1], [1, 0]], slopes=[np.log(9)]).distortion.round(6)
    array([0.1])
    """

    rate: np.ndarray
    distortion: np.ndarray
    slope: np.ndarray
    gap: np.ndarray
    kernel: np.ndarray
    output_law: np.ndarray
    d_min: float
    d_max: float

    def __repr__(self) -> str:
        shown = [
            f"D {d:.6g} → R {r:.6g} nats"
            for d, r in zip(self.distortion[:3], self.rate[:3], strict=True)
        ]
        more = [f"{len(self.rate) - 3} more"] if len(self.rate) > 3 else []
        return (
            f"{type(self).__name__}({'; '.join(shown + more)}; gap {self.gap.max():.1g} at most; "
            f"D_min {self.d_min:.6g}, D_max {self.d_max:.6g})"
        )

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values."""
        return {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in vars(self).items()
        }

    def to_frame(self) -> pd.DataFrame:
        """A row for each point: distortion, rate, slope and gap."""
        import pandas as pd

        return pd.DataFrame(
            {
                "distortion": self.distortion,
                "rate_nats": self.rate,
                "slope": self.slope,
                "gap_nats": self.gap,
            }
        )

    def plot(self, ax: Any = None, unit: str = "nats") -> Any:
        """Draw the rate against the distortion, joined by what mixing two neighbours attains."""
        ax = draw_rates(self.distortion, self.rate, ax, unit)
        if np.isfinite(self.d_max):
            mark_no_rate(ax, self.d_max, "$D_{max}$")
        ax.axvline(self.d_min, color="0.8", lw=1, zorder=0)
        ax.set_xlabel("expected distortion D")
        return ax


def draw_rates(x: np.ndarray, rate: np.ndarray, ax: Any, unit: str) -> Any:
    """Points of a convex curve with the rate as their height, on `ax` or a figure of its own."""
    scale = 1.0 / nats_per(unit)
    ax = axes(ax, 5, 3.5)
    order = np.lexsort((rate, x))
    ax.plot(x[order], rate[order] * scale, marker="o", markersize=4)
    ax.margins(0.12)
    ax.set_ylabel(f"least rate R ({unit} a symbol)")
    return ax


def mark_no_rate(ax: Any, x: float, name: str) -> None:
    """Say below the point at which no information is needed what it is."""
    ax.plot(x, 0.0, "o", color="0.4", markersize=5)
    ax.annotate(name, (x, 0.0), (0, -14), textcoords="offset points", ha="center", fontsize="small")
