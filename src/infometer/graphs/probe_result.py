"""What a network probe found: a row for every source, the answer they give, and its pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from infometer.contracts import Estimate, Finding, Report
from infometer.extras import axes
from infometer.graphs import probe_figures
from infometer.graphs.probe_answer import probe_answer
from infometer.graphs.probe_findings import probe_findings

__all__ = ["ProbeResult"]

QUESTIONS = {
    "link": "Do structure and features of this graph tell which nodes are linked?",
    "node": "Do structure and features of this graph tell the labels of its nodes?",
}
MAIN = [
    "source", "meaning", "score", "score_low", "score_high", "information_nats", "raw_score",
    "hits", "raw_hits", "auc", "raw_auc", "accuracy", "held_out_accuracy", "fano_accuracy",
    "adjusted_p_value", "n",
]  # fmt: skip
MOST_CLASSES = 30


@dataclass(frozen=True, eq=False)
class ProbeResult:
    """What each source tells of links or labels, from `NetworkProbe`; information in nats.

    Parameters
    ----------
    frame : DataFrame
        One row for every source: ``score`` is the network usable information with its interval,
        ``null_score`` what chance stays within, ``accuracy`` of the best rule for the bins and
        ``fano_accuracy`` above it. Of links also Hits@K, ``auc``, how likely a link
        scores more than a pair that is none, and all three by plain dot products: ``raw_score``,
        ``raw_hits``, ``raw_auc``. Of nodes ``held_out_accuracy`` of each cluster's commonest label.
    task : {"link", "node"}
    classes : tuple of str
        What the columns of `tables` stand for.
    tables : mapping of source to ndarray of int
        Bins or clusters against classes: all figures are read off these.
    homophily : mapping of str to float
        Edge homophily, adjusted homophily and label informativeness, where there are labels.
    settings : mapping
    notes : tuple of str
        What was changed in reading the graph, and which embeddings are narrower than asked for.
    """

    frame: pd.DataFrame
    task: str
    classes: tuple[str, ...]
    tables: Mapping[str, np.ndarray]
    homophily: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def level(self) -> float:
        """Of the intervals."""
        return float(self.settings["level"])

    @property
    def alpha(self) -> float:
        """A source tells something where its adjusted p-value is at most this."""
        return 1.0 - self.level

    @property
    def n_components(self) -> int:
        """Embeddings that were probed."""
        return int((self.frame["kind"] == "component").sum())

    @property
    def best(self) -> pd.Series:
        """The row of the embedding with the largest score."""
        rows = self.frame[self.frame["kind"] == "component"]
        return rows.iloc[int(rows["score"].argmax())]

    @property
    def best_heuristic(self) -> pd.Series | None:
        """The row of the heuristic with the largest score, of those that put links first."""
        rows = self.frame[self.frame["kind"] == "heuristic"]
        if self.task == "link":
            rows = rows[rows["auc"] > 0.5]
        return None if rows.empty else rows.iloc[int(rows["score"].argmax())]

    @property
    def telling(self) -> pd.DataFrame:
        """The rows of the embeddings that tell something beyond chance, the best first."""
        rows = self.frame[self.frame["kind"] == "component"]
        rows = rows[rows["adjusted_p_value"] <= self.alpha]
        return rows.sort_values("score", ascending=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader must know, warnings first."""
        return probe_findings(self)

    def to_frame(self) -> pd.DataFrame:
        """One row for every source."""
        return self.frame

    def to_dict(self) -> dict[str, Any]:
        """All rows, tables, settings and findings as plain values."""
        return {
            "sources": self.frame.to_dict("records"),
            "classes": list(self.classes),
            "tables": {name: table.tolist() for name, table in self.tables.items()},
            "homophily": dict(self.homophily),
            "settings": dict(self.settings),
            "findings": [vars(finding) for finding in self.findings],
        }

    def estimates(self) -> dict[str, Estimate]:
        """What each source tells, in nats and shown in bits, by its name."""
        return {row["source"]: self._estimate(row) for _, row in self.frame.iterrows()}

    def plot(self, ax: Any = None, unit: str = "bits") -> Any:
        """Draw the score of every source from chance on, with what plain dot products give."""
        ax = axes(ax, 8, 4.5)
        return probe_figures.draw_sources(self.frame, ax, alpha=self.alpha, unit=unit)

    def answer(self, unit: str = "bits") -> str:
        """A few sentences: what tells something, how much, and what to do next."""
        return probe_answer(self, unit)

    def report(self, unit: str = "bits") -> Report:
        """The answer with its estimates, findings, tables, and pictures drawn in `unit`."""
        main = self.frame[[column for column in MAIN if column in self.frame]]
        tables = {"What each source tells": main, "All figures": self.frame}
        if self.homophily:
            tables["Labels of neighbours"] = pd.DataFrame(
                {"figure": list(self.homophily), "value": list(self.homophily.values())}
            )
        return Report(
            question=QUESTIONS[self.task],
            answer=self.answer(unit),
            estimates=self._cards(),
            findings=self.findings,
            tables=tables,
            figures=self._figures(unit),
            settings=self.settings,
        )

    def _cards(self) -> tuple[Estimate, ...]:
        best, simple = self.best, self.best_heuristic
        cards = [self._score(best), self._estimate(best)]
        return tuple(cards if simple is None else [*cards, self._estimate(simple)])

    def _estimate(self, row: pd.Series) -> Estimate:
        about = "link" if self.task == "link" else "label"
        sure = not math.isnan(row.get("information_low_nats", math.nan))
        return Estimate(
            quantity=f"I({about}; {row['source']})",
            value=float(row["information_nats"]),
            unit="bits",
            interval=(float(row["information_low_nats"]), float(row["information_high_nats"]))
            if sure
            else None,
            standard_error=float(row["information_error_nats"]) if sure else None,
            level=self.level,
            p_value=float(row["p_value"]) if sure else None,
            null=(float(row["null_mean_nats"]), float(row["null_upper_nats"])) if sure else None,
            n_samples=int(row["n"]),
            method=f"{row['n_bins']} {self._rows(row)}",
            warnings=() if sure else ("no interval: edges that share a node are not independent",),
        )

    def _rows(self, row: pd.Series) -> str:
        """What stands along the rows of the table of a source."""
        if self.task == "link":
            return "bins"
        return "clusters" if row["kind"] == "component" else "labels"

    def _score(self, row: pd.Series) -> Estimate:
        return Estimate(
            quantity=f"NUI of {row['source']}",
            value=float(row["score"]),
            unit="score",
            standard_error=float(row["score_error"]),
            interval=(float(row["score_low"]), float(row["score_high"])),
            level=self.level,
            n_samples=int(row["n"]),
            method=f"2^−H, chance {row['chance']:.2f}",
        )

    def _figures(self, unit: str) -> dict[str, Any]:
        about = "links" if self.task == "link" else "labels"
        raw = probe_figures.RAW_CAPTION if "raw_score" in self.frame else ""
        sources = partial(probe_figures.draw_sources, self.frame, alpha=self.alpha, unit=unit)
        sources.caption = probe_figures.SOURCES_CAPTION + raw  # type: ignore[attr-defined]
        sources.figsize = (8.0, 1.4 + 0.38 * len(self.frame))  # type: ignore[attr-defined]
        drawn: dict[str, Any] = {f"What each source tells about {about}": sources}
        name = str(self.best["source"])
        if self.task == "link":
            shares: Any = partial(probe_figures.draw_link_shares, self.tables[name])
            shares.caption = probe_figures.LINKS_CAPTION
            drawn[f"Where {name} puts the links"] = shares
        elif len(self.classes) <= MOST_CLASSES:
            shares = partial(probe_figures.draw_label_shares, self.tables[name], self.classes)
            shares.caption = probe_figures.LABELS_CAPTION
            shares.figsize = (8.0, 1.6 + 0.4 * min(len(self.tables[name]), 20))
            drawn[f"The clusters of {name} and the labels"] = shares
        return drawn
