"""Who takes part and on what: estimators and tasks by name, checked before the first one runs."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from joblib import effective_n_jobs, wrap_non_picklable_objects
from joblib.parallel import get_active_backend

from infometer.contracts import InformationSource

__all__ = ["check_seeds", "named_estimators", "named_tasks", "require_sendable"]


def named_estimators(estimators: Any) -> dict[str, Any]:
    """The estimators by name; those of a sequence are named by their repr or ``__name__``.

    Raises
    ------
    ValueError
        For none, a class in place of an object, one that measures nothing, or a name twice.

    Examples
    --------
    >>> from infometer.estimators import GaussianInformation
    >>> list(named_estimators([GaussianInformation(level=0.9)]))
    ['GaussianInformation(level=0.9)']
    """
    if isinstance(estimators, str) or not isinstance(estimators, Iterable):
        raise ValueError(
            f"estimators is {estimators!r}; give a mapping of names to estimators, or a list"
        )
    if isinstance(estimators, Mapping):
        pairs = list(estimators.items())
    else:
        pairs = [(_own_name(estimator), estimator) for estimator in estimators]
    _require_distinct("estimators", [name for name, _ in pairs], "{'KSG': KSG(k=10)}")
    for name, estimator in pairs:
        if isinstance(estimator, type):
            raise ValueError(
                f"estimators has the class {estimator.__name__} for {name!r}; "
                f"give an object of it, {estimator.__name__}()"
            )
        if not (callable(estimator) or hasattr(estimator, "fit") or hasattr(estimator, "estimate")):
            raise ValueError(
                f"estimators has {estimator!r} for {name!r}; give an object with fit(X, y) and "
                "estimate_, one with estimate(x, y), or a function of x and y"
            )
    return dict(pairs)


def named_tasks(tasks: Iterable[Any]) -> dict[str, Any]:
    """The tasks by their own names.

    Raises
    ------
    ValueError
        For none, a name twice, or what lacks ``name``, ``mutual_information`` or ``sample``.

    Examples
    --------
    >>> from infometer.sources import beyond_normal_tasks
    >>> list(named_tasks(beyond_normal_tasks()[:1]))
    ['1v1-normal-0.75']
    """
    given = list(tasks) if isinstance(tasks, Iterable) else [tasks]
    for task in given:
        if isinstance(task, type) or not (
            hasattr(task, "name") and isinstance(task, InformationSource)
        ):
            raise ValueError(
                f"tasks has {task!r}; give values with name, mutual_information and "
                "sample(n, random_state), such as Task('two nats', source, dim_x, dim_y)"
            )
    _require_distinct("tasks", [task.name for task in given], "infometer.benchmark.tasks()")
    return {task.name: task for task in given}


def check_seeds(seeds: Any) -> list[int]:
    """The seeds as a list of different integers of at least 0, or a ValueError.

    Examples
    --------
    >>> check_seeds(range(3))
    [0, 1, 2]
    """
    given = list(seeds) if isinstance(seeds, Iterable) and not isinstance(seeds, str) else [seeds]
    fine = all(
        isinstance(seed, int | np.integer) and not isinstance(seed, bool) and seed >= 0
        for seed in given
    )
    if not isinstance(seeds, Iterable) or not given or not fine or len(set(given)) < len(given):
        raise ValueError(
            f"seeds is {seeds!r}; give different integers of at least 0, such as (0,) or range(10)"
        )
    return [int(seed) for seed in given]


def require_sendable(estimators: Mapping[str, Any], n_jobs: int | None) -> None:
    """Raise where processes are to run the estimators and one of them cannot be sent there.

    Raises
    ------
    ValueError
    """
    backend, _ = get_active_backend()
    if effective_n_jobs(n_jobs) == 1 or getattr(backend, "supports_sharedmem", False):
        return
    for name, estimator in estimators.items():
        try:
            pickle.dumps(wrap_non_picklable_objects(estimator))
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise ValueError(
                f"estimators has {name!r}, which cannot be sent to another process ({error}); "
                "give n_jobs=1, or run inside joblib.parallel_config(backend='threading')"
            ) from error


def _own_name(estimator: Any) -> str:
    if hasattr(estimator, "get_params") and not isinstance(estimator, type):
        return " ".join(repr(estimator).split())
    return str(getattr(estimator, "__name__", type(estimator).__name__))


def _require_distinct(argument: str, names: list[Any], example: str) -> None:
    if not names:
        raise ValueError(f"{argument} is empty; give at least one, such as {example}")
    for name, count in Counter(names).items():
        if not isinstance(name, str):
            raise ValueError(f"{argument} has the name {name!r}; a name is text, as in {example}")
        if count > 1:
            raise ValueError(
                f"{argument} has {count} named {name!r}; give each a name of its own"
                + (f": {example}" if argument == "estimators" else "")
            )
