"""A language model behind an HTTP server that speaks OpenAI's interface."""

from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from numbers import Integral
from typing import Any, TypeVar

from joblib import Parallel, delayed

from infometer.backends.http_retries import RequestIncident, call_with_retries
from infometer.backends.json_endpoint import JsonEndpoint, read_base_url
from infometer.backends.openai_format import (
    Api,
    Choice,
    echo_body,
    first_token_body,
    generation_body,
    read_choices,
    read_echo,
    read_first_token,
)
from infometer.backends.protocol import BackendError, Message, TokenLogprobs
from infometer.backends.request_cache import RequestCache, request_key
from infometer.backends.usage import Usage, UsageMeter

__all__ = ["OpenAICompatible"]

PATHS = {"chat": "/chat/completions", "completions": "/completions"}

T = TypeVar("T")


class OpenAICompatible:
    """Text from a server that speaks OpenAI's interface: OpenAI, vLLM, llama.cpp, Ollama, …

    A failing request is asked again: on 408, 409, 425, 429, 5xx, time-outs, broken connections and
    malformed answers. Any other status fails at once with the server's message. `incidents` has
    every failed attempt and every answer that was cut off; `usage` has what it all took.

    Parameters
    ----------
    base_url : str
        Such as ``"http://localhost:8000/v1"``; without a path, ``/v1`` is added.
    model : str
    api_key_env : str or None
        The environment variable with the key, which is read for each request and kept nowhere. It
        may be unset for a server on this machine; None is for any server without keys.
    api : {"chat", "completions"}
        Completions give full scores where the server echoes (vLLM); a chat scores single first
        tokens. To a completion the contents of the messages, a blank line between, are the prompt.
    timeout_s : float
        For a connection, and for each piece of an answer.
    max_retries : int
        Attempts beyond the first, for one request.
    backoff_s : float
        The first wait; each further one is twice as long, with jitter.
    cache : path, optional
        An SQLite file of answers, each written when it comes: nothing in it is asked again.
    max_concurrency : int
        Requests at the same time, over all threads that use this backend.
    top_logprobs : int
        How many first tokens a chat is asked for when it scores; OpenAI allows 20.
    extra_body : mapping of str to JSON values, optional
        Goes into each request; None takes a field out, as in
        ``{"max_completion_tokens": 512, "max_tokens": None}``.

    Raises
    ------
    ValueError
        For an address that is none, or with a password in it; numbers that cannot be; a cache that
        is no cache.
    MissingExtraError
        Without httpx2.

    Examples
    --------
    >>> backend = OpenAICompatible("http://localhost:8000", "tiny", api="completions")
    >>> backend
    OpenAICompatible('http://localhost:8000/v1', 'tiny', api='completions')
    >>> backend.usage.requests
    0
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key_env: str | None = "OPENAI_API_KEY",
        api: Api = "chat",
        timeout_s: float = 120.0,
        max_retries: int = 5,
        backoff_s: float = 0.5,
        cache: str | os.PathLike[str] | None = None,
        max_concurrency: int = 8,
        top_logprobs: int = 20,
        extra_body: Mapping[str, Any] | None = None,
    ) -> None:
        if api not in PATHS:
            raise ValueError(f"api is {api!r}; it must be 'chat' or 'completions'")
        _at_least("max_retries", max_retries, 0)
        _at_least("max_concurrency", max_concurrency, 1)
        _at_least("top_logprobs", top_logprobs, 1)
        for name, seconds in (("timeout_s", timeout_s), ("backoff_s", backoff_s)):
            if not 0 < seconds < math.inf:
                raise ValueError(f"{name} is {seconds}; expected seconds above 0")
        self.base_url = read_base_url(base_url)
        self.model = model
        self.api: Api = api
        self._extra = dict(extra_body or {})
        self._max_retries = max_retries
        self._backoff_s = backoff_s
        self._max_concurrency = max_concurrency
        self._top_logprobs = top_logprobs
        self._cache = None if cache is None else RequestCache(cache)
        self._meter = UsageMeter()
        self._incidents: list[RequestIncident] = []
        self._lock = threading.Lock()
        url = self.base_url + PATHS[api]
        self._endpoint = JsonEndpoint(url, api_key_env, timeout_s, max_concurrency, self._meter)

    def __repr__(self) -> str:
        return f"OpenAICompatible({self.base_url!r}, {self.model!r}, api={self.api!r})"

    @property
    def name(self) -> str:
        """The model, and that a server gave it."""
        return f"openai-compatible:{self.model}"

    @property
    def usage(self) -> Usage:
        """Requests, tokens and seconds up to now."""
        return self._meter.snapshot()

    @property
    def incidents(self) -> tuple[RequestIncident, ...]:
        """Every attempt that failed and every answer that was cut off, in the order they came."""
        with self._lock:
            return tuple(self._incidents)

    def close(self) -> None:
        """Close connections and cache; unused, they close by themselves."""
        self._endpoint.close()
        if self._cache is not None:
            self._cache.close()

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
        """Write `n` answers to a conversation.

        A server that writes fewer is asked again until there are `n`, with a seed that grows by
        the answers that there are. With a cache, the same call gives the same answers.

        Raises
        ------
        BackendError
            If the server refuses, or no attempt gives usable answers.
        """
        _at_least("n", n, 1)
        _at_least("max_tokens", max_tokens, 1)
        if not messages:
            raise ValueError("messages are empty; expected one at least")
        answers: list[str] = []
        while len(answers) < n:
            drawn = len(answers)
            missing = n - drawn  # each time fewer: none of these requests is another in the cache
            body = generation_body(
                self.api,
                messages,
                n=missing,
                temperature=temperature,
                max_tokens=max_tokens,
                stop=stop,
                seed=None if seed is None else seed + drawn,
            )
            key, choices = self._ask(body, partial(read_choices, self.api, n=missing))
            self._tell_truncated(key, choices, max_tokens)
            answers += [choice.text for choice in choices]
        return answers

    def score(self, prompt: str, continuations: Sequence[str]) -> list[TokenLogprobs]:
        """log p(t_j | prompt, t_<j) of the tokens of each continuation, in nats.

        A chat is given the prompt as a user's message, and scores continuations of one token.

        Raises
        ------
        ScoringNotSupportedError
            If the server does not tell them; the message says what to do.
        BackendError
            If the server refuses, or no attempt gives a usable answer.
        """
        empty = [place for place, text in enumerate(continuations) if not text]
        if empty:
            raise ValueError(f"continuations[{empty[0]}] is empty; expected text")
        if not continuations:
            return []
        if self.api == "chat":
            body = first_token_body(prompt, self._top_logprobs)
            return self._ask(body, partial(read_first_token, continuations=continuations))[1]
        parallel = Parallel(n_jobs=self._max_concurrency, backend="threading")
        return list(parallel(delayed(self._score_echo)(prompt, text) for text in continuations))

    def _score_echo(self, prompt: str, continuation: str) -> TokenLogprobs:
        body = echo_body(prompt, continuation)
        read = partial(read_echo, prompt=prompt, continuation=continuation)
        return self._ask(body, read)[1]

    def _ask(self, body: Mapping[str, Any], read: Callable[[Any], T]) -> tuple[str, T]:
        """The key of a request, and what `read` makes of its answer from the cache or server."""
        body = {"model": self.model, **body, **self._extra}
        body = {name: value for name, value in body.items() if value is not None}
        request = {"url": self._endpoint.url, "body": body}
        key = request_key(request)
        kept = None if self._cache is None else self._cache.get(request)
        if kept is not None:
            self._meter.add(cache_hits=1)
            return key, read(json.loads(kept))

        def attempt() -> tuple[str, T]:
            text, answer = self._endpoint.post(body)
            return text, read(answer)

        try:
            text, value = call_with_retries(
                attempt,
                key,
                max_retries=self._max_retries,
                backoff_s=self._backoff_s,
                note=self._note,
            )
        except BackendError as error:
            error.add_note(f"asked of {self!r}, request {key[:12]}")
            raise
        if self._cache is not None:
            self._cache.put(request, text)
        return key, value

    def _note(self, incident: RequestIncident) -> None:
        with self._lock:
            self._incidents.append(incident)
        if incident.kind == "retry":
            self._meter.add(retries=1)

    def _tell_truncated(self, key: str, choices: Sequence[Choice], max_tokens: int) -> None:
        cut = sum(choice.truncated for choice in choices)
        if cut:
            reason = f"{cut} of {len(choices)} answers ended at max_tokens={max_tokens}"
            self._note(RequestIncident("truncated", key, 1, 200, reason))
            self._meter.add(truncated=cut)


def _at_least(name: str, value: int, least: int) -> None:
    if not isinstance(value, Integral) or value < least:
        raise ValueError(f"{name} is {value!r}; expected a whole number of at least {least}")
