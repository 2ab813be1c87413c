"""Training in an order, with weights or on a selection by PVI, against random order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure
from scipy.stats import entropy
from scipy.stats import t as student
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.model_selection import StratifiedKFold
from torch import nn
from torch.utils.data import BatchSampler, DataLoader, TensorDataset

from benchmarks.publishing import markdown, publish
from benchmarks.usable_data import table
from infometer.estimators.predictive import pointwise_v_information, v_information
from infometer.estimators.seeded import seeded
from infometer.resampling import generator
from infometer.sweeps import sweep
from infometer.tables import fingerprint
from infometer.usable import CurriculumSampler, pvi_order, pvi_select, pvi_weights

DATA = {"SST-2": 0.0, "SST-2, 10 % flipped": 0.1, "CoLA": 0.0}
"""Data sets, and the share of training labels that are flipped."""
SEEDS = 5
BUCKETS, WIDTH, BATCH, EPOCHS, LR = 2**14, 16, 64, 4, 3e-3
LABELS = {
    "linear": "PVI of the linear probe",
    "own": "PVI of the trained model",
    "": "flips known",
}
EARLY = 0.25
"""The share of the steps after which the model is looked at a first time."""
ARMS = {
    "easy first": {"policy": "easy_first"},
    "hard first": {"policy": "hard_first"},
    "alternating": {"policy": "alternating"},
    "easy first, paced": {"policy": "easy_first", "pacing": "step"},
    "hard first, paced": {"policy": "hard_first", "pacing": "step"},
    "weights: clip": {"weights": {"how": "clip", "low": -1.5, "high": 0.0}},
    "weights: softmax": {"weights": {"how": "softmax", "temperature": 1.0}},
    "without lowest 5 %": {"select": {"drop_lowest": 0.05}},
    "without lowest 10 %": {"select": {"drop_lowest": 0.1}},
    "without highest 30 %": {"select": {"drop_lowest": 0.0, "drop_highest": 0.3}},
    "band −0.5 … H − 0.3": {"margins": (-0.5, 0.3)},
}


class BagOfWords(nn.Module):
    """The mean of the embeddings of words and pairs of words, and a linear layer: fastText's."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.EmbeddingBag(BUCKETS + 1, WIDTH, mode="mean", padding_idx=BUCKETS)
        nn.init.uniform_(self.embedding.weight, -1 / WIDTH, 1 / WIDTH)
        self.logits = nn.Linear(WIDTH, 2)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Logits, (n, 2), of ids, (n, length)."""
        return self.logits(self.embedding(ids))


def encoded(texts: pd.Series) -> torch.Tensor:
    """The hashed words and pairs of words of each text, padded."""
    hashed = HashingVectorizer(
        n_features=BUCKETS, ngram_range=(1, 2), norm=None, alternate_sign=False,
        token_pattern=r"\S+",
    ).transform(texts)  # fmt: skip
    ids = np.full((len(texts), np.diff(hashed.indptr).max()), BUCKETS)
    for row, (start, stop) in enumerate(zip(hashed.indptr, hashed.indptr[1:], strict=False)):
        ids[row, : stop - start] = hashed.indices[start:stop]
    return torch.from_numpy(ids)


def trained(
    ids: torch.Tensor, labels: np.ndarray, sampler: CurriculumSampler, steps: int, seed: int
) -> Iterator[BagOfWords]:
    """The model after `EARLY` of the steps, and after all; initialised by the seed alone."""
    with seeded(seed, "weights"):
        model = BagOfWords()
    descent = torch.optim.Adam(model.parameters(), lr=LR, fused=True)
    batches = BatchSampler(sampler, BATCH, drop_last=False)
    rows = TensorDataset(ids, torch.tensor(labels))
    loader = DataLoader(rows, batch_size=None, sampler=batches)
    done, look = 0, {round(EARLY * steps), steps}
    while done < steps:
        for inputs, targets in loader:
            loss = nn.functional.cross_entropy(model(inputs), targets)
            descent.zero_grad()
            loss.backward()
            descent.step()
            done += 1
            if done in look:
                yield model
            if done == steps:
                break


def log_probabilities(model: BagOfWords, ids: torch.Tensor) -> np.ndarray:
    """Log p of both classes, (n, 2)."""
    with torch.no_grad():
        return torch.log_softmax(model(ids).double(), dim=1).numpy()


def n_steps(n: int) -> int:
    """The steps of a training on n items."""
    return EPOCHS * -(-n // BATCH)


def shuffled(items: np.ndarray, seed: int) -> CurriculumSampler:
    """All items once an epoch, in another random order each time."""
    return CurriculumSampler(items, pacing="epoch", start=1, random_state=seed)


def own_pvi(ids: torch.Tensor, labels: np.ndarray, seed: int) -> np.ndarray:
    """Out-of-fold PVI of the model that is trained here; nats."""
    folds = StratifiedKFold(5, shuffle=True, random_state=seed % 2**32)
    pvi = np.empty(len(labels))
    for train, test in folds.split(labels, labels):
        n = len(train)
        *_, model = trained(
            ids[train], labels[train], shuffled(np.arange(n), seed), n_steps(n), seed
        )
        rows = np.arange(len(test)), labels[test]
        null = np.log(np.bincount(labels[train]) / n)
        pvi[test] = log_probabilities(model, ids[test])[rows] - null[labels[test]]
    return pvi


def sampler_of(arm: dict[str, Any], pvi: np.ndarray, labels: np.ndarray, seed: int) -> Any:
    """The sampler of an arm: an order, weights or a selection by PVI."""
    n = len(labels)
    drawn: dict[str, Any] = {"random_state": seed}
    if "policy" in arm:
        order = pvi_order(pvi, arm["policy"], labels=labels, random_state=seed)
        if "pacing" in arm:
            drawn |= {"pacing": arm["pacing"], "epochs": EPOCHS}
        return CurriculumSampler(order, **drawn)
    drawn |= {"pacing": "epoch", "start": 1}
    if "weights" in arm:
        weights = pvi_weights(pvi, **arm["weights"], unit="bits")
        return CurriculumSampler(np.arange(n), weights=weights, **drawn)
    if "margins" in arm:
        low, below = arm["margins"]
        band = low, entropy(np.bincount(labels) / n, base=2) - below
        kept = pvi_select(pvi, band=band, unit="bits")
    else:
        kept = pvi_select(pvi, by_class=labels, **arm["select"])
    return CurriculumSampler(np.flatnonzero(kept), **drawn)


def read(data: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training and test items: text and label."""
    if data.startswith("SST-2"):
        return table("sst2_train"), table("sst2_test")
    return table("cola_train"), pd.concat([table("cola_id_dev"), table("cola_ood_dev")])


