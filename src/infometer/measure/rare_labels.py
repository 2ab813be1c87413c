"""Labels of too few rows, read together as one."""

from __future__ import annotations

import pandas as pd

__all__ = ["merge_rare_labels"]


def merge_rare_labels(labels: pd.Series, fewest: int) -> tuple[pd.Series, list[object]]:
    """Labels with fewer than `fewest` rows as one, ``"other (m values)"``.

    Where these together have fewer rows too, the next rarest labels join them, but for the
    commonest. The information of the merged labels is at most that of the labels.

    Parameters
    ----------
    labels : Series of any type, shape (n,)
        Missing values stay so.
    fewest : int

    Returns
    -------
    labels : Series, shape (n,)
    merged : list
        The labels that were merged, the rarest first; none where each has rows enough.

    Examples
    --------
    >>> merge_rare_labels(pd.Series(list("aaaabbbbcd")), 2)[0].unique().tolist()
    ['a', 'b', 'other (2 values)']
    """
    counts = labels.value_counts(ascending=True)
    n_merged = int((counts < fewest).sum())
    while 0 < n_merged < len(counts) - 1 and (
        n_merged == 1 or counts.iloc[:n_merged].sum() < fewest
    ):
        n_merged += 1
    if n_merged < 2:
        return labels, []
    merged = counts.index[:n_merged].tolist()
    name = f"other ({n_merged} values)"
    return labels.astype(object).mask(labels.isin(merged), name), merged
