import math

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import kstest, ortho_group

from infometer.sources import GaussianMixture
from infometer.sources.mixtures import quadrature_information

TWO = np.array([[-1.0], [1.0]])


@pytest.mark.parametrize(
    ("sigma", "nats", "bits"),
    [(0.5, 0.632720, 0.912822), (1.0, 0.336831, 0.485944), (2.0, 0.111421, 0.160747)],
)
def test_two_centres(sigma, nats, bits):
    value = GaussianMixture(TWO, sigma).mutual_information
    assert value == pytest.approx(nats, abs=5e-7)
    assert value / math.log(2) == pytest.approx(bits, abs=5e-7)


@pytest.mark.parametrize("sigma", [0.2, 0.5, 1.0, 2.0, 30.0])
def test_a_square_of_centres_has_twice_the_information_of_its_side(sigma):
    square = np.array([[a, b] for a in (-1.0, 1.0) for b in (-1.0, 1.0)])
    turned = square @ ortho_group.rvs(2, random_state=0) + 7.0
    twice = 2 * quadrature_information(TWO, sigma)
    assert quadrature_information(square, sigma) == pytest.approx(twice, abs=1e-10)
    assert quadrature_information(turned, sigma) == pytest.approx(twice, abs=1e-10)


def test_centres_on_a_line_of_the_plane_are_centres_of_one_dimension():
    line = np.random.default_rng(0).standard_normal((20, 1))
    slanted = line * [0.6, 0.8]
    expected = quadrature_information(line, 0.4)
    assert quadrature_information(slanted, 0.4) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("d", [1, 2])
def test_limits_and_invariances(d):
    centers = np.random.default_rng(d).standard_normal((6, d))
    value = quadrature_information(centers, 0.5)
    assert quadrature_information(centers, 1e-4) == pytest.approx(math.log(6), abs=1e-9)
    assert quadrature_information(centers, 1e4) == pytest.approx(0.0, abs=1e-7)
    assert quadrature_information(np.tile(centers, (2, 1)), 0.5) == pytest.approx(value, abs=1e-10)
    assert quadrature_information(3.0 * centers, 1.5) == pytest.approx(value, abs=1e-10)
    assert quadrature_information(centers[:1], 0.5) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("d", [1, 2])
def test_sampler_and_quadrature_agree(d):
    source = GaussianMixture(np.random.default_rng(3).standard_normal((5, d)), sigma=0.5)
    x, y = source.sample(40_000, random_state=0)
    log_densities = -np.sum((x[:, None, :] - source.centers) ** 2, axis=2) / (2 * 0.5**2)
    pointwise = log_densities[np.arange(len(x)), y] - logsumexp(log_densities, axis=1) + math.log(5)
    error = pointwise.std() / math.sqrt(len(x))
    assert abs(pointwise.mean() - source.mutual_information) < 4 * error


def test_sampler_noise_and_labels():
    source = GaussianMixture(np.arange(12.0).reshape(4, 3), sigma=0.3)
    x, y = source.sample(20_000, random_state=0)
    assert x.shape == (20_000, 3)
    assert y.dtype == np.int64
    assert np.allclose(np.bincount(y) / len(y), 0.25, atol=0.015)
    noise = (x - source.centers[y]) / 0.3
    assert kstest(noise.ravel(), "norm").pvalue > 1e-3
    assert np.allclose(np.corrcoef(noise.T), np.eye(3), atol=0.03)


def test_three_dimensions_can_be_sampled_but_name_the_estimator_for_their_information():
    source = GaussianMixture(np.eye(3), sigma=1.0)
    assert source.sample(2, random_state=0)[0].shape == (2, 3)
    with pytest.raises(ValueError, match=r"centers has 3 columns.*sample propagation"):
        _ = source.mutual_information


def test_centres_are_a_read_only_copy():
    centers = TWO.copy()
    source = GaussianMixture(centers, sigma=1.0)
    centers[0] = 5.0
    assert source.centers[0, 0] == -1.0
    with pytest.raises(ValueError, match="read-only"):
        source.centers[0] = 5.0


@pytest.mark.parametrize(
    ("centers", "sigma", "named"),
    [
        ([1.0, 2.0], 1.0, r"^centers has shape \(2,\); it must be \(K, d\)"),
        (np.empty((0, 2)), 1.0, "^centers has shape"),
        ([[np.nan]], 1.0, "^centers has missing"),
        ([[1.0]], 0.0, "^sigma is 0.0"),
        ([[1.0]], np.inf, "^sigma is inf"),
    ],
)
def test_bad_input(centers, sigma, named):
    with pytest.raises(ValueError, match=named):
        GaussianMixture(centers, sigma)
