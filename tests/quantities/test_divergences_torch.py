import math

import numpy as np
import pytest

from infometer.quantities import (
    categorical_entropies,
    categorical_entropy,
    divergence,
    entropy,
    fisher_rao_distance,
    kl_divergence,
    masked_mean,
    renyi_entropy,
    tsallis_entropy,
)

torch = pytest.importorskip("torch")

INF = math.inf
KINDS = [
    (kind, None) for kind in ("kl", "reverse_kl", "jeffreys", "js", "tv", "hellinger2", "chi2")
]
KINDS += [("renyi", order) for order in (0.5, 1.0, 2.0, 3.5, INF)]
OF_ONE = {
    "entropy": entropy,
    "renyi ½": lambda p, **how: renyi_entropy(p, 0.5, **how),
    "renyi 2": lambda p, **how: renyi_entropy(p, 2.0, **how),
    "renyi ∞": lambda p, **how: renyi_entropy(p, INF, **how),
    "tsallis ½": lambda p, **how: tsallis_entropy(p, 0.5, **how),
    "tsallis 3": lambda p, **how: tsallis_entropy(p, 3.0, **how),
    "categorical tv": lambda p, **how: categorical_entropy(p, "tv", **how),
    "categorical hellinger2": lambda p, **how: categorical_entropy(p, "hellinger2", **how),
    "categorical js": lambda p, **how: categorical_entropy(p, "js", **how),
    "categorical renyi 1.5": lambda p, **how: categorical_entropy(p, "renyi", 1.5, **how),
}


def logits(*shape, seed=0):
    return torch.tensor(np.random.default_rng(seed).normal(size=shape), requires_grad=True)


@pytest.mark.parametrize(("kind", "order"), KINDS)
def test_the_gradient_of_a_divergence_is_that_of_finite_differences(kind, order):
    z, w = logits(3, 4, seed=1), logits(3, 4, seed=2)
    assert torch.autograd.gradcheck(
        lambda z, w: divergence(z, w, kind, order, from_logits=True), (z, w)
    )
    assert torch.autograd.gradcheck(
        lambda z, w: divergence(z.softmax(-1), w.softmax(-1), kind, order), (z, w)
    )


def test_the_gradient_of_the_fisher_rao_distance():
    assert torch.autograd.gradcheck(
        lambda z, w: fisher_rao_distance(z.softmax(-1), w, from_logits=False),
        (logits(3, 4, seed=1), logits(3, 4, seed=2).detach().softmax(-1)),
    )
    p = torch.tensor([0.5, 0.5], requires_grad=True)
    fisher_rao_distance(p, p.detach()).backward()
    assert p.grad.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("name", OF_ONE)
def test_the_gradient_of_an_entropy_is_that_of_finite_differences(name):
    z = logits(3, 4)
    assert torch.autograd.gradcheck(lambda z: OF_ONE[name](z, from_logits=True), z)
    assert torch.autograd.gradcheck(lambda z: OF_ONE[name](z.softmax(-1)), z)


def gradients(kind, order, p, q):
    p, q = (torch.tensor(law, dtype=torch.float64, requires_grad=True) for law in (p, q))
    divergence(p, q, kind, order).backward()
    return p.grad.numpy(), q.grad.numpy()


P, Q = np.array([0.5, 0.3, 0.2, 0.0]), np.array([0.1, 0.4, 0.3, 0.2])
WITH_LIMITS = {  # of p: where it is 0, the limit if there is one and else 0; and of q
    ("kl", None): (np.r_[np.log(P[:3] / Q[:3]) + 1, 0.0], -P / Q),
    ("chi2", None): (2 * (P - Q) / Q, 1 - (P / Q) ** 2),
    ("tv", None): (np.sign(P - Q) / 2, np.sign(Q - P) / 2),
    ("js", None): (
        np.r_[np.log(2 * P[:3] / (P + Q)[:3]) / 2, 0.0],
        np.log(2 * Q / (P + Q)) / 2,
    ),
    ("renyi", 2.0): (2 * P / Q / (P**2 / Q).sum(), -((P / Q) ** 2) / (P**2 / Q).sum()),
}


@pytest.mark.parametrize("kind", WITH_LIMITS)
def test_gradients_are_the_closed_forms_also_where_a_probability_is_0(kind):
    of_p, of_q = gradients(*kind, P, Q)
    expected_p, expected_q = WITH_LIMITS[kind]
    if kind[0] == "js":
        of_p[3] = 0.0  # it has no limit there; what is given is finite
    assert np.allclose(of_p, expected_p, atol=1e-12)
    assert np.allclose(of_q, expected_q, atol=1e-12)


