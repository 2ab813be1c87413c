"""Questions drafted over paths of the entity graph, by rules or by a language model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

from infometer.backends import MalformedAnswerError, TextBackend, ask_json, task_messages
from infometer.questions.chunks import chunk_documents
from infometer.questions.documents import Document
from infometer.questions.draft_schema import INSTRUCTIONS, check_draft, question_from_draft
from infometer.questions.entities import extract_entities
from infometer.questions.entity_graph import EntityGraph, Link, build_entity_graph, sample_paths
from infometer.questions.multiple_choice import draft_multiple_choice
from infometer.questions.records import Chunk, Question
from infometer.questions.true_false import draft_true_false
from infometer.questions.vocabulary import vocabulary_for, vocabulary_of
from infometer.resampling import generator, integer_seed, root_seed

__all__ = ["RULES", "DraftLog", "draft_questions"]

RULES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "draft_true_false": draft_true_false,
    "draft_multiple_choice": draft_multiple_choice,
}
"""The rules that write questions: ``RuleBased(RULES)`` is a backend of them."""

LEVELS = ("easy", "medium", "hard")
KINDS = ("true_false", "multiple_choice")
ATTEMPTS = 60
"""Paths tried for each question that is wanted, before a level is given up."""


@dataclass(frozen=True)
class DraftLog:
    """What became of the paths that were tried.

    Parameters
    ----------
    drafted, tried : mapping of "kind, level" to int
    refusals : mapping of reason to int
    left_out : mapping of document name to mapping of kind to int
        What of each document no question is drawn from.
    """

    drafted: Mapping[str, int]
    tried: Mapping[str, int]
    refusals: Mapping[str, int]
    left_out: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def draft_questions(
    documents: Sequence[Document],
    backend: TextBackend,
    *,
    per_level: int = 20,
    kinds: Sequence[str] = KINDS,
    random_state: Any = None,
) -> tuple[list[Question], DraftLog]:
    """Draft questions of each kind and level; fewer where the documents do not carry more.

    Parameters
    ----------
    documents : sequence of Document
    backend : TextBackend
        ``RuleBased(RULES)``, or a language model.
    per_level : int
        Questions wanted of each kind and level.
    kinds : sequence of {"true_false", "multiple_choice"}
    random_state : int, None, RandomState or Generator

    Returns
    -------
    questions : list of Question
        In a kind and level no two four-option questions are answered by one sentence.
    log : DraftLog

    Raises
    ------
    ValueError
        For no documents, an unknown kind, or fewer than one question.

    Examples
    --------
    >>> from infometer.backends import RuleBased
    >>> from infometer.questions import example_document
    >>> drafted, log = draft_questions([example_document()], RuleBased(RULES), per_level=2,
    ...                                random_state=0)
    >>> len(drafted), log.drafted["multiple_choice, easy"]
    (12, 2)
    """
    unknown = sorted(set(kinds) - set(KINDS))
    if not documents or unknown or per_level < 1:
        raise ValueError(
            f"documents has {len(documents)} entries, kinds is {tuple(kinds)} and per_level is "
            f"{per_level}; expected a document, kinds of {KINDS} and at least one question"
        )
    seed = root_seed(random_state)
    material = _material(documents)
    questions: list[Question] = []
    drafted, tried, refusals = {}, {}, dict[str, int]()
    for level in LEVELS:
        paths = _paths(material, level, ATTEMPTS * per_level, seed)
        for kind in kinds:
            asked = _Asking(backend, material, kind, level, seed)
            found = asked.questions(paths, per_level)
            drafted[f"{kind}, {level}"] = len(found)
            tried[f"{kind}, {level}"] = asked.tried
            for reason, count in asked.refusals.items():
                refusals[reason] = refusals.get(reason, 0) + count
            questions.extend(found)
    left_out = {document.name: document.left_out_counts for document in documents}
    return questions, DraftLog(drafted, tried, refusals, left_out)


Path = tuple[tuple[str, ...], tuple[Link, ...]]


@dataclass(frozen=True)
class Material:
    """What questions are drafted from."""

    chunks: Mapping[str, Chunk]
    titles: Mapping[str, str]
    graphs: Mapping[str, EntityGraph]
    vocabularies: Mapping[str, Mapping[str, Any]]


def _material(documents: Sequence[Document]) -> Material:
    """Chunks, titles, and for each document its graph and what its wrong options are drawn from."""
    chunks: dict[str, Chunk] = {}
    graphs, vocabularies = {}, {}
    titles = {document.name: document.title for document in documents}
    for document in documents:
        own = chunk_documents([document])
        chunks.update({chunk.id: chunk for chunk in own})
        entities = extract_entities(own)
        graphs[document.name] = build_entity_graph(own, entities)
        vocabularies[document.name] = vocabulary_of(own, entities, document.title)
    return Material(chunks, titles, graphs, vocabularies)


def _paths(material: Material, level: str, n: int, seed: int) -> list[Path]:
    """Paths of every document, taken from them in turns."""
    hops = {"easy": 1, "medium": 2, "hard": 3}[level]
    by_document = [
        sample_paths(graph, hops, n, generator(seed, "paths", name, hops))
        for name, graph in sorted(material.graphs.items())
    ]
    turns = chain.from_iterable(zip_longest(*by_document))
    return [path for path in turns if path is not None]


class _Asking:
    """Asks for questions of one kind and level, and counts what is refused."""

    def __init__(
        self, backend: TextBackend, material: Material, kind: str, level: str, seed: int
    ) -> None:
        self.backend, self.material, self.kind, self.level = backend, material, kind, level
        self.seed = seed
        self.tried = 0
        self.refusals: dict[str, int] = {}
        self._used: set[str] = set()

    def questions(self, paths: Sequence[Path], wanted: int) -> list[Question]:
        found: list[Question] = []
        for path in paths:
            if len(found) == wanted:
                break
            self.tried += 1
            found.extend(self._asked(path, truth=len(found) % 2 == 0))
        return found

    def _asked(self, path: Path, truth: bool) -> Iterator[Question]:
        payload = draft_payload(self.material, path, self.kind, self.level, truth, self.seed)
        task = f"draft_{self.kind}"
        try:
            answer = ask_json(
                self.backend, task_messages(task, INSTRUCTIONS[task], payload),
                lambda value: check_draft(value, payload), seed=payload["seed"] % 2**31,
            )  # fmt: skip
        except MalformedAnswerError as error:
            self._refuse(f"no usable answer: {error.attempts[-1].problem}")
            return
        if "refused" in answer.value:
            self._refuse(str(answer.value["refused"]))
            return
        quotes = [str(part["quote"]) for part in answer.value["evidence"]]
        decisive = quotes if self.kind == "true_false" else quotes[-1:]
        if self._used.issuperset(decisive):
            self._refuse("other questions rest on the same sentences")
            return
        self._used.update(quotes if self.kind == "true_false" else decisive)
        yield question_from_draft(answer.value, payload, self.backend.name)

    def _refuse(self, reason: str) -> None:
        self.refusals[reason] = self.refusals.get(reason, 0) + 1


def draft_payload(
    material: Material, path: Path, kind: str, level: str, truth: bool, seed: int
) -> dict[str, Any]:
    """What a backend is given to write one question from."""
    surfaces, links = path
    chunks = [material.chunks[link.chunk] for link in links]
    document = chunks[0].document
    key = hashlib.sha256(
        "|".join((*surfaces, *(link.chunk for link in links))).encode()
    ).hexdigest()
    drawn = integer_seed(seed, "draft", kind, level, key) % 2**32
    texts = [chunk.text for chunk in chunks]
    return {
        "kind": kind,
        "level": level,
        "hops": len(links),
        "path": list(surfaces),
        "evidence": [
            {
                "chunk": chunk.id,
                "document": chunk.document,
                "title": material.titles[chunk.document],
                "section": chunk.section,
                "text": chunk.text,
            }
            for chunk in chunks
        ],
        "truth": truth,
        "seed": drawn,
        "vocabulary": vocabulary_for(material.vocabularies[document], surfaces, texts, drawn),
    }
