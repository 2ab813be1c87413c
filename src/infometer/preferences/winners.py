"""What a column of winners says: names of items, words, or 1, 2 and 0."""

from __future__ import annotations

import numpy as np
import pandas as pd

from infometer.preferences.outcomes import FIRST, SECOND, SKIP, TIE

__all__ = ["winner_outcomes"]

_WORDS = {"first": FIRST, "second": SECOND, "tie": TIE, "tie (bothbad)": TIE, "skip": SKIP}
_NUMBERS = {"1": FIRST, "2": SECOND, "0": TIE}
_EXPECTED = (
    "expected the name of one of the two, the name of its column, or the words first, second, tie, "
    "skip (1, 2, 0 for the first three)"
)


def winner_outcomes(winner: pd.Series, first: pd.Series, second: pd.Series) -> np.ndarray:
    """Outcomes of rows whose winner is written as people write it.

    Parameters
    ----------
    winner : Series of str, length m
        The name of one of the two items; the name of its column, as arenas write ``model_a``; the
        words first, second, tie and skip in any case; or 1, 2 and 0 for a tie where no item is
        called so. Missing values count as skipped.
    first, second : Series of str, length m
        Names of the items that were compared.

    Returns
    -------
    ndarray, shape (m,)
        1 the first, 0 the second, ½ a tie, NaN skipped.

    Raises
    ------
    ValueError
        Where a value can be read in two ways or in none, naming its row.

    Examples
    --------
    >>> first, second = pd.Series(["ann", "bob"]), pd.Series(["bob", "eve"])
    >>> winner_outcomes(pd.Series(["bob", "Tie"]), first, second).tolist()
    [0.0, 0.5]
    """
    given = winner.dropna()
    first, second = first[given.index], second[given.index]
    words = given.str.strip().str.casefold()
    named = _WORDS | {str(first.name).casefold(): FIRST, str(second.name).casefold(): SECOND}
    numeric = set(words) - set(named) <= set(_NUMBERS)
    named = named | _NUMBERS if numeric else named
    _check_ambiguous(set(words) & set(named), set(first) | set(second), str(winner.name))
    codes = words.map(named)
    by_name = np.select([given == first, given == second], [FIRST, SECOND], np.nan)
    codes = codes.fillna(pd.Series(by_name, given.index))
    if (strange := np.flatnonzero(codes.isna() & (words != "skip"))).size:
        i = strange[0]
        raise ValueError(
            f"{winner.name} holds {given.iloc[i]!r} in row {given.index[i]} ({len(strange)} such "
            f"rows), of {first.iloc[i]!r} and {second.iloc[i]!r}; {_EXPECTED}"
        )
    return codes.reindex(winner.index).to_numpy(dtype=float)


def _check_ambiguous(used: set[str], items: set[str], column: str) -> None:
    """Raise where what was read as a word, the name of a column or a number may be an item."""
    numbers = used & set(_NUMBERS)
    if both := sorted(item for item in items if item.casefold() in used - numbers):
        raise ValueError(
            f"{column} holds {both[0]!r}, which is a word for an outcome, or a column, and the "
            "name of an item; rename the item or the column"
        )
    if numbers and items & set(_NUMBERS):
        raise ValueError(
            f"{column} holds {', '.join(sorted(numbers))}, and items are called so too: a name of "
            "an item, or 1 the first, 2 the second, 0 a tie? Write first, second, tie, skip"
        )
    if "0" in numbers and "2" not in used:
        raise ValueError(
            f"{column} holds 0 and never 2: 0 may be a tie or the second. Write first, second, "
            f"tie, such as frame[{column!r}].map({{1: 'first', 0: 'second'}})"
        )
