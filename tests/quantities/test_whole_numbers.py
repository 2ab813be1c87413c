import numpy as np
import pytest

from infometer.quantities import (
    best_of_n,
    gaussian_best_of_n,
    hmm_entropy_rate,
    soft_optimal_chain,
    soft_optimal_policy,
)
from infometer.quantities.whole_numbers import read_count

FAIR = [0.5, 0.5]


@pytest.mark.parametrize("number", [3, np.int64(3), np.uint8(3)])
def test_whole_numbers_of_python_and_numpy_are_pythons(number):
    found = read_count(number, "n", "draws")
    assert found == 3
    assert type(found) is int  # that does not overflow as an exponent


@pytest.mark.parametrize("number", [2.0, np.nan, "4", None, True, 0, -1, [3]])
@pytest.mark.parametrize(
    ("function", "named"),
    [
        (lambda n: best_of_n(FAIR, [0, 1], n), "n"),
        (gaussian_best_of_n, "n"),
        (lambda n: hmm_entropy_rate([FAIR, FAIR], np.eye(2), n), "n"),
        (lambda n: soft_optimal_chain(FAIR, [FAIR, FAIR], [0, 1], 1.0, n), "horizon"),
        (lambda n: soft_optimal_policy(FAIR, [FAIR, FAIR], np.sum, 1.0, n), "horizon"),
    ],
)
def test_what_is_no_number_of_things_is_named(function, named, number):
    with pytest.raises(ValueError, match=rf"^{named} is .*; expected the number of .* from 1 on"):
        function(number)


def test_a_horizon_of_numpy_is_refused_as_one_of_python_is():
    with pytest.raises(ValueError, match=r"1\.84e\+19 sequences"):
        soft_optimal_policy(FAIR, [FAIR, FAIR], np.sum, 1.0, np.int64(64))
