"""How much of a set can be read off one attribute of its texts, beside the whole texts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from infometer.estimators.predictive import VInformation, pointwise_v_information
from infometer.estimators.predictive.mean_estimate import mean_estimate
from infometer.extras import axes
from infometer.resampling import root_seed
from infometer.usable.text_rows import TextRows, read_texts
from infometer.usable.text_transforms import PAIR_TRANSFORMS, TEXT_TRANSFORMS, text_attribute

__all__ = ["AttributeInformation", "attribute_information"]

BITS = math.log(2.0)
WHOLE = "whole"


@dataclass(frozen=True, eq=False)
class AttributeInformation:
    """V-information of attributes of the texts of a set, from `attribute_information`.

    Parameters
    ----------
    results : mapping of attribute to VInformation
        The first is ``"whole"``, the texts as they are; all for the same items in the same folds.
    groups : array-like, optional
        As given.
    level : float
        Of the intervals.
    """

    results: Mapping[str, VInformation]
    groups: Any = None
    level: float = 0.95

    def to_frame(self) -> pd.DataFrame:
        """One row for each attribute, ``"whole"`` first, then the most informative.

        ``information_bits`` is I_V(attribute → Y) with its interval, ``lost_bits`` how much more
        the whole text gives, paired by item, with its interval; ``accuracy`` of the guesses.
        """
        rows = [self._row(name) for name in self.results]
        frame = pd.DataFrame(rows[1:]).sort_values("information_bits", ascending=False)
        return pd.concat([pd.DataFrame(rows[:1]), frame], ignore_index=True)

    def _row(self, name: str) -> dict[str, Any]:
        whole, own = self.results[WHOLE], self.results[name]
        row: dict[str, Any] = {"attribute": name}
        for column, values in (
            ("information", own.pvi),
            ("lost", whole.pvi - own.pvi),
        ):
            found = mean_estimate(values, column, groups=self.groups, level=self.level)
            low, high = found.interval or (math.nan, math.nan)
            row |= {
                f"{column}_bits": found.bits,
                f"{column}_low_bits": low / BITS,
                f"{column}_high_bits": high / BITS,
            }
        return {**row, "accuracy": own.accuracy}

    def to_dict(self) -> dict[str, Any]:
        """The rows as plain values."""
        return {"attributes": self.to_frame().to_dict("records"), "level": self.level}

    def plot(self, ax: Any = None) -> Any:
        """Draw the V-information of each attribute with its interval.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes
        """
        rows = self.to_frame()
        ax = axes(ax, 6, 1 + 0.35 * len(rows))
        middle = rows["information_bits"]
        reach = [middle - rows["information_low_bits"], rows["information_high_bits"] - middle]
        ax.barh(rows["attribute"], middle, xerr=reach, color="C0", ecolor="0.4")
        ax.invert_yaxis()
        ax.set(xlabel="V-information about the label (bits)")
        return ax


def attribute_information(
    estimator: Any,
    texts: Any,
    y: Any,
    *,
    attributes: Sequence[str] | Mapping[str, str | Callable[..., Any]] | None = None,
    groups: Any = None,
    cv: Any = 5,
    level: float = 0.95,
    random_state: Any = None,
    n_jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AttributeInformation:
    r"""I_V(τ(X) → Y) of each attribute τ of the texts alone, beside I_V(X → Y).

    A family that is trained on the attribute alone says how much that attribute gives away: the
    label should not be told by the length of a text or by one text of a pair. Shuffled words that
    give nearly as much as the text say that the order of words is not needed.

    Parameters
    ----------
    estimator, y, groups, cv, n_jobs
        As in `pointwise_v_information`.
    texts : sequence of str, or pairs of shape (n, 2)
    attributes : sequence of str, or mapping of name to attribute, optional
        As in `text_attribute`; None takes all that fit.
    level : float
        Of the intervals.
    random_state : int, None, RandomState or Generator
        One stream for all attributes: they share their folds.
    progress : callable, optional
        Called with the number of attributes done and of all.

    Returns
    -------
    AttributeInformation

    References
    ----------
    K. Ethayarajh, Y. Choi and S. Swayamdipta, "Understanding dataset difficulty with V-usable
    information", ICML (2022), section 4.1.

    Examples
    --------
    The label says whether there are two words or three: their length tells it, and so does the
    text:

    >>> texts, y = ["red sky", "old red sky"] * 50, [0, 1] * 50
    >>> found = attribute_information("linear", texts, y, attributes=["length", "negations"],
    ...                               random_state=0)
    >>> found.to_frame()["attribute"].tolist()
    ['whole', 'length', 'negations']
    """
    rows, seed = read_texts(texts), root_seed(random_state)
    asked = _read_attributes(attributes, rows)
    results = {}
    for done, (name, attribute) in enumerate(asked.items()):
        if name == WHOLE:
            X = rows.rows()
        else:
            X = text_attribute(rows.rows(), attribute, random_state=seed)
        results[name] = pointwise_v_information(
            estimator, X, y, groups=groups, cv=cv, random_state=seed, n_jobs=n_jobs
        )
        if progress is not None:
            progress(done + 1, len(asked))
    return AttributeInformation(results, groups, level)


def _read_attributes(attributes: Any, rows: TextRows) -> dict[str, Any]:
    if attributes is None:
        attributes = ["shuffled", *TEXT_TRANSFORMS, *(PAIR_TRANSFORMS if rows.paired else ())]
    if isinstance(attributes, str):
        raise ValueError(
            f"attributes is {attributes!r}; expected a sequence of names, or a mapping"
        )
    if not isinstance(attributes, Mapping):
        attributes = {name: name for name in attributes}
    if WHOLE in attributes or not attributes:
        raise ValueError(
            f"attributes has the names {list(attributes)}; expected at least one, and none called "
            f"{WHOLE!r}: the whole texts are always there"
        )
    return {WHOLE: None, **attributes}
