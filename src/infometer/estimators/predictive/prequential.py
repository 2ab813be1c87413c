"""The prequential code: how few bits the labels take when a model learns them as they come."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone

from infometer.contracts import Finding
from infometer.estimators.predictive.classifiers import as_classifier, with_seed
from infometer.estimators.predictive.item_forms import n_items, take_items
from infometer.estimators.predictive.item_inputs import read_items
from infometer.estimators.predictive.labels import read_labels
from infometer.estimators.predictive.prequential_code import PrequentialCode
from infometer.estimators.predictive.probabilities import label_log_probabilities
from infometer.resampling import generator, group_codes, root_seed

__all__ = ["VOITA_FRACTIONS", "prequential_codelength"]

VOITA_FRACTIONS = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.0625, 0.125, 0.25, 0.5, 1.0)
"""Shares of the items that are known at the end of each block, of Voita and Titov."""


def prequential_codelength(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    fractions: Sequence[float] = VOITA_FRACTIONS,
    groups: Any = None,
    floor: float = 1e-12,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> PrequentialCode:
    r"""Length of the labels, sent in blocks, each coded by a model of all blocks before it.

    .. math:: L = t_1 \log K - \sum_{s \ge 1} \sum_{i = t_s + 1}^{t_{s+1}}
        \log p_{\theta_s}(y_i \mid x_i),

    with θ_s fitted to the first t_s items. It asks how well *and how soon* labels are learned. Of K
    classes, K_s have been seen by then; each class unseen is coded with probability 1/(t_s + K),
    that of Laplace's rule, and the model's are scaled by 1 - (K - K_s)/(t_s + K). Where only one
    class was seen the model is the one that always says it.

    Parameters
    ----------
    estimator : classifier or name of a family
        With ``predict_proba``; a clone is fitted for each block.
    X : array-like, shape (n, ...)
        Numbers or texts.
    y : array-like, shape (n,)
    fractions : sequence of float
        Shares of the items that are known at the end of each block, rising to 1. Of blocks that
        would be empty, where n is small, nothing is left to send.
    groups : array-like, shape (n,), optional
        Items of one group come in one block.
    floor : float
        Least probability that a label is coded with.
    random_state : int, None, RandomState or Generator
        Of the order of the items, and of the fits.
    n_jobs : int, optional

    Returns
    -------
    PrequentialCode
        Nats.

    Raises
    ------
    ValueError
        For fractions that do not rise to 1, one class alone, or a missing label.

    References
    ----------
    A. P. Dawid, "Statistical theory: the prequential approach", J. R. Stat. Soc. A 147, 278 (1984);
    E. Voita and I. Titov, "Information-theoretic probing with minimum description length", EMNLP
    (2020), eq. 3.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> y = np.repeat([0, 1], 500)
    >>> X = np.random.default_rng(0).normal(4.0 * y)[:, None]
    >>> prequential_codelength(LogisticRegression(), X, y, random_state=0)
    PrequentialCode(96... bits for 1000 labels; 10... times shorter than the uniform code, 10...
    """
    items = read_items(X)
    labels = read_labels(y, n_items(items))
    classes, codes = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"y has the one class {classes.tolist()[0]!r}; there is nothing to send")
    seed = root_seed(random_state)
    order, ends = _order_and_ends(len(codes), fractions, groups, seed)
    model = as_classifier(estimator)
    tasks = [(order[:a], order[a:b]) for a, b in pairwise(ends)]
    sent = Parallel(n_jobs=n_jobs)(
        delayed(_send_block)(model, items, codes, known, new, len(classes), floor, seed)
        for known, new in tasks
    )
    uniform = np.full(ends[0], -math.log(len(classes)))
    block = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    back = np.argsort(order)
    return PrequentialCode(
        log_p=np.concatenate([uniform, *(one.log_p for one in sent)])[back],
        log_p_null=np.concatenate([uniform, *(one.log_p_null for one in sent)])[back],
        block=block[back],
        classes=tuple(classes.tolist()),
        findings=_findings(sent, floor),
    )


class _Sent(NamedTuple):
    log_p: np.ndarray
    log_p_null: np.ndarray
    n_unseen: int
    n_floored: int


def _send_block(
    model: Any,
    items: Any,
    codes: np.ndarray,
    known: np.ndarray,
    new: np.ndarray,
    n_classes: int,
    floor: float,
    seed: int,
) -> _Sent:
    counts = np.bincount(codes[known], minlength=n_classes)
    seen = np.flatnonzero(counts)
    if len(seen) > 1:
        fitted = with_seed(clone(model), seed, "block", len(known))
        fitted.fit(take_items(items, known), codes[known])
        probabilities = fitted.predict_proba(take_items(items, new))
    else:
        probabilities = np.ones((len(new), 1))
    full = smoothed(probabilities, seen, len(known), n_classes)
    found = label_log_probabilities(full, codes[new], range(n_classes), floor=floor)
    null = np.log((counts + 1) / (len(known) + n_classes))[codes[new]]
    return _Sent(found.values, null, int((counts[codes[new]] == 0).sum()), found.n_floored)


def smoothed(probabilities: np.ndarray, seen: np.ndarray, t: int, n_classes: int) -> np.ndarray:
    """Probabilities of all K classes from those of the K_s that a model of t items has seen.

    Each class unseen has 1/(t + K); those of the model are scaled by what is left.

    Parameters
    ----------
    probabilities : ndarray, shape (n, K_s)
    seen : ndarray of int, shape (K_s,)
    t, n_classes : int

    Returns
    -------
    ndarray, shape (n, K)

    Examples
    --------
    >>> smoothed(np.array([[0.5, 0.5]]), np.array([0, 2]), 7, 3)
    array([[0.45, 0.1 , 0.45]])
    """
    full = np.full((len(probabilities), n_classes), 1 / (t + n_classes))
    full[:, seen] = probabilities * (1 - (n_classes - len(seen)) / (t + n_classes))
    return full


def _order_and_ends(
    n: int, fractions: Sequence[float], groups: Any, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Items in the order they are sent, and how many are known at the end of each block."""
    shares = np.asarray(fractions, dtype=float)
    if shares.ndim != 1 or len(shares) < 2 or (np.diff(shares, prepend=0) <= 0).any():
        raise ValueError(f"fractions are {fractions}; expected at least two, rising from above 0")
    if not math.isclose(shares[-1], 1.0):
        raise ValueError(f"fractions end at {shares[-1]}; expected 1, where all items are sent")
    ends = np.unique(np.ceil(np.round(shares * n, 9)).astype(int))
    rng = generator(seed, "order")
    named = group_codes(groups, n)
    if named is None:
        order = rng.permutation(n)
    else:
        place = rng.permutation(int(named.max()) + 1)[named]
        order = np.lexsort((rng.permutation(n), place))
        last = np.flatnonzero(np.diff(place[order], append=-1)) + 1
        ends = np.unique(last[np.searchsorted(last, ends)])
    if len(ends) < 2:
        raise ValueError(
            f"all {n} items are in one block; expected more items, more groups or finer fractions"
        )
    return order, ends


def _findings(sent: Sequence[_Sent], floor: float) -> tuple[Finding, ...]:
    unseen = sum(one.n_unseen for one in sent)
    floored = sum(one.n_floored for one in sent)
    notes = []
    if unseen:
        notes.append(
            Finding(
                "info",
                "y",
                "Some labels came before their class had been seen.",
                f"{unseen} labels, each coded with probability 1/(t + K).",
                "With many, send a larger first block: fractions that start later.",
            )
        )
    if floored:
        notes.append(
            Finding(
                "warning",
                "estimator",
                f"Some labels had a probability below {floor:g} and were coded with it.",
                f"{floored} labels, {-math.log(floor):.1f} nats each; the code could be longer.",
                "Take a model that is less sure of itself: stronger regularisation.",
            )
        )
    return tuple(notes)
