"""What measuring costs: probed steps, probing every 100 steps, streaming beside dense entropy."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish
from infometer.attention import (
    AttentionEntropyProbe,
    attention_entropy,
    attention_entropy_from_qk,
    build_gpt2,
)

LENGTH, HEADS, WIDTH = 4096, 8, 64
MODEL = {"n_layer": 4, "n_head": 4, "n_embd": 128, "n_positions": 256, "vocab_size": 1000}
BATCH, STEPS, REPEATS = 4, 100, 3


def queries() -> tuple[torch.Tensor, torch.Tensor]:
    """Queries and keys whose attention is neither uniform nor one-hot."""
    torch.manual_seed(0)
    shape = (1, HEADS, LENGTH, WIDTH)
    return torch.randn(shape), torch.randn(shape)


def dense(q: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    """Entropy of each row with all T × T probabilities written down."""
    logits = q @ k.transpose(-1, -2) * WIDTH**-0.5
    hidden = torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)
    return attention_entropy(logits.masked_fill_(hidden, -torch.inf).softmax(-1))


def streamed(q: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    """The same, block by block."""
    return attention_entropy_from_qk(q, k, scale=WIDTH**-0.5, causal=True)


def resident(line: str) -> float:
    """A line of Linux's /proc/self/status, such as VmRSS or VmHWM, in megabytes of 10⁶ bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{line}:")[2].split()[0]) * 1024 / 1e6


def memory(case: str) -> dict[str, float]:
    """In a process of its own: what a case adds to the peak, and its seconds."""
    q, k = queries()
    function = dense if case.startswith("dense") else streamed
    backward = case.endswith("backward")
    q.requires_grad_(backward)
    k.requires_grad_(backward)
    small = torch.randn(1, 1, 64, WIDTH, requires_grad=True)
    attention_entropy_from_qk(small, small, scale=1.0, causal=True).sum().backward()  # warm up
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before, start = resident("VmRSS"), time.perf_counter()
    total = function(q, k).sum()
    if backward:
        total.backward()
    return {"megabytes": resident("VmHWM") - before, "seconds": time.perf_counter() - start}


def apart() -> dict[str, float]:
    """Largest difference of entropies and gradients, streamed and dense, at 1024 keys."""
    q, k = (part[:, :, :1024].clone().requires_grad_() for part in queries())
    weights = torch.randn(1, HEADS, 1024)
    found = []
    for function in (streamed, dense_short):
        entropy = function(q, k)
        gradients = torch.autograd.grad((entropy * weights).sum(), (q, k))
        found.append((entropy.detach(), *gradients))
    (e1, q1, k1), (e2, q2, k2) = found
    return {
        "entropy": (e1 - e2).abs().max().item(),
        "gradient": max((q1 - q2).abs().max().item(), (k1 - k2).abs().max().item()),
        "largest gradient": max(q2.abs().max().item(), k2.abs().max().item()),
    }


