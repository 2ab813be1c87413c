"""How likely a scoring backend holds the key, with and without what there is to read."""

from __future__ import annotations

import math

from infometer.backends import AnswerPrompt, ChoiceItem, TextBackend
from infometer.backends.choice_pvi import option_continuations, option_logs
from infometer.questions.records import Question

__all__ = ["LEAST", "key_log_probability"]

TEMPLATE = "{context}\n\nQuestion: {question}\n{options}\nAnswer:"
LEAST = math.log(1e-12)
"""Floor of the log-probability, so that no difference of two is infinite."""


def key_log_probability(backend: TextBackend, question: Question, context: str = "") -> float:
    """log p(key | context, question, options) over the letters of the options, nats.

    Parameters
    ----------
    backend : TextBackend
    question : Question
    context : str
        Stands before the question; none if it is empty.

    Returns
    -------
    float
        At least log 1e-12.

    Raises
    ------
    ScoringNotSupportedError
        If the backend gives no log-probabilities.

    Examples
    --------
    >>> from infometer.backends import TokenLogprobs
    >>> class Even:
    ...     name = "even"
    ...     def score(self, prompt, continuations):
    ...         return [TokenLogprobs((text,), (-2.0,)) for text in continuations]
    >>> asked = Question("q", "true_false", "easy", "2 > 1.", ("True", "False"), 0, ())
    >>> round(key_log_probability(Even(), asked), 4)
    -0.6931
    """
    item = ChoiceItem(question.question, question.options, question.key, context=context)
    seen = ("context", "question", "options") if context else ("question", "options")
    prompt = AnswerPrompt(TEMPLATE, seen).of(item)
    scores = backend.score(prompt, option_continuations(item, "letter"))
    return max(float(option_logs(scores, "letter")[question.key]), LEAST)
