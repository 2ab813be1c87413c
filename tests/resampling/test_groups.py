import numpy as np
import pandas as pd
import pytest

from infometer.resampling import effective_size, group_codes


@pytest.mark.parametrize(
    "groups",
    [
        ["b", "a", "b", "a"],
        np.array([2.5, -1.0, 2.5, -1.0]),
        [("s1", 1), ("s1", 2), ("s1", 1), ("s1", 2)],
        pd.Series(["b", "a", "b", "a"], dtype="category", index=[3, 2, 1, 0]),
        [True, False, True, False],
    ],
)
def test_labels_of_any_type(groups):
    assert group_codes(groups, 4).tolist() == [0, 1, 0, 1]


def test_rows_that_stand_alone_are_no_groups():
    assert group_codes(None, 3) is None
    assert group_codes(["a", "b", "c"], 3) is None
    assert group_codes(["a", "a", "a"], 3).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (["a", "b"], "groups has 2 labels for 3 rows"),
        (np.zeros((3, 1)), r"groups has shape \(3, 1\)"),
        (["a", None, "b"], "groups has 1 missing labels"),
        (["a", float("nan"), "b"], "groups has 1 missing labels"),
        (np.array([1.0, np.nan, np.nan]), "groups has 2 missing labels"),
    ],
)
def test_bad_groups_are_refused(groups, message):
    with pytest.raises(ValueError, match=message):
        group_codes(groups, 3)


def test_the_effective_size_is_that_of_equal_weights():
    assert effective_size(np.full(7, 3.0)) == pytest.approx(7)
    assert effective_size(np.array([1.0, 0.0, 0.0])) == pytest.approx(1)
