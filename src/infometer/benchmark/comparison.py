"""Estimators beside the truth: every one on every task and seed, in one tidy table."""

from __future__ import annotations

import math
import os
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from infometer.benchmark.asking import ask
from infometer.benchmark.entrants import (
    check_seeds,
    named_estimators,
    named_tasks,
    require_sendable,
)
from infometer.benchmark.identity import identity
from infometer.contracts import Estimate, InfometerWarning
from infometer.sources import beyond_normal_tasks
from infometer.sources.arguments import check_integer
from infometer.sweeps import sweep

__all__ = ["run", "summary"]

COLUMNS = (
    "task", "dim_x", "dim_y", "estimator", "n", "seed", "true_nats", "value_nats", "error_nats",
    "standard_error", "low", "high", "level", "bound", "ceiling", "p_value", "saturated", "method",
    "warnings", "failure", "seconds",
)  # fmt: skip


def run(
    estimators: Mapping[str, Any] | Sequence[Any],
    tasks: Iterable[Any] | None = None,
    n: int = 5000,
    seeds: Iterable[int] = (0,),
    *,
    path: str | os.PathLike[str] | None = None,
    n_jobs: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> pd.DataFrame:
    """Ask every estimator for I(X;Y) of every task, once for each seed.

    All estimators see the same sample of a task, ``task.sample(n, random_state=seed)``. An
    estimator whose ``random_state`` is None is given a seed that follows from the task, so that
    the table is the same, but for the seconds, for any `n_jobs`, backend, order and resumption.

    Parameters
    ----------
    estimators : mapping of str to estimator, or sequence of estimators
        An estimator is an object with ``fit(X, y)`` that leaves ``estimate_``, one with
        ``estimate(x, y)``, or a function of ``x`` (n, dx) and ``y`` (n, dy), of shape (n,) where a
        task has labels. What it gives is an `Estimate` or a number, in nats.
    tasks : iterable, optional
        `Task` values, or any with ``name``, ``mutual_information`` and ``sample``; by default the
        forty of `infometer.sources.beyond_normal_tasks`.
    n : int
        Rows of a sample.
    seeds : iterable of int
        Of the samples.
    path : path, optional
        A SQLite file that keeps every row as it is done. The same call goes on where it was
        stopped; other parameters, tasks or seeds are new rows, and so is a function whose body has
        changed. The code of a class or of a function further down is not looked at: take another
        path after changing that.
    n_jobs : int, optional
        As in joblib, whose active ``parallel_config`` decides by default, Dask among others.
    progress : callable, optional
        Called as ``progress(done, total)`` at the start and after every row.

    Returns
    -------
    pandas.DataFrame
        One row for each task, estimator and seed, in this order, with the columns ``task, dim_x,
        dim_y, estimator, n, seed, true_nats, value_nats, error_nats`` (value − truth), those of
        the `Estimate` (``standard_error, low, high, level, bound, ceiling, p_value, saturated,
        method, warnings``), ``failure`` (the error of an estimator that raised, else None; its
        figures are NaN) and ``seconds`` of the estimator alone. Our warnings are not shown but
        stand in ``warnings``, where the estimator gives an `Estimate`.

    Raises
    ------
    ValueError
        For estimators, tasks or seeds that are none, are there twice, or cannot be sent to the
        processes that are asked for; see `infometer.sweeps.sweep` for `path`.

    References
    ----------
    Czyż et al., "Beyond Normal: On the Evaluation of Mutual Information Estimators",
    NeurIPS 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from infometer.estimators import KSG
    >>> from infometer.sources import beyond_normal_tasks
    >>> def pearson(x, y):
    ...     return -0.5 * np.log1p(-np.corrcoef(x[:, 0], y[:, 0])[0, 1] ** 2)
    >>> table = run({"KSG": KSG(), "Pearson": pearson}, beyond_normal_tasks()[:2], n=1000)
    >>> table[["task", "estimator", "true_nats", "value_nats"]].round(2)
                             task estimator  true_nats  value_nats
    0             1v1-normal-0.75       KSG       0.41        0.41
    1             1v1-normal-0.75   Pearson       0.41        0.42
    2  normal_cdf-1v1-normal-0.75       KSG       0.41        0.42
    3  normal_cdf-1v1-normal-0.75   Pearson       0.41        0.38
    """
    check_integer("n", n, least=2)
    entrants = named_estimators(estimators)
    given = named_tasks(beyond_normal_tasks() if tasks is None else tasks)
    require_sendable(entrants, n_jobs)
    numbers = check_seeds(seeds)
    settings = {name: identity(estimator) for name, estimator in entrants.items()}
    laws = {name: identity(task) for name, task in given.items()}
    points = [
        {
            "task": task, "law": laws[task], "estimator": name,
            "settings": settings[name], "n": int(n), "seed": seed,
        }
        for task in given for name in entrants for seed in numbers
    ]  # fmt: skip
    call = partial(benchmark_row, estimators=entrants, tasks=given)
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        # around all threads: a filter that each sets for itself would outlive the call
        warnings.simplefilter("ignore", InfometerWarning)
        file = Path(folder) / "benchmark.sqlite" if path is None else path
        table = sweep(call, points, file, n_jobs=n_jobs, progress=progress)
    return table[list(COLUMNS)]


def benchmark_row(
    random_state: int,
    task: str,
    law: str,
    estimator: str,
    settings: str,
    n: int,
    seed: int,
    *,
    estimators: Mapping[str, Any],
    tasks: Mapping[str, Any],
) -> dict[str, Any]:
    """What one estimator says of one sample; a failure is a row too."""
    asked = tasks[task]
    truth, found, failure = float(asked.mutual_information), Estimate("I(X;Y)", math.nan), None
    value, start = math.nan, time.perf_counter()
    dimensions = getattr(asked, "dim_x", None), getattr(asked, "dim_y", None)
    try:
        # a copy: what one estimator does to its arrays is nothing to the next
        x, y = (np.array(view) for view in asked.sample(n, random_state=seed))
        dimensions, start = (x[0].size, y[0].size), time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InfometerWarning)
            found = ask(estimators[estimator], x, y, random_state)
            value = found.nats
    except Exception as error:  # noqa: BLE001 - whatever a task or an estimator raises is its row
        found, value = Estimate("I(X;Y)", math.nan), math.nan
        failure = f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - start
    row = {name: entry for name, entry in found.to_row().items() if name in COLUMNS and name != "n"}
    return {
        **row,
        "dim_x": dimensions[0],
        "dim_y": dimensions[1],
        "true_nats": truth,
        "error_nats": value - truth,
        "p_value": math.nan if found.p_value is None else found.p_value,
        "warnings": "; ".join(found.warnings),
        "failure": failure,
        "seconds": seconds,
    }


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """The mean figure of every estimator on every task, and its spread, over the seeds.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `run`, or several such, one below the other.

    Returns
    -------
    pandas.DataFrame
        A row for each task, n and truth; columns ``mean`` and ``std`` of every estimator, in nats.
        A mean is NaN where the estimator failed on a seed, a spread is NaN where there is one seed.

    Examples
    --------
    >>> from infometer.estimators import GaussianInformation
    >>> from infometer.sources import beyond_normal_tasks
    >>> cca = {"CCA": GaussianInformation()}
    >>> summary(run(cca, beyond_normal_tasks()[:1], n=1000, seeds=range(4))).round(3)
                                     mean    std
    estimator                         CCA    CCA
    task            n    true_nats
    1v1-normal-0.75 1000 0.413339   0.428  0.015
    """
    cells = table.groupby(["task", "n", "true_nats", "estimator"], sort=False, dropna=False)[
        "value_nats"
    ]
    figures = pd.DataFrame({
        "mean": cells.agg(lambda values: values.mean(skipna=False)),
        "std": cells.agg(lambda values: values.std(skipna=False)),
    })  # fmt: skip
    return pd.DataFrame(figures.unstack("estimator", sort=False))
