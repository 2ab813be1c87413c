"""Learnable scales about a residual branch: a static stand-in for LayerNorm."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

__all__ = ["ScaledResidual"]


class ScaledResidual(nn.Module):
    r"""Add a branch to the residual stream, both scaled.

    .. math:: X_{out} = \beta X + \tfrac{1}{\alpha} F(X)

    with learnable scalars, one pair a layer; at :math:`\alpha = \beta = 1` the usual residual.

    Parameters
    ----------
    init_alpha, init_beta : float
        The papers do not state theirs.

    Raises
    ------
    ValueError
        A start that is not finite, or an alpha of 0.

    References
    ----------
    N. K. Jha and B. Reagen, *Entropy-Guided Attention for Private LLMs*, 2025, eq. 8.

    Examples
    --------
    >>> add = ScaledResidual(init_alpha=2.0)
    >>> add(torch.ones(1), torch.ones(1)).tolist()
    [1.5]
    """

    def __init__(self, init_alpha: float = 1.0, init_beta: float = 1.0) -> None:
        super().__init__()
        if not (math.isfinite(init_alpha) and init_alpha != 0.0):
            raise ValueError(f"init_alpha is {init_alpha}; the branch is divided by it: not 0")
        if not math.isfinite(init_beta):
            raise ValueError(f"init_beta is {init_beta}; it must be a finite number")
        self.alpha = nn.Parameter(torch.tensor(float(init_alpha)))
        self.beta = nn.Parameter(torch.tensor(float(init_beta)))

    def forward(self, residual: Tensor, branch: Tensor) -> Tensor:
        """Give the sum of the stream and the output of its branch, both of shape (...)."""
        return self.beta * residual + branch / self.alpha
