"""The shape of a transformer from its config, as Transformers saves it; loads no weights."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from infometer.attention.transformer_shape import TransformerShape, check_size
from infometer.attention.variants import Variant

__all__ = ["shape_of_config"]

BERT = {
    "n_layers": "num_hidden_layers",
    "d_model": "hidden_size",
    "n_heads": "num_attention_heads",
    "d_ff": "intermediate_size",
    "activation": "hidden_act",
}
LLAMA = {**BERT, "n_key_heads": "num_key_value_heads", "head_dim": "head_dim"}
GPT2 = {
    "n_layers": "n_layer",
    "d_model": "n_embd",
    "n_heads": "n_head",
    "d_ff": "n_inner",
    "activation": "activation_function",
}
DISTILBERT = {
    "n_layers": "n_layers",
    "d_model": "dim",
    "n_heads": "n_heads",
    "d_ff": "hidden_dim",
    "activation": "activation",
}
WINDOW = {"sliding_window": "sliding_window"}
EXPERTS = {"n_experts": "num_local_experts"}


@dataclass(frozen=True)
class Family:
    """How one kind of model names its sizes, and what all of its models have."""

    names: Mapping[str, str]
    always: Mapping[str, Any] = field(default_factory=dict)


SWIGLU = {"gated": True, "norm": "rms_norm"}
ENCODER = {"causal": False, "extra_norms": 1}
FAMILIES = {
    "gpt2": Family(GPT2),
    "gpt_neox": Family(BERT),
    "llama": Family(LLAMA, SWIGLU),
    "mistral": Family({**LLAMA, **WINDOW}, SWIGLU),
    "mixtral": Family({**LLAMA, **WINDOW, **EXPERTS}, SWIGLU),
    "qwen2": Family(LLAMA, SWIGLU),
    "bert": Family(BERT, ENCODER),
    "roberta": Family(BERT, ENCODER),
    "distilbert": Family(DISTILBERT, ENCODER),
}
ACTIVATIONS = {
    **dict.fromkeys(("gelu", "gelu_new", "gelu_fast", "gelu_python", "gelu_pytorch_tanh"), "gelu"),
    **dict.fromkeys(("silu", "swish"), "silu"),
    **dict.fromkeys(("linear", "identity"), "identity"),
    "relu": "relu",
}
NOT_COSTED = ("add_cross_attention", "is_encoder_decoder", "use_sliding_window")
"""What would cost something else; a config that turns one on is refused."""


def shape_of_config(config: Any) -> TransformerShape:
    """Read the shape of a transformer.

    Parameters
    ----------
    config : path, mapping, config of Transformers, or TransformerShape
        A model's folder or its ``config.json``; the same as a mapping or object, with
        ``model_type``; or a mapping of the fields of `TransformerShape`, of which key heads, widths
        of head and FFN have their usual sizes if left out. A model of `build_gpt2` or
        `build_pythia` keeps its variant.

    Returns
    -------
    TransformerShape

    Raises
    ------
    ValueError
        An unknown kind of model, activation or field; a missing field; something that is not
        costed, such as cross-attention.

    Examples
    --------
    >>> shape_of_config({"n_layers": 12, "d_model": 768, "n_heads": 12, "vocab_size": 50257}).d_ff
    3072
    >>> shape_of_config({"n_layer": 12, "d_model": 768, "n_heads": 12, "vocab_size": 50257})
    Traceback (most recent call last):
    ...
    ValueError: config has the field 'n_layer', which is unknown; perhaps 'n_layers' is meant...
    """
    if isinstance(config, TransformerShape):
        return config
    given = _mapping(config)
    if "model_type" in given:
        return _of_transformers(given)
    _refuse_unknown(given)
    return _shape(given, {field.name: field.name for field in fields(TransformerShape)})


def _mapping(config: Any) -> Mapping[str, Any]:
    if isinstance(config, Mapping):
        return config
    if hasattr(config, "to_dict"):
        return dict(config.to_dict())
    if not isinstance(config, str | os.PathLike):
        raise ValueError(
            f"config is a {type(config).__name__}; expected a folder with config.json, that file, "
            "a mapping, or a config of Transformers"
        )
    path = Path(config)
    path = path / "config.json" if path.is_dir() else path
    if not path.is_file():
        raise FileNotFoundError(
            f"config is {str(config)!r}, and there is no file {path}; give a model's folder, or "
            "its config.json"
        )
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is no JSON: {error}") from None
    if not isinstance(read, dict):
        raise ValueError(f"{path} holds a {type(read).__name__}; expected the fields of a config")
    return read


def _of_transformers(given: Mapping[str, Any]) -> TransformerShape:
    family = FAMILIES.get(str(given["model_type"]))
    if family is None:
        raise ValueError(
            f"model_type is {given['model_type']!r}, whose blocks are not known here; known are "
            f"{', '.join(FAMILIES)}; for others give the fields of TransformerShape"
        )
    for name in NOT_COSTED:
        if given.get(name):
            raise ValueError(f"config has {name}={given[name]!r}, which is not costed")
    names = {**family.names, "vocab_size": "vocab_size"}
    shape = _shape(given, names, dict(family.always))
    variant = given.get("infometer_variant")
    return shape.with_variant(_variant(variant)) if variant else shape


def _variant(fields_of_one: Any) -> Variant:
    try:
        return Variant(**fields_of_one)
    except TypeError:
        raise ValueError(
            f"infometer_variant is {fields_of_one!r}; expected the fields of Variant, as "
            "Variant.to_dict gives them"
        ) from None


def _shape(
    given: Mapping[str, Any], names: Mapping[str, str], always: dict[str, Any] | None = None
) -> TransformerShape:
    """The shape of fields under these names, with what they leave to the usual sizes."""
    read = {own: given[name] for own, name in names.items() if given.get(name) is not None}
    needed = ("n_layers", "d_model", "n_heads", "vocab_size")
    missing = [names[own] for own in needed if own not in read]
    if missing:
        raise ValueError(f"config has no {', '.join(missing)}; give it beside the other sizes")
    for own in needed:
        check_size(own, read[own])
    if "head_dim" not in read and read["d_model"] % read["n_heads"]:
        raise ValueError(
            f"{names['d_model']} is {read['d_model']}, which the {read['n_heads']} heads do not "
            "divide; give head_dim"
        )
    usual = {
        "n_key_heads": read["n_heads"],
        "head_dim": read["d_model"] // read["n_heads"],
        "d_ff": 4 * read["d_model"],
    }
    if "activation" in read:
        read["activation"] = _activation(read["activation"])
    return TransformerShape(**{**usual, **read, **(always or {})})


def _activation(name: Any) -> str:
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise ValueError(
            f"the activation is {name!r}, whose cost is not known; known are "
            f"{', '.join(ACTIVATIONS)}"
        )
    return ACTIVATIONS[name]


def _refuse_unknown(given: Mapping[str, Any]) -> None:
    known = [field.name for field in fields(TransformerShape)]
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, 1)
            hint = f"perhaps {close[0]!r} is meant; " if close else ""
            raise ValueError(
                f"config has the field {name!r}, which is unknown; {hint}known are "
                f"{', '.join(known)}, and all of a config of Transformers with model_type"
            )
