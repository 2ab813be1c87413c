"""GPT-2 in every variant: stock weights, kernels, caches, files, and what is left out."""

import math

import pytest
import torch
from torch import nn

pytest.importorskip("transformers")
from transformers import GPT2Config, GPT2LMHeadModel

from infometer.attention import Variant, VariantGPT2, build_gpt2
from infometer.attention.variants import VARIANT_NAMES

SIZES = {
    "n_layer": 3, "n_head": 2, "n_embd": 16, "vocab_size": 23, "n_positions": 12,
    "bos_token_id": 0, "eos_token_id": 0,
}  # fmt: skip
NAMES = [name.replace("i6", "i2") for name in VARIANT_NAMES]


def made(variant, seed=0, **config):
    """A model whose weights are all away from what they start from."""
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        model = build_gpt2(variant, **SIZES, **config)
        for parameter in model.parameters():
            parameter += 0.3 * torch.randn_like(parameter)
    return model.eval()


def ids(batch=2, length=9):
    rng = torch.Generator().manual_seed(0)
    return torch.randint(0, 23, (batch, length), generator=rng)


@pytest.mark.parametrize("name", NAMES)
def test_kernels_agree_and_files_come_back(name, tmp_path):
    model = made(name)
    expected = model(ids()).logits
    assert expected.std() > 0.1
    model.set_attn_implementation("eager")
    read = model(ids(), output_attentions=True, output_hidden_states=True)
    torch.testing.assert_close(read.logits, expected, atol=1e-4, rtol=1e-4)
    assert [tuple(a.shape) for a in read.attentions] == [(2, 2, 9, 9)] * 3
    assert len(read.hidden_states) == 4
    model.save_pretrained(tmp_path)
    again = VariantGPT2.from_pretrained(tmp_path, attn_implementation="eager").eval()
    assert torch.equal(again(ids()).logits, read.logits)


@pytest.mark.parametrize("name", ["SM+LN+G", "EReg(SM(t)+ScFuFFN_i2)"])
def test_generation_is_the_same_with_and_without_a_cache(name):
    model, start = made(name), ids(length=4)
    padding = torch.tensor([[1, 1, 1, 1], [0, 0, 1, 1]])
    settings = {
        "attention_mask": padding, "max_new_tokens": 7, "do_sample": False, "pad_token_id": 1,
    }  # fmt: skip
    with_cache = model.generate(start, use_cache=True, **settings)
    assert torch.equal(with_cache, model.generate(start, use_cache=False, **settings))


def test_each_cached_position_has_the_logits_of_the_whole_sequence():
    model, past = made("SM(t)+ScFuFFN"), None
    whole = model(ids()).logits
    for position in range(9):
        step = model(ids()[:, position : position + 1], past_key_values=past, use_cache=True)
        past = step.past_key_values
        torch.testing.assert_close(step.logits[:, 0], whole[:, position], atol=1e-4, rtol=1e-4)


def test_the_full_variant_is_stock_gpt2_without_some_biases():
    model = made("SM+LN+G")
    stock = GPT2LMHeadModel(GPT2Config(**SIZES)).eval()
    weights = {}
    for name, value in model.state_dict().items():
        short = name.rpartition(".")[0]
        if short.endswith(("attn.qk", "attn.v")):
            continue
        is_linear = isinstance(model.get_submodule(short), nn.Linear) and "lm_head" not in name
        weights[name] = value.T if is_linear and value.ndim == 2 else value
    for i, block in enumerate(model.transformer.h):
        attention = block.attn
        place = f"transformer.h.{i}.attn.c_attn"
        weights[f"{place}.weight"] = torch.cat([attention.qk.weight, attention.v.weight]).T
        weights[f"{place}.bias"] = torch.cat([attention.qk.bias, torch.zeros(16)])
    absent = stock.load_state_dict(weights, strict=False)
    assert not absent.unexpected_keys
    assert all(name.endswith("bias") for name in absent.missing_keys)
    with torch.no_grad():
        for name in absent.missing_keys:
            stock.get_parameter(name).zero_()
    torch.testing.assert_close(model(ids()).logits, stock(ids()).logits)
    ours, theirs = (each(ids(), labels=ids()).loss for each in (model, stock))
    torch.testing.assert_close(ours, theirs)


