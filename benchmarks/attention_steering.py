"""Whether heads can be steered: each to its own entropy, with the task loss off, and against it."""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from benchmarks.attention_text import path_of, read
from benchmarks.publishing import markdown, publish
from infometer.attention import (
    EntropyRegularizer,
    build_gpt2,
    causal_max_entropy,
    parameter_groups,
    regularized_loss,
)
from infometer.estimators.fitting import fit_module
from infometer.estimators.seeded import seeded
from infometer.resampling import generator
from infometer.sweeps import sweep
from infometer.tables import write_table

LENGTH, BATCH, LAYERS, HEADS, WIDTH = 64, 16, 4, 4, 64
TARGETS = np.linspace(0.2, 0.9, LAYERS * HEADS)
"""Of the causal ceiling; which head has which is drawn anew for each seed."""
GAMMA, STEPS = 0.05, 400
LOOKS = (0, 25, 50, 100, 200, 300, STEPS)
HELD_OUT = 64  # windows
WEIGHTS = (0.0, 0.01, 0.1, 1.0, 10.0)
VARIANTS = ("SM+LN+G", "SM", "SM(t)+ScFuFFN")


class Steered(nn.Module):
    """A model, its regulariser, and which of them is trained."""

    def __init__(
        self, random_state: int, n_words: int, variant: str, *, weight: float, learn_theta: bool
    ) -> None:
        super().__init__()
        rng = generator(random_state, "targets")
        with seeded(random_state, "weights"):
            self.model = build_gpt2(
                variant, n_layer=LAYERS, n_head=HEADS, n_embd=WIDTH, n_positions=LENGTH,
                vocab_size=n_words, embd_pdrop=0.0, attn_pdrop=0.0, resid_pdrop=0.0,
                bos_token_id=None, eos_token_id=None,
            )  # fmt: skip
        self.regularizer = EntropyRegularizer(
            LAYERS, HEADS, gamma=GAMMA, theta_init=rng.permutation(TARGETS).reshape(LAYERS, HEADS),
            learn_theta=learn_theta, reference="causal", weight=weight,
        )  # fmt: skip

    def loss(self, tokens: Tensor, task: bool) -> Tensor:
        """The regulariser's loss alone, or with the cross-entropy of the next characters."""
        ids = tokens.long()
        batch = {"input_ids": ids, "labels": ids} if task else {"input_ids": ids}
        return regularized_loss(self.model, batch, self.regularizer).loss

    @torch.no_grad()
    def look(self, held_out: Tensor) -> dict[str, np.ndarray | float]:
        """Entropies and thresholds as shares of the causal ceiling, and the task's loss."""
        ids = held_out.long()
        batch = {"input_ids": ids, "labels": ids}
        found = regularized_loss(self.model.eval(), batch, self.regularizer)
        self.model.train()
        assert found.regularization is not None
        assert found.task_loss is not None
        assert self.regularizer.theta is not None
        theta = self.regularizer.theta.numpy().copy()
        gap = found.regularization.deviation.numpy() / causal_max_entropy(LENGTH)
        return {"entropy": theta + gap, "theta": theta, "nats": found.task_loss.item()}