def test_gradients_of_entropies_where_a_probability_is_0():
    for function, expected in [
        (entropy, -np.log([0.5, 0.25, 0.25]) - 1),
        (OF_ONE["renyi 2"], -2 * np.array([0.5, 0.25, 0.25]) / 0.375),
        (OF_ONE["tsallis 3"], -1.5 * np.array([0.5, 0.25, 0.25]) ** 2),
        (OF_ONE["categorical tv"], -2 * np.array([0.5, 0.25, 0.25])),
        (OF_ONE["categorical hellinger2"], -1.5 * np.sqrt([0.5, 0.25, 0.25])),
    ]:
        p = torch.tensor([0.5, 0.25, 0.25, 0.0], dtype=torch.float64, requires_grad=True)
        function(p).backward()
        assert np.allclose(p.grad, np.r_[expected, 0.0], atol=1e-12)


@pytest.mark.parametrize("order", [0.5, 1.0, 2.0, INF])
def test_the_gradient_of_an_entropy_at_a_law_that_is_sure(order):
    p = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    found = renyi_entropy(p, order)
    assert not np.signbit(found.item())
    found.backward()
    expected = -1.0 if order in (1.0, INF) else order / (1.0 - order)
    assert p.grad.tolist() == pytest.approx([expected, 0.0])


@pytest.mark.parametrize(("kind", "order"), KINDS)
@pytest.mark.parametrize(
    ("z", "w"),
    [
        ([0.0, 1.0, -INF], [-INF, 0.0, 1.0]),  # supports that overlap
        ([0.0, 1.0, -INF], [-INF, -INF, 0.0]),  # that do not
        ([0.0, -5000.0, 3.0], [-5000.0, 0.0, 3.0]),  # that do, but underflow
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),  # two equal laws
        ([0.0, -INF, -INF], [0.0, -INF, -INF]),  # that are sure
    ],
)
def test_no_gradient_is_nan(kind, order, z, w):
    for dtype in (torch.float32, torch.float64):
        pair = [torch.tensor(values, dtype=dtype, requires_grad=True) for values in (z, w)]
        value = divergence(*pair, kind, order, from_logits=True)
        assert not value.isnan()
        for grad in torch.autograd.grad(value, pair, retain_graph=True):
            assert grad.isfinite().all() or value > 1e30
            assert not grad.isnan().any()
        laws = [values.softmax(-1) for values in pair]
        value = divergence(*laws, kind, order)
        for grad in torch.autograd.grad(value, pair):
            assert grad.isfinite().all()


def test_the_order_of_the_arguments_is_that_of_torch_distributions():
    p, q = logits(5, 7, seed=1).softmax(-1).detach(), logits(5, 7, seed=2).softmax(-1).detach()
    a, b = (torch.distributions.Categorical(probs=law) for law in (p, q))
    expected = torch.distributions.kl_divergence(a, b)
    assert torch.allclose(kl_divergence(p, q), expected, rtol=1e-12)
    swapped = torch.nn.functional.kl_div(q.log(), p, reduction="none").sum(-1)
    assert torch.allclose(kl_divergence(p, q), swapped, rtol=1e-12)
    assert torch.allclose(entropy(p), a.entropy(), rtol=1e-12)


@pytest.mark.parametrize(("dtype", "digits"), [(torch.float16, 1e-2), (torch.bfloat16, 1e-1)])
def test_half_precision_is_summed_in_float32(dtype, digits):
    z = (3 * logits(2, 50_000)).detach().to(dtype)
    found = entropy(z, from_logits=True)
    assert found.dtype == torch.float32
    exact = entropy(z.double(), from_logits=True)
    assert torch.allclose(found.double(), exact, rtol=1e-5)
    assert torch.allclose(entropy(z.float().softmax(-1).to(dtype)).double(), exact, rtol=digits)
    whole = categorical_entropies(z, from_logits=True)
    assert whole["kl"].dtype == torch.float32
    assert torch.allclose(whole["kl"].double(), exact, rtol=1e-6)


def test_rows_outside_of_the_mask_have_gradient_0_even_if_they_hold_nan():
    z = logits(3, 4).detach()
    z[1], z[2, 0] = math.nan, INF
    z.requires_grad_()
    mask = torch.tensor([True, False, False])
    found = kl_divergence(z, torch.zeros(4, dtype=z.dtype), from_logits=True, mask=mask)
    assert found[1:].tolist() == [0.0, 0.0]
    mean = masked_mean(found, mask)
    assert mean == found[0]
    mean.backward()
    assert z.grad[0].abs().sum() > 0
    assert z.grad[1:].abs().sum() == 0
    for values in categorical_entropies(z, from_logits=True, mask=mask).values():
        assert values[1:].tolist() == [0.0, 0.0]


def test_a_tensor_and_an_array_do_not_go_together():
    with pytest.raises(TypeError, match="p is a Tensor and q is a ndarray"):
        kl_divergence(torch.tensor([0.5, 0.5]), np.array([0.5, 0.5]))
