"""Usable information: what a table of X against a label says of how well the label is guessed."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from infometer.extras import axes
from infometer.quantities.fano import fano_accuracy_bound
from infometer.quantities.laws import joint_law
from infometer.quantities.primitives import table_entropy

__all__ = ["UsableInformation", "usable_information"]


@dataclass(frozen=True)
class UsableInformation:
    """How well a label is guessed from X and what bounds it: chance ≤ score ≤ accuracy ≤ ceiling.

    Parameters
    ----------
    score : float
        exp(-H(Y|X)), or 2^-H(Y|X) with H in bits: at most `accuracy`, and equal to it where each x
        leaves labels open that are equally likely and, for every x, equally many.
    accuracy : float
        Σ_x max_y p(x, y), of the rule that guesses the likeliest label for each x.
    ceiling : float
        Fano's upper bound on the accuracy of any rule, from H(Y|X) and the number of labels.
    chance : float
        exp(-H(Y)): the score without X.
    conditional_entropy, information : float
        H(Y|X) and I(X;Y) = H(Y) - H(Y|X), in nats.
    n_labels : int
        Labels that occur.
    n_samples : int or None
        Rows that were counted; None of a law.
    score_bias : float or None
        By how much the score of counts is likely to be too high, by Miller and Madow's correction
        of H(Y|X); None of a law.

    Examples
    --------
    >>> print(usable_information([[40, 10], [10, 40]]))
    score 0.606 (chance 0.500) ≤ accuracy 0.800 ≤ 0.800 (Fano); I(X;Y) = 0.193 nats, 2 labels
    """

    score: float
    accuracy: float
    ceiling: float
    chance: float
    conditional_entropy: float
    information: float
    n_labels: int
    n_samples: int | None = None
    score_bias: float | None = None

    def __str__(self) -> str:
        return (
            f"score {self.score:.3f} (chance {self.chance:.3f}) ≤ accuracy {self.accuracy:.3f} ≤ "
            f"{self.ceiling:.3f} (Fano); I(X;Y) = {self.information:.3f} nats, "
            f"{self.n_labels} label{'s' if self.n_labels != 1 else ''}"
        )

    def to_dict(self) -> dict[str, float | int | None]:
        """The figures by name; informations in nats."""
        return asdict(self)

    def plot(self, ax: Any = None) -> Any:
        """Draw chance, score, accuracy and Fano's ceiling as bars from 0 to 1.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes
        """
        ax = axes(ax, 6, 2.4)
        bars = {
            "chance, $2^{-H(Y)}$": (self.chance, "0.75"),
            "score, $2^{-H(Y|X)}$": (self.score, "C0"),
            "accuracy of the best rule": (self.accuracy, "C2"),
            "ceiling (Fano)": (self.ceiling, "0.9"),
        }
        values, colors = zip(*bars.values(), strict=True)
        drawn = ax.barh(list(bars), values, color=colors)
        ax.bar_label(drawn, fmt="%.3f", padding=3)
        ax.invert_yaxis()
        ax.set(xlim=(0, 1.12), xlabel="accuracy and its bounds")
        return ax


def usable_information(table: Any) -> UsableInformation:
    r"""How well a label can be guessed from what a table sets against it.

    .. math:: 2^{-H(Y)} \le 2^{-H(Y|X)} \le \sum_x \max_y p(x, y) \le 1 - e^*,

    with H in bits and e* Fano's least error. The score :math:`2^{-H(Y|X)}` is the network usable
    information (NUI) of Lee et al. It bounds the accuracy on the law or the rows of this table,
    not on new rows: where few rows fall into each cell it is too high, see `score_bias`.

    Parameters
    ----------
    table : array-like, shape (nx, ny) or (m1, ..., mk, ny), or DataFrame, Series, JointLaw
        Counts of an integer type, such as ``pandas.crosstab(x, y)``, or probabilities. The last
        axis is the label, all others together are X; rows and labels that do not occur have no say.

    Returns
    -------
    UsableInformation

    Raises
    ------
    ValueError
        If the table is no law and no counts, or has one axis only.

    References
    ----------
    M.-C. Lee et al., "NetInfoF framework: measuring and exploiting network usable information",
    ICLR 2024, theorem 1; proved here by H(Y|x) ≥ -log max_y p(y|x) and Jensen's inequality.

    Examples
    --------
    >>> found = usable_information([[30, 10], [12, 28], [2, 18]])
    >>> round(found.score, 6), round(found.accuracy, 6), round(found.score_bias, 6)
    (0.586082, 0.76, 0.008726)
    """
    law = joint_law(table, "table")
    if law.p.ndim < 2:
        raise ValueError(
            f"table has the shape {law.p.shape}; expected X along rows and the label along columns "
            "(of one row: [[90, 10]])"
        )
    p = law.p.reshape(-1, law.p.shape[-1])
    rows, labels = p.sum(axis=1, dtype=float), p.sum(axis=0, dtype=float)
    left = max(table_entropy(p) - table_entropy(rows), 0.0)
    n_labels = int(np.count_nonzero(labels))
    all_of_y = table_entropy(labels)
    accuracy, bias = float(p.max(axis=1).sum(dtype=float)), None
    if law.n_samples is not None:
        excess = (np.count_nonzero(p) - np.count_nonzero(rows)) / (2 * law.n_samples)
        bias = -math.exp(-left) * math.expm1(-excess)
    return UsableInformation(
        score=math.exp(-left),
        accuracy=accuracy,
        ceiling=max(fano_accuracy_bound(left, n_labels), accuracy),  # below it is rounding
        chance=math.exp(-all_of_y),
        conditional_entropy=left,
        information=max(all_of_y - left, 0.0),
        n_labels=n_labels,
        n_samples=law.n_samples,
        score_bias=bias,
    )
