import math

import numpy as np
import pytest
from scipy.stats import kstest

from infometer.sources import SymmetricLabelNoise, UniformBins


def test_bins():
    source = UniformBins(7, d=2)
    assert source.mutual_information == pytest.approx(1.945910, abs=5e-7)
    x, y = source.sample(20_000, random_state=0)
    assert x.shape == (20_000, 2)
    assert y.dtype == np.int64
    assert np.array_equal(np.unique(y), np.arange(7))
    assert np.all((y <= 7 * x[:, 0]) & (7 * x[:, 0] < y + 1))
    for column in x.T:
        assert kstest(column, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(x[:, 1], y)[0, 1]) < 0.03


@pytest.mark.parametrize(("noise", "expected"), [(0.1, 1.757780), (0.3, 1.032553)])
def test_printed_label_noise(noise, expected):
    value = SymmetricLabelNoise(10, noise).mutual_information
    assert value == pytest.approx(expected, abs=5e-7)


def test_ends_of_label_noise():
    assert SymmetricLabelNoise(10, 0.0).mutual_information == pytest.approx(math.log(10))
    assert SymmetricLabelNoise(10, 0.9).mutual_information == pytest.approx(0.0, abs=1e-12)
    assert SymmetricLabelNoise(2, 1.0).mutual_information == pytest.approx(math.log(2))
    assert SymmetricLabelNoise(3, 1.0).mutual_information == pytest.approx(math.log(3 / 2))


@pytest.mark.parametrize(("k", "noise"), [(2, 0.2), (4, 0.5), (5, 1.0), (3, 0.0)])
def test_sampled_labels_have_the_joint_law_and_its_information(k, noise):
    source = SymmetricLabelNoise(k, noise)
    clean, noisy = source.sample(100_000, random_state=0)
    law = np.full((k, k), noise / (k - 1) / k)
    np.fill_diagonal(law, (1 - noise) / k)
    counts = np.zeros((k, k))
    np.add.at(counts, (clean, noisy), 1)
    assert np.allclose(counts / len(clean), law, atol=0.006)
    positive = law > 0
    exact = np.sum(law[positive] * np.log(law[positive] * k * k))
    assert source.mutual_information == pytest.approx(exact, abs=1e-12)
    joint = counts / len(clean)
    independent = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    plug_in = np.sum(joint[positive] * np.log(joint[positive] / independent[positive]))
    assert plug_in == pytest.approx(source.mutual_information, abs=0.01)


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda: UniformBins(1), "^n_classes is 1; it must be an integer of at least 2"),
        (lambda: UniformBins(3, d=0), "^d is 0"),
        (lambda: SymmetricLabelNoise(1, 0.1), "^n_classes is 1"),
        (lambda: SymmetricLabelNoise(3, 1.1), r"^noise is 1.1; it must be a number in \[0, 1\]"),
    ],
)
def test_bad_input(build, named):
    with pytest.raises(ValueError, match=named):
        build()
