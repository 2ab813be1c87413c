import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import entr
from scipy.stats import norm

from infometer.preferences.label_law import (
    averaged_label,
    label_information,
    label_probabilities,
)


def by_quadrature(of, location, scale):
    ends = {-40.0, -5.0, 0.0, 5.0, 40.0, location, location - 5 * scale, location + 5 * scale}
    low, high = location - 12 * scale, location + 12 * scale
    value, _ = quad(
        lambda d: of(np.array(d)) * norm.pdf(d, location, scale),
        low,
        high,
        points=[end for end in ends if low < end < high],
        epsabs=1e-13,
        limit=400,
    )
    return value


@pytest.mark.parametrize("log_tie", [-np.inf, -1.0, 2.0])
@pytest.mark.parametrize("scale", [0.01, 0.99, 1.01, 7.0, 50.0])
@pytest.mark.parametrize("location", [0.0, -0.7, 30.0])
def test_averages_of_narrow_and_wide_laws_are_those_of_quadrature(location, scale, log_tie):
    found = averaged_label(np.array([location]), np.array([scale]), log_tie)
    for i in range(3):
        first = by_quadrature(lambda d, i=i: label_probabilities(d, log_tie)[i], location, scale)
        assert found.probabilities[i, 0] == pytest.approx(first, abs=1e-10)
    entropy = by_quadrature(lambda d: entr(label_probabilities(d, log_tie)).sum(), location, scale)
    assert found.entropy[0] == pytest.approx(entropy, abs=1e-10)
    known = by_quadrature(lambda d: label_information(d, log_tie), location, scale)
    assert found.information[0] == pytest.approx(known, abs=1e-10)


@pytest.mark.parametrize("log_tie", [-np.inf, 0.5])
def test_information_is_the_variance_of_the_score(log_tie):
    d, step = np.array([-2.0, 0.0, 1.5]), 1e-5
    p = label_probabilities(d, log_tie)
    after, before = (label_probabilities(d + shift, log_tie) for shift in (step, -step))
    squared = np.where(p > 0, ((after - before) / (2 * step)) ** 2 / np.where(p > 0, p, 1), 0)
    np.testing.assert_allclose(label_information(d, log_tie), squared.sum(axis=0), rtol=1e-8)


def test_probabilities_far_out_do_not_overflow():
    p = label_probabilities(np.array([-1e3, 1e3]), log_tie=1.0)
    np.testing.assert_allclose(p[:, 1], [1.0, 0.0, 0.0], atol=1e-200)
    np.testing.assert_allclose(p.sum(axis=0), 1.0)


def test_an_all_but_impossible_label_keeps_its_small_probability():
    surprise = averaged_label(np.array([60.0]), np.array([0.5])).probabilities[2, 0]
    assert surprise == pytest.approx(np.exp(-60.0 + 0.125), rel=1e-9)
