"""Pairs of images whose mutual information is set beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from scipy.special import ndtr

from infometer.sources.arguments import check_integer
from infometer.sources.gaussian import CorrelatedGaussian
from infometer.sources.images import gaussian_blobs, general_blobs, rectangles

__all__ = ["ImagePairs"]

KINDS = {
    "gaussian_blobs": (gaussian_blobs, 2),
    "general_blobs": (general_blobs, 5),
    "rectangles": (rectangles, 4),
}
"""The map of each kind, and how many latents it takes."""

LEAST_SIZE = 10
"""From here on all maps are injective with their defaults."""


@dataclass(frozen=True)
class ImagePairs:
    """Gaussian latents of known information → uniforms by Φ → images, on both sides.

    I(f(U);f(V)) = I(U;V), since f is injective and piecewise smooth: the images carry exactly the
    information that their latents were given.

    Parameters
    ----------
    kind : {"gaussian_blobs", "general_blobs", "rectangles"}
        The map, with 2, 5 and 4 latents.
    mutual_information : float
        In nats, spread equally over the latents; at most 25 a latent.
    size : int
        Pixels a side, at least 10.
    rotation_seed : int
        Fixes the rotation of the Gaussian latents.

    Raises
    ------
    ValueError

    See Also
    --------
    CorrelatedGaussian : the latents before Φ.

    References
    ----------
    Butakov et al., "Information Bottleneck Analysis of Deep Neural Networks via Lossy
    Compression", ICLR 2024, Algorithm 1.

    Examples
    --------
    >>> source = ImagePairs("rectangles", mutual_information=3.0)
    >>> x, y = source.sample(10, random_state=0)
    >>> x.shape, source.mutual_information
    ((10, 16, 16), 3.0)
    >>> u, v = source.sample_latents(10, random_state=0)
    >>> bool((source.render(u) == x).all())
    True
    """

    kind: Literal["gaussian_blobs", "general_blobs", "rectangles"]
    mutual_information: float
    size: int = 16
    rotation_seed: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}; it must be one of {', '.join(KINDS)}")
        check_integer("size", self.size, least=LEAST_SIZE)
        _ = self.latents  # checks mutual_information and rotation_seed

    @cached_property
    def latents(self) -> CorrelatedGaussian:
        """The Gaussian pair behind the images."""
        d = KINDS[self.kind][1]
        return CorrelatedGaussian(d, d, self.mutual_information, rotation_seed=self.rotation_seed)

    def sample_latents(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw the uniforms (n, d) of `n` pairs: those that `sample` renders."""
        x, y = self.latents.sample(n, random_state)
        return ndtr(x), ndtr(y)

    def render(self, u: Any) -> np.ndarray:
        """Draw the images (n, size, size) of the uniforms `u` (n, d)."""
        return KINDS[self.kind][0](u, size=self.size)

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` independent pairs of images: ``x`` and ``y``, both (n, size, size)."""
        u, v = self.sample_latents(n, random_state)
        return self.render(u), self.render(v)
