"""What to say of a figure of counts that are too few for it."""

from __future__ import annotations

__all__ = ["FEWEST_ROWS", "count_bias_note", "few_rows_note"]

FEWEST_ROWS = 5
"""A symbol: below, the entropy has a bias that no method takes away."""


def count_bias_note(method: str, value: float, corrected: float, half_width: float) -> str:
    """Nothing, or that the correction of Miller and Madow is larger than half the interval.

    Parameters
    ----------
    method : str
        That gave `value`.
    value : float
    corrected : float
        The figure by Miller and Madow, of the same counts.
    half_width : float
        Half the width of the interval.

    Examples
    --------
    >>> count_bias_note("plug-in", 0.09, 0.01, 0.03)
    'plug-in gives 0.090 where the correction of Miller and Madow gives 0.010, ...'
    >>> count_bias_note("plug-in", 0.09, 0.08, 0.03)
    ''
    """
    if abs(value - corrected) <= half_width:
        return ""
    return (
        f"{method} gives {value:.3f} where the correction of Miller and Madow gives "
        f"{corrected:.3f}, further off than the interval reaches: too few rows for so many "
        "symbols; merge rare labels, or add rows"
    )


def few_rows_note(n: int, symbols: int) -> str:
    """Nothing, or that the symbols are too many for n rows.

    Examples
    --------
    >>> few_rows_note(500, 200)
    '500 rows of 200 seen symbols, fewer than 5 each: the bias of the entropy is not small'
    """
    if n >= FEWEST_ROWS * symbols:
        return ""
    return (
        f"{n} rows of {symbols} seen symbols, fewer than {FEWEST_ROWS} each: the bias of the "
        "entropy is not small"
    )
