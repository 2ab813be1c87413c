"""Which items are compared with which: the shapes that a set of comparisons can have.

Every function gives pairs of items (m, 2), for a `ComparisonGraph` or for whoever asks people.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.resampling import generator

__all__ = [
    "chain_pairs",
    "complete_pairs",
    "path_pairs",
    "regular_pairs",
    "star_pairs",
    "tree_pairs",
]

ATTEMPTS = 100


def chain_pairs(n_comparisons: int) -> np.ndarray:
    """Fresh items for every comparison: 0 with 1, 2 with 3, and so on.

    The data that most reward models are taught with: no response occurs twice, so comparisons are
    tied together by nothing but what is alike before. Among a fixed set of items that are drawn
    anew each time these are `tree_pairs`.

    Parameters
    ----------
    n_comparisons : int

    Returns
    -------
    ndarray of int, shape (n_comparisons, 2)

    Raises
    ------
    ValueError
        If n_comparisons is below 0.

    Examples
    --------
    >>> chain_pairs(2).tolist()
    [[0, 1], [2, 3]]
    """
    _at_least(n_comparisons, 0, "n_comparisons")
    return np.arange(2 * n_comparisons).reshape(-1, 2)


def tree_pairs(n_items: int, n_comparisons: int, *, random_state: Any = None) -> np.ndarray:
    """Pairs drawn uniformly among the same items, such as the leaves of a prefix tree.

    Every pair is drawn independently, so it may come twice; no item meets itself.

    Parameters
    ----------
    n_items : int
        At least 2.
    n_comparisons : int
    random_state : int, None, RandomState or Generator

    Returns
    -------
    ndarray of int, shape (n_comparisons, 2)

    Raises
    ------
    ValueError
        If there are fewer than 2 items, or n_comparisons is below 0.

    References
    ----------
    T. Qiu et al., "Reward generalization in RLHF: a topological perspective", Findings of ACL
    2025, section 4.

    Examples
    --------
    >>> pairs = tree_pairs(5, 1000, random_state=0)
    >>> pairs.shape, int(pairs.max()), bool((pairs[:, 0] == pairs[:, 1]).any())
    ((1000, 2), 4, False)
    """
    _at_least(n_items, 2, "n_items")
    _at_least(n_comparisons, 0, "n_comparisons")
    rng = generator(random_state, "tree pairs", int(n_items), int(n_comparisons))
    first = rng.integers(n_items, size=n_comparisons)
    second = (first + 1 + rng.integers(n_items - 1, size=n_comparisons)) % n_items
    return np.column_stack([first, second])


def path_pairs(n_items: int) -> np.ndarray:
    """Every item with the next: n − 1 comparisons, and variances that add up along them.

    Parameters
    ----------
    n_items : int
        At least 2.

    Returns
    -------
    ndarray of int, shape (n_items − 1, 2)

    Raises
    ------
    ValueError
        If there are fewer than 2 items.

    Examples
    --------
    >>> path_pairs(3).tolist()
    [[0, 1], [1, 2]]
    """
    _at_least(n_items, 2, "n_items")
    return np.column_stack([np.arange(n_items - 1), np.arange(1, n_items)])


def star_pairs(n_items: int) -> np.ndarray:
    """Item 0, the reference, with every other: n − 1 comparisons, all pairs two steps apart.

    Parameters
    ----------
    n_items : int
        At least 2.

    Returns
    -------
    ndarray of int, shape (n_items − 1, 2)

    Raises
    ------
    ValueError
        If there are fewer than 2 items.

    Examples
    --------
    >>> star_pairs(3).tolist()
    [[0, 1], [0, 2]]
    """
    _at_least(n_items, 2, "n_items")
    return np.column_stack([np.zeros(n_items - 1, int), np.arange(1, n_items)])


def complete_pairs(n_items: int) -> np.ndarray:
    """Every pair once, a round robin: n(n − 1)/2 comparisons.

    Parameters
    ----------
    n_items : int
        At least 2.

    Returns
    -------
    ndarray of int, shape (n_items (n_items − 1) / 2, 2)

    Raises
    ------
    ValueError
        If there are fewer than 2 items.

    Examples
    --------
    >>> complete_pairs(3).tolist()
    [[0, 1], [0, 2], [1, 2]]
    """
    _at_least(n_items, 2, "n_items")
    return np.column_stack(np.triu_indices(n_items, 1))


def regular_pairs(n_items: int, degree: int, *, random_state: Any = None) -> np.ndarray:
    """A random graph where every item is compared `degree` times, with others each time.

    From degree 3 on it is an expander with high probability: of all sets of as many comparisons,
    nearly the least variance of the worst pair. Ends of edges are paired at random; those that
    would meet themselves or meet twice are paired again.

    Parameters
    ----------
    n_items : int
    degree : int
        From 1 to n_items − 1; n_items × degree is even.
    random_state : int, None, RandomState or Generator

    Returns
    -------
    ndarray of int, shape (n_items × degree / 2, 2)

    Raises
    ------
    ValueError
        If no such graph exists, or none was found because nearly all pairs are in it.

    References
    ----------
    A. Steger, N. Wormald, "Generating random regular graphs quickly", Combinatorics, Probability
    and Computing 8, 1999.

    Examples
    --------
    >>> np.bincount(regular_pairs(6, 3, random_state=0).ravel()).tolist()
    [3, 3, 3, 3, 3, 3]
    """
    _at_least(n_items, 2, "n_items")
    if not 1 <= degree < n_items or n_items * degree % 2:
        raise ValueError(
            f"degree is {degree} for {n_items} items; expected 1 to {n_items - 1}, and an even "
            "product of both, for every comparison has two ends"
        )
    rng = generator(random_state, "regular pairs", int(n_items), int(degree))
    for _ in range(ATTEMPTS):
        keys = _simple_pairing(np.repeat(np.arange(n_items), degree), n_items, rng)
        if keys is not None:
            return np.column_stack(np.divmod(keys, n_items))
    raise ValueError(
        f"degree is {degree} for {n_items} items, and {ATTEMPTS} random pairings stopped short; "
        "expected a degree far below the number of items: take complete_pairs and leave some out"
    )


def _simple_pairing(ends: np.ndarray, n_items: int, rng: np.random.Generator) -> np.ndarray | None:
    """Keys u × n + v, u < v, of pairs that use every end once; None where the last ends clash."""
    keys, stuck = np.empty(0, np.int64), 0
    while len(ends) and stuck < ATTEMPTS:
        low, high = np.sort(rng.permutation(ends).reshape(-1, 2), axis=1).T
        drawn = low * n_items + high
        fresh = (low != high) & ~np.isin(drawn, keys)
        fresh[fresh] = _is_first(drawn[fresh])
        keys = np.concatenate([keys, drawn[fresh]])
        ends = np.concatenate([low[~fresh], high[~fresh]])
        stuck = 0 if fresh.any() else stuck + 1
    return None if len(ends) else np.sort(keys)


def _is_first(values: np.ndarray) -> np.ndarray:
    """Which values have not stood before."""
    first = np.zeros(len(values), dtype=bool)
    first[np.unique(values, return_index=True)[1]] = True
    return first


def _at_least(number: int, least: int, argument: str) -> None:
    if number < least:
        raise ValueError(f"{argument} is {number}; expected at least {least}")
