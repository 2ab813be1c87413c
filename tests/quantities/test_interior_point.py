"""The interior-point method: against solutions in closed form, in batches and alone."""

import numpy as np
import pytest

from infometer.quantities.interior_point import Program, minimise, read_tolerance


def mixture(matrix, p):
    """The least Σ q − Σ p log M q, and the bound of how far it is."""
    matrix = np.asarray(matrix, dtype=float)
    count, _, m = matrix.shape

    def gap(q, gradient):
        total = q.sum(-1, keepdims=True)
        return np.log(((1 - gradient) * total).max(-1))

    start = np.full((count, m), 1.0)
    largest = ((p / matrix.sum(-1))[:, None, :] @ matrix).max(-1)
    return Program(
        matrix,
        np.ones((count, m)),
        lambda v: -p / v,
        lambda v: p / v**2,
        start * 1.1 * largest,
        gap,
    )


def test_of_an_identity_the_weights_are_the_law_however_small():
    p = np.array([0.6, 0.4 - 1e-7, 1e-7])
    [q] = minimise(mixture(np.eye(3)[None], p), 1e-12)
    np.testing.assert_allclose(q, p, rtol=1e-4)


def test_a_column_that_others_dominate_gets_nothing():
    [q] = minimise(mixture([[[1.0, 0.2, 0.1], [0.2, 1.0, 0.1]]], np.array([0.5, 0.5])), 1e-11)
    np.testing.assert_allclose(q, [0.5, 0.5, 0.0], atol=1e-9)


@pytest.mark.parametrize("shape", [(12, 5), (5, 12)])  # each solves the smaller of two systems
def test_a_batch_gives_what_each_program_gives_alone(shape):
    rng = np.random.default_rng(0)
    matrices, p = rng.random((6, *shape)), rng.dirichlet(np.ones(shape[0]))
    together = minimise(mixture(matrices, p), 1e-11)
    alone = np.concatenate([minimise(mixture(one[None], p), 1e-11) for one in matrices])
    np.testing.assert_allclose(together, alone, atol=1e-9)
    product = np.einsum("kij,kj->ki", matrices, together)
    c = np.einsum("ki,kij->kj", p / product, matrices)
    assert c.max() <= 1 + 1e-10


def test_a_gap_that_does_not_close_is_told():
    program = mixture(np.eye(2)[None], np.array([0.5, 0.5]))
    stuck = program._replace(gap=lambda q, gradient: np.full(len(q), 1e-3))
    with pytest.raises(RuntimeError, match=r"the gap is 0\.001 and tol is 1e-09: ask for a larger"):
        minimise(stuck, 1e-9)


@pytest.mark.parametrize("tol", [0.0, -1e-9, np.inf, np.nan])
def test_a_tolerance_is_a_positive_number(tol):
    with pytest.raises(ValueError, match="expected a gap in nats above 0"):
        read_tolerance(tol)
