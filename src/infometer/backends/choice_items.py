"""Multiple-choice questions: one value, and the forms in which files keep them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["ChoiceItem", "read_choice_items"]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OPTION = re.compile(r"option (\d+)$")
ANSWER = re.compile(r"\s*option (\d+)\s*(?::|$)")


@dataclass(frozen=True)
class ChoiceItem:
    """One question with its options, of which one is the key.

    Parameters
    ----------
    question : str
    options : tuple of str
        At least two.
    key : int
        Place of the right option, from 0.
    id : str
        Known by it in tables.
    category : str
        The slice that it belongs to.
    context : str
        What may be read beside the question.

    Raises
    ------
    ValueError
        For fewer than two options or more than letters, empty ones, or a key that is none of them.

    Examples
    --------
    >>> ChoiceItem("2 + 2?", ("3", "4"), key=1).answer
    '4'
    """

    question: str
    options: tuple[str, ...]
    key: int
    id: str = ""
    category: str = ""
    context: str = ""

    def __post_init__(self) -> None:
        where = f"question {self.id or self.question[:40]!r}"
        if not 2 <= len(self.options) <= len(LETTERS):
            raise ValueError(f"{where} has {len(self.options)} options; expected 2 to 26")
        empty = [LETTERS[i] for i, option in enumerate(self.options) if not option.strip()]
        if empty:
            raise ValueError(f"{where}: option {', '.join(empty)} is empty; give every option text")
        if not 0 <= self.key < len(self.options):
            raise ValueError(
                f"{where} has the key {self.key}; expected the place of one of its "
                f"{len(self.options)} options, from 0"
            )

    @property
    def letters(self) -> str:
        """The letters that stand before the options, A first."""
        return LETTERS[: len(self.options)]

    @property
    def answer(self) -> str:
        """The right option."""
        return self.options[self.key]


def read_choice_items(path: str | os.PathLike[str]) -> tuple[list[ChoiceItem], list[str]]:
    r"""Read questions from JSON lines, or from a JSON file of many; what is unusable is told.

    Parameters
    ----------
    path : path
        Each question is ``{"question", "options": [...], "answer"}``, where the answer is the text
        of an option, its letter, or its place from 0; or has ``"option 1"``, ``"option 2"``, … and
        the answer ``"option 2: …"``; or is the list ``[question, [options], "k"]``, with k from 1.
        Optional: ``id``, ``category``, ``context``. A JSON file holds a list of them, or a mapping
        of names to them.

    Returns
    -------
    items : list of ChoiceItem
    rejected : list of str
        One line for each question that cannot be read, with where and why.

    Raises
    ------
    ValueError
        If the file is no JSON, or no question in it is usable.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "set.jsonl"
    ...     line = {"question": "2 + 2?", "options": ["3", "4"], "answer": "4"}
    ...     _ = path.write_text(json.dumps(line) + "\n" + '["no"]')
    ...     items, rejected = read_choice_items(path)
    >>> items[0].key, rejected
    (1, ['line 2: has no question; expected question, options and answer'])
    """
    found, rejected = [], []
    for where, record in _records(Path(path)):
        try:
            if isinstance(record, ValueError):
                raise record
            found.append(_item(record, where))
        except ValueError as error:
            rejected.append(f"{where}: {error}")
    if not found:
        first = f"; the first: {rejected[0]}" if rejected else ""
        raise ValueError(f"path {str(path)!r} holds no usable question{first}")
    return found, rejected


def _records(path: Path) -> list[tuple[str, Any]]:
    """Every record, or the error of its line, with where it stands."""
    text = path.read_text(encoding="utf-8-sig")
    try:
        whole = json.loads(text)
    except ValueError:
        return [
            (f"line {number}", _parsed(line))
            for number, line in enumerate(text.splitlines(), start=1)
            if line.strip()
        ]
    if isinstance(whole, Mapping) and "question" not in whole:
        return [(str(name), record) for name, record in whole.items()]
    if isinstance(whole, list) and not (whole and isinstance(whole[0], str)):
        return [(f"item {number}", record) for number, record in enumerate(whole, start=1)]
    return [("line 1", whole)]


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        return ValueError(f"is no JSON ({error})")


def _item(record: Any, where: str) -> ChoiceItem:
    if isinstance(record, Sequence) and not isinstance(record, str) and len(record) == 3:
        question, options, answer = record
        record = {"question": question, "options": options, "answer": f"option {answer}:"}
    if not isinstance(record, Mapping) or not str(record.get("question") or "").strip():
        raise ValueError("has no question; expected question, options and answer")
    options = record.get("options")
    if options is None:
        numbered = {int(m[1]): record[name] for name in record if (m := OPTION.match(str(name)))}
        options = [numbered[number] for number in sorted(numbered)]
    if not isinstance(options, list) or not all(isinstance(option, str) for option in options):
        raise ValueError("has no list of options; expected texts")
    return ChoiceItem(
        question=str(record["question"]),
        options=tuple(options),
        key=_key(record.get("answer"), options),
        id=str(record.get("id") or where),
        category=str(record.get("category") or ""),
        context=str(record.get("context") or ""),
    )


def _key(answer: Any, options: list[str]) -> int:
    """The place of the answer: a place, the text of an option, "option k: …", or a letter."""
    if isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer < len(options):
        return answer
    if isinstance(answer, str):
        if options.count(answer) == 1:
            return options.index(answer)
        numbered = ANSWER.match(answer)
        if numbered and 1 <= int(numbered[1]) <= len(options):
            return int(numbered[1]) - 1
        letters = LETTERS[: len(options)]
        if len(answer) == 1 and answer in letters:
            return letters.index(answer)
    raise ValueError(f"has the answer {answer!r:.60}, which names none of {len(options)} options")
