import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from infometer.estimators.neural import (  # noqa: E402
    donsker_varadhan_bound,
    infonce_bound,
    jensen_shannon_objective,
    nishiyama_scores_bound,
    nwj_bound,
    smile_estimate,
)
from infometer.estimators.neural.variational_bounds import others  # noqa: E402
from infometer.quantities import nishiyama_bound  # noqa: E402

RHO = 0.75
TRUE = -0.5 * math.log(1 - RHO**2)


def scores_of(seed, b, scale):
    generator = torch.Generator().manual_seed(seed)
    return scale * torch.randn(b, b, generator=generator, dtype=torch.float64)


RANDOM = given(st.integers(0, 2**31), st.integers(2, 40), st.floats(0.01, 30))


@RANDOM
@settings(max_examples=50, deadline=None)
def test_infonce_never_passes_log_b(seed, b, scale):
    assert infonce_bound(scores_of(seed, b, scale)).item() <= math.log(b) + 1e-12


@RANDOM
@settings(max_examples=50, deadline=None)
def test_nwj_never_passes_donsker_and_varadhan(seed, b, scale):
    scores = scores_of(seed, b, scale)
    assert nwj_bound(scores).item() <= donsker_varadhan_bound(scores).item() + 1e-12


@RANDOM
@settings(max_examples=50, deadline=None)
def test_nishiyama_is_that_of_the_moments_of_the_scores(seed, b, scale):
    scores = scores_of(seed, b, scale)
    joint, product = scores.diagonal().numpy(), others(scores).numpy()
    expected = nishiyama_bound(joint.mean(), product.mean(), joint.var(), product.var())
    assert nishiyama_scores_bound(scores).item() == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_others_are_all_that_is_off_the_diagonal():
    scores = torch.arange(16.0).view(4, 4)
    off = scores[~torch.eye(4, dtype=torch.bool)]
    assert others(scores).flatten().tolist() == off.tolist()


def test_a_constant_leaves_donsker_varadhan_and_infonce_as_they_are():
    scores = scores_of(0, 20, 2.0)
    for bound in (donsker_varadhan_bound, infonce_bound):
        assert bound(scores + 7).item() == pytest.approx(bound(scores).item(), abs=1e-9)


def test_smile_is_donsker_varadhan_where_no_score_is_clipped():
    scores = scores_of(0, 20, 0.5)
    assert smile_estimate(scores).item() == donsker_varadhan_bound(scores).item()
    assert smile_estimate(20 * scores).item() != donsker_varadhan_bound(20 * scores).item()


@pytest.fixture(scope="module")
def exact_scores():
    """T = log p(x,y)/p(x)p(y) of a Gaussian pair, for blocks of rows."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(40):
        x, noise = rng.standard_normal((2, 512))
        y = RHO * x + math.sqrt(1 - RHO**2) * noise
        a, b = x[:, None], y[None]
        quadratic = RHO**2 * (a**2 + b**2) - 2 * RHO * a * b
        found.append(torch.as_tensor(TRUE - quadratic / (2 * (1 - RHO**2))))
    return found


def mean_of(bound, scores):
    return float(np.mean([bound(block).item() for block in scores]))


def test_with_the_best_critic_the_bounds_are_the_information(exact_scores):
    assert mean_of(donsker_varadhan_bound, exact_scores) == pytest.approx(TRUE, abs=0.015)
    assert mean_of(lambda s: nwj_bound(s + 1), exact_scores) == pytest.approx(TRUE, abs=0.015)
    assert mean_of(smile_estimate, exact_scores) == pytest.approx(TRUE, abs=0.015)
    assert mean_of(infonce_bound, exact_scores) == pytest.approx(TRUE, abs=0.015)
    assert mean_of(nishiyama_scores_bound, exact_scores) < TRUE


def test_the_best_critic_is_the_top_of_its_objectives(exact_scores):
    def twisted(bound):
        return max(mean_of(bound, [f * s for s in exact_scores]) for f in (0.7, 1.4))

    for bound in (donsker_varadhan_bound, infonce_bound, jensen_shannon_objective):
        assert mean_of(bound, exact_scores) > twisted(bound)


@pytest.mark.parametrize(
    "bound",
    [
        infonce_bound,
        donsker_varadhan_bound,
        nwj_bound,
        smile_estimate,
        jensen_shannon_objective,
        nishiyama_scores_bound,
    ],
)
@pytest.mark.parametrize("scores", [torch.zeros(8, 8), 1e-12 * torch.eye(8), 30 * torch.eye(8)])
def test_gradients_are_finite_where_scores_are_all_alike_or_far_apart(bound, scores):
    leaf = scores.clone().requires_grad_()
    bound(leaf).backward()
    assert torch.isfinite(leaf.grad).all()
