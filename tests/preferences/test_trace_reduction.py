import numpy as np

from infometer.preferences.trace_reduction import pair_laplacian


def test_the_laplacian_of_all_pairs_of_a_group():
    groups, x = np.array([0, 1, 0, 0, 1]), np.array([1.0, 5.0, -2.0, 0.5, 3.0])
    squares = sum((x[u] - x[v]) ** 2 for u in range(5) for v in range(u) if groups[u] == groups[v])
    np.testing.assert_allclose(x @ pair_laplacian(x, groups), squares)
