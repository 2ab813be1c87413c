import math

import numpy as np
import pytest
from scipy.stats import kstest, multivariate_t

from infometer.sources import CorrelatedGaussian, StudentT


@pytest.mark.parametrize(
    ("nu", "dx", "dy", "expected"),
    [
        (1, 1, 1, 0.224171),
        (1, 2, 2, 0.431946),
        (2, 2, 2, 0.193147),
        (2, 3, 3, 0.290922),
        (3, 5, 5, 0.298544),
        (4, 2, 3, 0.093529),
        (10, 1, 1, 0.004648),
    ],
)
def test_printed_values(nu, dx, dy, expected):
    assert StudentT(dx, dy, nu).mutual_information == pytest.approx(expected, abs=5e-7)
    assert StudentT(dy, dx, nu).mutual_information == pytest.approx(expected, abs=5e-7)


def test_many_degrees_of_freedom_leave_the_gaussian_information():
    source = StudentT(2, 3, degrees_of_freedom=1e6, correlation=0.6)
    gaussian = CorrelatedGaussian.from_correlation(0.6, d=2).mutual_information
    assert source.mutual_information == pytest.approx(gaussian, abs=1e-9)


@pytest.mark.parametrize(
    ("dx", "dy", "nu", "rho"), [(1, 1, 1.0, 0.0), (2, 3, 2.5, 0.7), (2, 1, 4.0, -0.4)]
)
def test_sampler_and_formula_agree_through_the_densities(dx, dy, nu, rho):
    source = StudentT(dx, dy, nu, correlation=rho)
    x, y = source.sample(40_000, random_state=0)
    shape = np.eye(dx + dy)
    for i in range(min(dx, dy)):
        shape[i, dx + i] = shape[dx + i, i] = rho
    joint = multivariate_t(shape=shape, df=nu)
    margins = multivariate_t(shape=np.eye(dx), df=nu), multivariate_t(shape=np.eye(dy), df=nu)
    pointwise = joint.logpdf(np.hstack([x, y])) - margins[0].logpdf(x) - margins[1].logpdf(y)
    error = pointwise.std() / math.sqrt(len(x))
    assert abs(pointwise.mean() - source.mutual_information) < 4 * error


def test_margins_are_student():
    x, y = StudentT(1, 2, degrees_of_freedom=3.0, correlation=0.5).sample(20_000, random_state=1)
    for column in np.hstack([x, y]).T:
        assert kstest(column, "t", args=(3.0,)).pvalue > 1e-3


def test_the_heaviest_tails_are_finite():
    x, y = StudentT(1, 1, degrees_of_freedom=0.1).sample(100_000, random_state=0)
    assert np.isfinite(x).all()
    assert np.isfinite(y).all()


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda: StudentT(0, 1, 1.0), "^dx is 0"),
        (lambda: StudentT(1, 0, 1.0), "^dy is 0"),
        (lambda: StudentT(1, 1, 0.05), r"^degrees_of_freedom is 0.05.*\[0.1, inf\)"),
        (lambda: StudentT(1, 1, 1.0, correlation=1.0), "^correlation is 1.0"),
    ],
)
def test_bad_input(build, named):
    with pytest.raises(ValueError, match=named):
        build()
