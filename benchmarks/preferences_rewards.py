"""Reward models on tree and chain data: a linear one of real answers, a network of a language."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import torch
from matplotlib.figure import Figure

from benchmarks.preferences_rewards_hh import PENALTIES, answers, hh_table, linear, shorter_wins
from benchmarks.preferences_rewards_language import trained
from benchmarks.publishing import markdown, publish
from infometer.resampling import student_interval
from infometer.sweeps import sweep
from infometer.tables import fingerprint

SIZES, SEEDS = (1024, 4096), range(5)
CHAIN, TREE, NARROW, CHEAP = "chain", "tree, B = 4", "tree, B = 2", "chain, equal tokens"
TOPOLOGIES = (CHAIN, "few", TREE, NARROW, CHEAP)
FIGURES = {"accuracy": "accuracy", "nll": "NLL (nats)", "best_of_16": "best of 16"}
KEYS = ["model", "labels", "n"]

LINEAR = """\
2312 pairs of answers to red-team prompts (harmless-base, test part; offensive text, none of it is
shown), the last answer of each dialogue only. TF-IDF of words and pairs of words (min_df 3,
sublinear), differences of features, logistic regression without intercept
(`fit_linear_reward`), five folds (shuffled, seed 0). Intervals of 95 % over the pairs; they do not
hold what the draw of the training set adds.

{table}

The shorter answer wins in {shorter:.3f} of the pairs; log 2 = 0.693 nats is the loss of one who
knows nothing. "Chosen inside" chooses C by cross-validation within the training folds. "Before" are
accuracy and NLL of an earlier measurement at C = 0.1, 1 and 10, which agree with a fit that holds
every pair in both orders: that is twice the C."""

LANGUAGE = """\
A language of 4 letters and length 8. The reward of a sequence is the sum over its prefixes, of
length l = 1 to 8, of increments N(0, 2^-l). Labels are drawn from sigma(2 (r_u - r_v)), or are the
sign of the difference (noise-free). n comparisons:

- chain: both sequences of every pair fresh and uniform;
- few: pairs of about n / log n uniform sequences;
- tree, B = 4 and B = 2: pairs of as many leaves of a tree that branches B times at a node from the
  root on, until there are leaves enough, and goes on without branching;
- chain, equal tokens: a chain with as many pairs as the tokens of the tree with B = 4 pay for.

The network is a 2-layer GRU of width 64 (Adam 1e-3, batches of 128, 20 epochs or, of few pairs,
320 steps; no early stopping). The posterior is `reward_posterior` (Laplace) on the tree of all
87 381 prefixes, with the true prior and beta: what there is to know. Held out: 20 000 uniform pairs
(accuracy by the true difference; NLL by the law of the labels, of the posterior at its mode), and
the true reward of the best of 16 uniform sequences, less the mean, over 4096 prompts
(the best possible: {possible:.3f}). Means of {seeds} seeds.

{means}

Differences in pairs of the same seed, with 95 % intervals (Student, {df} degrees of freedom): the
chain is better where those of accuracy and best of 16 are above 0 and that of NLL is below. At the
same n, and for the chain of equal tokens at what the tree's tokens pay for:

{differences}"""


def paired(rows: pd.DataFrame) -> pd.DataFrame:
    """Differences of the chain from the others, and of the cheap chain from the tree."""
    found = []
    for key, group in rows.groupby(KEYS, sort=False):
        by = group.pivot_table(index="seed", columns="topology", values=[*FIGURES])
        for topology in TOPOLOGIES[1:]:
            if topology not in set(group["topology"]):
                continue
            ours, other = (CHEAP, TREE) if topology == CHEAP else (CHAIN, topology)
            line = dict(zip(KEYS, key, strict=True)) | {"difference": f"{ours} − {other}"}
            for name, shown in FIGURES.items():
                gap = by[name][ours] - by[name][other]
                mean, error = gap.mean(), gap.std(ddof=1) / len(gap) ** 0.5
                low, high = student_interval(mean, error, len(gap) - 1)
                line[shown] = f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"
            found.append(line)
    return pd.DataFrame(found)


def means(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each model, label law, size and topology."""
    columns = ["comparisons", "responses", "tokens", *FIGURES]
    table = rows.groupby([*KEYS, "topology"], sort=False)[columns].mean().reset_index()
    counts = dict.fromkeys(columns[:3], int)
    return table.round(3).astype(counts).rename(columns=FIGURES)


def draw(rows: pd.DataFrame) -> Figure:
    """Accuracy over tokens, a panel for each model and label law."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    panels = list(rows.groupby(["model", "labels"], sort=False))
    for ax, (key, panel) in zip(figure.subplots(1, len(panels), sharey=True), panels, strict=True):
        for number, topology in enumerate(TOPOLOGIES):
            line = panel[panel["topology"] == topology].groupby("n")[["tokens", "accuracy"]].mean()
            ax.plot(line["tokens"], line["accuracy"], "o-", color=f"C{number}", label=topology)
        ax.set(xscale="log", xlabel="tokens written", title=", ".join(key))
    figure.axes[0].set_ylabel("accuracy on held-out pairs")
    handles = figure.axes[0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside upper center", ncols=5, fontsize=8)
    return figure


def run(results: Path, scratch: Path) -> None:
    """Write ``rewards_linear`` and ``rewards_language``, each ``.csv`` and ``.md``."""
    torch.set_num_threads(1)
    grid = [
        {"vocabulary": words, "penalty": penalty}
        for words in ("all", "train")
        for penalty in (*PENALTIES, None)
    ]
    rows = sweep(
        linear, grid, scratch / "rewards_linear.sqlite", fingerprint=fingerprint(answers())
    )
    text = LINEAR.format(table=markdown(hh_table(rows)), shorter=shorter_wins())
    publish(results, "rewards_linear", rows, title="A linear reward model", text=text)
    points = [
        {"model": model, "labels": labels, "topology": topology, "n": n, "seed": seed}
        for model, labels in (
            ("GRU", "logistic"), ("posterior", "logistic"), ("GRU", "noise-free")
        )
        for n in SIZES
        for topology in TOPOLOGIES
        for seed in SEEDS
        if labels == "logistic" or topology != NARROW
    ]  # fmt: skip
    rows = sweep(
        trained, points, scratch / "rewards_language.sqlite",
        progress=lambda n, of: print(f"rewards: {n} of {of}", flush=True),
    )  # fmt: skip
    text = LANGUAGE.format(
        possible=rows["best_possible"].mean(), seeds=len(SEEDS), df=len(SEEDS) - 1,
        means=markdown(means(rows)), differences=markdown(paired(rows)),
    )  # fmt: skip
    title = "Reward models on chain and tree data"
    publish(results, "rewards_language", rows, title=title, text=text, figure=draw(rows))
