"""What usable information is for: which items teach, which mislead, which leak; and what to do.

From pointwise V-information (`infometer.estimators.predictive`): artefacts, slices, suspect labels,
an order, weights and a selection for training. `CurriculumSampler` needs the ``torch`` extra.
Callbacks for Lightning and Transformers stand in `infometer.usable.lightning` and
`infometer.usable.transformers`.
"""

from importlib import import_module
from typing import Any

from infometer.extras import require
from infometer.usable.agreement import krippendorff_alpha
from infometer.usable.annotator_report import annotator_report
from infometer.usable.annotators import AnnotatorLabels, annotator_labels
from infometer.usable.attribute_information import AttributeInformation, attribute_information
from infometer.usable.fold_models import FoldModels, fold_models
from infometer.usable.order import pvi_order
from infometer.usable.pacing import pvi_pacing
from infometer.usable.selection import pvi_select
from infometer.usable.slices import SliceReport, slice_report
from infometer.usable.suspect_labels import SuspectLabels, suspect_labels
from infometer.usable.text_transforms import text_attribute
from infometer.usable.token_artefacts import TokenArtefacts, token_artefacts
from infometer.usable.weights import pvi_weights

__all__ = [
    "AnnotatorLabels",
    "AttributeInformation",
    "CurriculumSampler",
    "FoldModels",
    "SliceReport",
    "SuspectLabels",
    "TokenArtefacts",
    "annotator_labels",
    "annotator_report",
    "attribute_information",
    "fold_models",
    "krippendorff_alpha",
    "pvi_order",
    "pvi_pacing",
    "pvi_select",
    "pvi_weights",
    "slice_report",
    "suspect_labels",
    "text_attribute",
    "token_artefacts",
]


def __getattr__(name: str) -> Any:
    if name == "CurriculumSampler":
        require("torch", "torch")
        return import_module("infometer.usable.curriculum_sampler").CurriculumSampler
    raise AttributeError(f"module 'infometer.usable' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
