"""Critics: networks that score pairs, T(x, y), high where x and y belong together.

Any module is one whose ``forward(x, y)`` scores paired rows, ``(n, dx)`` and ``(n, dy)``, by
``(n,)`` or ``(n, 1)``. A method ``pairwise(x, y)``, every x with every y, is the quick way to all
the pairs that the bounds need; these critics have it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

__all__ = [
    "ConcatenatedCritic",
    "SeparableCritic",
    "concatenated_critic",
    "convolutional_critic",
    "convolutional_tower",
    "pairwise_scores",
    "separable_critic",
]


class SeparableCritic(nn.Module):
    """T(x, y) = f(x) · g(y), so that n² scores cost 2n passes and one product of matrices.

    Parameters
    ----------
    x_encoder, y_encoder : torch.nn.Module
        f and g, which give vectors of one length.

    Examples
    --------
    >>> critic = SeparableCritic(nn.Identity(), nn.Identity())
    >>> x = torch.tensor([[1.0, 2.0], [0.0, 3.0]])
    >>> critic(x, x).tolist(), critic.pairwise(x, x).tolist()
    ([5.0, 9.0], [[5.0, 6.0], [6.0, 9.0]])
    """

    def __init__(self, x_encoder: nn.Module, y_encoder: nn.Module) -> None:
        super().__init__()
        self.x_encoder = x_encoder
        self.y_encoder = y_encoder

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Scores of paired rows, (n,)."""
        return (self.x_encoder(x) * self.y_encoder(y)).sum(1)

    def pairwise(self, x: Tensor, y: Tensor) -> Tensor:
        """Scores of every x (n, dx) with every y (m, dy): (n, m)."""
        return torch.as_tensor(self.x_encoder(x) @ self.y_encoder(y).T)


