import numpy as np
import pandas as pd
import pytest

from infometer.quantities import joint_law

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
