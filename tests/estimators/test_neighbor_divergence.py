import numpy as np
import pytest

from infometer.estimators import divergence_terms
from infometer.estimators.neighbor_divergence import kullback_leibler_divergence


def normals(n, m, mean, deviation, seed):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 1)), mean + deviation * rng.standard_normal((m, 1))


def test_terms_are_those_of_the_paper():
    rng = np.random.default_rng(0)
    x, y, k = rng.standard_normal((60, 3)), rng.standard_normal((90, 3)), 4
    within = np.sort(np.linalg.norm(x[:, None] - x[None], axis=-1), axis=1)[:, k]
    across = np.sort(np.linalg.norm(x[:, None] - y[None], axis=-1), axis=1)[:, k - 1]
    expected = 3 / 60 * np.log(across / within).sum() + np.log(90 / 59)
    assert divergence_terms(x, y, k).mean() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mean", "deviation", "truth"), [(1, 1, 0.5), (0, 2, 0.318147), (0, 1, 0.0)]
)
def test_normal_laws(mean, deviation, truth):
    """10 pairs of 2000 rows, whose mean has an error of 0.01."""
    figures = [divergence_terms(*normals(2000, 2000, mean, deviation, s)).mean() for s in range(10)]
    assert np.mean(figures) == pytest.approx(truth, abs=0.03)


def test_samples_of_unequal_sizes():
    figures = [divergence_terms(*normals(1000, 4000, 0, 2, s)).mean() for s in range(10)]
    assert np.mean(figures) == pytest.approx(0.318147, abs=0.04)


def test_it_has_a_direction_and_is_short_where_p_reaches_further_than_q():
    """The truth is 3/2 − log 2 = 0.807; 10 pairs of 2000 rows have an error of 0.01."""
    pairs = [normals(2000, 2000, 0, 2, seed) for seed in range(10)]
    back = np.mean([divergence_terms(y, x).mean() for x, y in pairs])
    assert back == pytest.approx(0.59, abs=0.04)
    assert back > 0.318147 + 0.2


def test_columns_add_and_their_units_do_not_matter():
    """Two independent columns that each moved by 1: D = 1, short by what the tails cost."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((3000, 2)), 1 + rng.standard_normal((3000, 2))
    found = kullback_leibler_divergence(x, y, interval=None).value
    assert found == pytest.approx(1.0, abs=0.1)
    scaled = kullback_leibler_divergence(x * [1000, 0.1], y * [1000, 0.1], interval=None).value
    assert scaled == pytest.approx(found)


def test_interval_covers_the_estimators_own_mean():
    """60 pairs, 95 % nominal; the simulation error of the share is 3 %."""
    found = [
        kullback_leibler_divergence(*normals(300, 300, 1, 1, s), random_state=s) for s in range(60)
    ]
    mean = np.mean([e.value for e in found])
    covered = np.mean([e.interval[0] <= mean <= e.interval[1] for e in found])
    assert 0.85 <= covered <= 1.0


def test_few_rows_have_no_interval_and_the_reason():
    found = kullback_leibler_divergence(*normals(20, 300, 0, 1, 0))
    assert found.interval is None
    assert "no interval" in found.warnings[0]


def test_a_common_constant_column_changes_nothing():
    x, y = normals(200, 200, 1, 1, 0)
    base = kullback_leibler_divergence(x, y, interval=None).value
    wide = [np.hstack([v, np.full((200, 1), 7.0)]) for v in (x, y)]
    assert kullback_leibler_divergence(*wide, interval=None).value == pytest.approx(base)
    assert kullback_leibler_divergence([1.0] * 9, [1.0] * 8).value == 0.0


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([0.0, 1.0, np.nan], [0.0] * 9, "x contains NaN"),
        (np.zeros((9, 2)), np.zeros((9, 3)), "x has 2 columns and y has 3"),
        (np.arange(3.0), np.arange(9.0), "x has 3 rows and y has 9; k=3"),
        (np.repeat(np.arange(5.0), 4), np.arange(9.0), "k=3 other rows of x"),
        (np.arange(5.0), np.repeat(np.arange(9.0), 3), "k=3 other rows of y"),
    ],
)
def test_bad_input(x, y, message):
    with pytest.raises(ValueError, match=message):
        kullback_leibler_divergence(x, y)
