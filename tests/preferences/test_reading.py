import numpy as np
import pandas as pd
import pytest

from infometer.contracts import RepeatedComparisonsWarning
from infometer.preferences import ComparisonGraph, read_chosen_rejected, read_comparisons


def table(winner, **columns):
    return pd.DataFrame({"first": ["a", "b"], "second": ["b", "c"], "winner": winner, **columns})


@pytest.mark.parametrize(
    ("winner", "outcomes"),
    [
        (["a", "c"], [1, 0]),
        (["first", "Second"], [1, 0]),
        (["TIE", "skip"], [0.5, np.nan]),
        (["a", "tie"], [1, 0.5]),
        ([1, 2], [1, 0]),
        ([2, 0], [0, 0.5]),
        (["skip", 2.0], [np.nan, 0]),
    ],
)
def test_a_winner_is_a_name_a_word_or_a_number(winner, outcomes):
    np.testing.assert_array_equal(read_comparisons(table(winner)).outcomes, outcomes)


def test_a_winner_may_be_the_name_of_a_column():
    frame = table(["model_a", "tie (bothbad)"]).rename(
        columns={"first": "model_a", "second": "model_b"}
    )
    graph = read_comparisons(frame, first="model_a", second="model_b")
    assert graph.outcomes.tolist() == [1.0, 0.5]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (table(["a", "a"]), r"winner holds 'a' in row 1 \(1 such rows\), of 'b' and 'c'"),
        (table([1, 0]), "0 may be a tie or the second"),
        (table([1, 3]), "winner holds '1' in row 0"),
        (table(["a", None]), r"missing values in winner \(1\)"),
        (table(["a", "b"], second=["b", "b"]), "compares 'b' with itself in row 1"),
        (
            table(["a", "b"], time=["2024-01-01", "soon"]),
            r"time holds 'soon' in row 1 \(1 such rows\), which is neither",
        ),
        (table(["a", "b"]).drop(columns="winner"), "no column 'winner'.*chosen and rejected"),
        (table(["a", "b"]).iloc[:0], "no rows"),
        (pd.DataFrame({"first": [1], "second": [2], "winner": [1]}), "items are called so too"),
        (
            pd.DataFrame({"first": ["tie"], "second": ["b"], "winner": ["tie"]}),
            "'tie', which is a word",
        ),
    ],
)
def test_what_cannot_be_read_in_one_way_is_named(frame, message):
    with pytest.raises(ValueError, match=message):
        read_comparisons(frame)


def test_names_that_are_numbers_match_whatever_their_type():
    frame = pd.DataFrame({"first": [10, 11], "second": [11.0, 12.0], "winner": ["11", "tie"]})
    graph = read_comparisons(frame)
    assert graph.names == ("10", "11", "12")
    assert graph.outcomes.tolist() == [0.0, 0.5]


def test_a_name_under_two_prompts_is_two_items():
    frame = table(["a", "b"], prompt=["p", "q"])
    graph = read_comparisons(frame)
    assert graph.names == ("a", "b", "b", "c")
    assert graph.prompts.tolist() == ["p", "p", "q", "q"]


@pytest.mark.parametrize(
    ("times", "days"),
    [
        (["2024-01-01", "2024-01-31T12:00"], 30.5),
        ([20240101, 20240131], 30.0),
        ([3.0, 4.5], 1.5),
        ([10000000, 10000001], 1.0),
        (pd.to_datetime(["2024-01-01", "2024-01-31"]), 30.0),
    ],
)
def test_dates_become_days_and_numbers_stay(times, days):
    graph = read_comparisons(table(["a", "b"], time=times))
    assert graph.times[1] - graph.times[0] == pytest.approx(days, abs=1e-9)


def test_missing_values_as_asked():
    frame = table(["a", None], rater=[None, "ann"])
    assert len(read_comparisons(table(["a", None]), missing="pairwise").pairs) == 1
    graph = read_comparisons(frame, missing="category")
    assert graph.raters.tolist() == ["(missing)", "ann"]
    assert graph.answered.tolist() == [True, False]
    with pytest.raises(ValueError, match=r"missing values in first \(1\)"):
        read_comparisons(table(["a", "b"], first=["a", None]), missing="category")


def test_a_strength_is_a_cardinal_comparison():
    graph = read_comparisons(table(["x", "x"], delta=[0.5, -2]), strength="delta")
    assert (graph.kind, graph.outcomes.tolist()) == ("cardinal", [0.5, -2.0])


def test_repeated_rows_count_and_are_told_once():
    frame = pd.concat([table(["a", "b"])] * 2)
    with pytest.warns(RepeatedComparisonsWarning, match="2 of 4 rows"):
        graph = read_comparisons(frame)
    assert len(graph.pairs) == 4
    other = frame.assign(rater=["x", "x", "y", "y"])
    assert len(read_comparisons(other).pairs) == 4


def test_chosen_and_rejected():
    frame = pd.DataFrame({"chosen": ["x", "y"], "rejected": ["y", "z"], "winner": ["?", "?"]})
    graph = ComparisonGraph.from_preferences(frame)
    assert graph.outcomes.tolist() == [1.0, 1.0]
    assert graph.pairs.tolist() == read_chosen_rejected(frame).pairs.tolist() == [[0, 1], [1, 2]]


def test_numbers_beside_names_that_are_numbers_are_names():
    frame = pd.DataFrame({"first": [0, 1, 57], "second": [1, 57, 2], "winner": [1, 57, 2]})
    assert read_comparisons(frame).outcomes.tolist() == [0.0, 0.0, 0.0]


def test_a_column_that_is_there_twice_is_named():
    frame = pd.DataFrame([["a", "b", "a", "b"]], columns=["first", "second", "winner", "winner"])
    with pytest.raises(ValueError, match="frame has 2 columns 'winner'"):
        read_comparisons(frame)


def test_an_item_called_like_a_column_is_no_winner_by_chance():
    frame = pd.DataFrame({"A": ["x", "B"], "B": ["B", "A"], "winner": ["B", "A"]})
    with pytest.raises(ValueError, match="'A', which is a word for an outcome, or a column"):
        read_comparisons(frame, first="A", second="B")
