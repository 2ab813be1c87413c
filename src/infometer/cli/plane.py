"""``infometer plane``: train a network, or take its checkpoints, and show its information plane."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from infometer.cli.delivery import deliver
from infometer.cli.options import Json, Out, Seed, Unit, UnitOption
from infometer.cli.progress import progress_bar
from infometer.extras import require

__all__ = ["plane"]


class Noise(StrEnum):
    """Where the noise of the layers comes from."""

    auto = "auto"
    model = "model"
    train = "train"
    measure = "measure"
    none = "none"


def plane(
    data: Annotated[
        Path | None,
        typer.Argument(help="An .npz with arrays x and y. Default: scikit-learn's digits."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Your network, module:Class. Default: a small one.")
    ] = None,
    checkpoints: Annotated[
        Path | None,
        typer.Option(help="Measure the saved weights in this folder instead of training."),
    ] = None,
    layers: Annotated[
        str | None, typer.Option(help="Layers to watch, separated by commas. Default: all.")
    ] = None,
    noise: Annotated[
        Noise,
        typer.Option(help="Where noise comes from; auto: the model's own, else while training."),
    ] = Noise.auto,
    noise_to_signal: Annotated[
        str, typer.Option(help="Noise that layers are seen through, over their spread, or auto.")
    ] = "auto",
    network_noise: Annotated[
        float, typer.Option(help="Noise in the network while it trains, over the layer's spread.")
    ] = 0.1,
    epochs: Annotated[int, typer.Option(min=1)] = 60,
    batch_size: Annotated[int, typer.Option(min=2)] = 64,
    lr: Annotated[float, typer.Option(help="Learning rate of Adam.")] = 1e-3,
    evaluation_rows: Annotated[
        int, typer.Option(min=8, help="Held-out rows to measure on, at most a third.")
    ] = 500,
    points: Annotated[
        int, typer.Option(min=2, help="Measure at so many steps, evenly on a log scale.")
    ] = 20,
    at: Annotated[str | None, typer.Option(help="Measure at these steps: 0,1,10,100.")] = None,
    every: Annotated[int | None, typer.Option(min=1, help="Measure every so many steps.")] = None,
    budget: Annotated[
        float | None,
        typer.Option(help="Choose the steps to keep to this share of the training time."),
    ] = None,
    paths: Annotated[
        int, typer.Option(min=1, help="Noise paths through the layers below, for closer bounds.")
    ] = 1,
    out: Out = Path("infometer-plane"),
    json: Json = False,
    seed: Seed = 0,
    unit: UnitOption = Unit.nats,
) -> None:
    """What does each layer know about the input and the target, while the network trains?

    Run it again on the same folder to go on after an interruption.
    """
    require("torch", "torch")
    require("matplotlib", "report")
    from infometer.bottleneck.plane_run import PlaneRun
    from infometer.reporting import provenance

    options = {"at": _steps(at), "every": every, "budget": budget}
    if sum(value is not None for value in options.values()) > 1:
        raise ValueError("give one of --at, --every and --budget")
    run = PlaneRun.prepare(
        data,
        model=model,
        checkpoints=checkpoints,
        layers=None if layers is None else [name.strip() for name in layers.split(",")],
        noise=noise.value,
        noise_to_signal="auto" if noise_to_signal == "auto" else _ratio(noise_to_signal),
        network_noise=network_noise,
        epochs=epochs,
        batch_size=batch_size,
        lr=lr,
        evaluation_rows=evaluation_rows,
        points=points,
        n_paths=paths,
        random_state=seed,
        **options,
    )
    out.mkdir(parents=True, exist_ok=True)
    with progress_bar("starting", run.total_steps) as show:
        result = run.measure(out, lambda done, what: show(done, None, what))
    report = result.report(unit.value)
    known = {**report.provenance, **provenance(x=run.x, y=run.y)}
    report = dataclasses.replace(report, provenance=known)
    deliver(report, out, tables={"plane": result.frame}, json=json, unit=unit.value)


def _steps(text: str | None) -> list[int] | None:
    if text is None:
        return None
    try:
        steps = sorted({int(part) for part in text.split(",")})
    except ValueError:
        raise ValueError(f"--at is {text!r}; give steps such as 0,1,10,100") from None
    if steps[0] < 0:
        raise ValueError(f"--at is {text!r}; steps count from 0")
    return steps


def _ratio(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(
            f"--noise-to-signal is {text!r}; give auto or a ratio such as 0.1"
        ) from None
