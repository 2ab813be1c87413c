"""Do the libraries give the same figures on the same samples, and if not, why?"""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.special import digamma
from scipy.stats import poisson

from benchmarks.estimators_calls import OURS, PEERS, Call, Library
from benchmarks.estimators_cases import CASES, SAMPLES, Case
from benchmarks.publishing import markdown, publish

TOLERANCE = 1e-6


def compare(case: Case, ours: Library, theirs: Library, data: Path) -> dict[str, Any]:
    """One row: both figures, and what is left of their difference once formulas are the same."""
    value = ours.ask(case.ours, data).value
    peer = (ours if case.theirs.name.startswith("scikit-learn") else theirs).ask(case.theirs, data)
    parameters = {name: v for name, v in case.theirs.parameters.items() if name == "k"}
    expected = case.formula(**SAMPLES[case.data], **parameters) if case.formula else value
    return {
        "quantity": case.quantity,
        "sample": case.data,
        "ours": _shown(case.ours),
        "theirs": _shown(case.theirs),
        "value": value,
        "their_value": peer.value,
        "difference": peer.value - value,
        "same_formula": "no" if case.formula else "yes",
        "left": peer.value - expected,
        "why": (inspect.getdoc(case.formula) or "").splitlines()[0] if case.formula else "",
    }


def _shown(call: Call) -> str:
    told = ", ".join(f"{name}={value}" for name, value in call.parameters.items())
    return f"{call.name}({told})"


def draw(table: pd.DataFrame) -> Figure:
    """What is left of every difference, on a logarithmic scale that begins at 1e-16."""
    figure = Figure(figsize=(7, 0.19 * len(table) + 1), layout="constrained")
    ax = figure.add_subplot()
    places = np.arange(len(table))
    for same, rows in table.groupby("same_formula"):
        left = rows["left"].abs().clip(lower=1e-16)
        name = "same formula" if same == "yes" else "their formula, written out"
        ax.plot(left, places[rows.index], "o" if same == "yes" else "D", label=name)
    ax.axvline(TOLERANCE, color="0.5", linewidth=0.8)
    ax.set_yticks(places, table["theirs"] + ", " + table["sample"], fontsize=6)
    ax.invert_yaxis()
    ax.set_xscale("log")
    ax.set_xlabel("|theirs − expected|, nats")
    ax.legend(fontsize=7, frameon=False)
    return figure


def summary(table: pd.DataFrame) -> str:
    """How many agree, and how well."""
    lines = []
    for same, rows in table.groupby("same_formula", sort=False):
        far = rows[~(rows["left"].abs() <= TOLERANCE)]
        name = "with the same formula" if same == "yes" else "against their formula, written out"
        told = ", ".join(f"{row.theirs} on {row.sample}" for row in far.itertuples())
        lines.append(
            f"- {len(rows) - len(far)} of {len(rows)} figures {name} agree to {TOLERANCE:g} nats, "
            f"the largest difference being {rows['left'].abs().max():.1e}"
            + (f"; not so: {told}." if told else ".")
        )
    return "\n".join(lines)


INTRODUCTION = """\
`ours` and `theirs` are asked for the same samples, brought to mean 0 and variance 1 before, in
nats and without added noise where that can be left out (npeet-plus and scikit-learn always add
some of the size 1e-10). Where the formula is the same the figures must be the same. Where it is
another, `why` says what theirs has in place of ours; it is written out in
`benchmarks/estimators_formulas.py`, and `left` is what differs from that. scikit-learn and
benchmark-mi give 0 for a figure below 0; no figure here is.

Who is right, where formulas differ:

- infomeasure's divergence divides a sum over the n rows of x by the number m of the rows of y: an
  error unless n = m.
- infomeasure's shrinkage information takes −Σ p̂ log p* of the frequencies p̂ and the shrunk law p*
  for the entropy −Σ p* log p* that Hausser and Strimmer define, and that its own entropy gives.
- Of the two Grassberger entropies that of 1988 has more bias: for a Poisson count of mean λ its
  term is too large by {bias}.
- ψ(n) in the entropies is exact where the density is constant over the ball; log(n − 1), as
  Kozachenko and Leonenko have it, gives 1/2n less. Both norms are as good.
- npeet-plus's information about classes is a difference of entropies whose errors do not cancel
  as Ross has them cancel, and a negative figure loses its sign."""


def grassberger_bias() -> str:
    """E[m G(m)] − λ log λ for Poisson counts m, by the formula of 1988 and by that of 2003."""
    m = np.arange(1, 200)
    sign = (-1.0) ** m
    terms = {
        1988: digamma(m) + sign / (m + 1),
        2003: digamma(m) + sign / 2 * (digamma((m + 1) / 2) - digamma(m / 2)),
    }

    def excess(year: int, mean: float) -> float:
        return float(poisson.pmf(m, mean) @ (m * terms[year])) - mean * math.log(mean)

    return " and ".join(
        f"{excess(1988, mean):.3f} at λ = {mean:g} (that of 2003: {excess(2003, mean):.3f})"
        for mean in (1.0, 2.0)
    )


def write_samples(samples: Mapping[str, Mapping[str, np.ndarray]], folder: Path) -> list[Path]:
    """Leave every sample as an npz file in `folder`."""
    paths = [folder / f"{number}.npz" for number in range(len(samples))]
    for path, arrays in zip(paths, samples.values(), strict=True):
        np.savez(path, **arrays)
    return paths


def run(results: Path, peers: Path, slow: bool) -> None:
    """Ask for all figures and write ``agreement.csv``, ``.md`` and ``.svg`` to `results`."""
    with (
        TemporaryDirectory() as folder,
        Library(OURS) as ours,
        Library(PEERS, peers) as theirs,
    ):
        paths = dict(zip(SAMPLES, write_samples(SAMPLES, Path(folder)), strict=True))
        table = pd.DataFrame([compare(case, ours, theirs, paths[case.data]) for case in CASES])
        versions = theirs.told()
    shown = table.assign(
        **{name: [f"{gap:.1e}" for gap in table[name]] for name in ("difference", "left")}
    )
    text = [INTRODUCTION.format(bias=grassberger_bias()), summary(table), markdown(shown), versions]
    publish(
        results, "agreement", table,
        title="Agreement with the peers", text="\n\n".join(text), figure=draw(table),
    )  # fmt: skip
