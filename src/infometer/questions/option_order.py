"""Options in an order that tells nothing: every place holds the key equally often."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from infometer.questions.records import Question
from infometer.resampling import generator, root_seed

__all__ = ["balance_positions"]

BOUND_TO_PLACE = re.compile(
    r"\b(all|none|both|neither|any|some) of (the|these|them)\b|\b(above|below)\b"
    r"|\b(both|neither) [A-F] (and|n?or) [A-F]\b|\boptions? [A-F1-6]\b",
    re.IGNORECASE,
)


def balance_positions(questions: Sequence[Question], random_state: Any = 0) -> list[Question]:
    """Shuffle options so that keys stand at all places equally often, to within one question.

    The questions with k options, in an order drawn from the seed, have their keys put at 0, 1, …,
    k - 1, 0, 1, …; the rest follows by lot. The same set has the same order, in whatever order its
    questions come. True and False stay as they are, and so does a question with an option that
    speaks of others ("all of the above").

    Parameters
    ----------
    questions : sequence of Question
    random_state : int, None, RandomState or Generator

    Returns
    -------
    list of Question
        In the order in which they were given.

    Examples
    --------
    >>> asked = [Question(f"q{i}", "multiple_choice", "easy", f"{i} + 1?",
    ...                   (f"{i + 1}", f"{i}", f"{i + 2}"), 0, ()) for i in range(6)]
    >>> sorted(question.key for question in balance_positions(asked))
    [0, 0, 1, 1, 2, 2]
    """
    seed = root_seed(random_state)
    movable = [question for question in questions if _movable(question)]
    places: dict[str, int] = {}
    for size in sorted({len(question.options) for question in movable}):
        names = sorted(question.id for question in movable if len(question.options) == size)
        drawn = generator(seed, "key positions", size).permutation(len(names))
        places |= {names[which]: turn % size for turn, which in enumerate(drawn)}
    return [
        _moved(question, places[question.id], generator(seed, "options", question.id))
        if _movable(question)
        else question
        for question in questions
    ]


def _movable(question: Question) -> bool:
    bound = any(BOUND_TO_PLACE.search(option) for option in question.options)
    return question.kind == "multiple_choice" and not bound


def _moved(question: Question, place: int, rng: np.random.Generator) -> Question:
    others = sorted(o for i, o in enumerate(question.options) if i != question.key)
    shuffled = [others[i] for i in rng.permutation(len(others))]
    options = (*shuffled[:place], question.answer, *shuffled[place:])
    return dataclasses.replace(question, options=options, key=place)
