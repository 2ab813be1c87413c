"""Known values of attention entropy along the whole way: queries and keys, sums, live models."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from infometer.attention import (
    AttentionEntropyProbe,
    HeadEntropy,
    attention_entropy_from_qk,
    build_gpt2,
    causal_max_entropy,
)
from infometer.tracing import AttentionCall

S = torch.tensor([1.0, 2.0, -1.0, 0.5], dtype=torch.float64)
SIZES = {"n_layer": 2, "n_head": 2, "n_embd": 8, "vocab_size": 11, "n_positions": 16}


def streamed(logits, **kwargs):
    """The entropy of rows of logits, from queries that are the logits and keys that are units."""
    q, k = logits[None, None], torch.eye(logits.shape[-1], dtype=logits.dtype)[None, None]
    return attention_entropy_from_qk(q, k, scale=1.0, **kwargs)[0, 0]


def uniform(n, batch=3, **kwargs):
    q = torch.zeros(batch, 2, n, 4)
    return AttentionCall(layer=0, query=q, key=q, scale=1.0, **kwargs)


def table_of(call):
    metric = HeadEntropy(1, 2)
    metric.update(call)
    return metric.table()


@pytest.mark.parametrize(
    ("t", "value"), [(0.5, 0.53813940), (1.0, 1.01440278), (1.3, 1.13612762), (2.0, 1.26481700)]
)
def test_streaming_has_the_known_entropies_at_each_temperature(t, value):
    assert streamed(S[None], temperature=t).item() == pytest.approx(value, abs=5e-9)
    assert streamed(S[None, [2, 0, 3, 1]] + 40, temperature=t).item() == pytest.approx(value)


def test_streaming_has_the_known_slope_over_the_temperature():
    t = torch.tensor(1.3, dtype=torch.float64, requires_grad=True)
    streamed(S[None], temperature=t).sum().backward()
    assert t.grad.item() == pytest.approx(0.30448567, abs=5e-9)


def test_streaming_of_one_hot_uniform_masked_and_hidden_rows():
    logits = torch.zeros(4, 6)
    logits[0, 2] = 1e4
    mask = torch.ones(4, 6, dtype=torch.bool)
    mask[2, 3:] = False
    mask[3] = False
    found = streamed(logits, mask=mask).tolist()
    assert found[0] == 0.0
    assert found[1:3] == pytest.approx([math.log(6), math.log(3)], rel=1e-6)
    assert math.isnan(found[3])


def test_products_beyond_half_precision_are_told():
    """300 · 300 · 64 is 90 times the largest number of float16."""
    rng = torch.Generator().manual_seed(0)
    q, k = (300 * torch.randn(2, 1, 2, 9, 64, generator=rng)).half().unbind()
    found = attention_entropy_from_qk(q, k)
    exact = attention_entropy_from_qk(q.double(), k.double())
    assert found.isfinite().all()
    assert torch.allclose(found.double(), exact, atol=1e-5)


@pytest.mark.parametrize("n", [2, 5, 64, 128, 512])
def test_uniform_causal_heads_are_at_their_ceiling_for_every_length(n):
    found = table_of(uniform(n, causal=True))
    assert found.mean == pytest.approx(causal_max_entropy(n), rel=1e-6)
    assert found.normalized == pytest.approx(1.0, rel=1e-6)
    assert found.mean.max() < math.log(n)
    assert found.sink_share == pytest.approx(np.mean(1 / np.arange(1, n + 1)), rel=1e-5)


def test_one_token_has_no_entropy_and_no_ceiling():
    found = table_of(uniform(1, causal=True))
    assert found.mean.tolist() == [[0.0, 0.0]]
    assert np.isnan(found.normalized).all()
    assert found.bands().counts.tolist() == [0, 0, 0, 0]
    assert len(found.to_frame()) == 2


def test_transformers_gives_nothing_under_its_default_kernel_and_the_probe_all():
    """Asked for attention, sdpa gives an empty tuple and a line in the log."""
    model, ids = build_gpt2("SM+LN+G", **SIZES).eval(), torch.arange(10)[None]
    model.set_attn_implementation("sdpa")
    with torch.no_grad(), AttentionEntropyProbe(model) as probe:
        output = model(ids, output_attentions=True)
    assert not any(attention is not None for attention in output.attentions or ())
    assert probe.table().mean.shape == (2, 2)


def test_a_model_in_another_thread_is_neither_heard_nor_changed():
    ids = torch.arange(10)[None]
    watched, other = (build_gpt2(name, **SIZES).eval() for name in ("SM+LN+G", "SM+R"))

    def run(model, times):
        with torch.no_grad():
            return [model(ids).logits for _ in range(times)]

    (alone,) = run(other, 1)
    with ThreadPoolExecutor(1) as pool, AttentionEntropyProbe(watched) as probe:
        beside = pool.submit(run, other, 20)
        run(watched, 20)
        assert all(torch.equal(logits, alone) for logits in beside.result())
    assert (probe.table().n_rows == 200).all()
