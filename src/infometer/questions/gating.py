"""Questions through all gates, in order: every verdict goes on the record of its question."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence

from infometer.backends import BackendError
from infometer.questions.gates.gate import DOES_NOT_APPLY, Gate, GateInputs
from infometer.questions.records import GateResult, Question

__all__ = ["is_due", "judge_questions", "judge_set", "rejected_by"]

REJECTED_BEFORE = "rejected before, by "
GIVE_UP = 3
"""After so many failures of the backend in a row it is not asked again."""


def is_due(result: GateResult) -> bool:
    """Whether a gate that was not run should have been: nothing else was wrong, and it applies."""
    return result.verdict == "not run" and not result.reason.startswith(
        (DOES_NOT_APPLY, REJECTED_BEFORE)
    )


def rejected_by(question: Question, require: Collection[str] = ()) -> list[str]:
    """The gates that reject a question: those that it fails, and required ones that are not run.

    Examples
    --------
    >>> asked = Question("q", "true_false", "easy", "2 > 1.", ("True", "False"), 0, (), gates=(
    ...     GateResult("schema", "pass", ""), GateResult("evidence", "not run", "no documents")))
    >>> rejected_by(asked), rejected_by(asked, require=["evidence"])
    ([], ['evidence'])
    """
    return [
        result.gate
        for result in question.gates
        if result.verdict == "fail" or (result.gate in require and is_due(result))
    ]


def judge_questions(
    questions: Sequence[Question],
    gates: Sequence[Gate],
    inputs: GateInputs,
    *,
    require: Collection[str] = (),
    arrange: Callable[[list[Question]], list[Question]] | None = None,
    progress: Callable[[int, int, str], object] | None = None,
) -> list[Question]:
    """Judge every question by every gate but those of whole sets.

    Parameters
    ----------
    questions : sequence of Question
    gates : sequence of Gate
        In the order in which they judge.
    inputs : GateInputs
    require : collection of str
        Gates that reject a question that they could not judge.
    arrange : callable, optional
        Puts the options of the questions that stand in the order in which models see them: called
        once, after the last gate before the first that asks a model.
    progress : callable, optional
        Called as ``progress(done, total, gate)``.

    Returns
    -------
    list of Question
        With `gates` as they judged now.
    """
    judged = [dataclasses.replace(question, gates=()) for question in questions]
    each = [gate for gate in gates if gate.kind != "set"]
    models = [place for place, gate in enumerate(each) if gate.kind == "model"]
    for done, gate in enumerate(each):
        if progress is not None:
            progress(done, len(each), gate.name)
        if arrange is not None and models[:1] == [done]:
            judged = _arranged(judged, arrange, require)
        stopped = [_stopped(gate, question, require, each) for question in judged]
        asked = [question for question, by in zip(judged, stopped, strict=True) if not by]
        results = iter(_results(gate, asked, inputs))
        judged = [
            _with(question, gate.not_run(REJECTED_BEFORE + by) if by else next(results))
            for question, by in zip(judged, stopped, strict=True)
        ]
    return judged if arrange is None or models else _arranged(judged, arrange, require)


def judge_set(
    questions: Sequence[Question], gates: Sequence[Gate], inputs: GateInputs
) -> list[GateResult]:
    """One verdict of each gate of whole sets.

    Parameters
    ----------
    questions : sequence of Question
    gates : sequence of Gate
        Those of single questions are passed over.
    inputs : GateInputs

    Returns
    -------
    list of GateResult
    """
    return [gate.whole(list(questions), inputs) for gate in gates if gate.kind == "set"]


def _arranged(
    questions: list[Question],
    arrange: Callable[[list[Question]], list[Question]],
    require: Collection[str],
) -> list[Question]:
    """Those that stand are arranged; the others stay as they are."""
    standing = [question for question in questions if not rejected_by(question, require)]
    moved = {question.id: question for question in arrange(standing)}
    return [moved.get(question.id, question) for question in questions]


def _with(question: Question, result: GateResult) -> Question:
    return dataclasses.replace(question, gates=(*question.gates, result))


def _stopped(gate: Gate, question: Question, require: Collection[str], gates: list[Gate]) -> str:
    """The gate whose rejection of this question keeps this gate from judging it."""
    form = {other.name for other in gates if other.kind == "form"}
    by = rejected_by(question, require)
    if gate.kind not in ("model", "among"):
        by = [name for name in by if name in form]
    return by[0] if by else ""


def _results(gate: Gate, questions: list[Question], inputs: GateInputs) -> list[GateResult]:
    if gate.kind == "among":
        return gate.among(questions, inputs)
    results: list[GateResult] = []
    failures: list[str] = []
    for question in questions:
        if len(failures) == GIVE_UP:
            told = f"not asked after {GIVE_UP} failures in a row: {failures[-1]}"
            results.append(gate.not_run(told))
            continue
        try:
            results.append(gate(question, inputs))
            failures.clear()
        except BackendError as error:
            failures.append(f"{type(error).__name__}: {error}")
            results.append(gate.not_run(failures[-1]))
    return results
