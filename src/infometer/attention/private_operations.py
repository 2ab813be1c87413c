"""What a transformer does under encryption, and how often: the features of its cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infometer.attention.transformer_shape import TransformerShape

__all__ = ["UNITS", "PrivateOperation", "private_operations", "unit_counts"]

UNITS = {
    "softmax": "element of an attention matrix, with the products QKᵀ and AV",
    "gelu_excess": "element, above what a ReLU costs",
    "relu": "element",
    "layer_norm": "element",
    "ffn_io": "element into or out of a linear layer of an FFN",
    "attention_io": "element into or out of a linear layer of attention",
    "vocabulary": "token and entry of the vocabulary",
    "embedding": "token and column of the embedding",
}
"""What has a unit cost, and what it is the cost of."""


@dataclass(frozen=True)
class PrivateOperation:
    """One kind of operation of a model.

    Parameters
    ----------
    name : str
    counts : mapping of str to int
        Of `UNITS`: how many of each it takes.
    stand_in : str
        Whose unit cost it is given in place of its own, and why; empty where it has its own.
    """

    name: str
    counts: Mapping[str, int]
    stand_in: str = ""


def private_operations(shape: TransformerShape, seq_len: int) -> tuple[PrivateOperation, ...]:
    r"""What one forward pass over T tokens takes.

    .. math:: L H T^2 \text{ softmax elements}, \quad 2 L T d \text{ of LayerNorm}, \quad
        L T \cdot 4d \text{ of the activation}

    and the elements into and out of linear layers; layers of one input share it.

    Parameters
    ----------
    shape : TransformerShape
    seq_len : int
        T.

    Returns
    -------
    tuple of PrivateOperation
        Those that the model has.

    Examples
    --------
    >>> small = TransformerShape(12, 768, 12, 12, 64, 3072, 50257)
    >>> for operation in private_operations(small, 128):
    ...     print(operation.name, dict(operation.counts))
    softmax {'softmax': 2359296}
    attention projections {'attention_io': 8257536}
    LayerNorm {'layer_norm': 2359296}
    GELU {'relu': 4718592, 'gelu_excess': 4718592}
    FFN projections {'ffn_io': 11796480}
    embedding and vocabulary {'vocabulary': 6432896, 'embedding': 98304}
    """
    found = (
        PrivateOperation("softmax", {"softmax": shape.n_layers * shape.n_heads * seq_len**2}),
        PrivateOperation("attention projections", {"attention_io": _attention_io(shape, seq_len)}),
        _norms(shape, seq_len),
        *_feed_forward(shape, seq_len),
        PrivateOperation(
            "embedding and vocabulary",
            {"vocabulary": seq_len * shape.vocab_size, "embedding": seq_len * shape.d_model},
        ),
    )
    return tuple(operation for operation in found if any(operation.counts.values()))


def unit_counts(shape: TransformerShape, seq_len: int) -> dict[str, int]:
    """How many of each of `UNITS` one forward pass takes.

    Examples
    --------
    >>> unit_counts(TransformerShape(12, 768, 12, 12, 64, 3072, 50257), 128)["relu"]
    4718592
    """
    counts = dict.fromkeys(UNITS, 0)
    for operation in private_operations(shape, seq_len):
        for unit, count in operation.counts.items():
            counts[unit] += count
    return counts


def _attention_io(shape: TransformerShape, seq_len: int) -> int:
    d, query, key = shape.d_model, shape.query_width, shape.key_width
    values = (d + key) + (query + d) if shape.has_values else 0
    return shape.n_layers * seq_len * (d + query + key + values)


def _norms(shape: TransformerShape, seq_len: int) -> PrivateOperation:
    counts = {"layer_norm": shape.n_norms * seq_len * shape.d_model}
    if shape.norm == "layer_norm":
        return PrivateOperation("LayerNorm", counts)
    return PrivateOperation("RMSNorm", counts, "LayerNorm's, which subtracts a mean besides")


def _feed_forward(shape: TransformerShape, seq_len: int) -> tuple[PrivateOperation, ...]:
    d, width, tokens = shape.d_model, shape.d_ff, shape.n_ffns * seq_len
    if shape.fused_ffn:
        return (PrivateOperation("FFN projections", {"ffn_io": tokens * 2 * d}),)
    inner = tokens * width * shape.n_experts
    first = 2 * width if shape.gated else width
    io = tokens * shape.n_experts * (d + first + width + d)
    parts = [_activation(shape, inner), PrivateOperation("FFN projections", {"ffn_io": io})]
    if shape.gated:
        reason = "that of one element into or out of an FFN's linear layer, for a secure product"
        parts.append(PrivateOperation("gate products", {"ffn_io": inner}, reason))
    if shape.n_experts > 1:
        reason = "an FFN's linear layer; choosing the largest of its outputs is not costed"
        routed = {"ffn_io": tokens * (d + shape.n_experts)}
        parts.append(PrivateOperation("router", routed, reason))
    return tuple(parts)


def _activation(shape: TransformerShape, inner: int) -> PrivateOperation:
    curved = {"relu": inner, "gelu_excess": inner}
    match shape.activation:
        case "gelu":
            return PrivateOperation("GELU", curved)
        case "silu":
            reason = "GELU's, which is a piecewise polynomial too"
            return PrivateOperation("SiLU", curved, reason)
        case "relu":
            return PrivateOperation("ReLU", {"relu": inner})
        case _:
            return PrivateOperation("no activation", {})
