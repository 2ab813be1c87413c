"""Seeds, intervals and nulls: keyed streams, Holmes-Nemenman subsampling, permutations."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from scipy.stats import t as student

__all__ = [
    "PermutationNull",
    "SubsamplingError",
    "generator",
    "integer_seed",
    "permutation_null",
    "root_seed",
    "student_interval",
    "subsampling_error",
]


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


class SubsamplingError(NamedTuple):
    """The standard error of a statistic from its spread over disjoint parts of the sample.

    ``standard_error`` is None where there is none, and ``reason`` says why; ``contrasts`` counts
    the comparisons, taken as the degrees of freedom for a Student interval although the repeated
    splits of one sample are not quite independent.
    """

    standard_error: float | None
    contrasts: int
    reason: str = ""


def _deal(strata: np.ndarray, parts: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Split the rows into `parts` disjoint index sets, each stratum dealt out evenly."""
    order = rng.permutation(len(strata))
    order = order[np.argsort(strata[order], kind="stable")]
    return [np.sort(order[start::parts]) for start in range(parts)]


def subsampling_error(
    statistic: Callable[[np.ndarray], float],
    n: int,
    *,
    strata: np.ndarray | None = None,
    parts: Sequence[int] = (2, 3),
    repeats: int = 10,
    smallest_part: int = 1,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> SubsamplingError:
    r"""Standard error of a statistic whose variance falls as 1/n, without any row used twice.

    For each m in `parts` the rows are split at random into m disjoint parts, s_m² is the variance
    of the statistic over them, and

    .. math:: \widehat{se}^2 = \frac{1}{n} \frac{\sum_m (m-1)(n/m) s_m^2}{\sum_m (m-1)}.

    The bootstrap with replacement is no choice for nearest neighbours: a row drawn twice is its
    own neighbour at distance 0. Holmes and Nemenman take m up to 10; the statistic on small parts
    has a smaller variance per row than on the whole, and their intervals cover less than they
    say. Few parts and repeated splits cure that.

    Parameters
    ----------
    statistic : callable
        Takes sorted row indices (m,), gives a float.
    n : int
        Rows.
    strata : ndarray of int, shape (n,), optional
        Classes that every part must hold in proportion.
    parts : sequence of int
        Numbers of parts to split into.
    repeats : int
        Random splits for each number of parts.
    smallest_part : int
        Fewest rows of a stratum that a part may hold; below it there is no error, and a reason.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    SubsamplingError

    References
    ----------
    C. M. Holmes and I. Nemenman, "Estimation of mutual information for real-valued data with
    error bars and controlled bias", Phys. Rev. E 100, 022404 (2019), eq. 9.

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal(400)
    >>> error = subsampling_error(lambda rows: x[rows].mean(), 400, random_state=0)
    >>> bool(abs(error.standard_error - 1 / 20) < 0.01)
    True
    """
    classes = np.zeros(n, dtype=int) if strata is None else np.asarray(strata)
    names, counts = np.unique(classes, return_counts=True)
    fewest = int(counts.min()) // max(parts)
    if fewest < smallest_part:
        rare = names[counts // max(parts) < smallest_part]
        what = f"a class ({', '.join(map(str, rare[:5]))})" if len(names) > 1 else "a part"
        reason = (
            f"no interval: {what} would have {fewest} rows in {max(parts)} parts, fewer than "
            f"the {smallest_part} that its neighbours need"
        )
        return SubsamplingError(None, 0, reason)
    root = root_seed(random_state)
    splits = [
        _deal(classes, m, generator(root, "subsample", m, repeat))
        for m in parts
        for repeat in range(repeats)
    ]
    values = iter(
        Parallel(n_jobs=n_jobs)(delayed(statistic)(rows) for split in splits for rows in split)
    )
    weighted = contrasts = 0.0
    for split in splits:
        m = len(split)
        spread = float(np.var([next(values) for _ in split], ddof=1))
        weighted += (m - 1) * (n / m) * spread
        contrasts += m - 1
    return SubsamplingError(float(np.sqrt(weighted / contrasts / n)), int(contrasts))


def student_interval(
    value: float, standard_error: float, degrees_of_freedom: float, level: float = 0.95
) -> tuple[float, float]:
    """The interval value ± t se, with the Student quantile t for `degrees_of_freedom`.

    Examples
    --------
    >>> low, high = student_interval(1.0, 0.1, 30)
    >>> round(low, 3), round(high, 3)
    (0.796, 1.204)
    """
    half = float(student.ppf(0.5 + level / 2, degrees_of_freedom)) * standard_error
    return value - half, value + half


class PermutationNull(NamedTuple):
    """A statistic's law where there is nothing to find: mean, upper quantile and p-value."""

    mean: float
    upper: float
    p_value: float


def permutation_null(
    statistic: Callable[[np.ndarray], float],
    n: int,
    observed: float,
    *,
    n_permutations: int = 200,
    level: float = 0.95,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> PermutationNull:
    """The null of a statistic by permuting the rows of one side: p = (1 + #{≥ observed}) / (1 + N).

    Parameters
    ----------
    statistic : callable
        Takes a permutation (n,) of the rows, gives a float.
    n : int
        Rows.
    observed : float
        The statistic of the rows as they are.
    n_permutations : int
    level : float
        Of the upper quantile that is given.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    PermutationNull

    Examples
    --------
    >>> x = np.arange(50.0)
    >>> null = permutation_null(lambda rows: x @ x[rows], 50, float(x @ x), n_permutations=99,
    ...                         random_state=0)
    >>> null.p_value
    0.01
    """
    root = root_seed(random_state)
    orders = (generator(root, "permutation", i).permutation(n) for i in range(n_permutations))
    values = np.array(Parallel(n_jobs=n_jobs)(delayed(statistic)(order) for order in orders))
    p_value = (1 + int(np.sum(values >= observed))) / (1 + n_permutations)
    return PermutationNull(float(values.mean()), float(np.quantile(values, level)), p_value)
