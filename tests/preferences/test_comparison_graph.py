import numpy as np
import pandas as pd
import pytest

from infometer.preferences import ComparisonGraph


def graph(**changes):
    given = {"n_items": 3, "pairs": [(0, 1), (1, 2)], "outcomes": [1, 0]}
    return ComparisonGraph(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pairs": [(0, 1), (2, 2)]}, r"compares item 2 with itself \(row 1"),
        ({"pairs": [(0, 3), (1, 2)]}, "names items 0 to 3; expected 0 to 2"),
        ({"pairs": [(0.0, 1.0), (1.0, 2.0)]}, "expected whole numbers"),
        ({"outcomes": [1, 2]}, "outcomes holds 2; expected 1"),
        ({"outcomes": ["first", "left"]}, "outcomes holds left"),
        ({"outcomes": [0.3, 0.9]}, "give kind='cardinal'"),
        ({"outcomes": [1]}, r"outcomes has shape \(1,\); expected \(2,\)"),
        ({"beta": 0.0}, "beta is 0.0"),
        ({"beta": float("nan")}, "beta is nan"),
        ({"variances": [1, 1]}, "belong to cardinal"),
        ({"kind": "cardinal", "variances": [1, 0]}, "variances holds values that are not above 0"),
        ({"weights": [1, -1]}, "weights holds"),
        ({"prior_edges": [(0, 1)], "prior_variances": [-1.0]}, "prior_variances holds"),
        ({"prior_precision": -1.0}, "prior_precision is -1.0"),
        ({"prompts": ["a", "a", "b"]}, "1 comparisons across prompts, the first of 1 with 2"),
        ({"times": [0.0, np.inf]}, "times holds"),
        ({"names": ["a"]}, r"names has shape \(1,\); expected \(3,\)"),
        ({"kind": "ordinal"}, "kind is 'ordinal'"),
    ],
)
def test_bad_input_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        graph(**changes)


def test_prior_edges_link_prompts():
    linked = graph(prompts=["a", "a", "b"], prior_edges=[(1, 2)], prior_variances=0.5)
    assert linked.prior_variances.tolist() == [0.5]


def test_skips_and_ties_are_kept_and_a_skip_binds_nothing():
    g = graph(outcomes=["tie", "skip"])
    assert g.has_ties
    assert g.answered.tolist() == [True, False]
    assert g.comparison_precisions().tolist() == [0.25, 0.0]
    assert len(set(g.components().tolist())) == 2


@pytest.mark.parametrize(("noise", "share"), [("variance", 3 / np.pi**2), ("fisher", 1 / 3)])
def test_precision_of_a_cardinal_comparison(noise, share):
    g = graph(kind="cardinal", outcomes=[0.2, -1.0], beta=2.0, noise=noise, weights=[1, 3])
    np.testing.assert_allclose(g.comparison_precisions(), [4 * share, 12 * share], rtol=1e-15)


def test_laplacian_of_repeats_and_prior():
    g = graph(pairs=[(0, 1), (1, 0)], prior_precision=0.1)
    expected = [[0.6, -0.5, 0], [-0.5, 0.6, 0], [0, 0, 0.1]]
    np.testing.assert_allclose(g.laplacian().toarray(), expected, rtol=1e-15)


@pytest.mark.parametrize(
    "outcomes",
    [
        ["first", np.nan, "tie"],
        [1, None, "tie"],
        pd.Series(["first", pd.NA, "tie"], dtype="string"),
        np.array([1.0, np.nan, 0.5]),
    ],
)
def test_words_numbers_and_missing_values_go_together(outcomes):
    graph = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2), (0, 2)], outcomes=outcomes)
    np.testing.assert_array_equal(graph.outcomes, [1.0, np.nan, 0.5])
