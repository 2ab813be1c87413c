"""A small transformer over token ids, to be trained from scratch."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

__all__ = ["TextTransformer"]


class TextTransformer(nn.Module):
    """Token ids (b, L) to logits (b, K): embeddings, transformer layers, mean over the tokens.

    Layers normalise before attention and before the perceptron (pre-norm), positions are sines.
    Id 0 is padding: it is neither attended to nor averaged over, so that the logits of an item do
    not depend on how far its batch was filled up. Of one seed, weights other than the embeddings
    start equal whatever the vocabulary.

    Parameters
    ----------
    n_tokens : int
        Size of the vocabulary.
    n_classes : int
    width : int
        Of the embeddings; a multiple of `heads`.
    heads, layers : int
    dropout : float

    References
    ----------
    A. Vaswani et al., "Attention is all you need", NeurIPS (2017), sections 3.2 to 3.5; R. Xiong
    et al., "On layer normalization in the transformer architecture", ICML (2020).

    Examples
    --------
    >>> module = TextTransformer(100, 3, width=16, heads=2, layers=1)
    >>> module(torch.tensor([[1, 7, 5, 0], [1, 0, 0, 0]])).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        n_tokens: int,
        n_classes: int,
        *,
        width: int = 128,
        heads: int = 4,
        layers: int = 2,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        if width < 2 or width % 2 or width % heads:
            raise ValueError(
                f"width is {width} and heads {heads}; width must be even and a multiple of heads"
            )
        self.dropout = nn.Dropout(dropout)
        layer = nn.TransformerEncoderLayer(
            width, heads, 2 * width, dropout, "gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(
            layer, layers, norm=nn.LayerNorm(width), enable_nested_tensor=False
        )
        self.logits = nn.Linear(width, n_classes)
        self.embedding = nn.Embedding(n_tokens, width, padding_idx=0)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)

    def forward(self, ids: Tensor) -> Tensor:
        """Logits (b, K) of token ids (b, L), of which at least one an item is no padding."""
        ids = ids[:, : int((ids != 0).sum(dim=1).max())]
        padding = ids == 0
        width = self.embedding.embedding_dim
        states = self.embedding(ids) * math.sqrt(width) + _sines(ids.shape[1], width, ids.device)
        states = self.encoder(self.dropout(states), src_key_padding_mask=padding)
        kept = (~padding).unsqueeze(2).to(states.dtype)
        return self.logits((states * kept).sum(dim=1) / kept.sum(dim=1))


def _sines(length: int, width: int, device: torch.device) -> Tensor:
    """Positions as sines and cosines of falling frequency, (L, width)."""
    frequency = torch.exp(torch.arange(0, width, 2, device=device) * (-math.log(1e4) / width))
    angle = torch.arange(length, device=device)[:, None] * frequency
    return torch.stack((angle.sin(), angle.cos()), dim=2).flatten(1)
