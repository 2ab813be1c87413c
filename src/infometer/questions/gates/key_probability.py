"""How likely a scoring backend holds the key, with and without what there is to read."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import logsumexp

from infometer.backends import TextBackend
from infometer.backends.choice_items import LETTERS
from infometer.questions.records import Question

__all__ = ["LEAST", "as_prompt", "key_log_probability"]

LEAST = math.log(1e-12)
"""Floor of every log-probability, so that no difference is infinite."""


def as_prompt(question: Question, context: str = "") -> str:
    r"""The question with lettered options, after what there is to read; ends before the letter.

    Examples
    --------
    >>> asked = Question("q", "true_false", "easy", "2 > 1.", ("True", "False"), 0, ())
    >>> as_prompt(asked)
    'Question: 2 > 1.\nA. True\nB. False\nAnswer:'
    """
    lines = [f"Context: {context}\n"] if context else []
    lines.append(f"Question: {question.question}")
    pairs = zip(LETTERS, question.options, strict=False)
    return "\n".join([*lines, *(f"{letter}. {option}" for letter, option in pairs), "Answer:"])


def key_log_probability(backend: TextBackend, question: Question, context: str = "") -> float:
    """log p(key | context, question, options) over the letters of the options, nats.

    Raises
    ------
    ScoringNotSupportedError
        If the backend gives no log-probabilities.
    """
    letters = [f" {letter}" for letter in LETTERS[: len(question.options)]]
    scores = backend.score(as_prompt(question, context), letters)
    totals = np.array([score.total for score in scores])
    if np.isneginf(totals).all():
        return LEAST
    return max(float(totals[question.key] - logsumexp(totals)), LEAST)
