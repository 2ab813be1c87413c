"""Pointwise V-information of multiple choice: scores normalised over the offered options."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from scipy.special import log_softmax, logsumexp

from infometer.backends.choice_items import ChoiceItem
from infometer.backends.language_v_information import LanguageVInformation
from infometer.backends.protocol import TokenLogprobs
from infometer.estimators.predictive import v_information

__all__ = ["OptionsBy", "choice_information", "option_continuations", "option_logs"]

OptionsBy = Literal["letter", "text", "text per token"]
Scores = Sequence[Sequence[TokenLogprobs]]


def option_continuations(item: ChoiceItem, options_by: OptionsBy) -> list[str]:
    """What is scored after the prompt, one for each option: its letter or its text.

    Examples
    --------
    >>> option_continuations(ChoiceItem("Which?", ("low", "high"), key=0), "letter")
    [' A', ' B']
    """
    texts = item.letters if options_by == "letter" else item.options
    return [" " + text for text in texts]


def option_logs(scores: Sequence[TokenLogprobs], options_by: OptionsBy) -> np.ndarray:
    """log p of each option among those offered, nats; per token: of the mean over its tokens.

    Parameters
    ----------
    scores : sequence of K TokenLogprobs
    options_by : {"letter", "text", "text per token"}

    Returns
    -------
    ndarray, shape (K,)

    Examples
    --------
    >>> scores = [TokenLogprobs((" a", " b"), (-1.0, -1.0)), TokenLogprobs((" c",), (-1.0,))]
    >>> np.exp(option_logs(scores, "text")).round(3).tolist()
    [0.269, 0.731]
    >>> np.exp(option_logs(scores, "text per token")).tolist()
    [0.5, 0.5]
    """
    totals = np.array([scored.total for scored in scores])
    if options_by == "text per token":
        totals = totals / [len(scored.tokens) for scored in scores]
    return log_softmax(totals)


def choice_information(
    items: Sequence[ChoiceItem],
    seen: Scores,
    null: Scores,
    *,
    options_by: OptionsBy,
    gold: Sequence[Collection[int]] | None,
    level: float,
) -> LanguageVInformation:
    """PVI of the key, or of all right options together, among those offered.

    Labels and guesses are letters; of several right options the label is the likeliest.
    """
    rights = _rights(items, gold)
    ours = [option_logs(scores, options_by) for scores in seen]
    theirs = [option_logs(scores, options_by) for scores in null]
    log_p, log_p_null = (
        np.array([logsumexp(logs[right]) for logs, right in zip(both, rights, strict=True)])
        for both in (ours, theirs)
    )
    told = zip(items, ours, rights, strict=True)
    labels = [item.letters[right[int(logs[right].argmax())]] for item, logs, right in told]
    most = max((item.letters for item in items), key=len)
    alike = all(len(logs) == len(most) for logs in ours)
    found = replace(
        v_information(log_p, log_p_null, level=level),
        labels=np.array(labels),
        predicted=np.array(
            [item.letters[int(logs.argmax())] for item, logs in zip(items, ours, strict=True)]
        ),
        probabilities=np.exp(ours) if alike else None,
        classes=tuple(most),
    )
    return LanguageVInformation.of(found, ids=tuple(item.id for item in items))


def _rights(items: Sequence[ChoiceItem], gold: Sequence[Collection[int]] | None) -> list[list[int]]:
    """The places of the right options of each item."""
    if gold is None:
        return [[item.key] for item in items]
    if len(gold) != len(items):
        raise ValueError(f"gold has {len(gold)} sets for {len(items)} items; expected one each")
    for place, (item, right) in enumerate(zip(items, gold, strict=True)):
        if item.key not in right or not set(right) <= set(range(len(item.options))):
            raise ValueError(
                f"gold[{place}] is {sorted(right)}; expected places from 0 to "
                f"{len(item.options) - 1} with the item's key {item.key} among them"
            )
    return [sorted(set(right)) for right in gold]
