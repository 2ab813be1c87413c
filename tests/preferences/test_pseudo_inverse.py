import numpy as np
import pytest

from infometer.preferences import ComparisonGraph, laplacian_solver
from infometer.preferences.pseudo_inverse import pseudo_inverse


@pytest.mark.parametrize("precision", [0.0, 0.5])
def test_it_is_that_of_dense_algebra(precision):
    graph = ComparisonGraph(n_items=5, pairs=[(0, 1), (1, 2), (2, 0), (3, 4)], kind="cardinal",
                            variances=[1.0, 2.0, 3.0, 4.0], prior_precision=precision)  # fmt: skip
    solver = laplacian_solver(graph.laplacian(), row_sums=precision)
    dense = np.linalg.pinv(graph.laplacian().toarray())
    np.testing.assert_allclose(pseudo_inverse(solver), dense, atol=1e-12)