def compared(random_state: int, data: str, repeat: int) -> list[dict[str, Any]]:
    """A row for random order and for each arm with each PVI, all from one initialisation."""
    train, test = read(data)
    labels, truth = (part["label"].to_numpy(dtype=np.int64) for part in (train, test))
    flipped = generator(random_state, "flips").random(len(labels)) < DATA[data]
    labels = np.where(flipped, 1 - labels, labels)
    ids, asked = encoded(train["text"]), encoded(test["text"])
    shares = np.bincount(labels) / len(labels)

    def row(arm: str, source: str, sampler: CurriculumSampler) -> dict[str, Any]:
        found: dict[str, Any] = {"arm": arm, "pvi": source}
        steps = n_steps(len(labels))
        models = trained(ids, labels, sampler, steps, random_state)
        for when, model in zip(("early", "end"), models, strict=True):
            log_p = log_probabilities(model, asked)
            found[f"accuracy_{when}"] = float((log_p.argmax(axis=1) == truth).mean())
            seen = v_information(log_p[np.arange(len(truth)), truth], np.log(shares)[truth])
            found[f"information_bits_{when}"] = seen.information.bits
        items = sampler.curriculum.order
        return {**found, "items": len(items), "flipped_items": int(flipped[items].sum())}

    rows = [row("random", "", shuffled(np.arange(len(labels)), random_state))]
    if flipped.any():
        right = np.flatnonzero(~flipped)
        rows.append(row("without the flipped", "", shuffled(right, random_state)))
    linear = pointwise_v_information(
        "linear", train["text"].tolist(), labels, random_state=random_state
    )
    for source, pvi in (("linear", linear.pvi), ("own", own_pvi(ids, labels, random_state))):
        rows += [
            row(name, source, sampler_of(arm, pvi, labels, random_state))
            for name, arm in ARMS.items()
        ]
    return rows


def differences(rows: pd.DataFrame, figure: str) -> pd.DataFrame:
    """A line for each data set, arm and PVI: its mean less that of random order, with interval."""
    lines = []
    for (data, arm, source), part in rows.groupby(["data", "arm", "pvi"], sort=False):
        if arm == "random":
            continue
        base = rows[(rows["data"] == data) & (rows["arm"] == "random")].set_index("repeat")[figure]
        change = part.set_index("repeat")[figure] - base
        half = student.ppf(0.975, len(change) - 1) * change.std() / np.sqrt(len(change))
        lines.append(
            {
                "data": data, "arm": arm, "pvi": source, "mean": change.mean(),
                "low": change.mean() - half, "high": change.mean() + half,
            }
        )  # fmt: skip
    return pd.DataFrame(lines)


