import math

import numpy as np
import pytest

from infometer.sources import SparseGaussian


@pytest.mark.parametrize(
    ("d", "pairs", "rho"), [(5, 2, 0.8), (3, 3, -0.5), (2, 1, 0.3), (4, 0, 0.9)]
)
def test_only_the_pairs_correlate_and_all_variances_are_one(d, pairs, rho):
    n = 40_000
    x, y = SparseGaussian(d, pairs, rho).sample(n, random_state=0)
    expected = np.eye(2 * d)
    for i in range(pairs):
        expected[i, d + i] = expected[d + i, i] = rho
    np.testing.assert_allclose(np.cov(np.hstack([x, y]).T), expected, atol=5 * math.sqrt(2 / n))


def test_information_does_not_depend_on_what_is_added():
    assert (
        SparseGaussian(25, 2, 0.8).mutual_information
        == SparseGaussian(2, 2, -0.8).mutual_information
    )
    assert SparseGaussian(2, 2, 0.8).mutual_information == pytest.approx(-math.log(1 - 0.64))
    assert SparseGaussian(3, 0, 0.8).mutual_information == 0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((0, 0, 0.5), "^d is 0"),
        ((2, 3, 0.5), "^pairs is 3; it must be at most d = 2"),
        ((2, -1, 0.5), "^pairs is -1"),
        ((2, 1, 1.0), "^rho is 1.0"),
    ],
)
def test_bad_input(arguments, named):
    with pytest.raises(ValueError, match=named):
        SparseGaussian(*arguments)
