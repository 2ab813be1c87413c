"""What one attention layer computes in one forward pass, before its softmax."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

__all__ = ["AttentionCall"]


@dataclass(frozen=True, eq=False)
class AttentionCall:
    r"""One call of one attention layer: the queries, the keys and who may see whom.

    .. math:: a_{ij} = \operatorname{softmax}_j\big(\text{scale}\; q_i \cdot k_j + m_{ij}\big),

    with m = 0 where `mask` is True or absent and −∞ where it is False; a floating `mask` is m
    itself. Query head h reads the key head ⌊hG/H⌋.

    Parameters
    ----------
    layer : int
        Its place in `infometer.tracing.attention_layers`.
    query : Tensor, shape (B, H, Tq, d)
        As the kernel gets it, within the model's graph: gradients pass through.
    key : Tensor, shape (B, G, Tk, d)
        G divides H; fewer key heads than query heads are grouped-query attention. Keys of a cache
        come first.
    scale : float
    mask : Tensor, optional, broadcastable to (B, H, Tq, Tk)
        As in `torch.nn.functional.scaled_dot_product_attention`: bool (True may be seen) or
        floating (added to the logits; −∞ cannot be seen).
    causal : bool
        Query i sees the keys 0 to i. Only where there is no `mask` and Tq = Tk: every other causal
        pattern is written out in `mask`.
    dropout : float
        The rate of the dropout on the attention weights; what the call holds is before it.
    row_valid : Tensor of bool, optional, shape (B, Tq)
        False for queries that are padding. None where nothing says so.
    name : str
        The layer's name in the model.
    cross : bool
        The keys are of another sequence than the queries.

    Raises
    ------
    ValueError
        Shapes that do not go together.

    References
    ----------
    Ainslie et al., "GQA: Training Generalized Multi-Query Transformer Models", EMNLP 2023.

    Examples
    --------
    >>> import torch
    >>> query, key = torch.zeros(2, 4, 5, 8), torch.zeros(2, 1, 5, 8)
    >>> AttentionCall(layer=0, query=query, key=key, scale=8**-0.5, causal=True).sizes
    (2, 4, 1, 5, 5)
    """

    layer: int
    query: Tensor
    key: Tensor
    scale: float
    mask: Tensor | None = None
    causal: bool = False
    dropout: float = 0.0
    row_valid: Tensor | None = None
    name: str = ""
    cross: bool = False

    def __post_init__(self) -> None:
        query, key = tuple(self.query.shape), tuple(self.key.shape)
        if len(query) != 4 or len(key) != 4 or query[3] != key[3] or query[1] % key[1]:
            raise ValueError(
                f"query has shape {query} and key {key}; expected (B, H, Tq, d) and (B, G, Tk, d) "
                "with G dividing H"
            )
        if self.causal and (self.mask is not None or query[2] != key[2]):
            raise ValueError(
                f"causal is True with {query[2]} queries, {key[2]} keys and "
                f"{'a' if self.mask is not None else 'no'} mask; expected as many keys as queries "
                "and no mask: write the pattern out in the mask"
            )
        if self.mask is not None:
            _check_mask(tuple(self.mask.shape), (*query[:3], key[2]))
        if self.row_valid is not None and tuple(self.row_valid.shape) != (query[0], query[2]):
            raise ValueError(
                f"row_valid has shape {tuple(self.row_valid.shape)}; expected (B, Tq), "
                f"{(query[0], query[2])}"
            )

    @property
    def sizes(self) -> tuple[int, int, int, int, int]:
        """(B, H, G, Tq, Tk)."""
        batch, heads, n_queries, _ = self.query.shape
        return batch, heads, self.key.shape[1], n_queries, self.key.shape[2]


def _check_mask(shape: tuple[int, ...], full: tuple[int, ...]) -> None:
    sizes = zip(reversed(shape), reversed(full), strict=False)
    if len(shape) > 4 or any(size not in (1, whole) for size, whole in sizes):
        raise ValueError(f"mask has shape {shape}; expected one that broadcasts to {full}")
