"""Gate: a question has the fields, kinds and hops that its records promise."""

from __future__ import annotations

from infometer.backends.choice_items import LETTERS
from infometer.questions.gates.gate import Gate, GateInputs, Judgement
from infometer.questions.records import Question

__all__ = ["SCHEMA", "schema_faults"]

HOPS = {"easy": (1,), "medium": (2,)}
"""Hops of each level; a hard one takes three, or a derivation, whatever its hops."""


def schema_faults(question: Question) -> list[str]:
    """What is wrong with the form of a question, in words; empty where nothing is.

    Examples
    --------
    >>> schema_faults(Question("q", "true_false", "easy", "2 > 1.", ("Yes", "No"), 0, ()))
    ["options are ('Yes', 'No'), not True and False"]
    """
    faults = [f"{name} is empty" for name in ("id", "question") if not getattr(question, name)]
    if question.kind == "true_false":
        if question.options != ("True", "False"):
            faults.append(f"options are {question.options}, not True and False")
    elif question.kind != "multiple_choice":
        faults.append(f"kind is {question.kind!r}")
    if not 2 <= len(question.options) <= len(LETTERS):
        faults.append(f"{len(question.options)} options, not 2 to {len(LETTERS)}")
    if not all(option.strip() for option in question.options):
        faults.append("an option is empty")
    if question.level not in ("easy", "medium", "hard"):
        faults.append(f"level is {question.level!r}")
    if question.hops not in HOPS.get(question.level, (question.hops,)):
        faults.append(f"level is {question.level} with {question.hops} hops")
    chunks = {part.chunk for part in question.evidence}
    if question.evidence and len(chunks) < question.hops:
        faults.append(f"{question.hops} hops with evidence of {len(chunks)} chunks")
    return faults


def _judge(question: Question, inputs: GateInputs) -> Judgement:
    faults = schema_faults(question)
    return ("fail", "; ".join(faults)) if faults else ("pass", "all fields are as they must be")


SCHEMA = Gate("schema", "all fields are there, and fit the kind and the level", "form", _judge)
