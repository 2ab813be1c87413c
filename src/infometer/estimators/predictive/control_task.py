"""What a probe is compared with: labels, or representations, that are random for every type."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from infometer.resampling import generator

__all__ = ["control_labels", "control_representation", "item_types"]


def control_labels(types: np.ndarray, labels: np.ndarray, random_state: Any = None) -> np.ndarray:
    """A random label for every type of item, the same wherever the type comes again.

    Labels are drawn from the frequencies that `labels` have. They can be learned by heart, type by
    type, and in no other way.

    Parameters
    ----------
    types : ndarray of int, shape (n,)
        Numbered from 0.
    labels : ndarray, shape (n,)
    random_state : int, None, RandomState or Generator

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        Where so few types all drew one label.

    References
    ----------
    J. Hewitt and P. Liang, "Designing and interpreting probes with control tasks", EMNLP (2019),
    section 2.1.

    Examples
    --------
    >>> control_labels(np.array([0, 1, 2, 3, 0, 1]), np.array(["a", "b"] * 3), 0).tolist()
    ['a', 'b', 'b', 'a', 'a', 'b']
    """
    rng = generator(random_state, "control labels")
    drawn = labels[rng.integers(0, len(labels), int(types.max()) + 1)]
    if len(np.unique(drawn)) < 2:
        raise ValueError(
            f"the {len(drawn)} types of items all drew the label {drawn.tolist()[0]!r}; a control "
            "task needs more types, or another random_state"
        )
    return drawn[types]


def control_representation(types: np.ndarray, width: int, random_state: Any = None) -> np.ndarray:
    """Normal random numbers for every type of item: an embedding that knows identity alone.

    Parameters
    ----------
    types : ndarray of int, shape (n,)
        Numbered from 0.
    width : int
    random_state : int, None, RandomState or Generator

    Returns
    -------
    ndarray, shape (n, width)

    Examples
    --------
    >>> found = control_representation(np.array([0, 1, 0]), 2, 0)
    >>> bool((found[0] == found[2]).all()), bool((found[0] == found[1]).any())
    (True, False)
    """
    rng = generator(random_state, "control representation")
    return rng.standard_normal((int(types.max()) + 1, width))[types]


def item_types(types: Any, items: Any) -> np.ndarray:
    """Types numbered from 0; of items that name none, equal items are of one type.

    Parameters
    ----------
    types : array-like, shape (n,), or None
        Such as the word that a contextual embedding stands for.
    items : what `read_items` gives

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    ValueError

    Examples
    --------
    >>> item_types(None, np.array([[0.5, 1.0], [0.0, 1.0], [0.5, 1.0]])).tolist()
    [1, 0, 1]
    """
    n = items.shape[0]
    if types is not None:
        codes, _ = pd.factorize(np.asarray(types, dtype=object))
        if len(codes) != n or (codes < 0).any():
            raise ValueError(
                f"types has {len(codes)} entries, {int((codes < 0).sum())} of them missing; "
                f"expected one for each of the {n} items"
            )
        return np.asarray(codes)
    if sparse.issparse(items):
        raise ValueError("X is sparse and has no types; give types=, such as the word of each item")
    if isinstance(items, pd.DataFrame):
        return items.groupby(list(items), sort=False, observed=True).ngroup().to_numpy()
    if items.dtype == object:
        return np.asarray(pd.factorize(items)[0])
    return np.unique(items.reshape(n, -1), axis=0, return_inverse=True)[1].reshape(n)
