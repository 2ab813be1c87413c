import numpy as np
import pytest
from scipy.special import digamma

from infometer.estimators import ksg_terms, sliced_information
from infometer.estimators.samples import standardize


@pytest.mark.parametrize("d", [3, 10])
def test_columns_and_themselves(d):
    """The lines have correlation θ·φ, and E −½ log(1 − (θ·φ)²) = ½ (ψ(d/2) − ψ((d−1)/2))."""
    x = np.random.default_rng(0).standard_normal((1000, d))
    found = sliced_information(x, x, n_slices=100, random_state=0)
    truth = 0.5 * float(digamma(d / 2) - digamma((d - 1) / 2))
    assert abs(found.value - truth) < 4 * found.standard_error + 0.01
    assert found.quantity == "SI(X;Y)"


def test_independent_views_give_zero():
    x, y = np.random.default_rng(0).standard_normal((2, 500, 8))
    assert abs(sliced_information(x, y, n_slices=100, random_state=0).value) < 0.02


def test_a_line_has_one_slice_and_is_ksg():
    rng = np.random.default_rng(0)
    x = rng.standard_normal(300)
    y = x + rng.standard_normal(300)
    found = sliced_information(x, y, n_slices=3, random_state=0)
    ksg = ksg_terms(standardize(x[:, None]), standardize(y[:, None])).mean()
    assert found.value == pytest.approx(ksg)
    assert found.standard_error == pytest.approx(0.0, abs=1e-12)


def test_same_slices_for_any_number_of_jobs_and_units():
    x, y = np.random.default_rng(0).standard_normal((2, 100, 3))
    one, two = (sliced_information(x, y, n_slices=4, random_state=1, n_jobs=j) for j in (1, 2))
    assert one == two
    moved = sliced_information(x * [1000, 0.1, 1] - 3, y, n_slices=4, random_state=1)
    assert moved.value == pytest.approx(one.value)


def test_a_constant_view_carries_nothing():
    found = sliced_information(np.ones(50), np.arange(50.0), n_slices=5)
    assert (found.value, found.interval) == (0.0, (0.0, 0.0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_slices": 1}, "n_slices is 1; it must be a whole number, at least 2"),
        ({"k": 60}, "x has 50 rows; k=60 neighbours need 62"),
        ({"y": np.zeros(49)}, "inconsistent numbers of samples"),
        ({"y": np.full(50, np.inf)}, "y contains NaN or infinity"),
    ],
)
def test_bad_input(arguments, message):
    given = {"x": np.arange(50.0), "y": np.arange(50.0), **arguments}
    with pytest.raises(ValueError, match=message):
        sliced_information(**given)
