"""Pointwise V-information of free answers, which is the sum of that of their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logsumexp

from infometer.backends.answer_items import AnswerItem
from infometer.backends.language_v_information import LanguageVInformation
from infometer.backends.protocol import TokenLogprobs
from infometer.estimators.predictive import v_information
from infometer.estimators.predictive.mean_estimate import mean_estimate

__all__ = ["sequence_information", "token_information", "token_table"]

BITS = float(np.log(2.0))
COLUMNS = [
    "item", "id", "answer", "position", "token", "log_p_nats", "log_p_null_nats", "pvi_bits",
]  # fmt: skip
Scores = Sequence[Sequence[TokenLogprobs]]


def token_table(items: Sequence[AnswerItem], seen: Scores, null: Scores) -> pd.DataFrame:
    """A row for each token of each answer: what g', g and their difference say of it.

    Parameters
    ----------
    items : sequence of AnswerItem
    seen, null : sequence of n sequences of TokenLogprobs
        Of every item's answers, by the model that sees the question and by the one that does not.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError
        Where the two cut an answer into different tokens.

    Examples
    --------
    >>> found = [[TokenLogprobs((" 4",), (-0.5,))]], [[TokenLogprobs((" 4",), (-2.5,))]]
    >>> token_table([AnswerItem("2 + 2?", "4")], *found)["pvi_bits"].round(3).tolist()
    [2.885]
    """
    rows = []
    for place, (item, ours, theirs) in enumerate(zip(items, seen, null, strict=True)):
        for answer, (own, other) in enumerate(zip(ours, theirs, strict=True)):
            if own.tokens != other.tokens:
                raise ValueError(
                    f"item {item.id or place}: with the question its answer is cut into "
                    f"{own.tokens}, without it into {other.tokens}; use one tokeniser, and end "
                    "template and null_template alike"
                )
            logs = zip(own.tokens, own.log_probabilities, other.log_probabilities, strict=True)
            for position, (token, log_p, log_p_null) in enumerate(logs):
                pvi = (log_p - log_p_null) / BITS
                rows.append((place, item.id, answer, position, token, log_p, log_p_null, pvi))
    return pd.DataFrame(rows, columns=COLUMNS)


def sequence_information(
    items: Sequence[AnswerItem], seen: Scores, null: Scores, level: float
) -> LanguageVInformation:
    r"""PVI of whole answers, log Σ_a p'(a | q) - log Σ_a p(a | ∅) over the right ones.

    Of one answer it is the sum over its tokens of what `token_table` gives.
    """
    totals = [
        np.array([logsumexp([scored.total for scored in answers]) for answers in scores])
        for scores in (seen, null)
    ]
    tokens = token_table(items, seen, null)
    per_token = mean_estimate(
        tokens["pvi_bits"].to_numpy() * BITS,
        "I_V per token",
        groups=tokens["item"],
        level=level,
        unit="bits",
    )
    found = v_information(*totals, level=level)
    ids = tuple(item.id for item in items)
    return LanguageVInformation.of(found, ids=ids, tokens=tokens, per_token=per_token)


def token_information(
    items: Sequence[AnswerItem], seen: Scores, null: Scores, level: float
) -> LanguageVInformation:
    """PVI of every token; those of one item depend on each other, which widens the interval."""
    several = [item.id or str(k) for k, item in enumerate(items) if len(item.answers) > 1]
    if several:
        raise ValueError(
            f"reduction is 'token', and {len(several)} items have several right answers, the first "
            f"is {several[0]}; give one each, or take reduction='sum'"
        )
    tokens = token_table(items, seen, null)
    shared: dict[str, Any] = {"groups": tokens["item"], "level": level}
    found = v_information(tokens["log_p_nats"], tokens["log_p_null_nats"], **shared)
    ids = tuple(tokens["id"])
    return LanguageVInformation.of(found, ids=ids, tokens=tokens, per_token=found.information)
