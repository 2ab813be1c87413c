"""Labelled texts in bits: two families beside BERT, overfitting, correlations, telling words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish
from benchmarks.usable_texts_held_out import ATTRIBUTES, HYPOTHESIS, WHOLE, measured
from benchmarks.usable_texts_models import SETS, SLOWER, TRANSFORMER
from benchmarks.usable_texts_overfitting import (
    EPOCHS,
    PAPER,
    SEEDS,
    paper_trajectory,
    penalties,
    reproduced,
    statement,
    trajectories,
    turning_points,
)
from benchmarks.usable_texts_tokens import against_published
from infometer.tables import write_table

COLORS = {"linear": "C0", "transformer": "C1", "BERT (paper)": "0.5"}


def shown(lines: pd.DataFrame, columns: list[str]) -> str:
    """A table in Markdown, an interval a cell."""
    reach = [
        f"{low:.3f} to {high:.3f}" for low, high in lines[["low_bits", "high_bits"]].to_numpy()
    ]
    table = lines.rename(columns={"information_bits": "V-information (bits)"})
    table = table.assign(interval=reach)
    numbers = table.select_dtypes("float").columns
    return markdown(table.assign(**table[numbers].round(3))[columns])


def draw_epochs(ax: Axes, curves: pd.DataFrame, data: str) -> None:
    """V-information and accuracy by epoch: the seeds thin, their mean thick."""
    right = ax.twinx()
    part = curves[curves["data"] == data]
    for side, name, color in ((ax, "information_bits", "C0"), (right, "accuracy", "C1")):
        for _, one in part.groupby("repeat"):
            side.plot(one["epoch"], one[name], color=color, lw=0.6, alpha=0.6)
        mean = part.groupby("epoch")[name].mean()
        best = int(mean.to_numpy().argmax())
        side.plot(mean.index, mean, "o-", color=color, lw=2, markevery=[best])
        side.tick_params(axis="y", labelcolor=color)
    ax.axhline(0.0, color="0.6", lw=0.8, ls="--")
    ax.set(title=data, xlabel="epoch")
    right.set_ylabel("accuracy", color="C1")


def draw_bits(ax: Axes, lines: pd.DataFrame, key: str) -> None:
    """V-information with its interval, a place for each value of the key."""
    places = list(dict.fromkeys(lines[key]))
    for shift, (model, color) in zip((-0.2, 0.0, 0.2), COLORS.items(), strict=True):
        part = lines[lines["model"] == model]
        reach = [
            part["information_bits"] - part["low_bits"],
            part["high_bits"] - part["information_bits"],
        ]
        at = [places.index(name) + shift for name in part[key]]
        ax.errorbar(part["information_bits"], at, xerr=reach, fmt="o", ms=4, color=color,
                    label=model)  # fmt: skip
    ax.set_yticks(range(len(places)), [name.replace("_", " ") for name in places])
    ax.invert_yaxis()
    ax.axvline(0.0, color="0.6", lw=0.8, ls="--")
    ax.set_xlabel("V-information (bits)")


def draw(lines: pd.DataFrame, curves: pd.DataFrame) -> Figure:
    """Above: three trainings by epoch. Below: data sets, and attributes of SNLI."""
    figure = Figure(figsize=(11, 7), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(1, 1.1), squeeze=False)[:, 0]
    panels = above.subplots(1, len(EPOCHS), squeeze=False)[0]
    for ax, data in zip(panels, EPOCHS, strict=True):
        draw_epochs(ax, curves, data)
    panels[0].set_ylabel("V-information (bits)", color="C0")
    left, right = below.subplots(1, 2)
    draw_bits(left, lines[lines["attribute"] == WHOLE], "data")
    draw_bits(right, lines[lines["data"] == "SNLI"], "attribute")
    left.set_title("data sets")
    right.set_title("SNLI, attributes of the pair")
    left.legend(frameon=False)
    return figure


TEXT = """\
"Linear" is `pointwise_v_information("linear", ...)`: TF-IDF of words and pairs of words, a softmax
whose penalty is chosen by held-out log-loss. "Transformer" is `TextTransformerClassifier` trained
from scratch on the spot: {transformer};
size, step and epochs were set after a few trainings on other parts of SNLI and on SST-2, by figures
on held-out items (stopping by the loss on a tenth of the items, with a smaller step, gave 0.01 to
0.03 bits on SNLI; such items share premises with those trained on). CoLA and SST-2 are trained on
their training parts; SNLI and MultiNLI, of which only the test and validation parts are at hand,
are cross-fitted (5 folds, premises kept whole, intervals by premise): about 7,850 pairs for
training where the paper's BERT was pretrained and fine-tuned on 550,000 (SNLI) and 390,000
(MultiNLI). The paper's figures stand beside ours for orientation; they are no target of a model
from scratch. Intervals are of 95 %; of the paper's, items count as independent. Bits everywhere.

{sets}

The gap is V-information on the items trained on less that on items held out. The
findings of the results themselves:

{findings}

## SNLI by attribute

"Second only" is the hypothesis, "first only" the premise, "overlap" the share of the hypothesis's
words that the premise has, "shared words" both texts with all other words masked; the paper's
transformations are alike, not the same.

{attributes}

