"""V-information recomputed from the published values of each item, beside the figures known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish
from benchmarks.usable_data import published, table
from infometer.estimators.predictive import VInformation, v_information

BITS = np.log(2.0)
BERT = "bert-base-cased"
KNOWN = {  # V-information in bits, accuracy
    ("snli_std_test", BERT): (1.1795, 0.8982),
    ("snli_std2_test", BERT): (1.1873, 0.9007),
    ("snli_std3_test", BERT): (1.1622, 0.8962),
    ("snli_std5_test", BERT): (1.1139, 0.8995),
    ("snli_std10_test", BERT): (0.8510, 0.8910),
    ("snli_shuffled_test", BERT): (1.1133, 0.8828),
    ("snli_hypothesis_test", BERT): (0.5704, 0.7032),
    ("snli_raw_overlap_test", BERT): (0.2982, 0.5735),
    ("snli_overlap_test", BERT): (0.0971, 0.4463),
    ("snli_length_test", BERT): (0.0003, 0.3428),
    ("snli_premise_test", BERT): (0.0004, 0.3428),
    ("snli_std_test_0.05", BERT): (0.9518, None),
    ("snli_std_test_0.2", BERT): (1.0734, None),
    ("snli_std_test_0.4", BERT): (1.1274, None),
    ("snli_std_test_0.6", BERT): (1.1641, None),
    ("snli_std_test_0.8", BERT): (1.1750, None),
    ("snli_std_test", "distilbert-base-uncased"): (1.1488, 0.8875),
    ("snli_std2_test", "distilbert-base-uncased"): (1.1643, 0.8924),
    ("cola_id_dev_std1", BERT): (0.3326, 0.8235),
    ("cola_id_dev_std2", BERT): (0.3390, 0.8387),
    ("cola_id_dev_std3", BERT): (0.2529, 0.8444),
    ("cola_id_dev_std5", BERT): (0.0393, 0.8444),
    ("cola_id_dev_std10", BERT): (-0.2135, 0.8520),
    ("cola_ood_dev_std", BERT): (0.1858, 0.8217),
}
LOWEST = {
    "Wash you!": -4.6158,
    "Who achieved the best result was Angela.": -4.5836,
    "Sue gave to Bill a book.": -3.6492,
}


def recomputed(values: pd.DataFrame, run: str, model: str) -> tuple[pd.DataFrame, VInformation]:
    """The items of a run, and what our code makes of their two entropies."""
    items = values[(values["run"] == run) & (values["model"] == model)].sort_values("row")
    found = v_information(
        -items["H_yx"].astype(float), -items["H_yb"].astype(float), base=2
    )  # fmt: skip
    return items, found


def against_known(values: pd.DataFrame) -> pd.DataFrame:
    """A line a run: what is known of it, and what we get."""
    lines = []
    for (run, model), (known, accuracy) in KNOWN.items():
        items, found = recomputed(values, run, model)
        figure = found.information
        lines.append(
            {
                "run": run,
                "model": model,
                "n": len(items),
                "H_V(Y|∅)": found.null_entropy.bits,
                "H_V(Y|X)": found.conditional_entropy.bits,
                "known": known,
                "here": figure.bits,
                "standard error": (figure.standard_error or np.nan) / BITS,
                "known accuracy": np.nan if accuracy is None else accuracy,
                "accuracy": items["correct"].mean(),
            }
        )
    return pd.DataFrame(lines)


def checks(values: pd.DataFrame) -> pd.DataFrame:
    """Further figures of the specification: by class, by correctness, correlations, conditional."""
    items, two = recomputed(values, "snli_std2_test", BERT)
    pvi, correct = two.pvi / BITS, items["correct"].to_numpy()
    one = recomputed(values, "snli_std_test", BERT)[1].pvi / BITS
    ten = recomputed(values, "snli_std10_test", BERT)[1].pvi / BITS
    hypothesis = recomputed(values, "snli_hypothesis_test", BERT)[1]
    lines = [
        (f"SNLI, 2 epochs, class {label}", known, pvi[items["label"] == label].mean())
        for label, known in enumerate((1.1881, 1.0642, 1.3087))
    ]
    lines += [
        ("SNLI, 2 epochs, guessed wrong", -1.3968, pvi[~correct].mean()),
        ("SNLI, 2 epochs, guessed right", 1.4723, pvi[correct].mean()),
        ("correlation of PVI, 1 and 2 epochs", 0.908, np.corrcoef(one, pvi)[0, 1]),
        ("correlation of PVI, 1 and 10 epochs", 0.762, np.corrcoef(one, ten)[0, 1]),
    ]
    others = ("distilbert-base-uncased", 0.858), ("facebook-bart-base", 0.846), ("gpt2", 0.833)
    for model, known in others:
        other = recomputed(values, "snli_std_test", model)[1].pvi / BITS
        lines.append(
            (f"correlation of PVI, {BERT} and {model}", known, np.corrcoef(one, other)[0, 1])
        )
    conditional = v_information(two.log_p, hypothesis.log_p).information.bits
    lines.append(("I_V(premise → label) given the hypothesis", 0.6168, conditional))
    cola, found = recomputed(values, "cola_id_dev_std2", BERT)
    by_text = dict(
        zip(table("cola_id_dev")["text"].iloc[cola["row"]], found.pvi / BITS, strict=True)
    )
    lines += [(f"CoLA, 2 epochs: “{text}”", known, by_text[text]) for text, known in LOWEST.items()]
    for low, known in zip((0.0, 0.25, 0.5, 0.75), (0.068, 0.171, 0.818, 1.0), strict=True):
        inside = (pvi > low) & (pvi <= low + 0.25)
        lines.append(
            (f"SNLI, share right with PVI in ({low}, {low + 0.25}]", known, correct[inside].mean())
        )
    return pd.DataFrame(lines, columns=["figure", "known", "here"])


def draw(values: pd.DataFrame) -> Figure:
    """CoLA by epochs: accuracy rises while V-information falls."""
    figure = Figure(figsize=(7, 3), layout="constrained")
    ax = figure.add_subplot()
    right = ax.twinx()
    epochs = (1, 2, 3, 5, 10)
    for model, color in (
        (BERT, "C0"),
        ("distilbert-base-uncased", "C1"),
        ("facebook-bart-base", "C2"),
    ):
        found = [recomputed(values, f"cola_id_dev_std{epoch}", model) for epoch in epochs]
        ax.plot(epochs, [f.information.bits for _, f in found], "o-", color=color, label=model)
        right.plot(epochs, [items["correct"].mean() for items, _ in found], "--", color=color, lw=1)
    ax.axhline(0, color="0.7", lw=0.8)
    ax.set(xlabel="epochs of fine-tuning", ylabel="V-information of CoLA dev (bits, solid)")
    right.set_ylabel("accuracy (dashed)")
    ax.legend(frameon=False, fontsize=8)
    return figure


TEXT = """\
Ethayarajh, Choi and Swayamdipta (ICML 2022) published both entropies of every item. "Known" is what
was recomputed from their files before this library was written; "here" is what `v_information`
makes of them. {n} figures, the largest difference {worst:.5f} (the known ones are printed to four
digits).

{table}

Further figures:

{checks}

On CoLA more epochs raise the accuracy and bring the V-information below 0: the model becomes
surer than it is right. In the picture, lines of one colour are one model. roberta-large on SNLI is
a training that failed: {collapsed}."""


def run(results: Path, scratch: Path) -> None:
    """Write ``published.csv``, ``.md`` and ``.svg``."""
    values = published()
    known, further = against_known(values), checks(values)
    worst = max(
        (known["here"] - known["known"]).abs().max(),
        (known["accuracy"] - known["known accuracy"]).abs().max(),
    )
    collapsed = recomputed(values, "snli_std_test", "roberta-large")[1].information
    text = TEXT.format(
        n=len(known),
        worst=worst,
        table=markdown(known),
        checks=markdown(further),
        collapsed=collapsed,
    )
    publish(
        results, "published", pd.concat([known, further]),
        title="V-information from published values", text=text, figure=draw(values),
    )  # fmt: skip
