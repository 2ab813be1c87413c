"""What a rule writes: a draft of a question, or why it refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from infometer.questions.statements import Statement

__all__ = ["choice_draft", "finish", "refused", "true_false_draft"]


def true_false_draft(
    question: str, truth: bool, quotes: Sequence[Statement], rule: str, explanation: str
) -> dict[str, Any]:
    """A true/false question as the tasks answer it."""
    return {
        "question": question,
        "options": ["True", "False"],
        "key": 0 if truth else 1,
        "evidence": [{"chunk": quote.chunk, "quote": quote.text} for quote in quotes],
        "explanation": explanation,
        "rule": rule,
    }


def choice_draft(
    question: str,
    answer: str,
    distractors: Sequence[str],
    quotes: Sequence[Statement],
    rule: str,
    draw: np.random.Generator,
    explanation: str = "",
) -> dict[str, Any] | None:
    """A four-option question with its key at a random place; None without three distractors."""
    options = [answer, *dict.fromkeys(option for option in distractors if option != answer)][:4]
    if len({option.lower() for option in options}) < 4:
        return None
    order = draw.permutation(4)
    return {
        "question": question,
        "options": [options[i] for i in order],
        "key": int(np.flatnonzero(order == 0)[0]),
        "evidence": [{"chunk": quote.chunk, "quote": quote.text} for quote in quotes],
        "explanation": explanation,
        "rule": rule,
    }


def refused(reason: str) -> str:
    """The answer of a rule that cannot make a good draft.

    Examples
    --------
    >>> refused("no number")
    '{"refused": "no number"}'
    """
    return json.dumps({"refused": reason})


def finish(drafts: Sequence[dict[str, Any] | None], payload: Mapping[str, Any]) -> str:
    """One of the drafts, by the payload's seed, as JSON; a refusal where there is none."""
    good = [draft for draft in drafts if draft is not None]
    if not good:
        return refused("no sentence here stands alone, names the path and can be asked about")
    draw = np.random.default_rng([int(payload["seed"]), 1])
    rules = sorted({draft["rule"] for draft in good})
    rule = rules[draw.integers(len(rules))]
    same = [draft for draft in good if draft["rule"] == rule]
    return json.dumps(same[draw.integers(len(same))], ensure_ascii=False)
