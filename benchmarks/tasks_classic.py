"""The classical estimators on the forty tasks, beside the truth and the suite's own figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.special import stdtr

from benchmarks.publishing import markdown, publish
from benchmarks.tasks_heavy_tails import NO_VARIANCE
from benchmarks.tasks_reference import ESTIMATORS, REFERENCE, N, asked

TOLERANCE, HEAVY = 0.02, 0.05
MANY = 40
"""Seeds for every line that was missed."""

SAME_FORMULA = {"KSG": "KSG", "CCA": "plain CCA"}
COLOURS = {"KSG": "C0", "CCA": "C1", "copula": "C2"}


def beside_reference(table: pd.DataFrame) -> pd.DataFrame:
    """Every figure with its reference where there is one, and whether that is met."""
    known = pd.DataFrame(REFERENCE, index=["CCA", "KSG"]).T.rename_axis("task").reset_index()
    known = known.melt("task", var_name="estimator", value_name="reference")
    rows = table.merge(known, on=["task", "estimator"], how="left")
    difference = rows["value_nats"] - rows["reference"]
    tolerance = np.where(rows["task"].str.startswith("student"), HEAVY, TOLERANCE)
    met = np.where(difference.abs() <= tolerance, "met", "missed")
    unsettled = (rows["estimator"] == "CCA") & rows["task"].isin(NO_VARIANCE)
    met = np.where(unsettled, "unsettled", np.where(rows["reference"].isna(), "", met))
    return rows.assign(difference=difference, tolerance=tolerance, met=met)


def explained(rows: pd.DataFrame, scratch: Path) -> pd.DataFrame:
    """Why each was missed: another formula, or another sample, as many seeds tell."""
    figures = rows.set_index(["task", "estimator"])["value_nats"]
    missed = rows[rows["met"] == "missed"]
    found = []
    for _, row in missed.iterrows():
        task, estimator, formula = row["task"], row["estimator"], SAME_FORMULA[row["estimator"]]
        same = figures[task, formula]
        spread = as_one_more(asked([formula], [task], range(MANY), scratch), row["reference"])
        reasons = []
        if abs(same - row["value_nats"]) > TOLERANCE / 4:
            reasons.append("ours is free of the bias")
        if abs(same - row["reference"]) > row["tolerance"]:
            reasons.append("another sample" + (", a rare one" if spread["p"] < 0.01 else ""))
        told = {"ours": row["value_nats"], "suite": row["reference"], "same formula": same}
        why = {"why": "; ".join(reasons)}
        found.append({"task": task, "estimator": estimator, **told, **spread, **why})
    return pd.DataFrame(found)


def as_one_more(table: pd.DataFrame, reference: float) -> dict[str, float]:
    """How far the reference is from our seeds, were it one more draw of the same law."""
    values = table["value_nats"]
    deviations = (reference - values.mean()) / (values.std() * np.sqrt(1 + 1 / len(values)))
    p_value = 2 * stdtr(len(values) - 1, -abs(deviations))
    return {"mean": values.mean(), "sd": values.std(), "deviations": deviations, "p": p_value}


def alike(scratch: Path) -> str:
    """The references of all tasks as one more draw beside ten of ours."""
    lines = []
    for name, formula in SAME_FORMULA.items():
        column = ("CCA", "KSG").index(name)
        settled = [task for task in REFERENCE if name == "KSG" or task not in NO_VARIANCE]
        table = asked([formula], settled, range(10), scratch).groupby("task", sort=False)
        off = pd.DataFrame([as_one_more(rows, REFERENCE[task][column]) for task, rows in table])
        square = np.sqrt((off["deviations"] ** 2).mean())
        lines.append(
            f"- {name}: {len(off)} tasks, deviations of mean {off['deviations'].mean():.2f} and "
            f"root mean square {square:.2f}, the smallest p {off['p'].min():.3f}"
        )
    return "\n".join(lines)


def side_by_side(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each task: the truth, and for KSG and CCA ours, the reference, and the verdict."""
    by_task = rows.set_index("task")
    columns = {"true": by_task["true_nats"].groupby(level=0).first()}
    for name in ("KSG", "CCA"):
        part = by_task[by_task["estimator"] == name]
        columns[name] = part["value_nats"]
        columns[f"{name}, suite"] = part["reference"]
        columns[f"{name}, difference"] = part["difference"]
        columns[f"{name}, verdict"] = part["met"]
    columns["copula"] = by_task.loc[by_task["estimator"] == "copula", "value_nats"]
    return pd.DataFrame(columns).loc[list(REFERENCE)].round(3).rename_axis("task").reset_index()


