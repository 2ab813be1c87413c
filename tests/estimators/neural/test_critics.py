import pytest

torch = pytest.importorskip("torch")

from infometer.estimators.neural import (  # noqa: E402
    GaussianConditional,
    concatenated_critic,
    convolutional_critic,
    convolutional_tower,
    pairwise_scores,
    separable_critic,
)


@pytest.mark.parametrize("make", [separable_critic, concatenated_critic, GaussianConditional])
def test_scores_of_all_pairs_are_those_of_paired_rows(make):
    critic = make(3, 2)
    x, y = torch.randn(7, 3), torch.randn(5, 2)
    pairs = pairwise_scores(critic, x, y)
    assert pairs.shape == (7, 5)
    one_by_one = critic(x.repeat_interleave(5, 0), y.repeat(7, 1)).view(7, 5)
    torch.testing.assert_close(pairs.float(), one_by_one, rtol=1e-4, atol=1e-5)


def test_the_concatenated_critic_is_a_perceptron_of_both_views_side_by_side():
    critic = concatenated_critic(3, 2, widths=(8, 4))
    layer = torch.nn.Linear(5, 8)
    with torch.no_grad():
        layer.weight.copy_(torch.cat([critic.x_encoder.weight, critic.y_encoder.weight], dim=1))
        layer.bias.copy_(critic.x_encoder.bias)
    x, y = torch.randn(6, 3), torch.randn(6, 2)
    joined = critic.head(layer(torch.cat([x, y], dim=1)))[:, 0]
    torch.testing.assert_close(critic(x, y), joined)


def test_the_gaussian_conditional_is_a_normalised_law_of_y():
    conditional = GaussianConditional(1, 1)
    grid = torch.linspace(-30, 30, 20001)[:, None]
    density = conditional.pairwise(torch.tensor([[0.3]]), grid).exp()
    assert torch.trapezoid(density[0], grid[:, 0]).item() == pytest.approx(1.0, abs=1e-3)


class Rows(torch.nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x, y):
        return (x[:, :1] * y[:, :1]).reshape(len(x), *self.shape)


@pytest.mark.parametrize("shape", [(), (1,)])
def test_any_module_that_scores_paired_rows_is_a_critic(shape):
    x, y = torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [5.0], [7.0]])
    assert pairwise_scores(Rows(shape), x, y).tolist() == [[3.0, 5.0, 7.0], [6.0, 10.0, 14.0]]


def test_scores_of_another_shape_are_refused():
    class Both(torch.nn.Module):
        def forward(self, x, y):
            return x @ y.T

    with pytest.raises(ValueError, match=r"critic Both gave scores of shape \(6, 6\).*one score"):
        pairwise_scores(Both(), torch.zeros(2, 1), torch.zeros(3, 1))


@pytest.mark.parametrize("shape", [(1, 16, 16), (3, 28, 28), (2, 5, 33), (1, 4, 4), (1, 1, 1)])
def test_towers_take_images_of_any_size(shape):
    pixels = shape[0] * shape[1] * shape[2]
    assert convolutional_tower(shape, 6)(torch.randn(3, pixels)).shape == (3, 6)


def test_a_convolutional_critic_meets_images_of_two_sizes():
    critic = convolutional_critic((1, 9, 7), (2, 8, 8), width=4)
    assert critic.pairwise(torch.randn(3, 63), torch.randn(2, 128)).shape == (3, 2)
