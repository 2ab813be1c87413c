"""What a document speaks of: abbreviations, defined terms, named things, phrases, symbols."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from infometer.backends import TextBackend, ask_json, task_messages
from infometer.questions.acronyms import find_acronyms
from infometer.questions.formulas import read_formula
from infometer.questions.noun_phrases import noun_phrases
from infometer.questions.records import Chunk
from infometer.questions.sentences import split_sentences, why_not_alone
from infometer.questions.verbs import main_clause

__all__ = ["Entity", "extract_entities", "propose_entities"]

Type = Literal["acronym", "identifier", "term", "phrase", "symbol"]
TYPES = ("acronym", "identifier", "term", "phrase", "symbol")
ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]*(?:[-/][A-Z0-9]+)*[A-Z]\b")
IDENTIFIER = re.compile(r"\b[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+\b|\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
DEFINES = re.compile(
    r"(?:is|are) (?:a|an|the|defined as|called|responsible for|in charge of|known as)\b|"
    r"refers? to\b|stands? for\b|denotes?\b|means\b|represents?\b"
)
EMPHASIS = frozenset(
    {
        "NOT",
        "MUST",
        "SHOULD",
        "MAY",
        "SHALL",
        "AND",
        "OR",
        "ONLY",
        "ALL",
        "NOTE",
        "TODO",
        "BOTH",
        "NO",
    }
)
INSTRUCTION = (
    "List the technical entities of the text. Answer with JSON alone: a list of objects "
    '{"surface": words exactly as they stand in the text, "type": one of "acronym", "identifier", '
    '"term", "phrase", "symbol", "definition": a sentence of the text that says what it is, '
    'verbatim, or ""}.'
)


@dataclass(frozen=True)
class Entity:
    """One thing that a document speaks of.

    Parameters
    ----------
    surface : str
        As it stands in the text.
    type : {"acronym", "identifier", "term", "phrase", "symbol"}
    definition : str
        The long form of an abbreviation, else a sentence that says what it is; may be empty.
    chunk : str
        Where its definition stands, else where it first occurs.

    Examples
    --------
    >>> Entity("SIC", "acronym", "successive interference cancellation", "a.md#1").type
    'acronym'
    """

    surface: str
    type: Type
    definition: str
    chunk: str


def extract_entities(chunks: Sequence[Chunk], *, most_phrases: int = 200) -> list[Entity]:
    """Find entities by rules: an entity a surface, in the order of the chunks.

    Parameters
    ----------
    chunks : sequence of Chunk
    most_phrases : int
        Of the noun phrases, the weightiest.

    Returns
    -------
    list of Entity

    Examples
    --------
    >>> text = "The base station (BS) is the node that serves users. Every BS has one antenna."
    >>> chunk = Chunk("a#1", "a", "", text)
    >>> [(entity.surface, entity.type) for entity in extract_entities([chunk])]
    [('BS', 'acronym'), ('base station', 'term')]
    """
    found: dict[str, Entity] = {}
    for chunk in chunks:
        for entity in _in_chunk(chunk):
            known = found.get(entity.surface)
            if known is None or (entity.definition and not known.definition):
                found[entity.surface] = entity
    texts = [chunk.text for chunk in chunks]
    lowered = [text.lower() for text in texts]
    taken = {surface.lower() for surface in found}
    for phrase in noun_phrases(texts, most=most_phrases):
        where = next((i for i, text in enumerate(lowered) if phrase in text), None)
        if where is not None and phrase not in taken:
            start = lowered[where].index(phrase)
            surface = texts[where][start : start + len(phrase)]
            found.setdefault(surface, Entity(surface, "phrase", "", chunks[where].id))
    counts = Counter({surface: sum(surface in text for text in texts) for surface in found})
    keep = [e for e in found.values() if e.definition or counts[e.surface] or e.type == "symbol"]
    order = {chunk.id: place for place, chunk in enumerate(chunks)}
    return sorted(keep, key=lambda e: (order[e.chunk], TYPES.index(e.type), e.surface))


def propose_entities(backend: TextBackend, chunk: Chunk) -> list[Entity]:
    """Ask a backend for the entities of a chunk; each must stand in it verbatim.

    Parameters
    ----------
    backend : TextBackend
    chunk : Chunk

    Returns
    -------
    list of Entity

    Raises
    ------
    MalformedAnswerError
        If it cannot answer so in three attempts.

    Examples
    --------
    >>> from infometer.backends import RuleBased
    >>> backend = RuleBased({"extract_entities": lambda payload:
    ...     '[{"surface": "SIC", "type": "acronym", "definition": ""}]'})
    >>> propose_entities(backend, Chunk("a#1", "a", "", "Users apply SIC."))[0].surface
    'SIC'
    """

    def check(value: Any) -> None:
        if not isinstance(value, list):
            raise ValueError("the answer is no list of entities")
        for entity in value:
            if not isinstance(entity, dict) or entity.get("type") not in TYPES:
                raise ValueError(f"{entity!r:.80} is no entity with a type of {', '.join(TYPES)}")
            for name in ("surface", "definition"):
                if str(entity.get(name, "")) not in chunk.text or not entity.get("surface"):
                    raise ValueError(f"the {name} of {entity!r:.80} does not stand in the text")

    payload = {"section": chunk.section, "text": chunk.text}
    answer = ask_json(backend, task_messages("extract_entities", INSTRUCTION, payload), check)
    return [
        Entity(e["surface"], e["type"], str(e.get("definition", "")), chunk.id)
        for e in answer.value
    ]


def _in_chunk(chunk: Chunk) -> Iterator[Entity]:
    for short, long in find_acronyms(chunk.text):
        yield Entity(short, "acronym", long, chunk.id)
    for sentence in split_sentences(chunk.text):
        for word in ACRONYM.findall(sentence):
            if word not in EMPHASIS and not sentence.isupper():
                yield Entity(word, "acronym", "", chunk.id)
        for word in IDENTIFIER.findall(sentence):
            yield Entity(word, "identifier", "", chunk.id)
        clause = main_clause(sentence)
        if clause and DEFINES.match(clause.predicate) and why_not_alone(sentence) is None:
            surface = re.sub(r"^(?:The|An?|Each|Every)\s+|\s*\([^)]*\)", "", clause.subject).strip()
            if surface and not ACRONYM.fullmatch(surface) and not IDENTIFIER.fullmatch(surface):
                yield Entity(surface, "term", sentence, chunk.id)
            elif surface and IDENTIFIER.fullmatch(surface):
                yield Entity(surface, "identifier", sentence, chunk.id)
        if formula := read_formula(sentence):
            yield Entity(formula.name, "symbol", formula.text, chunk.id)
