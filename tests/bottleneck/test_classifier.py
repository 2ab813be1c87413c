import pytest
import torch
from torch import nn

from infometer.bottleneck import WithNoise, noise_modules, noisy_classifier


@pytest.mark.parametrize(
    ("shape", "names"),
    [
        ((12,), ["hidden1", "hidden", "logits"]),
        ((8, 8), ["conv1", "conv2", "hidden", "logits"]),
        ((3, 28, 28), ["conv1", "conv2", "conv3", "hidden", "logits"]),
        ((1, 3, 5), ["hidden", "logits"]),
    ],
)
def test_images_and_vectors_become_logits_through_named_noise(shape, names):
    model = noisy_classifier(shape, 7, noise_to_signal=0.3)
    assert list(noise_modules(model)) == names
    assert {module.noise_to_signal for module in noise_modules(model).values()} == {0.3}
    assert model(torch.rand(5, *shape)).shape == (5, 7)


def test_the_weights_follow_the_seed_and_nothing_else():
    one, two, three = (noisy_classifier((4,), 2, random_state=seed) for seed in (0, 0, 1))
    assert torch.equal(one[0][0].weight, two[0][0].weight)
    assert not torch.equal(one[0][0].weight, three[0][0].weight)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="n_classes is 1"):
        noisy_classifier((4,), 1)


def test_with_noise_keeps_the_scales_in_its_state():
    with pytest.raises(ValueError, match="no layer 'nine'"):
        WithNoise(nn.Sequential(nn.Linear(3, 4)), ["nine"])
    model = WithNoise(nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)), ["0", "1"], 0.5)
    x = torch.rand(30, 3)
    first = model(x)
    assert not torch.equal(model(x), first)
    other = WithNoise(nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)), ["0", "1"], 0.5)
    other.load_state_dict(model.state_dict())
    sigmas = [noise.sigma for noise in model.noise_by_layer.values()]
    assert [noise.sigma for noise in other.noise_by_layer.values()] == sigmas
    assert list(model.noise_by_layer) == ["0", "1"]
