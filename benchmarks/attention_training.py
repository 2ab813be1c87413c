"""Transformers without norms or activations, trained on books: perplexity and head entropies."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure
from torch import nn

from benchmarks.attention_text import path_of, windows
from benchmarks.publishing import markdown, publish
from infometer.attention import (
    AttentionEntropyProbe,
    EntropyRegularizer,
    Variant,
    build_gpt2,
    entropy_band,
    parameter_groups,
    regularized_loss,
)
from infometer.estimators.fitting import fit_module
from infometer.sweeps import RowStore

LENGTH, BATCH, LAYERS, HEADS, WIDTH = 128, 16, 4, 4, 64
STEPS, WARM_UP, RATE = 1500, 0.05, 1e-3
LOOKS = (0, 1, 3, 10, 30, 100, 200, 400, 700, 1000, 1500)
"""Steps at which the heads are looked at."""
LAMBDA, GAMMA = 0.16, 0.2  # 1e-5 on a sum over 128 × 128 rows is 0.16 on a mean
VARIANTS = {
    "SM+LN+G": Variant.named("SM+LN+G"),
    "SM+LN+R": Variant.named("SM+LN+R"),
    "SM+LN": Variant.named("SM+LN"),
    "SM+G": Variant.named("SM+G"),
    "SM+R": Variant.named("SM+R"),
    "SM": Variant.named("SM"),
    "SM(t)+ScFuFFN": Variant.named("SM(t)+ScFuFFN", temperature_init="paper-codeparrot"),
    "EReg(SM(t)+ScFuFFN)": Variant.named(
        "EReg(SM(t)+ScFuFFN)", temperature_init="paper-codeparrot"
    ),
}
HELD_OUT = 512  # windows


class Regularized(nn.Module):
    """A language model and, where its variant has one, its regulariser."""

    def __init__(self, variant: Variant, n_characters: int) -> None:
        super().__init__()
        self.model = build_gpt2(
            variant, n_layer=LAYERS, n_head=HEADS, n_embd=WIDTH, n_positions=LENGTH,
            vocab_size=n_characters, embd_pdrop=0.0, attn_pdrop=0.0, resid_pdrop=0.0,
            bos_token_id=None, eos_token_id=None,
        )  # fmt: skip
        self.regularizer = None
        if variant.regularized:
            self.regularizer = EntropyRegularizer(LAYERS, HEADS, gamma=GAMMA, weight=LAMBDA)

    def loss(self, tokens: torch.Tensor) -> torch.Tensor:
        """Cross-entropy of the next characters, and the regulariser's."""
        ids = tokens.long()
        batch = {"input_ids": ids[:, :-1]}
        if self.regularizer is None or not self.training:
            logits, more = self.model(**batch).logits, 0.0
        else:
            found = regularized_loss(self.model, batch, self.regularizer)
            logits, more = found.output.logits, found.loss
        return nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten()) + more


class ClippedAdamW(torch.optim.AdamW):
    """AdamW on gradients of norm 1 at most, as in the papers' runs."""

    def step(self, closure: Any = None) -> Any:
        """Clip, then step."""
        every = [p for group in self.param_groups for p in group["params"]]
        nn.utils.clip_grad_norm_(every, 1.0)
        return super().step(closure)


def schedule(optimizer: Any, total: int) -> Any:
    """Linear warm-up, then linear decay to 0."""
    warm = max(1, int(WARM_UP * total))
    return torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (total - step) / (total - warm)))
    )


@cache
def data() -> tuple[np.ndarray, np.ndarray, int]:
    """Windows of the books."""
    train, valid, n_characters = windows(LENGTH)
    chosen = np.linspace(0, len(valid) - 1, HELD_OUT).astype(int)
    return train, valid[chosen], n_characters


def looked_at(whole: Regularized, held_out: torch.Tensor, step: int) -> list[dict[str, Any]]:
    """Entropy, ceiling and sink share of each head, and the held-out loss, at a step."""
    whole.eval()
    with torch.no_grad(), AttentionEntropyProbe(whole.model) as probe:
        losses = [whole.loss(part).item() for part in held_out.split(64)]
    whole.train()
    table = probe.table()
    rows = [
        {
            "step": step, "layer": layer, "head": head,
            "entropy": float(table.mean[layer, head]),
            "ceiling": float(table.ceiling[layer, head]),
            "sink_share": float(table.sink_share[layer, head]),
            "held_out_nats": float(np.mean(losses)),
        }
        for layer in range(LAYERS) for head in range(HEADS)
    ]  # fmt: skip
    if whole.regularizer is not None and whole.regularizer.theta is not None:
        theta = whole.regularizer.theta.detach().numpy()
        for row in rows:
            row["theta"] = float(theta[row["layer"], row["head"]])
    return rows


