"""What neighbours lose in several dimensions, beside simulations of Gaussian views."""

import numpy as np
import pytest

from infometer.estimators import KSG, Gao
from infometer.estimators.dimension_loss import dimension_loss, dimension_note
from infometer.sources import CorrelatedGaussian


@pytest.mark.parametrize(("d", "rho", "n"), [(3, 0.6, 500), (5, 0.3, 500), (5, 0.6, 2000)])
def test_the_loss_of_gaussian_views_is_what_it_says(d, rho, n):
    source = CorrelatedGaussian.from_correlation(rho, d)
    figures = [
        KSG(interval=None).fit(*source.sample(n, seed)).estimate_.value for seed in range(20)
    ]
    figure = float(np.mean(figures))
    loss = source.mutual_information - figure
    assert dimension_loss(figure, n, 2 * d) == pytest.approx(loss, rel=0.35)


def test_independent_views_of_any_dimension_lose_nothing():
    assert dimension_loss(0.0, 500, 10) == 0.0
    assert dimension_note(0.01, 0.05, 500, 10) == ""


def test_the_estimate_tells_where_the_loss_exceeds_its_interval():
    def told(rho, d):
        sample = CorrelatedGaussian.from_correlation(rho, d).sample(500, 0)
        return any("dimensions" in text for text in KSG().fit(*sample).estimate_.warnings)

    assert told(0.6, 5)
    assert told(0.9, 3)
    assert not told(0.6, 1)
    assert not told(0.6, 2)


def test_columns_of_few_values_are_no_dimensions():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (500, 6))
    found = Gao(random_state=0).fit(x, x[:, 0] ^ (rng.random(500) < 0.1)).estimate_
    assert not any("dimensions" in text for text in found.warnings)
