"""Gate: the key is one of the options."""

from __future__ import annotations

from infometer.questions.gates.gate import Gate, GateInputs, Judgement
from infometer.questions.records import Question

__all__ = ["KEY"]


def _judge(question: Question, inputs: GateInputs) -> Judgement:
    key, options = question.key, len(question.options)
    if 0 <= key < options:
        return "pass", f"it is one of {options} options"
    return "fail", f"the key is place {key} from 0, of {options} options"


KEY = Gate("key", "the key is one of the options", "form", _judge)
