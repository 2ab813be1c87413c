"""Gate: the context tells the answer, and the question alone does not."""

from __future__ import annotations

import math

from infometer.questions.gates.gate import DOES_NOT_APPLY, NO_JUDGE, Gate, GateInputs, Judgement
from infometer.questions.gates.key_probability import key_log_probability
from infometer.questions.records import Question

__all__ = ["CONTEXT_NEEDED"]

BITS_NEEDED = 0.5


def _judge(question: Question, inputs: GateInputs) -> Judgement:
    """log₂ p(key | context, question) - log₂ p(key | question), the PVI of the context.

    Hewitt, Ethayarajh, Liang and Manning, "Conditional probing", EMNLP 2021.
    """
    if question.problem is not None:
        return "not run", DOES_NOT_APPLY + "a solver gave the key"
    if inputs.judge is None:
        return "not run", NO_JUDGE
    if not (context := inputs.context(question)):
        return "not run", "the question has no context"
    alone = key_log_probability(inputs.judge, question)
    read = key_log_probability(inputs.judge, question, context)
    bits = (read - alone) / math.log(2)
    told = f"the context tells {bits:.2f} bits of the answer, needed are {BITS_NEEDED}; p(key) "
    told += f"{math.exp(alone):.2f} without it, {math.exp(read):.2f} with it"
    return ("pass" if bits >= BITS_NEEDED else "fail"), told, round(bits, 4)


CONTEXT_NEEDED = Gate(
    "context needed", f"its context tells {BITS_NEEDED} bits of the answer or more", "model", _judge
)
