from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.sparse import csr_array

from infometer.estimators.label_embedding import embed_labels
from infometer.estimators.row_groups import read_groups
from infometer.estimators.views import View, as_frame, read_view, read_views

LETTERS = list("abcab")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0.5, 1.5, 2.5], "continuous"),
        (LETTERS, "discrete"),
        ([True, False, True], "discrete"),
        ([1, 2, 3, 1], "discrete"),
        ([1.0, 2.0, 3.0, 1.0], "discrete"),
        (range(20), "discrete"),
        (range(21), "continuous"),
        ([*range(21), 0], "continuous"),
        (pd.Series(["u", "v"], dtype="category"), "discrete"),
        (pd.Categorical([1, 2, 1]), "discrete"),
        (pd.Series(pd.to_datetime(["2024-01-01", "2024-01-03"])), "continuous"),
        (np.array([0.5, 1.5], dtype=object), "continuous"),
        (["a", 1, "a"], "discrete"),
        ([[1.5, 2.5], [3.5, 1.0]], "continuous"),
        ([7, 7, 7], "constant"),
        (pd.DataFrame({"a": [0.1, 0.2], "b": ["u", "v"], "c": [1, 1]}), "mixed"),
    ],
)
def test_the_type_of_a_view_is_found_as_the_tables_find_it(values, kind):
    assert read_view(values, "x").kind == kind


def test_a_type_that_is_given_holds():
    assert read_view([1, 2, 1], "x", "continuous").numbers.tolist() == [[1.0], [2.0], [1.0]]
    assert read_view([0.5, 0.7, 0.5], "x", "discrete").symbols.tolist() == [0, 1, 0]


def test_times_are_seconds_and_constant_columns_are_left_out():
    days = pd.to_datetime(["2024-01-01", "2024-01-03"])
    frame = pd.DataFrame({"t": days, "gap": pd.to_timedelta([1, 2], unit="h"), "one": [1.5, 1.5]})
    assert read_view(frame, "x").numbers.tolist() == [[0.0, 3600.0], [172800.0, 7200.0]]


DAYS = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-04"]))


@pytest.mark.parametrize(
    ("values", "same"),
    [
        (np.array([0.5, 1.5, 4.0], dtype=">f8"), [0.5, 1.5, 4.0]),
        (pd.DataFrame({"a": np.array([0.5, 1.5, 4.0], dtype=">f4")}), [0.5, 1.5, 4.0]),
        ([Decimal("0.5"), Decimal("1.5"), Decimal(4)], [0.5, 1.5, 4.0]),
        (DAYS.astype("timestamp[ns][pyarrow]"), DAYS),
        (DAYS.dt.tz_localize("UTC").astype(pd.ArrowDtype(pa.timestamp("us", "UTC"))), DAYS),
        (DAYS.astype("date32[pyarrow]"), DAYS),
        ((DAYS - DAYS[0]).astype("duration[ns][pyarrow]"), DAYS),
        (pd.Series([True, False, True], dtype="bool[pyarrow]"), ["a", "b", "a"]),
    ],
)
def test_a_column_is_read_for_what_it_holds_however_it_is_stored(values, same):
    found, plain = read_view(values, "x"), read_view(same, "x")
    assert found.numbers.tolist() == plain.numbers.tolist()
    assert found.labels.tolist() == plain.labels.tolist()


def test_names_of_columns_may_be_of_several_levels_or_none():
    rows = [[0.5, "u"], [1.5, "v"], [2.5, "u"]]
    for names in (pd.MultiIndex.from_tuples([(1, 2), (1, 3)]), [None, None]):
        frame = pd.DataFrame(rows, columns=names)
        assert read_view(frame, "x").told == "mixed (1 continuous, 1 discrete)"


