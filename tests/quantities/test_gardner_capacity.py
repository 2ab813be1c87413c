import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from infometer.quantities import gardner_capacity


@pytest.mark.parametrize(
    ("kappa", "expected"),
    [(-0.5, 4.7700989), (0.0, 2.0), (0.5, 0.9612051), (1.0, 0.5195722), (2.0, 0.2002310)],
)
def test_the_known_values(kappa, expected):
    assert gardner_capacity(kappa) == pytest.approx(expected, abs=6e-8)


@pytest.mark.parametrize("kappa", [-12.0, -5.0, -1.5, -1.0, -0.3, 0.7, 3.0])
def test_it_is_the_integral(kappa):
    integral, _ = quad(
        lambda u: u**2 * norm.pdf(u - kappa), 0.0, max(kappa, 0.0) + 10.0, epsabs=0, epsrel=1e-11,
        points=[max(kappa, 0.0)] if kappa > 0 else None,
    )  # fmt: skip
    assert gardner_capacity(kappa) == pytest.approx(1.0 / integral, rel=1e-9)


def test_the_two_forms_meet():
    below, above = gardner_capacity([-1.0 - 1e-12, -1.0])
    assert below == pytest.approx(above, rel=1e-11)


def test_far_below_nothing_cancels():
    margins = -np.linspace(5.0, 37.3, 200)
    found = gardner_capacity(margins)
    x = -margins
    # ∫ u² exp(-u²/2 - x u) du = 2/x³ (1 - 6/x² + 45/x⁴ - 420/x⁶ ...): an enveloping series
    leading = norm.pdf(x) * 2.0 / x**3
    assert (1 / found < leading * (1 - 6 / x**2 + 45 / x**4)).all()
    assert (1 / found > leading * (1 - 6 / x**2 + 45 / x**4 - 420 / x**6)).all()
    assert (np.diff(found) > 0).all()
    assert gardner_capacity(-50.0) == np.inf


def test_far_above_it_is_one_over_the_square():
    assert gardner_capacity(1e6) == pytest.approx(1e-12)
    assert gardner_capacity(1e200) == 0.0


@pytest.mark.parametrize("kappa", [np.nan, np.inf, [0.0, -np.inf]])
def test_a_margin_that_is_not_finite_is_refused(kappa):
    with pytest.raises(ValueError, match="kappa is"):
        gardner_capacity(kappa)
