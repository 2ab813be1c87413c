"""What runs in the peers' environment: benchmark-mi's neural estimators, with their defaults."""

from __future__ import annotations

import logging

import numpy as np
from bmi.estimators import InfoNCEEstimator, MINEEstimator

from benchmarks.estimators_calls import serve

PACKAGES = ("benchmark-mi", "numpy", "jax", "equinox")


def infonce(x: np.ndarray, y: np.ndarray) -> float:
    return InfoNCEEstimator(verbose=False).estimate(x, y)


def mine(x: np.ndarray, y: np.ndarray) -> float:
    return MINEEstimator(verbose=False).estimate(x, y)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    serve({"InfoNCE": infonce, "MINE": mine}, PACKAGES)
