"""A convex curve between chords and supporting lines, smooth or straight."""

import numpy as np
import pytest

from infometer.quantities.supporting_lines import Touch, at_places


def polygon(corners):
    """The lower hull of corners, which a line touches at one of them."""
    corners = np.asarray(corners)

    def touch(slopes):
        best = [int((corners[:, 1] + s * corners[:, 0]).argmin()) for s in slopes]
        return [
            Touch(*corners[i], s, 0.0, np.eye(len(corners))[i])
            for i, s in zip(best, slopes, strict=True)
        ]

    return touch


def test_a_polygon_is_found_exactly_in_as_many_rounds_as_it_has_corners():
    touch, calls = polygon([(0, 4), (1, 2), (2, 1), (4, 0)]), []

    def counted(slopes):
        calls.append(slopes)
        return touch(slopes)

    left, right = touch([100.0])[0], touch([0.0])[0]
    places = np.array([0.25, 1.5, 3.0])
    found = at_places(counted, left, right, places, 1e-12)
    np.testing.assert_allclose([mixture.below for mixture in found], [3.5, 1.5, 0.5], atol=1e-12)
    np.testing.assert_allclose([m.solution @ [0, 1, 2, 4] for m in found], places)
    assert [mixture.slope for mixture in found] == [2.0, 1.0, 0.5]
    assert len(calls) <= 6


def test_places_at_and_beyond_the_ends():
    touch = polygon([(0, 4), (1, 2), (4, 0)])
    left, right = touch([np.array(100.0)])[0], touch([0.0])[0]
    ends = at_places(touch, left, right, np.array([0.0, 4.0, 9.0]), 1e-12)
    assert [mixture.below for mixture in ends] == [4.0, 0.0, 0.0]


def test_lines_that_are_too_coarse_are_told():
    exact = polygon([(0, 1), (1, 0)])

    def coarse(slopes):
        return [touch._replace(gap=0.1) for touch in exact(slopes)]

    left, right = coarse([9.0])[0], coarse([0.0])[0]
    with pytest.raises(RuntimeError, match="ask for a larger one"):
        at_places(coarse, left, right, np.array([0.5]), 1e-6)
