"""A variant within the config of a model, from which the model is built again when it is loaded."""

from __future__ import annotations

from typing import Any

from infometer.attention.variants import Variant

__all__ = ["GPT2_ACTIVATIONS", "PYTHIA_ACTIVATIONS", "check_variant", "variant_of"]

PYTHIA_ACTIVATIONS = {"gelu": "gelu", "relu": "relu", "identity": "linear"}
"""The activations of a variant by their names in Transformers."""

GPT2_ACTIVATIONS = {**PYTHIA_ACTIVATIONS, "gelu": "gelu_new"}
"""GPT-2's GELU is the tanh form."""


def variant_of(config: Any) -> Variant:
    """The variant that a model's config holds in ``infometer_variant``.

    Raises
    ------
    ValueError
        If it holds none.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> variant_of(SimpleNamespace(infometer_variant=Variant.named("SM+R").to_dict())).name
    'SM+R'
    """
    fields = getattr(config, "infometer_variant", None)
    if fields is None:
        raise ValueError(
            f"config of type {type(config).__name__} has no infometer_variant; make the model with "
            "build_gpt2 or build_pythia"
        )
    return Variant(**fields)


def check_variant(config: Any) -> None:
    """Raise ``ValueError`` for a config without a variant, or with fewer layers than it removes.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> fields = Variant.named("SM+ScFuFFN_i6").to_dict()
    >>> check_variant(SimpleNamespace(infometer_variant=fields, num_hidden_layers=2))
    Traceback (most recent call last):
    ValueError: removed_ffns is 6, and the model has 2 layers; remove at most as many
    """
    variant_of(config).has_ffn(0, config.num_hidden_layers)
