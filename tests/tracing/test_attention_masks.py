import pytest
import torch

masking = pytest.importorskip("transformers.masking_utils")

from infometer.tracing.attention_masks import (  # noqa: E402
    as_sdpa_mask,
    flash_mask,
    flex_mask,
    own_key_seen,
)


def padding(side, length=9):
    mask = torch.ones(2, length, dtype=torch.bool)
    if side == "right":
        mask[1, 6:] = False
    if side == "left":
        mask[1, :3] = False
    return mask


@pytest.mark.parametrize("n_queries", [9, 4, 1])
@pytest.mark.parametrize("window", [None, 3])
@pytest.mark.parametrize("side", [None, "right", "left"])
def test_flash_attention_sees_what_transformers_writes_out_for_sdpa(n_queries, window, side):
    see = (
        masking.causal_mask_function
        if window is None
        else masking.sliding_window_causal_mask_function(window)
    )
    expected = masking.sdpa_mask(
        2,
        n_queries,
        9,
        q_offset=9 - n_queries,
        mask_function=see,
        attention_mask=padding(side),
        allow_is_causal_skip=False,
    )
    told = None if side is None else padding(side)
    ours = flash_mask(told, n_queries, 9, causal=True, window=window)
    ours = torch.ones(1, dtype=torch.bool) if ours is None else ours
    assert torch.equal(ours.expand(expected.shape), expected)


def test_flash_attention_without_padding_or_pattern_needs_no_mask():
    assert flash_mask(None, 4, 9, causal=False) is None
    assert flash_mask(None, 1, 9, causal=True) is None
    assert flash_mask(None, 1, 9, causal=True, window=9) is None


def test_a_block_mask_is_written_out():
    flex = pytest.importorskip("torch.nn.attention.flex_attention")
    lengths = torch.tensor([5, 3])

    def see(b, h, i, j):
        return (i >= j) & (j < lengths[b])

    block = flex.create_block_mask(see, 2, None, 5, 5, device="cpu")
    expected = torch.ones(5, 5).tril().bool() & (torch.arange(5) < lengths[:, None])[:, None, None]
    assert torch.equal(flex_mask(block, 2, 4, 5, 5), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_a_floating_mask_that_only_hides_becomes_bool(dtype):
    seen = torch.ones(4, 4).tril().bool()
    for low in (torch.finfo(dtype).min, -torch.inf):
        assert torch.equal(as_sdpa_mask(torch.where(seen, 0.0, low).to(dtype)), seen)


def test_a_floating_mask_that_also_weighs_keeps_its_weights_and_hides_with_minus_infinity():
    low = torch.finfo(torch.float32).min
    mask = as_sdpa_mask(torch.tensor([[0.5, low], [-3.0, 1e4 + low]]))
    assert mask.tolist() == [[0.5, -torch.inf], [-3.0, -torch.inf]]


def test_integers_are_refused():
    with pytest.raises(ValueError, match=r"torch\.int64; expected bool or floating"):
        as_sdpa_mask(torch.ones(2, 2, dtype=torch.long))


def test_a_mask_for_all_queries_at_once_tells_padding():
    mask = padding("right")[:, None, None, :]
    assert torch.equal(own_key_seen(mask, 2, 9, 9), padding("right"))
    added = torch.where(mask, 0.3, -torch.inf)
    assert torch.equal(own_key_seen(added, 2, 9, 9), padding("right"))


def test_a_pattern_without_batch_is_that_of_every_row():
    assert own_key_seen(torch.ones(4, 4).tril().bool(), 3, 4, 4).tolist() == [[True] * 4] * 3


def test_empty_places_of_a_static_cache_are_no_padding():
    seen = torch.zeros(1, 1, 3, 10, dtype=torch.bool)
    for query in range(3):
        seen[..., query, : 5 + query] = True  # four tokens before, three places empty
    assert own_key_seen(seen, 1, 3, 10).tolist() == [[True] * 3]


def test_nothing_is_said_with_more_queries_than_keys():
    assert own_key_seen(torch.ones(4, 3, dtype=torch.bool), 1, 4, 3) is None
