"""The state of a training run in one safetensors file that is whole at every moment.

It holds the weights, the optimiser's state, the losses and how far the run has come; no random
state, since a `TrainingRun` has none. The file is written beside its place and moved there, so
whoever is killed while writing leaves the former checkpoint. Nothing in it is pickled: tensors,
and a record in JSON.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from infometer.estimators.training_run import TrainingRun
from infometer.tables import fingerprint

__all__ = ["read_checkpoint", "resume_run", "run_settings", "save_run", "write_checkpoint"]

RECORD = "infometer.fit_module"


def write_checkpoint(path: Path, tensors: Mapping[str, Tensor], record: Mapping[str, Any]) -> None:
    """Write tensors and a JSON record to `path`, all or nothing.

    Parameters
    ----------
    path : Path
    tensors : mapping of str to Tensor
    record : mapping
        Plain values; floats come back to the last bit.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "run.safetensors")
    ...     write_checkpoint(path, {"w": torch.ones(2)}, {"step": 3})
    ...     read_checkpoint(path)
    ({'w': tensor([1., 1.])}, {'step': 3})
    """
    # A copy of each: safetensors refuses tensors that share their memory, as tied weights do.
    own = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        file.write(save(own, metadata={RECORD: json.dumps(record)}))
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def read_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read back what `write_checkpoint` wrote; any other file raises ``ValueError``."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(f"checkpoint {path} is no safetensors file: {error}") from error
    if RECORD not in metadata:
        raise ValueError(f"checkpoint {path} was not written by fit_module; give another path")
    return tensors, json.loads(metadata[RECORD])


def run_settings(run: TrainingRun) -> dict[str, Any]:
    """What a run must share with a checkpoint to go on from it; taken before the first step."""
    return {
        "random_state": run.seed,
        "total steps": run.total_steps,
        "batch_size": run.batch_size,
        "patience": run.patience,
        "optimizer": repr(run.optimizer),
        "schedule": type(run.scheduler).__name__,
        "model": repr(run.model),
        "data": tensor_fingerprint(run.data),
        "validation": tensor_fingerprint(run.validation or []),
    }


def save_run(run: TrainingRun, path: Path, settings: Mapping[str, Any], seconds: float) -> None:
    """Write a run to `path`; one broken off inside a step leaves what is there."""
    if not run.whole:
        return
    parts = {
        "model": run.model.state_dict(),
        "best": run.best,
        "optimizer": _optimizer_tensors(run.optimizer),
        "history": {
            "losses": torch.tensor(run.losses, dtype=torch.float64),
            "validation_losses": torch.tensor(run.validation_losses, dtype=torch.float64),
        },
    }
    tensors = {f"{part}.{name}": t for part, named in parts.items() for name, t in named.items()}
    record = {"step": run.step, "pending": run.pending, "seconds": seconds, "settings": settings}
    write_checkpoint(path, tensors, record)


def resume_run(run: TrainingRun, path: Path, settings: Mapping[str, Any]) -> float:
    """Bring a fresh run to where the file stands; return the seconds that it had taken.

    Raises
    ------
    ValueError
        The file is of a run with other settings.
    """
    tensors, record = read_checkpoint(path)
    found = record["settings"]
    differing = [name for name, value in settings.items() if found.get(name) != value]
    if differing:
        raise ValueError(
            f"checkpoint {path} is of another run: other {', '.join(differing)}. Delete it to "
            "start anew, or give another path"
        )
    run.model.load_state_dict(_part(tensors, "model"))
    run.best = {name: t.to(run.device) for name, t in _part(tensors, "best").items()}
    run.step, run.pending = record["step"], record["pending"]
    _replay_schedule(run)
    _load_optimizer_tensors(run.optimizer, _part(tensors, "optimizer"))
    run.losses = tensors["history.losses"].tolist()
    run.validation_losses = tensors["history.validation_losses"].tolist()
    return float(record["seconds"])


def _part(tensors: Mapping[str, Tensor], part: str) -> dict[str, Tensor]:
    start = part + "."
    return {name.removeprefix(start): t for name, t in tensors.items() if name.startswith(start)}


def _replay_schedule(run: TrainingRun) -> None:
    if run.scheduler is None:
        return
    with warnings.catch_warnings():  # torch warns of a schedule that runs before its optimiser
        warnings.simplefilter("ignore", UserWarning)
        for _ in range(run.step):
            run.scheduler.step()


def _optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The state of an optimiser under flat names: ``"0.exp_avg"`` for parameter 0, and so on."""
    flat = {}
    for index, state in optimizer.state_dict()["state"].items():
        for name, value in state.items():
            if isinstance(value, Tensor):
                flat[f"{index}.{name}"] = value
            elif value is not None:
                raise TypeError(
                    f"{type(optimizer).__name__} keeps {name!r} as {type(value).__name__}, not as "
                    "a tensor, and so cannot be checkpointed; use Adam, AdamW or SGD"
                )
    return flat


def _load_optimizer_tensors(
    optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]
) -> None:
    """Put such a state back; the optimiser's settings stay as they are."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = tensor
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def tensor_fingerprint(tensors: Iterable[Tensor]) -> str:
    """The `infometer.tables.fingerprint` of tensors of any dtype, on any device.

    Examples
    --------
    >>> tensor_fingerprint([torch.zeros(2)]) == tensor_fingerprint([torch.zeros(2).double()])
    False
    """
    parts: list[Any] = []
    for tensor in tensors:
        raw = tensor.detach().cpu().contiguous().view(torch.uint8).numpy()
        parts += [str(tensor.dtype), str(tuple(tensor.shape)), raw]
    return fingerprint(*parts)
