"""Question sets from files: those that this library wrote, and those of others."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infometer.backends import ChoiceItem, read_choice_items
from infometer.questions.records import Question

__all__ = ["read_questions"]


def read_questions(path: str | os.PathLike[str]) -> tuple[list[Question], list[str]]:
    r"""Read questions, ours with their evidence, others' as questions without any.

    Parameters
    ----------
    path : path
        JSON lines of `Question.to_record`, or any form that `read_choice_items` reads.

    Returns
    -------
    questions : list of Question
    unreadable : list of str
        One line for each entry that is no usable question, with where and why.

    Raises
    ------
    ValueError
        If there is no usable question.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "set.jsonl"
    ...     _ = path.write_text('["2 + 2?", ["3", "4"], "2"]\n["?"]')
    ...     questions, unreadable = read_questions(path)
    >>> questions[0].answer, questions[0].evidence, len(unreadable)
    ('4', (), 1)
    """
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    if not any(_is_ours(_parsed(line)) for line in lines):
        items, unreadable = read_choice_items(path)
        return [_from_item(item) for item in items], unreadable
    questions, unreadable = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(Question.from_record(_mapping(_parsed(line))))
        except ValueError as error:
            unreadable.append(f"line {number}: {error}")
    if not questions:
        raise ValueError(f"path {str(path)!r} holds no usable question; the first: {unreadable[0]}")
    return questions, unreadable


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _is_ours(record: Any) -> bool:
    return isinstance(record, Mapping) and {"kind", "level", "evidence"} <= record.keys()


def _mapping(record: Any) -> Mapping[str, Any]:
    if not isinstance(record, Mapping):
        raise ValueError("is no JSON object; expected what to_record writes")
    return record


def _from_item(item: ChoiceItem) -> Question:
    """A question of one hop, as others' sets name none."""
    statement = sorted(option.strip().lower() for option in item.options) == ["false", "true"]
    options = ("True", "False") if statement else item.options
    key = int(item.answer.strip().lower() == "false") if statement else item.key
    return Question(
        id=item.id,
        kind="true_false" if statement else "multiple_choice",
        level="easy",
        question=item.question,
        options=options,
        key=key,
        evidence=(),
        category=item.category,
        context=item.context,
    )
