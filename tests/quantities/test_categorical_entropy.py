import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from infometer.contracts import InfometerWarning
from infometer.quantities import (
    categorical_entropies,
    categorical_entropy,
    categorical_mutual_information,
    divergence,
    entropy,
)

P = np.array([0.5, 0.25, 0.125, 0.125])
CHECKED = {  # of P
    ("kl", None): 1.2130075660,
    ("tv", None): 0.65625,
    ("hellinger2", None): 0.4330582618,
    ("chi2", None): 3.0,
    ("renyi", 0.5): 1.1349974699,
    ("renyi", 2.0): 1.3862943611,
    ("renyi", 3.0): 1.5455212267,
    ("js", None): 0.3272119753,
}
ALL = [
    *CHECKED,
    *(("renyi", order) for order in (0.0, 0.9, 1.0, 1 + 1e-7, 1.5, math.inf)),
    ("reverse_kl", None),
    ("jeffreys", None),
]
KINDS = ("kl", "tv", "hellinger2", "chi2", "js", "reverse_kl", "jeffreys", "renyi")
ORDERS = (0.0, 0.5, 0.9, 1.0, 1 + 1e-7, 1.5, 2.0, 3.0, math.inf)
silent = pytest.mark.filterwarnings("ignore::infometer.contracts.InfometerWarning")


def from_all_pairs(p, kind, order):
    """The divergence of the copied draw from two draws, over all pairs of outcomes."""
    return divergence(np.diag(p), np.outer(p, p), kind, order, axis=None)


@silent
@pytest.mark.parametrize("asked", CHECKED)
def test_the_values_of_a_law_of_four(asked):
    assert categorical_entropy(P, *asked) == pytest.approx(CHECKED[asked], abs=5.1e-11)


@silent
@pytest.mark.parametrize("size", [1, 2, 5, 3000])
def test_a_uniform_law(size):
    found = categorical_entropies(np.full(size, 1 / size), KINDS, ORDERS)
    log, nothing = math.log(size), 0.0 if size == 1 else math.inf
    expected = {"kl": log, "tv": 1 - 1 / size, "hellinger2": 1 - size**-0.5, "chi2": size - 1}
    expected |= {"reverse_kl": nothing, "jeffreys": nothing, "js": found["js"]}
    assert found == pytest.approx({name: expected.get(name, log) for name in found}, abs=1e-12)


@silent
@given(arrays(float, st.integers(1, 12), elements=st.floats(0.0, 1.0)))
@settings(max_examples=60, deadline=None)
def test_the_closed_forms_are_the_divergence_over_all_pairs(masses):
    masses = np.where(masses < 0.01, 0.0, masses)
    p = masses / masses.sum() if masses.sum() else np.eye(len(masses))[0]
    with np.errstate(divide="ignore"):
        logits = np.log(p) - 2.0
    for asked in ALL:
        expected = pytest.approx(from_all_pairs(p, *asked), abs=1e-12, rel=1e-12)
        assert categorical_entropy(p, *asked) == expected, asked
        assert categorical_entropy(logits, *asked, from_logits=True) == expected, asked
        assert categorical_mutual_information(np.diag(p), *asked) == expected, asked


