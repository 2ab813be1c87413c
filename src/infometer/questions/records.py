"""What a question set is made of: chunks of documents, questions with evidence, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

__all__ = ["Chunk", "Evidence", "GateResult", "Question"]

Kind = Literal["true_false", "multiple_choice"]
Level = Literal["easy", "medium", "hard"]
Verdict = Literal["pass", "fail", "not run"]


@dataclass(frozen=True)
class Chunk:
    """A piece of a document, of 200 to 400 words where its section is that long.

    Parameters
    ----------
    id : str
        ``document#number``.
    document : str
        Name of the file.
    section : str
        Its headings, outermost first, joined by ``" > "``.
    text : str
        Sentences as they stand in the document, white space made one, a line a paragraph.

    Examples
    --------
    >>> Chunk("noma.md#1", "noma.md", "Power", "Users share one band.").section
    'Power'
    """

    id: str
    document: str
    section: str
    text: str


@dataclass(frozen=True)
class Evidence:
    """Words of a chunk, verbatim, that a question rests on.

    Examples
    --------
    >>> Evidence("noma.md#1", "Users share one band.").chunk
    'noma.md#1'
    """

    chunk: str
    quote: str


@dataclass(frozen=True)
class GateResult:
    """What one gate says of one question.

    Parameters
    ----------
    gate : str
    verdict : {"pass", "fail", "not run"}
        "not run" where what it needs, such as a backend that scores, is not there.
    reason : str
        With the figure that decided.
    figure : float, optional
        This figure itself, as far as there is one: bits for context needed, hops and leak, the
        cosine for duplicates, the share of readers who agree, a ratio of lengths, a p-value.

    Examples
    --------
    >>> GateResult("key agreement", "not run", "rules cannot answer a question").verdict
    'not run'
    """

    gate: str
    verdict: Verdict
    reason: str
    figure: float | None = None

    def __post_init__(self) -> None:
        if self.verdict not in ("pass", "fail", "not run"):
            raise ValueError(f"verdict is {self.verdict!r}; it must be 'pass', 'fail' or 'not run'")


@dataclass(frozen=True)
class Question:
    """One question with its key, what it rests on and what the gates said of it.

    Parameters
    ----------
    id : str
    kind : {"true_false", "multiple_choice"}
    level : {"easy", "medium", "hard"}
        One hop, two hops, three hops or a derivation.
    question : str
    options : tuple of str
        ``("True", "False")`` for true/false.
    key : int
        Place of the right option, from 0.
    evidence : tuple of Evidence
        One at least a hop.
    path : tuple of str
        The entities that it runs over: one more than it has hops, or one for a single hop.
    explanation, category : str
    gates : tuple of GateResult
    origin : str
        The backend and rule that wrote it.
    problem : mapping, optional
        Of a question whose key a solver gave: the record of the problem, and the answer claimed.
    context : str
        What may be read beside a question that names no evidence.

    Examples
    --------
    >>> asked = Question("q1", "true_false", "easy", "SIC starts at the strongest user.",
    ...                  ("True", "False"), 1, (Evidence("a#1", "SIC starts at the weakest."),))
    >>> asked.answer, Question.from_record(asked.to_record()) == asked
    ('False', True)
    """

    id: str
    kind: Kind
    level: Level
    question: str
    options: tuple[str, ...]
    key: int
    evidence: tuple[Evidence, ...]
    path: tuple[str, ...] = ()
    explanation: str = ""
    category: str = ""
    gates: tuple[GateResult, ...] = ()
    origin: str = ""
    problem: Mapping[str, Any] | None = None
    context: str = ""

    @property
    def answer(self) -> str:
        """The right option."""
        return self.options[self.key]

    @property
    def hops(self) -> int:
        """Steps between entities that the answer takes."""
        return max(1, len(self.path) - 1)

    @property
    def pvi_bits(self) -> float | None:
        """What the context tells a reader of the answer, bits; None where nobody has measured it.

        Of the gate "context needed": log₂ p(key | context, question) - log₂ p(key | question).
        """
        found = [result.figure for result in self.gates if result.gate == "context needed"]
        return found[0] if found else None

    def to_record(self) -> dict[str, Any]:
        """One JSON object: ``option 1``, ``option 2``, … and ``answer`` as ``option 2: text``."""
        record = asdict(self)
        if not record["context"]:
            del record["context"]
        for result in record["gates"]:
            if result["figure"] is None:
                del result["figure"]
        options = record.pop("options")
        key = record.pop("key")
        numbered = {f"option {place}": text for place, text in enumerate(options, start=1)}
        head = {name: record.pop(name) for name in ("id", "kind", "level", "question")}
        answer = {
            "answer": f"option {key + 1}: {options[key]}",
            "hops": self.hops,
            "pvi_bits": self.pvi_bits,
        }
        return {**head, **numbered, **answer, **record}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read back what `to_record` wrote; ValueError names what is missing or wrong."""
        try:
            options: list[str] = []
            while f"option {len(options) + 1}" in record:
                options.append(str(record[f"option {len(options) + 1}"]))
            place, _, text = str(record["answer"]).removeprefix("option ").partition(": ")
            key = int(place) - 1
            if not 0 <= key < len(options) or options[key] != text:
                raise ValueError(f"answer is {record['answer']!r}, which is none of the options")
            return cls(
                id=str(record["id"]),
                kind=record["kind"],
                level=record["level"],
                question=str(record["question"]),
                options=tuple(options),
                key=key,
                evidence=tuple(Evidence(**part) for part in record["evidence"]),
                path=tuple(record.get("path", ())),
                explanation=str(record.get("explanation", "")),
                category=str(record.get("category", "")),
                gates=tuple(GateResult(**part) for part in record.get("gates", ())),
                origin=str(record.get("origin", "")),
                problem=record.get("problem"),
                context=str(record.get("context", "")),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(
                f"a question's record lacks or misspells {error}; expected what to_record writes"
            ) from error
