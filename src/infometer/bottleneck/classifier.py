"""A small classifier with noise in every layer, for a first look at an information plane."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from torch import Tensor, nn

from infometer.bottleneck.noise import GaussianNoise
from infometer.estimators.seeded import seeded
from infometer.tracing.hooks import find_layers
from infometer.tracing.nested import edit_first_tensor

__all__ = ["WithNoise", "noisy_classifier"]

CHANNELS = (8, 16, 32)
SLOPE = 0.01


def noisy_classifier(
    shape: Sequence[int],
    n_classes: int,
    *,
    noise_to_signal: float = 0.1,
    random_state: int = 0,
) -> nn.Sequential:
    """A convolutional network for images, or a perceptron for vectors, with Gaussian noise.

    Images: blocks Conv3×3 - MaxPool2 - LeakyReLU with 8, 16, 32 channels until the sides are
    under 4 pixels, then Dense(32) - LeakyReLU and Dense(K), as the paper's classifier. Vectors:
    Dense(64), Dense(32), Dense(K). After each stands a `GaussianNoise` under the name by which the
    layer goes in an information plane: ``conv1``, …, ``hidden``, ``logits``.

    Parameters
    ----------
    shape : sequence of int
        Of one input: (d,), (h, w) or (c, h, w).
    n_classes : int
    noise_to_signal : float
    random_state : int
        Of the initial weights.

    Returns
    -------
    torch.nn.Sequential

    Examples
    --------
    >>> from infometer.bottleneck.noise import noise_modules
    >>> list(noise_modules(noisy_classifier((8, 8), 10)))
    ['conv1', 'conv2', 'hidden', 'logits']
    """
    if n_classes < 2:
        raise ValueError(f"n_classes is {n_classes}; a classifier needs at least 2 classes")
    layers: OrderedDict[str, nn.Module] = OrderedDict()

    def add(name: str, *modules: nn.Module) -> None:
        layers[f"{name}_weights"] = nn.Sequential(*modules)
        layers[name] = GaussianNoise(noise_to_signal)

    with seeded(random_state, "initial weights"):
        if len(shape) == 1:
            width = shape[0]
            add("hidden1", nn.Linear(width, 64), nn.LeakyReLU(SLOPE))
            width = 64
        else:
            channels, *sides = shape if len(shape) == 3 else (1, *shape)
            layers["as_images"] = (
                nn.Unflatten(1, (1, shape[0])) if len(shape) == 2 else nn.Identity()
            )
            for position, width in enumerate(CHANNELS, 1):
                if min(sides) < 4:
                    break
                add(
                    f"conv{position}",
                    nn.Conv2d(channels, width, 3, padding=1),
                    nn.MaxPool2d(2),
                    nn.LeakyReLU(SLOPE),
                )
                channels, sides = width, [side // 2 for side in sides]
            width = channels * sides[0] * sides[1]
        add("hidden", nn.Flatten(), nn.Linear(width, 32), nn.LeakyReLU(SLOPE))
        add("logits", nn.Linear(32, n_classes))
    return nn.Sequential(layers)


class WithNoise(nn.Module):
    """A model with Gaussian noise on the named layers that its checkpoints hold, for training.

    Parameters
    ----------
    model : torch.nn.Module
        Is given hooks, and belongs to this module from then on.
    layers : sequence of str
    noise_to_signal : float

    Attributes
    ----------
    noise_by_layer : dict of str to GaussianNoise
        For ``InformationPlane(layers=...)``.

    Examples
    --------
    >>> noisy = WithNoise(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), ["0"])
    >>> [key for key in noisy.state_dict() if "signal" in key]
    ['noise.0.signal']
    """

    def __init__(self, model: nn.Module, layers: Sequence[str], noise_to_signal: float = 0.1):
        super().__init__()
        self.model = model
        modules = find_layers(model, layers)
        self.noise = nn.ModuleList(GaussianNoise(noise_to_signal) for _ in layers)
        self.noise_by_layer: dict[str, GaussianNoise] = {}
        for (name, module), noise in zip(modules.items(), self.noise, strict=True):
            assert isinstance(noise, GaussianNoise)
            self.noise_by_layer[name] = noise
            module.register_forward_hook(_adds(noise, name))

    def forward(self, *args: Tensor, **kwargs: Tensor) -> Tensor:
        """Call the model."""
        return self.model(*args, **kwargs)


def _adds(noise: GaussianNoise, name: str):  # type: ignore[no-untyped-def]
    def hook(module: nn.Module, inputs: object, output: object) -> object:
        return edit_first_tensor(output, noise, f"the output of layer {name!r}")

    return hook
