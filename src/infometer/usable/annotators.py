"""Items that several annotators labelled: majority, ties and agreement."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import entropy

from infometer.contracts import Estimate
from infometer.extras import axes
from infometer.tables import require_no_missing
from infometer.usable.agreement import krippendorff_alpha

__all__ = ["AnnotatorLabels", "annotator_labels"]

BITS = math.log(2.0)


@dataclass(frozen=True, eq=False)
class AnnotatorLabels:
    """One row a label that an annotator gave an item, from `annotator_labels`.

    Parameters
    ----------
    items, annotators, labels : ndarray, shape (n,)
        The columns as given. Pass ``groups=items`` to `pointwise_v_information`, with a row of X
        for each label, and no item is trained on and tested.
    counts : DataFrame
        Labels of each item (rows, in the order of appearance) in each class (columns).
    agreement : Estimate, optional
        Krippendorff's alpha; None where no item has two labels, or all labels are the same.
    """

    items: np.ndarray
    annotators: np.ndarray
    labels: np.ndarray
    counts: pd.DataFrame
    agreement: Estimate | None

    def to_frame(self) -> pd.DataFrame:
        """One row an item: how many labels, the majority, its share, ties, and their entropy.

        Where labels tie the majority is missing and ``tied`` is true: who is to break the tie is
        the user's choice.
        """
        table = self.counts.to_numpy()
        most, given = table.max(axis=1), table.sum(axis=1)
        tied = (table == most[:, None]).sum(axis=1) > 1
        majority = self.counts.columns.to_numpy(object)[table.argmax(axis=1)]
        return pd.DataFrame(
            {
                "n": given,
                "majority": pd.Series(majority, dtype=object).where(~tied, None).to_numpy(),
                "share": most / given,
                "tied": tied,
                "entropy_bits": entropy(table, axis=1) / BITS,
            },
            index=self.counts.index,
        )

    def to_dict(self) -> dict[str, Any]:
        """Agreement, and the rows of `to_frame` as plain values."""
        return {
            "agreement": None if self.agreement is None else self.agreement.to_dict(),
            "items": self.to_frame().reset_index().to_dict("records"),
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw how many items have which share of labels for their commonest one.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes
        """
        ax = axes(ax, 5, 3)
        ax.hist(self.to_frame()["share"], bins=np.linspace(0, 1, 21).tolist(), color="C0")
        ax.set(xlabel="share of the commonest label of an item", ylabel="items", xlim=(0, 1.02))
        return ax


def annotator_labels(
    frame: pd.DataFrame, *, item: str, annotator: str, label: str
) -> AnnotatorLabels:
    """Read a table with one row for each label that an annotator gave an item.

    Parameters
    ----------
    frame : DataFrame
    item, annotator, label : str
        Its columns. An item that an annotator did not label has no row.

    Returns
    -------
    AnnotatorLabels

    Raises
    ------
    ValueError
        For columns that there are not, missing values, or two labels of one annotator for an item.

    Examples
    --------
    >>> frame = pd.DataFrame({"item": [1, 1, 2, 2], "who": ["a", "b", "a", "b"],
    ...                       "label": ["yes", "yes", "no", "yes"]})
    >>> found = annotator_labels(frame, item="item", annotator="who", label="label")
    >>> found.to_frame()[["majority", "tied"]].values.tolist()
    [['yes', False], [nan, True]]
    """
    lost = [name for name in (item, annotator, label) if name not in frame]
    if lost:
        raise ValueError(f"frame has no columns {lost}; it has {list(map(str, frame.columns))}")
    used = frame[[item, annotator, label]].reset_index(drop=True)
    if not len(used):
        raise ValueError("frame has no rows; expected one for each label of an annotator")
    require_no_missing(used)
    twice = used.duplicated([item, annotator], keep=False)
    if twice.any():
        who = used[twice].iloc[0]
        raise ValueError(
            f"frame has {int(twice.sum())} rows in which one annotator labels an item more than "
            f"once, such as {who[annotator]!r} on {who[item]!r}; keep one of them"
        )
    counts = pd.crosstab(used[item], used[label]).reindex(used[item].unique())
    comparable = counts[counts.sum(axis=1) >= 2]
    defined = (comparable.sum() > 0).sum() >= 2
    return AnnotatorLabels(
        used[item].to_numpy(),
        used[annotator].to_numpy(),
        used[label].to_numpy(),
        counts,
        krippendorff_alpha(comparable) if defined else None,
    )
