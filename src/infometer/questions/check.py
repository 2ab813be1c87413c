"""A question set that is there, through all gates."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from infometer.backends import TextBackend
from infometer.questions.gates import GATES, Gate, GateInputs
from infometer.questions.gates.leak import leak_estimate
from infometer.questions.gating import judge_questions, judge_set
from infometer.questions.question_set_report import QuestionSetReport
from infometer.questions.reading import read_questions
from infometer.questions.records import Chunk, Question
from infometer.resampling import root_seed

__all__ = ["check_questions", "required_names"]


def check_questions(
    questions: str | os.PathLike[str] | Sequence[Question],
    *,
    documents: Iterable[Chunk] = (),
    judge: TextBackend | None = None,
    gates: Sequence[Gate] = GATES,
    require: Collection[str] = (),
    random_state: Any = 0,
    progress: Callable[[int, int, str], object] | None = None,
) -> QuestionSetReport:
    """Judge every question by every gate, and the set as it is by those of whole sets.

    Parameters
    ----------
    questions : path or sequence of Question
        A file as in `read_questions`: ours, TeleQnA's, ORAN-Bench's and their like.
    documents : iterable of Chunk
        What the questions quote; without them evidence is not run.
    judge : TextBackend, optional
        Answers and scores; without one, or where it cannot, its gates are not run.
    gates : sequence of Gate
    require : collection of str
        Gates that reject a question that they could not judge.
    random_state : int, None, RandomState or Generator
    progress : callable, optional
        Called as ``progress(done, total, gate)``.

    Returns
    -------
    QuestionSetReport

    Raises
    ------
    ValueError
        If there is no usable question, or `require` names no gate.

    Examples
    --------
    >>> asked = Question("q", "multiple_choice", "easy", "2 + 2?", ("4", "four", "Four."), 0, ())
    >>> check_questions([asked]).rejected[0].gates[2].reason
    "the most alike, 'four' and 'Four.', are so by 1.00"
    """
    unreadable: list[str] = []
    if isinstance(questions, str | os.PathLike):
        questions, unreadable = read_questions(questions)
    if not questions:
        raise ValueError("questions is empty; give at least one")
    needed = required_names(require, gates)
    inputs = GateInputs({chunk.id: chunk for chunk in documents}, judge, root_seed(random_state))
    judged = judge_questions(questions, gates, inputs, require=needed, progress=progress)
    formed = [question for question in judged if 0 <= question.key < len(question.options)]
    return QuestionSetReport(
        questions=tuple(judged),
        set_results=tuple(judge_set(formed, gates, inputs)),
        unreadable=tuple(unreadable),
        leak=leak_estimate(formed, inputs.random_state),
        require=needed,
        settings={
            "questions": len(judged),
            "chunks": len(inputs.chunks),
            "judge": "none" if judge is None else judge.name,
            "random_state": inputs.random_state,
        },
    )


def required_names(require: Collection[str], gates: Sequence[Gate]) -> tuple[str, ...]:
    """The required gates, each checked to be one of `gates`."""
    names = [gate.name for gate in gates if gate.kind != "set"]
    if unknown := sorted(set(require) - set(names)):
        raise ValueError(f"require names {unknown}; the gates of questions are: {', '.join(names)}")
    return tuple(name for name in names if name in require)
