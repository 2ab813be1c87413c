"""What kernels other than eager and sdpa are told, read without running them."""

import pytest
import torch
from torch import nn

transformers = pytest.importorskip("transformers")

from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, sdpa_mask  # noqa: E402

from infometer.tracing.kernel_arguments import read_arguments  # noqa: E402


class Attention(nn.Module):
    is_causal = True


def read(kernel, mask=None, *, n_queries=6, n_keys=6, batch=2, **rest):
    generator = torch.Generator().manual_seed(0)
    arguments = {
        "query": torch.randn(batch, 4, n_queries, 8, generator=generator),
        "key": torch.randn(batch, 2, n_keys, 8, generator=generator),
        "attention_mask": mask,
        **rest,
    }
    return read_arguments(kernel, Attention(), arguments, layer=0, name="self_attn", cross=False)


def test_flash_attention_without_a_mask_is_causal():
    call = read("flash_attention_2")
    assert call.causal
    assert call.mask is None
    assert not read("flash_attention_2", is_causal=False).causal


def test_flash_attention_with_a_cache_sees_all_that_came_before():
    call = read("flash_attention_3", n_queries=2)
    assert not call.causal
    assert call.mask[0, 0].int().tolist() == [[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1]]


def test_flash_attention_looks_only_as_far_as_its_window():
    assert read("flash_attention_2", sliding_window=2).mask.sum(dim=-1).max() == 2
    assert read("flash_attention_2", sliding_window=6).causal


def test_padding_of_flash_attention_is_padding_of_queries_and_keys():
    padding = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]])
    call = read("flash_attention_2", padding)
    assert torch.equal(call.row_valid, padding.bool())
    assert not call.mask[1, ..., 4:].any()
    assert call.mask[1, 0, 3].sum() == 4


def test_places_of_a_static_cache_behind_the_padding_mask_are_left_out():
    call = read("flash_attention_2", torch.ones(2, 6), n_keys=9)
    assert call.sizes == (2, 4, 2, 6, 6)


@pytest.mark.parametrize(
    "packed",
    [
        {"cu_seq_lens_q": torch.tensor([0, 2, 6])},
        {"position_ids": torch.tensor([[0, 1, 0, 1, 2, 3]])},
    ],
)
def test_packed_sequences_are_refused(packed):
    with pytest.raises(NotImplementedError, match=r"packed into one row.*\"sdpa\""):
        read("flash_attention_2", batch=1, **packed)


def test_positions_of_one_sequence_are_not_packed():
    assert read("flash_attention_2", batch=1, position_ids=torch.arange(3, 9)[None]).causal


def test_a_two_dimensional_mask_of_another_kernel_is_refused():
    with pytest.raises(NotImplementedError, match=r"mask of shape \(2, 6\)"):
        read("sdpa", torch.ones(2, 6))


def test_a_kernel_of_which_nothing_is_known_must_be_given_a_mask():
    seen = torch.ones(6, 6).tril().bool()[None, None]
    assert torch.equal(read("somebody's", seen).mask, seen)
    assert not read("somebody's", n_queries=1).causal
    with pytest.raises(NotImplementedError, match=r"AttentionMaskInterface\.register"):
        read("somebody's")


def test_a_kernel_registered_with_a_known_mask_function_is_read_like_that_one():
    transformers.AttentionMaskInterface.register("somebody's", sdpa_mask)
    try:
        assert read("somebody's").causal
    finally:
        del ALL_MASK_ATTENTION_FUNCTIONS._global_mapping["somebody's"]


def test_keys_that_stand_in_a_paged_cache_are_refused():
    with pytest.raises(NotImplementedError, match="paged cache"):
        read("sdpa", cache=object())


def test_a_position_bias_under_the_causal_pattern_becomes_the_mask():
    bias = torch.randn(1, 4, 6, 6, generator=torch.Generator().manual_seed(1))
    call = read("sdpa", position_bias=bias)
    seen = torch.ones(6, 6).tril().bool()
    assert not call.causal
    assert torch.equal(call.mask, torch.where(seen, bias, -torch.inf))


def test_without_a_scale_it_is_that_of_the_head_dimension():
    assert read("sdpa").scale == 8**-0.5
    assert read("sdpa", scaling=1.0).scale == 1.0