def trained(name: str) -> list[dict[str, Any]]:
    """Train one variant and look at its heads on the way; a loss that is not finite ends it."""
    train, valid, n_characters = data()
    torch.manual_seed(0)
    whole, held_out = Regularized(VARIANTS[name], n_characters), torch.from_numpy(valid)
    rows: dict[int, list[dict[str, Any]]] = {}

    def look(step: int, loss: float) -> None:
        if step in LOOKS:
            rows[step] = looked_at(whole, held_out, step)
            print(
                f"training: {name}, step {step}, {rows[step][0]['held_out_nats']:.3f}", flush=True
            )

    failed = ""
    try:
        fit_module(
            whole, lambda model, tokens: model.loss(tokens), (torch.from_numpy(train),),
            max_steps=STEPS, batch_size=BATCH, lr=RATE, schedule=schedule, on_step=look,
            optimizer=lambda parameters, lr: ClippedAdamW(
                parameter_groups(whole, weight_decay=0.1), lr=lr, eps=1e-8
            ),
            random_state=0,
        )  # fmt: skip
    except FloatingPointError as error:
        failed = str(error)
    return [{**row, "failed": failed} for part in rows.values() for row in part]


def last(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last look at each variant."""
    return rows[rows["step"] == rows.groupby("variant")["step"].transform("max")]


def figures(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each variant: loss, perplexity, mean entropy, heads in each band."""
    lines = []
    largest = last(rows)["entropy"].max()
    for name in VARIANTS:
        part = last(rows[rows["variant"] == name])
        if part.empty:
            continue
        share = part["entropy"] / part["ceiling"]
        causal = np.bincount(entropy_band(part["entropy"], part["ceiling"]), minlength=4)
        observed = np.bincount(entropy_band(part["entropy"], largest), minlength=4)
        nats = part["held_out_nats"].iloc[0]
        lines.append(
            {
                "variant": name,
                "steps": int(part["step"].iloc[0]),
                "nats a character": nats,
                "perplexity": float(np.exp(nats)),
                "mean entropy": part["entropy"].mean(),
                "of the ceiling": share.mean(),
                "heads, quarters of the ceiling": " / ".join(map(str, causal)),
                "of the largest seen": " / ".join(map(str, observed)),
                "sink share": part["sink_share"].mean(),
                "failed": part["failed"].iloc[0],
            }
        )
    return pd.DataFrame(lines)


def by_layer(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean entropy of each layer as a share of its ceiling, at the end."""
    end = last(rows).assign(share=lambda frame: frame["entropy"] / frame["ceiling"])
    table = end.pivot_table(index="variant", columns="layer", values="share", sort=False)
    return table.rename(columns=lambda layer: f"layer {layer}").reset_index()


def draw(rows: pd.DataFrame) -> Figure:
    """Heat maps at the end, and the mean entropy on the way."""
    names = [name for name in VARIANTS if (rows["variant"] == name).any()]
    figure = Figure(figsize=(11, 6.5), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=(1.6, 1))
    axes = np.ravel(top.subplots(2, 4))
    for ax, name in zip(axes, names, strict=False):
        part = last(rows[rows["variant"] == name])
        share = part.assign(share=part["entropy"] / part["ceiling"]).pivot(
            index="layer", columns="head", values="share"
        )
        image = ax.imshow(share, vmin=0, vmax=1, cmap="viridis")
        for (layer, head), value in np.ndenumerate(share.to_numpy()):
            color = "black" if value > 0.6 else "white"
            ax.text(head, layer, f"{value:.2f}", ha="center", va="center", color=color, fontsize=7)
        ax.set_title(name, fontsize=9)
        ax.set_xticks([])
        ax.set_yticks(range(LAYERS))
    for ax in axes[len(names) :]:
        ax.axis("off")
    top.colorbar(image, ax=axes.tolist(), label="entropy, share of the causal ceiling")
    left, right = bottom.subplots(1, 2)
    for name in names:
        part = rows[rows["variant"] == name]
        steps = part.groupby("step")
        share = steps["entropy"].mean() / steps["ceiling"].mean()
        left.plot(share.index + 1, share, ".-", label=name)
        right.plot(steps["held_out_nats"].mean().iloc[3:], ".-", label=name)
    left.set(xscale="log", xlabel="step + 1", ylabel="mean entropy / ceiling")
    right.set(xlabel="step", ylabel="held-out nats a character")
    right.legend(fontsize=7, ncols=2)
    return figure


TEXT = """\
GPT-2 of {layers} layers, {heads} heads, width {width}, {length} characters of context, on the
characters of 17 public-domain books; held out is a book of another author. {steps} steps of {batch}
windows, AdamW at {rate}, warm-up, linear decay, gradients clipped at norm 1, one seed: differences
of a hundredth of a nat are not to be read. The papers train 32 000 steps of 512 windows of code
tokens with 12 layers and 12 heads (perplexities there 2.69 / 2.76 / 3.38 / 3.20 / 2.94 / not a
number for the six, 3.21 for the regularised one): their table is not to be had here. Temperatures
start at 0.01, as in the papers' runs on code; the regulariser has λ = {weight} on means of heads,
which is the papers' 1e-5 on sums over rows, and γ = {gamma}.

{table}

Mean entropy of the heads of each layer at the end, as a share of the causal ceiling:

{layers_table}

What of the papers' picture is here:

{picture}

{learned}"""


def picture(rows: pd.DataFrame) -> str:
    """What the papers say, and whether these runs show it, a line each."""
    end = last(rows).assign(share=lambda frame: frame["entropy"] / frame["ceiling"])
    top = end.groupby("variant")["share"].apply(lambda share: (share > 0.75).mean())
    nats = end.groupby("variant")["held_out_nats"].first()
    lowest = end.groupby("variant")["share"].min()
    without, norms = ["SM+G", "SM+R", "SM"], ["SM+LN+G", "SM+LN+R", "SM+LN"]
    order = " < ".join(nats[[*norms, *without]].sort_values().index)
    failed = sorted(set(end.loc[end["failed"] != "", "variant"]))
    free, held = "SM(t)+ScFuFFN", "EReg(SM(t)+ScFuFFN)"
    lines = [
        f"overload without LayerNorm: {100 * top[without].mean():.0f} % of the heads of "
        f"{_and(without)} are above ¾ of their ceiling, {100 * top[norms].mean():.0f} % of those "
        f"of {_and(norms)}. The papers see it in early layers, after long training; here it is in "
        "all, and begins as the state of fresh weights that the loss does not leave",
        f"perplexity: {order}; the papers have SM+LN+G < SM+LN+R < SM+R < SM+G < SM+LN, and no SM",
        f"loss that is not a number: {', '.join(failed) or 'in no variant'}; the papers have it in "
        "SM, in deep layers that collapse. Here gradients are clipped and the model is shallow",
        f"collapse: the lowest head of {free}, whose temperatures start at 0.01, is at "
        f"{100 * lowest[free]:.0f} % of its ceiling; of {held} at {100 * lowest[held]:.0f} %",
        f"the regulariser's price: {nats[held] - nats[free]:+.3f} nats a character against the "
        "same model without; in the papers temperatures and regulariser together gain 7.8 % of "
        "perplexity over a model without both, "
        f"{100 * (1 - np.exp(nats[held] - nats['SM'])):.1f} % here over SM",
    ]
    return "\n".join(f"- {line}." for line in lines)


def _and(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def learned(rows: pd.DataFrame) -> str:
    """What the thresholds did, in a sentence."""
    part = rows[rows["variant"] == "EReg(SM(t)+ScFuFFN)"]
    if part.empty or "theta" not in part:
        return ""
    end = last(part)
    largest = np.log(LENGTH)
    gap = (end["entropy"] - end["theta"] * largest).abs()
    first = part[part["step"] == part["step"].min()]
    moved_theta = (end["theta"].to_numpy() - first["theta"].to_numpy()) * largest
    moved_head = end["entropy"].to_numpy() - first["entropy"].to_numpy()
    share = np.abs(moved_theta).mean() / (np.abs(moved_theta).mean() + np.abs(moved_head).mean())
    outside = int((gap > GAMMA * largest).sum())
    return (
        f"The thresholds of the regularised model start at 0.5 and end between "
        f"{end['theta'].min():.3f} and {end['theta'].max():.3f}; {outside} "
        f"of {len(end)} heads end outside their band. Of all movement, {100 * share:.0f} % is made "
        "by thresholds and the rest by heads, task loss included."
    )


def run(results: Path, scratch: Path) -> None:
    """Train all variants; write ``training.csv``, ``.md`` and ``.svg``."""
    if not path_of("books_train").exists():
        sys.exit(f"{path_of('books_train')} is not there")
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    settings = {"steps": STEPS, "batch": BATCH, "length": LENGTH, "width": WIDTH, "rate": RATE}
    with RowStore(scratch / "training.sqlite", settings) as store:
        for name in VARIANTS:
            if not store.has((name,)):
                store.put((name,), [{**row, "variant": name} for row in trained(name)])
        rows = store.to_frame()
    publish(
        results, "training", rows, title="Head entropies of transformers that lack parts",
        text=TEXT.format(
            layers=LAYERS, heads=HEADS, width=WIDTH, length=LENGTH, steps=STEPS, batch=BATCH,
            rate=RATE, weight=LAMBDA, gamma=GAMMA, table=markdown(figures(rows)),
            layers_table=markdown(by_layer(rows)), picture=picture(rows), learned=learned(rows),
        ),
        figure=draw(rows),
    )  # fmt: skip
