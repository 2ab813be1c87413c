"""What of a transformer decides its cost: the sizes and kinds of its parts, no weights."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal, Self

from infometer.attention.variants import Variant

__all__ = ["TransformerShape", "check_size"]

ACTIVATIONS = ("gelu", "relu", "silu", "identity")
NORMS = ("layer_norm", "rms_norm")


@dataclass(frozen=True)
class TransformerShape:
    """The sizes and kinds of a transformer's parts.

    Parameters
    ----------
    n_layers, d_model, n_heads, n_key_heads, head_dim, d_ff, vocab_size : int
        L, d, H, G heads of keys and values, width of a head, width of an FFN, V.
    activation : {"gelu", "relu", "silu", "identity"}
        Of the FFN.
    gated : bool
        The FFN multiplies its activation by a third projection, as in SwiGLU.
    norm : {"layer_norm", "rms_norm"}
    norms_per_layer : int
    extra_norms : int
        Outside the blocks, such as BERT's on its embedding. The one before the vocabulary
        projection is no part of it: published costs hold it in that of the vocabulary.
    fused_ffn : bool
        One (d, d) matrix in place of an FFN.
    removed_ffns : int
        Layers without FFN.
    n_experts : int
        FFNs a layer that a router chooses among.
    causal : bool
        Queries see no later keys.
    has_values : bool
        Without, a block has neither value nor output projection, as He and Hofmann's.
    sliding_window : int, optional
        Keys that a query sees.

    Raises
    ------
    ValueError
        A size below 1, heads that key heads do not divide, an unknown kind, or parts that do not
        fit together.

    Examples
    --------
    >>> small = TransformerShape(12, 768, 12, 12, 64, 3072, 50257)
    >>> small.with_variant("SM+ScFuFFN_i6").n_ffns
    6
    """

    n_layers: int
    d_model: int
    n_heads: int
    n_key_heads: int
    head_dim: int
    d_ff: int
    vocab_size: int
    activation: Literal["gelu", "relu", "silu", "identity"] = "gelu"
    gated: bool = False
    norm: Literal["layer_norm", "rms_norm"] = "layer_norm"
    norms_per_layer: int = 2
    extra_norms: int = 0
    fused_ffn: bool = False
    removed_ffns: int = 0
    n_experts: int = 1
    causal: bool = True
    has_values: bool = True
    sliding_window: int | None = None

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            check_size(field.name, getattr(self, field.name))
            if field.type == "bool" and not isinstance(getattr(self, field.name), bool):
                raise ValueError(
                    f"{field.name} is {getattr(self, field.name)!r}; expected True or False"
                )
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation is {self.activation!r}; it must be of {ACTIVATIONS}")
        if self.norm not in NORMS:
            raise ValueError(f"norm is {self.norm!r}; it must be of {NORMS}")
        if self.n_heads % self.n_key_heads:
            raise ValueError(
                f"n_key_heads is {self.n_key_heads}, which does not divide the {self.n_heads} "
                "heads; each key head serves as many query heads"
            )
        if self.removed_ffns > self.n_layers:
            raise ValueError(
                f"removed_ffns is {self.removed_ffns}, and the model has {self.n_layers} layers"
            )
        if self.fused_ffn and (self.activation != "identity" or self.gated or self.n_experts > 1):
            raise ValueError(
                "fused_ffn needs an FFN that is linear: activation='identity', no gate, no experts"
            )

    @property
    def n_ffns(self) -> int:
        """Layers that keep their FFN."""
        return self.n_layers - self.removed_ffns

    @property
    def n_norms(self) -> int:
        """Of one (T, d) matrix each, without the one before the vocabulary projection."""
        return self.n_layers * self.norms_per_layer + self.extra_norms

    @property
    def query_width(self) -> int:
        """Of the queries of all heads together."""
        return self.n_heads * self.head_dim

    @property
    def key_width(self) -> int:
        """Of the keys, and of the values, of all key heads together."""
        return self.n_key_heads * self.head_dim

    def with_variant(self, variant: str | Variant) -> Self:
        """The same sizes in the blocks of a variant; its LayerNorm is this shape's own norm.

        A gate stays where the variant has an activation, and goes where it has none: an FFN is
        linear only without it.

        Raises
        ------
        ValueError
            If the variant has no activation and the model has experts.
        """
        chosen = Variant.of(variant)
        linear = chosen.activation == "identity"
        if linear and self.n_experts > 1:
            raise ValueError(
                f"variant is {chosen.name}, and the model has {self.n_experts} experts a layer: a "
                "router is not linear; give a variant with an activation, such as SM+LN+R"
            )
        return dataclasses.replace(
            self,
            activation=chosen.activation,
            gated=self.gated and not linear,
            norms_per_layer=(self.norms_per_layer or 2) if chosen.layer_norm else 0,
            fused_ffn=chosen.fused_ffn,
            removed_ffns=chosen.removed_ffns,
        )

    def describe(self) -> str:
        """The sizes in a few words."""
        return f"{self.n_layers} layers of width {self.d_model} with {self.n_heads} heads"

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values."""
        return dataclasses.asdict(self)


def check_size(name: str, value: Any) -> None:
    """Refuse what the field of this name cannot hold, if it is a size.

    Examples
    --------
    >>> check_size("n_heads", "12")
    Traceback (most recent call last):
    ...
    ValueError: n_heads is '12'; expected a whole number of at least 1
    """
    (field,) = (one for one in dataclasses.fields(TransformerShape) if one.name == name)
    if not str(field.type).startswith("int") or (value is None and field.default is None):
        return
    least = 0 if field.default == 0 or name == "norms_per_layer" else 1
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} is {value!r}; expected a whole number of at least {least}")
