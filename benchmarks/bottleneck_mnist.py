"""The paper's classifier on MNIST: how many fitting and compression phases, and when is the first?

The convolutional network of Butakov et al. (ICLR 2024) is trained on all 60 000 images at learning
rate 1e-3 and measured on 2 000 test images, at 13 steps of the first epoch and once an epoch from
then on, for three seeds. INFOMETER_DATA names the folder that holds ``images/mnist.npz``.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from torch import nn

from benchmarks.publishing import markdown, publish
from infometer.bottleneck import GaussianNoise, InformationPlane, PlaneResult
from infometer.bottleneck.figures import draw_curves, draw_plane, draw_training
from infometer.bottleneck.measurement import COMPRESSED
from infometer.estimators.fitting import fit_module
from infometer.estimators.seeded import seeded
from infometer.sweeps import RowStore

SEEDS = (0, 1, 2)
EPOCHS, BATCH, LR, NOISE = 20, 1024, 1e-3, 1e-3
EVALUATED = 2000


def paper_classifier(seed: int) -> nn.Sequential:
    """Noise before every layer with weights, dropout 0.1 before the convolutions."""
    layers: OrderedDict[str, nn.Module] = OrderedDict(input=GaussianNoise(NOISE))
    with seeded(seed, "initial weights"):
        for position, (before, after) in enumerate(((1, 8), (8, 16), (16, 32)), 1):
            layers[f"block{position}"] = nn.Sequential(
                nn.Dropout(0.1), nn.Conv2d(before, after, 3), nn.MaxPool2d(2), nn.LeakyReLU(0.01)
            )
            layers[f"conv{position}"] = GaussianNoise(NOISE)
        layers["block4"] = nn.Sequential(nn.Flatten(), nn.Linear(32, 32), nn.LeakyReLU(0.01))
        layers["hidden"] = GaussianNoise(NOISE)
        layers["block5"] = nn.Linear(32, 10)
        layers["logits"] = GaussianNoise(NOISE)
    return nn.Sequential(layers)


def measured_steps(steps_per_epoch: int) -> list[int]:
    """13 steps of the first epoch on a log scale, then the end of every epoch."""
    first = np.unique(np.geomspace(1, steps_per_epoch, 15).round().astype(int))
    return [0, *first.tolist(), *(epoch * steps_per_epoch for epoch in range(2, EPOCHS + 1))]


def run_seed(seed: int, data: dict[str, np.ndarray], scratch: Path) -> PlaneResult:
    """Train and measure once; goes on where it was killed."""
    model = paper_classifier(seed)
    watched = {n: m for n, m in model.named_children() if n.startswith(("conv", "hid", "logits"))}
    steps = measured_steps(int(np.ceil(len(data["x"]) / BATCH)))
    settings = {"seed": seed, "epochs": EPOCHS, "batch": BATCH, "lr": LR, "noise": NOISE}
    with RowStore(scratch / f"mnist_{seed}.sqlite", settings) as store:
        plane = InformationPlane(
            model, data["x_eval"], data["y_eval"], watched, at=steps, random_state=seed, store=store
        )
        with plane:
            fit_module(
                model,
                lambda network, x, y: nn.functional.cross_entropy(network(x), y),
                (data["x"], data["y"]),
                max_epochs=EPOCHS,
                batch_size=BATCH,
                lr=LR,
                on_step=lambda step, loss: plane.update(step, loss=loss),
                checkpoint=scratch / f"mnist_{seed}.safetensors",
                checkpoint_every_s=30.0,
                random_state=seed,
            )
        return plane.result()


def phase_table(result: PlaneResult, seed: int) -> list[dict[str, object]]:
    """Phases of every layer beyond the error bars (99.9 % at every turn)."""
    drop = result.fastest_loss_drop()
    rows = []
    for layer in dict.fromkeys(result.frame["layer"]):
        phases = result.phases(layer)
        first = next((p for p in phases if p.kind == "compression"), None)
        rows.append(
            {
                "seed": seed,
                "layer": layer,
                "fitting": sum(p.kind == "fitting" for p in phases),
                "compression": sum(p.kind == "compression" for p in phases),
                "course": ", ".join(f"{p.change:+.2f} ({p.start}-{p.stop})" for p in phases),
                "first_compression": "" if first is None else f"{first.start}-{first.stop}",
                "fast_loss_drop": "" if drop is None else f"{drop[0]}-{drop[1]}",
                "compressed_course": ", ".join(
                    f"{p.change:+.2f} ({p.start}-{p.stop})"
                    for p in result.phases(layer, method=COMPRESSED)
                ),
                "share_in_drop": result.compression_in_loss_drop(layer),
            }
        )
    return rows


def run(results: Path, scratch: Path, n_jobs: int) -> None:
    """Run the seeds one after the other and publish tables and pictures."""
    folder = os.environ.get("INFOMETER_DATA")
    if not folder:
        raise SystemExit("INFOMETER_DATA names no folder of data: the MNIST part is left out")
    with np.load(Path(folder) / "images" / "mnist.npz", allow_pickle=False) as arrays:
        data = {
            "x": arrays["x_train"][:, None].astype(np.float32) / 255,
            "y": arrays["y_train"].astype(np.int64),
            "x_eval": arrays["x_test"][:EVALUATED, None].astype(np.float32) / 255,
            "y_eval": arrays["y_test"][:EVALUATED].astype(np.int64),
        }
    found = {seed: run_seed(seed, data, scratch) for seed in SEEDS}
    phases = pd.DataFrame([row for seed in SEEDS for row in phase_table(found[seed], seed)])
    everything = pd.concat([found[seed].frame.assign(seed=seed) for seed in SEEDS])
    everything.drop(columns=["notes"]).to_parquet(results / "mnist_rows.parquet", index=False)
    publish(
        results,
        "mnist",
        phases,
        title="Phases of the MNIST classifier",
        text=_text(found, phases),
        figure=_figure(found[SEEDS[0]]),
    )


def _figure(result: PlaneResult) -> Figure:
    figure = Figure(figsize=(12, 9), layout="constrained")
    axes = figure.subplots(2, 2)
    rows = result.rows()
    draw_plane(rows, axes[0, 0])
    draw_curves(rows, "I(X;L)", axes[0, 1])
    draw_curves(rows, "I(L;Y)", axes[1, 0])
    draw_training(result.frame, axes[1, 1])
    return figure


def _text(found: dict[int, PlaneResult], phases: pd.DataFrame) -> str:
    lines = [
        (__doc__ or "").strip(),
        "",
        f"""\
