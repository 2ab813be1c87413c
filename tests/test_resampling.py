import numpy as np
import pytest
from scipy.stats import kstest

from infometer.resampling import (
    generator,
    integer_seed,
    permutation_null,
    root_seed,
    student_interval,
    subsampling_error,
)


def first_draw(random_state, *key):
    return generator(random_state, *key).random()


def test_a_stream_is_known_by_its_key_and_not_by_its_turn():
    forwards = {key: first_draw(0, "layer", key) for key in (1, 2, 3)}
    backwards = {key: first_draw(0, "layer", key) for key in (3, 2, 1)}
    assert forwards == backwards
    assert len(set(forwards.values())) == 3
    assert first_draw(0, "a") != first_draw(1, "a")
    assert first_draw(0, 1) != first_draw(0, "1")
    assert first_draw(0, "a", "b") != first_draw(0, "ab")


def test_the_streams_of_this_version_are_those_of_the_next():
    assert generator(7, "layer", 3).integers(1000, size=3).tolist() == [845, 100, 935]
    assert 0 <= integer_seed(7, "layer", 3) < 2**63


@pytest.mark.parametrize("kind", [np.random.default_rng, np.random.RandomState])
def test_a_generator_gives_its_next_draw(kind):
    first, again = kind(5), kind(5)
    assert root_seed(first) == root_seed(again)
    assert root_seed(first) != root_seed(kind(5))


def test_the_other_random_states():
    assert root_seed(np.int64(3)) == root_seed(3) == 3
    assert root_seed(None) != root_seed(None)
    for bad in (-1, 0.5, "seed"):
        with pytest.raises(ValueError, match="random_state is"):
            root_seed(bad)


def test_the_parts_share_no_row_leave_none_out_and_hold_every_class_in_proportion():
    strata = np.repeat([0, 1, 2], [50, 31, 19])
    parts = []

    def statistic(rows):
        parts.append(rows)
        return 0.0

    error = subsampling_error(statistic, 100, strata=strata, parts=(4,), repeats=2, random_state=0)
    assert error.contrasts == 6
    for split in (parts[:4], parts[4:]):
        np.testing.assert_array_equal(np.sort(np.concatenate(split)), np.arange(100))
        counts = np.array([np.bincount(strata[rows], minlength=3) for rows in split])
        assert np.all(np.ptp(counts, axis=0) <= 1)
    assert any(not np.array_equal(*pair) for pair in zip(parts[:4], parts[4:], strict=True))


def test_the_error_of_a_mean_is_its_standard_deviation_over_root_n():
    variances = []
    for seed in range(200):
        x = generator(seed, "data").standard_normal(120)
        error = subsampling_error(lambda rows, x=x: x[rows].mean(), 120, random_state=seed)
        variances.append(error.standard_error**2)
    simulation_error = np.std(variances) / np.sqrt(200)
    assert abs(np.mean(variances) - 1 / 120) < 4 * simulation_error


def test_a_class_too_small_for_its_neighbours_gives_a_reason():
    strata = np.repeat([0, 1], [50, 8])
    error = subsampling_error(len, 58, strata=strata, smallest_part=4, random_state=0)
    assert error.standard_error is None
    assert error.contrasts == 0
    assert error.reason.startswith("no interval: a class (1) would have 2 rows in 3 parts")
    assert "a part would have 1 rows" in subsampling_error(len, 5, smallest_part=4).reason


def test_workers_change_nothing():
    x = generator(0, "data").standard_normal((80, 2))

    def covariance(rows):
        return float(x[:, 0] @ x[rows, 1]) if len(rows) == 80 else float(x[rows].sum())

    for function in (
        lambda n_jobs: subsampling_error(covariance, 80, random_state=1, n_jobs=n_jobs),
        lambda n_jobs: permutation_null(covariance, 80, 5.0, random_state=1, n_jobs=n_jobs),
    ):
        assert function(1) == function(2)


def test_the_p_value_is_uniform_where_there_is_nothing():
    p_values = []
    for seed in range(150):
        x, y = generator(seed, "data").standard_normal((2, 30))
        null = permutation_null(
            lambda rows, x=x, y=y: float(x @ y[rows]),
            30,
            float(x @ y),
            n_permutations=99,
            random_state=seed,
        )
        p_values.append(null.p_value)
    assert kstest(p_values, "uniform").pvalue > 1e-3


def test_a_null_has_its_mean_and_its_upper_quantile():
    null = permutation_null(lambda rows: float(rows[0]), 11, 10.5, random_state=0)
    assert null.mean == pytest.approx(5.0, abs=1.0)
    assert 9.0 <= null.upper <= 10.0
    assert null.p_value == 1 / 201


def test_the_student_interval():
    low, high = student_interval(1.0, 0.1, 30)
    assert (low, high) == (pytest.approx(1 - 0.2042272), pytest.approx(1 + 0.2042272))
    wider = student_interval(1.0, 0.1, 3)
    assert wider[0] < low < high < wider[1]
    assert student_interval(0.0, 1.0, 1e9, level=0.9)[1] == pytest.approx(1.644854, abs=1e-5)