def dense_short(q: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    """Dense entropy that keeps its graph, of few keys."""
    n = q.shape[-2]
    hidden = torch.ones(n, n, dtype=torch.bool).triu(1)
    logits = (q @ k.transpose(-1, -2) * WIDTH**-0.5).masked_fill(hidden, -torch.inf)
    return attention_entropy(logits.softmax(-1))


def training(kind: str, kernel: str) -> Callable[[int], float]:
    """What gives the seconds of so many training steps."""
    model = build_gpt2(
        "SM+LN+G", attn_implementation=kernel, bos_token_id=None, eos_token_id=None, **MODEL
    )
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    ids = torch.randint(MODEL["vocab_size"], (BATCH, MODEL["n_positions"]))
    every = {"bare": None, "every step": 1, "every 100 steps": 100}[kind]

    def steps(n: int) -> float:
        start = time.process_time()
        probe: Any = nullcontext() if every is None else AttentionEntropyProbe(model, every=every)
        with probe:
            for _ in range(n):
                loss = model(input_ids=ids, labels=ids).loss
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                if every is not None:
                    probe.step()
        return time.process_time() - start

    steps(2)
    return steps


def step_costs() -> pd.DataFrame:
    """Median seconds a step; runs of all kinds in turn, so that a busy machine hits all alike."""
    kinds = [
        ("bare", "sdpa"), ("every 100 steps", "sdpa"), ("bare", "eager"), ("every step", "sdpa"),
    ]  # fmt: skip
    runs = {kind: training(*kind) for kind in kinds}
    taken: dict[tuple[str, str], list[float]] = {kind: [] for kind in kinds}
    for _ in range(REPEATS):
        for kind in kinds:
            n = STEPS if kind[1] == "sdpa" and kind[0] != "every step" else 20
            taken[kind].append(runs[kind](n) / n)
        print(f"probing: {len(taken[kinds[0]])} of {REPEATS} rounds", flush=True)
    bare = np.array(taken["bare", "sdpa"])
    eager = np.array(taken["bare", "eager"])
    rows = [
        {
            "probed": kind, "kernel": kernel,
            "milliseconds a step": 1e3 * float(np.median(values)),
            "times bare": float(np.median(np.array(values) / bare)),
            "times eager": float(np.median(np.array(values) / eager)),
        }
        for (kind, kernel), values in taken.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def memory_table() -> pd.DataFrame:
    """Each case in a process of its own."""
    rows = []
    for case in ("dense forward", "streamed forward", "streamed forward and backward"):
        command = [sys.executable, "-m", "benchmarks.attention_probing", case]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rows.append({"case": case, **json.loads(done.stdout.splitlines()[-1])})
        print(f"probing: {case}", flush=True)
    return pd.DataFrame(rows)


def draw(steps: pd.DataFrame, memories: pd.DataFrame) -> Figure:
    """Bars of both."""
    figure = Figure(figsize=(9, 2.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    names = [f"{p}, {k}" for p, k in zip(steps["probed"], steps["kernel"], strict=True)]
    left.barh(names, steps["milliseconds a step"], color="C0")
    left.invert_yaxis()
    left.set_xlabel("CPU milliseconds a training step")
    right.barh(memories["case"], memories["megabytes"], color="C1")
    right.axvline(200, color="0.5", ls="--", lw=0.8)
    right.invert_yaxis()
    right.set_xlabel(f"megabytes added, T = {LENGTH}, {HEADS} heads")
    return figure


TEXT = """\
Training steps of a GPT-2 of {layers} layers, width {width}, {length} tokens, batch {batch};
CPU time of {threads} thread(s), kinds in turn {repeats} times, medians. "Times bare" is the median
of ratios within a round. Targets: probing every 100 steps at most 1.02 times bare; a probed step at
most 2 times an eager one.

{steps}

Causal entropy of {heads} heads and {keys} keys of width {d}, float32; what the call adds to the
largest resident set of a process of its own. Dense holds the logits, the probabilities and their
products: each T × T table of all heads is 537 MB. Target: forward and backward together below 200.

{memories}

At 1024 keys streamed and dense entropies differ by {entropy:.1e} at most, their gradients by
{gradient:.1e} (the largest is {scale:.2g}). Target: 1e-5."""


def run(results: Path, scratch: Path) -> None:
    """Write ``probing.csv``, ``probing_memory.csv``, ``.md`` and ``.svg``."""
    steps, memories, difference = step_costs(), memory_table(), apart()
    memories.to_csv(results / "probing_memory.csv", index=False)
    publish(
        results, "probing", steps, title="What measuring attention entropy costs",
        text=TEXT.format(
            layers=MODEL["n_layer"], width=MODEL["n_embd"], length=MODEL["n_positions"],
            batch=BATCH, threads=torch.get_num_threads(), repeats=REPEATS, steps=markdown(steps),
            heads=HEADS, keys=LENGTH, d=WIDTH, memories=markdown(memories),
            entropy=difference["entropy"], gradient=difference["gradient"],
            scale=difference["largest gradient"],
        ),
        figure=draw(steps, memories),
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(memory(sys.argv[1])))