Network noise {NOISE} of each layer's spread; the layers are seen through more noise, chosen at
initialisation (ratios below). X is uniform on the 2 000 test images. A turn counts beyond the error
bars of the noise draws, so wide that a flat curve turns nowhere with 95 % probability (Tukey);
compressed_course is the same for the paper's estimator, weighted nearest-neighbour entropies of 4
principal components, with its sampling error.""",
    ]
    for seed, result in found.items():
        last = result.frame[result.frame["step"] == result.frame["step"].max()]
        ratios = ", ".join(f"{name} {value}" for name, value in result.settings["ratios"].items())
        lines += [
            "",
            f"## Seed {seed}: accuracy {last['accuracy'].iloc[0]:.4f}; noise ratios {ratios}",
            "",
            result.answer(),
            "",
            markdown(phases[phases["seed"] == seed].drop(columns="seed")),
        ]
    turns = phases["fitting"] + phases["compression"]
    inside = phases["share_in_drop"].dropna()
    lines += [
        "",
        "## The paper's two claims",
        "",
        f"Phases of a layer: {turns.min()} to {turns.max()}, median {turns.median():g}. Share of "
        f"the first compression that falls into the fast drop of the loss: median "
        f"{inside.median():.2f}, from {inside.min():.2f} to {inside.max():.2f}; {len(inside)} of "
        f"{len(phases)} curves have a compression.",
    ]
    return "\n".join(lines)
