"""One run of ``infometer plane``: data, network and schedule, resumable in a folder."""

from __future__ import annotations

import importlib
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor, nn

from infometer.bottleneck.checkpoint_series import CheckpointSeries
from infometer.bottleneck.classifier import WithNoise, noisy_classifier
from infometer.bottleneck.information_plane import InformationPlane
from infometer.bottleneck.noise import noise_modules
from infometer.bottleneck.plane_result import PlaneResult
from infometer.bottleneck.schedule import log_spaced_steps
from infometer.bottleneck.watched_layers import NoiseSource
from infometer.estimators.fitting import fit_module
from infometer.estimators.seeded import seeded
from infometer.sweeps import RowStore
from infometer.tables import fingerprint, read_arrays
from infometer.tracing.activations import call_model
from infometer.tracing.frozen_model import frozen_state
from infometer.tracing.hooks import layer_names

__all__ = ["PlaneRun"]

CHECKPOINT_EVERY_S = 5.0


@dataclass(frozen=True)
class PlaneRun:
    """All that a run is made of; `prepare` checks it before anything is written.

    Parameters
    ----------
    x, y : ndarray, shapes (n, ...) and (n,)
    model : torch.nn.Module
    options : mapping
        As given to `prepare`.
    checkpoints : CheckpointSeries or None
    """

    x: np.ndarray
    y: np.ndarray
    model: nn.Module
    options: Mapping[str, Any]
    checkpoints: CheckpointSeries | None

    @classmethod
    def prepare(cls, data: Path | None, **options: Any) -> Self:
        """Read the data, build the network and find the checkpoints."""
        x, y = _digits() if data is None else _arrays(data)
        series = None
        if options["checkpoints"] is not None:
            if options["model"] is None:
                raise ValueError(
                    "--checkpoints needs --model module:Class, the network of the weights"
                )
            series = CheckpointSeries.find(options["checkpoints"])
        if options["model"] is None:
            model: nn.Module = noisy_classifier(
                x.shape[1:],
                int(y.max()) + 1,
                noise_to_signal=options["network_noise"],
                random_state=options["random_state"],
            )
        else:
            model = _imported(options["model"], options["random_state"])
            if series is None:
                _require_classifier(model, options["model"], x[:8], int(y.max()) + 1)
        return cls(x, y, model, {**options, "data": data}, series)

    @cached_property
    def total_steps(self) -> int:
        """Optimiser steps of the training, or the number of checkpoints."""
        if self.checkpoints is not None:
            return len(self.checkpoints.steps)
        n_train = len(self.split[0])
        return int(self.options["epochs"]) * math.ceil(n_train / self.options["batch_size"])

    def measure(self, folder: Path, progress: Callable[[int, str], object]) -> PlaneResult:
        """Train and measure, or measure checkpoints, keeping rows and weights in `folder`."""
        self._plane(None)  # what is wrong with the options must be told before a file is made
        with RowStore(folder / "rows.sqlite", self._settings()) as store:
            model, plane = self._plane(store)
            with plane:
                if self.checkpoints is not None:
                    self.checkpoints.measure(plane, model, progress)
                else:
                    self._train(model, plane, folder / "training.safetensors", progress)
            return plane.result()

    def _train(
        self,
        model: nn.Module,
        plane: InformationPlane,
        checkpoint: Path,
        progress: Callable[[int, str], object],
    ) -> None:
        rows = self.split[0]

        def on_step(step: int, loss: float) -> None:
            plane.update(step, loss=loss)
            if step % 10 == 0 or step == self.total_steps:
                progress(step, f"step {step} of {self.total_steps}")

        fit_module(
            model,
            lambda network, x, y: nn.functional.cross_entropy(network(x), y),
            (self.x[rows], self.y[rows]),
            max_epochs=self.options["epochs"],
            batch_size=self.options["batch_size"],
            lr=self.options["lr"],
            on_step=on_step,
            checkpoint=checkpoint,
            checkpoint_every_s=CHECKPOINT_EVERY_S,
            random_state=self.options["random_state"],
        )

    @cached_property
    def _watched(self) -> tuple[nn.Module, Any, NoiseSource]:
        """The model that trains, with noise in it where it is asked for; its layers and noise."""
        noise, layers = self.options["noise"], self.options["layers"]
        if noise == "auto":
            bare = "measure" if self.checkpoints is not None else "train"
            noise = "model" if noise_modules(self.model) else bare
        if noise != "train":
            return self.model, layers, noise
        names = layers or layer_names(self.model)
        wrapped = WithNoise(self.model, names, self.options["network_noise"])
        return wrapped, wrapped.noise_by_layer, "model"

    def _steps(self) -> Sequence[int] | None:
        """The steps to measure, where they are given or planned."""
        if self.checkpoints is not None:
            return self.checkpoints.steps
        if self.options["at"] is not None:
            if min(self.options["at"]) > self.total_steps:
                raise ValueError(
                    f"--at is {self.options['at']}, but the training has only {self.total_steps} "
                    "steps; give earlier steps or more --epochs"
                )
            return self.options["at"]
        if self.options["every"] is not None or self.options["budget"] is not None:
            return None
        return log_spaced_steps(self.total_steps, self.options["points"])

    def _plane(self, store: RowStore | None) -> tuple[nn.Module, InformationPlane]:
        """Build the tracker, and give the model that trains with it."""
        model, watched, noise = self._watched
        rows = self.split[1]
        plane = InformationPlane(
            model,
            self.x[rows],
            self.y[rows],
            watched,
            noise=noise,
            noise_to_signal=self.options["noise_to_signal"],
            n_paths=self.options["n_paths"],
            budget=0.15 if self.options["budget"] is None else self.options["budget"],
            total_steps=self.total_steps,
            at=self._steps(),
            every=self.options["every"],
            random_state=self.options["random_state"],
            store=store,
        )
        return model, plane

    @cached_property
    def split(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows to train on and rows to measure on, every class in both in proportion."""
        n, wanted = len(self.x), int(self.options["evaluation_rows"])
        if self.checkpoints is not None:
            by_class = np.argsort(self.y, kind="stable")
            evenly = np.linspace(0, n - 1, min(wanted, n)).round().astype(int)
            return np.arange(0), np.sort(by_class[evenly])
        train, evaluation = train_test_split(
            np.arange(n),
            test_size=min(wanted, n // 3),
            stratify=self.y,
            random_state=self.options["random_state"] % 2**32,
        )
        return train, evaluation

    def _settings(self) -> dict[str, Any]:
        """What must be equal for a run to be taken up again."""
        skipped = {"checkpoints", "data"}
        settings = {name: value for name, value in self.options.items() if name not in skipped}
        found = None if self.checkpoints is None else self.checkpoints.fingerprint()
        return {**settings, "data": fingerprint(self.x, self.y), "checkpoints": found}


def _digits() -> tuple[np.ndarray, np.ndarray]:
    x, y = load_digits(return_X_y=True)
    return (x / 16).astype(np.float32).reshape(-1, 8, 8), y.astype(np.int64)


def _arrays(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read x and y of an .npz: floats as they are, bytes as fractions, labels as 0 … K−1."""
    arrays = read_arrays(path)
    x, y = arrays["x"], arrays["y"]
    if len(x) != len(y):
        raise ValueError(f"{path}: x has {len(x)} rows and y {len(y)}; give one label for each row")
    if x.ndim not in (2, 3, 4):
        raise ValueError(
            f"{path}: x has shape {x.shape}; it must be (n, d), (n, h, w) or (n, c, h, w)"
        )
    if x.dtype.kind not in "fiub":
        raise ValueError(f"{path}: x is {x.dtype}; it must be numbers")
    if x.dtype == np.uint8:
        x = x / np.float32(255)
    with np.errstate(over="ignore"):  # too large for the network's floats is infinity, told below
        x = x.astype(np.float32)
    if not np.isfinite(x).all():
        bad = int((~np.isfinite(x)).reshape(len(x), -1).any(axis=1).sum())
        raise ValueError(
            f"{path}: {bad} rows of x contain NaN, infinity or numbers beyond float32; leave "
            "them out first"
        )
    if y.ndim != 1 or y.dtype.kind not in "iub":
        raise ValueError(
            f"{path}: y is {y.dtype} of shape {y.shape}; it must be integer labels (n,)"
        )
    codes = np.unique(y, return_inverse=True)[1]
    counts = np.bincount(codes)
    rarest = int(counts.min(initial=len(y)))
    if len(counts) < 2 or rarest < 2:
        raise ValueError(
            f"{path}: y has {len(counts)} classes, the rarest with {rarest} rows; there must be 2 "
            "classes of at least 2 rows"
        )
    return x, codes.astype(np.int64)


def _imported(name: str, random_state: int) -> nn.Module:
    """Make the user's network, from the working folder or the installed packages."""
    module_name, _, class_name = name.partition(":")
    if not class_name:
        raise ValueError(f"--model is {name!r}; give module:Class, such as mynet:Net")
    sys.path.insert(0, str(Path.cwd()))
    try:
        found = getattr(importlib.import_module(module_name), class_name)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"--model {name!r} cannot be imported: {error}") from error
    finally:
        sys.path.pop(0)
    with seeded(random_state, "initial weights"):
        try:
            model = found()
        except TypeError as error:
            raise ValueError(f"--model {name!r} is called without arguments: {error}") from error
    if not isinstance(model, nn.Module):
        raise ValueError(f"--model {name!r} made a {type(model).__name__}, not a torch.nn.Module")
    return model


def _require_classifier(model: nn.Module, name: str, x: np.ndarray, n_classes: int) -> None:
    """Raise unless the model can be trained and gives logits (n, K) for some rows."""
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ValueError(f"--model {name!r} has no parameters that train")
    shape = tuple(x.shape)
    try:
        with frozen_state(model), seeded(0, "trial"):
            output = call_model(model.train(), x)
    except (RuntimeError, TypeError, ValueError, IndexError) as error:
        told = " ".join(str(error).split())[:300]
        raise ValueError(f"--model {name!r} fails on inputs of shape {shape}: {told}") from error
    given = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
    if not isinstance(output, Tensor) or output.ndim != 2 or output.shape[1] < n_classes:
        raise ValueError(
            f"--model {name!r} gives {given} for inputs of shape {shape}; it must give logits of "
            f"shape ({len(x)}, {n_classes}), one for each class of y"
        )
