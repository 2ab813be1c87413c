"""The saved weights of a training, in the order of their steps."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

if TYPE_CHECKING:
    from infometer.bottleneck.information_plane import InformationPlane

__all__ = ["CheckpointSeries"]

SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")

BESIDE_WEIGHTS = ("optimizer", "scheduler", "scaler", "rng_state", "training_args")
"""How the files begin that Hugging Face's ``Trainer`` saves beside the weights."""


@dataclass(frozen=True)
class CheckpointSeries:
    """Files of weights and the steps at which they were saved.

    Parameters
    ----------
    paths : tuple of Path
        safetensors, or what ``torch.load(weights_only=True)`` reads; nothing is unpickled.
    steps : tuple of int
        Rising.
    """

    paths: tuple[Path, ...]
    steps: tuple[int, ...]

    @classmethod
    def find(cls, folder: Path) -> Self:
        """Take the weights in `folder`; the last number of a name, or of its folder, is the step.

        Raises
        ------
        ValueError
            For no weights, names without a number, or two with the same.
        """
        if not folder.is_dir():
            raise ValueError(f"--checkpoints is {folder}: there is no such folder")
        files = sorted(
            path
            for path in folder.rglob("*")
            if path.suffix in SUFFIXES
            and path.is_file()
            and not path.name.startswith(BESIDE_WEIGHTS)
        )
        if not files:
            raise ValueError(f"{folder} holds no weights ({', '.join(SUFFIXES)})")
        steps: dict[int, Path] = {}
        for path in files:
            within = path.parent.name if path.parent != folder else ""
            numbers = re.findall(r"\d+", path.stem) or re.findall(r"\d+", within)
            if not numbers:
                raise ValueError(
                    f"{path.name} has no number; name checkpoints by step, as step_100.safetensors"
                )
            step = int(numbers[-1])
            if step in steps:
                raise ValueError(f"{path.name} and {steps[step].name} are both of step {step}")
            steps[step] = path
        ordered = sorted(steps)
        return cls(tuple(steps[step] for step in ordered), tuple(ordered))

    def fingerprint(self) -> str:
        """A hash of all files, which is another once any of them is."""
        total = hashlib.sha256()
        for path in self.paths:
            with path.open("rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
        return total.hexdigest()

    def measure(
        self,
        plane: InformationPlane,
        model: nn.Module,
        progress: Callable[[int, str], object] = lambda done, what: None,
    ) -> None:
        """Load each into `model` and measure it.

        Raises
        ------
        ValueError
            For weights that do not fit the model.
        """
        for done, (step, path) in enumerate(zip(self.steps, self.paths, strict=True)):
            progress(done, f"step {step}, {done + 1} of {len(self.steps)}")
            _load(model, path)
            plane.update(step)
        progress(len(self.steps), "done")


def _load(model: nn.Module, path: Path) -> None:
    try:
        if path.suffix == ".safetensors":
            state: dict[str, Tensor] = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch and safetensors raise what they like
        raise ValueError(
            f"{path.name} cannot be read as weights ({type(error).__name__}); save "
            "model.state_dict(), best as safetensors"
        ) from error
    try:
        state = state.get("state_dict", state)  # type: ignore[assignment]
        model.load_state_dict(state)
    except (RuntimeError, TypeError, AttributeError) as error:
        told = " ".join(str(error).split())[:300]
        raise ValueError(f"{path.name} does not fit the model: {told}") from error
