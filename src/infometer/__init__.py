"""Infometer, the information meter for machine learning.

Point it at data, at a training run or at a model: it says how much information there is, about
what, how sure that figure is, and what to do with it. The verbs take samples of any kind:
``infometer.mutual_information(x, y)``. Sub-packages and verbs load when they are first used.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

__all__ = [
    "attention",
    "backends",
    "benchmark",
    "bottleneck",
    "conditional_mutual_information",
    "conditional_v_information",
    "contracts",
    "directed_information",
    "entropy",
    "estimators",
    "graphs",
    "kl_divergence",
    "measure",
    "mutual_information",
    "partial_information",
    "pointwise_v_information",
    "preferences",
    "quantities",
    "questions",
    "reporting",
    "resampling",
    "sources",
    "sweeps",
    "tables",
    "total_correlation",
    "tracing",
    "transfer_entropy",
    "usable",
    "v_information",
]


_VERBS = (
    "conditional_mutual_information",
    "conditional_v_information",
    "directed_information",
    "entropy",
    "kl_divergence",
    "mutual_information",
    "partial_information",
    "pointwise_v_information",
    "total_correlation",
    "transfer_entropy",
    "v_information",
)


def __getattr__(name: str) -> Any:
    if name in _VERBS:
        return getattr(import_module("infometer.estimators"), name)
    if name in __all__:
        return import_module(f"infometer.{name}")
    raise AttributeError(f"module 'infometer' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
