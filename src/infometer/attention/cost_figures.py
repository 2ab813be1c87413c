"""The picture of a cost: where the bytes go, model by model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from infometer.attention.operation_costs import OperationCost

__all__ = ["CAPTION", "draw_costs", "height"]

CAPTION = (
    "Bytes that both parties send in one forward pass, by operation: the model, then the blocks "
    "that would send less. SM: softmax; LN: normalisation; G, R: GELU, ReLU; Sc: scaled, Fu: fused "
    "to one matrix, i: so many of the deepest FFNs removed. Lines: how many bytes it may "
    "be, where the split between ReLU and LayerNorm, which no measurement tells, matters."
)
GROUPS = {
    "softmax": ("softmax", "#0072b2"),
    "attention projections": ("attention projections", "#56b4e9"),
    "LayerNorm": ("normalisation", "#009e73"),
    "RMSNorm": ("normalisation", "#009e73"),
    "GELU": ("activation", "#d55e00"),
    "SiLU": ("activation", "#d55e00"),
    "ReLU": ("activation", "#d55e00"),
    "gate products": ("gate and router", "#cc79a7"),
    "router": ("gate and router", "#cc79a7"),
    "FFN projections": ("FFN projections", "#e69f00"),
    "embedding and vocabulary": ("embedding and vocabulary", "#9aa0a9"),
}


class _Costed(Protocol):
    """What is drawn of a `CostReport`."""

    @property
    def operations(self) -> Sequence[OperationCost]: ...
    @property
    def bytes_range(self) -> tuple[float, float]: ...


def height(n_models: int) -> float:
    """Of the picture of so many models, in inches.

    Examples
    --------
    >>> height(4)
    3.3
    """
    return round(1.7 + 0.4 * n_models, 2)


def draw_costs(models: Mapping[str, _Costed], ax: Any) -> Any:
    """Draw a bar of gigabytes for every model, in the colours of its operations.

    Parameters
    ----------
    models : mapping of str to CostReport
    ax : matplotlib Axes
    """
    places, ends = np.arange(len(models)), np.zeros(len(models))
    for group, colour in dict(GROUPS.values()).items():
        parts = np.array(
            [sum(one.bytes for one in cost.operations if GROUPS[one.name][0] == group) / 1e9
             for cost in models.values()]
        )  # fmt: skip
        if parts.any():
            ax.barh(places, parts, left=ends, color=colour, height=0.66, label=group)
            ends = ends + parts
    lows, highs = np.array([cost.bytes_range for cost in models.values()]).T / 1e9
    unsure = highs - lows > 0.01 * highs
    ax.hlines(places[unsure], lows[unsure], highs[unsure], color="#1d2127", lw=1.4)
    for place, end, high in zip(places, ends, highs, strict=True):
        ax.annotate(f"{end:.3g} GB", (max(end, high), place), xytext=(6, 0), va="center",
                    textcoords="offset points", fontsize=9, color="#333840")  # fmt: skip
    ax.set_yticks(places, list(models), parse_math=False)
    ax.set_ylim(len(models) - 0.4, -0.6)
    ax.set_xlim(0.0, 1.13 * max(ends.max(), highs.max()))
    ax.set_xlabel("gigabytes")
    ax.grid(visible=False, axis="y")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, fontsize=9)
    return ax
