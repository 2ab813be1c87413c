"""``infometer attention``: which heads of a model overload, collapse or are sinks."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infometer.cli.delivery import deliver
from infometer.cli.options import Json, Out, Seed, Unit, UnitOption
from infometer.cli.progress import progress_bar
from infometer.extras import require

if TYPE_CHECKING:
    from infometer.attention.entropy_course import EntropyCourse

__all__ = ["attention"]

BATCH = 4
DEMO_LENGTH, DEMO_STEPS = 64, 600
MODEL_LENGTH, MODEL_BATCHES = 512, 4


class Reference(StrEnum):
    """What counts as the largest entropy."""

    causal = "causal"
    observed = "observed"
    log_T = "log_T"


def attention(
    model: Annotated[
        Path | None,
        typer.Argument(
            help="The folder of a Transformers model and its tokeniser. Default: a small GPT-2 "
            "that is trained here and now."
        ),
    ] = None,
    text: Annotated[
        Path | None,
        typer.Option(help="A text in UTF-8. Default: the reference of the Python language."),
    ] = None,
    length: Annotated[
        int | None,
        typer.Option(
            min=2, help=f"Tokens in a sequence. Default: {MODEL_LENGTH}, or {DEMO_LENGTH} bytes."
        ),
    ] = None,
    batches: Annotated[
        int | None,
        typer.Option(min=1, help=f"Batches of {BATCH} sequences. Default: {MODEL_BATCHES}."),
    ] = None,
    layers: Annotated[
        str | None, typer.Option(help="Layers to show, such as 0,1,5-8. Default: all.")
    ] = None,
    reference: Annotated[
        Reference,
        typer.Option(
            help="The largest entropy: the ceiling of the model's own mask (causal or not), the "
            "largest that is observed, or log T as in the paper."
        ),
    ] = Reference.causal,
    steps: Annotated[
        int | None,
        typer.Option(min=1, help=f"Training steps without MODEL. Default: {DEMO_STEPS}."),
    ] = None,
    out: Out = Path("infometer-attention"),
    json: Json = False,
    seed: Seed = 0,
    unit: UnitOption = Unit.nats,
) -> None:
    """How spread is the attention of each head, and does any collapse or overload?"""
    require("torch", "torch")
    require("transformers", "language")
    require("matplotlib", "report")
    from infometer.attention.text_windows import python_reference
    from infometer.reporting import provenance

    read = python_reference() if text is None else _read(text)
    if model is None:
        if batches is not None or layers is not None:
            raise ValueError("--batches and --layers are of a MODEL; give its folder")
        course, settings = _of_demo(read, length or DEMO_LENGTH, steps or DEMO_STEPS, seed)
    else:
        if steps is not None:
            raise ValueError("--steps is of the model that is trained here; leave it out for MODEL")
        course, settings = _of_model(
            model, read, length, (batches or MODEL_BATCHES) * BATCH, _layers(layers)
        )
    report = course.report(reference.value, unit=unit.value)
    report = dataclasses.replace(
        report,
        settings={
            **report.settings,
            "text": "the reference of the Python language" if text is None else str(text),
            **settings,
        },
        provenance=provenance(text=read),
    )
    deliver(report, out, tables={"heads": course.to_frame()}, json=json, unit=unit.value)


def _of_demo(
    text: str, length: int, n_steps: int, seed: int
) -> tuple[EntropyCourse, dict[str, Any]]:
    from infometer.attention.demo_training import train_demo

    with progress_bar(f"training for {n_steps} steps", n_steps) as show:
        demo = train_demo(text, length=length, n_steps=n_steps, random_state=seed, progress=show)
    settings = {
        "model": f"GPT-2 of {demo.model.num_parameters():,} weights, trained on bytes",
        "length": length,
        "training steps": n_steps,
        "seed": seed,
        "held-out loss, nats a byte": round(demo.loss, 3),
        "seconds of training": round(demo.seconds, 1),
    }
    return demo.course, settings


def _of_model(
    folder: Path, text: str, length: int | None, n_windows: int, layers: list[int] | None
) -> tuple[EntropyCourse, dict[str, Any]]:
    from infometer.attention.entropy_course import EntropyCourse
    from infometer.attention.model_measurement import measure_head_entropy
    from infometer.attention.text_windows import token_windows
    from infometer.tracing import load_language_model, model_memory

    tokenizer, most = _tokenizer(folder)
    if length is not None and most is not None and length > most:
        raise ValueError(f"--length is {length}; the model reads at most {most} tokens")
    length = length or min(MODEL_LENGTH, most or MODEL_LENGTH)
    windows = token_windows(text, tokenizer, length, n_windows)
    memory = model_memory(folder, batch_size=BATCH, length=length)
    typer.echo(f"Loading {folder}, which takes about {memory}", err=True)
    model = load_language_model(folder)
    with progress_bar("reading", len(windows)) as show:
        table = measure_head_entropy(model, windows, layers=layers, batch_size=BATCH, progress=show)
    settings = {
        "model": f"{type(model).__name__} in {folder}",
        "length": length,
        "sequences": len(windows),
        "tokens": windows.numel(),
    }
    return EntropyCourse().then(0, table), settings


def _tokenizer(folder: Path) -> tuple[Any, int | None]:
    """The tokeniser of a folder, and how many tokens its model reads; None for any number."""
    from transformers import AutoTokenizer

    from infometer.tracing.model_folder import folder_config, model_folder

    place = model_folder(folder)
    config = folder_config(place)
    if config.is_encoder_decoder:
        raise ValueError(
            f"{folder} holds an encoder–decoder, whose decoder reads a text of its own; use "
            "AttentionEntropyProbe around your own batches"
        )
    if not any(next(place.glob(name), None) for name in ("tokenizer*", "vocab*", "*.model")):
        raise ValueError(f"{folder} holds no tokeniser; save it there with save_pretrained")
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            place, local_files_only=True, trust_remote_code=False
        )
    except (OSError, ValueError) as error:
        told = " ".join(str(error).split())[:200]
        raise ValueError(f"{folder} holds no tokeniser that can be read: {told}") from error
    return tokenizer, getattr(config.get_text_config(), "max_position_embeddings", None)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"--text {path} is no text in UTF-8: {error}") from error


def _layers(text: str | None) -> list[int] | None:
    """0,1,5-8 as numbers."""
    if text is None:
        return None
    found: set[int] = set()
    try:
        for part in text.split(","):
            first, _, last = part.partition("-")
            found.update(range(int(first), int(last or first) + 1))
    except ValueError:
        raise ValueError(f"--layers is {text!r}; give numbers such as 0,1,5-8") from None
    return sorted(found)
