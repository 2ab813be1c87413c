"""Pythia in every variant: stock weights, kernels, caches and files."""

import pytest
import torch
from torch import nn

pytest.importorskip("transformers")
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

from infometer.attention import VariantPythia, build_pythia
from infometer.attention.variants import VARIANT_NAMES

SIZES = {
    "num_hidden_layers": 3, "num_attention_heads": 2, "hidden_size": 16, "intermediate_size": 64,
    "vocab_size": 23, "max_position_embeddings": 12, "bos_token_id": 0, "eos_token_id": 0,
}  # fmt: skip
NAMES = [name.replace("i6", "i2") for name in VARIANT_NAMES]


def made(variant, **config):
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        model = build_pythia(variant, **SIZES, **config)
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    return model.eval()


def ids(batch=2, length=9):
    rng = torch.Generator().manual_seed(0)
    return torch.randint(0, 23, (batch, length), generator=rng)


@pytest.mark.parametrize("name", NAMES)
def test_kernels_agree_and_files_come_back(name, tmp_path):
    model = made(name)
    expected = model(ids()).logits
    model.set_attn_implementation("eager")
    read = model(ids(), output_attentions=True)
    torch.testing.assert_close(read.logits, expected, atol=1e-5, rtol=1e-5)
    assert [tuple(a.shape) for a in read.attentions] == [(2, 2, 9, 9)] * 3
    model.save_pretrained(tmp_path)
    again = VariantPythia.from_pretrained(tmp_path, attn_implementation="eager").eval()
    assert torch.equal(again(ids()).logits, read.logits)


@pytest.mark.parametrize("parallel", [True, False])
def test_the_full_variant_is_stock_gpt_neox(parallel):
    model = made("SM+LN+G", use_parallel_residual=parallel)
    stock = GPTNeoXForCausalLM(GPTNeoXConfig(use_parallel_residual=parallel, **SIZES)).eval()
    stock.load_state_dict(model.state_dict())
    torch.testing.assert_close(model(ids()).logits, stock(ids()).logits)


def test_a_temperature_of_one_is_stock_attention():
    model = made("SM(t)+ScFuFFN")
    plain = made("SM+ScFuFFN")
    state = {name: value for name, value in model.state_dict().items() if "log_t" not in name}
    plain.load_state_dict(state)
    assert not torch.allclose(model(ids()).logits, plain(ids()).logits)
    for layer in model.gpt_neox.layers:
        layer.attention.temperature.log_t.data.zero_()
    torch.testing.assert_close(model(ids()).logits, plain(ids()).logits)


def test_generation_is_the_same_with_and_without_a_cache():
    model = made("SM(t)+ScFuFFN_i2")
    settings = {
        "attention_mask": torch.tensor([[1, 1, 1, 1], [0, 0, 1, 1]]), "max_new_tokens": 7,
        "do_sample": False, "pad_token_id": 1,
    }  # fmt: skip
    with_cache = model.generate(ids(length=4), use_cache=True, **settings)
    assert torch.equal(with_cache, model.generate(ids(length=4), use_cache=False, **settings))


def test_norm_free_models_have_one_layer_norm_and_removed_ffns_none():
    layers = made("SM+ScFuFFN_i1").gpt_neox.layers
    assert not any(isinstance(m, nn.LayerNorm) for layer in layers for m in layer.modules())
    assert [layer.mlp is None for layer in layers] == [False, False, True]


def test_what_contradicts_the_variant_is_refused():
    with pytest.raises(ValueError, match="the variant SM decides it"):
        build_pythia("SM", hidden_act="relu", **SIZES)
    with pytest.raises(ValueError, match="no infometer_variant"):
        VariantPythia(GPTNeoXConfig(**SIZES))
