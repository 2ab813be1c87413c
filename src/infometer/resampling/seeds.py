"""Random streams that are known by the name of their task."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

__all__ = ["generator", "integer_seed", "root_seed"]


def root_seed(random_state: Any = None) -> int:
    """One integer that stands for `random_state`, whatever its kind.

    Parameters
    ----------
    random_state : int, None, RandomState or Generator
        ``None`` draws fresh entropy; a generator gives its next draw.

    Returns
    -------
    int

    Examples
    --------
    >>> root_seed(7)
    7
    """
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(0, 2**32, dtype=np.uint64))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(0, 2**63))
    if isinstance(random_state, int | np.integer) and random_state >= 0:
        return int(random_state)
    raise ValueError(
        f"random_state is {random_state!r}; give a non-negative int, None, "
        "numpy.random.RandomState or numpy.random.Generator"
    )


def _seed_sequence(random_state: Any, key: tuple[Any, ...]) -> np.random.SeedSequence:
    words = hashlib.sha256(repr(key).encode()).digest()[:16]
    return np.random.SeedSequence(
        root_seed(random_state), spawn_key=tuple(np.frombuffer(words, np.uint32).tolist())
    )


def generator(random_state: Any = None, *key: Any) -> np.random.Generator:
    """The stream of the task named by `key`: the same for any order, backend and resumption.

    Parameters
    ----------
    random_state : int, None, RandomState or Generator
    *key : str, int, float or tuple of these
        The task's own name; never a running counter.

    Returns
    -------
    numpy.random.Generator

    Examples
    --------
    >>> float(generator(0, "layer", 3).random()) == float(generator(0, "layer", 3).random())
    True
    """
    return np.random.default_rng(_seed_sequence(random_state, key))


def integer_seed(random_state: Any = None, *key: Any) -> int:
    """A 63-bit seed for the task named by `key`, for libraries that want an integer.

    Examples
    --------
    >>> integer_seed(0, "a") == integer_seed(0, "b")
    False
    """
    state = _seed_sequence(random_state, key).generate_state(1, np.uint64)
    return int(state[0] >> np.uint64(1))
