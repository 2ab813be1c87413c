"""Wrong options of the same type as the key, which the document does not say the same of."""

from __future__ import annotations

import re
from collections import Counter
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
    usable = Counter(
        other["surface"]
        for other in subjects
        if other["plural"] == plural
        and other["surface"].lower() not in statement.text.lower()
        and not _overlap(other["surface"], subject)
    )
    return _of_its_kind(subject, usable, draw)


def rival_terms(
    name: str, statement: Statement, vocabulary: Mapping[str, Any], draw: np.random.Generator
) -> list[str]:
    """Entities of the same type that the sentence does not name, nor an alias of the key."""
    terms = vocabulary["terms"]
    kind = next((term["type"] for term in terms if term["surface"] == name), None)
    aliases = {
        entry["long"].lower() for entry in vocabulary["acronyms"] if entry["surface"] == name
    }
    usable = {
        term["surface"]: term["count"]
        for term in terms
        if term["type"] == kind
        and term["surface"].lower() not in statement.text.lower()
        and term["surface"].lower() not in aliases
        and not _overlap(term["surface"], name)
        and term["surface"].endswith("s") == name.endswith("s")
    }
    return _of_its_kind(name, usable, draw)


def rival_predicates(
    subject: str, predicate: str, statement: Statement, subjects: Sequence[Subject],
    draw: np.random.Generator,
) -> list[str]:  # fmt: skip
    """What the document says of other things, in as few or as many words."""
    plural = statement.clause is not None and statement.clause.is_plural
    usable = {
        other["predicate"]
        for other in subjects
        if other["plural"] == plural
        and other["chunk"] != statement.chunk
        and not _overlap(other["surface"], subject)
        and subject.lower() not in other["predicate"].lower()
        and _size(other["predicate"]) == _size(predicate)
        and not re.search(rf"\b{re.escape(other['surface'])}\b", other["predicate"])
    }
    pool = sorted(usable)
    return [pool[i] for i in draw.permutation(len(pool))[:5]]


def _size(predicate: str) -> int:
    """Classes and no window around the right one, which would make its length the middle one."""
    return int(np.searchsorted((8, 13), len(predicate.split())))


def gives_away(subject: str, text: str) -> bool:
    """Whether a telling word of the subject stands in the text."""
    words = [word.rstrip("s") for word in re.findall(r"\w{2,}", subject.lower())]
    return any(re.search(rf"\b{re.escape(word)}", text.lower()) for word in words)


def same_kind(name: str, other: str) -> bool:
    """Whether two names end in one word, or are written alike, as two identifiers are."""
    return _same_head(name, other) or (_same_form(name, other) and _form(name) != "words")


def _overlap(first: str, second: str) -> bool:
    """Whether one name may be the other's, or its kind."""
    one, two = _stem(first), _stem(second)
    return one in two or two in one


def _stem(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower()).rstrip("s")


def _of_its_kind(name: str, usable: Mapping[str, int], draw: np.random.Generator) -> list[str]:
    """Up to six that all end in the name's last word, else that all are written like it.

    Each is drawn as often as the document speaks of it, as names are asked for: then a name is the
    right option as often, among those that offer it, as any other.
    """
    for alike in (_same_head, _same_form):
        pool = sorted(other for other in usable if alike(name, other))
        found: list[str] = []
        for other in _by_lot(pool, [usable[other] for other in pool], draw):
            if len(found) < 6 and not any(_overlap(other, chosen) for chosen in found):
                found.append(other)
        if len(found) >= 3:
            return found
    return []


def _by_lot(pool: Sequence[str], weights: Sequence[int], draw: np.random.Generator) -> list[str]:
    """All of them in an order of which every next one is drawn by its weight."""
    waits = draw.exponential(size=len(pool)) / np.maximum(weights, 1)
    return [pool[i] for i in np.argsort(waits)]


def _same_head(name: str, other: str) -> bool:
    return name.split()[-1].lower() == other.split()[-1].lower()


def _same_form(name: str, other: str) -> bool:
    return _form(name) == _form(other)


def _form(name: str) -> str:
    if name.isupper():
        return "acronym"
    if "_" in name:
        return "snake case"
    if re.fullmatch(r"[A-Z][a-z]+(?:[A-Z]\w*)+", name):
        return "camel case"
    return "words" if name.islower() else "mixed"
