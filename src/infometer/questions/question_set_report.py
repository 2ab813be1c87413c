"""What a question set is worth: every gate's yield, what it rejected, and what nobody looked at."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from infometer.contracts import Estimate, Finding, Report
from infometer.extras import axes
from infometer.questions import set_figures
from infometer.questions.gates import GATES
from infometer.questions.gates.positions import position_counts
from infometer.questions.gating import is_due, rejected_by
from infometer.questions.records import GateResult, Question
from infometer.questions.set_findings import set_answer, set_findings
from infometer.questions.set_tables import drafting_tables

if TYPE_CHECKING:
    from infometer.questions.drafting import DraftLog

__all__ = ["QuestionSetReport"]

EXAMPLES = 3
ASKS = {gate.name: gate.asks for gate in GATES}


@dataclass(frozen=True, eq=False)
class QuestionSetReport:
    """Questions with all verdicts, from `check_questions` or `QuestionPipeline`.

    Parameters
    ----------
    questions : tuple of Question
        Each with its results of all gates but those of whole sets.
    set_results : tuple of GateResult
        Of the gates that judge the set at once; they reject no question.
    unreadable : tuple of str
        What was no question: where it stands and why.
    leak : Estimate, optional
        What the options alone tell of the key.
    require : tuple of str
        Gates that reject a question that they could not judge.
    settings : mapping
    drafting : DraftLog, optional
        What became of the drafts.

    Examples
    --------
    >>> asked = Question("q", "true_false", "easy", "2 > 1.", ("True", "False"), 0, (), gates=(
    ...     GateResult("schema", "pass", "all fields are as they must be"),))
    >>> QuestionSetReport((asked,)).yields[["gate", "pass", "fail"]]
         gate  pass  fail
    0  schema     1     0
    """

    questions: tuple[Question, ...]
    set_results: tuple[GateResult, ...] = ()
    unreadable: tuple[str, ...] = ()
    leak: Estimate | None = None
    require: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    drafting: DraftLog | None = None

    @property
    def accepted(self) -> tuple[Question, ...]:
        """The questions that no gate rejects."""
        return tuple(asked for asked in self.questions if not rejected_by(asked, self.require))

    @property
    def rejected(self) -> tuple[Question, ...]:
        """The questions that a gate rejects."""
        return tuple(asked for asked in self.questions if rejected_by(asked, self.require))

    @cached_property
    def yields(self) -> pd.DataFrame:
        """One row a gate: how many questions pass, fail, and are not judged, and why not.

        ``not_run``: it could not judge; ``rejected_before``: another gate had rejected the
        question; ``does_not_apply``: it has nothing to ask of such a question.
        """
        counts: dict[str, Counter[str]] = {}
        for question in self.questions:
            for result in question.gates:
                counts.setdefault(result.gate, Counter())[_outcome(result)] += 1
        columns = ["pass", "fail", "not_run", "rejected_before", "does_not_apply"]
        rows = [
            {"gate": gate, **{name: found[name] for name in columns}, "asks": ASKS.get(gate, "")}
            for gate, found in counts.items()
        ]
        return pd.DataFrame(rows, columns=["gate", *columns, "asks"])

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader must know: gates that nobody ran, sets that fail, what was not read."""
        return set_findings(self)

    def to_frame(self) -> pd.DataFrame:
        """One row a question: what it is, who rejects it, and every gate's verdict."""
        return pd.DataFrame(
            {
                "id": question.id,
                "accepted": not (by := rejected_by(question, self.require)),
                "rejected_by": ", ".join(by),
                "kind": question.kind,
                "level": question.level,
                "hops": question.hops,
                "category": question.category,
                "question": question.question,
                "answer": question.answer if 0 <= question.key < len(question.options) else None,
                "chunks": ", ".join(dict.fromkeys(part.chunk for part in question.evidence)),
                **{result.gate.replace(" ", "_"): result.verdict for result in question.gates},
            }
            for question in self.questions
        )

    def to_dict(self) -> dict[str, Any]:
        """Questions, results of the set and findings as plain values."""
        return {
            "questions": [dataclasses.asdict(question) for question in self.questions],
            "set_results": [vars(result) for result in self.set_results],
            "unreadable": list(self.unreadable),
            "leak": None if self.leak is None else self.leak.to_dict(),
            "findings": [vars(finding) for finding in self.findings],
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw the yield of every gate."""
        return set_figures.draw_yields(self.yields, axes(ax, 8, 4))

    def answer(self) -> str:
        """How many questions stand, and what nobody has looked at."""
        return set_answer(self)

    def report(self) -> Report:
        """The answer with yields, findings, and questions that stand or fall."""
        return Report(
            question="Which of these questions can be trusted, and which gates have said so?",
            answer=self.answer(),
            estimates=() if self.leak is None else (self.leak,),
            findings=self.findings,
            tables={name: table for name, table in self._tables().items() if len(table)},
            figures=set_figures.figures_of(self.yields, position_counts(self.accepted)),
            settings=self.settings,
        )

    def _tables(self) -> dict[str, pd.DataFrame]:
        return {
            "What each gate says": self.yields,
            "What is said of the whole set": pd.DataFrame(map(vars, self.set_results)),
            "What the questions are": self._kinds(),
            "Accepted, for example": _shown(self.accepted[:EXAMPLES]),
            "Rejected, for example": self._rejected(),
            **drafting_tables(self.drafting),
        }

    def _kinds(self) -> pd.DataFrame:
        frame = self.to_frame()
        if frame.empty:
            return frame
        told = frame.groupby(["kind", "level", "hops"])["accepted"]
        return told.agg(questions="size", accepted="sum").reset_index()

    def _rejected(self) -> pd.DataFrame:
        """A few questions that each gate rejects, with its reason."""
        seen: Counter[str] = Counter()
        rows = []
        for question in self.rejected:
            for result in question.gates:
                if result.verdict == "fail" and seen[result.gate] < EXAMPLES:
                    seen[result.gate] += 1
                    rows.append({"gate": result.gate, "reason": result.reason, **_row(question)})
        order = {name: place for place, name in enumerate(ASKS)}
        rows.sort(key=lambda row: order.get(row["gate"], len(order)))
        return pd.DataFrame(rows)


def _outcome(result: GateResult) -> str:
    if result.verdict != "not run":
        return str(result.verdict)
    if is_due(result):
        return "not_run"
    return "does_not_apply" if result.reason.startswith("does not apply") else "rejected_before"


def _shown(questions: tuple[Question, ...]) -> pd.DataFrame:
    return pd.DataFrame([_row(question) for question in questions])


def _row(question: Question) -> dict[str, str]:
    marked = ("▸ " if place == question.key else "" for place in range(len(question.options)))
    options = (mark + option for mark, option in zip(marked, question.options, strict=True))
    return {"id": question.id, "question": question.question, "options": " | ".join(options)}
