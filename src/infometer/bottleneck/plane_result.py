"""What was measured: the rows of an information plane, the answer they give, and its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from infometer.bottleneck import figures
from infometer.bottleneck.gaussian_mixture import METHOD
from infometer.bottleneck.measurement import COMPRESSED
from infometer.bottleneck.phases import Phase, find_phases
from infometer.bottleneck.plane_findings import plane_findings
from infometer.contracts import NATS_PER_UNIT, Estimate, Finding, Report
from infometer.extras import axes

__all__ = ["PlaneResult", "plane_metrics"]

FEWEST_STEPS = 3
"""Fewer measured steps show no course of the training."""

CAPTION = (
    "Each layer is seen through noise of its own, so follow a layer over time; one layer may stand "
    "above another that it is computed from."
)
QUESTION = "What does each layer know about the input and about the target while it trains?"


@dataclass(frozen=True)
class PlaneResult:
    """The rows of an information plane and what they say.

    Parameters
    ----------
    frame : DataFrame
        One row for every step, layer, quantity and method, in nats.
    settings : mapping
    findings : tuple of Finding
        What the measuring itself noticed.
    """

    frame: pd.DataFrame
    settings: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        if self.frame.empty:
            raise ValueError("no step was measured: call update(0) before the first training step")

    @property
    def method(self) -> str:
        """The method of the main pictures: the exact mixture where it was measured."""
        methods = set(self.frame["method"])
        return next((m for m in (METHOD, COMPRESSED) if m in methods), sorted(methods)[0])

    def rows(self, method: str | None = None) -> pd.DataFrame:
        """The rows of one method, by default the main one."""
        return self.frame[self.frame["method"] == (method or self.method)]

    def phases(
        self, layer: str, quantity: str = "I(X;L)", method: str | None = None
    ) -> list[Phase]:
        """Fitting and compression of a layer beyond its error bars; positions are steps."""
        rows = self.rows(method)
        curve = rows[(rows["layer"] == layer) & (rows["quantity"] == quantity)].sort_values("step")
        steps = curve["step"].tolist()
        found = find_phases(curve["value_nats"].tolist(), curve["standard_error"].tolist())
        return [phase._replace(start=steps[phase.start], stop=steps[phase.stop]) for phase in found]

    def to_frame(self) -> pd.DataFrame:
        """All rows."""
        return self.frame

    def to_dict(self) -> dict[str, Any]:
        """All rows, settings and findings as plain values."""
        return {
            "rows": self.frame.to_dict("records"),
            "settings": dict(self.settings),
            "findings": [vars(finding) for finding in self.findings],
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw the plane."""
        ax = axes(ax, 8, 4.5)
        return figures.draw_plane(self.rows(), ax)

    def answer(self) -> str:
        """One sentence or two: what happened, and what is known at the end."""
        rows = self.rows()
        about_input = rows[rows["quantity"] == "I(X;L)"]
        ceiling = about_input["ceiling"].max()
        if about_input["saturated"].all():
            return (
                f"Nothing can be read from this plane: every figure of I(X;L) stands at its "
                f"ceiling of {ceiling:.2f} nats, because so little noise lets all "
                f"{int(about_input['n'].max())} inputs be told apart whatever the layers do."
            )
        if rows["step"].nunique() < FEWEST_STEPS:
            steps = ", ".join(map(str, sorted(rows["step"].unique())))
            return (
                f"Too little was measured for a course (steps {steps}): the budget pays for no "
                f"more in so short a training; name steps with at= or every=. {self._end(rows)}"
            ).strip()
        last = list(dict.fromkeys(about_input["layer"]))[-1]
        return f"{self._course(last)} {self._end(rows)}".strip()

    def _course(self, layer: str) -> str:
        phases = self.phases(layer)
        if not phases:
            return f"What “{layer}” knows about the input does not move beyond its error bars."
        told = [
            f"{'learns' if p.change > 0 else 'forgets'} {abs(p.change):.2f}"
            f"{' nats about the input' if p is phases[0] else ''} (steps {p.start} to {p.stop})"
            for p in phases
        ]
        text = f"“{layer}”, the last layer, first {', then '.join(told)}"
        share, drop = self.compression_in_loss_drop(layer), self.fastest_loss_drop()
        whole = (int(self.frame["step"].min()), int(self.frame["step"].max()))
        if share is not None and drop is not None and drop != whole:
            part = "none" if share < 0.005 else f"{100 * share:.0f} %"
            text += (
                f"; {part} of what it forgets first goes while the training loss drops fast "
                f"(steps {drop[0]} to {drop[1]})"
            )
        return text + "."

    def _end(self, rows: pd.DataFrame) -> str:
        last = rows[(rows["step"] == rows["step"].max()) & (rows["quantity"] == "I(L;Y)")]
        if last.empty:
            return ""
        end = last.iloc[-1]
        of = "" if np.isnan(end["ceiling"]) else f" of {end['ceiling']:.2f}"
        text = f"At the end it knows {end['value_nats']:.2f}{of} nats about the target"
        null = end.get("null_nats", np.nan)
        return text + ("." if np.isnan(null) else f" (labels at random: {null:.2f}).")

    def fastest_loss_drop(self) -> tuple[int, int] | None:
        """The measured steps between which the loss goes from 90 % to 10 % of its way down."""
        columns = [c for c in ("evaluation_loss", "loss") if c in self.frame]
        if not columns:
            return None
        loss = self.frame.groupby("step")[columns[0]].first().sort_index().dropna()
        if len(loss) < 3 or loss.iloc[0] <= loss.min():
            return None
        share = (loss - loss.min()) / (loss.iloc[0] - loss.min())
        until = int(share[share <= 0.1].index[0])
        before = share.loc[:until]
        return int(before[before >= 0.9].index[-1]), until

    def compression_in_loss_drop(self, layer: str) -> float | None:
        """The share of a layer's first compression that falls into the fast drop of the loss.

        None where there is no compression beyond the error bars, or no drop.
        """
        first = next((p for p in self.phases(layer) if p.kind == "compression"), None)
        drop = self.fastest_loss_drop()
        if first is None or drop is None:
            return None
        rows = self.rows()
        curve = rows[(rows["layer"] == layer) & (rows["quantity"] == "I(X;L)")].sort_values("step")
        inside = np.clip(drop, first.start, first.stop)
        ends = np.interp(np.log1p(inside), np.log1p(curve["step"]), curve["value_nats"])
        return float((ends[1] - ends[0]) / first.change)

    def report(self, unit: str = "nats") -> Report:
        """The answer with its estimates, findings, tables, and pictures drawn in `unit`."""
        rows = self.rows()
        last = rows[rows["step"] == rows["step"].max()]
        estimates = tuple(_card(row) for row in last.astype(object).to_dict("records"))
        columns = ["layer", "quantity", "method", "value_nats", "low", "high", "bound", "saturated"]
        end = self.frame[self.frame["step"] == self.frame["step"].max()]
        return Report(
            question=QUESTION,
            answer=self.answer(),
            estimates=estimates,
            findings=(*self.findings, *plane_findings(self.frame, self.settings)),
            tables={"At the last step": end[columns], "All rows": self.frame},
            figures=self._figures(unit),
            settings=self.settings,
        )

    def _figures(self, unit: str) -> dict[str, Any]:
        shown = replace(self, frame=_in_unit(self.frame, unit))
        rows, compressed = shown.rows(), shown.rows(COMPRESSED)
        plane = partial(figures.draw_plane, rows, unit=unit)
        plane.caption = CAPTION  # type: ignore[attr-defined]
        drawn: dict[str, Any] = {"The information plane": plane}
        quantities = set(rows["quantity"])
        titles = {
            "I(X;L)": "What each layer knows about the input",
            "I(L;Y)": "What each layer knows about the target (dashed: labels at random)",
        }
        for quantity, title in titles.items():
            if quantity in quantities:
                drawn[title] = partial(figures.draw_curves, rows, quantity, unit=unit)
        if any(column in self.frame for column in ("loss", "evaluation_loss", "accuracy")):
            drawn["Loss and accuracy"] = partial(figures.draw_training, self.frame)
        if not compressed.empty and self.method != COMPRESSED:
            for quantity in [q for q in titles if q in set(compressed["quantity"])]:
                title = f"{quantity} of compressed codes, as the paper measures it"
                drawn[title] = partial(figures.draw_curves, compressed, quantity, unit=unit)
        if "loss_bound_nats" in compressed and compressed["loss_bound_nats"].notna().any():
            title = "What compression may have lost at most"
            drawn[title] = partial(figures.draw_loss_bound, compressed, unit=unit)
        return drawn


