import numpy as np
import pytest

from infometer.preferences import ComparisonGraph, neighbor_edges


def test_variance_is_that_of_a_difference_under_the_kernel():
    X = np.random.default_rng(0).normal(size=(30, 3))
    edges, variances = neighbor_edges(X, k=4, length_scale=1.5)
    kernel = np.exp(-((X[:, None] - X) ** 2).sum(-1) / (2 * 1.5**2))
    u, v = edges.T
    np.testing.assert_allclose(variances, kernel[u, u] + kernel[v, v] - 2 * kernel[u, v])
    assert (u < v).all()
    assert np.bincount(edges.ravel(), minlength=30).min() >= 4


def test_few_items_are_all_neighbors():
    edges, _ = neighbor_edges(np.eye(3), k=10)
    assert edges.tolist() == [[0, 1], [0, 2], [1, 2]]


@pytest.mark.parametrize(
    ("X", "options", "message"),
    [
        ([[0.0], [np.nan]], {}, "in 1 rows, the first row 1"),
        ([[0.0], [1.0], [0.0]], {}, "same embedding in rows 0 and 2"),
        ([[0.0], [1.0]], {"length_scale": 0.0}, "length_scale is 0.0"),
        ([[0.0], [1.0]], {"k": 0}, "k is 0"),
        ([0.0, 1.0], {}, r"X has shape \(2,\)"),
    ],
)
def test_bad_embeddings_are_named(X, options, message):
    with pytest.raises(ValueError, match=message):
        neighbor_edges(X, **options)


def test_embeddings_link_prompts():
    X = np.array([[0.0], [1.0], [1.5], [2.5]])
    graph = ComparisonGraph.from_embeddings(
        X, [(0, 3)], k=2, outcomes=[1], prompts=["p", "p", "q", "q"]
    )
    assert len(set(graph.components())) == 1
