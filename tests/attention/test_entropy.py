"""Entropy from probabilities: laws that are known, masks, half precision, and what is refused."""

import math

import numpy as np
import pytest
import torch

from infometer.attention import attention_entropy, causal_max_entropy


def causal_uniform(n):
    seen = torch.ones(n, n, dtype=torch.bool).tril()
    return seen / seen.sum(-1, keepdim=True), seen


def test_uniform_rows_have_log_n_and_one_hot_rows_exactly_zero():
    assert attention_entropy(torch.full((2, 3, 5, 7), 1 / 7)).sub(math.log(7)).abs().max() < 1e-6
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        entropy = attention_entropy(torch.eye(6, dtype=dtype))
        assert torch.equal(entropy, torch.zeros_like(entropy))
        assert not torch.signbit(entropy).any()  # not −0 either
        assert entropy.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)


@pytest.mark.parametrize("n", [1, 2, 64, 128])
def test_a_uniform_causal_head_has_its_ceiling(n):
    attention, seen = causal_uniform(n)
    entropy = attention_entropy(attention.double())
    assert float(entropy.mean()) == pytest.approx(causal_max_entropy(n), abs=1e-6)
    of_keys = attention_entropy(attention, key_mask=seen, normalize="keys")
    assert of_keys[0].isnan()  # one key: 0 / 0
    assert of_keys[1:].sub(1).abs().max().item() < 1e-6 if n > 1 else True
    if n > 1:
        whole = attention_entropy(attention, normalize="log_T")
        assert float(whole[-1]) == pytest.approx(1.0, abs=1e-6)


def test_a_masked_row_has_log_k_and_an_empty_row_has_no_entropy():
    mask = torch.zeros(3, 8, dtype=torch.bool)
    mask[0, :5] = True
    mask[1, 2] = True
    logits = torch.zeros(3, 8, requires_grad=True)
    lowest = torch.finfo(torch.float32).min  # as eager masks have it: an empty row is uniform
    attention = logits.masked_fill(~mask, lowest).softmax(-1)
    entropy = attention_entropy(attention, key_mask=mask)
    assert entropy[0].item() == pytest.approx(math.log(5), abs=1e-6)
    assert entropy[1].item() == 0
    assert entropy[2].isnan()
    entropy[:2].sum().backward()
    assert torch.isfinite(logits.grad).all()
    assert (logits.grad[2] == 0).all()


def test_nan_stays_nan_in_its_own_row():
    attention = torch.full((3, 4), 0.25)
    attention[1, 2] = torch.nan
    assert attention_entropy(attention).isnan().tolist() == [False, True, False]


def test_permutation_shift_and_temperature():
    s = torch.tensor([[1.0, 2.0, -1.0, 0.5]], dtype=torch.float64)
    entropy = attention_entropy(s.softmax(-1))
    assert torch.allclose(attention_entropy(s[:, [2, 0, 3, 1]].softmax(-1)), entropy)
    assert torch.allclose(attention_entropy((s + 40).softmax(-1)), entropy)
    known = {0.5: 0.53813940, 1.0: 1.01440278, 1.3: 1.13612762, 2.0: 1.26481700}
    for t, value in known.items():
        assert attention_entropy((s / t).softmax(-1)).item() == pytest.approx(value, abs=5e-9)
    t = torch.tensor(1.3, dtype=torch.float64, requires_grad=True)
    attention_entropy((s / t).softmax(-1)).sum().backward()
    a = (s / 1.3).softmax(-1)
    variance = ((a * s**2).sum() - (a * s).sum() ** 2).item()
    assert t.grad.item() == pytest.approx(0.30448567, abs=5e-9)
    assert t.grad.item() == pytest.approx(variance / 1.3**3, rel=1e-9)


def test_the_gradient_to_logits_is_minus_a_times_log_a_plus_e():
    logits = torch.randn(5, 9, generator=torch.Generator().manual_seed(0)).double()
    logits.requires_grad_()
    a = logits.softmax(-1)
    entropy = attention_entropy(a)
    entropy.sum().backward()
    expected = -a * (a.log() + entropy[:, None])
    assert torch.allclose(logits.grad, expected)


def test_half_precision_is_summed_in_single():
    logits = 3 * torch.randn(16, 512, generator=torch.Generator().manual_seed(0))
    exact = attention_entropy(logits.double().softmax(-1))
    half = attention_entropy(logits.softmax(-1).bfloat16())
    assert (half - exact).abs().max() < 0.02
    sloppy = logits.softmax(-1).bfloat16()
    sloppy = -(sloppy * (sloppy + 1e-9).log()).sum(-1)
    assert (half - exact).abs().mean() < (sloppy - exact).abs().mean()


def test_rounding_leaves_nothing_below_zero():
    assert attention_entropy(torch.tensor([[1.0000001, 0.0]])).tolist() == [0.0]
    assert attention_entropy(np.array([[1.01, 0.0]])).tolist() == [0.0]


def test_arrays_give_arrays():
    p = np.random.default_rng(0).dirichlet(np.ones(6), size=(2, 4))
    entropy = attention_entropy(p, key_mask=np.ones(6, bool), normalize="keys")
    assert isinstance(entropy, np.ndarray)
    assert entropy == pytest.approx(-(p * np.log(p)).sum(-1) / math.log(6))


def test_what_is_no_attention_is_refused():
    attention, seen = causal_uniform(4)
    dropped = torch.where(torch.eye(4, dtype=torch.bool), 0.0, attention / 0.9)
    for bad, told in (
        (dropped, "before dropout"),
        (torch.randn(4, 4), "expected probabilities"),
        (torch.ones(4), r"has the shape \(4,\); expected \(..., Tq, Tk\)"),
    ):
        with pytest.raises(ValueError, match=told):
            attention_entropy(bad)
    with pytest.raises(ValueError, match="key_mask that hides only what"):
        attention_entropy(attention, key_mask=~torch.eye(4, dtype=torch.bool))
    with pytest.raises(ValueError, match=r"key_mask holds torch.float32; expected bool"):
        attention_entropy(attention, key_mask=seen.float())
    with pytest.raises(ValueError, match=r"key_mask has the shape \(3,\)"):
        attention_entropy(attention, key_mask=torch.ones(3, dtype=torch.bool))
    with pytest.raises(ValueError, match="normalize is 'T'"):
        attention_entropy(attention, normalize="T")
