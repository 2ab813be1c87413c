"""Gate: as many statements are true as are false."""

from __future__ import annotations

import hashlib
import math

from infometer.questions.gates.gate import DOES_NOT_APPLY, Gate, GateInputs, Judgement
from infometer.questions.records import Question

__all__ = ["TRUTH_BALANCE", "surplus"]

MOST = 0.55


def surplus(n_true: int, n_false: int) -> int:
    """How many of the commoner truth must go, for at most 55 % of it, or one more than the other.

    Examples
    --------
    >>> surplus(30, 18), surplus(55, 45), surplus(3, 2)
    (8, 0, 0)
    """
    many, few = max(n_true, n_false), min(n_true, n_false)
    return max(0, many - max(few + 1, math.floor(few * MOST / (1 - MOST) + 1e-9)))


def _judge(questions: list[Question], inputs: GateInputs) -> list[Judgement]:
    """Those that go are chosen by a hash of their words: by nothing that they say."""
    statements = [question for question in questions if question.kind == "true_false"]
    right = [question for question in statements if question.answer == "True"]
    many = right if 2 * len(right) > len(statements) else [q for q in statements if q not in right]
    too_many = surplus(len(right), len(statements) - len(right))
    dropped = {id(question) for question in sorted(many, key=_lot)[:too_many]}
    told = f"{len(right)} of {len(statements)} statements are true"
    return [
        ("not run", DOES_NOT_APPLY + "no statement")
        if question.kind != "true_false"
        else ("fail", f"{told}: one of the {too_many} of the surplus, by lot")
        if id(question) in dropped
        else ("pass", told)
        for question in questions
    ]


def _lot(question: Question) -> str:
    return hashlib.sha256(question.question.encode()).hexdigest()


TRUTH_BALANCE = Gate("truth balance", "45 to 55 % of the statements are true", "among", _judge)
