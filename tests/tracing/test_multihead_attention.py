"""`torch.nn.MultiheadAttention`, against the weights that it gives itself."""

import pytest
import torch
from torch import nn

from infometer.tracing import attention_calls, attention_layers

HEADS, WIDTH = 2, 8


def layer(**settings):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return nn.MultiheadAttention(WIDTH, HEADS, **settings).eval()


def tokens(*shape):
    return torch.randn(*shape, WIDTH, generator=torch.Generator().manual_seed(2))


def read(attention, *inputs, **masks):
    calls = []
    with attention_calls(attention, calls.append), torch.no_grad():
        attention(*inputs, **masks)
    (call,) = calls
    return call


def weights(call):
    logits = call.scale * call.query @ call.key.transpose(-1, -2)
    if call.mask is not None:
        bool_mask = call.mask.dtype == torch.bool
        logits = logits + (torch.where(call.mask, 0.0, -torch.inf) if bool_mask else call.mask)
    return logits.softmax(dim=-1)


def own_weights(attention, *inputs, **masks):
    with torch.no_grad():
        return attention(*inputs, need_weights=True, average_attn_weights=False, **masks)[1]


CAUSAL = ~torch.ones(5, 5).tril().bool()
PADDING = torch.tensor([[False] * 5, [False] * 3 + [True] * 2, [False] * 5])
PER_HEAD = torch.where(CAUSAL, -torch.inf, 0.5).repeat(3 * HEADS, 1, 1) * 1.0


@pytest.mark.parametrize(
    "masks",
    [
        {},
        {"attn_mask": CAUSAL},
        {"key_padding_mask": PADDING},
        {"attn_mask": CAUSAL, "key_padding_mask": PADDING},
        {"attn_mask": PER_HEAD},
        {"attn_mask": PER_HEAD, "key_padding_mask": torch.where(PADDING, -torch.inf, 0.0)},
    ],
)
@pytest.mark.parametrize("settings", [{}, {"batch_first": True}, {"bias": False}])
def test_it_reads_the_weights_that_the_layer_gives(settings, masks):
    attention = layer(**settings)
    x = tokens(3, 5) if attention.batch_first else tokens(5, 3)
    call = read(attention, x, x, x, **masks)
    torch.testing.assert_close(weights(call), own_weights(attention, x, x, x, **masks))
    if "key_padding_mask" in masks:
        assert torch.equal(call.row_valid, ~PADDING)


def test_another_sequence_with_widths_of_its_own_is_cross_attention():
    attention = layer(kdim=6, vdim=7, batch_first=True)
    x, key, value = tokens(3, 5), tokens(3, 4)[..., :6], tokens(3, 4)[..., :7]
    call = read(attention, x, key, value)
    assert call.cross
    assert call.sizes == (3, HEADS, HEADS, 5, 4)
    torch.testing.assert_close(weights(call), own_weights(attention, x, key, value))


def test_one_sequence_without_a_batch_is_a_batch_of_one():
    assert read(layer(), tokens(5), tokens(5), tokens(5)).sizes == (1, HEADS, HEADS, 5, 5)


def encoder(**settings):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        block = nn.TransformerEncoderLayer(WIDTH, HEADS, 16, batch_first=True, dropout=0.3)
        return nn.TransformerEncoder(block, 2, **settings)


def test_an_encoder_in_training_gives_the_same_bits_inside_and_is_left_without_hooks():
    model, x = encoder().train(), tokens(3, 5)
    assert list(attention_layers(model)) == ["layers.0.self_attn", "layers.1.self_attn"]
    calls = []
    with torch.random.fork_rng():
        torch.manual_seed(0)
        outside = model(x)
        torch.manual_seed(0)
        with attention_calls(model, calls.append):
            inside = model(x)
    assert torch.equal(outside, inside)
    assert [(call.layer, call.dropout) for call in calls] == [(0, 0.3), (1, 0.3)]
    assert not any(module._forward_pre_hooks for module in model.modules())


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors:UserWarning")
@pytest.mark.parametrize("nested", [False, True])
def test_the_fused_kernel_of_evaluation_mode_steps_aside(nested):
    model, x, calls = encoder(enable_nested_tensor=nested).eval(), tokens(3, 5), []
    with torch.no_grad():
        outside = model(x, src_key_padding_mask=PADDING)
        with attention_calls(model, calls.append):
            inside = model(x, src_key_padding_mask=PADDING)
    assert len(calls) == 2
    torch.testing.assert_close(inside[~PADDING], outside[~PADDING])
    assert torch.backends.mha.get_fastpath_enabled()


@pytest.mark.parametrize("settings", [{"add_bias_kv": True}, {"add_zero_attn": True}])
def test_keys_of_the_layer_itself_are_refused(settings):
    with pytest.raises(NotImplementedError, match="keys that it adds itself"):
        read(layer(**settings), tokens(5, 3), tokens(5, 3), tokens(5, 3))
