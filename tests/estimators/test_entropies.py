import numpy as np
import pytest
from scipy.special import gamma

from infometer.contracts import UnstableWeightsWarning
from infometer.estimators import (
    KSG,
    EntropySum,
    KozachenkoLeonenko,
    WeightedKozachenkoLeonenko,
    neighbor_weights,
    weighted_terms,
)


@pytest.mark.parametrize(
    ("k", "d", "row"),
    [
        (5, 5, [1.540590, 0.669625, 0.059949, -0.427792, -0.842371]),
        (8, 6, [1.331116, 0.768583, 0, 0.101877, -0.141193, -0.351854, 0, -0.708528]),
        (5, 8, [9.854137, -7.669105, -7.229967, -1.205032, 7.249967]),
        (10, 8, [5.958036, -0.968522, -2.955062, 0, -2.800521,
                 -1.885895, -0.701271, 0.658400, 0, 3.694834]),
    ],
)  # fmt: skip
def test_reference_weights(k, d, row):
    assert neighbor_weights(k, d) == pytest.approx(row, abs=1e-5)


@pytest.mark.parametrize(("k", "d"), [(5, 2), (5, 4), (5, 5), (16, 8), (24, 12), (10, 8)])
def test_weights_cancel_the_moments(k, d):
    w, j = neighbor_weights(k, d), np.arange(1, k + 1)
    assert w.sum() == pytest.approx(1.0, abs=1e-9)
    for order in range(1, d // 4 + 1):
        if d > 4:
            assert abs((w * gamma(j + 2 * order / d) / gamma(j)).sum()) < 1e-9
    if d <= 4:
        assert w.tolist() == [1.0] + [0.0] * (k - 1)


def test_exploding_weights_are_told_and_too_few_neighbours_refused():
    assert neighbor_weights(9, 16)[0] == pytest.approx(318, abs=1)
    x = np.random.default_rng(0).standard_normal((50, 16))
    with pytest.warns(UnstableWeightsWarning, match="no k is steady there: compress first"):
        weighted_terms(x, 9)
    with pytest.warns(UnstableWeightsWarning, match="give k=8"):
        weighted_terms(x[:, :8], 5)
    with pytest.raises(ValueError, match="give k ≥ 5, or compress"):
        neighbor_weights(3, 16)


SAMPLES = [
    ("uniform", lambda rng, n: rng.uniform(0, 3, (n, 1)), np.log(3)),
    ("normal", lambda rng, n: 2 * rng.standard_normal((n, 1)), 0.5 * np.log(2 * np.pi * np.e * 4)),
    ("exponential", lambda rng, n: rng.exponential(size=(n, 1)), 1.0),
    ("laplace", lambda rng, n: rng.laplace(scale=0.5, size=(n, 1)), 1.0),
    ("3-d normal", lambda rng, n: rng.standard_normal((n, 3)), 1.5 * np.log(2 * np.pi * np.e)),
]


@pytest.mark.parametrize("estimator", [KozachenkoLeonenko(3), WeightedKozachenkoLeonenko(5)])
@pytest.mark.parametrize(("name", "draw", "truth"), SAMPLES, ids=[s[0] for s in SAMPLES])
def test_known_entropies(estimator, name, draw, truth):
    found = estimator.set_params(random_state=0).fit(draw(np.random.default_rng(1), 3000)).estimate_
    assert abs(found.value - truth) < 4 * found.standard_error + 0.02
    assert found.interval is not None


def test_weights_pay_in_eight_joint_dimensions():
    """KSG is short by a fifth of 0.893 nats there; the weighted entropies are not."""
    weighted, ksg = [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((1500, 4))
        y = 0.6 * x + 0.8 * rng.standard_normal((1500, 4))
        weighted.append(float(EntropySum(12, interval=None).fit(x, y).estimate_))
        ksg.append(float(KSG(interval=None).fit(x, y).estimate_))
    assert np.mean(ksg) < 0.893 - 0.1
    assert abs(np.mean(weighted) - 0.892574) < 3 * np.std(weighted) / np.sqrt(8) + 0.02


def test_spikes_have_minus_infinite_entropy_and_twins_are_refused():
    x = np.random.default_rng(0).standard_normal((100, 2))
    spike = np.column_stack([x[:, 0], np.ones(100)])
    found = KozachenkoLeonenko().fit(spike).estimate_
    assert found.value == -np.inf
    assert "columns [1] are constant" in found.warnings[0]
    x[:60] = 0
    with pytest.raises(ValueError, match=r"column 0 takes 0 in 60 % of the rows"):
        KozachenkoLeonenko().fit(x)


@pytest.mark.parametrize("entropy", ["weighted", "nearest"])
@pytest.mark.parametrize(("rho", "truth"), [(0.0, 0.0), (0.75, 0.413339), (0.99, 1.958518)])
def test_entropy_sum_on_gaussian_pairs(entropy, rho, truth):
    rng = np.random.default_rng(2)
    x = rng.standard_normal((3000, 1))
    y = rho * x + np.sqrt(1 - rho**2) * rng.standard_normal((3000, 1))
    found = EntropySum(entropy=entropy, random_state=0).fit(1000 * x, y).estimate_
    assert abs(found.value - truth) < 4 * found.standard_error + 0.02


def test_entropy_sum_with_labels():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 4000)
    x = (2.0 * y - 1 + 0.5 * rng.standard_normal(4000))[:, None]
    found = EntropySum(random_state=0).fit(x, y).estimate_
    assert abs(found.value - 0.632720) < 4 * found.standard_error
    assert found.ceiling == pytest.approx(np.log(2), abs=1e-3)
    with pytest.raises(ValueError, match=r"too few rows for k=5 neighbours: 2 \(3 rows\)"):
        EntropySum(interval=None).fit(x, np.r_[[2, 2, 2], y[3:]])


def test_probabilities_of_classes_are_refused_with_the_reason():
    logits = np.random.default_rng(0).standard_normal((200, 3))
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    with pytest.raises(ValueError, match=r"linearly dependent.*K − 1 free coordinates"):
        EntropySum(k=8, interval=None).fit(p, logits[:, 0])


def test_units_change_no_sum_of_entropies():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 2))
    y = x[:, :1] + rng.standard_normal((300, 1))
    plain = EntropySum(interval=None).fit(x, y).estimate_
    scaled = EntropySum(interval=None).fit(x * [1e9, 1e-9], y).estimate_
    assert scaled.value == pytest.approx(plain.value, abs=1e-6)


@pytest.mark.parametrize("k", [0, 2.5, "3"])
def test_the_neighbours_of_an_entropy_are_a_whole_number(k):
    with pytest.raises(ValueError, match=r"k is .*whole number"):
        KozachenkoLeonenko(k=k).fit(np.arange(20.0)[:, None])
