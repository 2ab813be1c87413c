import numpy as np

from infometer.estimators import local_permutation, rows_nearby


def test_rows_stay_nearby_and_few_are_used_twice():
    z = np.sort(np.random.default_rng(0).uniform(size=(300, 1)), axis=0)
    order = local_permutation(rows_nearby(z, 5), np.random.default_rng(1))
    assert np.abs(order - np.arange(300)).max() <= 5
    assert len(np.unique(order)) > 250
    assert (order != np.arange(300)).mean() > 0.5


def test_equal_rows_are_permuted_among_all_of_them():
    z = np.repeat([[0.0], [1.0]], 100, axis=0)
    nearby = rows_nearby(z, 5)
    assert [len(rows) for rows in nearby] == [100] * 200
    order = local_permutation(nearby, np.random.default_rng(0))
    assert np.array_equal(np.sort(order[:100]), np.arange(100))
    assert np.array_equal(np.sort(order[100:]), np.arange(100, 200))


def test_a_stream_gives_one_permutation():
    nearby = rows_nearby(np.arange(50.0)[:, None], 5)
    one, two, other = (local_permutation(nearby, np.random.default_rng(s)) for s in (0, 0, 1))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)
