"""The sentences that a check of questions ends in, and what its reader must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infometer.contracts import Finding
from infometer.questions.gating import is_due

if TYPE_CHECKING:
    from infometer.questions.question_set_report import QuestionSetReport

__all__ = ["set_answer", "set_findings"]

REMEDIES = {
    "evidence": "give the documents that the questions quote",
    "key agreement": "give a backend with a language model that answers",
    "context needed": "give a backend that scores, such as a local model",
    "hops": "give a backend that scores, such as a local model",
    "leak": "give more questions: the interval is too wide to decide",
}
MENDS = {
    "positions": "shuffle the options with balance_positions",
    "leak": "write wrong options that look like the right one: as long, as exact, as absolute",
}


def set_answer(result: QuestionSetReport) -> str:
    """How many questions stand, what fell most, and what was not looked at."""
    n, kept = len(result.questions), len(result.accepted)
    text = f"{kept} of {n} questions are accepted" if n else "There is no question"
    yields = result.yields
    falls = yields[yields["fail"] > 0].sort_values("fail", ascending=False, kind="stable")
    if len(falls):
        told = [f"{row.gate} ({row.fail})" for row in falls.itertuples()]
        text += f"; most were rejected by {', '.join(told[:3])}"
    text += "."
    failing = [found.gate for found in result.set_results if found.verdict == "fail"]
    if failing:
        text += f" As a set they fail {' and '.join(failing)}."
    if silent := _silent(result):
        text += f" Not run, so nothing is known of it: {', '.join(silent)}."
    return text


def _silent(result: QuestionSetReport) -> list[str]:
    """Gates that could not judge at least one question, or the set."""
    yields = result.yields
    each = yields.loc[yields["not_run"] > 0, "gate"].tolist() if len(yields) else []
    return [*each, *(found.gate for found in result.set_results if is_due(found))]


def set_findings(result: QuestionSetReport) -> tuple[Finding, ...]:
    """Sets that fail, gates that were not run, and what was no question, in this order."""
    return (*_failing_sets(result), *_not_run(result), *_unreadable(result))


def _failing_sets(result: QuestionSetReport) -> list[Finding]:
    return [
        Finding(
            "error",
            found.gate,
            f"The set fails {found.gate}.",
            found.reason,
            MENDS.get(found.gate, ""),
        )
        for found in result.set_results
        if found.verdict == "fail"
    ]


def _not_run(result: QuestionSetReport) -> list[Finding]:
    findings = []
    for name in _silent(result):
        due = [
            found
            for question in result.questions
            for found in question.gates
            if found.gate == name and is_due(found)
        ]
        due = due or [found for found in result.set_results if found.gate == name]
        judged = [f for q in result.questions for f in q.gates if f.gate == name]
        of = f" on {len(due)} of {len(judged)} questions" if judged else ""
        what = f"{name} was not run{of}: that is no pass."
        reason = f"first reason: {due[0].reason}"
        findings.append(Finding("warning", name, what, reason, REMEDIES.get(name, "")))
    return findings


def _unreadable(result: QuestionSetReport) -> list[Finding]:
    if not result.unreadable:
        return []
    count = len(result.unreadable)
    what = f"{count} {'entry was' if count == 1 else 'entries were'} no usable question."
    shown = "; ".join(result.unreadable[:3])
    return [Finding("warning", "reading", what, shown, "mend them or take them out")]