def test_the_start_is_gpt2s():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = build_gpt2("SM+LN+G", **{**SIZES, "n_embd": 64})
    block = model.transformer.h[0]
    small = 0.02 / math.sqrt(2 * 3)
    for layer, std in (
        (block.attn.qk, 0.02), (block.attn.v, 0.02), (block.mlp.c_fc, 0.02),
        (block.attn.c_proj, small), (block.mlp.c_proj, small),
    ):  # fmt: skip
        assert layer.weight.std().item() == pytest.approx(std, rel=0.05)
    assert block.attn.qk.bias.abs().max() == 0
    assert block.attn.v.bias is block.attn.c_proj.bias is block.mlp.c_fc.bias is None


def test_blocks_are_as_the_variant_says():
    blocks = made("SM(t)+ScFuFFN_i1").transformer.h
    assert all(isinstance(block.ln_1, nn.Identity) for block in blocks)
    assert [block.mlp is None for block in blocks] == [False, False, True]
    assert [block.residual is None for block in blocks] == [False, False, True]
    assert blocks[0].attn.temperature.log_t.shape == (2, 12)
    kept = made("SM")
    left_out = made(Variant.named("SM", final_layer_norm=False))
    assert isinstance(kept.transformer.ln_f, nn.LayerNorm)
    assert isinstance(left_out.transformer.ln_f, nn.Identity)
    assert not any(isinstance(module, nn.LayerNorm) for module in left_out.modules())


def test_a_model_without_nonlinear_ffns_scales_as_its_formula_says():
    """One block of SM with attention switched off is x + x W_in W_out."""
    model = made(Variant.named("SM+ScFFN", final_layer_norm=False))
    block, x = model.transformer.h[0], torch.randn(2, 5, 16)
    with torch.no_grad():
        block.attn.c_proj.weight.zero_()
        block.residual.alpha.fill_(2.0)
        block.residual.beta.fill_(0.5)
    product = x @ block.mlp.c_fc.weight.T @ block.mlp.c_proj.weight.T
    torch.testing.assert_close(block(x), 0.5 * x + product / 2)


def test_a_temperature_of_one_changes_nothing_and_a_high_one_spreads():
    model = made("SM(t)+ScFuFFN")
    for block in model.transformer.h:
        block.attn.temperature.log_t.data.zero_()
    model.set_attn_implementation("eager")
    cold = model(ids(), output_attentions=True).attentions[0]
    model.transformer.h[0].attn.temperature.log_t.data.fill_(20.0)
    hot = model(ids(), output_attentions=True).attentions[0]
    uniform = torch.ones(9, 9).tril() / torch.arange(1, 10)[:, None]
    torch.testing.assert_close(hot, uniform.expand_as(hot), atol=1e-5, rtol=0)
    assert (cold - uniform).abs().max() > 0.01


def test_training_with_gradient_checkpointing_gives_the_same_gradients():
    model = made("SM(t)+ScFuFFN", resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0).train()
    gradients = []
    for checkpointed in (False, True):
        if checkpointed:
            model.activation_checkpointing_enable()
        model.zero_grad()
        model(ids(), labels=ids(), use_cache=False).loss.backward()
        gradients.append([parameter.grad.clone() for parameter in model.parameters()])
    for plain, recomputed in zip(*gradients, strict=True):
        torch.testing.assert_close(plain, recomputed)


def test_what_contradicts_the_variant_is_refused():
    with pytest.raises(ValueError, match="the variant SM decides it"):
        build_gpt2("SM", activation_function="relu", **SIZES)
    with pytest.raises(ValueError, match="removed_ffns is 6"):
        build_gpt2("SM+ScFuFFN_i6", **SIZES)
    with pytest.raises(ValueError, match="decoders without it"):
        build_gpt2("SM", add_cross_attention=True, **SIZES)
    with pytest.raises(ValueError, match="no infometer_variant"):
        VariantGPT2(GPT2Config(**SIZES))
