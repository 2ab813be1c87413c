"""Labels that look wrong to models that have not seen them, the most suspect first."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from infometer.contracts import Estimate, Finding
from infometer.estimators.predictive import VInformation
from infometer.extras import axes
from infometer.usable.label_errors import (
    class_thresholds,
    confident_classes,
    confident_joint,
    wrong_label_bound,
)

__all__ = ["SuspectLabels", "suspect_labels"]

BITS = math.log(2.0)
SMALLEST = 1e-300  # keeps the logarithm of a probability of 0 finite
IMBALANCE = 1.5  # commonest class over rarest: from here on the null term of PVI shows


@dataclass(frozen=True, eq=False)
class SuspectLabels:
    """Items by how suspect their labels are, from `suspect_labels`.

    Parameters
    ----------
    frame : DataFrame
        One row an item, the most suspect first: ``rank`` from 1, ``item`` (its row in the set),
        ``score_bits`` that ranks, ``label``, ``label_probability``, ``pvi_bits``; where the
        probabilities of all classes are known also the model's ``guess``, its
        ``guess_probability``, and whether the model is ``confident`` that it is of another class.
    by : str
    n_wrong : Estimate, optional
        At most so many labels are wrong (`wrong_label_bound`).
    confident_joint : DataFrame, optional
        Of the classes that are labels: items by label (rows) and by the class that the model is
        confident of (columns). What is off the diagonal, confident learning takes for wrong labels
        and errors of the model alike.
    findings : tuple of Finding
        Those of the result, and what unbalanced classes do to the ranking.
    """

    frame: pd.DataFrame
    by: str
    n_wrong: Estimate | None = None
    confident_joint: pd.DataFrame | None = None
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row an item, the most suspect first."""
        return self.frame

    def to_dict(self) -> dict[str, Any]:
        """All rows as plain values."""
        joint = self.confident_joint
        return {
            "items": self.frame.to_dict("records"),
            "by": self.by,
            "n_wrong": None if self.n_wrong is None else self.n_wrong.to_dict(),
            "confident_joint": None if joint is None else joint.to_numpy().tolist(),
            "findings": [vars(finding) for finding in self.findings],
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw the score against the rank, with the bound on how many labels are wrong.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes
        """
        ax = axes(ax, 6, 3)
        ax.plot(self.frame["rank"], self.frame["score_bits"], color="C0")
        if self.n_wrong is not None:
            label = f"at most {self.n_wrong.value:.0f} wrong"
            ax.axvline(self.n_wrong.value, color="C3", ls="--", label=label)
            ax.legend(frameon=False)
        ax.set(xlabel="rank", ylabel=f"score by {self.by} (bits)")
        return ax


def suspect_labels(
    result: VInformation, by: str = "conditional_entropy", *, level: float = 0.95
) -> SuspectLabels:
    r"""Rank items by how little models that have not seen them expect their labels.

    ========================  ==========================================================
    ``conditional_entropy``   :math:`-\log p(y|x)`
    ``pvi``                   :math:`-\mathrm{PVI} = -\log p(y|x) + \log p(y|\varnothing)`
    ``class_adjusted``        :math:`\max_{c \ne y} \log p(c|x)/t_c - \log p(y|x)/t_y`
    ========================  ==========================================================

    with t_c the mean probability of c over the items labelled c. Labels flipped at random fall
    on rare classes more often than their share: where classes are unbalanced, the second term of
    PVI and the thresholds take that away, and find fewer of them.

    Parameters
    ----------
    result : VInformation
        Out of sample, as from `pointwise_v_information`: a model that was trained on an item has
        learnt its label, right or wrong. With labels; ``class_adjusted`` needs probabilities too.
    by : {"conditional_entropy", "pvi", "class_adjusted"}
    level : float
        Confidence of the bound on the number of wrong labels.

    Returns
    -------
    SuspectLabels

    Raises
    ------
    ValueError
        For a result without labels, or without the probabilities that `by` needs.

    References
    ----------
    C. G. Northcutt, L. Jiang and I. L. Chuang, "Confident learning: estimating uncertainty in
    dataset labels", J. Artif. Intell. Res. 70, 1373 (2021), for the thresholds.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from infometer.estimators.predictive import v_information
    >>> p = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.9, 0.1]])
    >>> labels = np.array([0, 0, 1, 1])
    >>> found = v_information(np.log(p[range(4), labels]), np.log([0.5] * 4))
    >>> found = replace(found, labels=labels, probabilities=p, classes=(0, 1))
    >>> suspect_labels(found).to_frame()[["item", "label", "guess"]].values.tolist()[0]
    [3, 1, 0]
    """
    if by not in SCORES:
        raise ValueError(f"by is {by!r}; expected one of {list(SCORES)}")
    labels = _read_result(result, by)
    scores = SCORES[by](result) / BITS
    columns: dict[str, Any] = {
        "item": np.arange(len(scores)),
        "score_bits": scores,
        "label": labels,
        "label_probability": np.exp(result.log_p),
        "pvi_bits": result.pvi / BITS,
    }
    n_wrong, joint = None, None
    if result.probabilities is not None:
        p, codes, classes = _of_used_classes(result)
        told = confident_classes(p, codes)
        columns["guess"] = [result.classes[k] for k in result.probabilities.argmax(axis=1)]
        columns["guess_probability"] = result.probabilities.max(axis=1)
        columns["confident"] = (told >= 0) & (told != codes)
        n_wrong = wrong_label_bound(p, codes, level=level)
        joint = pd.DataFrame(confident_joint(p, codes), index=classes, columns=classes)
    frame = pd.DataFrame(columns).sort_values("score_bits", ascending=False, kind="stable")
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    findings = (*result.findings, *_unbalanced(labels, by))
    return SuspectLabels(frame.reset_index(drop=True), by, n_wrong, joint, findings)


def _of_used_classes(result: VInformation) -> tuple[np.ndarray, np.ndarray, list[Any]]:
    """Probabilities (n, K) of the K classes that are labels of items, codes (n,), and the names."""
    place = {label: column for column, label in enumerate(result.classes)}
    columns = np.array([place[label] for label in np.asarray(result.labels).tolist()])
    used, codes = np.unique(columns, return_inverse=True)
    return np.asarray(result.probabilities)[:, used], codes, [result.classes[k] for k in used]


def _class_adjusted(result: VInformation) -> np.ndarray:
    p, codes, _ = _of_used_classes(result)
    thresholds = np.maximum(class_thresholds(p, codes), SMALLEST)
    ratios = np.log(np.maximum(p, SMALLEST)) - np.log(thresholds)
    rows = np.arange(len(codes))
    own = ratios[rows, codes].copy()
    ratios[rows, codes] = -np.inf
    return np.asarray(ratios.max(axis=1) - own)


SCORES: dict[str, Callable[[VInformation], np.ndarray]] = {
    "conditional_entropy": lambda result: -result.log_p,
    "pvi": lambda result: -result.pvi,
    "class_adjusted": _class_adjusted,
}


def _read_result(result: Any, by: str) -> np.ndarray:
    if not isinstance(result, VInformation):
        raise ValueError(
            f"result is a {type(result).__name__}; expected the VInformation that "
            "pointwise_v_information gives, out of sample"
        )
    if result.labels is None:
        raise ValueError("result has no labels; give dataclasses.replace(result, labels=...)")
    if by == "class_adjusted" and result.probabilities is None:
        raise ValueError(
            "result has no probabilities, which by='class_adjusted' needs; rank by "
            "'conditional_entropy', or give dataclasses.replace(result, probabilities=, classes=)"
        )
    if result.probabilities is not None:
        lost = sorted(map(str, set(result.labels.tolist()) - set(result.classes)))
        if lost:
            raise ValueError(
                f"result has the labels {lost[:5]} and the classes {list(result.classes)}; "
                "expected every label among the classes"
            )
    return result.labels


def _unbalanced(labels: np.ndarray, by: str) -> tuple[Finding, ...]:
    counts = np.unique(labels, return_counts=True)[1]
    if by == "conditional_entropy" or counts.max() < IMBALANCE * counts.min():
        return ()
    finding = Finding(
        "warning",
        "suspect labels",
        f"Classes are unbalanced, and by={by!r} partly ranks by the frequency of the label.",
        f"The commonest class has {counts.max() / counts.min():.1f} times the items of the rarest.",
        "Rank by 'conditional_entropy', or compare items within a class.",
    )
    return (finding,)
