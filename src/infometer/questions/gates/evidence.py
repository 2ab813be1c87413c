"""Gate: all evidence is quoted word for word."""

from __future__ import annotations

from infometer.questions.gates.gate import DOES_NOT_APPLY, Gate, GateInputs, Judgement
from infometer.questions.records import Question

__all__ = ["EVIDENCE"]


def _judge(question: Question, inputs: GateInputs) -> Judgement:
    if question.problem is not None:
        return "not run", DOES_NOT_APPLY + "a solver gave the key"
    if not inputs.chunks:
        return "not run", "no documents to look in"
    if not question.evidence:
        return "not run", "the question quotes nothing"
    for part in question.evidence:
        if part.chunk not in inputs.chunks:
            return "fail", f"no chunk {part.chunk!r} in the documents"
        quote = _spaced(part.quote)
        if not quote or quote not in _spaced(inputs.chunks[part.chunk].text):
            return "fail", f"{part.chunk} does not say {part.quote!r:.200}"
    return "pass", f"{len(question.evidence)} quotes found in the documents"


def _spaced(text: str) -> str:
    return " ".join(text.split())


EVIDENCE = Gate("evidence", "its evidence is quoted word for word", "text", _judge)
