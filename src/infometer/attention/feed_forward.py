"""Feed-forward sub-blocks of two matrices, and of the one that they are without an activation."""

from __future__ import annotations

from torch import Tensor, nn

__all__ = ["FusedFeedForward", "two_matrices"]

NAMES = (("c_fc", "c_proj"), ("dense_h_to_4h", "dense_4h_to_h"))
"""How GPT-2 and GPT-NeoX call the first and the second matrix; the activation is ``act``."""


class FusedFeedForward(nn.Module):
    r"""A feed-forward sub-block of one matrix: :math:`F(x) = x W_{ffn} + b`.

    Parameters
    ----------
    width : int
    bias : bool
    dropout : float
        Of the output, as the sub-block that it replaces has it.

    Examples
    --------
    >>> sum(p.numel() for p in FusedFeedForward(4).parameters())
    16
    """

    def __init__(self, width: int, bias: bool = False, dropout: float = 0.0) -> None:
        super().__init__()
        self.fused = nn.Linear(width, width, bias=bias)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Give F(x) of shape (..., width)."""
        return self.dropout(self.fused(x))


def two_matrices(module: nn.Module) -> tuple[nn.Module, nn.Module, nn.Module] | None:
    """The first matrix, the activation and the second of a sub-block, or None if it is none.

    Examples
    --------
    >>> from transformers import GPT2Config
    >>> from transformers.models.gpt2.modeling_gpt2 import GPT2MLP
    >>> [type(part).__name__ for part in two_matrices(GPT2MLP(8, GPT2Config(n_embd=4)))]
    ['Conv1D', 'NewGELUActivation', 'Conv1D']
    """
    for first, second in NAMES:
        if all(hasattr(module, name) for name in (first, "act", second)):
            parts = [module.get_submodule(name) for name in (first, "act", second)]
            return parts[0], parts[1], parts[2]
    return None
