"""The scaled residual is eq. 8, and the usual residual where both scales are 1."""

import math

import pytest
import torch

from infometer.attention import ScaledResidual


def test_at_one_it_is_the_usual_residual():
    x, branch = torch.randn(2, 3), torch.randn(2, 3)
    torch.testing.assert_close(ScaledResidual()(x, branch), x + branch)


def test_the_scales_and_their_gradients_are_those_of_the_formula():
    x, branch = torch.tensor([2.0]), torch.tensor([3.0])
    add = ScaledResidual(init_alpha=4.0, init_beta=0.5)
    found = add(x, branch)
    found.sum().backward()
    assert found.item() == pytest.approx(0.5 * 2 + 3 / 4)
    assert add.alpha.grad.item() == pytest.approx(-3 / 16)
    assert add.beta.grad.item() == pytest.approx(2)


@pytest.mark.parametrize("start", [{"init_alpha": 0.0}, {"init_beta": math.inf}])
def test_bad_starts_are_refused(start):
    with pytest.raises(ValueError, match=next(iter(start))):
        ScaledResidual(**start)
