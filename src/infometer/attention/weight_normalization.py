"""Static normalisation of weights: in place of LayerNorm in training, and free at inference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from torch import nn
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import (
    _SpectralNorm,
    _WeightNorm,
    spectral_norm,
    weight_norm,
)

__all__ = ["normalize_weights", "remove_normalization"]

PLACES = {
    "qk": ("attn.qk", "self_attn.q_proj", "self_attn.k_proj"),
    "v": ("attn.v", "self_attn.v_proj"),
    "qkv": ("attn.c_attn", "attention.query_key_value"),
    "o": ("attn.c_proj", "attention.dense", "self_attn.o_proj"),
    "ffn": (
        "mlp.c_fc", "mlp.c_proj", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h", "mlp.fused",
        "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
    ),
}  # fmt: skip
"""How the names of the layers end: of our variants, GPT-2, GPT-NeoX, Llama and their kin."""


def normalize_weights(
    model: nn.Module,
    kind: Literal["weight", "spectral"] = "weight",
    where: Sequence[str] = ("ffn",),
) -> nn.Module:
    r"""Normalise the weights of chosen linear layers, by torch's parametrisations.

    .. math:: W = g\, \frac{v}{\|v\|} \quad\text{by row of outputs, or}\quad
        W = \frac{\bar W}{\sigma_{max}(\bar W)}

    Weight normalisation leaves the model as it is when it is put on. Spectral normalisation finds
    its :math:`\sigma_{max}` by power iteration, a step in each forward pass of training. In the
    paper both are best on the FFN alone, and worse than `ScaledResidual`.

    Parameters
    ----------
    model : torch.nn.Module
        Of Transformers or of `build_gpt2` or `build_pythia`. Changed in place; take the
        normalisation off with `remove_normalization` before it is saved.
    kind : {"weight", "spectral"}
    where : sequence of {"qk", "v", "qkv", "o", "ffn"}
        Models with separate projections have ``"qk"`` and ``"v"``, others ``"qkv"``.

    Returns
    -------
    torch.nn.Module
        The same model.

    Raises
    ------
    ValueError
        An unknown kind or place, one that the model does not have, or weights that are
        parametrised already. The model is then as it was.

    References
    ----------
    T. Salimans and D. Kingma, *Weight Normalization*, NeurIPS 2016, eq. 2. T. Miyato et al.,
    *Spectral Normalization for Generative Adversarial Networks*, ICLR 2018, eq. 8.

    Examples
    --------
    >>> from infometer.attention import build_gpt2
    >>> model = build_gpt2("SM", n_layer=2, n_head=2, n_embd=8, vocab_size=11, n_positions=16)
    >>> _ = normalize_weights(model, "weight", where=("ffn",))
    >>> sorted(name for name, _ in model.transformer.h[0].mlp.c_fc.named_parameters())
    ['parametrizations.weight.original0', 'parametrizations.weight.original1']
    """
    if kind not in ("weight", "spectral"):
        raise ValueError(f"kind is {kind!r}; it must be 'weight' or 'spectral'")
    chosen: dict[str, nn.Module] = {}
    for place in [where] if isinstance(where, str) else where:
        chosen |= _at(model, place)
    for name, layer in chosen.items():
        if parametrize.is_parametrized(layer, "weight"):
            raise ValueError(
                f"the weight of {name} is parametrised already; call remove_normalization(model) "
                "first"
            )
    for layer in chosen.values():
        outputs = 0 if isinstance(layer, nn.Linear) else 1  # Transformers' Conv1D is transposed
        if kind == "weight":
            weight_norm(layer, dim=outputs)
        else:
            spectral_norm(layer, dim=outputs)
    return model


def remove_normalization(model: nn.Module) -> nn.Module:
    """Put the normalised weights in place of the normalisation: outputs stay as they are.

    Parameters
    ----------
    model : torch.nn.Module
        Changed in place. Parametrisations other than those of `normalize_weights` stay.

    Returns
    -------
    torch.nn.Module
        The same model.

    Examples
    --------
    >>> layers = nn.Sequential(weight_norm(nn.Linear(2, 2)))
    >>> [name for name, _ in remove_normalization(layers).named_parameters()]
    ['0.bias', '0.weight']
    """
    for layer in list(model.modules()):
        if not parametrize.is_parametrized(layer, "weight"):
            continue
        steps: Any = layer.parametrizations["weight"]  # type: ignore[index]
        if all(isinstance(step, _WeightNorm | _SpectralNorm) for step in steps):
            steps.eval()  # or one more power iteration would change the weight
            parametrize.remove_parametrizations(layer, "weight")
    return model


def _at(model: nn.Module, place: str) -> dict[str, nn.Module]:
    if place not in PLACES:
        raise ValueError(f"where holds {place!r}; it must be one of {', '.join(PLACES)}")
    found = _named_as(model, PLACES[place])
    if not found:
        there = [other for other, ends in PLACES.items() if _named_as(model, ends)]
        raise ValueError(
            f"where holds {place!r}, and the model has no such layers; it has "
            f"{', '.join(there) or 'none of ' + ', '.join(PLACES)}"
        )
    return found


def _named_as(model: nn.Module, ends: tuple[str, ...]) -> dict[str, nn.Module]:
    dotted = tuple(f".{end}" for end in ends)
    return {name: layer for name, layer in model.named_modules() if f".{name}".endswith(dotted)}
