import math

import numpy as np
import pytest

from infometer.usable import pvi_weights

PVI = np.random.default_rng(1).normal(size=100)


def test_clipped_weights_rise_from_low_to_high():
    weights = pvi_weights(PVI, low=-1.0, high=0.5)
    assert weights[PVI <= -1].tolist() == [0.0] * (PVI <= -1).sum()
    assert weights[PVI >= 0.5].tolist() == [1.0] * (PVI >= 0.5).sum()
    between = (PVI > -1) & (PVI < 0.5)
    assert weights[between] == pytest.approx((PVI[between] + 1) / 1.5)


def test_softmax_weights_have_the_mean_one_and_halve_with_each_temperature():
    weights = pvi_weights(PVI, how="softmax", temperature=2.0)
    assert weights.mean() == pytest.approx(1.0)
    pair = pvi_weights([0.0, 2.0 * math.log(2)], how="softmax", temperature=2.0)
    assert pair[0] / pair[1] == pytest.approx(2.0)
    far = pvi_weights([-2000.0, 3000.0], how="softmax", temperature=1.0)
    assert far.tolist() == [2.0, 0.0]


def test_settings_in_bits_are_those_in_nats():
    bit = math.log(2)
    in_bits = pvi_weights(PVI, low=-1.0, high=0.5, unit="bits")
    assert in_bits == pytest.approx(pvi_weights(PVI, low=-bit, high=0.5 * bit))
    in_bits = pvi_weights(PVI, how="softmax", temperature=1.0, unit="bits")
    assert in_bits == pytest.approx(pvi_weights(PVI, how="softmax", temperature=bit))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "how is 'clip' with low None"),
        ({"low": 1.0, "high": 0.0}, "expected low below high"),
        ({"low": 0.0, "high": 1.0, "temperature": 1.0}, "no temperature"),
        ({"how": "softmax"}, "expected a temperature above 0"),
        ({"how": "softmax", "temperature": 0.0}, "expected a temperature above 0"),
        ({"how": "softmax", "temperature": 1.0, "low": 0.0}, "neither low nor high"),
        ({"how": "linear"}, "how is 'linear'"),
        ({"low": 0.0, "high": 1.0, "unit": "bit"}, "unit is 'bit'"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        pvi_weights(PVI, **settings)


def test_the_gradient_of_an_item_is_at_least_what_its_pvi_says():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(2)
    n, k = 400, 4
    logits = torch.tensor(3 * rng.standard_normal((n, k)), requires_grad=True)
    labels = torch.tensor(rng.integers(0, k, n))
    null = np.array([0.1, 0.2, 0.3, 0.4])[labels.numpy()]
    losses = torch.nn.functional.cross_entropy(logits, labels, reduction="none")
    (gradient,) = torch.autograd.grad(losses.sum(), logits)
    pvi = -losses.detach().numpy() - np.log(null)
    p = np.exp(pvi) * null
    norm = gradient.norm(dim=1).numpy()
    assert (norm >= 1 - p - 1e-12).all()
    assert (norm <= math.sqrt(2) * (1 - p) + 1e-12).all()
    assert (norm[pvi < 0] >= 1 - null[pvi < 0]).all()
    # near the ceiling hardly any: p > 0.99 there
    near = pvi > -np.log(null) - 0.01
    assert near.any()
    assert norm[near].max() < 0.015
