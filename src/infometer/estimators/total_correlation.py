"""Total correlation: how far the columns of a table are from independent, all together."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

import numpy as np
from scipy.special import digamma

from infometer.contracts import Estimate, HighDimensionWarning
from infometer.estimators.discrete_entropy import EntropyMethod, count_entropy
from infometer.estimators.drift import drift_note
from infometer.estimators.label_embedding import embed_labels, rare_labels
from infometer.estimators.named_estimators import Settings
from infometer.estimators.neighbor_information import digammas
from infometer.estimators.neighborhoods import neighborhoods
from infometer.estimators.pair import MOST_DIMENSIONS
from infometer.estimators.rounded_numbers import spread_views
from infometer.estimators.row_groups import read_groups
from infometer.estimators.sandwich import sandwich_error
from infometer.estimators.symbols import symbol_codes
from infometer.estimators.views import View, ViewType, read_view
from infometer.resampling import (
    SubsamplingError,
    group_codes,
    root_seed,
    student_interval,
    subsampling_error,
)

__all__ = ["total_correlation", "total_correlation_terms"]


def total_correlation_terms(views: Sequence[np.ndarray], k: int = 3) -> np.ndarray:
    r"""Pointwise terms of the nearest-neighbour total correlation of m views, in nats.

    With ρ the distance to the k-th neighbour in the maximum norm of all views, and n_j the other
    rows nearer than ρ in view j:

    .. math:: \psi(k) + (m - 1) \psi(n) - \sum_{j=1}^m \psi(n_j + 1).

    Where ρ = 0, the rows at that very point stand in place of k, and n_j counts those at the same
    value, as of `gao_terms`, to which this comes down for two views.

    Parameters
    ----------
    views : sequence of ndarray, each of shape (n, d_j)
        In comparable scales.
    k : int
        Neighbours, less than n.

    Returns
    -------
    ndarray, shape (n,)

    References
    ----------
    A. Kraskov, H. Stögbauer and P. Grassberger, "Estimating mutual information", Phys. Rev. E
    69, 066138 (2004), eq. 23.

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal((1000, 1))
    >>> round(float(total_correlation_terms([x, x]).mean()), 4)  # ψ(n) − ψ(k)
    5.9845
    """
    n = len(views[0])
    found = neighborhoods(views, [[view] for view in range(len(views))], k)
    psi = digammas(n)
    crowds = psi[found.counts[0] + 1].sum(axis=0)
    return np.asarray(psi[found.near[0]] + (len(views) - 1) * psi[n] - crowds)


def total_correlation(
    x: Any,
    *,
    estimator: Literal["auto", "ksg"] | EntropyMethod = "auto",
    x_type: ViewType = "auto",
    k: int = 3,
    standardize: bool = True,
    interval: Literal["auto", "subsample"] | None = "auto",
    level: float = 0.95,
    groups: Any = None,
    block: int | None = None,
    unit: str = "nats",
    random_state: Any = None,
    n_jobs: int | None = None,
) -> Estimate:
    r"""TC(X) in nats: what the columns share, all together.

    .. math:: TC(X) = \sum_j H(X_j) - H(X_1, \dots, X_m) = D(p \,\|\, p_1 \cdots p_m).

    It is 0 for independent columns alone, and I(X₁;X₂) for two. "auto" takes the counts with the
    correction of Miller and Madow where all columns are labels, else the nearest neighbours of
    Kraskov et al. for m variables, in which labels stand farther apart than any numbers and
    repeated values count as of `Gao`.

    Parameters
    ----------
    x : array-like or DataFrame, shape (n, m)
        Samples, one a row; at least two columns.
    estimator : {"auto", "ksg", "plug-in", "miller-madow", "grassberger", "chao-shen", "shrinkage"}
        The last five are entropies of counts, and take labels.
    x_type : {"auto", "continuous", "discrete"}
        "auto" finds the type of each column; what was found stands in ``parameters``.
    k : int
        Neighbours, where the estimator has them.
    standardize : bool
        Bring columns of numbers to unit variance first, so that units do not matter.
    interval : {"auto", "subsample", None}
        "auto" subsamples for neighbours, and is that of the delta method for counts.
    level : float
    groups : array-like, shape (n,), optional
        Rows of one group depend on each other.
    block : int, optional
        So many consecutive rows are one group, for rows in order of time.
    unit : {"nats", "bits"}
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    Estimate
        Of ``"TC(X)"``. Its ceiling of neighbours is (m − 1)(ψ(n) − ψ(k)).

    Raises
    ------
    ValueError
        For fewer than two columns, missing values, too few rows or an unknown estimator.

    References
    ----------
    S. Watanabe, "Information theoretical analysis of multivariate correlation", IBM Journal of
    Research and Development 4, 66 (1960); Kraskov et al. (2004), eq. 23.

    Examples
    --------
    Three normal columns of pairwise correlation ½, TC = −½ log ½ = 0.3466:

    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((1000, 1)) + rng.standard_normal((1000, 3))
    >>> total_correlation(x, random_state=0)
    0.326 ± 0.043 nats (95 % 0.238 to 0.414; nearest neighbours k=3, n=1000)
    """
    settings = Settings(
        k, standardize, interval, level, unit=unit, random_state=random_state, n_jobs=n_jobs
    )
    if interval not in ("auto", "subsample", None):
        raise ValueError(f"interval is {interval!r}; it must be 'auto', 'subsample' or None")
    view = read_view(x, "x", x_type)
    if view.n_columns < 2:
        raise ValueError("x has 1 column; total correlation is of 2 or more: give shape (n, m)")
    if estimator not in ("auto", "ksg", *get_args(EntropyMethod)):
        raise ValueError(
            f"estimator is {estimator!r}; it must be 'auto', 'ksg' or one of "
            f"{', '.join(get_args(EntropyMethod))}"
        )
    columns = _columns(view)
    if len(columns) < 2:
        return Estimate(
            "TC(X)", 0.0, unit=unit, standard_error=0.0, interval=(0.0, 0.0), level=level,
            n_samples=len(view), method="constant columns", parameters={"x_type": view.told},
        )  # fmt: skip
    rows = group_codes(read_groups(groups, block, len(view)), len(view))
    if estimator == "ksg" or (estimator == "auto" and not view.is_symbol):
        found = _of_neighbors(columns, settings, rows)
    elif view.is_symbol:
        method = "miller-madow" if estimator == "auto" else estimator
        found = _of_counts(columns, method, settings, rows)
    else:
        raise ValueError(f"x is {view.told} and {estimator!r} takes labels; give 'auto' or x_type")
    if interval == "subsample" and found.method != "nearest neighbours":
        raise ValueError("interval is 'subsample' and x holds labels; give 'auto' or None")
    if interval is None:
        found = replace(found, standard_error=None, interval=None)
    return replace(found, unit=unit, parameters={**found.parameters, "x_type": view.told})


def _columns(view: View) -> list[View]:
    """Each column that varies as a view of its own."""
    none = np.empty((len(view), 0), dtype=int)
    numbers = [View(view.name, column[:, None], none) for column in view.numbers.T]
    return numbers + [View(view.name, none, column[:, None]) for column in view.labels.T]


def _of_neighbors(columns: list[View], settings: Settings, groups: np.ndarray | None) -> Estimate:
    n, k = len(columns[0]), settings.k
    if n <= k + 1:
        raise ValueError(f"x has {n} rows; k={k} neighbours need {k + 2}: add rows or lower k")
    notes = rare_labels(columns, k) if any(column.is_symbol for column in columns) else ()
    notes = (*notes, *_repeated_columns(columns))
    if len(columns) > MOST_DIMENSIONS:
        notes = (*notes, _high_dimension(len(columns)))
        warnings.warn(notes[-1], HighDimensionWarning, stacklevel=3)
    root = root_seed(settings.random_state)
    columns, spread = spread_views(columns, k, root)
    notes = (*notes, *dict.fromkeys(spread))
    views = embed_labels(columns, standardized=settings.standardize)
    value = float(total_correlation_terms(views, k).mean())
    found = SubsamplingError(None, 0)
    if settings.interval is not None:
        found = subsampling_error(
            lambda rows: float(total_correlation_terms([v[rows] for v in views], k).mean()),
            n,
            groups=groups,
            smallest_part=3 * k,
            random_state=root,
            n_jobs=settings.n_jobs,
        )
    ceiling = (len(columns) - 1) * float(digamma(n) - digamma(k))
    error, limits = found.standard_error, None
    if error is not None:
        limits = student_interval(value, error, found.contrasts, settings.level)
        notes = (*notes, drift_note(value, (limits[1] - limits[0]) / 2, found, ceiling))
    notes = tuple(filter(None, [*notes, found.reason]))
    return Estimate(
        "TC(X)", value, standard_error=error, interval=limits, level=settings.level, n_samples=n,
        ceiling=ceiling, method="nearest neighbours", warnings=notes,
        parameters={"k": k, "standardize": settings.standardize},
    )  # fmt: skip


def _of_counts(
    columns: list[View], method: EntropyMethod, settings: Settings, groups: np.ndarray | None
) -> Estimate:
    joint = symbol_codes(np.column_stack([column.labels for column in columns]))
    codes = [column.symbols for column in columns]
    counts, joint_counts, n = [np.bincount(c) for c in codes], np.bincount(joint), len(joint)
    value = sum(count_entropy(c, method) for c in counts) - count_entropy(joint_counts, method)
    terms = np.log(joint_counts / n)[joint] - sum(
        np.log(count / n)[code] for count, code in zip(counts, codes, strict=True)
    )
    freedom = max(len(joint_counts) - 1 - sum(len(count) - 1 for count in counts), 0)
    found = sandwich_error(terms, groups=groups)
    error, limits = found.standard_error, None
    if error is not None:
        error = float(np.hypot(error, np.sqrt(freedom / 2) / n))
        limits = student_interval(value, error, found.degrees_of_freedom, settings.level)
    return Estimate(
        "TC(X)", value, standard_error=error, interval=limits, level=settings.level, n_samples=n,
        method=method, warnings=tuple(filter(None, [found.reason])),
    )  # fmt: skip


def _repeated_columns(columns: Sequence[View]) -> tuple[str, ...]:
    """Say where a column of numbers is that of another: the total correlation is infinite."""
    numbers = [column.numbers.tobytes() for column in columns if not column.is_symbol]
    if not (repeated := len(numbers) - len(set(numbers))):
        return ()
    return (
        f"{columns[0].name} has {repeated} column{'s' * (repeated > 1)} of the very same numbers "
        "as another, so its total correlation is infinite; the figure is what so many rows can "
        f"show, not an entropy: leave {'them' if repeated > 1 else 'it'} out",
    )


def _high_dimension(dimension: int) -> str:
    return (
        f"{dimension} columns in a nearest-neighbour estimate: above {MOST_DIMENSIONS} its figure "
        "is far below the truth; measure fewer columns at a time"
    )
