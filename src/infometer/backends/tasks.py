"""A task as a conversation that a language model and a rule both understand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from infometer.backends.protocol import Message

__all__ = ["task_messages", "task_of"]


def task_messages(task: str, instruction: str, payload: Mapping[str, Any]) -> list[Message]:
    """Two messages: the instruction for a language model, and the task with its material as JSON.

    Parameters
    ----------
    task : str
        By this name `RuleBased` knows it.
    instruction : str
        What a language model is told to do with the material; rules do not read it.
    payload : mapping of str to JSON values
        The material.

    Returns
    -------
    list of two messages
        The system's, and the user's: one JSON object, ``{"task": task, **payload}``.

    Raises
    ------
    ValueError
        If the payload has a name of its own "task", or holds what JSON cannot.

    Examples
    --------
    >>> task_messages("count", "How many letters has the word?", {"word": "entropy"})[1]
    {'role': 'user', 'content': '{"task": "count", "word": "entropy"}'}
    """
    if not task:
        raise ValueError("task is empty; give the name of a rule")
    if "task" in payload:
        raise ValueError(
            f"payload has a 'task' of its own, {payload['task']!r:.60}; give it another name"
        )
    try:
        content = json.dumps({"task": task, **payload}, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"payload of the task {task!r} is no JSON: {error}; give text, finite numbers, None, "
            "lists or mappings of them"
        ) from error
    return [
        {"role": "system", "content": instruction},
        {"role": "user", "content": content},
    ]


def task_of(messages: Sequence[Message]) -> dict[str, Any] | None:
    """The object that `task_messages` wrote, if it is the last message; else None."""
    last = messages[-1] if messages else {}
    try:
        found = json.loads(last["content"]) if last.get("role") == "user" else None
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("task"), str) else None
