"""What usable information is for: which items teach, which mislead, which leak; and what to do.

From pointwise V-information (`infometer.estimators.predictive`): artefacts, slices, suspect labels,
an order, weights and a selection for training. `CurriculumSampler` needs the ``torch`` extra.
Callbacks for Lightning and Transformers stand in `infometer.usable.lightning` and
`infometer.usable.transformers`.
"""

from importlib import import_module
from typing import Any

from infometer.extras import require
from infometer.usable.order import pvi_order
from infometer.usable.pacing import pvi_pacing
from infometer.usable.selection import pvi_select
from infometer.usable.weights import pvi_weights

__all__ = ["CurriculumSampler", "pvi_order", "pvi_pacing", "pvi_select", "pvi_weights"]


def __getattr__(name: str) -> Any:
    if name == "CurriculumSampler":
        require("torch", "torch")
        return import_module("infometer.usable.curriculum_sampler").CurriculumSampler
    raise AttributeError(f"module 'infometer.usable' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