What the premise adds to the hypothesis, I_V(premise → label | hypothesis), from the two models of
each item:

{conditional}

A sum over words of the one text and of the other cannot compare them: to a linear family the
premise is worth nothing beside the hypothesis. {order}

## Overfitting

CoLA, in-domain development part, TF-IDF (`min_df` 2) and logistic regression by penalty (smaller C
is stronger); "known" was measured before this library was written. {reproduced}

{penalties}

The small transformer by epoch ({slower}; {seeds} seeds), on items held out: both
development parts of CoLA, development and test part of SST-2, and 4,000 items of Subjectivity with
2,000 for training. Sentences made from the mean over the seeds; the standard error of an accuracy
is 0.5 to 1.6 points, and the best of many epochs flatters itself. Subjectivity was looked at with
another seed before: with 8,000 items for training (of 16 epochs, 2,000 asked about) V-information
falls from 0.65 to 0.10 bits while accuracy goes from 0.898 to 0.903; with 2,000 it falls below 0.

{statements}

A line a seed:

{turns}

## The same items to other families

Correlation of PVI item by item; the interval is of Spearman's. BERT: the paper's values.

{correlations}

## Words that give a class of SNLI away

Mean drop in PVI of a class's items when a word of the hypothesis is taken out
(`token_artefacts`, the linear models of the folds), beside the paper's table for BERT, which takes
words out of both texts. Over the words that both have a figure of for the class (ours: more than 5
items of the class); "top" of ours among those that pass the sign test.

{tokens}"""


def conclusion_on_premises(lines: pd.DataFrame) -> str:
    """Held-out and in-sample figures of the transformer, with the premise and without."""
    own = lines[lines["model"] == "transformer"].set_index(["data", "attribute"])
    told = []
    for data in ("SNLI", "MultiNLI"):
        whole, alone = own.loc[(data, WHOLE)], own.loc[(data, HYPOTHESIS)]
        seen = [part["information_bits"] + part["gap_bits"] for part in (whole, alone)]
        told.append(
            f"{data} {whole['information_bits']:.3f} against {alone['information_bits']:.3f} bits "
            f"held out, {seen[0]:.3f} against {seen[1]:.3f} on the items trained on"
        )
    return (
        "The transformer could compare them. Pairs against hypotheses alone: "
        f"{'; '.join(told)}. Where pairs stand behind on the items trained on too, this training "
        "(two epochs of 7,850 pairs) did not get as far with the premise in the way: that says "
        "nothing of what the family could read off it with more data."
    )


def findings_of(lines: pd.DataFrame) -> str:
    """The findings of the fits to whole texts, each with the fits that told it."""
    told: dict[str, list[str]] = {}
    for _, row in lines[lines["attribute"] == WHOLE].dropna(subset="findings").iterrows():
        for what in filter(None, row["findings"].split("; ")):
            told.setdefault(what, []).append(f"{row['data']} ({row['model']})")
    return "\n".join(f"- {what} {'; '.join(where)}." for what, where in told.items())


def listed(settings: dict[str, object]) -> str:
    """Settings in words."""
    return ", ".join(f"{name} {value}" for name, value in settings.items())


def run(results: Path, scratch: Path) -> None:
    """Measure, and write ``texts.csv``, ``.md`` and ``.svg``, and ``texts_epochs.csv``."""
    torch.set_num_threads(1)
    lines, conditional, correlations = measured(scratch)
    fits = penalties()
    epochs = trajectories(scratch)
    curves = pd.concat([epochs, paper_trajectory()], ignore_index=True)
    slower = {name: SLOWER[name] for name in ("batch_size", "lr")}
    attributes = lines[(lines["data"] == "SNLI")]
    shared = ["model", "V-information (bits)", "interval"]
    text = TEXT.format(
        transformer=listed(TRANSFORMER), slower=listed(slower), seeds=SEEDS,
        sets=shown(
            lines[lines["attribute"] == WHOLE].sort_values(
                "data", key=lambda names: names.map(list(SETS).index), kind="stable"
            ),
            ["data", "n", "null_entropy_bits", *shared, "accuracy", "gap_bits"],
        ),
        findings=findings_of(lines),
        attributes=shown(
            attributes.sort_values(
                "attribute", key=lambda names: names.map([WHOLE, *ATTRIBUTES].index), kind="stable"
            ),
            ["attribute", *shared, "accuracy"],
        ),
        conditional=shown(conditional, ["data", "hypothesis", "both", *shared]),
        order=conclusion_on_premises(lines),
        reproduced=reproduced(fits),
        penalties=shown(
            fits.assign(
                known=fits["known"].map("{:.4f}".format),
                here=fits["information_bits"].map("{:.4f}".format),
            ),
            ["C", "known", "here", "interval", "known accuracy", "accuracy", "gap_bits"],
        ),
        statements="\n".join(statement(curves, data) for data in [*EPOCHS, PAPER]),
        turns=markdown(turning_points(epochs).round(3)),
        correlations=markdown(correlations.round(3)),
        tokens=markdown(against_published(scratch).round(3)),
    )  # fmt: skip
    write_table(curves, results / "texts_epochs.csv")
    publish(
        results, "texts", lines, title="Labelled texts in bits", text=text,
        figure=draw(lines, curves),
    )  # fmt: skip
