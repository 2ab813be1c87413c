import numpy as np
import pytest
import torch
from torch import nn

from infometer.bottleneck import (
    GaussianNoise,
    calibrate_noise,
    gaussian_mixture_information,
    noise_modules,
    noisy_classifier,
    ratio_of_smallest_noise,
)
from infometer.bottleneck.calibration import AUTO_FRACTION, SMALLEST_RATIO
from infometer.bottleneck.noise import signal_deviation

X = np.random.default_rng(0).standard_normal((200, 6)).astype(np.float32)


def test_the_smallest_noise_leaves_the_fraction_of_log_n():
    t = torch.from_numpy(X)
    sigma = ratio_of_smallest_noise(t, 0) * float(signal_deviation(t))
    found = gaussian_mixture_information(X, sigma, n_draws=40, random_state=1).input
    assert found.value == pytest.approx(AUTO_FRACTION * np.log(200), abs=0.05)


def test_the_ratio_does_not_depend_on_the_scale_of_the_layer():
    t = torch.from_numpy(X)
    assert ratio_of_smallest_noise(100 * t, 0) == pytest.approx(ratio_of_smallest_noise(t, 0))


def test_a_layer_that_tells_few_inputs_apart_gets_the_smallest_ratio():
    assert ratio_of_smallest_noise(torch.ones(50, 3)) == SMALLEST_RATIO
    assert ratio_of_smallest_noise(torch.arange(60.0)[:, None] % 2, 0) == SMALLEST_RATIO


def test_every_noise_is_scaled_with_those_below_it_on_and_the_model_stays():
    model = nn.Sequential(GaussianNoise(2.0), nn.Identity(), GaussianNoise(0.1))
    random = torch.get_rng_state()
    calibrate_noise(model, noise_modules(model), X)
    assert model.training
    assert torch.equal(torch.get_rng_state(), random)
    assert model[0].sigma == pytest.approx(2.0, rel=0.1)
    assert model[2].sigma == pytest.approx(0.1 * 5**0.5, rel=0.1)
    assert not model[0]._forward_pre_hooks


def test_auto_sets_the_ratio_of_every_layer():
    model = noisy_classifier((6,), 3)
    noise = noise_modules(model)
    calibrate_noise(model, noise, X, auto=True)
    assert all(0.1 < module.noise_to_signal < 10 for module in noise.values())
    assert len({module.noise_to_signal for module in noise.values()}) == len(noise)
