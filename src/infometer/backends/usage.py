"""What a backend was asked for and what it took: requests, retries, tokens, seconds."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

__all__ = ["Usage", "UsageMeter", "token_counts"]


@dataclass(frozen=True)
class Usage:
    """Requests and tokens up to one moment.

    Parameters
    ----------
    requests : int
        Sent to the server, retries among them.
    retries : int
        Requests beyond the first of their kind.
    cache_hits : int
        Answers that were there already: no request, no tokens.
    truncated : int
        Answers that ended at their `max_tokens`.
    prompt_tokens, completion_tokens : int
        As the server counts them.
    uncounted : int
        Answers with which the server told no tokens.
    seconds : float
        Spent on requests, waits between retries left out; of requests at the same time, the sum.

    Examples
    --------
    >>> Usage(requests=2, prompt_tokens=3_000_000, completion_tokens=500_000).cost(0.5, 2.0)
    2.5
    """

    requests: int = 0
    retries: int = 0
    cache_hits: int = 0
    truncated: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    uncounted: int = 0
    seconds: float = 0.0

    def cost(self, prompt_price: float, completion_price: float) -> float:
        """What the tokens cost, at prices for a million of each, in the currency of the prices.

        Raises
        ------
        ValueError
            If the server told no tokens with some answers: the cost is then not known.
        """
        if self.uncounted:
            raise ValueError(
                f"the server told no tokens with {self.uncounted} answers, so their cost is not "
                "known; read it from the server"
            )
        return (self.prompt_tokens * prompt_price + self.completion_tokens * completion_price) / 1e6


class UsageMeter:
    """Adds up what several threads use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total = Usage()

    def add(self, **amounts: float) -> None:
        """Add to the counts of these names."""
        with self._lock:
            grown = {name: getattr(self._total, name) + amounts[name] for name in amounts}
            self._total = replace(self._total, **grown)

    def snapshot(self) -> Usage:
        """What was used up to now."""
        with self._lock:
            return self._total


def token_counts(answer: Any) -> dict[str, int]:
    """What a server's answer adds to `Usage`: its token counts, or that it told none.

    Parameters
    ----------
    answer : parsed JSON

    Returns
    -------
    dict of str to int

    Examples
    --------
    >>> token_counts({"usage": {"prompt_tokens": 9, "completion_tokens": 2}})
    {'prompt_tokens': 9, 'completion_tokens': 2}
    >>> token_counts({"usage": None})
    {'uncounted': 1}
    """
    told = answer.get("usage") if isinstance(answer, Mapping) else None
    told = told if isinstance(told, Mapping) else {}
    counts = {name: told.get(name) for name in ("prompt_tokens", "completion_tokens")}
    known = {name: count for name, count in counts.items() if isinstance(count, int)}
    return known if "prompt_tokens" in known else {"uncounted": 1}
