"""Questions to files, whole or not at all: a process that is killed leaves no half of one."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from infometer.questions.gating import rejected_by
from infometer.questions.records import Question

__all__ = ["rejected_path", "work_path", "write_questions"]


def rejected_path(path: Path) -> Path:
    """Where the rejected questions of a set stand.

    Examples
    --------
    >>> rejected_path(Path("set.jsonl")).name, work_path(Path("set.jsonl")).name
    ('set.rejected.jsonl', 'set.jsonl.work.sqlite')
    """
    return path.with_name(f"{path.stem}.rejected{path.suffix}")


def work_path(path: Path) -> Path:
    """Where the answers of language models stand, while a set is built and after."""
    return path.with_name(f"{path.name}.work.sqlite")


def write_questions(
    path: str | os.PathLike[str], questions: Iterable[Question], *, require: Collection[str] = ()
) -> None:
    """Write JSON lines, one a question, with all verdicts; rejected ones say by which gate.

    Parameters
    ----------
    path : path
        Replaced when all is written; its folder is made.
    questions : iterable of Question
    require : collection of str
        Gates that reject a question that they could not judge.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(target.name + ".part")
    with half.open("w", encoding="utf-8", newline="\n") as file:
        for question in questions:
            record = _record(question)
            if by := rejected_by(question, require):
                record["rejected_by"] = by
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    os.replace(half, target)


def _record(question: Question) -> dict[str, Any]:
    """As `Question.to_record`, or as it stands where its key names no option."""
    if 0 <= question.key < len(question.options):
        return question.to_record()
    return dataclasses.asdict(question)
