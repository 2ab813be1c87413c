import numpy as np
import pytest

from infometer.preferences.outcome_model import (
    davidson,
    gaussian,
    likelihood_terms,
    log_likelihood,
    logistic,
)

D = np.array([-6.0, -0.7, 0.0, 0.3, 4.0])
STEP = 1e-5


@pytest.mark.parametrize("outcome", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("log_tie", [-3.0, 0.0, 2.0])
def test_slopes_and_curvatures_of_ties_by_finite_differences(outcome, log_tie):
    def at(d, theta):
        return davidson(np.full(len(D), outcome), d, theta)

    here = at(D, log_tie)
    up, down = at(D + STEP, log_tie), at(D - STEP, log_tie)
    more, less = at(D, log_tie + STEP), at(D, log_tie - STEP)

    def slope(name, a, b):
        return (getattr(a, name) - getattr(b, name)) / (2 * STEP)

    near = {"rtol": 1e-6, "atol": 1e-9}
    np.testing.assert_allclose(here.score, slope("log_likelihood", up, down), **near)
    np.testing.assert_allclose(here.information, -slope("score", up, down), **near)
    np.testing.assert_allclose(here.tie_score, slope("log_likelihood", more, less), **near)
    np.testing.assert_allclose(here.tie_information, -slope("tie_score", more, less), **near)
    np.testing.assert_allclose(here.cross_information, -slope("score", more, less), **near)


@pytest.mark.parametrize("law", [logistic, gaussian])
def test_slopes_of_strengths_by_finite_differences(law):
    def at(d):
        return law(np.full(len(D), 0.4), d, 1.7)

    near = {"rtol": 1e-6, "atol": 1e-9}
    up, down = at(D + STEP), at(D - STEP)
    np.testing.assert_allclose(
        at(D).score, (up.log_likelihood - down.log_likelihood) / (2 * STEP), **near
    )
    np.testing.assert_allclose(at(D).information, (down.score - up.score) / (2 * STEP), **near)


@pytest.mark.parametrize("law", [logistic, gaussian])
def test_a_strength_has_a_density(law):
    y = np.linspace(-60.0, 60.0, 20_001)
    density = np.exp(law(y, np.full(len(y), 0.3), np.full(len(y), 0.8)).log_likelihood)
    assert np.trapezoid(density, y) == pytest.approx(1.0, abs=1e-10)


def test_outcomes_of_a_choice_sum_to_one_and_no_ties_is_logistic():
    total = sum(np.exp(davidson(np.full(len(D), y), D, 0.4).log_likelihood) for y in (1, 0.5, 0))
    np.testing.assert_allclose(total, 1.0, rtol=1e-14)
    p = 1 / (1 + np.exp(-D))
    terms = davidson(np.ones(len(D)), D)
    np.testing.assert_allclose(terms.log_likelihood, np.log(p), rtol=1e-12)
    np.testing.assert_allclose(terms.score, 1 - p, rtol=1e-12)
    np.testing.assert_allclose(terms.information, p * (1 - p), rtol=1e-12)


@pytest.mark.parametrize("log_tie", [-np.inf, -1.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_large_differences_stay_finite(log_tie, sign):
    terms = davidson(np.array([1.0, 0.0]), sign * np.array([1e3, 1e3]), log_tie)
    assert np.isfinite(np.stack(terms)).all()
    likely, unlikely = (0, 1) if sign > 0 else (1, 0)
    assert terms.log_likelihood[likely] == pytest.approx(0.0, abs=1e-100)
    assert terms.log_likelihood[unlikely] == pytest.approx(-1e3, rel=1e-12)
    assert np.isfinite(np.stack(logistic(np.array([sign * 1e3]), np.zeros(1)))).all()


@pytest.mark.parametrize("likelihood", ["davidson", "logistic", "gaussian"])
def test_the_value_alone_is_that_of_all_terms(likelihood):
    y = np.ones(len(D))
    terms = likelihood_terms(likelihood, y, D, sharpness=1.3, log_tie=0.2)
    alone = log_likelihood(likelihood, y, D, sharpness=1.3, log_tie=0.2)
    np.testing.assert_array_equal(terms.log_likelihood, alone)
