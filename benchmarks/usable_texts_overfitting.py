"""Overfitting in V-information and in accuracy: along a penalty, and along the epochs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from benchmarks.usable_data import published, table
from benchmarks.usable_texts_held_out import bert_items, figures
from benchmarks.usable_texts_models import SLOWER, labels, texts
from infometer.estimators.neural import TextTransformerClassifier
from infometer.estimators.predictive import (
    epoch_trajectory,
    pointwise_v_information,
    v_information,
)
from infometer.resampling import integer_seed
from infometer.sweeps import sweep
from infometer.tables import fingerprint

KNOWN = {  # C: V-information in bits, accuracy, on the in-domain development part of CoLA
    0.01: (0.0017, 0.693),
    0.1: (0.0123, 0.693),
    1.0: (0.0275, 0.706),
    10.0: (-0.0933, 0.676),
    100.0: (-0.6729, 0.641),
}
KNOWN_NULL = 0.8906
EPOCHS = {"CoLA": 16, "SST-2": 16, "Subjectivity": 30}
SEEDS, TRAINED_ON, ASKED = 3, 2000, 4000
PAPER = "CoLA, BERT (paper)"


def penalties() -> pd.DataFrame:
    """A line a penalty: what was known and what is found."""
    train, dev = table("cola_train"), table("cola_id_dev")
    lines = []
    for penalty, (known, accuracy) in KNOWN.items():
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2)
        model = make_pipeline(words, LogisticRegression(C=penalty, max_iter=5000))
        found = pointwise_v_information(
            model, texts(train), labels(train), X_test=texts(dev), y_test=labels(dev),
            random_state=0,
        )  # fmt: skip
        gap = np.nan if found.gap is None else found.gap / np.log(2.0)
        line = {"C": penalty, "known": known, "known accuracy": accuracy, **figures(found)}
        lines.append({**line, "gap_bits": gap})
    return pd.DataFrame(lines)


def reproduced(lines: pd.DataFrame) -> str:
    """Whether every figure is the known one to its last digit, and which are not."""
    off = lines["information_bits"].round(4) != lines["known"]
    off |= lines["accuracy"].round(3) != lines["known accuracy"]
    off |= lines["null_entropy_bits"].round(4) != KNOWN_NULL
    if not off.any():
        return "All known figures come out to the last digit."
    return f"Not the known figures to the last digit: C = {', '.join(map(str, lines['C'][off]))}."


def parts(data: str, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Items to train on and to ask about; Subjectivity has no parts of its own and is dealt."""
    if data == "Subjectivity":
        every = table("subjectivity")
        shuffle = integer_seed(seed, "parts") % 2**32
        train, asked = train_test_split(
            every, train_size=TRAINED_ON, test_size=ASKED, stratify=every["label"],
            random_state=shuffle,
        )  # fmt: skip
        return train, asked
    train, *others = {
        "CoLA": ("cola_train", "cola_id_dev", "cola_ood_dev"),
        "SST-2": ("sst2_train", "sst2_dev", "sst2_test"),
    }[data]
    return table(train), pd.concat([table(name) for name in others], ignore_index=True)


def by_epoch(random_state: int, data: str, repeat: int) -> list[dict[str, Any]]:
    """A row an epoch of the small transformer."""
    train, asked = parts(data, random_state)
    model = TextTransformerClassifier(
        **{**SLOWER, "max_epochs": EPOCHS[data], "random_state": random_state}
    )
    found = epoch_trajectory(model, texts(train), labels(train), texts(asked), labels(asked))
    shared = {
        "n": len(asked), "null_entropy_bits": found.null_entropy.bits,
        "majority": np.bincount(labels(asked)).max() / len(asked),
    }  # fmt: skip
    return [{**shared, **row} for row in found.to_frame().to_dict("records")]


