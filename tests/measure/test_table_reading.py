import numpy as np
import pandas as pd
import pytest

from infometer.measure.rare_labels import merge_rare_labels
from infometer.measure.table_reading import read_table_columns

N = 200
RNG = np.random.default_rng(0)


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "x": RNG.standard_normal(N),
            "word": RNG.choice(["tea", "milk", "rum"], N),
            "id": np.arange(N),
            "y": np.arange(N) % 2,
        }
    )


def test_rows_without_the_target_are_left_out_and_told(frame):
    frame["y"] = frame["y"].where(np.arange(N) >= 30)
    table = read_table_columns(frame, "y")
    assert len(table.target.values) == len(table.columns["x"].values) == N - 30
    np.testing.assert_array_equal(table.columns["x"].values, frame["x"][30:])
    assert "30 of 200 rows." in [finding.evidence for finding in table.findings]


def test_of_too_many_rows_some_are_drawn_the_same_in_every_column(frame):
    frame["x"] = np.arange(N) + 0.5
    table = read_table_columns(frame, "y", max_rows=50, random_state=1)
    rows = table.columns["x"].values.to_numpy(dtype=int)
    assert len(set(rows)) == 50
    np.testing.assert_array_equal(table.target.values, frame["y"][rows])
    assert any("50 of 200 rows" in finding.evidence for finding in table.findings)
    again = read_table_columns(frame, "y", max_rows=50, random_state=1)
    np.testing.assert_array_equal(again.columns["x"].values, table.columns["x"].values)


def test_missing_as_a_category_keeps_all_rows(frame):
    frame.loc[:39, ["x", "word"]] = None
    frame["given"] = pd.Series(["yes"] * N).mask(np.arange(N) < 100)
    table = read_table_columns(frame, "y", missing="category")
    assert table.measured == ["x", "word", "given"]
    assert all(table.columns[name].present.all() for name in table.measured)
    x = table.columns["x"].values
    assert (x[:40] > x[40:].max()).all()
    assert x[:40].nunique() == 1
    assert "missing in 40 rows" in table.columns["word"].why
    assert table.columns["given"].values.nunique() == 2
    assert read_table_columns(frame, "y").measured == ["x", "word"]


def test_what_the_target_leaves_of_a_column_decides(frame):
    frame["y"] = frame["y"].astype(object).where(np.arange(N) < 100)
    frame["late"] = np.where(np.arange(N) < 90, np.nan, frame["x"])
    frame["early"] = np.where(np.arange(N) < 100, 1.0, frame["x"])
    table = read_table_columns(frame, "y")
    assert table.columns["late"].kind == "nearly empty"
    assert table.columns["early"].kind == "constant"


def test_rare_labels_are_merged_and_told(frame):
    frame.loc[:2, "word"] = ["gin", "gin", "whey"]
    frame["kind"] = ["a"] * 150 + ["b"] * 48 + ["c"] * 2
    frame["code"] = [f"c{i // 2}" for i in range(N)]
    table = read_table_columns(frame, "y")
    assert set(table.columns["kind"].values) == {"a", "other (2 values)"}
    assert table.columns["code"].kind == "nearly an identifier"
    (told,) = [finding for finding in table.findings if finding.where == "rare labels"]
    assert "“word” 2 of 5 values, 3 rows" in told.evidence
    assert "“kind” 1 of 3 values, 2 rows, with 'b'" in told.evidence
    assert "code" not in told.evidence


@pytest.mark.parametrize(
    ("labels", "merged"),
    [
        ("aaaabbbb", ""),
        ("aaaaabbbbcd", "bcd"),
        ("aaaabbbbccdd", "cd"),
        ("aaaab", ""),
        ("aaabb", "ab"),
        ("aaaabc", "bc"),
    ],
)
def test_the_merged_labels_have_rows_enough(labels, merged):
    found, names = merge_rare_labels(pd.Series(list(labels)), 4)
    assert sorted(names) == list(merged)
    assert found.nunique() == len(set(labels)) - max(len(merged) - 1, 0)


@pytest.mark.parametrize(
    ("change", "target", "says"),
    [
        ({}, "z", "names 'z', which is no column"),
        ({}, "wrod", "there are 'word'"),
        ({"y": "one"}, "y", "has a single value"),
        ({"y": [f"p{i}" for i in range(N)]}, "y", "it names the rows"),
        ({"y": [1, 2] * 9 + [None] * (N - 18)}, "y", "known in 18 of 200 rows"),
        ({"y": ["a"] * 199 + ["b"]}, "y", "one value in all rows but 1"),
        ({"y": [f"c{i // 3}" for i in range(N)]}, "y", "it names the rows"),
        ({"x": 1.0, "word": "tea"}, "y", "no column is left .*'id': identifier"),
    ],
)
def test_what_cannot_be_measured_is_told_in_one_error(frame, change, target, says):
    with pytest.raises(ValueError, match=says):
        read_table_columns(frame.assign(**change), target)


def test_a_table_without_commas_is_seen():
    with pytest.raises(ValueError, match="separated by commas"):
        read_table_columns(pd.DataFrame({"x;y": ["1;2"] * 30}), "y")


def test_missing_values_are_refused_where_asked(frame):
    frame.loc[3, "x"] = None
    with pytest.raises(ValueError, match=r"missing values in x \(1\)"):
        read_table_columns(frame, "y", missing="error")
    read_table_columns(frame, "y", ["word"], missing="error")
    with pytest.raises(ValueError, match="missing is 'drop'"):
        read_table_columns(frame, "y", missing="drop")
