import pickle
from functools import partial

import numpy as np
import pytest

from infometer.sources import (
    CorrelatedGaussian,
    Transformed,
    bimodal_x,
    half_cube,
    normal_cdf,
    normal_to_mixture,
    swiss_roll,
)

NORMAL = CorrelatedGaussian.from_correlation(0.75, 1)


def test_information_and_draws_are_those_of_the_source():
    source = Transformed(NORMAL, normal_cdf, half_cube)
    assert source.mutual_information == NORMAL.mutual_information
    x, y = NORMAL.sample(50, random_state=4)
    u, v = source.sample(50, random_state=4)
    np.testing.assert_array_equal(u, normal_cdf(x))
    np.testing.assert_array_equal(v, half_cube(y))


def test_a_view_without_a_map_stays():
    x, y = NORMAL.sample(9, random_state=1)
    u, v = Transformed(NORMAL, of_y=half_cube).sample(9, random_state=1)
    np.testing.assert_array_equal(u, x)
    np.testing.assert_array_equal(v, half_cube(y))


def test_maps_chain_and_may_add_columns():
    source = Transformed(Transformed(NORMAL, normal_cdf), swiss_roll)
    assert [view.shape for view in source.sample(7, random_state=0)] == [(7, 2), (7, 1)]


def test_survives_pickling_with_functions_and_partials():
    skewed = partial(normal_to_mixture, weights=(0.2, 0.8), means=(0.0, 4.0))
    source = Transformed(NORMAL, bimodal_x, skewed)
    back = pickle.loads(pickle.dumps(source))
    for a, b in zip(source.sample(5, random_state=0), back.sample(5, random_state=0), strict=True):
        np.testing.assert_array_equal(a, b)
    assert repr(back) == repr(source)
    assert repr(source).endswith(
        "of_x=bimodal_x, of_y=normal_to_mixture(weights=(0.2, 0.8), means=(0.0, 4.0)))"
    )


def test_equal_parts_make_equal_sources():
    assert Transformed(NORMAL, half_cube) == Transformed(NORMAL, half_cube)
    assert Transformed(NORMAL, half_cube) != Transformed(NORMAL, normal_cdf)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"^source is 3; give a value with mutual_information"):
        Transformed(3)
    with pytest.raises(ValueError, match=r"^of_y is 'half_cube'; give a function"):
        Transformed(NORMAL, of_y="half_cube")
    with pytest.raises(ValueError, match=r"^of_x made an array of shape \(1,\) of one of shape"):
        Transformed(NORMAL, of_x=lambda x: x[:1, 0]).sample(5, random_state=0)
