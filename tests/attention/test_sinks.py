"""Mass on the first token: dense and streaming agree, also under padding and windows."""

import pytest
import torch

from infometer.attention.attention_mask import AttentionMask
from infometer.attention.sinks import sink_mass, sink_mass_from_qk
from infometer.attention.streaming_entropy import scaled_queries, streaming_rows

RNG = torch.Generator().manual_seed(0)
CAUSAL = torch.ones(20, 20, dtype=torch.bool).tril()
MASKS = {
    "causal": (None, True),
    "none": (None, False),
    "left padding": ((torch.arange(20) >= torch.tensor([[0], [6]]))[:, None, None], True),
    "window": ((CAUSAL & ~CAUSAL.tril(-5))[None, None], False),
    "added": (torch.randn(2, 1, 20, 20, generator=RNG).masked_fill(~CAUSAL, -torch.inf), False),
    "per head": (torch.rand(1, 4, 20, 20, generator=RNG) > 0.3, True),
}


@pytest.mark.parametrize(("mask", "causal"), MASKS.values(), ids=MASKS.keys())
def test_streaming_and_dense_agree(mask, causal):
    rng = torch.Generator().manual_seed(0)
    q, k = torch.randn(2, 4, 20, 8, generator=rng), torch.randn(2, 2, 20, 8, generator=rng)
    logits = q @ k.repeat_interleave(2, dim=1).transpose(-1, -2) * 8**-0.5
    if mask is not None and mask.dtype != torch.bool:
        logits, seen = logits + mask, ~mask.isneginf()
    else:
        seen = torch.ones(1, 1, 1, 1, dtype=torch.bool) if mask is None else mask
    seen = (seen & CAUSAL if causal else seen).expand(2, -1, 20, 20)
    attention = logits.masked_fill(~seen, -torch.inf).softmax(-1).nan_to_num(0.0)
    valid = torch.ones(2, 20, dtype=torch.bool)
    valid[1, :6] = False
    expected = sink_mass(attention, seen, valid)

    scaled = scaled_queries(q)
    given = AttentionMask.of(mask, causal, scaled, k)
    found = sink_mass_from_qk(
        scaled, k, given, streaming_rows(scaled, k, given).log_normalizer, valid
    )
    rows = seen.any(-1).expand(found.shape)
    assert torch.equal(found.isnan(), ~rows)
    assert torch.allclose(found[rows], expected[rows], atol=1e-6)


def test_padding_on_the_left_moves_the_sink_and_windows_lose_it():
    attention = torch.zeros(2, 1, 4, 4)
    attention[0, 0, :, 0] = 1
    attention[1, 0, :, 2] = 1
    seen = CAUSAL[:4, :4] & (torch.arange(4) >= torch.tensor([[0], [2]]))[:, None, None]
    valid = torch.tensor([[True] * 4, [False, False, True, True]])
    mass = sink_mass(attention, seen, valid)
    assert mass[0, 0].tolist() == [1, 1, 1, 1]
    assert mass[1, 0, 2:].tolist() == [1, 1]  # on the third place, the first token
    window = CAUSAL[:4, :4] & ~CAUSAL[:4, :4].tril(-2)
    assert sink_mass(attention[:1], window, valid[:1])[0, 0].tolist() == [1, 1, 0, 0]
