"""The pictures of an information plane: each function draws on the Axes that it is given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from infometer.contracts import SATURATION

__all__ = ["draw_curves", "draw_loss_bound", "draw_plane", "draw_training"]

MARKERS = "osD^vP*X"


def draw_plane(frame: pd.DataFrame, ax: Any, unit: str = "nats") -> Any:
    """Draw the plane: I(X;L) across, I(L;Y) up, one path a layer, training time as colour.

    Parameters
    ----------
    frame : DataFrame
        Rows of one method, its information columns in `unit`.
    ax : matplotlib Axes
    unit : str
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LogNorm

    wide = frame.pivot_table(index=["layer", "step"], columns="quantity", values="value_nats")
    if "I(L;Y)" not in wide:
        ax.text(0.5, 0.5, "no target was given: there is no I(L;Y)", ha="center", va="center")
        ax.set_axis_off()
        return ax
    steps = frame["step"].to_numpy() + 1
    time = ScalarMappable(LogNorm(steps.min(), max(steps.max(), steps.min() + 1)), "viridis_r")
    ends: list[tuple[str, float, float, str]] = []
    for position, layer in enumerate(_layers(frame)):
        path = wide.loc[layer].sort_index()
        x, y = path["I(X;L)"], path["I(L;Y)"]
        color = f"C{position}"
        ax.plot(x, y, color=color, lw=1.2, alpha=0.7, zorder=1)
        ax.scatter(
            x, y, c=time.to_rgba(path.index.to_numpy() + 1), s=42, zorder=2,
            marker=MARKERS[position % len(MARKERS)], edgecolors="white", linewidths=0.5,
        )  # fmt: skip
        ends.append((layer, x.iloc[-1], y.iloc[-1], color))
    _label_ends(ax, ends)
    _ceilings(ax, frame)
    bar = ax.figure.colorbar(time, ax=ax, pad=0.02)
    ticks = [tick for tick in (1, 11, 101, 1001, 10001, 100001) if tick <= steps.max()]
    bar.set_ticks(ticks, labels=[f"{tick - 1}" for tick in ticks])
    bar.minorticks_off()
    bar.set_label("training step")
    ax.set_xlabel(f"I(X;L), {unit}: what the layer knows about the input")
    ax.set_ylabel(f"I(L;Y), {unit}: about the target")
    ax.margins(0.08)
    return ax


def draw_curves(frame: pd.DataFrame, quantity: str, ax: Any, unit: str = "nats") -> Any:
    """Draw one quantity over the steps: a curve with intervals for every layer, and its ceiling.

    Dashed: what labels at random would give. Shaded: above 0.8 of the ceiling a figure says more
    about the ceiling than about the layer.
    """
    rows = frame[frame["quantity"] == quantity]
    handles: dict[str, Any] = {}
    for position, layer in enumerate(_layers(frame)):
        curve = rows[rows["layer"] == layer].sort_values("step")
        if curve.empty:
            continue
        x, y = curve["step"].to_numpy() + 1, curve["value_nats"].to_numpy()
        color = f"C{position}"
        low, high = (
            curve["low"].fillna(curve["value_nats"]),
            curve["high"].fillna(curve["value_nats"]),
        )
        ax.fill_between(x, low, high, color=color, alpha=0.25, lw=0)
        (handles[layer],) = ax.plot(
            x, y, color=color, lw=1.8, ms=4, marker=MARKERS[position % len(MARKERS)]
        )
        if "null_nats" in curve and curve["null_nats"].notna().any():
            ax.plot(x, curve["null_nats"], color=color, lw=1, ls="--", alpha=0.7)
    if rows["ceiling"].notna().any() and rows["ceiling"].nunique() == 1:
        ceiling = float(rows["ceiling"].iloc[0])
        top = 1.06 * max(ceiling, float(rows["value_nats"].max()))
        ax.axhline(ceiling, color="0.4", lw=1, ls=":")
        name = "H(Y)" if quantity == "I(L;Y)" else "log n"
        ax.annotate(name, (1, ceiling), xytext=(2, 2), textcoords="offset points", color="0.4")
        if quantity == "I(X;L)":
            ax.axhspan(SATURATION * ceiling, top, color="0.93", zorder=0)
        ax.set_ylim(min(0.0, float(rows["value_nats"].min()) - 0.1), top)
    _step_axis(ax, frame)
    ax.set_ylabel(f"{quantity}, {unit}")
    _name_layers(ax, handles)
    return ax


