"""Characters of public-domain books, from ``text_lm`` in the folder that INFOMETER_DATA names."""

from __future__ import annotations

import gzip
import os
import sys
from pathlib import Path

import numpy as np


def path_of(name: str) -> Path:
    """A file of the texts; without the variable the run ends."""
    folder = os.environ.get("INFOMETER_DATA")
    if folder is None:
        sys.exit("INFOMETER_DATA names no folder; set it to the one that holds text_lm")
    return Path(folder) / "text_lm" / f"{name}.txt.gz"


def read(name: str) -> str:
    """The whole text."""
    with gzip.open(path_of(name), "rt", encoding="utf8") as file:
        return file.read()


def windows(length: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Training and validation characters in windows (n, length + 1), and how many there are.

    Characters that the training books lack are one more.
    """
    train, valid = read("books_train"), read("books_valid")
    place = {character: k for k, character in enumerate(sorted(set(train)))}

    def cut(text: str) -> np.ndarray:
        codes = np.array([place.get(character, len(place)) for character in text], dtype=np.uint8)
        n = (len(codes) - 1) // length
        starts = np.arange(n) * length
        return codes[starts[:, None] + np.arange(length + 1)]

    return cut(train), cut(valid), len(place) + 1
