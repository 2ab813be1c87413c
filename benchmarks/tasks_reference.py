"""What the classical estimators give on the suite's own samples, and what is asked of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from infometer.benchmark import run, tasks
from infometer.estimators import KSG, GaussianCopula, GaussianInformation, gaussian_terms

N = 10_000
REFERENCE = {
    "1v1-normal-0.75": (0.407, 0.407),
    "normal_cdf-1v1-normal-0.75": (0.379, 0.410),
    "1v1-additive-0.1": (1.629, 1.680),
    "1v1-additive-0.75": (0.180, 0.316),
    "1v1-bimodal-0.75": (0.325, 0.407),
    "wiggly-1v1-normal-0.75": (0.377, 0.407),
    "half_cube-1v1-normal-0.75": (0.381, 0.405),
    "student-identity-1-1-1": (0.559, 0.167),
    "asinh-student-identity-1-1-1": (0.000, 0.229),
    "swissroll_x-normal_cdf-1v1-normal-0.75": (0.022, 0.413),
    "multinormal-dense-2-2-0.5": (0.286, 0.286),
    "multinormal-dense-3-3-0.5": (0.410, 0.406),
    "multinormal-dense-5-5-0.5": (0.598, 0.568),
    "multinormal-dense-25-25-0.5": (1.330, 0.949),
    "multinormal-dense-50-50-0.5": (1.735, 1.054),
    "multinormal-sparse-2-2-2-2.0": (1.008, 1.011),
    "multinormal-sparse-3-3-2-2.0": (1.026, 0.937),
    "multinormal-sparse-5-5-2-2.0": (1.019, 0.689),
    "multinormal-sparse-25-25-2-2.0": (1.057, 0.123),
    "student-identity-2-2-1": (0.869, 0.236),
    "student-identity-2-2-2": (0.073, 0.095),
    "student-identity-3-3-2": (0.020, 0.126),
    "student-identity-3-3-3": (0.013, 0.064),
    "student-identity-5-5-2": (0.306, 0.211),
    "student-identity-5-5-3": (0.050, 0.168),
    "normal_cdf-multinormal-sparse-3-3-2-2.0": (0.967, 0.900),
    "normal_cdf-multinormal-sparse-5-5-2-2.0": (0.962, 0.671),
    "normal_cdf-multinormal-sparse-25-25-2-2.0": (0.993, 0.127),
    "half_cube-multinormal-sparse-3-3-2-2.0": (0.958, 0.853),
    "half_cube-multinormal-sparse-5-5-2-2.0": (0.950, 0.607),
    "half_cube-multinormal-sparse-25-25-2-2.0": (0.994, 0.104),
    "spiral-multinormal-sparse-3-3-2-2.0": (0.228, 0.691),
    "spiral-multinormal-sparse-5-5-2-2.0": (0.379, 0.510),
    "spiral-multinormal-sparse-25-25-2-2.0": (0.862, 0.108),
    "spiral-normal_cdf-multinormal-sparse-3-3-2-2.0": (0.844, 0.886),
    "spiral-normal_cdf-multinormal-sparse-5-5-2-2.0": (0.897, 0.649),
    "spiral-normal_cdf-multinormal-sparse-25-25-2-2.0": (0.983, 0.114),
    "asinh-student-identity-2-2-1": (0.002, 0.388),
    "asinh-student-identity-3-3-2": (0.001, 0.175),
    "asinh-student-identity-5-5-2": (0.002, 0.233),
}
"""CCA, with its bias, and KSG (k = 10, maximum norm) on benchmark-mi's samples of seed 0."""


def plain_cca(x: np.ndarray, y: np.ndarray) -> float:
    """−½ Σ log(1−ρ²) with its bias, which is what the suite calls CCA."""
    return float(gaussian_terms(x, y).mean())


ESTIMATORS: Mapping[str, Any] = {
    "KSG": KSG(k=10, interval=None),
    "CCA": GaussianInformation(),
    "plain CCA": plain_cca,
    "copula": GaussianCopula(),
}


def asked(
    names: Iterable[str], task_names: Iterable[str], seeds: Iterable[int], scratch: Path
) -> pd.DataFrame:
    """The table of these estimators on these tasks; what the file has is not run again."""
    wanted = set(task_names)
    return run(
        {name: ESTIMATORS[name] for name in names},
        [task for task in tasks() if task.name in wanted],
        n=N, seeds=seeds, path=scratch / "tasks.sqlite",
    )  # fmt: skip
