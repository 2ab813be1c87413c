import numpy as np
import pytest
import torch
from torch import nn

from infometer.bottleneck.noise import GaussianNoise, inject_noise, noise_modules, signal_deviation
from infometer.estimators.seeded import seeded
from infometer.tracing import Activations, frozen_state, record_activations


def signal(n=4000, d=5, seed=0):
    with seeded(seed, "signal"):
        return 3.0 + 2.0 * torch.randn(n, d)


def network():
    with seeded(0, "weights"):
        return nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 2))


def test_the_scale_is_the_root_mean_square_over_units():
    t = torch.tensor([[0.0, 0.0], [2.0, 6.0]])  # standard deviations 1 and 3
    assert signal_deviation(t).item() == pytest.approx(5**0.5)
    assert signal_deviation(t.reshape(2, 1, 2).half()).dtype == torch.float32


@pytest.mark.parametrize("training", [True, False])
def test_noise_has_the_deviation_it_says_in_training_and_in_evaluation(training):
    t = signal()
    noise = GaussianNoise(0.1).calibrate(t).train(training)
    xi = (noise(t) - t) / noise.sigma
    assert noise.sigma == pytest.approx(0.2, rel=0.02)
    assert xi.std().item() == pytest.approx(1.0, abs=0.02)
    assert abs(xi.mean().item()) < 0.03
    correlation = np.corrcoef(xi.flatten(), t.flatten())[0, 1]
    assert abs(correlation) < 0.03


def test_only_always_on_false_is_silent_in_evaluation():
    t = signal()
    noise = GaussianNoise(0.1, always_on=False)
    assert not torch.equal(noise(t), t)
    assert noise.eval()(t) is t


def test_the_running_scale_follows_training_and_nothing_else():
    noise = GaussianNoise(0.5)
    first, second = signal(), 4 * signal(seed=1)
    noise(first)
    s1, s2 = signal_deviation(first).item(), signal_deviation(second).item()
    assert noise.sigma == pytest.approx(0.5 * s1)
    noise(second)
    assert noise.sigma == pytest.approx(0.5 * (0.9 * s1 + 0.1 * s2))
    before = noise.sigma
    noise.eval()(first)
    assert noise.sigma == before


def test_the_frozen_scale_is_that_of_the_first_batch():
    noise = GaussianNoise(0.5, scale="frozen")
    noise(signal())
    before = noise.sigma
    noise(4 * signal())
    assert noise.sigma == before


def test_the_scale_has_no_gradient():
    t = signal().requires_grad_()
    GaussianNoise(0.5)(t).sum().backward()
    assert torch.equal(t.grad, torch.ones_like(t))


def test_a_state_dict_carries_the_scale():
    noise, other = GaussianNoise(0.5).calibrate(signal()), GaussianNoise(0.5)
    other.load_state_dict(noise.state_dict())
    assert other.sigma == noise.sigma


def test_multiplicative_noise_vanishes_at_zero_and_has_no_sigma():
    t = signal()
    t[0] = 0.0
    noise = GaussianNoise(0.1, mode="multiplicative").eval()
    noisy = noise(t)
    assert torch.equal(noisy[0], t[0])
    assert ((noisy - t) / t)[1:].std().item() == pytest.approx(0.1, rel=0.05)
    with pytest.raises(RuntimeError, match="no sigma"):
        _ = noise.sigma


def test_the_dtype_of_the_layer_is_kept():
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        assert GaussianNoise()(signal().to(dtype)).dtype == dtype


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"noise_to_signal": 0.0}, "noise_to_signal is 0.0"),
        ({"mode": "added"}, "mode is 'added'"),
        ({"scale": "fixed"}, "scale is 'fixed'"),
    ],
)
def test_bad_arguments(arguments, match):
    with pytest.raises(ValueError, match=match):
        GaussianNoise(**arguments)


def test_noise_without_a_scale_is_refused():
    noise = GaussianNoise().eval()
    with pytest.raises(RuntimeError, match="no scale yet"):
        _ = noise.sigma
    with pytest.raises(RuntimeError, match="no scale yet"):
        noise(signal())
    with pytest.raises(ValueError, match="at least 2 rows"):
        noise.train()(torch.ones(1, 5))


def test_injected_noise_leaves_the_model_as_it_was():
    model, x = network().eval(), signal(50)
    before, output = list(model.state_dict()), model(x)
    with inject_noise(model, ["0", "1"], 0.3) as noise:
        model.train()
        model(x)
        model.eval()
        assert list(model.state_dict()) == before
        assert not torch.equal(model(x), output)
        assert noise["0"].sigma == pytest.approx(0.3 * signal_deviation(model[0](x)).item(), 0.2)
    assert torch.equal(model(x), output)
    assert list(model.state_dict()) == before
    assert not any(module._forward_hooks for module in model.modules())


def test_the_layer_is_seen_without_and_with_its_noise():
    model, x = network(), signal(50)
    with inject_noise(model, ["0"], scale="frozen") as noise:
        model(x)
        with Activations(model, noise, what="input") as clean, Activations(model, ["0"]) as noisy:
            model.eval()(x)
    assert torch.equal(clean.values["0"], model[0](x))
    xi = (noisy.values["0"] - clean.values["0"]) / noise["0"].sigma
    assert xi.std().item() == pytest.approx(1.0, abs=0.2)


def test_noise_falls_on_the_first_tensor_of_an_output():
    model, x = nn.Sequential(nn.LSTM(5, 3, batch_first=True)), torch.randn(8, 4, 5)
    output, (hidden, _) = model(x)
    with inject_noise(model, ["0"]):
        noisy, (same, _) = model(x)
    assert not torch.equal(noisy, output)
    assert torch.equal(same, hidden)


def test_noise_stays_on_where_a_model_is_measured_and_follows_the_seed():
    model, x = nn.Sequential(nn.Identity(), GaussianNoise(0.5)), signal(50)
    noise_modules(model)["1"].calibrate(x)

    def record(seed):
        with seeded(seed, "measure"):
            return record_activations(model, ["1"], x, batch_size=20)["1"]

    assert not np.array_equal(record(0), x.numpy())
    np.testing.assert_array_equal(record(0), record(0))
    assert not np.array_equal(record(0), record(1))
    with frozen_state(model):
        model.train()(10 * x)
    assert model[1].sigma == pytest.approx(0.5 * signal_deviation(x).item())
