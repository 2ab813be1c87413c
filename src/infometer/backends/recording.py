"""Writing down what a backend answers, so that `Replay` can give it again."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from infometer.backends.answer_record import (
    REFUSALS,
    Request,
    generate_request,
    read_record,
    recorded_answer,
    recorded_scores,
    request_text,
    score_request,
)
from infometer.backends.protocol import Message, TextBackend, TokenLogprobs

__all__ = ["Recording"]


class Recording:
    """A backend whose answers go on record; what is on record is not asked again.

    A refusal, such as that of a backend that cannot score, is recorded too. Lines stand in the
    order in which the answers came.

    Parameters
    ----------
    backend : TextBackend
    path : path
        Made, with its folder, where there is none; else the record is gone on with.

    Raises
    ------
    ValueError
        If the file is no record, or one of another backend.

    Examples
    --------
    >>> import tempfile
    >>> from infometer.backends import RuleBased, task_messages
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     backend = Recording(RuleBased({"greet": lambda _: "Hi"}), Path(folder) / "record.jsonl")
    ...     _ = backend.generate(task_messages("greet", "Greet.", {}))
    ...     print(backend.path.read_text().splitlines()[0])
    {"backend": "rules"}
    """

    def __init__(self, backend: TextBackend, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._backend = backend
        self._lock = threading.Lock()
        self._outcomes: dict[str, Request] = {}
        if self.path.exists():
            name, self._outcomes = read_record(self.path)
            if name != backend.name:
                raise ValueError(
                    f"path {str(path)!r} is a record of {name!r}, and {backend.name!r} is given; "
                    "give another path"
                )
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._append({"backend": backend.name})

    def __repr__(self) -> str:
        return f"Recording({self._backend!r}, {str(self.path)!r})"

    @property
    def name(self) -> str:
        """The recorded backend's."""
        return self._backend.name

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
        """What the backend answers, or answered before."""
        request = generate_request(messages, n, temperature, max_tokens, stop, seed)
        outcome = self._outcome(
            request,
            lambda: self._backend.generate(
                messages, n=n, temperature=temperature, max_tokens=max_tokens, stop=stop, seed=seed
            ),
        )
        return list(recorded_answer(outcome))

    def score(self, prompt: str, continuations: Sequence[str]) -> list[TokenLogprobs]:
        """What the backend scores, or scored before."""

        def ask() -> list[dict[str, Any]]:
            scored = self._backend.score(prompt, continuations)
            return [
                {"tokens": one.tokens, "log_probabilities": one.log_probabilities} for one in scored
            ]

        return recorded_scores(
            recorded_answer(self._outcome(score_request(prompt, continuations), ask))
        )

    def _outcome(self, request: Request, ask: Callable[[], Any]) -> Request:
        key = request_text(request)
        if key not in self._outcomes:
            try:
                outcome = {"answer": ask()}
            except tuple(REFUSALS.values()) as error:
                outcome = {"refusal": type(error).__name__, "message": str(error)}
            with self._lock:
                if key not in self._outcomes:  # another thread may have been faster
                    self._append({"request": request, **outcome})
                    self._outcomes[key] = outcome
        return self._outcomes[key]

    def _append(self, line: Request) -> None:
        with self.path.open("a", encoding="utf-8", errors="surrogatepass") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