def plane_metrics(frame: pd.DataFrame) -> dict[str, float]:
    """The last step's exact figures (else the compressed ones) for a logger, in nats.

    Examples
    --------
    >>> row = {"step": 3, "layer": "fc", "quantity": "I(X;L)", "value_nats": 2.5, "method": METHOD}
    >>> plane_metrics(pd.DataFrame([row]))
    {'plane/fc/I(X;L)': 2.5}
    """
    if frame.empty:
        return {}
    last = frame[frame["step"] == frame["step"].max()]
    ordered = last.sort_values("method", key=lambda method: method == METHOD)
    named = zip(ordered["layer"], ordered["quantity"], ordered["value_nats"], strict=True)
    return {f"plane/{layer}/{quantity}": float(value) for layer, quantity, value in named}


def _card(row: Mapping[Any, Any]) -> Estimate:
    """One figure of the last step; H(Y) is a bound of the quantity, and no flaw of the method."""
    estimate = Estimate.from_row(row)
    ceiling = None if row["quantity"] == "I(L;Y)" else estimate.ceiling
    return replace(estimate, quantity=f"{row['quantity']} of {row['layer']}", ceiling=ceiling)


def _in_unit(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The frame with its information columns in `unit`, for pictures only."""
    measured = ["standard_error", "low", "high", "ceiling"]
    columns = [c for c in frame if c in measured or str(c).endswith("_nats")]
    return frame.assign(**{str(c): frame[c] / NATS_PER_UNIT[unit] for c in columns})
