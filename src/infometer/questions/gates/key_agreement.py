"""Gate: who reads the context gives the key, in whatever order the options stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infometer.backends import BackendError, NoRuleError, TextBackend, ask_json, task_messages
from infometer.backends.choice_items import LETTERS
from infometer.questions.gates.gate import DOES_NOT_APPLY, NO_JUDGE, Gate, GateInputs, Judgement
from infometer.questions.identity import content_key
from infometer.questions.records import Question
from infometer.resampling import generator

__all__ = ["KEY_AGREEMENT"]

BALLOTS = 5
AGREEING = 4
"""A reader who is right with probability p passes a good question with 5 p⁴ (1 - p) + p⁵: 0.98 at
p = 0.95. One who guesses passes 0.016 with four options, but 0.19 with two."""
INSTRUCTION = (
    "Answer the question from the context alone. Reply with one JSON object, "
    '{"answer": "<letter of the right option>"}, and nothing else.'
)


def _judge(question: Question, inputs: GateInputs) -> Judgement:
    if question.problem is not None:
        return "not run", DOES_NOT_APPLY + "a solver gave the key"
    if inputs.judge is None:
        return "not run", NO_JUDGE
    if not (context := inputs.context(question)):
        return "not run", "the question has no context"
    given: list[str] = []
    missing: list[BackendError] = []
    for ballot in range(1, BALLOTS + 1):
        rng = generator(inputs.random_state, "ballot", content_key(question), ballot)
        order = [int(place) for place in rng.permutation(len(question.options))]
        try:
            given.append(question.options[_ask(inputs.judge, question, context, order, ballot)])
        except NoRuleError:
            raise
        except BackendError as error:
            missing.append(error)
    agreeing = given.count(question.answer)
    told = f"{agreeing} of {len(given)} answers are the key, needed are {AGREEING} of {BALLOTS}"
    if agreeing >= AGREEING:
        return "pass", told
    if len(given) - agreeing > BALLOTS - AGREEING:
        others = sorted({answer for answer in given if answer != question.answer})
        return "fail", f"{told}; others: {others}"
    return "not run", f"{told}; {len(missing)} without an answer, the last: {missing[-1]}"


def _ask(
    judge: TextBackend, question: Question, context: str, order: list[int], ballot: int
) -> int:
    """The place of the option that the judge chooses when they stand in this order."""
    lettered = {LETTERS[place]: question.options[option] for place, option in enumerate(order)}
    payload = {"question": question.question, "options": lettered, "context": context}

    def check(value: Any) -> None:
        if not isinstance(value, Mapping) or value.get("answer") not in lettered:
            raise ValueError(f'expected {{"answer": one of {", ".join(lettered)}}}')

    messages = task_messages("answer", INSTRUCTION, {**payload, "ballot": ballot})
    answer = ask_json(judge, messages, check, seed=ballot)
    return order[LETTERS.index(answer.value["answer"])]


KEY_AGREEMENT = Gate(
    "key agreement",
    f"{AGREEING} of {BALLOTS} readers of the context give the key",
    "model",
    _judge,
)
