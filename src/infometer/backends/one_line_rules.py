"""How often one-line rules find the key of a multiple-choice question they have not read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import beta

from infometer.backends.choice_items import ChoiceItem
from infometer.backends.option_features import option_features

__all__ = ["trivial_rules"]

RULES = ("longest", "shortest", "all of the above", "none of the above", "both", "medoid")


def trivial_rules(items: Sequence[ChoiceItem], *, level: float = 0.95) -> pd.DataFrame:
    """Take the longest option, the one that says "all of the above", the second, …

    A rule is measured on the items where it names an option; among m that it names it draws one,
    so that the key counts 1/m. Chance is the mean of 1 / options on the same items.

    Parameters
    ----------
    items : sequence of ChoiceItem
    level : float
        Of the intervals, which are Jeffreys'.

    Returns
    -------
    DataFrame
        Columns ``rule, n, accuracy, low, high, chance, p_value``, the last for a rule no better
        than chance (one-sided, of this rule alone); rules that never apply are left out.

    Raises
    ------
    ValueError
        Without items.

    References
    ----------
    L. D. Brown, T. T. Cai and A. DasGupta, "Interval estimation for a binomial proportion",
    Statistical Science 16, 101 (2001), section 3.

    Examples
    --------
    >>> items = [ChoiceItem("?", ("yes", "all of the above", "no"), key=1) for _ in range(9)]
    >>> trivial_rules(items).set_index("rule").loc["longest", ["n", "accuracy"]].tolist()
    [9.0, 1.0]
    """
    if not len(items):
        raise ValueError("items is empty; expected at least one ChoiceItem")
    named = option_features(items)
    sizes = np.array([len(item.options) for item in items])
    starts = np.cumsum(sizes) - sizes
    keys = starts + np.array([item.key for item in items])
    rules = [*RULES, *(f"slot {k + 1}" for k in range(1, sizes.max()))]
    first = np.zeros(len(named))
    first[starts] = 1.0
    columns = {"slot 1": first} | {rule: named[rule].to_numpy() for rule in rules}
    rows = []
    for rule, picked in columns.items():
        many = np.add.reduceat(picked, starts)
        applies = many > 0
        n = int(applies.sum())
        if not n:
            continue
        right = float((picked[keys][applies] / many[applies]).sum())
        low, high = _jeffreys(right, n, level)
        chance = float((1 / sizes[applies]).mean())
        p_value = float(beta.cdf(chance, right + 0.5, n - right + 0.5))
        rows.append((rule, n, right / n, low, high, chance, p_value))
    names = ["rule", "n", "accuracy", "low", "high", "chance", "p_value"]
    return pd.DataFrame(rows, columns=names)


def _jeffreys(right: float, n: int, level: float) -> tuple[float, float]:
    """None right is a lower end of 0, all right an upper end of 1."""
    low, high = beta.interval(level, right + 0.5, n - right + 0.5)
    return (0.0 if right == 0 else float(low)), (1.0 if right == n else float(high))
