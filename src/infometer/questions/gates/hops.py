"""Gate: a question of several hops needs every one of its chunks."""

from __future__ import annotations

import math

from infometer.questions.gates.gate import DOES_NOT_APPLY, NO_JUDGE, Gate, GateInputs, Judgement
from infometer.questions.gates.key_probability import key_log_probability
from infometer.questions.records import Question

__all__ = ["HOPS"]

BITS_LOST = 0.3


def _judge(question: Question, inputs: GateInputs) -> Judgement:
    """log₂ p(key | all chunks) - log₂ p(key | all but one), the least over the chunks."""
    chunks = list(dict.fromkeys(part.chunk for part in question.evidence))
    if question.hops < 2:
        return "not run", DOES_NOT_APPLY + "one hop"
    if inputs.judge is None:
        return "not run", NO_JUDGE
    if len(chunks) < 2 or not inputs.context(question):
        return "not run", "the question has no chunk to do without"
    whole = key_log_probability(inputs.judge, question, inputs.context(question))
    lost = {
        chunk: (whole - key_log_probability(inputs.judge, question, context)) / math.log(2)
        for chunk in chunks
        if (context := inputs.context(question, without=chunk))
    }
    chunk = min(lost, key=lost.__getitem__)
    told = f"without {chunk} {lost[chunk]:.2f} bits are lost, with {BITS_LOST} needed of every hop"
    return ("pass" if lost[chunk] >= BITS_LOST else "fail"), told, round(lost[chunk], 4)


HOPS = Gate("hops", f"without any one of its chunks {BITS_LOST} bits are lost", "model", _judge)
