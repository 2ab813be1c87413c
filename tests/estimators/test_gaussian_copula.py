import numpy as np
import pytest
from scipy.stats import norm

from infometer.contracts import DiscreteDataWarning
from infometer.estimators import GaussianCopula, GaussianInformation, normal_scores


def gaussian_pair(rho, n, seed, d=1):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    return x, rho * x + np.sqrt(1 - rho**2) * rng.standard_normal((n, d))


def test_scores_are_quantiles_and_ties_share_one():
    scores = normal_scores(np.array([[3.0], [1.0], [1.0], [9.0]]))
    assert scores[:, 0] == pytest.approx(norm.ppf([0.6, 0.3, 0.3, 0.8]))


def test_a_monotone_change_of_any_column_changes_nothing():
    x, y = gaussian_pair(0.6, 300, 0, 2)
    base = GaussianCopula().fit(x, y).estimate_
    changed = np.column_stack([np.exp(3 * x[:, 0]), -np.cbrt(x[:, 1])])
    assert GaussianCopula().fit(changed, np.arctan(y)).estimate_.value == pytest.approx(base.value)


@pytest.mark.parametrize(("rho", "truth"), [(0.0, 0.0), (0.6, 0.223144), (0.9, 0.830366)])
def test_gaussian_pairs_in_other_units(rho, truth):
    """100 draws of 500 rows, whose mean has an error of 0.003 at most."""
    draws = (gaussian_pair(rho, 500, seed) for seed in range(100))
    found = [GaussianCopula().fit(np.exp(x), y**3).estimate_ for x, y in draws]
    assert np.mean([e.value for e in found]) == pytest.approx(truth, abs=0.018)
    covered = np.mean([e.interval[0] <= truth <= e.interval[1] for e in found])
    assert 0.88 <= covered <= 1.0


def test_it_is_below_the_truth_where_the_copula_is_not_gaussian():
    """Y = X + uniform noise of the same width: ½ nat, and the copula is not Gaussian."""
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(5000, 1))
    found = GaussianCopula().fit(x, x + rng.uniform(-0.5, 0.5, (5000, 1))).estimate_
    assert found.bound == "lower"
    assert 0.3 < found.value < 0.5 - 3 * found.standard_error


def test_no_bound_is_promised_for_two_views_of_several_columns_or_with_ties():
    x, y = gaussian_pair(0.6, 300, 0, 2)
    found = GaussianCopula().fit(x, y).estimate_
    assert found.bound is None
    assert "no lower bound" in found.warnings[0]
    assert GaussianCopula().fit(x, y[:, 0]).estimate_.bound == "lower"
    with pytest.warns(DiscreteDataWarning):
        assert GaussianCopula().fit(np.round(x[:, [0]]), y[:, 0] > 0).estimate_.bound is None


def test_one_gaussian_view_is_enough_for_a_bound():
    """The sign of x tells log 2 of it; the Gaussian with their correlation 0.506."""
    x, _ = gaussian_pair(0.6, 3000, 0)
    with pytest.warns(DiscreteDataWarning):
        found = GaussianCopula().fit(x, x[:, 0] > 0).estimate_
    assert found.bound == "lower"
    assert found.value == pytest.approx(-0.5 * np.log(1 - 2 / np.pi), abs=0.01)


def test_it_is_the_gaussian_figure_of_the_scores():
    x, y = gaussian_pair(0.5, 400, 1, 2)
    scores = GaussianInformation().fit(normal_scores(x), normal_scores(y)).estimate_
    assert GaussianCopula().fit(x, y).estimate_.value == pytest.approx(scores.value)


def test_weighted_ranks_are_nearly_those_of_repeated_rows():
    x, y = gaussian_pair(0.6, 400, 0)
    weights = np.random.default_rng(1).integers(0, 5, 400)
    scores = normal_scores(x, weights / weights.mean())
    repeated = [np.repeat(v, weights, axis=0) for v in (x, y)]
    first = (np.cumsum(weights) - weights)[weights > 0]
    middle = np.abs(scores[weights > 0]) < 2
    again = normal_scores(repeated[0])[first]
    assert scores[weights > 0][middle] == pytest.approx(again[middle], abs=0.02)
    assert normal_scores(x, np.ones(400)) == pytest.approx(normal_scores(x))
    found = GaussianCopula().fit(x, y, weights).estimate_
    assert found.value == pytest.approx(GaussianCopula().fit(*repeated).estimate_.value, abs=0.01)
