"""Weight and spectral normalisation: their formulas, and outputs that stay when they come off."""

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

pytest.importorskip("transformers")
from transformers import GPT2Config, GPT2LMHeadModel

from infometer.attention import build_gpt2, build_pythia, normalize_weights, remove_normalization

GPT2 = {
    "n_layer": 2, "n_head": 2, "n_embd": 16, "vocab_size": 23, "n_positions": 12,
    "bos_token_id": 0, "eos_token_id": 0,
}  # fmt: skip
IDS = torch.arange(18).reshape(2, 9)
PLACES = {
    "qk": ["attn.qk"],
    "v": ["attn.v"],
    "o": ["attn.c_proj"],
    "ffn": ["mlp.c_fc", "mlp.c_proj"],
}


def made(build=build_gpt2):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return build("SM", **GPT2).eval()


def stock(variant, **config):
    return GPT2LMHeadModel(GPT2Config(**config))


def normalized(model):
    return {
        name.partition(".h.0.")[2]
        for name, module in model.named_modules()
        if ".h.0." in name and parametrize.is_parametrized(module, "weight")
    }


@pytest.mark.parametrize("kind", ["weight", "spectral"])
@pytest.mark.parametrize("where", [("ffn",), ("qk", "ffn"), ("qk", "v", "o", "ffn")])
def test_only_the_chosen_layers_are_normalised_and_outputs_stay_when_it_comes_off(kind, where):
    model = made()
    plain = list(model.state_dict())
    normalize_weights(model, kind, where)
    assert normalized(model) == {name for place in where for name in PLACES[place]}
    model.train()(IDS)
    before = model.eval()(IDS).logits
    assert remove_normalization(model) is model
    torch.testing.assert_close(model(IDS).logits, before, atol=1e-5, rtol=1e-5)
    assert sorted(model.state_dict()) == sorted(plain)


def test_weight_normalisation_leaves_the_model_as_it_is_and_splits_length_from_direction():
    for model in (made(), made(stock)):
        before = model(IDS).logits
        normalize_weights(model, "weight")
        torch.testing.assert_close(model(IDS).logits, before)
        layer = model.transformer.h[0].mlp.c_fc
        lengths = layer.parametrizations.weight.original0
        inputs = 1 if isinstance(layer, nn.Linear) else 0  # Conv1D is (inputs, outputs)
        torch.testing.assert_close(layer.weight.norm(dim=inputs), lengths.flatten())
        assert lengths.numel() == 64


def test_spectral_normalisation_gives_a_largest_singular_value_of_one():
    model = normalize_weights(made(), "spectral", ("qk", "ffn")).train()
    for _ in range(200):
        layers = [m for m in model.modules() if parametrize.is_parametrized(m, "weight")]
        for layer in layers:
            layer.weight  # noqa: B018 - each reading in training takes a step of power iteration
    remove_normalization(model)
    for block in model.transformer.h:
        for layer in (block.attn.qk, block.mlp.c_fc, block.mlp.c_proj):
            largest = torch.linalg.svdvals(layer.weight)[0].item()
            assert largest == pytest.approx(1.0, abs=1e-3)


def test_models_with_one_projection_for_queries_keys_and_values_have_qkv():
    sizes = {
        "num_hidden_layers": 1, "num_attention_heads": 2, "hidden_size": 8, "vocab_size": 11,
        "intermediate_size": 32, "max_position_embeddings": 8,
    }  # fmt: skip
    model = build_pythia("SM", **sizes)
    with pytest.raises(ValueError, match="no such layers; it has qkv, o, ffn"):
        normalize_weights(model, where=("qk",))
    normalize_weights(model, where=("qkv", "ffn"))
    assert parametrize.is_parametrized(model.gpt_neox.layers[0].attention.query_key_value)


def test_other_parametrisations_stay():
    model = made()
    parametrize.register_parametrization(model.transformer.h[0].attn.v, "weight", nn.Identity())
    normalize_weights(model)
    remove_normalization(model)
    assert normalized(model) == {"attn.v"}


def test_bad_arguments_are_refused_and_nothing_is_changed():
    model = made()
    with pytest.raises(ValueError, match="kind is 'layer'"):
        normalize_weights(model, "layer")
    with pytest.raises(ValueError, match="where holds 'mlp'"):
        normalize_weights(model, where=("ffn", "mlp"))
    assert normalized(model) == set()
    normalize_weights(model)
    with pytest.raises(ValueError, match="parametrised already"):
        normalize_weights(model, where=("qk", "ffn"))
    assert normalized(model) == {"mlp.c_fc", "mlp.c_proj"}
