"""Texts and how they are asked about: data sets, families of models, published runs beside them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.usable_data import PAIR, table
from infometer.estimators.neural import TextTransformerClassifier

TRANSFORMER: dict[str, Any] = {
    "width": 32, "heads": 2, "layers": 1, "batch_size": 32, "lr": 2e-3, "max_epochs": 2
}  # fmt: skip
SLOWER = {**TRANSFORMER, "batch_size": 64, "lr": 1e-3}
"""With smaller steps, to be looked at epoch by epoch."""
MODELS = ("linear", "transformer")


class TextSet(NamedTuple):
    """Where items stand; without a training table they are cross-fitted, premises kept whole."""

    asked: str
    train: str | None = None
    published: str | None = None


SETS = {
    "CoLA, in domain": TextSet("cola_id_dev", "cola_train", "cola_id_dev_std2"),
    "CoLA, out of domain": TextSet("cola_ood_dev", "cola_train", "cola_ood_dev_std"),
    "SST-2, dev": TextSet("sst2_dev", "sst2_train"),
    "SST-2, test": TextSet("sst2_test", "sst2_train"),
    "SNLI": TextSet("snli_test", published="snli_std2_test"),
    "MultiNLI": TextSet("multinli_validation_matched", published="multinli_validation_std"),
}


def texts(frame: pd.DataFrame) -> Any:
    """The texts of a table: one an item, or pairs as a frame."""
    return frame["text"].to_numpy(object) if "text" in frame else frame[PAIR]


def labels(frame: pd.DataFrame) -> np.ndarray:
    """The labels of a table."""
    return frame["label"].to_numpy(int)


def premises(frame: pd.DataFrame) -> np.ndarray | None:
    """Which items share a premise; None where there is none."""
    return pd.factorize(frame["premise"])[0] if "premise" in frame else None


def family(model: str) -> Any:
    """What `pointwise_v_information` takes."""
    return model if model == "linear" else TextTransformerClassifier(**TRANSFORMER)


def items_of(data: str) -> pd.DataFrame:
    """The items of a data set that are asked about."""
    return table(SETS[data].asked)
