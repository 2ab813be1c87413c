"""TeleQnA answered without its questions: what its options alone give away.

The archive is read in memory with the password that its authors print, and never unpacked; no
result holds a question or an option.
"""

from __future__ import annotations

import json
import re
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pyzipper
from matplotlib.figure import Figure
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.publishing import markdown, publish
from benchmarks.usable_data import path_of
from infometer.backends import ChoiceItem, Leakage, leakage_report
from infometer.backends.answer_only import (
    answer_only_predictions,
    same_options,
    slot_log_frequencies,
)
from infometer.backends.conditional_logit import conditional_logit, option_log_probabilities
from infometer.backends.option_features import option_features
from infometer.contracts import Estimate
from infometer.estimators.predictive import v_information
from infometer.resampling import subsampling_splits
from infometer.tables import write_table

PASSWORD = b"teleqnadataset"  # printed in the readme of the set: it keeps crawlers out
KNOWN = {"accuracy": 39.9, "slot": 22.6, "bits": 0.219}
TARGET = 38.0
BITS = np.log(2.0)


def questions() -> list[ChoiceItem]:
    """The ten thousand questions."""
    with pyzipper.AESZipFile(path_of("teleqna", "TeleQnA.zip")) as archive:
        records = json.loads(archive.read("TeleQnA.txt", pwd=PASSWORD))
    return [_item(name, record) for name, record in records.items()]


def _item(name: str, record: dict[str, str]) -> ChoiceItem:
    options = tuple(record[f"option {k}"] for k in range(1, 6) if f"option {k}" in record)
    key = re.match(r"\s*option (\d)", record["answer"])
    assert key is not None
    return ChoiceItem(record["question"], options, int(key[1]) - 1, name, record["category"])


def sharing_two_options(items: list[ChoiceItem]) -> np.ndarray:
    """A number for items that are linked by two options in common, over however many steps."""
    seen: dict[tuple[str, str], int] = {}
    links = []
    for place, item in enumerate(items):
        options = sorted({" ".join(option.lower().split()) for option in item.options})
        links += [(place, seen.setdefault(pair, place)) for pair in combinations(options, 2)]
    ends = np.array(links).T
    graph = coo_array((np.ones(ends.shape[1]), ends), shape=(len(items), len(items)))
    return connected_components(graph, directed=False)[1]


def measured(
    what: str, items: list[ChoiceItem], logs: np.ndarray, null: np.ndarray, groups: np.ndarray
) -> dict[str, object]:
    """A row: keys found and information, from log-probabilities of all options."""
    sizes = np.array([len(item.options) for item in items])
    starts = np.cumsum(sizes) - sizes
    keys = np.array([item.key for item in items])
    found = v_information(logs[starts + keys], null[starts + keys], groups=groups)
    spans = zip(starts, sizes, strict=True)
    told = np.array([logs[begin : begin + size].argmax() for begin, size in spans])
    return row(what, len(items), float(np.mean(told == keys)), found.information)


def row(what: str, n: int, accuracy: float, figure: Estimate) -> dict[str, object]:
    """In bits and per cent."""
    low, high = figure.interval or (np.nan, np.nan)
    return {
        "what": what,
        "n": n,
        "keys found, %": 100 * accuracy,
        "bits": figure.bits,
        "low": low / BITS,
        "high": high / BITS,
    }


def controls(items: list[ChoiceItem]) -> list[dict[str, object]]:
    """Without the words; and with items that share two options kept in one fold."""
    features = option_features(items)
    same, linked = same_options(items), sharing_two_options(items)
    rows = []
    folds = subsampling_splits(
        len(items), groups=same, parts=(5,), repeats=1, random_state=0
    )[0]  # fmt: skip
    logs, null = features_only(items, features, folds)
    rows.append(measured("options, features without words", items, logs, null, same))
    folds = subsampling_splits(
        len(items), groups=linked, parts=(5,), repeats=1, random_state=0
    )[0]  # fmt: skip
    logs, null = answer_only_predictions(items, features, folds)
    rows.append(measured("options, items that share two in one fold", items, logs, null, linked))
    return rows


