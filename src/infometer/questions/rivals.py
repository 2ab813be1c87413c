"""Wrong options of the same type as the key, which the document does not say the same of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from infometer.questions.statements import Statement

__all__ = ["gives_away", "rival_predicates", "rival_subjects", "rival_terms", "same_kind"]

Subject = Mapping[str, Any]


def rival_subjects(
    subject: str, statement: Statement, subjects: Sequence[Subject], draw: np.random.Generator
) -> list[str]:
    """Subjects of the document with the same number and, if it can be, the same last word."""
    plural = statement.clause is not None and statement.clause.is_plural
    usable = sorted(
        {
            other["surface"]
            for other in subjects
            if other["plural"] == plural
            and other["surface"].lower() not in statement.text.lower()
            and not _overlap(other["surface"], subject)
        }
    )
    return _nearest(subject, usable, draw)


def rival_terms(
    name: str, statement: Statement, vocabulary: Mapping[str, Any], draw: np.random.Generator
) -> list[str]:
    """Entities of the same type that the sentence does not name, nor an alias of the key."""
    terms = vocabulary["terms"]
    kind = next((term["type"] for term in terms if term["surface"] == name), None)
    aliases = {
        entry["long"].lower() for entry in vocabulary["acronyms"] if entry["surface"] == name
    }
    usable = [
        term["surface"]
        for term in terms
        if term["type"] == kind
        and term["surface"].lower() not in statement.text.lower()
        and term["surface"].lower() not in aliases
        and not _overlap(term["surface"], name)
        and term["surface"].endswith("s") == name.endswith("s")
        and _form(term["surface"]) == _form(name)
    ]
    return _nearest(name, sorted(usable), draw)


def rival_predicates(
    subject: str, predicate: str, statement: Statement, subjects: Sequence[Subject],
    draw: np.random.Generator,
) -> list[str]:  # fmt: skip
    """What the document says of other things, of about the same length."""
    words = len(predicate.split())
    plural = statement.clause is not None and statement.clause.is_plural
    usable = {
        other["predicate"]
        for other in subjects
        if other["plural"] == plural
        and other["chunk"] != statement.chunk
        and not _overlap(other["surface"], subject)
        and subject.lower() not in other["predicate"].lower()
        and 0.6 * words <= len(other["predicate"].split()) <= 1.6 * words
        and not re.search(rf"\b{re.escape(other['surface'])}\b", other["predicate"])
    }
    pool = sorted(usable)
    return [pool[i] for i in draw.permutation(len(pool))[:5]]


def gives_away(subject: str, text: str) -> bool:
    """Whether a telling word of the subject stands in the text."""
    words = [word.rstrip("s") for word in re.findall(r"\w{2,}", subject.lower())]
    return any(re.search(rf"\b{re.escape(word)}", text.lower()) for word in words)


def same_kind(name: str, other: str) -> bool:
    """Whether two names end in one word, or are written alike, as two identifiers are."""
    return _distance(name, other) < 2


def _overlap(first: str, second: str) -> bool:
    """Whether one name may be the other's, or its kind."""
    one, two = _stem(first), _stem(second)
    return one in two or two in one


def _stem(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower()).rstrip("s")


def _nearest(name: str, usable: list[str], draw: np.random.Generator) -> list[str]:
    """Six of them: with the same last word first, then of the same form."""
    shuffled = [usable[i] for i in draw.permutation(len(usable))]
    ranked: list[str] = []
    for other in sorted(shuffled, key=lambda other: _distance(name, other)):
        if len(ranked) < 6 and not any(_overlap(other, chosen) for chosen in ranked):
            ranked.append(other)
    return ranked if len(ranked) >= 3 and _distance(name, ranked[2]) < 3 else []


def _distance(name: str, other: str) -> int:
    same_head = name.split()[-1].lower() == other.split()[-1].lower()
    same_form = _form(name) == _form(other)
    lengths = abs(len(name.split()) - len(other.split()))
    return 2 * (not same_head) + (not same_form) + (lengths > 2)


def _form(name: str) -> str:
    if name.isupper():
        return "acronym"
    if "_" in name:
        return "snake case"
    if re.fullmatch(r"[A-Z][a-z]+(?:[A-Z]\w*)+", name):
        return "camel case"
    return "words" if name.islower() else "mixed"
