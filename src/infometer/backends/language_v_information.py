"""What a language model's scores say about the answers to its questions, token by token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from infometer.backends.protocol import TextBackend, TokenLogprobs
from infometer.contracts import Estimate
from infometer.estimators.predictive import VInformation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LanguageVInformation", "score_all"]


@dataclass(frozen=True, eq=False, repr=False)
class LanguageVInformation(VInformation):
    """V-information of a language model, from `lm_pvi`.

    Parameters
    ----------
    ids : tuple of str
        Of the items; of the tokens' items where tokens are what is counted.
    tokens : DataFrame, optional
        Of free answers a row for each token: ``item, id, answer, position, token, log_p_nats,
        log_p_null_nats, pvi_bits``.
    per_token : Estimate, optional
        Of free answers the mean over all tokens, nats; tokens of one item depend on each other.
    """

    ids: tuple[str, ...] = ()
    tokens: pd.DataFrame | None = None
    per_token: Estimate | None = None

    @classmethod
    def of(cls, found: VInformation, **more: Any) -> Self:
        """The same figures with what only a language model has."""
        known = {field.name: getattr(found, field.name) for field in fields(VInformation)}
        return cls(**{**known, **more})

    def to_frame(self) -> pd.DataFrame:
        """One row an item, its id first."""
        frame = super().to_frame()
        frame.insert(0, "id", list(self.ids))
        return frame


def score_all(
    backend: TextBackend, prompts: Sequence[str], continuations: Sequence[Sequence[str]]
) -> list[list[TokenLogprobs]]:
    """The scores of each item's continuations; a prompt that several items share is sent once.

    Parameters
    ----------
    backend : TextBackend
    prompts : sequence of str, length n
    continuations : sequence of n sequences of str

    Returns
    -------
    list of n lists of TokenLogprobs

    Examples
    --------
    >>> class Uniform:
    ...     def score(self, prompt, continuations):
    ...         print("asked for", len(continuations))
    ...         return [TokenLogprobs((text,), (-1.0,)) for text in continuations]
    >>> found = score_all(Uniform(), ["A:", "A:"], [[" yes", " no"], [" yes"]])
    asked for 2
    """
    wanted: dict[str, dict[str, None]] = {}
    for prompt, texts in zip(prompts, continuations, strict=True):
        wanted.setdefault(prompt, {}).update(dict.fromkeys(texts))
    known = {
        prompt: dict(zip(texts, backend.score(prompt, list(texts)), strict=True))
        for prompt, texts in wanted.items()
    }
    return [
        [known[prompt][text] for text in texts]
        for prompt, texts in zip(prompts, continuations, strict=True)
    ]
