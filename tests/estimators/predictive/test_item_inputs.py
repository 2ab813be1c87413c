import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from infometer.estimators.predictive.item_forms import (
    count_empty_texts,
    emptied,
    item_keys,
    side_by_side,
    stacked,
    take_items,
)
from infometer.estimators.predictive.item_inputs import read_items, text_columns
from infometer.estimators.predictive.labels import read_labels


def test_every_form_keeps_one_row_an_item():
    texts = ["tea", "", "milk"]
    frame = pd.DataFrame({"t": texts, "x": [1.0, 2.0, 3.0], "k": pd.Categorical(["a", "b", "a"])})
    forms = [
        [1, 2, 3],
        np.ones((3, 2)),
        np.ones((3, 2, 2)),
        sparse.coo_matrix(np.eye(3)),
        texts,
        pd.Series(texts),
        np.array(texts),
        [("a", "b"), ("a", ""), ("c", "d")],
        frame,
        frame["k"],
    ]
    for form in forms:
        items = read_items(form)
        assert items.shape[0] == 3
        assert take_items(items, np.array([2, 0])).shape[0] == 2
        assert emptied(items).shape == items.shape


def test_a_series_is_read_by_position_and_not_by_its_index():
    frame = read_items(pd.DataFrame({"t": ["a", "b"]}, index=[7, 3]))
    assert frame.index.tolist() == [0, 1]
    assert read_items(pd.Series(["a", "b"], index=[7, 3])).tolist() == ["a", "b"]


def test_categories_are_no_texts():
    frame = read_items(pd.DataFrame({"t": ["a", "b"], "k": pd.Categorical(["x", "y"])}))
    assert text_columns(frame) == ["t"]
    assert emptied(frame)["t"].tolist() == ["", ""]
    assert emptied(frame)["k"].tolist() == ["x", "x"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["a", None], "1 missing texts, the first at 1"),
        (["a", 3.5], "3.5"),
        ([[1], [1, 2]], "different lengths"),
        ([1.0, np.nan], "NaN"),
        (sparse.csr_array([[np.inf]]), "infinity"),
        ([], "expected a row an item"),
        (pd.DataFrame({"x": [1.0, None]}), "missing values in x"),
        (pd.DataFrame([[1, 2]], columns=["x", "x"]), "two columns 'x'"),
        (pd.DataFrame({"x": [{}, []]}), "column 'x' of X holds objects"),
    ],
)
def test_what_are_no_items_is_refused(given, told):
    with pytest.raises(ValueError, match=told):
        read_items(given)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([0, 1, 1], "3 labels for 2 items"),
        (["a", None], "1 missing labels, the first at 1"),
        ([0.5, 1.0], "measured numbers, such as 0.5"),
        ([[0, 1], [1, 1]], "more or less than one label"),
        ([["a"], ["a", "b"]], "more or less than one label"),
        (np.array(["a", 1], dtype=object), "mixes int, str"),
        (["a", 1], "mixes int, str"),
        ([True, 2], "mixes bool, int"),
        (["a", float("nan")], "1 missing labels, the first at 1"),
    ],
)
def test_what_are_no_labels_is_refused(given, told):
    with pytest.raises(ValueError, match=told):
        read_labels(given, 2)


def test_copies_are_told_by_their_content():
    keys = item_keys(read_items(["a", "b", "a"]))
    assert keys[0] == keys[2] != keys[1]
    frame = read_items(pd.DataFrame({"t": ["a", "a", "a"], "x": [1, 2, 1]}))
    assert (item_keys(frame) == item_keys(frame)[0]).tolist() == [True, False, True]
    rows = np.array([[0.5, 1.0], [0.5, 2.0], [0.5, 1.0]])
    for form in (rows, sparse.csr_array(rows)):
        keys = item_keys(form)
        assert keys[0] == keys[2] != keys[1]


def test_whole_numbers_that_repeat_are_no_copies():
    codes = np.array([[0, 1], [0, 1]])
    for form in (codes, codes.astype(float), sparse.csr_array(codes)):
        assert item_keys(read_items(form)) is None


def test_empty_texts_are_counted_once_an_item():
    assert count_empty_texts(read_items(["a", " ", ""])) == 2
    assert count_empty_texts(read_items([("", ""), ("a", ""), ("a", "b")])) == 2
    assert count_empty_texts(np.zeros((3, 1))) == 0


def test_inputs_stand_side_by_side():
    numbers, texts = read_items([[1.0, 2.0]]), read_items(["tea"])
    assert side_by_side({"B": numbers, "X": numbers}).tolist() == [[1, 2, 1, 2]]
    assert sparse.issparse(side_by_side({"B": numbers, "X": sparse.csr_array(numbers)}))
    assert side_by_side({"B": numbers, "X": texts}).columns.tolist() == ["B_1", "B_2", "X"]
    with pytest.raises(ValueError, match="different numbers of items"):
        side_by_side({"B": numbers, "X": read_items(["a", "b"])})
    frame = read_items(pd.DataFrame({"t": ["a"]}))
    with pytest.raises(ValueError, match="column 't' stands in two"):
        side_by_side({"B": frame, "X": frame})


def test_parts_of_unlike_forms_are_not_stacked():
    assert stacked(read_items(["a"]), read_items(["b", "c"])).tolist() == ["a", "b", "c"]
    frame = read_items(pd.DataFrame({"t": ["a"]}))
    assert len(stacked(frame, frame)) == 2
    for second in (np.ones((1, 3)), read_items(["a"]), frame):
        with pytest.raises(ValueError, match="expected the same columns"):
            stacked(np.ones((2, 2)), second)