def draw_training(frame: pd.DataFrame, ax: Any) -> Any:
    """Draw the loss, and the accuracy on an axis of its own, at the measured steps."""
    steps = frame.groupby("step").first().sort_index()
    x = steps.index.to_numpy() + 1
    named = (("loss", "loss in training"), ("evaluation_loss", "loss on the evaluation rows"))
    for position, (column, label) in enumerate(named):
        if column in steps and steps[column].notna().any():
            ax.plot(x, steps[column], color=f"C{position}", marker="o", ms=4, label=label)
    ax.set_ylabel("loss, nats")
    ax.set_ylim(bottom=0)
    if "accuracy" in steps and steps["accuracy"].notna().any():
        other = ax.twinx()
        other.plot(x, steps["accuracy"], color="C2", marker="s", ms=4)
        other.set_ylabel("accuracy", color="C2")
        other.set_ylim(0, 1.02)
    _step_axis(ax, frame)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="center left", frameon=False)
    return ax


def draw_loss_bound(frame: pd.DataFrame, ax: Any, unit: str = "nats") -> Any:
    """Draw the most that the principal components may have lost of I(X;L), layer by layer."""
    rows = frame[frame["quantity"] == "I(X;L)"]
    handles: dict[str, Any] = {}
    for position, layer in enumerate(_layers(frame)):
        curve = rows[rows["layer"] == layer].sort_values("step")
        (handles[layer],) = ax.plot(
            curve["step"] + 1, curve["loss_bound_nats"], color=f"C{position}", ms=4,
            marker=MARKERS[position % len(MARKERS)],
        )  # fmt: skip
    _step_axis(ax, frame)
    ax.set_ylim(bottom=0)
    ax.set_ylabel(f"at most lost by PCA, {unit}")
    _name_layers(ax, handles)
    return ax


def _layers(frame: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(frame["layer"]))


def _name_layers(ax: Any, handles: dict[str, Any]) -> None:
    """Name every layer as it is called, also with "_" at the start or "$" in it."""
    legend = ax.legend(list(handles.values()), list(handles), loc="best", frameon=False, ncols=2)
    for text in legend.get_texts():
        text.set_parse_math(False)


def _step_axis(ax: Any, frame: pd.DataFrame) -> None:
    """Show step + 1 on a log scale, under the names of the steps."""
    last = int(frame["step"].max()) + 1
    ax.set_xscale("log")
    ticks = [
        tick for tick in (1, 2, 4, 11, 31, 101, 301, 1001, 3001, 10001, 100001) if tick <= last
    ]
    ax.set_xticks(ticks, [f"{tick - 1}" for tick in ticks])
    ax.minorticks_off()
    ax.set_xlim(0.93, last * 1.07)
    ax.set_xlabel("training step")


def _ceilings(ax: Any, frame: pd.DataFrame) -> None:
    """Mark log n and H(Y), where all layers share them, on the edges of the plane."""
    marks = (
        ("I(X;L)", "log n", ax.axvline, ax.get_xaxis_transform(), (2, -12), (1, 0)),
        ("I(L;Y)", "H(Y)", ax.axhline, ax.get_yaxis_transform(), (4, 3), (0, 1)),
    )
    for quantity, name, line, transform, shift, (along_x, along_y) in marks:
        ceilings = frame.loc[frame["quantity"] == quantity, "ceiling"].dropna().unique()
        if len(ceilings) == 1:
            value = float(ceilings[0])
            line(value, color="0.6", lw=1, ls=":", zorder=0)
            ax.annotate(
                name, (value if along_x else 0.0, value if along_y else 1.0), xycoords=transform,
                xytext=shift, textcoords="offset points", color="0.4",
            )  # fmt: skip


def _label_ends(ax: Any, ends: list[tuple[str, float, float, str]]) -> None:
    """Name each path at its last point, moved apart where points stand close."""
    spread = np.ptp([y for _, _, y, _ in ends]) or 1.0
    taken: list[tuple[float, float]] = []
    for layer, x, y, color in sorted(ends, key=lambda end: -end[2]):
        shift = sum(12 for u, v in taken if abs(v - y) < 0.12 * spread and abs(u - x) < 0.5)
        ax.annotate(
            layer, (x, y), xytext=(8, 4 - shift), textcoords="offset points", weight="bold",
            color=color, parse_math=False,
            bbox={"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.7},
        )  # fmt: skip
        taken.append((x, y))
