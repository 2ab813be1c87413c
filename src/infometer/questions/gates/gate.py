"""What a gate is: one thing that can be wrong with a question or a set, and how it is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from infometer.backends import TextBackend
from infometer.questions.records import Chunk, GateResult, Question, Verdict

__all__ = ["DOES_NOT_APPLY", "NO_JUDGE", "Gate", "GateInputs", "Judgement"]

Judgement = tuple[Verdict, str] | tuple[Verdict, str, float]
"""Verdict and reason, and the figure that decided where there is one."""

DOES_NOT_APPLY = "does not apply: "
"""How the reason begins where a gate has nothing to ask of a question: no verdict is missing."""

NO_JUDGE = "no backend to judge"


@dataclass(frozen=True)
class GateInputs:
    """What gates may look at beside the questions; a gate that lacks it is not run.

    Parameters
    ----------
    chunks : mapping of str to Chunk
        The documents, by the id of the chunk.
    judge : TextBackend, optional
        Answers questions and scores answers.
    random_state : int
        Of shuffles and simulated nulls.

    Examples
    --------
    >>> GateInputs(judge=None).chunks
    {}
    """

    chunks: Mapping[str, Chunk] = field(default_factory=dict)
    judge: TextBackend | None = None
    random_state: int = 0

    def context(self, question: Question, without: str = "") -> str:
        """The chunks that the evidence stands in, but for one; empty where any is not here.

        Of a question that names no evidence, the context that it came with.
        """
        if not question.evidence:
            return question.context
        asked = dict.fromkeys(part.chunk for part in question.evidence if part.chunk != without)
        if not asked.keys() <= self.chunks.keys():
            return ""
        return "\n\n".join(self.chunks[name].text for name in asked)


@dataclass(frozen=True)
class Gate:
    """One thing that can be wrong, by what it takes to see it.

    Parameters
    ----------
    name : str
    asks : str
        What must hold, in a sentence.
    kind : {"form", "text", "model", "among", "set"}
        "form": of one question, and where it fails nothing else is asked of it. "text": of one
        question and its documents. "model": of one question, by a backend, as long as nothing else
        was wrong with it. "among": of the questions that stand, compared with each other. "set": of
        all that stand at once, with one verdict, which rejects no question.
    judge : callable
        ``(question, inputs) -> (verdict, reason)`` or ``(verdict, reason, figure)``; "among" takes
        all questions and gives a list; "set" takes all questions and gives one.

    Examples
    --------
    >>> short = Gate("short", "it has at most 9 words", "text", lambda question, inputs: (
    ...     "pass" if len(question.question.split()) < 10 else "fail", "counted"))
    >>> asked = Question("q", "true_false", "easy", "2 > 1.", ("True", "False"), 0, ())
    >>> short(asked, GateInputs())
    GateResult(gate='short', verdict='pass', reason='counted', figure=None)
    """

    name: str
    asks: str
    kind: Literal["form", "text", "model", "among", "set"]
    judge: Callable[[Any, GateInputs], Any]

    def __call__(self, question: Question, inputs: GateInputs) -> GateResult:
        """Judge one question; raises `BackendError` where the backend cannot."""
        return GateResult(self.name, *self.judge(question, inputs))

    def among(self, questions: list[Question], inputs: GateInputs) -> list[GateResult]:
        """Judge questions beside each other: one result each, in their order."""
        return [GateResult(self.name, *found) for found in self.judge(questions, inputs)]

    def whole(self, questions: list[Question], inputs: GateInputs) -> GateResult:
        """Judge a set: one result."""
        return GateResult(self.name, *self.judge(questions, inputs))

    def not_run(self, reason: str) -> GateResult:
        """Say that nothing was judged."""
        return GateResult(self.name, "not run", reason)
