"""Recorded answers in place of a backend."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from infometer.backends.answer_record import (
    Request,
    generate_request,
    read_record,
    recorded_answer,
    recorded_scores,
    request_text,
    score_request,
)
from infometer.backends.protocol import BackendError, Message, TokenLogprobs

__all__ = ["Replay"]


class Replay:
    """Gives the answers of a record that `Recording` made, and no others.

    Parameters
    ----------
    path : path
        JSON lines: the recorded backend's name, then a request and its answer a line.

    Raises
    ------
    ValueError
        If the file is no record; its first unreadable line is named.

    Examples
    --------
    >>> import tempfile
    >>> from infometer.backends import Recording, RuleBased, task_messages
    >>> rules = RuleBased({"count": lambda payload: str(len(payload["word"]))})
    >>> messages = task_messages("count", "How many letters?", {"word": "entropy"})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "record.jsonl"
    ...     _ = Recording(rules, path).generate(messages)
    ...     backend = Replay(path)
    >>> backend.name, backend.generate(messages)
    ('rules', ['7'])
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._name, self._outcomes = read_record(self.path)

    def __repr__(self) -> str:
        return f"Replay({str(self.path)!r})"

    @property
    def name(self) -> str:
        """The recorded backend's own: it made the answers."""
        return self._name

    def generate(
        self,
        messages: Sequence[Message],
        *,
        n: int = 1,
        temperature: float = 0.0,
        max_tokens: int = 512,
        stop: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> list[str]:
        """The recorded answers; `BackendError` for a request that is not on record."""
        settings = (n, temperature, max_tokens, stop, seed)
        return list(recorded_answer(self._outcome(generate_request(messages, *settings))))

    def score(self, prompt: str, continuations: Sequence[str]) -> list[TokenLogprobs]:
        """The recorded scores; `BackendError` for a request that is not on record."""
        return recorded_scores(recorded_answer(self._outcome(score_request(prompt, continuations))))

    def _outcome(self, request: Request) -> Request:
        found = self._outcomes.get(request_text(request))
        if found is None:
            raise BackendError(
                f"not among the {len(self._outcomes)} requests on record in {str(self.path)!r}: "
                f"{request_text(request)[:300]}. Record it with Recording(backend, path)"
            )
        return found
