"""Reading class probabilities: refused where they are none, floored where a label has none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

__all__ = ["LabelLogProbabilities", "label_log_probabilities", "read_probabilities"]

SUM_TOLERANCE = 1e-4  # probabilities kept in half precision sum to 1 within this


class LabelLogProbabilities(NamedTuple):
    """log p of each item's own label, (n,), in nats, and how many stood below the floor."""

    values: np.ndarray
    n_floored: int


def read_probabilities(probabilities: Any, name: str = "probabilities") -> np.ndarray:
    """Class probabilities as float64, checked: finite, none negative, every row sums to 1.

    Parameters
    ----------
    probabilities : array-like, shape (n, K)
    name : str
        For messages.

    Returns
    -------
    ndarray, shape (n, K)

    Raises
    ------
    ValueError
        For logits, log-probabilities, missing values, rows that do not sum to 1, or a shape that
        is not (n, K) with K of at least 2.

    Examples
    --------
    >>> read_probabilities([[0.25, 0.75]]).tolist()
    [[0.25, 0.75]]
    """
    p = np.asarray(probabilities, dtype=float)
    if p.ndim != 2 or p.shape[1] < 2:
        raise ValueError(
            f"{name} has shape {p.shape}; expected (n, K), a column for each of K ≥ 2 classes"
        )
    if not np.isfinite(p).all():
        rows = np.flatnonzero(~np.isfinite(p).all(axis=1))
        raise ValueError(
            f"{name} has {len(rows)} rows with NaN or infinity, the first is row {rows[0]}; "
            "expected probabilities"
        )
    if (p < 0).any():
        what = (
            "log-probabilities: give np.exp of them"
            if (p <= 0).all()
            else ("logits: give scipy.special.softmax(logits, axis=1)")
        )
        raise ValueError(
            f"{name} has values below 0, down to {p.min():.3g}; these look like {what}"
        )
    sums = p.sum(axis=1)
    off = np.flatnonzero(np.abs(sums - 1) > SUM_TOLERANCE)
    if len(off):
        raise ValueError(
            f"{name}: {len(off)} rows do not sum to 1, the first is row {off[0]} with a sum of "
            f"{sums[off[0]]:.6g}; expected one probability a class (of logits, give their softmax)"
        )
    return p / sums[:, None]


def label_log_probabilities(
    probabilities: Any,
    labels: Any,
    classes: Sequence[Any],
    *,
    floor: float = 1e-12,
    name: str = "probabilities",
) -> LabelLogProbabilities:
    """log p(y_i | x_i) of each item's own label; below `floor` it counts as `floor`.

    Parameters
    ----------
    probabilities : array-like, shape (n, K)
    labels : array-like, shape (n,)
    classes : sequence of K labels
        Of the columns, in their order.
    floor : float
        Smallest probability that is taken as it is.

    Returns
    -------
    LabelLogProbabilities

    Raises
    ------
    ValueError
        For a label that is no class, naming it; for probabilities that are none.

    Examples
    --------
    >>> label_log_probabilities([[1.0, 0.0], [0.5, 0.5]], ["b", "a"], ["a", "b"])
    LabelLogProbabilities(values=array([-27.63102112,  -0.69314718]), n_floored=1)
    """
    p = read_probabilities(probabilities, name)
    given = np.asarray(labels)
    names = list(classes)
    if p.shape[1] != len(names):
        raise ValueError(f"{name} has {p.shape[1]} columns for {len(names)} classes {names}")
    if given.shape != (len(p),):
        raise ValueError(f"labels have shape {given.shape}; expected one a row, ({len(p)},)")
    place = {label: column for column, label in enumerate(names)}
    unknown = sorted({str(label) for label in given.tolist() if label not in place})
    if unknown:
        raise ValueError(
            f"labels hold {unknown[:5]}, which the model was not trained on; its classes are "
            f"{names}: train it on every class, or take these items out"
        )
    own = p[np.arange(len(p)), [place[label] for label in given.tolist()]]
    return LabelLogProbabilities(np.log(np.maximum(own, floor)), int((own < floor).sum()))
