"""Streaming entropy against the dense one: values, gradients, masks, groups, memory."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from infometer.attention import attention_entropy, attention_entropy_from_qk, streaming_entropy


def causal(n):
    return torch.ones(n, n, dtype=torch.bool).tril()


def dense(q, k, scale, mask=None, temperature=None):
    """−Σ a log a of the whole table, in the dtype of q."""
    logits = scale * q @ k.repeat_interleave(q.shape[1] // k.shape[1], dim=1).transpose(-1, -2)
    if temperature is not None:
        logits = logits / temperature[..., None]
    if mask is not None and mask.dtype != torch.bool:
        logits = logits + mask
    elif mask is not None:
        logits = logits.masked_fill(~mask, -torch.inf)
    return attention_entropy(logits.softmax(-1))


def normal(*shape, seed=0, **kwargs):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), **kwargs)


@pytest.fixture(params=[False, True], ids=["keys at once", "keys in blocks"])
def narrow(request, monkeypatch):
    if request.param:
        monkeypatch.setitem(streaming_entropy.BLOCK_LOGITS, "cpu", 1)


MASKS = {
    "none": None,
    "causal": causal(50)[None, None],
    "window": (causal(50) & ~causal(50).tril(-9))[None, None],
    "padded right": (causal(50) & (torch.arange(50) < torch.tensor([[30], [50]]))[:, None, None]),
    "per head": (normal(1, 4, 50, 50, seed=3) > -0.5) | torch.eye(50, dtype=torch.bool),
    "added": normal(2, 1, 50, 50, seed=4).masked_fill(~causal(50), -torch.inf),
    "added, lowest number": torch.zeros(50, 50).masked_fill(~causal(50), torch.finfo().min),
}


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS.keys())
@pytest.mark.parametrize("n_key_heads", [4, 2, 1])
def test_values_and_gradients_are_those_of_the_dense_entropy(mask, n_key_heads):
    q, k = normal(2, 4, 50, 8), normal(2, n_key_heads, 50, 8, seed=1)
    t = normal(4, 50, seed=2).exp()
    leaves = [x.requires_grad_() for x in (q, k, t)]
    expected = dense(q, k, 0.4, mask, t)
    found = attention_entropy_from_qk(q, k, scale=0.4, mask=mask, temperature=t, block_size=16)
    assert torch.allclose(found, expected, atol=2e-6, rtol=1e-6)
    weights = normal(2, 4, 50, seed=5)
    for mine, theirs in zip(
        torch.autograd.grad(found, leaves, weights),
        torch.autograd.grad(expected, leaves, weights),
        strict=True,
    ):
        assert (mine - theirs).abs().max() < 1e-5 * theirs.abs().max()


@pytest.mark.usefixtures("narrow")
def test_gradcheck_in_double_precision():
    q, k = normal(1, 4, 7, 3).double(), normal(1, 2, 7, 3, seed=1).double()
    t = normal(4, 7, seed=2).double().exp()

    def entropy(q, k, t):
        return attention_entropy_from_qk(q, k, causal=True, temperature=t, block_size=3)

    assert torch.autograd.gradcheck(entropy, [x.requires_grad_() for x in (q, k, t)])


@pytest.mark.usefixtures("narrow")
def test_causality_and_a_mask_together_and_the_default_scale():
    q, k = normal(2, 2, 40, 9), normal(2, 2, 40, 9, seed=1)
    padding = (torch.arange(40) >= torch.tensor([[0], [5]]))[:, None, None]
    found = attention_entropy_from_qk(q, k, mask=padding, causal=True, block_size=8)
    expected = dense(q, k, 1 / 3, causal(40) & padding)
    assert torch.equal(found.isnan(), expected.isnan())
    assert found[1, :, :5].isnan().all()
    assert torch.allclose(found, expected, atol=2e-6, equal_nan=True)


def test_one_query_of_a_cache_sees_all_keys():
    q, k = normal(1, 4, 1, 8), normal(1, 2, 33, 8, seed=1)
    found = attention_entropy_from_qk(q, k, block_size=4)
    assert torch.allclose(found, dense(q, k, 8**-0.5), atol=2e-6)


@pytest.mark.usefixtures("narrow")
def test_an_empty_row_has_no_entropy_and_no_gradient():
    q, k = normal(1, 1, 6, 4).requires_grad_(), normal(1, 1, 6, 4, seed=1).requires_grad_()
    mask = torch.ones(6, 6, dtype=torch.bool)
    mask[2] = False
    entropy = attention_entropy_from_qk(q, k, mask=mask, block_size=2)
    assert entropy.isnan().flatten().tolist() == [False, False, True, False, False, False]
    entropy.nan_to_num(0.0).sum().backward()
    assert torch.isfinite(q.grad).all()
    assert torch.isfinite(k.grad).all()
    assert (q.grad[0, 0, 2] == 0).all()


def test_nan_and_infinity_are_told_and_stay_in_their_rows():
    q, k = normal(1, 1, 4, 3), normal(1, 1, 4, 3, seed=1)
    q[0, 0, 1, 0], q[0, 0, 2, 0] = torch.nan, torch.inf
    entropy = attention_entropy_from_qk(q, k, causal=True)
    assert entropy[0, 0].isnan().tolist() == [False, True, True, False]


@pytest.mark.parametrize("factor", [0.0, 1e4])
def test_extreme_logits_stay_within_zero_and_log_n(factor):
    q, k = factor * normal(1, 2, 300, 16), normal(1, 2, 300, 16, seed=1)
    entropy = attention_entropy_from_qk(q, k, causal=True)
    assert (entropy >= 0).all()
    ceiling = torch.arange(1.0, 301).log()
    assert (entropy <= ceiling + 1e-5).all()
    if not factor:
        assert torch.allclose(entropy, ceiling.expand_as(entropy), atol=2e-6)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(dtype):
    q, k = normal(1, 2, 64, 16).to(dtype), normal(1, 2, 64, 16, seed=1).to(dtype)
    found = attention_entropy_from_qk(q.requires_grad_(), k, causal=True)
    exact = dense(q.detach().double(), k.double(), 0.25, causal(64))
    assert found.dtype == torch.float32
    assert (found.detach() - exact).abs().max() < 1e-5
    found.sum().backward()
    assert q.grad.dtype == dtype


def test_blocks_that_nobody_sees_are_passed_over(monkeypatch):
    """Causal heads compute half the logits, a window of 32 keys a few blocks along the diagonal."""
    computed = []
    logits = streaming_entropy._logits

    def counted(*args):
        block = logits(*args)
        computed.append(block.numel())
        return block

    monkeypatch.setattr(streaming_entropy, "_logits", counted)
    q, n = normal(1, 1, 512, 4), 512
    window = causal(n) & ~causal(n).tril(-32)
    shares = []
    for kwargs in ({}, {"causal": True}, {"mask": causal(n)}, {"mask": window}):
        computed.clear()
        attention_entropy_from_qk(q, q, block_size=32, **kwargs)
        shares.append(sum(computed) / n**2)
    assert shares[0] == 1
    assert shares[1] == shares[2] == pytest.approx(0.5 + 32 / n / 2)
    assert shares[3] < 0.13


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's peak memory")
def test_memory_does_not_grow_with_the_table():
    """At T = 4096 with 8 heads the table alone holds 537 MB; all that is added is under 200."""
    code = """
