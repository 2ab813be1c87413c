"""What a text backend is: one that writes answers, and, where it can, scores given ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

__all__ = [
    "AnswerAttempt",
    "BackendError",
    "MalformedAnswerError",
    "Message",
    "NoRuleError",
    "PromptTooLongError",
    "ScoringNotSupportedError",
    "TextBackend",
    "TokenLogprobs",
]

Message = Mapping[str, str]
"""``{"role": "system" | "user" | "assistant", "content": text}``."""


class BackendError(RuntimeError):
    """A backend could not do what it was asked; the message says what to do.

    Raised after the last retry. Nothing that was answered before is lost: it stands in the cache.
    """


class ScoringNotSupportedError(BackendError):
    """The backend gives no log-probabilities of given text."""


class PromptTooLongError(BackendError, ValueError):
    """The backend reads fewer tokens at once than it was given; nothing is cut."""


class NoRuleError(BackendError):
    """A backend of rules has no rule for this task: it does not guess."""


@dataclass(frozen=True)
class AnswerAttempt:
    """One answer as it came, and what was wrong with it.

    Parameters
    ----------
    text : str
    problem : str
        Empty for an answer that was accepted.

    Examples
    --------
    >>> AnswerAttempt("Sorry.", "holds no JSON").problem
    'holds no JSON'
    """

    text: str
    problem: str = ""


class MalformedAnswerError(BackendError):
    """No answer passed its check; every one of them stands in ``attempts``, the last one last.

    Parameters
    ----------
    message : str
    attempts : sequence of AnswerAttempt
    """

    def __init__(self, message: str, attempts: Sequence[AnswerAttempt] = ()) -> None:
        super().__init__(message)
        self.attempts = tuple(attempts)


@dataclass(frozen=True)
class TokenLogprobs:
    """log p(t_j | prompt, t_<j) of the tokens of one continuation.

    Parameters
    ----------
    tokens : tuple of str
        As the backend's tokeniser cuts them; joined they are the continuation.
    log_probabilities : tuple of float
        Nats, one a token.

    Examples
    --------
    >>> TokenLogprobs(("Yes", "."), (-0.5, -0.25)).total
    -0.75
    """

    tokens: tuple[str, ...]
    log_probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.log_probabilities):
            raise ValueError(
                f"{len(self.tokens)} tokens with {len(self.log_probabilities)} log_probabilities; "
                "expected one a token"
            )
        above = [value for value in self.log_probabilities if not value <= 1e-6]
        if above:
            raise ValueError(
                f"log_probabilities hold {above[0]}; expected numbers of at most 0, in nats"
            )

    @property
    def total(self) -> float:
        """log p of the whole continuation, nats."""
        return float(sum(self.log_probabilities))


@runtime_checkable
class TextBackend(Protocol):
    """Writes text and scores it; every implementation takes the same two calls.

    `name` goes on the record of whatever the backend made.
    """

    @property
    def name(self) -> str:
        """The kind of backend, and the model where there is one."""
        ...

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
        """Write `n` answers to a conversation; `BackendError` where there are none."""
        ...

    def score(self, prompt: str, continuations: Sequence[str]) -> list[TokenLogprobs]:
        """Log-probabilities of each continuation; `ScoringNotSupportedError` where it has none."""
        ...
