"""Gate: the options alone do not tell the key."""

from __future__ import annotations

from functools import lru_cache

from infometer.backends import ChoiceItem, leakage_report
from infometer.contracts import NATS_PER_UNIT, Estimate
from infometer.questions.gates.gate import DOES_NOT_APPLY, Gate, GateInputs, Judgement
from infometer.questions.records import Question

__all__ = ["LEAK", "leak_estimate"]

MOST_BITS = 0.05
LEAST_QUESTIONS = 20
"""Fewer are not cross-fitted: nothing could be learnt from them, nor decided about them."""


def leak_estimate(questions: list[Question], random_state: int = 0) -> Estimate | None:
    """I_V(options → key) of the multiple-choice questions, out of sample, in nats.

    Returns
    -------
    Estimate or None
        None for fewer than 20 of them.
    """
    items = tuple(
        ChoiceItem(question.question, question.options, question.key, question.id)
        for question in questions
        if question.kind == "multiple_choice"
    )
    return _estimate(items, random_state) if len(items) >= LEAST_QUESTIONS else None


@lru_cache(maxsize=2)
def _estimate(items: tuple[ChoiceItem, ...], random_state: int) -> Estimate:
    return leakage_report(items, random_state=random_state).information


def _judge(questions: list[Question], inputs: GateInputs) -> Judgement:
    """Fail if the interval is above 0.05 bits, pass if it is below and the figure is no noise.

    A guesser who has learnt from too few does worse than one who knows nothing: a figure below
    -0.05 bits shows that, and says nothing of the leak.
    """
    n = sum(question.kind == "multiple_choice" for question in questions)
    if not n:
        return "not run", DOES_NOT_APPLY + "no multiple-choice question"
    found = leak_estimate(questions, inputs.random_state)
    if found is None or found.interval is None:
        return "not run", f"{n} multiple-choice questions; it takes {LEAST_QUESTIONS} and more"
    low, high = (limit / NATS_PER_UNIT["bits"] for limit in found.interval)
    told = f"the options alone tell {found.bits:.3f} bits ({low:.3f} to {high:.3f}) of the key, "
    told += f"at most {MOST_BITS} may be; {n} questions"
    if low > MOST_BITS:
        return "fail", told, round(found.bits, 4)
    if high <= MOST_BITS and found.bits >= -MOST_BITS:
        return "pass", told, round(found.bits, 4)
    return "not run", f"undecided by so few: {told}", round(found.bits, 4)


LEAK = Gate("leak", f"the options alone tell at most {MOST_BITS} bits of the key", "set", _judge)
