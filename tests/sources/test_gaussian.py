import math

import numpy as np
import pytest
from scipy.stats import kstest, multivariate_normal

from infometer.sources import CorrelatedGaussian, EquicorrelatedGaussian
from infometer.sources.gaussian import information_of_correlation


def canonical_information(x, y):
    """−½ Σ log(1−c²) over the sample canonical correlations c."""
    q, r = (np.linalg.qr(side - side.mean(axis=0))[0] for side in (x, y))
    c = np.linalg.svd(q.T @ r, compute_uv=False)
    return -0.5 * np.log1p(-(c**2)).sum()


@pytest.mark.parametrize(
    ("rho", "expected"),
    [(0.3, 0.047155), (0.6, 0.223144), (0.75, 0.413339), (0.9, 0.830366), (0.99, 1.958518)],
)
def test_information_of_correlation(rho, expected):
    assert information_of_correlation(rho) == pytest.approx(expected, abs=5e-7)
    assert information_of_correlation(-rho) == information_of_correlation(rho)
    copies = CorrelatedGaussian.from_correlation(rho, d=4)
    assert copies.mutual_information == pytest.approx(4 * information_of_correlation(rho))
    assert copies.correlation == pytest.approx(rho, abs=1e-14)


def test_target_gives_the_printed_correlation():
    assert CorrelatedGaussian(2, 2, 2.0).correlation == pytest.approx(0.929873, abs=5e-7)


def test_no_information_is_no_correlation():
    assert CorrelatedGaussian(2, 3, 0.0).correlation == 0.0
    assert math.copysign(1.0, information_of_correlation(0.0)) == 1.0


@pytest.mark.parametrize(("dx", "dy", "target"), [(2, 2, 2.0), (5, 3, 1.0), (1, 4, 3.0)])
def test_sample_has_the_target_information_rotated_or_not(dx, dy, target):
    plain = CorrelatedGaussian(dx, dy, target, rotate=False).sample(100_000, random_state=0)
    turned = CorrelatedGaussian(dx, dy, target).sample(100_000, random_state=0)
    assert canonical_information(*plain) == pytest.approx(target, abs=0.02)
    assert canonical_information(*turned) == pytest.approx(canonical_information(*plain), abs=1e-9)


def test_rotation_is_orthogonal_fixed_by_its_seed_and_hides_the_pairs():
    source = CorrelatedGaussian(4, 3, 3.0, rotation_seed=1)
    q, r = source.rotations
    assert np.allclose(q @ q.T, np.eye(4), atol=1e-12)
    assert np.allclose(r @ r.T, np.eye(3), atol=1e-12)
    assert np.array_equal(q, CorrelatedGaussian(4, 3, 1.0, rotation_seed=1).rotations[0])
    assert not np.allclose(q, CorrelatedGaussian(4, 3, 3.0, rotation_seed=2).rotations[0])
    plain = CorrelatedGaussian(4, 3, 3.0, rotate=False).sample(50, random_state=0)
    turned = source.sample(50, random_state=0)
    assert np.allclose(turned[0], plain[0] @ q)
    assert np.allclose(turned[1], plain[1] @ r)


def test_unrotated_covariance_and_margins():
    source = CorrelatedGaussian(3, 2, 1.0, rotate=False)
    x, y = source.sample(100_000, random_state=1)
    expected = np.eye(5)
    expected[[0, 1, 3, 4], [3, 4, 0, 1]] = source.correlation
    assert np.allclose(np.cov(np.hstack([x, y]).T), expected, atol=0.02)
    for column in np.hstack([x, y]).T:
        assert kstest(column, "norm").pvalue > 1e-3


def test_high_information_survives_rounding():
    source = CorrelatedGaussian(1, 1, 20.0, rotate=False)
    x, y = source.sample(20_000, random_state=0)
    noise = (y - source.correlation * x).std()
    assert noise == pytest.approx(math.exp(-20.0), rel=0.02)


@pytest.mark.parametrize(
    ("d", "expected"), [(2, 0.293893), (3, 0.413339), (5, 0.592812), (25, 1.292184), (50, 1.624265)]
)
def test_equicorrelated_information(d, expected):
    assert EquicorrelatedGaussian(d, 0.5).mutual_information == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(("d", "rho"), [(1, 0.9), (3, 0.5), (3, -0.19), (4, 0.0)])
def test_equicorrelated_law(d, rho):
    source = EquicorrelatedGaussian(d, rho)
    covariance = np.full((2 * d, 2 * d), rho) + (1 - rho) * np.eye(2 * d)
    both, x_alone = np.linalg.slogdet(covariance)[1], np.linalg.slogdet(covariance[:d, :d])[1]
    assert source.mutual_information == pytest.approx(x_alone - both / 2, abs=1e-12)
    x, y = source.sample(50_000, random_state=0)
    assert np.allclose(np.cov(np.hstack([x, y]).T), covariance, atol=0.03)
    joint = multivariate_normal(cov=covariance)
    margin = multivariate_normal(cov=covariance[:d, :d])
    pointwise = joint.logpdf(np.hstack([x, y])) - margin.logpdf(x) - margin.logpdf(y)
    error = pointwise.std() / math.sqrt(len(x))
    assert abs(pointwise.mean() - source.mutual_information) <= 4 * error + 1e-12


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda: CorrelatedGaussian(0, 2, 1.0), "^dx is 0"),
        (lambda: CorrelatedGaussian(2, 2.0, 1.0), "^dy is 2.0"),
        (lambda: CorrelatedGaussian(2, 2, -1.0), r"^mutual_information is -1.0.*\[0, 50\]"),
        (lambda: CorrelatedGaussian(1, 4, 26.0), r"^mutual_information is 26.0.*\[0, 25\]"),
        (lambda: CorrelatedGaussian(2, 2, 1.0, rotation_seed=-1), "^rotation_seed is -1"),
        (lambda: CorrelatedGaussian.from_correlation(1.0, 2), r"^rho is 1.0.*\[0, 1\)"),
        (lambda: CorrelatedGaussian.from_correlation(-0.5, 2), r"^rho is -0.5.*\[0, 1\)"),
        (lambda: CorrelatedGaussian.from_correlation(0.5, 0), "^d is 0"),
        (lambda: EquicorrelatedGaussian(3, -0.2), r"^rho is -0.2.*\(-0.2, 1\)"),
        (lambda: EquicorrelatedGaussian(0, 0.2), "^d is 0"),
        (lambda: information_of_correlation(1.0), "^rho is 1.0"),
    ],
)
def test_bad_input(build, named):
    with pytest.raises(ValueError, match=named):
        build()
