"""Gate: a solver finds the key of a numeric problem, and none of the other options."""

from __future__ import annotations

from infometer.questions.gates.gate import DOES_NOT_APPLY, Gate, GateInputs, Judgement
from infometer.questions.problems import read_problem, verify_answer
from infometer.questions.records import Question

__all__ = ["PROBLEM"]


def _judge(question: Question, inputs: GateInputs) -> Judgement:
    if question.problem is None:
        return "not run", DOES_NOT_APPLY + "no numeric problem"
    try:
        problem = read_problem(question.problem["problem"])
    except (KeyError, ValueError) as error:
        return "fail", f"the record of the problem cannot be read: {error}"
    found = {option: verify_answer(problem, {"value": option}) for option in question.options}
    right = [option for option, verdict in found.items() if verdict.verdict == "correct"]
    if question.answer not in right:
        verdict = found[question.answer]
        return "fail", f"the solver says {verdict.verdict}: {verdict.reason}"
    if len(right) > 1:
        return "fail", f"the solver calls {len(right)} options correct: {right}"
    return "pass", f"the solver says correct: {found[question.answer].reason}"


PROBLEM = Gate("problem", "a solver finds the key of a numeric problem", "text", _judge)
