import numpy as np
import pandas as pd
import pytest

from infometer.quantities import (
    bayesian_inverse,
    best_of_n,
    entropy,
    joint_law,
    kl_divergence,
    kl_reward_frontier,
    push_forward,
    rate_distortion,
    rate_reward,
    total_variation,
)

ROWS = pd.DataFrame(
    {"a": ["u", "u", "v", "v", "v"], "b": [1, 2, 1, 1, 2], "c": ["x", "y", "y", "y", "x"]}
)


def test_a_crosstab_of_three_columns_is_a_law_of_three_variables():
    law = joint_law(pd.crosstab([ROWS["a"], ROWS["b"]], ROWS["c"]))
    assert (law.names, law.p.shape, law.n_samples) == (("a", "b", "c"), (2, 2, 2), 5)
    assert law.p.tolist() == [[[0.2, 0.0], [0.0, 0.2]], [[0.0, 0.4], [0.2, 0.0]]]


def test_value_counts_and_normalised_tables_say_the_same():
    counted, shares = (joint_law(ROWS.value_counts(normalize=flag)) for flag in (False, True))
    tabled = joint_law(pd.crosstab([ROWS["a"], ROWS["b"]], ROWS["c"], normalize=True))
    assert counted.names == shares.names == ("a", "b", "c")
    assert counted.p == pytest.approx(shares.p) == tabled.p
    assert shares.n_samples is None


def test_labels_that_stand_twice_add_up_and_levels_without_names_have_their_number():
    law = joint_law(pd.DataFrame([[0.25, 0.25], [0.5, 0.0]], index=["u", "u"]))
    assert law.names == (0, 1)
    assert law.p.tolist() == [[0.75, 0.25]]


def test_columns_named_by_numbers_are_clear_or_refused():
    rows = ROWS.set_axis([0, 1, 3], axis=1)
    assert joint_law(pd.crosstab(rows[0], rows[1])).names == (0, 1)
    assert joint_law(pd.crosstab(rows[3], rows[1])).axes(3, "x") == (0,)
    with pytest.raises(ValueError, match=r"name 1, which is the number of another.*rename_axis"):
        joint_law(pd.crosstab(rows[1], rows[0]))


def test_what_is_missing_and_margins_are_refused():
    with pytest.raises(ValueError, match=r"table has missing values.*fill with 0"):
        joint_law(pd.DataFrame([[0.5, np.nan], [0.25, 0.25]]), "table")
    with pytest.raises(ValueError, match="law has a missing label in 'a'"):
        joint_law(ROWS.assign(a=["u", None, "v", "v", "v"]).value_counts(dropna=False))
    with pytest.raises(ValueError, match="last row and column of law, 'All', are the sums"):
        joint_law(pd.crosstab(ROWS["a"], ROWS["b"], margins=True))
    with pytest.raises(ValueError, match="last row and column of law, 'All', are the sums"):
        joint_law(pd.crosstab([ROWS["a"], ROWS["b"]], ROWS["c"], margins=True))
    assert joint_law(pd.DataFrame([[25, 25], [25, 25]])).n_samples == 100
    shares = pd.crosstab(ROWS["a"], ROWS["b"], normalize=True, margins=True)
    for table in (shares, shares / 4):  # of floats too, that their sum is 1 says nothing
        with pytest.raises(ValueError, match="last row and column of law, 'All', are the sums"):
            joint_law(table)


def test_text_is_refused_with_what_counts_it():
    for table in (ROWS, ROWS["a"]):
        with pytest.raises(ValueError, match=r"law holds text.*pandas\.crosstab\(x, y\)"):
            joint_law(table)


@pytest.mark.parametrize("dtype", ["Int64", "UInt8", "Int32", "uint8"])
def test_counts_of_the_integer_types_of_pandas(dtype):
    table = pd.crosstab(ROWS["a"], ROWS["b"]).astype(dtype)
    law = joint_law(table)
    assert law.n_samples == 5
    assert law.p.tolist() == [[0.2, 0.2], [0.4, 0.2]]


def test_counts_of_few_bits_that_stand_twice_do_not_overflow():
    law = joint_law(pd.Series(np.array([200, 200, 100], np.uint8), index=["u", "u", "v"]))
    assert law.n_samples == 500
    assert law.p.tolist() == [0.8, 0.2]


def test_levels_that_make_too_large_a_table_are_refused_with_its_size():
    levels = pd.MultiIndex.from_arrays([range(2000)] * 4)
    with pytest.raises(ValueError, match="2000 × 2000 × 2000 × 2000 cells; at most 67,108,864"):
        joint_law(pd.Series(1, index=levels))


def test_outcomes_are_not_paired_by_place_where_their_labels_differ():
    p = pd.Series([0.9, 0.1], index=["a", "b"])
    q = pd.Series([0.1, 0.9], index=["b", "a"])
    with pytest.raises(
        ValueError, match=r"p has the labels \('a', 'b'\) and q \('b', 'a'\).*reind"
    ):
        kl_divergence(p, q)
    assert kl_divergence(p, q.reindex(p.index)) == 0.0
    assert kl_divergence(p, q[::-1].to_numpy()) == 0.0
    rows = pd.DataFrame([[0.9, 0.1], [0.5, 0.5]], index=["x", "y"], columns=["a", "b"])
    others = rows.set_axis(["u", "v"], axis=0)  # of rows, which are paired by their place
    np.testing.assert_allclose(total_variation(rows, others), 0)
    np.testing.assert_allclose(total_variation(rows.T, others.T, axis=0), 0)
    np.testing.assert_allclose(total_variation(rows, p), [0, 0.4])
    np.testing.assert_allclose(total_variation(rows.T, p, axis=0), [0, 0.4])
    for given, axis in ((rows, -1), (rows.T, 0)):
        with pytest.raises(ValueError, match="p has the labels"):
            total_variation(given, q, axis=axis)
    with pytest.raises(ValueError, match="p has the labels"):
        total_variation(rows / 2, others / 2, axis=None)
    assert entropy(p) == pytest.approx(entropy(q))


def test_what_belongs_to_an_outcome_has_its_label():
    law = pd.Series([0.7, 0.3], index=["a", "b"])
    square = pd.DataFrame([[0.0, 1.0], [1.0, 0.0]], index=["b", "a"])
    with pytest.raises(ValueError, match=r"p_x has the labels .* and distortion"):
        rate_distortion(law, square, slopes=[1.0])
    with pytest.raises(ValueError, match=r"p_x has the labels .* and reward"):
        rate_reward(law, square, slopes=[1.0])
    with pytest.raises(ValueError, match=r"reference has the labels .* and reward"):
        best_of_n(law, pd.Series([1.0, 0.0], index=["b", "a"]), 2)
    with pytest.raises(ValueError, match=r"reference has the labels .* and reward"):
        kl_reward_frontier(law, pd.Series([1.0, 0.0], index=["b", "a"]), 1.0)
    for function in (push_forward, bayesian_inverse):
        with pytest.raises(ValueError, match=r"p has the labels .* source of the kernel"):
            function(square, law)
    laws = pd.DataFrame([[0.7, 0.3], [0.2, 0.8], [1.0, 0.0]], columns=["b", "a"])
    assert push_forward(square, laws)[:, 1] == pytest.approx([0.7, 0.2, 1.0])
