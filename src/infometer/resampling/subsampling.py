"""Standard errors from disjoint parts of the sample, after Holmes and Nemenman."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed

from infometer.resampling.groups import effective_size, group_codes
from infometer.resampling.splits import subsampling_splits

__all__ = [
    "SubsamplingError",
    "part_values",
    "parts_error",
    "splits_error",
    "subsampling_error",
]


class SubsamplingError(NamedTuple):
    """The standard error of a statistic from its spread over disjoint parts of the sample.

    ``standard_error`` is None where there is none, and ``reason`` says why; ``contrasts`` counts
    the comparisons, taken as the degrees of freedom for a Student interval although the repeated
    splits of one sample are not quite independent. With groups it is less than their effective
    number n² / Σ n_g² by 1 at least. ``in_parts`` is the mean of the statistic over the parts of
    the splits in each number m of parts: where it is not that of the whole, there is a bias.
    """

    standard_error: float | None
    contrasts: float
    reason: str = ""
    in_parts: tuple[tuple[int, float], ...] = ()


def part_values(
    statistic: Callable[[np.ndarray], float], splits: np.ndarray, *, n_jobs: int | None = None
) -> list[np.ndarray]:
    """The statistic of every part of every split.

    Parameters
    ----------
    statistic : callable
        Takes sorted row indices (m,), gives a float.
    splits : ndarray of int, shape (S, n)
        From `subsampling_splits`.
    n_jobs : int, optional

    Returns
    -------
    list of ndarray, shape (parts,)
        One array a split.

    Examples
    --------
    >>> part_values(len, np.array([[0, 1, 0], [2, 1, 0]]))
    [array([2, 1]), array([1, 1, 1])]
    """
    counts = splits.max(axis=1) + 1
    rows = (
        np.flatnonzero(split == part)
        for split, count in zip(splits, counts, strict=True)
        for part in range(count)
    )
    values = np.array(Parallel(n_jobs=n_jobs)(delayed(statistic)(part) for part in rows))
    return np.split(values, np.cumsum(counts, dtype=np.int64)[:-1])


def splits_error(
    values: Sequence[np.ndarray], splits: np.ndarray, *, groups: Any = None
) -> SubsamplingError:
    r"""Standard error of a statistic from its values on the parts of several splits.

    With θ_j the statistic on the n_j rows of part j of m, and θ̄ = Σ n_j θ_j / n,

    .. math:: \widehat{se}^2 = \frac1n
        \frac{\sum_s \sum_j n_j (\theta_j - \bar\theta)^2}{\sum_s (m_s - 1)}.

    Parameters
    ----------
    values : sequence of ndarray, shape (parts,)
        One array a split, as `part_values` gives them.
    splits : ndarray of int, shape (S, n)
    groups : array-like of any type, shape (n,), optional
        Those of the splits.

    Returns
    -------
    SubsamplingError

    Examples
    --------
    >>> splits_error([np.array([1.0, 3.0])], np.array([[0, 0, 1, 1]]))
    SubsamplingError(standard_error=1.0, contrasts=1, reason='', in_parts=((2, 2.0),))
    """
    n, spread, contrasts = splits.shape[1], 0.0, 0
    means: dict[int, list[float]] = {}
    for figures, split in zip(values, splits, strict=True):
        sizes = np.bincount(split)
        mean = float(sizes @ figures / n)
        spread += float(sizes @ (figures - mean) ** 2)
        contrasts += len(sizes) - 1
        means.setdefault(len(sizes), []).append(mean)
    codes = group_codes(groups, n)
    freedom = contrasts if codes is None else min(contrasts, effective_size(np.bincount(codes)) - 1)
    in_parts = tuple((parts, float(np.mean(found))) for parts, found in means.items())
    return SubsamplingError(float(np.sqrt(spread / contrasts / n)), freedom, in_parts=in_parts)


def parts_error(
    values: Callable[[np.ndarray], Sequence[np.ndarray]],
    n: int,
    *,
    strata: np.ndarray | None = None,
    groups: Any = None,
    parts: Sequence[int] = (2, 3),
    repeats: int = 10,
    smallest_part: int = 1,
    random_state: Any = None,
) -> SubsamplingError:
    """`subsampling_error` for a statistic that finds all parts of all splits by itself.

    Parameters
    ----------
    values : callable
        Takes splits (S, n), gives one array of the values on its parts for each.
    n, strata, groups, parts, repeats, smallest_part, random_state
        As in `subsampling_error`.

    Returns
    -------
    SubsamplingError

    Examples
    --------
    >>> parts_error(lambda splits: [np.bincount(split) for split in splits], 6, random_state=0)
    SubsamplingError(standard_error=0.0, contrasts=30, reason='', in_parts=((2, 3.0), (3, 2.0)))
    """
    codes = group_codes(groups, n)
    count, what = (n, "rows") if codes is None else (int(codes.max()) + 1, "groups")
    if count <= max(parts):
        reason = f"no interval: {count} {what} for {max(parts)} parts; it takes more {what}"
        return SubsamplingError(None, 0, reason)
    splits = subsampling_splits(
        n, strata=strata, groups=codes, parts=parts, repeats=repeats, random_state=random_state
    )
    reason = _rare(splits, strata, max(parts), smallest_part)
    if reason:
        return SubsamplingError(None, 0, reason)
    return splits_error(values(splits), splits, groups=codes)


def _rare(splits: np.ndarray, strata: np.ndarray | None, parts: int, smallest: int) -> str:
    """Why some part holds too few rows of a class, or nothing."""
    names, classes = np.unique(
        np.zeros(splits.shape[1], dtype=int) if strata is None else strata, return_inverse=True
    )
    fewest = np.full(len(names), splits.shape[1])
    for split in splits:
        held = np.bincount(classes * parts + split, minlength=len(names) * parts)
        fewest = np.minimum(fewest, held.reshape(len(names), parts)[:, : split.max() + 1].min(1))
    if fewest.min() >= smallest:
        return ""
    rare = names[fewest < smallest]
    what = f"a class ({', '.join(map(str, rare[:5]))})" if len(names) > 1 else "a part"
    return (
        f"no interval: {what} would have {fewest.min()} rows in {parts} parts, fewer than "
        f"the {smallest} that its neighbours need"
    )


def subsampling_error(
    statistic: Callable[[np.ndarray], float],
    n: int,
    *,
    strata: np.ndarray | None = None,
    groups: Any = None,
    parts: Sequence[int] = (2, 3),
    repeats: int = 10,
    smallest_part: int = 1,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> SubsamplingError:
    r"""Standard error of a statistic whose variance falls as 1/n, without any row used twice.

    The rows are split at random into m disjoint parts, for each m in `parts`; `splits_error` has
    the formula.

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
    groups : array-like of any type, shape (n,), optional
        Labels of rows that depend on each other; every group lies whole in one part. Rows of
        different groups are taken as independent.
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
    return parts_error(
        lambda splits: part_values(statistic, splits, n_jobs=n_jobs),
        n,
        strata=strata,
        groups=groups,
        parts=parts,
        repeats=repeats,
        smallest_part=smallest_part,
        random_state=random_state,
    )
