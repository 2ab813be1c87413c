"""Attention read beside the model's own kernel: equal to eager's weights, and without a trace."""

import pytest
import torch
from torch import nn

transformers = pytest.importorskip("transformers")

from transformers.cache_utils import DynamicCache, StaticCache  # noqa: E402

from infometer.tracing import attention_calls, attention_layers  # noqa: E402

LAYERS, HEADS, VOCABULARY = 2, 4, 40
SIZES = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "max_position_embeddings": 64,
    "initializer_range": 0.3,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
GROUPED = {**SIZES, "num_key_value_heads": 2}
GPT2 = {
    "vocab_size": VOCABULARY,
    "n_embd": 32,
    "n_layer": LAYERS,
    "n_head": HEADS,
    "n_positions": 64,
    "initializer_range": 0.3,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
GEMMA = {**GROUPED, "head_dim": 8, "sliding_window": 4}
ALTERNATING = ["sliding_attention", "full_attention"]
KINDS = {
    "GPT2LMHeadModel": GPT2,
    "LlamaForCausalLM": GROUPED,
    "MistralForCausalLM": {**GROUPED, "sliding_window": 5},
    "GPTNeoXForCausalLM": SIZES,
    "BertModel": {name: SIZES[name] for name in SIZES if "token_id" not in name},
    "Gemma2ForCausalLM": {**GEMMA, "attn_logit_softcapping": 2.0, "layer_types": ALTERNATING},
    "Gemma3ForCausalLM": {**GEMMA, "layer_types": ALTERNATING},
}
CONFIGS = {
    "GPT2LMHeadModel": "GPT2Config",
    "LlamaForCausalLM": "LlamaConfig",
    "MistralForCausalLM": "MistralConfig",
    "GPTNeoXForCausalLM": "GPTNeoXConfig",
    "BertModel": "BertConfig",
    "Gemma2ForCausalLM": "Gemma2Config",
    "Gemma3ForCausalLM": "Gemma3TextConfig",
}


def build(kind, implementation="sdpa", **changes):
    with torch.random.fork_rng():
        torch.manual_seed(7)
        config = getattr(transformers, CONFIGS[kind])(**{**KINDS[kind], **changes})
        model = getattr(transformers, kind)(config).eval()
    model.set_attn_implementation(implementation)
    return model


def batch(padding=None, length=12):
    ids = torch.randint(3, VOCABULARY, (2, length), generator=torch.Generator().manual_seed(0))
    mask = torch.ones(2, length, dtype=torch.long)
    if padding == "right":
        mask[1, 8:] = 0
    if padding == "left":
        mask[1, :4] = 0
    return {"input_ids": ids, "attention_mask": mask}


def weights(call):
    """The attention of a call, written out: (B, H, Tq, Tk)."""
    _, heads, key_heads, n_queries, n_keys = call.sizes
    key = call.key.repeat_interleave(heads // key_heads, dim=1)
    logits = call.scale * call.query @ key.transpose(-1, -2)
    mask = torch.ones(n_queries, n_keys).tril().bool() if call.causal else call.mask
    if mask is not None:
        added = mask if mask.is_floating_point() else torch.where(mask, 0.0, -torch.inf)
        logits = logits + added
    return logits.softmax(dim=-1)


def read(model, **inputs):
    calls = []
    with attention_calls(model, calls.append), torch.no_grad():
        output = model(**inputs)
    return calls, output


def eager_attentions(model, **inputs):
    """What Transformers itself gives after switching the kernel."""
    before = model.config._attn_implementation
    model.set_attn_implementation("eager")
    with torch.no_grad():
        attentions = model(**inputs, output_attentions=True).attentions
    model.set_attn_implementation(before)
    return attentions


def assert_same_attention(calls, attentions):
    assert len(calls) == len(attentions)
    for call, expected in zip(calls, attentions, strict=True):
        valid = slice(None) if call.row_valid is None else call.row_valid
        ours, theirs = weights(call).transpose(1, 2), expected.transpose(1, 2)
        torch.testing.assert_close(ours[valid], theirs[valid], rtol=0, atol=2e-5)


@pytest.mark.parametrize("padding", [None, "right", "left"])
@pytest.mark.parametrize("implementation", ["sdpa", "eager"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_attention_that_eager_gives_and_outputs_stay_bit_for_bit(
    kind, implementation, padding
):
    if kind == "Gemma2ForCausalLM":
        implementation = "eager"  # sdpa knows no soft cap
    model, inputs = build(kind, implementation), batch(padding)
    with torch.no_grad():
        alone = model(**inputs)[0]
    calls, output = read(model, **inputs)
    with torch.no_grad():
        after = model(**inputs)[0]
    assert torch.equal(alone, output[0])
    assert torch.equal(alone, after)
    assert [call.layer for call in calls] == list(range(LAYERS))
    assert_same_attention(calls, eager_attentions(model, **inputs))
    if padding is not None:
        valid = inputs["attention_mask"].bool()
        assert all(torch.equal(call.row_valid, valid) for call in calls)


def test_sliding_and_full_layers_alternate():
    calls, _ = read(build("Gemma3ForCausalLM"), **batch())
    assert calls[0].mask.sum(dim=-1).max() == 4
    assert calls[1].causal
    assert calls[1].mask is None


def test_a_bidirectional_model_has_neither_mask_nor_causal_pattern():
    for implementation in ("sdpa", "eager"):
        calls, _ = read(build("BertModel", implementation), **batch())
        assert all(call.mask is None and not call.causal and not call.cross for call in calls)


@pytest.mark.parametrize("implementation", ["sdpa", "eager"])
@pytest.mark.parametrize("cache", ["dynamic", "static"])
def test_with_a_cache_the_queries_stand_at_the_end_of_the_keys(cache, implementation):
    model = build("LlamaForCausalLM", implementation)
    ids = batch()["input_ids"]
    whole = eager_attentions(model, input_ids=ids)
    held = (
        DynamicCache(config=model.config)
        if cache == "dynamic"
        else StaticCache(config=model.config, max_cache_len=20)
    )
    start = 0
    for stop in (6, 9, 10, 12):  # a first chunk, a longer one, single tokens
        calls, _ = read(model, input_ids=ids[:, start:stop], past_key_values=held)
        for call, full in zip(calls, whole, strict=True):
            ours = weights(call)
            torch.testing.assert_close(
                ours[..., :stop], full[:, :, start:stop, :stop], rtol=0, atol=2e-5
            )
            assert not ours[..., stop:].any()
            assert call.row_valid is None or call.row_valid.all()
        start = stop


def test_left_padding_is_told_with_a_cache_too():
    model, inputs = build("LlamaForCausalLM"), batch("left")
    held = DynamicCache(config=model.config)
    first = {name: value[:, :6] for name, value in inputs.items()}
    calls, _ = read(model, **first, past_key_values=held)
    assert torch.equal(calls[0].row_valid, first["attention_mask"].bool())
    rest = {"input_ids": inputs["input_ids"][:, 6:], "attention_mask": inputs["attention_mask"]}
    calls, _ = read(model, **rest, past_key_values=held)
    assert calls[0].row_valid.shape == (2, 6)
    assert calls[0].row_valid.all()


@pytest.mark.parametrize("name", ["T5", "Bart"])
def test_encoder_decoder_and_cross_attention_are_told_apart(name):
    sizes = {
        "T5": {"d_kv": 8, "num_layers": 1, "num_heads": HEADS, "d_ff": 16},
        "Bart": {
            "encoder_layers": 1,
            "decoder_layers": 1,
            "encoder_attention_heads": HEADS,
            "decoder_attention_heads": HEADS,
            "encoder_ffn_dim": 16,
            "decoder_ffn_dim": 16,
        },
    }[name]
    config = getattr(transformers, f"{name}Config")(vocab_size=VOCABULARY, d_model=32, **sizes)
    model = getattr(transformers, f"{name}Model")(config).eval()
    inputs = {**batch("right"), "decoder_input_ids": batch()["input_ids"][:, :5]}
    calls, _ = read(model, **inputs)
    model.set_attn_implementation("eager")
    with torch.no_grad():
        told = model(**inputs, output_attentions=True)
    assert [call.cross for call in calls] == [False, False, True]
    assert calls[2].sizes == (2, HEADS, HEADS, 5, 12)
    assert_same_attention(
        calls, [*told.encoder_attentions, *told.decoder_attentions, *told.cross_attentions]
    )


def test_only_the_layers_asked_for_are_handed_on():
    calls = []
    model = build("GPT2LMHeadModel")
    with attention_calls(model, calls.append, layers=[1]):
        model(**batch())
    assert [(call.layer, call.name) for call in calls] == [(1, "transformer.h.1.attn")]


def test_dropout_is_told_and_not_applied():
    model = build("GPT2LMHeadModel", attn_pdrop=0.5, resid_pdrop=0.0, embd_pdrop=0.0).train()
    calls, _ = read(model, **batch())
    assert [call.dropout for call in calls] == [0.5] * LAYERS
    assert (weights(calls[0]).sum(dim=-1) - 1).abs().max() < 1e-5


def test_random_draws_of_the_model_are_the_same_inside():
    model = build("GPT2LMHeadModel", attn_pdrop=0.5).train()
    with torch.random.fork_rng():
        torch.manual_seed(3)
        outside = model(**batch()).logits
        torch.manual_seed(3)
        with attention_calls(model, lambda call: None):
            inside = model(**batch()).logits
    assert torch.equal(outside, inside)


def test_half_precision_is_handed_on_outside_autocast():
    found = []

    def look(call):
        product = call.query.float() @ call.key.float().transpose(-1, -2)
        found.append((call.query.dtype, product.dtype))

    model = build("GPT2LMHeadModel")
    with torch.autocast("cpu", torch.bfloat16), attention_calls(model, look), torch.no_grad():
        model(**batch())
    assert found == [(torch.bfloat16, torch.float32)] * LAYERS


def test_a_soft_cap_is_written_out_in_single_precision_under_autocast():
    model, masks = build("Gemma2ForCausalLM", "eager"), []

    def look(call):
        query, key = call.query.double(), call.key.double().repeat_interleave(2, dim=1)
        logits = call.scale * query @ key.transpose(-1, -2)
        capped = 2.0 * torch.tanh(logits / 2.0)
        seen = ~call.mask.isneginf()
        masks.append((call.mask.dtype, float((logits + call.mask - capped)[seen].abs().max())))

    with torch.autocast("cpu", torch.bfloat16), attention_calls(model, look), torch.no_grad():
        model(**batch())
    assert all(dtype == torch.float32 and error < 1e-5 for dtype, error in masks)
    assert len(masks) == LAYERS


class Interface:
    """What Transformers' interface and a model look like, to compare before and after."""

    def __init__(self, *models):
        self.kernels = dict(transformers.AttentionInterface._global_mapping)
        self.names = [model.config._attn_implementation for model in models]
        self.hooks = [
            len(module._forward_hooks) + len(module._forward_pre_hooks)
            for model in models
            for module in model.modules()
        ]

    def __eq__(self, other):
        return self.__dict__ == other.__dict__


@pytest.mark.parametrize("implementation", ["sdpa", "eager"])
def test_leaving_restores_everything_also_after_an_exception(implementation):
    model = build("LlamaForCausalLM", implementation)
    before = Interface(model)
    with attention_calls(model, lambda call: None):
        assert Interface(model) != before
    assert Interface(model) == before

    def fail(call):
        raise ArithmeticError("inside")

    with pytest.raises(ArithmeticError, match="inside"), attention_calls(model, fail):
        model(**batch())
    assert Interface(model) == before


def test_blocks_nest_and_close_in_any_order():
    first, second = build("GPT2LMHeadModel"), build("LlamaForCausalLM", "eager")
    before, heard = Interface(first, second), {"a": 0, "b": 0, "c": 0}

    def counter(name):
        def count(call):
            heard[name] += 1

        return count

    blocks = {
        "a": attention_calls(first, counter("a")),
        "b": attention_calls(second, counter("b")),
        "c": attention_calls(first, counter("c"), layers=[0]),
    }
    for block in blocks.values():
        block.__enter__()
    first(**batch())
    second(**batch())
    assert heard == {"a": LAYERS, "b": LAYERS, "c": 1}
    blocks["a"].__exit__(None, None, None)
    first(**batch())
    second(**batch())
    assert heard == {"a": LAYERS, "b": 2 * LAYERS, "c": 2}
    blocks["b"].__exit__(None, None, None)
    blocks["c"].__exit__(None, None, None)
    assert Interface(first, second) == before


def test_another_model_with_the_same_kernel_is_not_heard():
    first, second = build("GPT2LMHeadModel", "eager"), build("LlamaForCausalLM", "eager")
    calls = []
    alone = second(**batch()).logits
    with attention_calls(first, calls.append):
        assert torch.equal(second(**batch()).logits, alone)
    assert not calls


def entropy_sum(call):
    law = weights(call)
    return -(law * law.clamp_min(1e-30).log()).sum()


@pytest.mark.filterwarnings("ignore:`gradient_checkpointing_enable`:FutureWarning")
@pytest.mark.parametrize("reentrant", [False, True])
def test_gradient_checkpointing_is_counted_once(reentrant):
    model = build("GPT2LMHeadModel").train()
    model.gradient_checkpointing_enable({"use_reentrant": reentrant})
    layers = []
    embedded = model.get_input_embeddings()(batch()["input_ids"]).detach().requires_grad_()
    with attention_calls(model, lambda call: layers.append(call.layer)):
        model(inputs_embeds=embedded, use_cache=False).logits.sum().backward()
    assert layers == list(range(LAYERS))
    assert embedded.grad is not None


@pytest.mark.filterwarnings("ignore:`gradient_checkpointing_enable`:FutureWarning")
@pytest.mark.parametrize("kind", ["LlamaForCausalLM", "Gemma2ForCausalLM"])
def test_what_is_computed_from_a_call_has_gradients_also_under_gradient_checkpointing(kind):
    def gradients(checkpointing):
        model = build(kind, "eager" if kind.startswith("Gemma") else "sdpa").train()
        if checkpointing:
            model.gradient_checkpointing_enable({"use_reentrant": False})
        found = []
        with attention_calls(model, lambda call: found.append(entropy_sum(call))):
            loss = model(**batch(), labels=batch()["input_ids"], use_cache=False).loss
            (loss + 0.1 * sum(found)).backward()
        assert len(found) == LAYERS
        return [parameter.grad for parameter in model.parameters()]

    for plain, checkpointed in zip(gradients(False), gradients(True), strict=True):
        torch.testing.assert_close(plain, checkpointed)


def test_a_compiled_model_runs_as_written_inside_and_compiled_outside():
    compiled = []

    def backend(graph, example_inputs):
        compiled.append(graph)
        return graph.forward

    model = build("GPT2LMHeadModel", n_layer=1)
    fast = torch.compile(model, backend=backend)
    with torch.no_grad():
        outside = fast(**batch()).logits
        n_graphs, calls = len(compiled), []
        with attention_calls(fast, calls.append):
            inside = fast(**batch()).logits
        assert (len(compiled), len(calls)) == (n_graphs, 1)
        assert torch.equal(fast(**batch()).logits, outside)
    assert n_graphs
    assert len(compiled) == n_graphs  # what was compiled is used again
    torch.testing.assert_close(inside, outside)
    torch._dynamo.reset()


def test_a_model_without_readable_attention_is_refused():
    with (
        pytest.raises(ValueError, match="no attention layer that can be read"),
        attention_calls(nn.Linear(2, 2), print),
    ):
        pass


def test_a_forward_pass_in_which_nothing_was_heard_is_refused():
    model = build("GPT2LMHeadModel", "eager", reorder_and_upcast_attn=True)  # its own arithmetic
    before = Interface(model)
    with (
        pytest.raises(RuntimeError, match=r"GPT2LMHeadModel.*set_attn_implementation\(\"sdpa\"\)"),
        attention_calls(model, print),
    ):
        model(**batch())
    assert Interface(model) == before


@pytest.mark.parametrize("layers", [[2], [-1], []])
def test_unknown_layers_are_refused(layers):
    with (
        pytest.raises(ValueError, match=r"layers is .* 0 to 1"),
        attention_calls(build("GPT2LMHeadModel"), print, layers=layers),
    ):
        pass


def test_learned_sinks_are_refused():
    config = transformers.GptOssConfig(
        **{**GROUPED, "head_dim": 8, "num_local_experts": 2, "num_experts_per_tok": 1},
        pad_token_id=0,
    )
    model = transformers.GptOssForCausalLM(config).eval()
    with (
        pytest.raises(NotImplementedError, match=r"layers\.0\.self_attn.*learned attention sinks"),
        attention_calls(model, print),
        torch.no_grad(),
    ):
        model(**batch())


def test_the_layers_of_a_model_are_its_attention_modules_alone():
    layers = attention_layers(build("LlamaForCausalLM"))
    assert list(layers) == ["model.layers.0.self_attn", "model.layers.1.self_attn"]
