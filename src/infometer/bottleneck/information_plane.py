"""The tracker: measures the information plane of a network while it trains."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
import torch
from torch import nn

from infometer.bottleneck.calibration import calibrate_noise, ratio_of_smallest_noise
from infometer.bottleneck.compression import PCACompressor
from infometer.bottleneck.measurement import LayerChannel, measure_layer
from infometer.bottleneck.noise import GaussianNoise, inject_noise, noise_modules, signal_deviation
from infometer.bottleneck.plane_result import PlaneResult
from infometer.bottleneck.schedule import WARM_UP, MeasuringSchedule
from infometer.bottleneck.targets import evaluation_metrics, evaluation_targets
from infometer.bottleneck.watched_layers import NoiseSource, require_ratio, watched_layers
from infometer.contracts import Finding
from infometer.estimators.seeded import seeded
from infometer.resampling import integer_seed, root_seed
from infometer.sweeps import RowStore
from infometer.tracing.activations import Inputs, record_activations
from infometer.tracing.nested import first_tensor

__all__ = ["InformationPlane"]

FEWEST_POINTS = 5
"""A curve of fewer points is no curve: the exact figure of the costliest layers gives way."""

_FITTED_ON_ITSELF = Finding(
    "info",
    "compressed figures",
    "The compressor is fitted to the rows that it is measured on.",
    "a code that was trained on a row says more about it than about a new one",
    "Read these figures as optimistic; principal components are harmless in this.",
)


class InformationPlane:
    r"""I(X;L) and I(L;Y) of the layers of a network at chosen steps of its training.

    A layer T is seen as :math:`L = T + \sigma\xi` with σ in proportion to the present spread of T,
    so that a layer gains nothing by mere growth. The exact information of that channel
    (`gaussian_mixture_information`) stands beside the paper's figure from compressed codes.

    Parameters
    ----------
    model : torch.nn.Module
    x_eval : Tensor or ndarray, shape (n, ...); or tuple or mapping of them
        Held-out inputs, the same at every step. The exact figures are for X uniform on these.
    y_eval : array-like, shape (n,) or (n, dy), optional
    layers : sequence of str, optional
        Default: the noise modules of the model, else all layers with weights. A mapping that
        `inject_noise` yields is taken too.
    noise : {"model", "train", "measure", "none"}
        Where noise comes from: the network has it; it is injected for as long as the plane is
        open, at `network_noise`; it is only added at measuring time, which every row says; or
        nowhere, and distinct outputs are counted.
    noise_to_signal : "auto" or float
        Of σ to the layer's spread, but never under the noise that the network itself has there. 0
        is just that. "auto" is the least for which, at the first step, the layer tells less than
        0.7 log n: with less, all layers would show log n.
    network_noise : float
        The ratio of the noise that ``noise="train"`` injects.
    compressor : transformer, optional
        For the compressed figures, fitted to the noisy layer; default ``PCACompressor(4)``.
    input_code : ndarray, shape (n, dx), optional
        A few numbers for every input; default its first four principal components.
    n_paths : int
        Of the noise in layers below; with 1 the exact figure is an upper bound where there is any,
        with more a closer one.
    n_draws : int
        Noise draws for each input.
    level : float
        Of the intervals.
    budget : float
        Measuring time over training time.
    total_steps : int, optional
        Length of the training; lets the budget be spent evenly on a log scale.
    at, every : collection of int, int
        Measure these steps, or every so many, whatever it costs.
    batch_size : int
        Of the forward passes.
    random_state : int, None, RandomState or Generator
        What is drawn at a step depends on it and on the step alone.
    store : RowStore, optional
        Where rows are kept; steps that it holds are not measured again.

    Raises
    ------
    ValueError
        For layers without noise, or evaluation rows that do not go together.

    References
    ----------
    I. Butakov et al., "Information bottleneck analysis of deep neural networks via lossy
    compression", ICLR 2024; Z. Goldfeld et al., "Estimating information flow in deep neural
    networks", ICML 2019.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(5, 4), GaussianNoise(0.1), nn.Linear(4, 2))
    >>> x = np.random.default_rng(0).standard_normal((60, 5))
    >>> with InformationPlane(model, x, (x[:, 0] > 0).astype(int), at=[0]) as plane:
    ...     plane.update(0)
    True
    >>> plane.to_frame()[["step", "layer", "quantity"]].values.tolist()[:2]
    [[0, '1', 'I(X;L)'], [0, '1', 'I(L;Y)']]
    """

    def __init__(
        self,
        model: nn.Module,
        x_eval: Inputs,
        y_eval: Any = None,
        layers: Sequence[str] | Mapping[str, GaussianNoise] | None = None,
        *,
        noise: NoiseSource = "model",
        noise_to_signal: float | Literal["auto"] = "auto",
        network_noise: float = 0.1,
        compressor: Any = None,
        input_code: np.ndarray | None = None,
        n_paths: int = 1,
        n_draws: int = 4,
        level: float = 0.95,
        budget: float = 0.15,
        total_steps: int | None = None,
        at: Collection[int] | None = None,
        every: int | None = None,
        batch_size: int = 512,
        random_state: Any = 0,
        store: RowStore | None = None,
    ) -> None:
        if noise not in ("model", "train", "measure", "none"):
            raise ValueError(
                f"noise is {noise!r}; it must be 'model', 'train', 'measure' or 'none'"
            )
        require_ratio(noise_to_signal, noise)
        if n_paths < 1:
            raise ValueError(f"n_paths is {n_paths}; it must be at least 1")
        self.model = model
        self.x_eval = x_eval
        self.noise = noise
        self.noise_to_signal = noise_to_signal
        self.network_noise = network_noise
        self.compressor = PCACompressor() if compressor is None else compressor
        self.n_paths = n_paths
        self.n_draws = n_draws
        self.level = level
        self.batch_size = batch_size
        self.schedule = MeasuringSchedule(budget, total_steps, at=at, every=every)
        self.targets, self.findings = evaluation_targets(x_eval, y_eval, input_code)
        if not isinstance(self.compressor, PCACompressor):
            self.findings.append(_FITTED_ON_ITSELF)
        self._watched = watched_layers(model, layers, noise)
        self._seed = root_seed(random_state)
        self._store = store
        self._stack = ExitStack()
        self._open = False
        self._costs: dict[str, float] = {}
        self._without_mixture: set[str] = set()
        self._noisy_below: dict[str, bool] = {}
        self._ratios: dict[str, float] = {}
        self._rows: list[dict[str, Any]] = []
        if store is not None:
            self._take_up(store.to_frame())

    def __enter__(self) -> Self:
        """Attach; noise that has no scale yet, in the model or injected, takes it from `x_eval`."""
        self._stack.__enter__()
        try:
            self._attach()
        except BaseException:
            self._stack.close()
            raise
        self._open = True
        return self

    def _attach(self) -> None:
        if self.noise == "train":
            names = list(self._watched)
            injected = inject_noise(self.model, names, self.network_noise)
            self._watched = dict(self._stack.enter_context(injected))
        noise = {**noise_modules(self.model), **self._watched}
        fresh = {
            name: module
            for name, module in noise.items()
            if isinstance(module, GaussianNoise)
            and module.mode == "additive"
            and bool(module.signal.isnan())
        }
        if fresh:
            calibrate_noise(self.model, fresh, self.x_eval, random_state=self._seed)

    def __exit__(self, *exception: Any) -> None:
        self._open = False
        self._stack.__exit__(*exception)

    def plan(self, total_steps: int | float | None) -> None:
        """Tell how long the training will be, where it was not known before."""
        if self.schedule.total_steps is None and total_steps is not None and total_steps < np.inf:
            self.schedule.total_steps = int(total_steps)

    def update(self, step: int, **metrics: float) -> bool:
        """Measure after `step` optimiser steps if it is time to; never twice after the same.

        Parameters
        ----------
        step : int
            0 before the first step.
        **metrics : float
            Stand in the rows, such as ``loss=0.3``. A tensor on a device is waited for only where
            it is time to measure.

        Returns
        -------
        bool
            Whether it measured.

        Raises
        ------
        RuntimeError
            Outside the ``with`` block.
        """
        if not self._open:
            raise RuntimeError("the plane is not open; call update() inside `with plane:`")
        due = self.schedule.due(step)
        if step == WARM_UP:
            self._economise(step)
        if not due:
            return False
        start = time.perf_counter()
        if self._store is not None and self._store.has({"step": step}):
            self.schedule.record(step, time.perf_counter() - start)
            return False
        rows = self._measure(step, {name: _number(value) for name, value in metrics.items()})
        self._rows += rows
        if self._store is not None:
            self._store.put({"step": step}, rows)
        self.schedule.record(step, time.perf_counter() - start)
        return True

    def to_frame(self) -> pd.DataFrame:
        """The rows so far: one for every step, layer, quantity and method."""
        return pd.DataFrame(self._rows)

    def result(self) -> PlaneResult:
        """All that was found so far, with its pictures and its `Report`."""
        return PlaneResult(self.to_frame(), self._settings(), tuple(self.findings))

    def _settings(self) -> dict[str, Any]:
        return {
            "layers": list(self._watched),
            "noise": self.noise,
            "noise_to_signal": self.noise_to_signal,
            "ratios": {name: round(ratio, 4) for name, ratio in self._ratios.items()},
            "compressor": repr(self.compressor),
            "n_paths": self.n_paths,
            "n_draws": self.n_draws,
            "level": self.level,
            "evaluation rows": self.targets.n,
            "budget": self.schedule.budget if self.schedule.timed else None,
            "measured steps": self.schedule.measured,
            "measuring seconds": round(self.schedule.measuring_seconds, 2),
            "training seconds": round(self.schedule.training_seconds, 2),
        }

    def _take_up(self, frame: pd.DataFrame) -> None:
        """Go on from the rows of an earlier process."""
        self._rows = frame.to_dict("records")  # type: ignore[assignment]
        for row in self._rows:
            self._ratios.setdefault(row["layer"], row["noise_to_signal"])
            self._noisy_below.setdefault(row["layer"], bool(row["noisy_below"]))

    def _measure(self, step: int, metrics: Mapping[str, float]) -> list[dict[str, Any]]:
        recorded = [self._record(step, path) for path in range(self.n_paths)]
        if not self._noisy_below.keys() >= self._watched.keys():
            again = self._record(step, self.n_paths)
            self._noisy_below = {
                name: not np.array_equal(recorded[0][name], again[name]) for name in self._watched
            }
        shown = dict(metrics)
        if "" in recorded[0]:
            shown |= evaluation_metrics(recorded[0][""], self.targets.labels)
        rows: list[dict[str, Any]] = []
        for name in self._watched:
            start = time.perf_counter()
            clean = np.stack([path[name].reshape(self.targets.n, -1) for path in recorded], axis=1)
            sigma, source = self._sigma(name, clean) if np.isfinite(clean).all() else (np.nan, "")
            if not np.isfinite(sigma):
                self._diverged(name, step)
                continue
            channel = LayerChannel(clean.astype(float), sigma, self._noisy_below[name])
            found = measure_layer(
                channel,
                self.targets,
                compressor=None if self.noise == "none" else self.compressor,
                n_draws=self.n_draws,
                level=self.level,
                random_state=integer_seed(self._seed, "measure", step, name),
                mixture=name not in self._without_mixture,
            )
            keys = {
                "step": step, "layer": name, **shown, "sigma": sigma, "noise": source,
                "noise_to_signal": self._ratios[name], "noisy_below": self._noisy_below[name],
            }  # fmt: skip
            rows += [
                {**e.to_row(**keys), **more, "notes": "; ".join(e.warnings)} for e, more in found
            ]
            self._costs[name] = time.perf_counter() - start
        return rows

    def _record(self, step: int, path: int) -> dict[str, np.ndarray]:
        """The layers without their own noise; under "" the logits, where there are classes."""
        labels = self.targets.labels
        classes = labels is not None and labels.ndim == 1 and labels.dtype.kind in "iu"
        whole = {"": self.model} if classes else {}

        def clean(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> torch.Tensor:
            if module is self.model and isinstance(output, Mapping):
                output = output.get("logits", output)  # Hugging Face puts the loss before them
            own_noise = isinstance(module, GaussianNoise)
            return first_tensor(inputs if own_noise else output, "a watched layer")

        with seeded(self._seed, "forward", step, path):
            return record_activations(
                self.model, {**self._watched, **whole}, self.x_eval,
                what=clean, batch_size=self.batch_size,
            )  # fmt: skip

    def _sigma(self, name: str, clean: np.ndarray) -> tuple[float, str]:
        """The noise that the layer is seen through, and whose it is."""
        if self.noise == "none":
            self._ratios[name] = 0.0
            return 0.0, "none"
        first = torch.as_tensor(clean[:, 0])
        spread = float(signal_deviation(first))
        if name not in self._ratios:
            ratio = self.noise_to_signal
            self._ratios[name] = (
                ratio_of_smallest_noise(first, integer_seed(self._seed, "auto", name))
                if ratio == "auto"
                else float(ratio)
            )
        module = self._watched[name]
        own = module.sigma if isinstance(module, GaussianNoise) else 0.0
        seen = self._ratios[name] * spread
        if own >= seen and own > 0:
            return own, "network"
        return (seen if seen > 0 else 1.0), "measuring"

    def _economise(self, step: int) -> None:
        """Give up the exact figure of the costliest layers where the budget is too small for it."""
        planned = self.schedule.affordable_seconds(step)
        if planned is None or not self._costs:
            return
        by_cost = sorted(self._costs, key=self._costs.__getitem__, reverse=True)
        spent = sum(self._costs.values()) * FEWEST_POINTS
        for name in by_cost:
            if spent <= planned:
                break
            self._without_mixture.add(name)
            spent -= self._costs[name] * FEWEST_POINTS
            self.findings.append(
                Finding(
                    "warning",
                    name,
                    "Only the compressed figure is measured after the first step.",
                    f"{self._costs[name]:.2g} s a point; the budget allows {planned:.2g} s in all",
                    "Raise budget=, give at=, or evaluate on fewer rows.",
                )
            )

    def _diverged(self, name: str, step: int) -> None:
        self.findings.append(
            Finding(
                "error", name,
                f"The layer gave NaN, infinity or values too large to measure at step {step}.", "",
                "Lower the learning rate; the steps before are unharmed.",
            )
        )  # fmt: skip


def _number(value: Any) -> float:
    return float(value.item() if isinstance(value, torch.Tensor) else value)
