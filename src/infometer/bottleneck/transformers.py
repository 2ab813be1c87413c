"""The information plane as a callback of Hugging Face's ``Trainer``."""

from __future__ import annotations

from typing import Any

from transformers import TrainerCallback

from infometer.bottleneck.information_plane import InformationPlane
from infometer.bottleneck.plane_result import plane_metrics

__all__ = ["InformationPlaneCallback"]


class InformationPlaneCallback(TrainerCallback):
    """Measure a plane while a ``transformers.Trainer`` trains.

    The evaluation inputs are a mapping as the model takes it, such as ``input_ids`` and
    ``attention_mask``. Every point stands in the trainer's log history as ``plane/LAYER/I(X;L)``.

    Parameters
    ----------
    plane : InformationPlane

    Examples
    --------
    >>> import numpy as np
    >>> from torch import nn
    >>> from infometer.bottleneck import GaussianNoise
    >>> network = nn.Sequential(nn.Linear(3, 4), GaussianNoise(), nn.Linear(4, 2))
    >>> x = np.random.default_rng(0).standard_normal((50, 3))
    >>> InformationPlaneCallback(InformationPlane(network, x)).plane.targets.n
    50
    """

    def __init__(self, plane: InformationPlane) -> None:
        self.plane = plane

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Attach, and measure the network as it starts."""
        self.plane.plan(state.max_steps if state.max_steps > 0 else None)
        self.plane.__enter__()
        self._update(state)

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Measure where it is time to."""
        self._update(state)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Detach."""
        self.plane.__exit__(None, None, None)

    def _update(self, state: Any) -> None:
        loss = next((e["loss"] for e in reversed(state.log_history) if "loss" in e), None)
        if self.plane.update(state.global_step, **({} if loss is None else {"loss": loss})):
            found = plane_metrics(self.plane.to_frame())
            state.log_history.append({"step": state.global_step, **found})
