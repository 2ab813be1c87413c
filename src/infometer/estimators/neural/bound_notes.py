"""What stands against the figure of a trained critic."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import logsumexp

from infometer.contracts import SATURATION
from infometer.estimators.fitting import FitHistory

__all__ = ["below_0_note", "budget_note", "few_pairs_note", "proof_note", "rare_pairs_note"]

HALF = 0.5

NOTHING = 0.05
"""A lower bound so far below 0 says that the critic knows less than nothing."""

MUCH = 2.5
"""From so many nats on the mean of e^T varies more than its blocks show."""


def budget_note(history: FitHistory, patience: int) -> list[str]:
    """Nothing, or that training ended before it had nothing more to find.

    Examples
    --------
    >>> history = FitHistory(50, np.zeros(50), np.zeros(2), "budget", 1.0)
    >>> budget_note(history, 20)
    ['training ended with its budget of 50 steps, before 20 epochs brought nothing more: with ...']
    """
    if history.stopped == "patience":
        return []
    return [
        f"training ended with its budget of {history.steps} steps, before {patience} epochs "
        "brought nothing more: with more max_steps the figure may move"
    ]


def few_pairs_note(log_means: np.ndarray) -> list[str]:
    """Nothing, or that one block of pairs holds more than half of the mean of e^T.

    Parameters
    ----------
    log_means : ndarray, shape (blocks,)
        Of e^T over the pairs that do not belong together.

    Examples
    --------
    >>> few_pairs_note(np.array([0.0, 0.1, 0.2, 0.0]))
    []
    >>> few_pairs_note(np.array([0.0, 0.1, 9.0, 0.0]))
    ['one of 4 blocks holds 100 % of the mean of e^T over unrelated pairs: it rests on few of ...']
    """
    share = float(np.exp(log_means.max() - logsumexp(log_means)))
    if len(log_means) < 3 or share <= HALF:
        return []
    return [
        f"one of {len(log_means)} blocks holds {100 * share:.0f} % of the mean of e^T over "
        "unrelated pairs: it rests on few of them, and the figure may be far off its interval on "
        "either side: take InfoNCE or SMILE, or more rows"
    ]


def rare_pairs_note(value: float) -> list[str]:
    """Nothing, or that a mean of e^T is of more information than its blocks can show the error of.

    Examples
    --------
    >>> rare_pairs_note(1.0), len(rare_pairs_note(3.0))
    ([], 1)
    """
    if value <= MUCH:
        return []
    return [
        "of so much information the mean of e^T rests on rare pairs, of which most samples have "
        "none: the interval is too narrow; InfoNCE with larger batches varies less"
    ]


def below_0_note(value: float) -> list[str]:
    """Nothing, or that a lower bound is below 0.

    Examples
    --------
    >>> below_0_note(-0.01), len(below_0_note(-1.0))
    ([], 1)
    """
    if value >= -NOTHING:
        return []
    return [
        "the figure is below 0: what the critic learned does not hold on other rows, and a bound "
        "below 0 says nothing; add rows, or take a simpler critic"
    ]


def proof_note(value: float, n_held_out: int) -> list[str]:
    """Nothing, or that a lower bound is near the most that so many rows prove.

    References
    ----------
    D. McAllester and K. Stratos, "Formal limitations on the measurement of mutual information",
    AISTATS 2020.

    Examples
    --------
    >>> proof_note(3.0, 60)
    []
    >>> proof_note(4.0, 60)
    ['60 held-out rows prove no more than about log 60 = 4.09 nats, whatever the method ...']
    """
    if value <= SATURATION * math.log(n_held_out):
        return []
    return [
        f"{n_held_out} held-out rows prove no more than about log {n_held_out} = "
        f"{math.log(n_held_out):.2f} nats, whatever the method (McAllester and Stratos, 2020): "
        "near that the interval is too narrow; add rows"
    ]
