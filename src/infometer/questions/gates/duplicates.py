"""Gate: no question is asked twice."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from infometer.questions.gates.gate import Gate, GateInputs, Judgement
from infometer.questions.records import Question

__all__ = ["DUPLICATES", "earlier_duplicates"]

COSINE = 0.9
BLOCK = 1000
"""Rows that are compared with all at a time: what bounds the memory."""


def earlier_duplicates(texts: list[str], threshold: float = COSINE) -> list[tuple[int, float]]:
    """The first kept text that each is too much like, by the cosine of their TF-IDF words.

    A text is kept if it is like no kept one before it.

    Parameters
    ----------
    texts : list of str
    threshold : float

    Returns
    -------
    list of (int, float)
        Place of the earlier text and the cosine; (-1, 0.0) for a text that is kept.

    Examples
    --------
    >>> earlier_duplicates(["SIC starts at the weakest user.", "Noise is white.",
    ...                     "SIC starts at the weakest user"])
    [(-1, 0.0), (-1, 0.0), (0, 1.0)]
    """
    if len(texts) < 2:
        return [(-1, 0.0)] * len(texts)
    rows = TfidfVectorizer(token_pattern=r"\w+|[<>=≤≥+−-]").fit_transform(texts)
    found: list[tuple[int, float]] = []
    kept = np.zeros(len(texts), dtype=bool)
    for start in range(0, len(texts), BLOCK):
        cosines = (rows[start : start + BLOCK] @ rows.T).tocsr()
        for place in range(start, min(start + BLOCK, len(texts))):
            line = cosines[place - start]
            near = line.indices[(line.data > threshold) & kept[line.indices]]
            first = int(near.min()) if len(near) else -1
            kept[place] = first < 0
            found.append((first, 0.0 if first < 0 else round(float(line[0, first]), 4)))
    return found


def _judge(questions: list[Question], inputs: GateInputs) -> list[Judgement]:
    """Problems of a solver differ by their numbers alone: each is compared with its equals."""
    words = [question for question in questions if question.problem is None]
    found = iter(earlier_duplicates([_asked(question) for question in words]))
    stated: dict[str, str] = {}
    judged: list[Judgement] = []
    for question in questions:
        if question.problem is None:
            first, cosine = next(found)
            if first >= 0:
                twin = f"cosine {cosine:.2f} with question {words[first].id}"
                judged.append(("fail", twin, cosine))
                continue
            twin = ""
        else:
            before = stated.setdefault(question.question, question.id)
            twin = "" if before == question.id else f"the same problem as question {before}"
        told = f"no cosine above {COSINE} with a question before it"
        judged.append(("fail", twin) if twin else ("pass", told))
    return judged


def _asked(question: Question) -> str:
    """A statement is the same whether it is put as true or as false."""
    if question.kind == "true_false":
        return question.question
    return f"{question.question} {question.answer}"


DUPLICATES = Gate("duplicates", "no question is asked twice", "among", _judge)
