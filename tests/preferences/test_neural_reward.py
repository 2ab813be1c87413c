import numpy as np
import pytest
import torch
from scipy.stats import logistic
from torch import nn

from infometer.preferences import bradley_terry_loss, fit_linear_reward, fit_reward_module

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 400, 3))
WINS = (RNG.random(400) < 1 / (1 + np.exp(-(A - B) @ [2.0, -1.0, 0.0]))).astype(float)


@pytest.fixture
def module():
    made = nn.Linear(3, 1).double()
    for parameter in made.parameters():
        nn.init.zeros_(parameter)
    return made


def test_the_loss_is_the_likelihood():
    r_first, r_second, y = torch.tensor([[1.0, 0.3], [0.2, 1.0], [1.0, 0.25]]).double()
    p = torch.sigmoid(2 * (r_first - r_second))
    expected = -(y * p.log() + (1 - y) * (1 - p).log()).mean()
    assert bradley_terry_loss(r_first, r_second, y, beta=2.0).item() == pytest.approx(
        expected.item()
    )
    delta = torch.tensor([0.1, -2.0]).double()
    found = bradley_terry_loss(r_first, r_second, delta, kind="cardinal", beta=2.0).item()
    gap = (r_first - r_second).numpy()
    assert found == pytest.approx(-logistic.logpdf(delta.numpy(), loc=gap, scale=0.5).mean())


def test_extreme_differences_have_finite_losses_and_gradients():
    r = torch.tensor([1e4], requires_grad=True)
    for kind in ("binary", "cardinal"):
        loss = bradley_terry_loss(-r, r, torch.tensor([1.0]), kind=kind)
        (slope,) = torch.autograd.grad(loss, r)
        assert loss.item() == pytest.approx(2e4, rel=1e-3)
        assert slope.item() == pytest.approx(2.0)


def test_a_linear_module_is_the_linear_model(module):
    fitted = fit_reward_module(module, A, B, WINS, lr=0.05, max_steps=200, batch_size=400)
    weak = fit_linear_reward(A, B, WINS, penalties=[1e4])
    np.testing.assert_allclose(
        module.weight[0].detach().numpy(), weak.weights, rtol=5e-3, atol=5e-3
    )
    both = fitted.reward(np.concatenate([A, B]))
    assert abs(both.mean()) < 1e-12
    np.testing.assert_allclose(fitted.reward(A) - fitted.reward(B), weak.reward(A - B), atol=0.1)


def test_strengths_teach_the_scale(module):
    delta = (A - B) @ [2.0, -1.0, 0.5] + RNG.logistic(scale=1 / 3, size=400)
    fit_reward_module(
        module, A, B, delta, kind="cardinal", beta=3.0, lr=0.05, max_steps=300, batch_size=400
    )
    np.testing.assert_allclose(module.weight[0].detach().numpy(), [2.0, -1.0, 0.5], atol=0.08)


def test_same_seed_same_rewards_and_modes_are_put_back():
    tokens = RNG.integers(4, size=(2, 60, 5))
    found = []
    for _ in range(2):
        with torch.random.fork_rng():
            torch.manual_seed(0)
            model = nn.Sequential(
                nn.Embedding(4, 3), nn.Flatten(), nn.Dropout(0.5), nn.Linear(15, 1)
            )
        model.eval()
        fitted = fit_reward_module(model, *tokens, WINS[:60], max_epochs=2, random_state=5)
        assert not model.training
        assert fitted.history.steps == 2
        found.append(fitted.reward(tokens[0]))
    np.testing.assert_array_equal(*found)


def test_validation_stops_early(module):
    held_out = (A[300:], B[300:], 1 - WINS[300:])
    fitted = fit_reward_module(
        module, A[:300], B[:300], WINS[:300], validation=held_out, patience=2, max_epochs=50, lr=0.1
    )
    assert fitted.history.stopped == "patience"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcomes": np.full(400, np.nan)}, "not finite; leave skipped comparisons out"),
        ({"outcomes": WINS + 1}, "not all from 0 to 1; for strengths give kind='cardinal'"),
        ({"outcomes": WINS[:, None]}, r"\(400, 3\), \(400, 3\) and \(400, 1\)"),
        ({"second": B[1:]}, r"\(400, 3\), \(399, 3\)"),
        ({"beta": 0.0}, "beta is 0.0"),
        ({"kind": "ordinal"}, "kind is 'ordinal'"),
        ({"module": nn.Linear(3, 2).double()}, r"module gives shape \(2, 2\) for 2 rows"),
        ({"validation": (A, B, WINS * np.nan)}, "outcomes of validation hold values"),
    ],
)
def test_bad_input_is_named(module, changes, message):
    given = {"module": module, "first": A, "second": B, "outcomes": WINS, **changes}
    with pytest.raises(ValueError, match=message):
        fit_reward_module(**given)
