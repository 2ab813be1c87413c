import numpy as np

from infometer.preferences import ComparisonGraph
from infometer.preferences.candidates import (
    Candidates,
    comparable_pairs,
    covariance_difference,
    leading_pairs,
    least_known_neighbours,
)


def test_comparable_pairs_of_prompts_are_ordered_whatever_the_order_of_items():
    prompts = np.array(["b", "a", "b", "a", "b", "c"])
    assert comparable_pairs(6, prompts).tolist() == [[0, 2], [0, 4], [1, 3], [2, 4]]
    assert len(comparable_pairs(40)) == 780


def test_leaders_are_of_every_prompt_and_no_more_than_there_are():
    mean = np.array([1.0, 5.0, 2.0, 4.0, 3.0, 9.0])
    prompts = np.array(["b", "a", "b", "a", "b", "c"])
    assert leading_pairs(mean, 2, prompts).tolist() == [[1, 3], [2, 4]]
    assert leading_pairs(mean, 9).tolist() == comparable_pairs(6).tolist()


def test_buying_is_adding_to_the_precision():
    rng = np.random.default_rng(0)
    root = rng.standard_normal((6, 6))
    covariance, pairs = root @ root.T, comparable_pairs(6)
    ends = np.zeros((len(pairs), 6))
    ends[np.arange(len(pairs)), pairs[:, 0]], ends[np.arange(len(pairs)), pairs[:, 1]] = 1, -1
    variance = np.einsum("pi,ij,pj->p", ends, covariance, ends)
    state = Candidates(
        pairs, np.zeros(len(pairs)), variance, lambda u, v: covariance_difference(covariance, u, v)
    )
    precision = np.linalg.inv(covariance)
    for row, w in [(3, 0.5), (11, 2.0), (3, 1.0)]:
        state.buy(row, w)
        precision += w * np.outer(ends[row], ends[row])
    left = np.linalg.inv(precision)
    np.testing.assert_allclose(state.variance, np.einsum("pi,ij,pj->p", ends, left, ends))
    x = np.arange(6.0)
    np.testing.assert_allclose(state.less_bought(covariance @ x, x), left @ x)


def test_a_shortlist_has_close_pairs_of_one_prompt_least_known_first():
    graph = ComparisonGraph(
        n_items=6,
        pairs=[(0, 1), (0, 1), (1, 2)],
        prompts=list("aaaabb"),
        prior_precision=1.0,
    )
    mean = np.array([0.0, 1.0, 2.0, 3.0, 0.0, 0.0])
    pairs = least_known_neighbours(graph, mean, np.ones(3), reach=2, most=4)
    # 1/L: 1/3, 1/4, 1/2, 1, 1, 1
    assert pairs.tolist() == [[4, 5], [2, 3], [1, 3], [0, 2]]
