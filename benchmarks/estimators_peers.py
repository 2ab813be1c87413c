"""What runs in the peers' environment, each call as favourable to the peer as its options allow.

That is without added noise, where it can be left out, and with the maximum norm, of which our
figures are. All in nats.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable

import infomeasure
import npeet_plus
import numpy as np
from bmi.estimators import KSGEnsembleFirstEstimator

from benchmarks.estimators_calls import serve

PACKAGES = ("npeet-plus", "infomeasure", "benchmark-mi", "numpy", "scipy", "scikit-learn", "jax")
NEIGHBORS = {"base": "e", "noise_level": 0}


def npeet_mi(x: np.ndarray, y: np.ndarray, k: int) -> float:
    return npeet_plus.mi(x, y, k=k, base=math.e)


def npeet_cmi(x: np.ndarray, y: np.ndarray, z: np.ndarray, k: int) -> float:
    return npeet_plus.cmi(x, y, z, k=k, base=math.e)


def npeet_micd(x: np.ndarray, y: np.ndarray, k: int) -> float:
    return npeet_plus.micd(x, y[:, None], k=k, base=math.e)


def npeet_entropy(x: np.ndarray, k: int) -> float:
    return npeet_plus.entropy(x, k=k, base=math.e)


def npeet_kldiv(x: np.ndarray, y: np.ndarray, k: int) -> float:
    return npeet_plus.kldiv(x, y, k=k, base=math.e)


def infomeasure_mi(x: np.ndarray, y: np.ndarray, k: int) -> float:
    return infomeasure.mutual_information(x, y, approach="ksg", k=k, **NEIGHBORS)


def infomeasure_cmi(x: np.ndarray, y: np.ndarray, z: np.ndarray, k: int) -> float:
    return infomeasure.conditional_mutual_information(
        x, y, cond=z, approach="ksg", k=k, **NEIGHBORS
    )


def infomeasure_entropy(x: np.ndarray, k: int, p: float) -> float:
    return infomeasure.entropy(x, approach="kl", k=k, minkowski_p=p, **NEIGHBORS)


def infomeasure_kld(x: np.ndarray, y: np.ndarray, k: int) -> float:
    return infomeasure.kld(x, y, approach="kl", k=k, **NEIGHBORS)


def infomeasure_discrete_entropy(x: np.ndarray, approach: str) -> float:
    return infomeasure.entropy(x, approach=approach, base="e")


def infomeasure_discrete_mi(x: np.ndarray, y: np.ndarray, approach: str) -> float:
    return infomeasure.mutual_information(x, y, approach=approach, base="e")


def bmi_ksg(x: np.ndarray, y: np.ndarray, k: int) -> float:
    estimator = KSGEnsembleFirstEstimator(neighborhoods=(k,), metric_x="chebyshev")
    return estimator.estimate(x, y)


CALLS: dict[str, Callable[..., float]] = {
    "npeet-plus mi": npeet_mi,
    "npeet-plus cmi": npeet_cmi,
    "npeet-plus micd": npeet_micd,
    "npeet-plus entropy": npeet_entropy,
    "npeet-plus kldiv": npeet_kldiv,
    "infomeasure mi": infomeasure_mi,
    "infomeasure cmi": infomeasure_cmi,
    "infomeasure entropy": infomeasure_entropy,
    "infomeasure kld": infomeasure_kld,
    "infomeasure discrete entropy": infomeasure_discrete_entropy,
    "infomeasure discrete mi": infomeasure_discrete_mi,
    "benchmark-mi KSG": bmi_ksg,
}

if __name__ == "__main__":
    np.random.seed(0)  # noqa: NPY002 -- npeet-plus draws its noise from NumPy's global generator
    logging.disable(logging.WARNING)
    serve(CALLS, PACKAGES)
