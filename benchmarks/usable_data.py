"""Labelled texts, read from ``text_classification`` in the folder that INFOMETER_DATA names."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd

PAIR = ["premise", "hypothesis"]


def path_of(*parts: str) -> Path:
    """A file of the data; without the variable the run ends."""
    folder = os.environ.get("INFOMETER_DATA")
    if folder is None:
        sys.exit("INFOMETER_DATA names no folder; set it to the one that holds text_classification")
    return Path(folder).joinpath(*parts)


def table(name: str) -> pd.DataFrame:
    """A table of texts, such as ``cola_train``: text, or premise and hypothesis; label."""
    return pd.read_parquet(path_of("text_classification", f"{name}.parquet"))


def published() -> pd.DataFrame:
    """The published values of Ethayarajh et al., a row for each run, model and item; bits."""
    return table("pvi_values")