def shown(rows: pd.DataFrame, data: str) -> str:
    """The table of one data set: accuracy in per cent and bits, less those of random order."""
    part = rows[rows["data"] == data]
    counts = part.groupby(["arm", "pvi"], sort=False)[["items", "flipped_items"]].mean().round()
    columns = {
        "accuracy_early": ("accuracy, early", 100, 1), "accuracy_end": ("accuracy, end", 100, 1),
        "information_bits_end": ("bits, end", 1, 3),
    }  # fmt: skip
    lines = counts.rename(columns={"flipped_items": "of them flipped"}).reset_index()
    lines = lines.replace({"": "–"})
    base = part[part["arm"] == "random"]
    for figure, (title, scale, digits) in columns.items():
        found = differences(part, figure).set_index(["arm", "pvi"])
        cells = [f"{scale * base[figure].mean():.{digits}f}"]
        for arm, source in counts.index[1:]:
            mean, low, high = scale * found.loc[(arm, source), ["mean", "low", "high"]]
            mark = "**" if low > 0 or high < 0 else ""
            cells.append(
                f"{mark}{mean:+.{digits}f}{mark} ({low:+.{digits}f} to {high:+.{digits}f})"
            )
        lines[title] = cells
    return f"## {data}\n\n{markdown(lines)}"


def draw(rows: pd.DataFrame) -> Figure:
    """Accuracy at the end less that of random order, an arm a line, a data set a panel."""
    found = differences(rows, "accuracy_end")
    arms = list(dict.fromkeys(found["arm"]))
    figure = Figure(figsize=(10, 1.2 + 0.3 * len(arms)), layout="constrained")
    panels = figure.subplots(1, len(DATA), sharey=True)
    for ax, data in zip(panels, DATA, strict=True):
        for color, source, shift in (("C0", "linear", -0.15), ("C1", "own", 0.15), ("0.3", "", 0)):
            part = found[(found["data"] == data) & (found["pvi"] == source)]
            places = [arms.index(arm) + shift for arm in part["arm"]]
            error = 100 * np.array([part["mean"] - part["low"], part["high"] - part["mean"]])
            label = LABELS[source]
            ax.errorbar(
                100 * part["mean"], places, xerr=error, fmt="o", ms=4, color=color, label=label
            )
        ax.axvline(0, color="0.7", lw=0.8)
        ax.set(title=data, xlabel="accuracy, points over random order")
    panels[0].set_yticks(range(len(arms)), arms)
    panels[0].invert_yaxis()
    figure.legend(*panels[1].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


TEXT = """\
A bag of hashed words and pairs of words from scratch ({width} dimensions, Adam {lr}, batches of
{batch}), trained for as many steps as {epochs} epochs take, in random order and in orders, with
weights or on selections by PVI. PVI is out of fold: of the probe family "linear" on TF-IDF, and of
the trained model itself. Within a seed all arms start from the same weights and have the same
number of steps; {seeds} seeds, each with its own flips, folds, weights and order. Orders and shares
keep the classes mixed (`labels`, `by_class`). SST-2: 6,920 training and 1,821 test sentences; CoLA:
8,551 and 1,043 (both dev parts). The first line of a table is random order; the others are the
paired difference from it with its 95 % interval (Student, {seeds} seeds), bold where it excludes 0:
of {n_tests} such intervals one in twenty would by chance. "Early" is after a quarter of the steps;
bits are V-information on the test part.

{tables}

With pacing the first 30 % of the order are open at first, and all by 60 % of the steps. "Clip"
weights go from 0 at -1.5 bits to 1 at 0 bits, "softmax" has a temperature of 1 bit and gives most
to the hardest items. In as many steps a selection is gone through more often, and with pacing what
opens late less often: where random order overfits, as on CoLA, a part of the differences is that
and not the choice of items. The papers' gains come from fine-tuning language models, which these
runs say nothing about."""


def run(results: Path, scratch: Path) -> None:
    """Train, and write ``training.csv``, ``.md`` and ``.svg``."""
    torch.set_num_threads(1)
    parts = [part for data in ("SST-2", "CoLA") for part in read(data)]
    rows = sweep(
        compared, {"data": list(DATA), "repeat": range(SEEDS)}, scratch / "training.sqlite",
        fingerprint=fingerprint(*(part["label"].to_numpy() for part in parts)),
        progress=lambda done, of: print(f"training: {done} of {of}", flush=True),
    )  # fmt: skip
    text = TEXT.format(
        width=WIDTH, lr=LR, batch=BATCH, epochs=EPOCHS, seeds=SEEDS,
        n_tests=3 * len(differences(rows, "accuracy_end")),
        tables="\n\n".join(shown(rows, data) for data in DATA),
    )  # fmt: skip
    publish(
        results, "training", rows, title="Training by pointwise V-information", text=text,
        figure=draw(rows),
    )  # fmt: skip
