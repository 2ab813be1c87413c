"""The pictures of head entropies: each function draws on the Axes that it is given."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.attention.bands import BAND_NAMES, EntropyBands
from infometer.attention.head_entropy_table import HeadEntropyTable
from infometer.contracts import nats_per

__all__ = ["draw_bands", "draw_heat_map"]

MOST_FIGURES = 320
"""Cells of a heat map that can hold a readable figure each."""
BAND_COLOURS = ("#5e3c99", "#b2abd2", "#fdb863", "#e66101")
"""Low to high; told apart with any colour vision."""


def draw_heat_map(
    table: HeadEntropyTable, ax: Any, unit: str = "nats", maximum: float | None = None
) -> Any:
    """Draw the mean entropy of every head: layers down, heads across, 0 to the largest ceiling.

    Parameters
    ----------
    table : HeadEntropyTable
    ax : matplotlib Axes
    unit : {"nats", "bits"}
    maximum : float, optional
        Where the colours end, in nats; by default the largest ceiling, or mean, in the table.
    """
    scale = nats_per(unit)
    if maximum is None:
        known = table.ceiling if np.isfinite(table.ceiling).any() else table.mean
        maximum = float(np.nanmax(known)) if np.isfinite(known).any() else 1.0
    values = table.mean / scale
    top = maximum / scale or 1.0
    image = ax.imshow(values, cmap="viridis", vmin=0.0, vmax=top, aspect="auto")
    ax.set_facecolor("0.85")  # NaN
    n_layers, n_heads = values.shape
    if values.size <= MOST_FIGURES:
        for i, j in np.argwhere(np.isfinite(values)):
            shade = "black" if values[i, j] > 0.6 * top else "white"
            ax.text(j, i, f"{values[i, j]:.2f}", ha="center", va="center", color=shade, fontsize=7)
    step = max(1, n_layers // 16)
    ax.set_yticks(
        range(0, n_layers, step), [str(table.layers[i]) for i in range(0, n_layers, step)]
    )
    ax.set_xticks(range(0, n_heads, max(1, n_heads // 16)))
    ax.grid(visible=False)
    ax.set_xlabel("head")
    ax.set_ylabel("layer")
    ax.figure.colorbar(image, ax=ax, pad=0.02, label=f"mean attention entropy, {unit}")
    return ax


def draw_bands(bands: EntropyBands, ax: Any) -> Any:
    """Draw for every layer how many heads stand in each quarter of the largest entropy."""
    places = np.arange(len(bands.layers))
    left = np.zeros(len(places))
    for name, colour, counts in zip(BAND_NAMES, BAND_COLOURS, bands.by_layer.T, strict=True):
        ax.barh(places, counts, left=left, color=colour, height=0.8, label=name)
        left += counts
    step = max(1, len(places) // 16)
    ax.set_yticks(places[::step], [str(layer) for layer in bands.layers[::step]])
    ax.set_ylim(len(places) - 0.5, -0.5)
    ax.set_xlim(0, max(1.0, left.max()))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_xlabel("heads")
    ax.set_ylabel("layer")
    ax.grid(visible=False)
    ax.legend(
        title="of the largest entropy", loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4,
        frameon=False,
    )  # fmt: skip
    return ax
