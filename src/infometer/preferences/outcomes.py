"""What a comparison ended in, as numbers: 1 the first, 0 the second, ½ a tie, NaN skipped."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

__all__ = ["FIRST", "SECOND", "SKIP", "TIE", "outcome_codes"]

FIRST, SECOND, TIE, SKIP = 1.0, 0.0, 0.5, float("nan")

_WORDS = {"first": FIRST, "second": SECOND, "tie": TIE, "skip": SKIP}


def outcome_codes(outcomes: Any) -> np.ndarray:
    """Numbers of outcomes given as words or as labels.

    Parameters
    ----------
    outcomes : sequence, shape (m,)
        The words "first", "second", "tie" and "skip", or 1 (the first was preferred) and 0 (the
        second), with ½ for a tie and NaN for what was skipped.

    Returns
    -------
    ndarray, shape (m,)

    Raises
    ------
    ValueError
        Naming the outcomes that are neither.

    Examples
    --------
    >>> outcome_codes(["first", "second", "tie", "skip"]).tolist()
    [1.0, 0.0, 0.5, nan]
    """
    given = np.asarray(outcomes, dtype=object)
    if given.ndim != 1:
        raise ValueError(f"outcomes has shape {given.shape}; expected (m,), one a comparison")
    told = ~pd.isna(given)
    codes = [_WORDS.get(code, code) if isinstance(code, str) else code for code in given[told]]
    allowed = (FIRST, SECOND, TIE)
    strange = {f"{code}" for code in codes if code not in allowed and code == code}
    if strange:
        raise ValueError(
            f"outcomes holds {', '.join(sorted(strange)[:5])}; expected 1 (the first was "
            "preferred), 0 (the second), 0.5 (a tie), NaN (skipped), or the words first, second, "
            "tie, skip. For real strengths of preference give kind='cardinal'"
        )
    found = np.full(len(given), SKIP)
    found[told] = codes
    return found
