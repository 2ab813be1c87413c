import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.estimators import canonical_correlations
from infometer.estimators.canonical_correlations import moment_correlations
from infometer.estimators.moments import Moments

N = 60


def pair(seed, n=N):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2))
    return x, x @ [[0.5, 0.1, 0.0], [0.0, 0.4, 1.0]] + rng.standard_normal((n, 3))


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 99),
    cuts=st.lists(st.integers(1, N - 1), max_size=6, unique=True),
    order=st.randoms(),
    offset=st.sampled_from([0.0, 1e8]),
)
def test_any_split_merged_in_any_order_has_the_same_moments(seed, cuts, order, offset):
    x, y = (view + offset for view in pair(seed))
    parts = np.split(np.random.default_rng(seed).permutation(N), sorted(cuts))
    moments = [Moments.of(x[part], y[part]) for part in parts]
    while len(moments) > 1:
        order.shuffle(moments)
        moments = [moments[0].merge(moments[1]), *moments[2:]]
    found, rows = moments[0], np.hstack([x, y]) - offset  # exact: the rows are rounded already
    centred = rows - rows.mean(axis=0)
    scatter = centred.T @ centred
    assert found.n == N
    assert found.centred.T @ found.centred == pytest.approx(scatter, abs=1e-10 * scatter.max())
    assert moment_correlations(found) == pytest.approx(
        canonical_correlations(x - offset, y - offset), abs=1e-10
    )


def test_blocks_of_many_rows_are_merged_too():
    x, y = pair(0, n=10_000)
    found = Moments.of(x, y)
    centred = np.hstack([x, y]) - np.hstack([x, y]).mean(axis=0)
    assert found.centred.T @ found.centred == pytest.approx(centred.T @ centred)


def test_a_column_of_tiny_numbers_beside_one_of_huge_ones():
    x, y = pair(0)
    scaled = Moments.of(x * [1e-300, 1e300], y)
    assert moment_correlations(scaled) == pytest.approx(canonical_correlations(x, y), abs=1e-10)


def test_nearly_dependent_columns_keep_their_digits():
    """Singular values 1e-7 apart, whose squares are lost in a scatter."""
    x, y = pair(0)
    near = np.column_stack([x[:, 0], x[:, 0] + 1e-7 * x[:, 1]])
    whole = Moments.of(near[:20], y[:20]).merge(Moments.of(near[20:], y[20:]))
    assert moment_correlations(whole) == pytest.approx(canonical_correlations(x, y), abs=1e-7)


def test_from_a_scatter():
    x, y = pair(0)
    rows = np.hstack([x, y])
    scatter = np.cov(rows.T) * (N - 1)
    found = Moments.of_scatter(N, scatter, rows.min(0), rows.max(0), (2, 3))
    assert moment_correlations(found) == pytest.approx(canonical_correlations(x, y), abs=1e-12)
    twice = np.column_stack([x, x[:, 0]])
    rows = np.hstack([twice, y])
    found = Moments.of_scatter(N, np.cov(rows.T), rows.min(0), rows.max(0), (3, 3))
    with pytest.raises(ValueError, match=r"columns of X are linearly dependent \(rank 2 of 3\)"):
        moment_correlations(found)


def test_merging_changes_neither():
    one, other = Moments.of(*pair(0)), Moments.of(*pair(1))
    before = one.root.copy(), other.root.copy()
    one.merge(other)
    assert np.array_equal(one.root, before[0])
    assert np.array_equal(other.root, before[1])
