"""V-information of probabilities that someone else's model gave, beside the labels' frequencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from infometer.estimators.predictive.labels import read_labels
from infometer.estimators.predictive.log_score_information import VInformation, v_information
from infometer.estimators.predictive.predictive_findings import Evidence, predictive_findings
from infometer.estimators.predictive.probabilities import (
    label_log_probabilities,
    read_probabilities,
)
from infometer.resampling import group_codes

__all__ = ["probability_information"]


def probability_information(
    probabilities: Any,
    labels: Any,
    classes: Sequence[Any],
    *,
    groups: Any = None,
    floor: float = 1e-12,
    level: float = 0.95,
    method: str = "given probabilities",
) -> VInformation:
    r"""What given class probabilities tell beyond the frequencies of the labels.

    .. math:: \mathrm{PVI}(x_i \to y_i) = \log p(y_i | x_i) - \log \frac{n_{y_i} - 1}{n - 1},

    where the null is the share of the label among the other items; of the other groups, where
    items of one group depend on each other. The probabilities have to be of a model that was not
    trained on these items, which cannot be seen from them.

    Parameters
    ----------
    probabilities : array-like, shape (n, K)
    labels : array-like, shape (n,)
    classes : sequence of K labels
        Of the columns, in their order.
    groups : array-like, shape (n,), optional
    floor : float
        Least probability that is taken as it is.
    level : float
    method : str
        What the estimates name as their method.

    Returns
    -------
    VInformation

    Raises
    ------
    ValueError
        For what are no probabilities, a label that is no class, or one that a single item or group
        has: nothing else tells its frequency.

    Examples
    --------
    >>> p = [[0.9, 0.1]] * 3 + [[0.2, 0.8]] * 3
    >>> probability_information(p, [0, 0, 0, 1, 1, 1], classes=[0, 1])
    VInformation(I_V(X→Y) 1.085 ± 0.038 bits of 1.322, 100.0 % guessed, n=6)
    """
    p = read_probabilities(probabilities)
    given = read_labels(labels, len(p), "labels")
    seen = label_log_probabilities(p, given, classes, floor=floor)
    codes = group_codes(groups, len(p))
    null = _other_items_share(given, codes)
    bare = v_information(seen.values, np.log(null), groups=groups, level=level)
    named = {
        name: replace(getattr(bare, name), method=method)
        for name in ("information", "null_entropy", "conditional_entropy")
    }
    names = tuple(classes)
    guesses = [names[k] for k in p.argmax(axis=1)]
    of_one_type = len({type(name) for name in names}) == 1
    result = replace(
        bare,
        **named,
        labels=given,
        predicted=np.array(guesses, dtype=None if of_one_type else object),
        probabilities=p,
        classes=names,
    )
    evidence = Evidence(n_floored=seen.n_floored, floor=floor)
    return replace(result, findings=predictive_findings(result, evidence))


def _other_items_share(labels: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
    """The share of each item's label among the items of other groups, (n,)."""
    codes = np.arange(len(labels)) if groups is None else groups
    names, label = np.unique(labels, return_inverse=True)
    counts = np.zeros((codes.max() + 1, len(names)))
    np.add.at(counts, (codes, label), 1.0)
    own, all_of_group = counts[codes, label], counts.sum(axis=1)[codes]
    others = counts.sum(axis=0)[label] - own
    if (others == 0).any():
        alone = names.tolist()[label[others == 0][0]]
        raise ValueError(
            f"labels: {alone!r} stands in a single item or group, so no other tells how frequent "
            "it is; take it out or join it to another class"
        )
    share: np.ndarray = others / (len(labels) - all_of_group)
    return share
