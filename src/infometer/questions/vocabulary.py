"""What else a document speaks of: the stock that wrong options are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infometer.questions.entities import Entity
from infometer.questions.records import Chunk
from infometer.questions.statements import named_subject, statements_of

__all__ = ["vocabulary_of"]


def vocabulary_of(
    chunks: Sequence[Chunk], entities: Sequence[Entity], title: str
) -> dict[str, Any]:
    """Abbreviations with long forms, entities by type, and subjects with what is said of them.

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
    terms = [{"surface": entity.surface, "type": entity.type} for entity in entities]
    subjects = []
    for chunk in chunks:
        evidence = {
            "chunk": chunk.id, "document": chunk.document, "title": title,
            "section": chunk.section, "text": chunk.text,
        }  # fmt: skip
        for statement in statements_of(evidence):
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
    return {"acronyms": acronyms, "terms": terms, "subjects": subjects}