@cache
def characters() -> tuple[Tensor, Tensor, int]:
    """Windows of Shakespeare: for training, held out, and how many characters there are."""
    text = read("tiny_shakespeare")
    place = {character: k for k, character in enumerate(sorted(set(text)))}
    codes = np.array([place[character] for character in text], dtype=np.uint8)
    windows = torch.from_numpy(codes[: len(codes) // LENGTH * LENGTH].reshape(-1, LENGTH))
    split = int(0.9 * len(windows))
    chosen = np.linspace(split, len(windows) - 1, HELD_OUT).astype(int)
    return windows[:split], windows[chosen], len(place)


def tokens(kind: str) -> tuple[Tensor, Tensor, int]:
    """Training windows, held-out windows and the number of words, of text or of random tokens."""
    if kind == "Shakespeare":
        return characters()
    drawn = generator(0, "random tokens").integers(0, 65, (4096 + HELD_OUT, LENGTH))
    windows = torch.from_numpy(drawn.astype(np.uint8))
    return windows[:-HELD_OUT], windows[-HELD_OUT:], 65


def decayed(optimizer: torch.optim.Optimizer, total: int) -> Any:
    """A rate that falls to 0 in a line: at a constant one, heads flicker about the band's edge."""
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0 - step / total)


def train(random_state: int, whole: Steered, kind: str, *, task: bool, rate: float) -> tuple:
    """Train what has a gradient; give each look with its step, and the seconds of one core."""
    windows, held_out, _ = tokens(kind)
    seen: list[dict[str, Any]] = []

    def look(step: int, loss: float) -> None:
        if step in LOOKS:
            seen.append({"step": step, **whole.look(held_out)})

    start = time.process_time()
    fit_module(
        whole, lambda module, batch: module.loss(batch, task), (windows,), max_steps=STEPS,
        batch_size=BATCH, lr=rate, on_step=look, random_state=random_state,
        schedule=decayed,
        optimizer=lambda parameters, lr: torch.optim.AdamW(
            parameter_groups(whole, weight_decay=0.1 if task else 0.0), lr=lr
        ),
    )  # fmt: skip
    return seen, time.process_time() - start


def steered(random_state: int, variant: str, text: str, seed: int) -> list[dict[str, Any]]:
    """Frozen thresholds, no task: queries, keys and temperatures are trained towards them."""
    whole = Steered(random_state, tokens(text)[2], variant, weight=1.0, learn_theta=False)
    for name, parameter in whole.model.named_parameters():
        parameter.requires_grad_(".attn.qk." in name or ".temperature." in name)
    looks, seconds = train(random_state, whole, text, task=False, rate=1e-2)
    return [{**summary(look, looks[0]), "seconds": seconds} for look in looks]


def priced(random_state: int, weight: float, thresholds: str) -> list[dict[str, Any]]:
    """The whole model on real text, with the task loss and the regulariser at this weight.

    Weights, targets and batches are the same in every row: the seed of the row is not used.
    """
    whole = Steered(
        0, characters()[2], "SM+LN+G", weight=weight, learn_theta=thresholds == "learned"
    )
    looks, seconds = train(0, whole, "Shakespeare", task=True, rate=3e-3)
    return [{**summary(look, looks[0]), "seconds": seconds} for look in looks]


def summary(look: dict[str, Any], first: dict[str, Any]) -> dict[str, Any]:
    """How far heads are from their thresholds, and who moved, of all that closed the gaps."""
    gap, side = look["entropy"] - look["theta"], np.sign(first["entropy"] - first["theta"])
    by_head = float((side * (first["entropy"] - look["entropy"])).sum())
    by_threshold = float((side * (look["theta"] - first["theta"])).sum())
    closed = by_head + by_threshold
    return {
        "step": look["step"],
        "heads_in_band": int((np.abs(gap) <= GAMMA).sum()),
        "mean_distance": float(np.abs(gap).mean()),
        "worst_distance": float(np.abs(gap).max()),
        "distance_from_first_thresholds": float(np.abs(look["entropy"] - first["theta"]).mean()),
        "threshold_share": by_threshold / closed if closed > 0.01 * side.size else None,
        "held_out_nats": look["nats"],
    }


def reached(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each model and text: the heads in their band on the way, all seeds."""
    lines = []
    for (variant, text), part in rows.groupby(["variant", "text"], sort=False):
        last = part[part["step"] == STEPS]
        line: dict[str, Any] = {"model": variant, "tokens": text, "seeds": part["seed"].nunique()}
        for step in LOOKS:
            heads = part[part["step"] == step]["heads_in_band"]
            line[f"step {step}"] = " / ".join(map(str, heads))
        line["worst distance"] = last["worst_distance"].max()
        lines.append(line | {"CPU seconds": round(last["seconds"].mean())})
    return pd.DataFrame(lines)


def curve(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each weight and kind of threshold, at the end."""
    columns = [
        "heads_in_band", "mean_distance", "distance_from_first_thresholds", "threshold_share",
        "held_out_nats",
    ]  # fmt: skip
    table = rows[rows["step"] == STEPS][["thresholds", "weight", *columns]]
    return table.rename(columns={"weight": "λ"}).rename(columns=lambda n: n.replace("_", " "))


def draw(without_task: pd.DataFrame, with_task: pd.DataFrame) -> Figure:
    """The worst head on the way without the task, and distance and loss against λ with it."""
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    for (variant, text), part in without_task.groupby(["variant", "text"], sort=False):
        worst = part.groupby("step")["worst_distance"].max()
        style = "-" if text == "Shakespeare" else ":"
        left.plot(worst.index, worst, f".{style}", label=f"{variant}, {text}")
    left.axhline(GAMMA, color="black", lw=0.8)
    left.set(title="task off", xlabel="step", ylabel="worst head's distance / ceiling", ylim=0)
    left.legend(fontsize=6)
    end = with_task[with_task["step"] == STEPS]
    for kind, part in end.groupby("thresholds", sort=False):
        places = [WEIGHTS.index(weight) for weight in part["weight"]]
        middle.plot(places, part["mean_distance"], "o-", label=f"{kind} thresholds")
        right.plot(places, part["held_out_nats"], "o-", label=f"{kind} thresholds")
    for ax in (middle, right):
        ax.set_xticks(range(len(WEIGHTS)), [f"{weight:g}" for weight in WEIGHTS])
        ax.set(title="task on", xlabel="λ")
    middle.set(ylabel="mean distance to threshold / ceiling", ylim=0)
    right.set(ylabel="held-out nats a character")
    middle.legend(fontsize=7)
    return figure


TEXT = """\
GPT-2 of {layers} layers, {heads} heads, width {width}, {length} characters of context, from fresh
weights, where every head stands at the causal ceiling. Each of the {all_heads} heads has its own
threshold, spread evenly over 0.2 to 0.9 of the ceiling and dealt out at random. The band is
± {gamma} of the ceiling, the penalty the paper's, on means of heads; what is told is of held-out
windows.

**Task loss off, thresholds frozen**, λ = 1, {steps} steps of {batch} windows, Adam at 0.01
falling to 0, on the weights of queries and keys (and the temperatures, where the model has them).
Heads in their band, of {all_heads}, for each seed; the distance of the worst head of all seeds is a
share of the ceiling:

{reached}

**Task loss on**: the whole SM+LN+G on Shakespeare, AdamW at 0.003 falling to 0, {steps} steps, the
same fresh weights, targets and batches in each row. Distances are shares of the ceiling. Of the
movement that closes the gaps between heads and thresholds, the threshold share is what the
thresholds made and the rest what the heads made:

{curve}"""


def run(results: Path, scratch: Path) -> None:
    """Steer with and without the task; write ``steering.csv``, ``steering_task.csv``, ``.md``."""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    there = "INFOMETER_DATA" in os.environ and path_of("tiny_shakespeare").exists()
    runs = (("Shakespeare", 0), ("Shakespeare", 1), ("random", 0)) if there else (("random", 0),)

    def told(n: int, of: int) -> None:
        print(f"steering: {n} of {of}", flush=True)

    grid = [
        {"variant": variant, "text": text, "seed": seed}
        for variant in VARIANTS for text, seed in runs
    ]  # fmt: skip
    without_task = sweep(
        steered, grid, scratch / "steering.sqlite", fingerprint="decayed", progress=told
    )
    if not there:
        print(reached(without_task).to_string())
        print("steering: the curve needs text: set INFOMETER_DATA")
        return
    prices = [
        {"thresholds": kind, "weight": weight}
        for kind in ("frozen", "learned")
        for weight in WEIGHTS
        if weight > 0 or kind == "frozen"  # without the loss they are never learned
    ]
    with_task = sweep(
        priced, prices, scratch / "steering_task.sqlite", fingerprint="decayed", progress=told
    )
    write_table(with_task, results / "steering_task.csv")
    publish(
        results, "steering", without_task, title="Steering the entropy of heads",
        text=TEXT.format(
            layers=LAYERS, heads=HEADS, all_heads=LAYERS * HEADS, width=WIDTH, length=LENGTH,
            gamma=GAMMA, steps=STEPS, batch=BATCH, reached=markdown(reached(without_task)),
            curve=markdown(curve(with_task)),
        ),
        figure=draw(without_task, with_task),
    )  # fmt: skip
