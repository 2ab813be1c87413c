import numpy as np
import pytest

from infometer.estimators.rao_scott import rao_scott_size


def independent(n, seed):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 2, n), rng.choice(3, n, p=[0.2, 0.3, 0.5])


def direct(x, y, w, g):
    """The double sum of the definition."""
    p, q = (np.bincount(view, w)[view] / w.sum() for view in (x, y))
    first = (x[:, None] == x) / p - 1
    second = (y[:, None] == y) / q - 1
    spread = (np.outer(w, w) * (g[:, None] == g) * first * second).sum()
    return x.max() * y.max() * w.sum() ** 2 / spread


def test_it_is_the_double_sum():
    rng = np.random.default_rng(0)
    x, y = independent(80, 0)
    w, g = rng.exponential(size=80), rng.integers(0, 12, 80)
    assert rao_scott_size(x, y, weights=w, groups=g) == pytest.approx(direct(x, y, w, g))
    assert rao_scott_size(x, y, weights=w) == pytest.approx(direct(x, y, w, np.arange(80)))
    silent = np.r_[w, np.zeros(5)]
    longer = [np.r_[v, [0, 1, 1, 0, 1]] for v in (x, y)]
    assert rao_scott_size(*longer, weights=silent) == pytest.approx(rao_scott_size(x, y, weights=w))


def test_independent_rows_count_once_and_copies_not_at_all():
    x, y = independent(5000, 1)
    assert rao_scott_size(x, y) == pytest.approx(5000, rel=0.05)
    copies = [np.repeat(v, 4) for v in (x, y)]
    found = rao_scott_size(*copies, groups=np.repeat(np.arange(5000), 4))
    assert found == pytest.approx(rao_scott_size(x, y))


def test_weights_that_depend_on_nothing_count_as_their_effective_number():
    x, y = independent(5000, 2)
    w = np.random.default_rng(0).exponential(size=5000)
    assert rao_scott_size(x, y, weights=w) == pytest.approx(w.sum() ** 2 / (w @ w), rel=0.1)


def test_groups_that_all_hold_the_same_independent_table():
    x, y = np.tile([0, 0, 1, 1], 9), np.tile([0, 1, 0, 1], 9)
    assert np.isfinite(rao_scott_size(x, y, groups=np.repeat(np.arange(9), 4)))
