"""What makes two questions the same question: their words, and what they rest on."""

from __future__ import annotations

import hashlib
import json

from infometer.questions.records import Question

__all__ = ["content_key"]


def content_key(question: Question) -> str:
    """A name for the words of a question, in whatever order its options stand.

    Returns
    -------
    str
        16 hexadecimal digits of SHA-256 of question, options, key and evidence.

    Examples
    --------
    >>> asked = Question("q", "multiple_choice", "easy", "2 + 2?", ("3", "4"), 1, ())
    >>> turned = Question("other", "multiple_choice", "easy", "2 + 2?", ("4", "3"), 0, ())
    >>> content_key(asked), content_key(asked) == content_key(turned)
    ('d43944c6c207501f', True)
    """
    right = [option for place, option in enumerate(question.options) if place == question.key]
    evidence = [[part.chunk, part.quote] for part in question.evidence]
    words = [question.kind, question.question, sorted(question.options), right, evidence]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()[:16]
