"""Folding leaves every output as it was, with and without biases, and refuses non-linearities."""

import pytest
import torch

pytest.importorskip("transformers")
from transformers import GPT2Config, GPT2LMHeadModel, GPTNeoXConfig, GPTNeoXForCausalLM

from infometer.attention import VariantGPT2, build_gpt2, build_pythia, fold_linear_ffn

GPT2 = {
    "n_layer": 2, "n_head": 2, "n_embd": 16, "vocab_size": 23, "n_positions": 12,
    "bos_token_id": 0, "eos_token_id": 0,
}  # fmt: skip
PYTHIA = {
    "num_hidden_layers": 2, "num_attention_heads": 2, "hidden_size": 16, "intermediate_size": 64,
    "vocab_size": 23, "max_position_embeddings": 12,
}  # fmt: skip
MODELS = {
    "GPT-2 of Transformers": lambda: GPT2LMHeadModel(
        GPT2Config(activation_function="linear", **GPT2)
    ),
    "GPT-NeoX of Transformers": lambda: GPTNeoXForCausalLM(
        GPTNeoXConfig(hidden_act="linear", **PYTHIA)
    ),
    "SM": lambda: build_gpt2("SM", **GPT2),
    "SM+LN": lambda: build_gpt2("SM+LN", **GPT2),
    "SM+ScFFN": lambda: build_pythia("SM+ScFFN", **PYTHIA),
}
IDS = torch.arange(18).reshape(2, 9)


def made(name):
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        model = MODELS[name]()
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    return model.eval()


@pytest.mark.parametrize("name", MODELS)
def test_outputs_stay_and_parameters_go(name):
    model = made(name)
    before, n_before = model(IDS).logits, model.num_parameters()
    assert fold_linear_ffn(model) is model
    torch.testing.assert_close(model(IDS).logits, before, atol=1e-5, rtol=1e-5)
    per_layer = 2 * 16 * 64 - 16 * 16
    assert n_before - model.num_parameters() >= 2 * per_layer


def test_a_folded_variant_comes_back_from_a_file(tmp_path):
    model = fold_linear_ffn(made("SM"))
    model.save_pretrained(tmp_path)
    again = VariantGPT2.from_pretrained(tmp_path).eval()
    assert torch.equal(again(IDS).logits, model(IDS).logits)


def test_a_nonlinear_activation_is_refused_and_nothing_changed():
    model = build_gpt2("SM+R", **GPT2)
    names = list(model.state_dict())
    with pytest.raises(ValueError, match=r"transformer\.h\.0\.mlp has the activation ReLU"):
        fold_linear_ffn(model)
    assert list(model.state_dict()) == names


def test_what_is_folded_already_is_refused():
    with pytest.raises(ValueError, match="not yet fused"):
        fold_linear_ffn(build_gpt2("SM+ScFuFFN", **GPT2))
