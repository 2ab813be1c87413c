"""Benchmark: any estimators of mutual information beside the truth, on forty tasks or on your own.

`run` gives one row for each estimator, task and seed: the figure, its error, its interval, what it
warns of, why it failed where it did, and its seconds. An estimator is an object with ``fit(X, y)``
and ``estimate_``, one with ``estimate(x, y)``, or any function of two arrays.
"""

from infometer.benchmark.comparison import run, summary
from infometer.sources import Task
from infometer.sources import beyond_normal_tasks as tasks

__all__ = ["Task", "run", "summary", "tasks"]
