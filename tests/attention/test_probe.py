"""The probe equals eager attention, leaves outputs alone, and is absent between probed steps."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

pytest.importorskip("transformers")

from transformers import (
    DynamicCache,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    StaticCache,
)

from infometer.attention import AttentionEntropyProbe, AttentionRows, HeadEntropy

SIZES = {
    "vocab_size": 31,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 24,
    "max_position_embeddings": 64,
    "bos_token_id": 0,
    "eos_token_id": 0,
    "initializer_range": 0.5,
}


def gpt2(**kwargs):
    config = GPT2Config(
        vocab_size=31, n_embd=16, n_layer=2, n_head=4, n_positions=64, initializer_range=0.5,
        bos_token_id=0, eos_token_id=0, **kwargs,
    )  # fmt: skip
    return GPT2LMHeadModel(config)


def llama():
    return LlamaForCausalLM(LlamaConfig(num_key_value_heads=2, **SIZES))


def mistral():
    return MistralForCausalLM(MistralConfig(num_key_value_heads=2, sliding_window=5, **SIZES))


def seeded(build, **kwargs):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return build(**kwargs).eval()


def tokens(batch=3, n=20):
    return torch.randint(1, 31, (batch, n), generator=torch.Generator().manual_seed(1))


PADDING = torch.tensor([[1] * 20, [0] * 7 + [1] * 13, [0] * 2 + [1] * 18])


def from_eager(model, padding, window=None, **inputs):
    """The table of the probabilities that the model gives out under its eager kernel."""
    kernel = model.config._attn_implementation
    model.set_attn_implementation("eager")
    with torch.no_grad():
        attentions = model(**inputs, output_attentions=True).attentions
    model.set_attn_implementation(kernel)
    seen = torch.ones(20, 20, dtype=torch.bool).tril()
    if window:
        seen &= ~seen.tril(-window)
    seen = seen & padding.bool()[:, None, None, :]
    metric = HeadEntropy(len(attentions), attentions[0].shape[1])
    for layer, attention in enumerate(attentions):
        metric.update(
            AttentionRows.of_attention(
                attention, layer=layer, key_mask=seen, row_valid=padding.bool()
            )
        )
    return metric.table()


@pytest.mark.parametrize(("build", "window"), [(gpt2, None), (llama, None), (mistral, 5)])
@pytest.mark.parametrize("kernel", ["sdpa", "eager"])
@pytest.mark.parametrize("padded", [False, True])
def test_the_probe_equals_eager_attention(build, window, kernel, padded):
    model = seeded(build)
    model.set_attn_implementation(kernel)
    inputs = {"input_ids": tokens()}
    if padded:
        inputs["attention_mask"] = PADDING
    with torch.no_grad():
        before = model(**inputs).logits
        with AttentionEntropyProbe(model) as probe:
            during = model(**inputs).logits
        after = model(**inputs).logits
    assert torch.equal(before, during)
    assert torch.equal(before, after)
    padding = PADDING if padded else torch.ones_like(PADDING)
    expected = from_eager(model, padding, window, **inputs)
    found = probe.table()
    assert found.mean.shape == (2, 4)
    assert np.ptp(found.normalized) > 0.1  # there is something to see
    for name, array in expected._arrays().items():
        assert getattr(found, name) == pytest.approx(array, abs=5e-6), name
    assert found.longest == (window or 20)


def test_only_probed_steps_are_watched():
    model, heard = seeded(gpt2), []
    kernels = list(model.modules())
    with AttentionEntropyProbe(model, every=3, layers=[1]) as probe:
        update = probe.metric.update
        probe.metric.update = lambda call: (heard.append(probe.steps), update(call))
        for _ in range(7):
            model(tokens())
            model(tokens())  # two micro-batches a step
            hooks = sum(len(m._forward_pre_hooks) + len(m._forward_hooks) for m in kernels)
            assert bool(hooks) == probe.probing
            probe.step()
    assert heard == [0, 0, 3, 3, 6, 6]
    assert probe.table().layers == (1,)
    assert probe.table().n_sequences.tolist() == [[6] * 4]
    assert not any(len(m._forward_pre_hooks) + len(m._forward_hooks) for m in kernels)
    with pytest.raises(RuntimeError, match="the probe is closed"):
        probe.step()


def test_attention_is_measured_before_dropout_and_gradients_are_unchanged():
    model = seeded(gpt2, attn_pdrop=0.5, resid_pdrop=0.0, embd_pdrop=0.0)
    quiet = AttentionEntropyProbe(model)
    with quiet, torch.no_grad():
        model(tokens())

    def gradients():
        torch.manual_seed(7)
        model.zero_grad()
        model(tokens(), labels=tokens()).loss.backward()
        return [parameter.grad.clone() for parameter in model.parameters()]

    model.train()
    with torch.random.fork_rng():
        plain = gradients()
        with AttentionEntropyProbe(model) as probe:
            probed = gradients()
    assert all(torch.equal(a, b) for a, b in zip(plain, probed, strict=True))
    # layer 0 reads the embeddings, which no dropout has touched
    assert probe.table().mean[0] == pytest.approx(quiet.table().mean[0], abs=1e-6)


@pytest.mark.filterwarnings("ignore:`gradient_checkpointing_enable`:FutureWarning")
@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpointed_layers_are_counted_once(reentrant):
    model = seeded(gpt2).train()
    model.gradient_checkpointing_enable({"use_reentrant": reentrant})
    with AttentionEntropyProbe(model) as probe:
        model(tokens(), labels=tokens(), use_cache=False).loss.backward()
    assert (probe.table().n_rows == 60).all()


def test_decoding_with_a_cache_has_the_entropies_of_the_whole():
    model, ids = seeded(llama), tokens()
    with torch.no_grad(), AttentionEntropyProbe(model) as whole:
        model(ids)
    with torch.no_grad(), AttentionEntropyProbe(model) as stepwise:
        cache = model(ids[:, :15], use_cache=True).past_key_values
        for i in range(15, 20):
            cache = model(ids[:, i : i + 1], past_key_values=cache, use_cache=True).past_key_values
    for name in ("mean", "ceiling", "std", "sink_share", "n_rows"):
        expected = getattr(whole.table(), name)
        assert getattr(stepwise.table(), name) == pytest.approx(expected, abs=5e-6), name


@pytest.mark.parametrize("cuts", [(0, 20), (0, 3, 9, 20), (0, 10, *range(11, 21))], ids=str)
@pytest.mark.parametrize("kernel", ["sdpa", "eager"])
@pytest.mark.parametrize("cache", [DynamicCache, StaticCache])
def test_padding_cache_window_and_grouped_queries_at_once(cuts, kernel, cache):
    """Entropies, ceilings and rows are those of eager attention to the whole at once.

    The share of the sink is not: a window that has moved on no longer holds the first token.
    """
    model, ids = seeded(mistral), tokens()
    places = (PADDING.cumsum(-1) - 1).clamp(min=0)
    options = {"max_cache_len": 24} if cache is StaticCache else {}

    def parts():
        kept = cache(config=model.config, **options)
        return torch.cat([
            model(
                ids[:, a:b], attention_mask=PADDING[:, :b], position_ids=places[:, a:b],
                past_key_values=kept, use_cache=True,
            ).logits
            for a, b in pairwise(cuts)
        ], dim=1)  # fmt: skip

    with torch.no_grad():
        model.set_attn_implementation("eager")
        attentions = model(
            ids, attention_mask=PADDING, position_ids=places, output_attentions=True
        ).attentions
        model.set_attn_implementation(kernel)
        outside = parts()
        with AttentionEntropyProbe(model) as probe:
            inside = parts()
    assert torch.equal(inside, outside)
    found, valid = probe.table(), PADDING.bool()
    i = torch.arange(20)
    seen = (i[:, None] >= i) & (i[:, None] - i < 5) & valid[:, None, :]
    law = torch.stack(attentions).double() * seen[:, None]
    rows = -torch.special.xlogy(law, law).sum(-1).transpose(1, 2)[:, :, valid]
    assert found.mean == pytest.approx(rows.mean(-1).numpy(), abs=1e-6)
    assert found.std == pytest.approx(rows.std(-1, correction=0).numpy(), abs=1e-5)
    assert found.ceiling == pytest.approx(seen.sum(-1)[valid].double().log().mean().item())
    assert (found.n_rows == valid.sum().item()).all()
    assert found.n_empty_rows.max() == found.nan_count.max() == 0


def test_torch_modules_are_read_too():
    layer = nn.TransformerEncoderLayer(16, 4, 24, batch_first=True).eval()
    model = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    with torch.no_grad(), AttentionEntropyProbe(model) as probe:
        model(torch.randn(2, 9, 16, generator=torch.Generator().manual_seed(0)))
    found = probe.table()
    assert found.mean.shape == (2, 4)
    assert found.ceiling == pytest.approx(np.log(9))
    assert (found.mean < np.log(9)).all()


def test_nan_in_a_weight_is_found_in_its_layer():
    model = seeded(gpt2)
    with torch.no_grad():
        model.transformer.h[1].attn.c_attn.weight[:, 5] = torch.nan  # query of head 1
        with AttentionEntropyProbe(model) as probe:
            model(tokens())
    (error, *_) = [f for f in probe.table().diagnose() if f.severity == "error"]
    assert error.where == "layer 1 (head 1)"


def test_bad_input_is_refused():
    open_probe = AttentionEntropyProbe(seeded(gpt2))
    with open_probe, pytest.raises(RuntimeError, match="the probe is open already"):
        open_probe.__enter__()
    with pytest.raises(ValueError, match="every is 0"):
        AttentionEntropyProbe(seeded(gpt2), every=0)
    with pytest.raises(ValueError, match="no attention layer that can be read"):
        AttentionEntropyProbe(nn.Linear(2, 2))
    with (
        pytest.raises(ValueError, match=r"layers is \[2\]"),
        AttentionEntropyProbe(seeded(gpt2), layers=[2]),
    ):
        pass