def trajectories(scratch: Path) -> pd.DataFrame:
    """Rows of every data set, seed and epoch."""
    return sweep(
        by_epoch, {"data": list(EPOCHS), "repeat": range(SEEDS)}, scratch / "texts_epochs.sqlite",
        fingerprint=fingerprint(*(labels(part) for data in EPOCHS for part in parts(data, 0))),
        progress=lambda done, of: print(f"texts: {done} of {of} trajectories", flush=True),
    )  # fmt: skip


def paper_trajectory() -> pd.DataFrame:
    """The published runs of BERT on CoLA, an epoch a row."""
    values, rows = published(), []
    for epoch in (1, 2, 3, 5, 10):
        items = bert_items(values, f"cola_id_dev_std{epoch}")
        found = v_information(-items["H_yx"].astype(float), -items["H_yb"].astype(float), base=2)
        rows.append(
            {"data": PAPER, "repeat": 0, "epoch": epoch, "n": len(items),
             "null_entropy_bits": found.null_entropy.bits,
             "majority": items["label"].value_counts(normalize=True).max(),
             "information_bits": found.information.bits, "accuracy": items["correct"].mean()}
        )  # fmt: skip
    return pd.DataFrame(rows)


def turning_points(curves: pd.DataFrame) -> pd.DataFrame:
    """A line a data set and seed: where each figure is best, and where information falls below 0.

    Of equal epochs the first counts.
    """
    lines = []
    for (data, repeat), curve in curves.groupby(["data", "repeat"], sort=False):
        epochs, bits, accuracy = curve[["epoch", "information_bits", "accuracy"]].to_numpy().T
        informed, guessed = bits.argmax(), accuracy.argmax()
        beyond = (np.arange(len(bits)) > informed) & (bits < 0)
        lines.append(
            {
                "data": data, "seed": repeat,
                "best V-information": bits[informed], "at epoch": int(epochs[informed]),
                "accuracy there": accuracy[informed],
                "best accuracy": accuracy[guessed], "at its epoch": int(epochs[guessed]),
                "V-information there": bits[guessed],
                "below 0 from epoch": epochs[beyond][0] if beyond.any() else np.nan,
                "mean accuracy below 0": accuracy[beyond].mean() if beyond.any() else np.nan,
                "last V-information": bits[-1], "last accuracy": accuracy[-1],
            }
        )  # fmt: skip
    return pd.DataFrame(lines)


def statement(curves: pd.DataFrame, data: str) -> str:
    """What the mean curve of a data set says about the two figures."""
    part = curves[curves["data"] == data]
    mean = part.groupby("epoch")[["information_bits", "accuracy"]].mean().reset_index()
    point = turning_points(mean.assign(data=data, repeat=0)).iloc[0]
    told = (
        f"- **{data}**: V-information is best after epoch {point['at epoch']} "
        f"({point['best V-information']:.3f} bits, accuracy {point['accuracy there']:.3f}), "
        f"accuracy after epoch {point['at its epoch']} ({point['best accuracy']:.3f}, "
        f"V-information {point['V-information there']:.3f} bits). "
    )
    if point["at its epoch"] > point["at epoch"]:
        rise = 100 * (point["best accuracy"] - point["accuracy there"])
        fall = point["best V-information"] - point["V-information there"]
        told += f"Accuracy rises by {rise:.1f} points while {fall:.3f} bits are lost. "
    else:
        told += "Accuracy does not rise after V-information has begun to fall. "
    if point["best V-information"] <= 0:
        told += "V-information is never above 0. "
    elif point["below 0 from epoch"] > 0:
        after = 100 * (point["mean accuracy below 0"] - point["accuracy there"])
        told += (
            f"V-information is below 0 from epoch {point['below 0 from epoch']:.0f} on; accuracy "
            f"there is {after:+.1f} points from where V-information was best, on average. "
        )
    else:
        told += "V-information does not fall below 0. "
    if point["best accuracy"] < part["majority"].max() + 0.02:
        told += f"The most frequent label is {part['majority'].max():.3f}: little is learnt. "
    return told + f"n = {part['n'].iloc[0]}."
