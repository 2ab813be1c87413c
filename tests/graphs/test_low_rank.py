import numpy as np
import pytest
from scipy import sparse

from infometer.graphs import low_rank_svd
from infometer.graphs.low_rank import centred, column_means, matrix_operator

RNG = np.random.default_rng(0)


def of_spectrum(values, n, m, rng=RNG):
    left = np.linalg.qr(rng.normal(size=(n, len(values))))[0]
    right = np.linalg.qr(rng.normal(size=(m, len(values))))[0]
    return (left * values) @ right.T, left


@pytest.mark.parametrize("m", [200, 20], ids=["random", "multiplied out"])
def test_the_leading_singular_vectors_are_found(m):
    spectrum = 0.7 ** np.arange(20)
    matrix, left = of_spectrum(spectrum, 300, m)
    vectors, values = low_rank_svd(matrix_operator(matrix), 10, random_state=0)
    np.testing.assert_allclose(values, spectrum[:10], rtol=1e-6)
    np.testing.assert_allclose(np.abs(np.sum(vectors * left[:, :10], axis=0)), 1, atol=1e-6)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(10), atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("m", [120, 25], ids=["random", "multiplied out"])
def test_what_is_only_rounding_is_no_column(dtype, m):
    counts = RNG.integers(0, 3, (5000, 6)) @ RNG.integers(0, 3, (6, m))
    vectors, values = low_rank_svd(matrix_operator(counts.astype(dtype)), 20, random_state=0)
    assert values.shape == (6,)
    assert vectors.shape == (5000, 6)
    assert vectors.dtype == values.dtype == dtype


def test_small_singular_values_are_kept_in_single_precision():
    matrix, _ = of_spectrum(np.array([1.0, 1e-2, 1e-4]), 2000, 100)
    _, values = low_rank_svd(matrix_operator(matrix.astype(np.float32)), 5, random_state=0)
    np.testing.assert_allclose(values, [1.0, 1e-2, 1e-4], rtol=1e-2)


@pytest.mark.parametrize("shape", [(30, 0), (30, 5), (5, 300)])
def test_nothing_has_no_columns(shape):
    vectors, values = low_rank_svd(matrix_operator(np.zeros(shape)), min(shape), random_state=0)
    assert vectors.shape == (shape[0], 0)
    assert values.shape == (0,)


def test_rows_of_zero_stay_exactly_zero():
    """By reflections they would be rounding, which rows of unit length blow up."""
    matrix = sparse.random_array((400, 400), density=0.02, rng=RNG, dtype=np.float32).tocsr()
    matrix = sparse.csr_array(sparse.diags_array((np.arange(400) > 4).astype(np.float32)) @ matrix)
    vectors, _ = low_rank_svd(matrix_operator(matrix), 20, random_state=0)
    assert not vectors[:5].any()


def test_the_centred_operator_is_the_centred_matrix():
    matrix = sparse.random_array((50, 8), density=0.3, rng=RNG).tocsr()
    dense = matrix.toarray() - matrix.toarray().mean(axis=0)
    operator = matrix_operator(matrix)
    operator = centred(operator, column_means(operator))
    x, y = RNG.normal(size=(8, 3)), RNG.normal(size=(50, 3))
    np.testing.assert_allclose(operator @ x, dense @ x, atol=1e-14)
    np.testing.assert_allclose(operator.T @ y, dense.T @ y, atol=1e-14)
    np.testing.assert_allclose(operator @ x[:, 0], dense @ x[:, 0], atol=1e-14)
    np.testing.assert_allclose(operator.T @ y[:, 0], dense.T @ y[:, 0], atol=1e-14)


def test_means_in_single_precision_do_not_drift():
    """Added one by one in single precision, ten million values of 10⁻⁷ are not 1."""
    rows = np.full((3_000_000, 1), 0.1, dtype=np.float32)
    assert column_means(matrix_operator(rows))[0] == pytest.approx(np.float32(0.1), rel=1e-9)


def test_what_a_constant_leaves_of_itself_is_rounding():
    constant = np.full((1000, 3), np.float32(0.1))
    constant *= 1 + np.float32(1e-7) * RNG.integers(-1, 2, (1000, 3)).astype(np.float32)
    operator = matrix_operator(constant)
    means = column_means(operator)
    operator = centred(operator, means)
    assert len(low_rank_svd(operator, 3)[1]) == 3
    cancelled = np.sqrt(1000) * np.linalg.norm(means)
    assert len(low_rank_svd(operator, 3, cancelled=cancelled)[1]) == 0


def test_the_draw_is_that_of_the_seed():
    matrix, _ = of_spectrum(np.linspace(1, 0.9, 60), 100, 100)
    one, two, other = (
        low_rank_svd(matrix_operator(matrix), 5, random_state=s)[1] for s in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, two)
    assert (one != other).all()
