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

BALLOTS: Mapping[bool, tuple[int, int]] = {False: (4, 5), True: (8, 9)}
"""Answers that must be the key, of how many: of a four-option question, of a statement."""
ANSWER_TOKENS = 256
"""A letter, and room for some words that were not asked for."""
INSTRUCTION = (
    "Answer the question from the context alone. Reply with one JSON object, "
    '{"answer": "<letter of the right option>"}, and nothing else.'
)


def _judge(question: Question, inputs: GateInputs) -> Judgement:
    """Ask until enough answers are the key, or too many are not.

    Of four options 4 of 5 answers must be the key: who guesses passes with probability 0.016, who
    is right with probability 0.95 with 0.98. Of True and False that would be 0.19, so it takes 8 of
    9: 0.020 and 0.93. (5 of 5 would be 0.031 and 0.77.)
    """
    if question.problem is not None:
        return "not run", DOES_NOT_APPLY + "a solver gave the key"
    if inputs.judge is None:
        return "not run", NO_JUDGE
    if not (context := inputs.context(question)):
        return "not run", "the question has no context"
    needed, ballots = BALLOTS[question.kind == "true_false"]
    given: list[str] = []
    missing: list[BackendError] = []
    for ballot in range(1, ballots + 1):
        rng = generator(inputs.random_state, "ballot", content_key(question), ballot)
        order = [int(place) for place in rng.permutation(len(question.options))]
        try:
            given.append(question.options[_ask(inputs.judge, question, context, order, ballot)])
        except NoRuleError:
            raise
        except BackendError as error:
            missing.append(error)
        agreeing = given.count(question.answer)
        if agreeing == needed or len(given) - agreeing > ballots - needed:
            break
    told = f"{agreeing} of {len(given)} answers are the key, needed are {needed} of {ballots}"
    if agreeing >= needed:
        return "pass", told, agreeing / len(given)
    if len(given) - agreeing > ballots - needed:
        others = sorted({answer for answer in given if answer != question.answer})
        return "fail", f"{told}; others: {others}", agreeing / len(given)
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
    answer = ask_json(judge, messages, check, max_tokens=ANSWER_TOKENS, seed=ballot)
    return order[LETTERS.index(answer.value["answer"])]


KEY_AGREEMENT = Gate(
    "key agreement",
    "4 of 5 readers of the context give the key, 8 of 9 where there are two options",
    "model",
    _judge,
)