@silent
@pytest.mark.parametrize("scale", [0.01, 1.0, 4.0, 12.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_pass_over_long_rows_is_each_kind_alone(scale, dtype):
    """To 2e-6 of float32, also of a law so sure that 1 less its largest probability is 1e-7."""
    z = (scale * np.random.default_rng(0).normal(size=(3, 5000))).astype(dtype)
    z[0, 7], z[1, ::3] = z.max() + 15.0, -np.inf
    found = categorical_entropies(z, KINDS, ORDERS, from_logits=True)
    wide = z.astype(float)
    p = np.exp(wide - wide.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    of_laws = categorical_entropies(p, KINDS, ORDERS)
    names = [(kind, o) for kind in KINDS for o in (ORDERS if kind == "renyi" else [None])]
    for (name, values), (kind, order) in zip(found.items(), names, strict=True):
        expected = categorical_entropy(wide, kind, order, from_logits=True)
        limit = 2e-6 if dtype == np.float32 else 1e-10
        assert np.allclose(values, expected, rtol=limit, atol=1e-13), name
        assert np.allclose(of_laws[name], expected, rtol=1e-10, atol=1e-13), name


@silent
def test_a_law_that_is_almost_sure_keeps_its_digits():
    rest, size = 1e-9, 4000
    z = np.full(size, math.log(rest / (size - 1)), dtype=np.float32)
    z[17] = 0.0
    found = categorical_entropies(z, KINDS, ORDERS, from_logits=True)
    assert found["tv"] == pytest.approx(2 * rest, rel=1e-5)
    assert found["hellinger2"] == pytest.approx(1.5 * rest, rel=1e-4)
    expected = rest * (1 - math.log(rest / (size - 1)))
    assert found["kl"] == pytest.approx(expected, rel=1e-5)
    assert found["js"] == pytest.approx(1.5 * math.log(2) * rest, rel=1e-4)


@silent
def test_torch_gives_the_same_with_and_without_a_gradient():
    torch = pytest.importorskip("torch")
    z = 3 * np.random.default_rng(0).normal(size=(2, 3, 2100))
    z[0, 0, :1000] = -np.inf
    expected = categorical_entropies(z, KINDS, ORDERS, from_logits=True)
    for needs_gradient in (False, True):
        tensor = torch.tensor(z, requires_grad=needs_gradient)
        found = categorical_entropies(tensor, KINDS, ORDERS, from_logits=True)
        assert list(found) == list(expected)
        for name, values in found.items():
            assert values.shape == (2, 3)
            assert np.allclose(values.detach().numpy(), expected[name], rtol=1e-10), name
    total = sum(found[name].sum() for name in ("kl", "js", "tv", "hellinger2", "renyi_0.5"))
    total.backward()
    assert tensor.grad.isfinite().all()


@silent
def test_only_minus_infinity_is_outside_of_the_support():
    z = np.array([0.0, -2000.0, -np.inf])
    assert categorical_entropy(z, "chi2", from_logits=True) == 1.0
    assert categorical_entropy(np.exp(z), "chi2") == 0.0
    assert categorical_entropy(z, "renyi", math.inf, from_logits=True) == pytest.approx(2000.0)


def test_those_that_count_the_support_warn_once_and_name_themselves():
    with pytest.warns(InfometerWarning, match="chi2, renyi of order 2, renyi of order 3") as told:
        categorical_entropies(P, KINDS[:4] + KINDS[-1:], (0.5, 2, 3))
    assert len(told) == 1
    assert told[0].filename == __file__
    with pytest.warns(InfometerWarning, match="reverse_kl"):
        assert categorical_entropy(P, "reverse_kl") == math.inf
    categorical_entropies(P)  # the default does not


def test_the_continuous_ones_move_little_and_the_others_jump():
    nearly = np.array([1 - 1e-9, 1e-9])
    for kind, order in [
        ("kl", None),
        ("tv", None),
        ("js", None),
        ("hellinger2", None),
        ("renyi", 1.4),
    ]:
        assert categorical_entropy(nearly, kind, order) < 1e-4
    with pytest.warns(InfometerWarning):
        assert categorical_entropy(nearly, "chi2") == 1.0
    with pytest.warns(InfometerWarning):
        assert categorical_entropy(nearly, "renyi", 2) == pytest.approx(math.log(2))


def test_unknown_kinds_and_orders_are_refused():
    with pytest.raises(ValueError, match="kind is 'gini'; expected one of 'kl'"):
        categorical_entropies(P, ("gini",))
    with pytest.raises(ValueError, match="order is -1"):
        categorical_entropies(P, ("renyi",), (-1,))
    with pytest.raises(ValueError, match="order is 2 with the kind 'kl'"):
        categorical_entropy(P, "kl", 2)
    with pytest.raises(ValueError, match=r"row 1 of p sums to 0\.5"):
        categorical_entropies([[1.0, 0.0], [0.25, 0.25]])


def loss(z, tokens, scale=1.0):
    z = scale * z - np.log(np.exp(scale * z).sum(-1, keepdims=True))
    return -z[np.arange(len(z)), tokens].mean()


def test_loss_less_mean_entropy_is_the_slope_of_the_loss_along_the_scale():
    rng = np.random.default_rng(0)
    z, tokens = 2 * rng.normal(size=(400, 12)), rng.integers(0, 12, 400)
    gap = loss(z, tokens) - entropy(z, from_logits=True).mean()
    step = 1e-5
    slope = (loss(z, tokens, 1 + step) - loss(z, tokens, 1 - step)) / (2 * step)
    assert gap == pytest.approx(slope, abs=1e-6)
    assert gap > 0.1  # logits that know nothing of the tokens are over-confident


def test_at_the_fitted_temperature_loss_and_mean_entropy_are_equal():
    from scipy.optimize import minimize_scalar

    rng = np.random.default_rng(1)
    z = 2 * rng.normal(size=(400, 12))
    tokens = (0.4 * z + rng.gumbel(size=z.shape)).argmax(-1)
    scale = minimize_scalar(lambda b: loss(z, tokens, b), (0.1, 1.0), tol=1e-12).x
    assert 0.2 < scale < 0.6
    gap = loss(z, tokens, scale) - entropy(scale * z, from_logits=True).mean()
    assert gap == pytest.approx(0.0, abs=1e-6)
