"""The lines of a record: a request and its outcome each, which is an answer or a refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infometer.backends.protocol import (
    BackendError,
    Message,
    NoRuleError,
    ScoringNotSupportedError,
    TokenLogprobs,
)

__all__ = [
    "REFUSALS",
    "Request",
    "generate_request",
    "read_record",
    "recorded_answer",
    "recorded_scores",
    "request_text",
    "score_request",
]

REFUSALS: dict[str, type[BackendError]] = {
    kind.__name__: kind for kind in (NoRuleError, ScoringNotSupportedError)
}

Request = Mapping[str, Any]


def generate_request(
    messages: Sequence[Message],
    n: int,
    temperature: float,
    max_tokens: int,
    stop: Sequence[str] | None,
    seed: int | None,
) -> Request:
    """What a call of ``generate`` asks for."""
    return {
        "messages": [dict(message) for message in messages],
        "n": n,
        "temperature": float(temperature),
        "max_tokens": max_tokens,
        "stop": list(stop) if stop else None,
        "seed": seed,
    }


def score_request(prompt: str, continuations: Sequence[str]) -> Request:
    """What a call of ``score`` asks for."""
    return {"prompt": prompt, "continuations": list(continuations)}


def request_text(request: Request) -> str:
    """One text for equal requests."""
    return json.dumps(request, sort_keys=True, ensure_ascii=False)


def recorded_answer(outcome: Request) -> Any:
    """The answer of an outcome; a refusal is raised again."""
    if "refusal" in outcome:
        raise REFUSALS[outcome["refusal"]](outcome["message"])
    return outcome["answer"]


def recorded_scores(recorded: Sequence[Request]) -> list[TokenLogprobs]:
    """The scores of a recorded answer."""
    return [
        TokenLogprobs(tuple(one["tokens"]), tuple(one["log_probabilities"])) for one in recorded
    ]


def read_record(path: Path) -> tuple[str, dict[str, Request]]:
    """The recorded backend's name, and the outcome of each request."""
    name = ""
    outcomes: dict[str, Request] = {}
    whole = path.read_text(encoding="utf-8", errors="surrogatepass")
    for number, text in enumerate(whole.split("\n"), start=1):
        try:
            if number == 1:
                name = json.loads(text)["backend"]
            elif text:
                line = json.loads(text)
                if "answer" not in line and line["refusal"] not in REFUSALS:
                    raise KeyError(line["refusal"])
                outcomes[request_text(line.pop("request"))] = line
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"path {str(path)!r}: line {number} is none of a record ({error}): {text[:60]!r}; "
                "expected the lines that Recording writes: take this one out, or record anew"
            ) from error
    return name, outcomes
