"""Simulated comparisons to try a ranking on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from infometer.resampling import generator

__all__ = ["simulated_tournament"]

N_ITEMS, N_COMPARISONS = 16, 600
RATERS = ("ann", "bob", "eve", "kim", "zoe")
SHARPNESS = (1.0, 1.0, 1.0, 1.0, 0.0)
"""Of each rater's choices: the last tosses a coin."""
TIE_WITHIN = 0.15


def simulated_tournament(random_state: Any = 0) -> pd.DataFrame:
    """Make 600 comparisons of 16 items by five raters, of whom one answers by chance.

    Items A to P have rewards from 2.5 down to −2.5, choices are Bradley–Terry's with few ties; P is
    compared once only.

    Parameters
    ----------
    random_state : int, None, RandomState or Generator

    Returns
    -------
    DataFrame
        ``first, second, winner, rater``.

    Examples
    --------
    >>> simulated_tournament().head(2)
      first second  winner rater
    0     B      N   first   ann
    1     M      I  second   bob
    """
    rng = generator(random_state, "simulated tournament")
    rewards = np.linspace(2.5, -2.5, N_ITEMS)
    names = np.array([chr(ord("A") + i) for i in range(N_ITEMS)])
    seen = N_ITEMS - 1
    u = rng.integers(0, seen, N_COMPARISONS)
    v = (u + rng.integers(1, seen, N_COMPARISONS)) % seen
    u[-1], v[-1] = seen, seen - 1
    rater = np.arange(N_COMPARISONS) % len(RATERS)
    lead = np.array(SHARPNESS)[rater] * (rewards[u] - rewards[v]) + rng.logistic(size=len(u))
    winner = np.where(np.abs(lead) < TIE_WITHIN, "tie", np.where(lead > 0, "first", "second"))
    return pd.DataFrame(
        {"first": names[u], "second": names[v], "winner": winner, "rater": np.array(RATERS)[rater]}
    )
