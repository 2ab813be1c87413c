import numpy as np
import pytest

from infometer.resampling import (
    generator,
    parts_error,
    splits_error,
    student_interval,
    subsampling_error,
    subsampling_splits,
)


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
    x = generator(0, "data").standard_normal(80)
    one, two = (
        subsampling_error(lambda rows: float(x[rows].sum()), 80, random_state=1, n_jobs=n_jobs)
        for n_jobs in (1, 2)
    )
    assert one == two


def test_the_draws_of_this_version_are_those_of_the_next():
    found = subsampling_splits(8, strata=np.repeat([0, 1], 4), repeats=1, random_state=7)
    assert found.tolist() == [[0, 1, 1, 0, 0, 1, 1, 0], [0, 2, 1, 0, 2, 1, 1, 0]]


def test_a_group_lies_whole_in_one_part_and_parts_are_nearly_equal():
    sizes = np.array([1, 9, 4, 4, 7, 2, 2, 6, 5, 5, 8, 3])
    groups = np.random.default_rng(0).permutation(np.repeat(np.arange(12), sizes))
    splits = subsampling_splits(len(groups), groups=groups.astype(str), random_state=0)
    assert splits.shape == (20, 56)
    assert splits.dtype == np.int8
    for split in splits:
        assert all(len(set(split[groups == group])) == 1 for group in range(12))
        assert np.ptp(np.bincount(split)) <= sizes.max()
    assert len({split.tobytes() for split in splits}) == 20
    alone = subsampling_splits(56, groups=np.arange(56), random_state=0)
    np.testing.assert_array_equal(alone, subsampling_splits(56, random_state=0))


@pytest.mark.parametrize("parts", [(1, 2), (2, 200), (4,)])
def test_no_split_in_more_parts_than_there_are_groups(parts):
    with pytest.raises(ValueError, match=r"parts are .* of 3 groups"):
        subsampling_splits(300, groups=np.arange(300) % 3, parts=parts)


def test_parts_of_unequal_size_count_by_their_rows():
    """Rows of unit variance in parts of 1 and 3: the spread Σ n_j (θ_j − θ̄)² has mean 1."""
    rng, splits = np.random.default_rng(0), np.array([[0, 1, 1, 1]])
    draws = rng.standard_normal((4000, 4))
    squares = [splits_error([np.array([x[0], x[1:].mean()])], splits)[0] ** 2 for x in draws]
    assert np.mean(squares) == pytest.approx(1 / 4, abs=4 * np.std(squares) / 4000**0.5)


def group_means(seed, sizes):
    rng, groups = generator(seed, "groups"), np.repeat(np.arange(len(sizes)), sizes)
    return groups, rng.standard_normal(len(sizes))[groups] + 0.5 * rng.standard_normal(len(groups))


def mean_error(x, groups):
    return parts_error(
        lambda splits: [np.bincount(split, x) / np.bincount(split) for split in splits],
        len(x),
        groups=groups,
        random_state=0,
    )


@pytest.mark.parametrize("sizes", [np.full(6, 10), np.array([5, 5, 8, 10, 10, 15, 20, 30])])
def test_the_interval_of_a_mean_of_groups_covers_and_without_them_it_does_not(sizes):
    """200 draws: 95 % nominal, whose own error is 1.5 %."""
    covered = {"groups": 0, "rows": 0}
    for seed in range(200):
        groups, x = group_means(seed, sizes)
        for name, labels in (("groups", groups), ("rows", None)):
            found = mean_error(x, labels)
            low, high = student_interval(x.mean(), found.standard_error, found.contrasts)
            covered[name] += low <= 0 <= high
    assert 0.91 <= covered["groups"] / 200 <= 0.99
    assert covered["rows"] / 200 < 0.75


def test_the_degrees_of_freedom_are_those_of_the_effective_number_of_groups():
    groups, x = group_means(0, np.full(6, 10))
    assert mean_error(x, groups).contrasts == pytest.approx(5)
    groups, x = group_means(0, np.array([30, 10, 10, 10]))
    assert mean_error(x, groups).contrasts == pytest.approx(2)  # 60² / 1200 − 1
    groups, x = group_means(0, np.full(50, 2))
    assert mean_error(x, groups).contrasts == 30


def test_too_few_groups_give_a_reason():
    for count in (1, 3):
        found = subsampling_error(len, 60, groups=np.arange(60) % count)
        assert found.standard_error is None
        assert found.reason.startswith(f"no interval: {count} groups for 3 parts")
    rare = np.zeros(60, dtype=int)
    rare[:5] = 1
    found = subsampling_error(
        len, 60, strata=rare, groups=np.arange(60) // 5, smallest_part=1, random_state=0
    )
    assert found.reason.startswith("no interval: a class (1) would have 0 rows")
