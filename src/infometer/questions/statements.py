"""Sentences that a question may be drawn from, with the place that they stand in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from infometer.questions.sentences import split_sentences, why_not_alone
from infometer.questions.verbs import Clause, main_clause

__all__ = ["Statement", "mentions", "named_subject", "statements_of"]

NOT_A_NAME = re.compile(
    r"(?i:two|three|four|five|six|each|every|all|any|some|many|most|several|no|both|different|"
    r"other|\d\S*)\s"
)
SUBJECT_WORD = re.compile(r"[A-Za-z][\w/-]*")
GENERIC_WORDS = (
    "approach aim goal purpose number size value main size impact reason way list set use fact "
    "case part focus presence rest choice values size role support step steps thing type "
)
GENERIC_HEADS = frozenset(GENERIC_WORDS.split())


@dataclass(frozen=True)
class Statement:
    """A sentence that stands alone, and where.

    Parameters
    ----------
    text : str
        Verbatim.
    chunk, scope : str
        The id of its chunk; the section and document as a question names them.
    clause : Clause or None
        Its short subject and its predicate, where it opens with one.
    """

    text: str
    chunk: str
    scope: str
    clause: Clause | None


def statements_of(evidence: Mapping[str, Any]) -> tuple[Statement, ...]:
    """The statements of a piece of evidence.

    Parameters
    ----------
    evidence : mapping
        ``chunk``, ``document``, ``title``, ``section`` and ``text``.

    Returns
    -------
    tuple of Statement

    Examples
    --------
    >>> found = statements_of({"chunk": "a#1", "document": "a.md", "title": "NOMA",
    ...                        "section": "NOMA > Power", "text": "However, it is so. The weak "
    ...                        "user receives more power than the strong user."})
    >>> [(statement.scope, statement.clause.subject) for statement in found]
    [('the section “Power” of “NOMA”', 'The weak user')]
    """
    names = ("chunk", "document", "title", "section", "text")
    return _statements(*(str(evidence[name]) for name in names))


@lru_cache(maxsize=4096)
def _statements(
    chunk: str, document: str, title: str, section: str, text: str
) -> tuple[Statement, ...]:
    headings = [heading for heading in section.split(" > ") if heading and heading != title]
    whole = f"“{title}”"
    where = f"the section “{' > '.join(headings[-2:])}” of {whole}" if headings else whole
    return tuple(
        Statement(sentence, chunk, where, main_clause(sentence))
        for sentence in split_sentences(text)
        if why_not_alone(sentence) is None
    )


def mentions(text: str, surface: str) -> bool:
    """Whether the words stand in the text as whole words.

    Examples
    --------
    >>> mentions("Every eNB has it.", "eNB"), mentions("Many eNBs.", "eNB")
    (True, False)
    """
    return re.search(rf"(?<![\w-]){re.escape(surface)}(?![\w-])", text) is not None


def named_subject(clause: Clause | None) -> str | None:
    """The subject without article and brackets, where it names a definite thing.

    Examples
    --------
    >>> named_subject(main_clause("The MAC scheduler (MS) assigns resource blocks."))
    'MAC scheduler'
    >>> named_subject(main_clause("The purpose is to assign blocks.")) is None
    True
    """
    if clause is None:
        return None
    subject = re.sub(r"\s*\([^)]*\)", "", clause.subject)
    subject = re.sub(r"^(?:The|An?)\s+", "", subject).strip()
    words = subject.split()
    if not words or NOT_A_NAME.match(subject + " ") or " of " in subject:
        return None
    if not all(SUBJECT_WORD.fullmatch(word) for word in words) or words[-1] in GENERIC_HEADS:
        return None
    if words[-1].endswith("ly") or words[-1] in {"then", "only", "itself", "now", "thus"}:
        return None
    if any(len(word) == 1 for word in words) or words[0].endswith(("ed", "ing")):
        return None
    special = any(sum(letter.isupper() for letter in word) > 1 for word in words)
    return subject if special or len(words) > 1 else None
