import pytest
from torch import nn

from infometer.bottleneck import GaussianNoise, InformationPlane, inject_noise
from infometer.bottleneck.watched_layers import watched_layers


def network(*noise):
    return nn.Sequential(nn.Linear(5, 4), nn.Tanh(), *noise, nn.Linear(4, 2))


@pytest.mark.parametrize("layers", [None, ["0"]])
def test_a_deterministic_network_is_refused_with_what_to_do(layers):
    with pytest.raises(ValueError, match="infinite") as caught:
        watched_layers(network(), layers, "model")
    for choice in ("GaussianNoise", "noise='train'", "noise='measure'", "noise='none'", "log n"):
        assert choice in str(caught.value)
    assert "'0'" in str(caught.value)


def test_the_defaults_are_the_noise_of_the_model_else_the_layers_with_weights():
    model = network(GaussianNoise())
    assert list(watched_layers(model, None, "model")) == ["2"]
    assert list(watched_layers(model, None, "measure")) == ["0", "3"]
    assert list(watched_layers(network(), ["1"], "measure")) == ["1"]


def test_what_inject_noise_yields_is_watched_under_its_names():
    model = network()
    with inject_noise(model, ["0"]) as noise:
        assert watched_layers(model, noise, "model") == noise


@pytest.mark.parametrize("how", ["default", "named", "injected"])
def test_multiplicative_noise_is_refused_with_the_reason(how):
    model = network(GaussianNoise(mode="multiplicative"))
    layers = {"default": None, "named": ["2"], "injected": {"a": model[2]}}[how]
    with pytest.raises(ValueError, match="multiplicative: it vanishes where the layer does"):
        watched_layers(model, layers, "model")


def test_bad_names_and_sources_are_told():
    with pytest.raises(ValueError, match="no layer 'nine'"):
        watched_layers(network(), ["nine"], "measure")
    x = [[0.0] * 5] * 20
    with pytest.raises(ValueError, match="noise is 'loud'"):
        InformationPlane(network(), x, noise="loud")