def test_duplicate_names_of_columns_are_two_columns():
    frame = pd.DataFrame([[0.5, "u"], [1.5, "v"], [2.5, "u"]], columns=["a", "a"])
    assert read_view(frame, "x").told == "mixed (1 continuous, 1 discrete)"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (3.0, "x is the single value 3.0"),
        ("word", "x is the single value 'word'"),
        (np.zeros((2, 2, 2)), r"x is of shape \(2, 2, 2\)"),
        ([], "x is empty"),
        (pd.DataFrame(index=range(3)), "x is empty"),
        ([[1, 2], [3]], "x has rows of unequal lengths"),
        (csr_array(np.eye(3)), "x is a sparse matrix"),
        ([1.0, np.nan, np.inf], r"x contains NaN.*'0': 2"),
        (pd.DataFrame({"a": ["u", None], "b": [1, 2]}), r"x contains NaN.*'a': 1"),
        (np.ma.masked_array([1.5, 2.5], [False, True]), "x contains NaN"),
        ([1j, 2j], "x is complex"),
        ([[[1], [2]], [[3], [4]]], "x is of shape"),
        ([0.2, 0.3, 0.5], "looks like a law.*infometer.quantities"),
        (pd.Series([0.2, 0.3, 0.5]), "looks like a law"),
        ([1.0], "x has 1 row and 1 column; expected samples one a row"),
        ([[1.0, 2.0, 3.0]], "x has 1 row and 3 columns.*transpose it"),
        (pd.Series([True, None], dtype="bool[pyarrow]"), r"x contains NaN.*'0': 1"),
        (pd.Series([0.5, np.inf], dtype="float64[pyarrow]"), r"x contains NaN.*'0': 1"),
        ([Decimal("0.5"), Decimal("NaN")], r"x contains NaN.*'0': 1"),
    ],
)
def test_what_is_no_sample_is_refused_with_a_reason(values, message):
    with pytest.raises(ValueError, match=message):
        read_view(values, "x")


def test_numbers_that_sum_to_1_are_samples_as_a_column_or_as_indicators():
    assert read_view([[0.2], [0.3], [0.5]], "x").kind == "continuous"
    assert read_view([0.0, 1.0, 0.0], "x").kind == "discrete"


def test_text_is_not_continuous_and_a_type_is_one_of_three():
    with pytest.raises(ValueError, match="x_type is 'continuous' and column 'a' of x holds 'u'"):
        read_view(pd.DataFrame({"a": ["u", "v"]}), "x", "continuous")
    with pytest.raises(ValueError, match="x_type is 'number'"):
        read_view([1, 2], "x", "number")


def test_unequal_lengths_and_groups_are_told():
    with pytest.raises(ValueError, match="x has 2 rows, y has 3 rows"):
        read_views(x=([1, 2], "auto"), y=([1, 2, 3], "auto"))
    with pytest.raises(ValueError, match="both given"):
        read_groups([0, 0], 2, 2)
    with pytest.raises(ValueError, match=r"groups has shape \(2,\)"):
        read_groups([0, 0], None, 3)
    with pytest.raises(ValueError, match="block is 0"):
        read_groups(None, 0, 3)


def test_identifiers_are_told():
    assert "label of its own" in read_view(["a", "b", "c"], "x").notes[0]
    assert read_view(LETTERS, "x").notes == ()


@pytest.mark.parametrize("standardized", [True, False])
def test_labels_are_equally_far_apart_and_farther_than_all_numbers(standardized):
    rng = np.random.default_rng(0)
    labels = np.column_stack([rng.integers(0, 3, 60), rng.integers(0, 4, 60)])
    x = View("x", 1e3 * rng.standard_cauchy((60, 2)), labels)
    y = View("y", 1e-3 * rng.standard_normal((60, 1)), np.empty((60, 0), int))
    first, second = embed_labels([x, y], standardized=standardized)
    apart = np.abs(first[:, None] - first[None]).max(axis=2)
    same = x.symbols[:, None] == x.symbols[None]
    assert len(np.unique(apart[~same])) == 1
    assert apart[~same].min() > apart[same].max()
    assert apart[~same].min() > np.ptp(second)


def test_tensors_are_read_but_not_their_gradients():
    torch = pytest.importorskip("torch")
    numbers = torch.arange(10.0)
    for values in (numbers, numbers.bfloat16(), numbers.half()):
        assert as_frame(values, "x")["0"].tolist() == list(range(10))
    with pytest.raises(ValueError, match=r"x is a tensor with a gradient.*x\.detach"):
        as_frame(numbers.requires_grad_(), "x")
