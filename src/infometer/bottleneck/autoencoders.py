"""Autoencoders for images and for layers: an encoder, a decoder, and noise between them."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from infometer.estimators.neural.critics import perceptron

__all__ = ["Autoencoder", "convolutional_autoencoder", "dense_autoencoder"]

SLOPE = 0.2
LEAKY = partial(nn.LeakyReLU, SLOPE)
DENSE_WIDTHS = (24, 16)
FIRST_CHANNELS, CHANNELS = 4, 8


class Autoencoder(nn.Module):
    """``decoder(encoder(x) + latent_noise * xi)``; the noise, in training only, smooths the code.

    Parameters
    ----------
    encoder, decoder : torch.nn.Module
    latent_noise : float

    Examples
    --------
    >>> Autoencoder(nn.Flatten(), nn.Unflatten(1, (2, 2)), 0.0)(torch.ones(3, 2, 2)).shape
    torch.Size([3, 2, 2])
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module, latent_noise: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.latent_noise = latent_noise

    def forward(self, x: Tensor) -> Tensor:
        """Give the reconstruction of `x`."""
        code = self.encoder(x)
        if self.training and self.latent_noise:
            code = code + self.latent_noise * torch.randn_like(code)
        return self.decoder(code)  # type: ignore[no-any-return]


def dense_autoencoder(n_features: int, n_components: int, latent_noise: float = 0.0) -> Autoencoder:
    """Layers of 24 and 16 units down to a code in (0, 1), and back.

    Examples
    --------
    >>> dense_autoencoder(5, 2).encoder(torch.zeros(3, 5)).shape
    torch.Size([3, 2])
    """
    widths = [n_features, *DENSE_WIDTHS, n_components]
    encoder = perceptron(widths, LEAKY)
    return Autoencoder(
        nn.Sequential(encoder, nn.Sigmoid()), perceptron(widths[::-1], LEAKY), latent_noise
    )


def convolutional_autoencoder(
    image_shape: tuple[int, int, int],
    n_components: int,
    latent_noise: float = 0.0,
    width: int = 1,
) -> Autoencoder:
    """Blocks of convolution and pooling that halve an image down to one pixel, and their mirror.

    The blocks have 4, 8, 8, ... channels times `width`, and the code lies in (-1, 1). Sides of odd
    length lose their last row or column to the pooling, and are interpolated on the way back.

    Parameters
    ----------
    image_shape : (int, int, int)
        Channels, height, width.
    n_components : int
    latent_noise : float
    width : int

    Examples
    --------
    >>> model = convolutional_autoencoder((1, 16, 16), 2)
    >>> x = torch.zeros(3, 1, 16, 16)
    >>> model.encoder(x).shape, model(x).shape
    (torch.Size([3, 2]), torch.Size([3, 1, 16, 16]))
    >>> [m.out_channels for m in model.encoder.modules() if isinstance(m, nn.Conv2d)]
    [4, 8, 8, 8]
    """
    channels, *size = image_shape
    sizes = [tuple(size)]
    while max(sizes[-1]) > 1:
        sizes.append(tuple(max(side // 2, 1) for side in sizes[-1]))
    blocks = [FIRST_CHANNELS, *[CHANNELS] * (len(sizes) - 2)]
    depths = [channels, *(width * depth for depth in blocks)][: len(sizes)]
    down: list[nn.Module] = []
    up: list[nn.Module] = []
    for level in range(len(sizes) - 1):
        pool = nn.MaxPool2d(tuple(2 if side > 1 else 1 for side in sizes[level]))
        down += [_same(depths[level], depths[level + 1]), pool, *_normalised(depths[level + 1])]
        # Its mirror: back to this level's size, with the channels that came into the block.
        depth = depths[level] if level else depths[1]
        widen = [nn.Upsample(sizes[level]), _same(depths[level + 1], depth), *_normalised(depth)]
        up = widen + up
    encoder = nn.Sequential(*down, nn.Flatten(), nn.Linear(depths[-1], n_components), nn.Tanh())
    decoder = nn.Sequential(
        nn.Linear(n_components, depths[-1]),
        nn.LeakyReLU(SLOPE),
        nn.Unflatten(1, (depths[-1], 1, 1)),
        *up,
        _same(depths[1] if len(depths) > 1 else channels, channels),
    )
    model = Autoencoder(encoder, decoder, latent_noise)
    # A CPU convolves fastest in this layout: a training step takes about a third less.
    return model.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def _same(channels: int, following: int) -> nn.Conv2d:
    return nn.Conv2d(channels, following, 3, padding="same")


def _normalised(channels: int) -> list[nn.Module]:
    return [nn.BatchNorm2d(channels), nn.LeakyReLU(SLOPE)]