class ConcatenatedCritic(nn.Module):
    """T(x, y) = h(f(x) + g(y)): with linear f and g, a perceptron of x and y side by side.

    That is W [x; y] + b = W_x x + W_y y + b, whose halves are found once for every row, and not
    once for every pair.

    Parameters
    ----------
    x_encoder, y_encoder : torch.nn.Module
        f and g, which give vectors of one length.
    head : torch.nn.Module
        h, which begins with the activation of the first layer and gives one number.

    Examples
    --------
    >>> critic = ConcatenatedCritic(nn.Identity(), nn.Identity(), nn.ReLU())
    >>> critic.pairwise(torch.tensor([[1.0], [2.0]]), torch.tensor([[-1.5], [0.0]])).tolist()
    [[0.0, 1.0], [0.5, 2.0]]
    """

    def __init__(self, x_encoder: nn.Module, y_encoder: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.x_encoder = x_encoder
        self.y_encoder = y_encoder
        self.head = head

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Scores of paired rows, (n,)."""
        return torch.as_tensor(self.head(self.x_encoder(x) + self.y_encoder(y))[:, 0])

    def pairwise(self, x: Tensor, y: Tensor) -> Tensor:
        """Scores of every x (n, dx) with every y (m, dy): (n, m)."""
        sums = self.x_encoder(x)[:, None] + self.y_encoder(y)[None]
        return torch.as_tensor(self.head(sums)[..., 0])


def pairwise_scores(critic: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Scores of every x with every y by any critic.

    Parameters
    ----------
    critic : torch.nn.Module
        With ``pairwise(x, y)``, or else with ``forward(x, y)`` of paired rows, which is called
        with all n m pairs.
    x : Tensor, shape (n, dx)
    y : Tensor, shape (m, dy)

    Returns
    -------
    Tensor, shape (n, m)

    Raises
    ------
    ValueError
        Where the critic gives other shapes.

    Examples
    --------
    >>> class Distance(nn.Module):
    ...     def forward(self, x, y):
    ...         return 1 - (x - y).abs().sum(1)
    >>> pairwise_scores(Distance(), torch.tensor([[0.0], [2.0]]), torch.tensor([[0.0]])).tolist()
    [[1.0], [-1.0]]
    """
    n, m = len(x), len(y)
    if callable(quick := getattr(critic, "pairwise", None)):
        expected: tuple[int, ...] = (n, m)
        scores = quick(x, y)
    else:
        scores = critic(x.repeat_interleave(m, dim=0), y.repeat(n, *[1] * (y.ndim - 1)))
        expected = (n * m,)
        scores = scores[:, 0] if scores.ndim == 2 and scores.shape[1] == 1 else scores
    if tuple(scores.shape) != expected:
        raise ValueError(
            f"critic {type(critic).__name__} gave scores of shape {tuple(scores.shape)} for "
            f"{expected[0]} rows; expected {expected}: one score a pair"
        )
    return scores.reshape(n, m)  # type: ignore[no-any-return]


def separable_critic(
    dx: int, dy: int, widths: Sequence[int] = (64, 64), embedding: int = 32
) -> SeparableCritic:
    """A `SeparableCritic` of two perceptrons.

    Examples
    --------
    >>> separable_critic(3, 2).pairwise(torch.zeros(5, 3), torch.zeros(4, 2)).shape
    torch.Size([5, 4])
    """
    return SeparableCritic(
        perceptron([dx, *widths, embedding]), perceptron([dy, *widths, embedding])
    )


def concatenated_critic(dx: int, dy: int, widths: Sequence[int] = (32, 32)) -> ConcatenatedCritic:
    """A `ConcatenatedCritic` that is one perceptron of x and y side by side.

    Examples
    --------
    >>> concatenated_critic(3, 2).pairwise(torch.zeros(5, 3), torch.zeros(4, 2)).shape
    torch.Size([5, 4])
    """
    x_layer, y_layer = nn.Linear(dx, widths[0]), nn.Linear(dy, widths[0], bias=False)
    with torch.no_grad():  # as the columns of one layer of dx + dy inputs
        for layer in (x_layer, y_layer):
            nn.init.uniform_(layer.weight, -((dx + dy) ** -0.5), (dx + dy) ** -0.5)
    return ConcatenatedCritic(x_layer, y_layer, nn.Sequential(nn.SiLU(), perceptron([*widths, 1])))


def convolutional_critic(
    x_shape: tuple[int, int, int], y_shape: tuple[int, int, int], width: int = 16
) -> ConcatenatedCritic:
    """A `ConcatenatedCritic` of images, given as rows of pixels.

    Parameters
    ----------
    x_shape, y_shape : (int, int, int)
        Channels, height, width.
    width : int
        Channels of the towers, and units of the layers above them.

    Examples
    --------
    >>> critic = convolutional_critic((1, 16, 16), (3, 8, 8))
    >>> critic.pairwise(torch.zeros(5, 256), torch.zeros(4, 192)).shape
    torch.Size([5, 4])
    """
    return ConcatenatedCritic(
        convolutional_tower(x_shape, width, width),
        convolutional_tower(y_shape, width, width),
        nn.Sequential(nn.LeakyReLU(), nn.Linear(width, width), nn.LeakyReLU(), nn.Linear(width, 1)),
    )


def convolutional_tower(
    image_shape: tuple[int, int, int], n_out: int, channels: int = 16
) -> nn.Sequential:
    """An encoder of rows of pixels: 3 × 3 convolutions, each halving the image, down to 4 × 4.

    Examples
    --------
    >>> convolutional_tower((1, 16, 16), 8)(torch.zeros(5, 256)).shape
    torch.Size([5, 8])
    """
    depth, height, width = image_shape
    layers: list[nn.Module] = [nn.Unflatten(1, image_shape)]
    while max(height, width) > 4:
        pool = (2 if height > 4 else 1, 2 if width > 4 else 1)
        layers += [
            nn.Conv2d(depth, channels, 3, padding="same"),
            nn.MaxPool2d(pool, ceil_mode=True),
            nn.LeakyReLU(),
        ]
        depth, height, width = channels, math.ceil(height / pool[0]), math.ceil(width / pool[1])
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(depth * height * width, n_out))


def perceptron(
    widths: Sequence[int], activation: Callable[[], nn.Module] = nn.SiLU
) -> nn.Sequential:
    """Linear layers with an activation between them.

    Examples
    --------
    >>> perceptron([2, 8, 1])
    Sequential(
      (0): Linear(in_features=2, out_features=8, bias=True)
      (1): SiLU()
      (2): Linear(in_features=8, out_features=1, bias=True)
    )
    """
    layers: list[nn.Module] = []
    for width, following in pairwise(widths):
        layers += [nn.Linear(width, following), activation()]
    return nn.Sequential(*layers[:-1])
