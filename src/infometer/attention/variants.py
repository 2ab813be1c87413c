"""The architectures that entropy-guided attention compares, as data: names and parts."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any, Literal, Self

__all__ = ["VARIANT_NAMES", "Variant"]

Activation = Literal["gelu", "relu", "identity"]

VARIANT_NAMES = (
    "SM+LN+G",
    "SM+LN+R",
    "SM+LN",
    "SM+G",
    "SM+R",
    "SM",
    "SM+ScFFN",
    "SM+ScFuFFN",
    "SM+ScFuFFN_i6",
    "SM(t)+ScFuFFN",
    "EReg(SM(t)+ScFuFFN)",
    "EReg(SM(t)+ScFuFFN_i6)",
)
"""One name of each kind; behind ``_i`` stands how many of the deepest FFNs are removed."""

NAME = re.compile(
    r"SM(?P<temperature>\(t\))?(?P<layer_norm>\+LN)?"
    r"(\+(?P<activation>[GR])|(?P<scaled>\+ScFFN|\+ScFuFFN)(_i(?P<removed>\d+))?)?"
)
LETTERS: dict[str | None, Activation] = {"G": "gelu", "R": "relu", None: "identity"}


@dataclass(frozen=True)
class Variant:
    """What of a transformer block is kept: softmax, LayerNorm, activation, and what replaces them.

    Parameters
    ----------
    layer_norm : bool
        LayerNorm before attention and before the FFN; else neither.
    activation : {"gelu", "relu", "identity"}
        Of the FFN.
    scaled_ffn : bool
        The learnable scales of `ScaledResidual` about each FFN.
    fused_ffn : bool
        One (d, d) matrix in place of the two of an FFN without activation.
    removed_ffns : int
        How many of the deepest blocks have no FFN.
    temperature : bool
        A learnable `SoftmaxTemperature` in each attention layer.
    regularized : bool
        Trained with an `EntropyRegularizer`; the blocks are the same.
    final_layer_norm : bool
        LayerNorm before the vocabulary projection, which the papers' counts of operations leave
        out and their code leaves in.
    temperature_init : float or {"paper-codeparrot", "paper-languini"}
        As in `SoftmaxTemperature`.

    Raises
    ------
    ValueError
        Parts that do not fit together.

    References
    ----------
    N. K. Jha and B. Reagen, *Entropy-Guided Attention for Private LLMs*, 2025, arXiv 2501.03489,
    and *AERO*, 2024, arXiv 2410.13060.

    Examples
    --------
    >>> Variant.named("EReg(SM(t)+ScFuFFN_i6)").removed_ffns
    6
    >>> Variant(layer_norm=False, activation="relu").name
    'SM+R'
    """

    layer_norm: bool = True
    activation: Activation = "gelu"
    scaled_ffn: bool = False
    fused_ffn: bool = False
    removed_ffns: int = 0
    temperature: bool = False
    regularized: bool = False
    final_layer_norm: bool = True
    temperature_init: float | str = 1.0

    def __post_init__(self) -> None:
        if self.activation not in LETTERS.values():
            raise ValueError(
                f"activation is {self.activation!r}; it must be 'gelu', 'relu' or 'identity'"
            )
        if self.fused_ffn and self.activation != "identity":
            raise ValueError(
                f"fused_ffn needs activation='identity', and was given {self.activation!r}: two "
                "matrices with a non-linearity between them are not one"
            )
        if self.removed_ffns < 0:
            raise ValueError(f"removed_ffns is {self.removed_ffns}; it must be 0 or more")

    @classmethod
    def named(cls, name: str, **changes: Any) -> Self:
        """The variant that the papers call `name`, with `changes` of its fields.

        Raises
        ------
        ValueError
            If no paper has such a name.

        Examples
        --------
        >>> Variant.named("SM", final_layer_norm=False).activation
        'identity'
        """
        inner = re.fullmatch(r"EReg\((.*)\)", name)
        found = NAME.fullmatch(inner[1] if inner else name)
        if found is None:
            known = ", ".join(VARIANT_NAMES)
            raise ValueError(f"variant is {name!r}, which no paper has; give one like {known}")
        given = cls(
            layer_norm=found["layer_norm"] is not None,
            activation=LETTERS[found["activation"]],
            scaled_ffn=found["scaled"] is not None,
            fused_ffn=found["scaled"] == "+ScFuFFN",
            removed_ffns=int(found["removed"] or 0),
            temperature=found["temperature"] is not None,
            regularized=inner is not None,
        )
        return dataclasses.replace(given, **changes)

    @classmethod
    def of(cls, variant: str | Variant) -> Variant:
        """The variant itself, or that of the name."""
        return cls.named(variant) if isinstance(variant, str) else variant

    @property
    def name(self) -> str:
        """As the papers write it."""
        text = "SM(t)" if self.temperature else "SM"
        text += "+LN" if self.layer_norm else ""
        text += {"gelu": "+G", "relu": "+R", "identity": ""}[self.activation]
        if self.fused_ffn or self.scaled_ffn:
            text += "+" + "Sc" * self.scaled_ffn + "Fu" * self.fused_ffn + "FFN"
        text += f"_i{self.removed_ffns}" if self.removed_ffns else ""
        return f"EReg({text})" if self.regularized else text

    def has_ffn(self, layer: int, n_layers: int) -> bool:
        """Whether the block of this index, from 0 on, keeps its FFN.

        Raises
        ------
        ValueError
            More FFNs are to be removed than the model has.
        """
        if self.removed_ffns > n_layers:
            raise ValueError(
                f"removed_ffns is {self.removed_ffns}, and the model has {n_layers} layers; "
                "remove at most as many"
            )
        return layer < n_layers - self.removed_ffns

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values, fit for a model's config."""
        return dataclasses.asdict(self)
