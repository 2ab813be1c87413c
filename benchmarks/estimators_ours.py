"""What runs in our own environment: Infometer's estimators, and scikit-learn's."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

from benchmarks.estimators_calls import serve
from infometer.contracts import HighDimensionWarning
from infometer.estimators import (
    KSG,
    DiscreteEntropy,
    DiscreteInformation,
    FrenzelPompe,
    KozachenkoLeonenko,
    Ross,
    kl_divergence,
    one_pass,
)

PACKAGES = ("infometer", "scikit-learn", "numpy", "scipy")


def ksg_in_floats(x: np.ndarray, y: np.ndarray, k: int) -> float:
    """The call that a user makes, with every distance in 64-bit floats from the first."""
    with mock.patch.object(one_pass, "integer_columns", lambda x, k: one_pass.float_columns(x)):
        return KSG(k, random_state=0).fit(x, y).estimate_.value


def ksg_with_interval(x: np.ndarray, y: np.ndarray, k: int) -> float:
    """The call that a user makes, whose interval comes from subsamples."""
    return KSG(k, random_state=0).fit(x, y).estimate_.value


def ksg(x: np.ndarray, y: np.ndarray, k: int) -> float:
    """The figure alone, which is what the peers compute."""
    return KSG(k, interval=None).fit(x, y).estimate_.value


def ross(x: np.ndarray, y: np.ndarray, k: int) -> float:
    return Ross(k, interval=None).fit(x, y).estimate_.value


def frenzel_pompe(x: np.ndarray, y: np.ndarray, z: np.ndarray, k: int) -> float:
    return FrenzelPompe(k, interval=None).fit(x, y, z).estimate_.value


def kozachenko_leonenko(x: np.ndarray, k: int) -> float:
    return KozachenkoLeonenko(k, interval=None).fit(x).estimate_.value


def divergence(x: np.ndarray, y: np.ndarray, k: int) -> float:
    return kl_divergence(x, y, k=k, interval=None).value


def discrete_entropy(x: np.ndarray, method: Any) -> float:
    return DiscreteEntropy(method).fit(x[:, None]).estimate_.value


def discrete_information(x: np.ndarray, y: np.ndarray, method: Any) -> float:
    return DiscreteInformation(method).fit(x[:, None], y).estimate_.value


def sklearn_regression(x: np.ndarray, y: np.ndarray, k: int) -> float:
    return mutual_info_regression(x, y.ravel(), n_neighbors=k, random_state=0)[0]


def sklearn_classif(x: np.ndarray, y: np.ndarray, k: int) -> float:
    return mutual_info_classif(x, y, n_neighbors=k, random_state=0)[0]


CALLS: dict[str, Callable[..., float]] = {
    "KSG with interval": ksg_with_interval,
    "KSG": ksg,
    "KSG in 64-bit floats": ksg_in_floats,
    "Ross": ross,
    "FrenzelPompe": frenzel_pompe,
    "KozachenkoLeonenko": kozachenko_leonenko,
    "kl_divergence": divergence,
    "DiscreteEntropy": discrete_entropy,
    "DiscreteInformation": discrete_information,
    "scikit-learn mutual_info_regression": sklearn_regression,
    "scikit-learn mutual_info_classif": sklearn_classif,
}

if __name__ == "__main__":
    warnings.simplefilter("ignore", HighDimensionWarning)
    serve(CALLS, PACKAGES)