def features_only(
    items: list[ChoiceItem], features: pd.DataFrame, folds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The conditional logit on the features alone, cross-fitted."""
    sizes = np.array([len(item.options) for item in items])
    keys, x = np.array([item.key for item in items]), features.to_numpy()
    logs, null = np.zeros(len(x)), np.zeros(len(x))
    for fold in range(folds.max() + 1):
        train, inside = folds != fold, np.repeat(folds == fold, sizes)
        chosen = np.cumsum(sizes[train]) - sizes[train] + keys[train]
        weights = conditional_logit(x[~inside], sizes[train], chosen, np.ones(x.shape[1]))
        logs[inside] = option_log_probabilities(x[inside] @ weights, sizes[~train])
        known = [items[place] for place in np.flatnonzero(train)]
        null[inside] = slot_log_frequencies(known, [items[k] for k in np.flatnonzero(~train)])
    return logs, null


def rows(items: list[ChoiceItem], leak: Leakage) -> pd.DataFrame:
    """The whole set by what is read, then each category by the options alone."""
    n = len(items)
    both = leak.with_question
    table = [
        row("options", n, leak.accuracy.value, leak.information),
        *controls(items),
        row("options and their overlap with the question", n, both.accuracy, both.information),
    ]
    for part in leak.categories.to_dict("records"):
        table.append(
            {
                "what": part["category"],
                "n": part["n"],
                "keys found, %": 100 * part["accuracy"],
                "bits": part["information_bits"],
                "low": part["low_bits"],
                "high": part["high_bits"],
            }
        )
    return pd.DataFrame(table)


TEXT = """\
{n} questions of TeleQnA (Maatouk et al., 2023), with two to five options, answered from the options
alone: a conditional logit on features and words of the options, five folds, items with the same
options in one fold ({sets} sets). The information is that above the slot's frequency among as many
options, which leaves {entropy:.3f} bits open and finds {slot:.1f} % of the keys; 95 per cent
intervals. Target: at least {target:g} % of the keys. {verdict} Measured before this library was
written, on one split of 8000 and 2000 questions with ten features, one of them the overlap with the
question: {known[accuracy]} %, slot {known[slot]} %, {known[bits]} bits.

{rows}

Words are learnt from other questions of the set; with all questions that are linked by two equal
options in one fold ({linked} groups) the figure stays, so it is not copies that are remembered.

One-line rules, each on the questions where it names an option:

{rules}

Weights of the features in one model of all questions (log odds; the share of options that have the
feature):

{weights}

The words and pairs of words with the largest and smallest weights: {words}.

{seconds:.0f} seconds of one core for `leakage_report`."""


def draw(leak: Leakage) -> Figure:
    """How often each rule, and the model of all, finds the key."""
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    leak.plot(figure.add_subplot())
    return figure


def run(results: Path, scratch: Path) -> None:
    """Measure the leak, and write ``teleqna.csv``, ``_rules.csv``, ``.md``, ``.svg``."""
    items = questions()
    start = time.process_time()
    leak = leakage_report(items, random_state=0)
    seconds = time.process_time() - start
    print(leak, flush=True)
    table = rows(items, leak)
    reached = 100 * leak.accuracy.value
    write_table(leak.rules, results / "teleqna_rules.csv")
    words = leak.words.to_dict("records")
    text = TEXT.format(
        n=len(items),
        sets=leak.settings["sets of options"],
        entropy=leak.options.null_entropy.bits,
        slot=100 * leak.null_accuracy,
        target=TARGET,
        verdict=f"{'Met' if reached >= TARGET else 'Missed'}: {reached:.1f} %.",
        known=KNOWN,
        rows=markdown(table),
        linked=len(np.unique(sharing_two_options(items))),
        rules=markdown(leak.rules),
        weights=markdown(leak.weights),
        words=", ".join(f"“{each['words']}” {each['weight']:+.2f}" for each in words),
        seconds=seconds,
    )
    publish(
        results, "teleqna", table,
        title="TeleQnA answered without its questions", text=text, figure=draw(leak),
    )  # fmt: skip
