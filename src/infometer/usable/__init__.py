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
from infometer.usable.annotator_comparison import annotator_report
from infometer.usable.annotators import AnnotatorLabels, annotator_labels
from infometer.usable.artefact_tokens import TokenArtefacts, token_artefacts
from infometer.usable.attributes_alone import AttributeInformation, attribute_information
from infometer.usable.cross_fitted_texts import FoldModels, fold_models
from infometer.usable.difficulty import Difficulty, dataset_difficulty
from infometer.usable.example_texts import scipy_summaries
from infometer.usable.given_probabilities import match_classes, match_probabilities
from infometer.usable.label_suspicion import SuspectLabels, suspect_labels
from infometer.usable.labelled_table import LabelledTable, read_labelled_table
from infometer.usable.order import pvi_order
from infometer.usable.pacing import pvi_pacing
from infometer.usable.review import apply_review, review_table
from infometer.usable.selection import pvi_select
from infometer.usable.sequence_classifier import load_sequence_classifier
from infometer.usable.slices import SliceReport, slice_report
from infometer.usable.text_transforms import text_attribute
from infometer.usable.weights import pvi_weights

__all__ = [
    "AnnotatorLabels",
    "AttributeInformation",
    "CurriculumSampler",
    "Difficulty",
    "FoldModels",
    "LabelledTable",
    "SliceReport",
    "SuspectLabels",
    "TokenArtefacts",
    "annotator_labels",
    "annotator_report",
    "apply_review",
    "attribute_information",
    "dataset_difficulty",
    "fold_models",
    "krippendorff_alpha",
    "load_sequence_classifier",
    "match_classes",
    "match_probabilities",
    "pvi_order",
    "pvi_pacing",
    "pvi_select",
    "pvi_weights",
    "read_labelled_table",
    "review_table",
    "scipy_summaries",
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
