"""In what order to train: items by their pointwise V-information."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from infometer.resampling import generator
from infometer.usable.pointwise_values import read_classes, read_pvi

__all__ = ["OrderPolicy", "pvi_order"]

OrderPolicy = Literal["easy_first", "hard_first", "random", "alternating"]

N_BUCKETS = 10


def pvi_order(
    pvi: Any,
    policy: OrderPolicy = "easy_first",
    *,
    labels: Any = None,
    random_state: Any = None,
) -> np.ndarray:
    r"""The items in the order in which to train on them.

    .. math:: \mathrm{PVI}(x_{o_1} \to y_{o_1}) \ge \mathrm{PVI}(x_{o_2} \to y_{o_2}) \ge \dots

    for "easy_first": what the model family reads easily off its input comes first. On classes of
    unequal size PVI also tells the classes apart, because that of a rare class is larger by its
    rarity; with `labels` the policy orders each class by itself, and the classes come mixed.

    Parameters
    ----------
    pvi : array-like, shape (n,)
        Of the training items, out of fold: in-sample figures of a model that memorises are all
        near their ceiling, those of wrong labels too.
    policy : {"easy_first", "hard_first", "random", "alternating"}
        "alternating" cuts the order into ten buckets of difficulty and takes one item of each in
        turn, so that every batch has easy and hard ones; within a bucket the order is random.
    labels : array-like, shape (n,), optional
        Every start of the order then has the classes in their shares, within one item of each.
    random_state : int, None, RandomState or Generator
        Breaks ties: items of one PVI never come in the order in which they stand.

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    ValueError
        For figures that are no PVI, or another policy.

    References
    ----------
    J. Lin et al., "Empowering large language models in wireless communication: a novel dataset and
    fine-tuning framework", arXiv 2501.09631 (2025), orders fine-tuning data by PVI.

    Examples
    --------
    >>> pvi_order([0.1, -2.0, 0.6], random_state=0).tolist()
    [2, 0, 1]
    >>> pvi_order([0.1, -2.0, 0.6, 0.5], labels=["a", "a", "b", "b"], random_state=0).tolist()
    [0, 2, 1, 3]
    """
    values = read_pvi(pvi)
    classes = read_classes(labels, len(values), "labels")
    rng = generator(random_state, "order")
    chance = rng.permutation(len(values))
    place = np.empty(len(values))
    for one in np.unique(classes):
        items = np.flatnonzero(classes == one)
        ranks = np.empty(len(items), dtype=int)
        ranks[_within(values[items], chance[items], policy)] = np.arange(len(items))
        place[items] = (ranks + 0.5) / len(items)
    return np.lexsort((chance, place))


def _within(values: np.ndarray, chance: np.ndarray, policy: str) -> np.ndarray:
    """The order of the items of one class."""
    if policy == "random":
        return np.argsort(chance)
    easy_first = np.lexsort((chance, -values))
    if policy == "easy_first":
        return easy_first
    if policy == "hard_first":
        return np.lexsort((chance, values))
    if policy != "alternating":
        raise ValueError(
            f"policy is {policy!r}; it must be 'easy_first', 'hard_first', 'random' or "
            "'alternating'"
        )
    turn, number = np.empty(len(values)), np.empty(len(values))
    for k, bucket in enumerate(np.array_split(easy_first, N_BUCKETS)):
        turn[bucket] = np.argsort(np.argsort(chance[bucket]))
        number[bucket] = k
    return np.lexsort((number, turn))
