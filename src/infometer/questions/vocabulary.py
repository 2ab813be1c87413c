"""What else a document speaks of: the stock that wrong options are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from infometer.questions.entities import Entity
from infometer.questions.records import Chunk
from infometer.questions.statements import mentions, named_subject, statements_of

__all__ = ["vocabulary_for", "vocabulary_of"]

MOST = 120
"""Entries of each kind that go with one payload: enough to choose from, few enough to read."""


def vocabulary_of(
    chunks: Sequence[Chunk], entities: Sequence[Entity], title: str
) -> dict[str, Any]:
    """Abbreviations with long forms, entities by type, and subjects with what is said of them.

    Entities that no statement names are left out: none is ever the right option, and so none may
    be a wrong one.

    Parameters
    ----------
    chunks : sequence of Chunk
        Of one document.
    entities : sequence of Entity
    title : str
        Of the document.

    Returns
    -------
    dict
        ``acronyms``, ``terms`` and ``subjects``, each a list of mappings; fit for JSON.

    Examples
    --------
    >>> chunk = Chunk("a#1", "a", "", "The base station serves every user of its cell.")
    >>> vocabulary_of([chunk], [], "A")["subjects"]
    [{'surface': 'base station', 'predicate': 'serves every user of its cell', 'plural': False,
      'chunk': 'a#1'}]
    """
    acronyms = [
        {"surface": entity.surface, "long": entity.definition, "chunk": entity.chunk}
        for entity in entities
        if entity.type == "acronym" and entity.definition
    ]
    subjects, said = [], list[str]()
    for chunk in chunks:
        evidence = {
            "chunk": chunk.id, "document": chunk.document, "title": title,
            "section": chunk.section, "text": chunk.text,
        }  # fmt: skip
        for statement in statements_of(evidence):
            said.append(statement.text)
            surface = named_subject(statement.clause)
            if surface is not None and statement.clause is not None:
                subjects.append(
                    {
                        "surface": surface,
                        "predicate": statement.clause.predicate.rstrip("."),
                        "plural": statement.clause.is_plural,
                        "chunk": chunk.id,
                    }
                )
    terms = [
        {"surface": entity.surface, "type": entity.type, "count": count}
        for entity in entities
        if (count := sum(mentions(text, entity.surface) for text in said))
    ]
    return {"acronyms": acronyms, "terms": terms, "subjects": subjects}


def vocabulary_for(
    vocabulary: Mapping[str, Any], path: Sequence[str], texts: Sequence[str], seed: int
) -> dict[str, Any]:
    """The part of a document's vocabulary that goes with one path.

    Parameters
    ----------
    vocabulary : mapping
        As `vocabulary_of` makes it.
    path : sequence of str
        Terms of the types of these are kept, and these themselves.
    texts : sequence of str
        Abbreviations that stand in these are kept.
    seed : int
        Draws the rest, up to 60 of each kind.

    Returns
    -------
    dict
    """
    draw = np.random.default_rng([seed, 5])
    types = {term["type"] for term in vocabulary["terms"] if term["surface"] in path}
    terms = [term for term in vocabulary["terms"] if term["type"] in types]
    whole = " ".join(texts)
    near = [entry["surface"] in whole for entry in vocabulary["acronyms"]]
    own = [term["surface"] in path for term in terms]
    return {
        "acronyms": _some(vocabulary["acronyms"], near, draw),
        "terms": _some(terms, own, draw),
        "subjects": _some(vocabulary["subjects"], [False] * len(vocabulary["subjects"]), draw),
    }


def _some(entries: Sequence[Any], kept: Sequence[bool], draw: np.random.Generator) -> list[Any]:
    """Those that are kept, and others up to the most, in their order."""
    ranked = np.argsort(draw.random(len(entries)) - 2.0 * np.asarray(kept, dtype=float))
    return [entries[i] for i in sorted(ranked[: max(MOST, sum(kept))].tolist())]