import re, torch
from pathlib import Path
from infometer.attention import attention_entropy_from_qk
torch.set_num_threads(1)
def peak():
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1e3
def added(n):
    q, k = torch.randn(2, 1, 8, n, 64).unbind()
    before = peak()
    attention_entropy_from_qk(q.requires_grad_(), k.requires_grad_(), causal=True).sum().backward()
    return peak() - before
added(64)
print(added(4096))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 10 < float(done.stdout) < 200  # the gradients of q and k alone are 17 MB


def test_autocast_changes_neither_values_nor_gradients():
    """A product of the queries and keys in bfloat16 would be off by a hundredth of a nat."""
    q, k = 2 * normal(2, 4, 33, 16), 2 * normal(2, 2, 33, 16, seed=1)
    q.requires_grad_()
    outside = attention_entropy_from_qk(q, k, causal=True)
    (gradient,) = torch.autograd.grad(outside.sum(), q)
    with torch.autocast("cpu", torch.bfloat16):
        inside = attention_entropy_from_qk(q, k, causal=True)
        (same,) = torch.autograd.grad(inside.sum(), q)
    assert torch.equal(inside, outside)
    assert torch.equal(same, gradient)


def test_bad_input_is_refused():
    q, k = torch.zeros(1, 4, 6, 8), torch.zeros(1, 2, 6, 8)
    for args, kwargs, told in (
        ((q, torch.zeros(1, 3, 6, 8)), {}, "with G dividing H"),
        ((q, k[..., :4]), {}, "with G dividing H"),
        ((q[0], k[0]), {}, "expected \\(B, H, Tq, d\\)"),
        ((q[:, :, :3], k), {"causal": True}, "3 queries and 6 keys"),
        ((q, k), {"mask": torch.ones(6, 6)[:5] > 0}, "mask has the shape \\(5, 6\\)"),
        ((q, k), {"mask": torch.ones(6, 6).long()}, "mask holds torch.int64"),
        ((q, k), {"mask": torch.ones(6, 6).requires_grad_()}, "mask requires a gradient"),
        ((q, k), {"temperature": 0.0}, "temperature goes down to 0"),
        ((q, k), {"temperature": torch.ones(4)}, "such as \\(H, 1\\) for one a head"),
        ((q, k), {"block_size": 0}, "block_size is 0"),
        ((q, k), {"block_size": 2.5}, "block_size is 2.5"),
        ((q.numpy(), k.numpy()), {}, "q is of type ndarray and k of ndarray; expected tensors"),
    ):
        with pytest.raises(ValueError, match=told):
            attention_entropy_from_qk(*args, **kwargs)
