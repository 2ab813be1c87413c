"""A backend whose answers outlive the process: what is in the file is not asked again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from infometer.backends import TextBackend, TokenLogprobs
from infometer.backends.answer_record import generate_request, recorded_scores, score_request
from infometer.backends.protocol import Message
from infometer.backends.request_cache import RequestCache

__all__ = ["DurableBackend"]


class DurableBackend:
    """Keeps every answer and score in a `RequestCache`, by the backend's name and the request.

    Each is durable when it comes: a process that is killed loses nothing it was told. Errors are
    not kept, so that they are asked about again.

    Parameters
    ----------
    backend : TextBackend
    cache : RequestCache

    Examples
    --------
    >>> import tempfile
    >>> from infometer.backends import RuleBased, task_messages
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = RequestCache(folder + "/answers.sqlite")
    ...     for greeting in ("Hi", "Hello"):
    ...         backend = DurableBackend(RuleBased({"greet": lambda _, g=greeting: g}), cache)
    ...         print(backend.generate(task_messages("greet", "Greet.", {})))
    ['Hi']
    ['Hi']
    """

    def __init__(self, backend: TextBackend, cache: RequestCache) -> None:
        self._backend, self._cache = backend, cache

    @property
    def name(self) -> str:
        """The backend's own."""
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
        request = self._named(generate_request(messages, n, temperature, max_tokens, stop, seed))
        if (kept := self._cache.get(request)) is None:
            answers = self._backend.generate(
                messages, n=n, temperature=temperature, max_tokens=max_tokens, stop=stop, seed=seed
            )
            self._cache.put(request, kept := json.dumps(answers))
        return list(json.loads(kept))

    def score(self, prompt: str, continuations: Sequence[str]) -> list[TokenLogprobs]:
        """What the backend scores, or scored before."""
        request = self._named(score_request(prompt, continuations))
        if (kept := self._cache.get(request)) is None:
            scores = [vars(one) for one in self._backend.score(prompt, continuations)]
            self._cache.put(request, kept := json.dumps(scores))
        return recorded_scores(json.loads(kept))

    def _named(self, request: Any) -> dict[str, Any]:
        return {"backend": self._backend.name, **request}
