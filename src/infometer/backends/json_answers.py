"""Asking for JSON: what came malformed is told to the backend, asked again and kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from infometer.backends.protocol import (
    AnswerAttempt,
    BackendError,
    MalformedAnswerError,
    Message,
    TextBackend,
)
from infometer.backends.tasks import task_of

__all__ = ["JsonAnswer", "ask_json"]

FENCED = re.compile(r"```[A-Za-z]*\s*\n(.*?)```", re.DOTALL)
OPENING = re.compile(r"[{\[]")


@dataclass(frozen=True)
class JsonAnswer:
    """A JSON value that passed its check, and every answer that it took.

    Parameters
    ----------
    value : JSON value
    attempts : tuple of AnswerAttempt
        In their order; the last one is the accepted one.

    Examples
    --------
    >>> JsonAnswer({"key": 1}, (AnswerAttempt('{"key": 1}'),)).value["key"]
    1
    """

    value: Any
    attempts: tuple[AnswerAttempt, ...]


def ask_json(
    backend: TextBackend,
    messages: Sequence[Message],
    check: Callable[[Any], object],
    attempts: int = 3,
    *,
    temperature: float = 0.0,
    max_tokens: int = 1024,
    seed: int | None = None,
) -> JsonAnswer:
    r"""Ask until an answer holds JSON that passes `check`; each refusal tells the backend why.

    Read is the whole answer, else what stands in its code fences, else the objects and lists in
    its prose: the first of these that passes.

    Parameters
    ----------
    backend : TextBackend
    messages : sequence of messages
        See `task_messages`.
    check : callable
        Called with the value; raises ValueError with what is wrong with it.
    attempts : int
        How often to ask at most.
    temperature, max_tokens, seed
        As in ``backend.generate``.

    Returns
    -------
    JsonAnswer

    Raises
    ------
    MalformedAnswerError
        If no attempt passes; it has every answer, with what was wrong with it.

    Examples
    --------
    >>> from infometer.backends import RuleBased, ask_json, task_messages
    >>> backend = RuleBased({"key": lambda payload: 'Sure!\n```json\n{"key": 1}\n```'})
    >>> ask_json(backend, task_messages("key", "Which one?", {}), check=lambda value: None).value
    {'key': 1}
    """
    if attempts < 1:
        raise ValueError(f"attempts is {attempts}; expected at least 1")
    conversation = list(messages)
    tried: list[AnswerAttempt] = []
    for _ in range(attempts):
        try:
            (text,) = backend.generate(
                conversation, temperature=temperature, max_tokens=max_tokens, seed=seed
            )
        except BackendError as error:
            for attempt in tried:
                error.add_note(f"before, {_told(attempt)}")
            raise
        try:
            value = _accepted(text, check)
        except ValueError as error:
            tried.append(AnswerAttempt(text, str(error) or type(error).__name__))
            conversation = [*messages, *_correction(messages, tried[-1])]
        else:
            return JsonAnswer(value, (*tried, AnswerAttempt(text)))
    raise MalformedAnswerError(
        f"{backend.name}: none of {attempts} answers was usable; the last {_told(tried[-1])}", tried
    )


def _told(attempt: AnswerAttempt) -> str:
    return f"answer {attempt.text!r:.200} was refused: {attempt.problem}"


def _correction(messages: Sequence[Message], refused: AnswerAttempt) -> list[Message]:
    """The refused answer and the request for a better one; what was a task is one again."""
    request = f"Refused: {refused.problem}. Answer again, with nothing but the JSON."
    task = task_of(messages)
    if task is not None:
        request = json.dumps({**task, "correction": request}, ensure_ascii=False)
    return [
        {"role": "assistant", "content": refused.text},
        {"role": "user", "content": request},
    ]


def _accepted(text: str, check: Callable[[Any], object]) -> Any:
    """The first JSON value of the text that passes; else the first problem is raised."""
    problem: ValueError | None = None
    for value in _json_values(text):
        try:
            check(value)
        except ValueError as error:
            problem = problem or error
        else:
            return value
    raise problem or ValueError(f"the answer holds no JSON: {text!r:.80}")


def _json_values(text: str) -> Iterator[Any]:
    for candidate in (text, *FENCED.findall(text)):
        try:
            whole = json.loads(candidate, parse_constant=_refuse)
        except (ValueError, RecursionError):
            continue
        yield whole
        if candidate is text:
            return
    yield from _embedded(text)


def _embedded(text: str) -> Iterator[Any]:
    """Every object and list that stands in the text and not within another."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    place = 0
    while opening := OPENING.search(text, place):
        try:
            value, place = decoder.raw_decode(text, opening.start())
        except ValueError:
            place = opening.end()
        except RecursionError:
            return
        else:
            yield value


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
