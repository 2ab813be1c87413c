"""Floating-point operations of a transformer's blocks, as private-inference papers count them."""

from __future__ import annotations

from infometer.attention.transformer_shape import TransformerShape

__all__ = ["attention_flops", "ffn_flops"]


def attention_flops(shape: TransformerShape, seq_len: int) -> int:
    r"""Operations of all attention layers on T tokens.

    .. math:: L \, (8 T d^2 + 3 T^2 d)

    with as many key heads as heads: projections, :math:`QK^T` in full and :math:`AV` at half for
    a causal mask. Without values :math:`L (4 T d^2 + 2 T^2 d)`: what the published tables count.

    Parameters
    ----------
    shape : TransformerShape
    seq_len : int
        T.

    Returns
    -------
    int

    Examples
    --------
    >>> attention_flops(TransformerShape(12, 768, 12, 12, 64, 3072, 50257), 128) / 1e9
    7.700742144
    """
    d, query, key = shape.d_model, shape.query_width, shape.key_width
    projections = 2 * seq_len * d * (query + key)
    products = 2 * seq_len**2 * query
    if shape.has_values:
        projections += 2 * seq_len * d * (query + key)
        products += seq_len**2 * query * (1 if shape.causal else 2)
    return shape.n_layers * (projections + products)


def ffn_flops(shape: TransformerShape, seq_len: int) -> int:
    r"""Operations of all feed-forward layers on T tokens.

    .. math:: L \cdot 16 T d^2 \text{ of width } 4d, \qquad L \cdot 2 T d^2 \text{ fused}

    A gate adds a third matrix. All experts count: an encrypted model may not show which it uses.

    Parameters
    ----------
    shape : TransformerShape
    seq_len : int
        T.

    Returns
    -------
    int

    Examples
    --------
    >>> small = TransformerShape(12, 768, 12, 12, 64, 3072, 50257)
    >>> ffn_flops(small, 128) / 1e9, ffn_flops(small.with_variant("SM+ScFuFFN"), 128) / 1e9
    (14.495514624, 1.811939328)
    """
    d = shape.d_model
    if shape.fused_ffn:
        return shape.n_ffns * 2 * seq_len * d * d
    experts = shape.n_experts * (3 if shape.gated else 2) * shape.d_ff
    router = shape.n_experts if shape.n_experts > 1 else 0
    return shape.n_ffns * 2 * seq_len * d * (experts + router)
