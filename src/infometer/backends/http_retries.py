"""Asking again when a server fails, with growing waits, each on record."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, TypeVar

from infometer.backends.protocol import BackendError
from infometer.resampling import generator

__all__ = ["RequestIncident", "RetryableError", "call_with_retries", "retry_after_seconds"]

LONGEST_BACKOFF_S = 60.0
LONGEST_RETRY_AFTER_S = 300.0

T = TypeVar("T")


@dataclass(frozen=True)
class RequestIncident:
    """One thing that went wrong with a request.

    Parameters
    ----------
    kind : {"retry", "failure", "truncated"}
        Asked again; given up; answered, but cut off at `max_tokens`.
    request : str
        Its key, as in the cache.
    attempt : int
        From 1.
    status : int or None
        Of HTTP; None where no answer came.
    reason : str
    wait_s : float
        Before the next attempt.

    Examples
    --------
    >>> RequestIncident("retry", "5f70bf18", 1, 429, "Too many requests", 2.0).wait_s
    2.0
    """

    kind: Literal["retry", "failure", "truncated"]
    request: str
    attempt: int
    status: int | None
    reason: str
    wait_s: float = 0.0


class RetryableError(Exception):
    """One attempt failed; the next may succeed."""

    def __init__(
        self, reason: str, *, status: int | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.retry_after_s = retry_after_s


def retry_after_seconds(header: str | None) -> float | None:
    """The wait that a Retry-After header asks for: seconds, or until a date.

    Parameters
    ----------
    header : str or None

    Returns
    -------
    float or None
        Seconds from now, at least 0; None without a header that can be read.

    Examples
    --------
    >>> retry_after_seconds("2"), retry_after_seconds("Thu, 01 Jan 1970 00:00:00 GMT")
    (2.0, 0.0)
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            when = parsedate_to_datetime(header)
        except ValueError:
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        seconds = (when - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0) if seconds < float("inf") else None


def call_with_retries(
    call: Callable[[], T],
    key: str,
    *,
    max_retries: int,
    backoff_s: float,
    note: Callable[[RequestIncident], object],
) -> T:
    """Call until it succeeds; the k-th wait is backoff·2^(k−1)·u s, u uniform in (½, 1].

    A server's Retry-After makes a wait longer, never shorter. One above five minutes is not waited
    for.

    Parameters
    ----------
    call : callable
        Raises `RetryableError` where another attempt makes sense; anything else passes through.
    key : str
        Of the request; it names the stream of the jitter.
    max_retries : int
        Attempts beyond the first.
    backoff_s : float
    note : callable
        Given a `RequestIncident` for each failed attempt.

    Returns
    -------
    What `call` returns.

    Raises
    ------
    BackendError
        After the last attempt, with the reason of each.

    Examples
    --------
    >>> call_with_retries(lambda: 4, "2 + 2", max_retries=0, backoff_s=1.0, note=print)
    4
    """
    reasons: list[str] = []
    while True:
        try:
            return call()
        except RetryableError as error:
            failed = error
        reasons.append(failed.reason)
        attempt = len(reasons)
        asked_s = failed.retry_after_s or 0.0
        if attempt > max_retries or asked_s > LONGEST_RETRY_AFTER_S:
            note(RequestIncident("failure", key, attempt, failed.status, failed.reason))
            raise BackendError(_given_up(reasons, asked_s)) from None
        wait_s = max(asked_s, _backoff_seconds(key, attempt, backoff_s))
        note(RequestIncident("retry", key, attempt, failed.status, failed.reason, wait_s))
        time.sleep(wait_s)


def _backoff_seconds(key: str, attempt: int, backoff_s: float) -> float:
    jitter = 1.0 - generator(0, "backends", "backoff", key, attempt).random() / 2
    return min(LONGEST_BACKOFF_S, backoff_s * 2.0 ** (attempt - 1)) * jitter


def _given_up(reasons: list[str], asked_s: float) -> str:
    told = "; ".join(f"{place}: {reason}" for place, reason in enumerate(reasons, start=1))
    if asked_s > LONGEST_RETRY_AFTER_S:
        told += f". The server asks to wait {asked_s:.0f} s; run again after that"
    return f"no usable answer in {len(reasons)} attempts ({told})"