def counted(rows: pd.DataFrame) -> str:
    """How many are met, by estimator."""
    lines = []
    for name in ("KSG", "CCA"):
        counts = rows.loc[rows["estimator"] == name, "met"].value_counts()
        told = [
            f"{counts[kind]} {kind}" for kind in ("met", "missed", "unsettled") if kind in counts
        ]
        lines.append(f"- {name}: {', '.join(told)}")
    return "\n".join(lines)


def draw(rows: pd.DataFrame) -> Figure:
    """Truth, our figures, and those of the suite around them, a line for each task."""
    places = {name: place for place, name in enumerate(REFERENCE)}
    figure = Figure(figsize=(8.5, 0.22 * len(places) + 1.2), layout="constrained")
    ax = figure.add_subplot()
    for name, colour in COLOURS.items():
        part = rows[rows["estimator"] == name]
        height = part["task"].map(places)
        ax.plot(part["value_nats"], height, "o", color=colour, ms=3.5, label=name)
        if part["reference"].notna().any():
            ax.plot(
                part["reference"], height, "s", mfc="none", mec=colour, ms=8, mew=0.8,
                label=f"{name}, the suite's sample",
            )  # fmt: skip
    truth = rows[rows["estimator"] == "KSG"]
    ax.plot(
        truth["true_nats"], truth["task"].map(places), "|", color="black", ms=11, mew=1.6,
        label="truth",
    )  # fmt: skip
    ax.set_yticks(list(places.values()), list(places), fontsize=7)
    ax.set_ylim(len(places) - 0.5, -0.5)
    ax.grid(axis="y", color="0.92")
    ax.set_axisbelow(True)
    ax.set_xlabel("I(X;Y), nats")
    figure.legend(loc="outside upper center", ncols=3, fontsize=8, frameon=False)
    return figure


TEXT = """\
n = {n}, seed 0, one try: `KSG(k=10, interval=None)`, `GaussianInformation()` (here CCA) and
`GaussianCopula()`. The columns called suite are the reference: KSG with the same k and norm, and
CCA, on the samples of benchmark-mi, seed 0, as many rows. These samples are others, so the figures
cannot be the same to the last digit: a difference of at most {tolerance} counts as met, or {heavy}
for the Student tasks whose tails are left as they are. Where ν ≤ 2 the correlations of a Student
sample do not settle, and a single figure has nothing to be compared with:
[twenty seeds](heavy_tails.md) are.

{counted}

{table}

## What was missed, and why

`same formula` is the figure by the formula of the reference on our sample, seed 0: for CCA that is
−½ Σ log(1−ρ²) with its bias, about dx·dy/2n, which `GaussianInformation` takes off. `mean` and `sd`
of {many} seeds are of that formula too; `deviations` tells how far off the reference is as one more
draw would be, and `p` what share of the draws is as far off.

{missed}

## Are these the suite's laws?

If they are, the reference is to our seeds what one more seed is, and its deviations have the mean 0
and the root mean square 1.1 (Student's t with the 9 degrees of freedom of ten seeds). The tasks are
not independent: many are maps of one sample.

{alike}"""


def classic(results: Path, scratch: Path) -> None:
    """Ask for all figures and write ``classic.csv``, ``.md`` and ``.svg`` to `results`."""
    rows = beside_reference(asked(ESTIMATORS, REFERENCE, [0], scratch)).drop(columns="seconds")
    text = TEXT.format(
        n=N, tolerance=TOLERANCE, heavy=HEAVY, counted=counted(rows),
        table=markdown(side_by_side(rows)), many=MANY,
        missed=markdown(explained(rows, scratch).round(3)), alike=alike(scratch),
    )  # fmt: skip
    publish(
        results, "classic", rows,
        title="The forty tasks of Beyond Normal", text=text, figure=draw(rows),
    )  # fmt: skip
