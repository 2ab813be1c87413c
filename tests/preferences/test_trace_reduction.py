import numpy as np
import pytest

from infometer.preferences import ComparisonGraph, trace_reduction
from infometer.preferences.candidates import comparable_pairs
from infometer.preferences.covariance_blocks import block_covariance
from infometer.preferences.designs import design_posterior
from infometer.preferences.trace_reduction import pair_laplacian, target_laplacian, target_spreads


def test_the_laplacian_of_all_pairs_of_a_group():
    groups, x = np.array([0, 1, 0, 0, 1]), np.array([1.0, 5.0, -2.0, 0.5, 3.0])
    squares = sum((x[u] - x[v]) ** 2 for u in range(5) for v in range(u) if groups[u] == groups[v])
    np.testing.assert_allclose(x @ pair_laplacian(x, groups), squares)


@pytest.mark.parametrize("speed", [1e-9, 1e9])
@pytest.mark.parametrize("made", [[(0, 1), (1, 2), (4, 5)], [(i, i + 1) for i in range(7)]])
def test_spreads_of_targets_are_the_same_dense_and_sparse(made, speed, monkeypatch):
    monkeypatch.setattr(trace_reduction, "DENSE_SPEED", speed)
    monkeypatch.setattr(trace_reduction, "BLOCK", 5)
    posterior = design_posterior(ComparisonGraph(n_items=8, pairs=made, prior_precision=0.3))
    pairs, targets = comparable_pairs(8), np.array([(0, 2), (2, 0), (1, 5), (6, 4)])
    u, v = pairs.T
    apart = posterior.covariance()[u] - posterior.covariance()[v]
    squares = (apart[:, targets[:, 0]] - apart[:, targets[:, 1]]) ** 2
    found = target_spreads(block_covariance(posterior), target_laplacian(targets, 8), pairs)
    np.testing.assert_allclose(found, squares.sum(axis=1), atol=1e-14)
