from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.estimators.contingency_table import ContingencyTable

LABELS = st.one_of(st.integers(-3, 3), st.sampled_from(["a", "b"]), st.booleans())
PAIRS = st.lists(st.tuples(LABELS, LABELS, LABELS), min_size=1, max_size=40)


def rows_of(pairs):
    rows = np.empty((len(pairs), 3), dtype=object)
    rows[:] = pairs
    return rows


def counted(table):
    """The table as a plain dictionary of the counts of pairs of symbols."""
    first, second = list(table.first), list(table.second)
    row, column = divmod(table.cells, 2**32)
    cells = zip(row, column, table.counts, strict=True)
    return Counter({(*first[i], *second[j]): int(count) for i, j, count in cells})


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@settings(deadline=None, max_examples=60)
@given(pairs=PAIRS, cuts=st.lists(st.integers(0, 40), max_size=4), order=st.randoms())
def test_any_split_merged_in_any_order_counts_the_same(pairs, cuts, order):
    rows = rows_of(pairs)
    whole = ContingencyTable.of(rows[:, :2], rows[:, 2])
    assert counted(whole) == Counter(pairs)
    parts = [p for p in np.split(rows, sorted(c % len(rows) for c in cuts)) if len(p)]
    tables = [ContingencyTable.of(part[:, :2], part[:, 2]) for part in parts]
    while len(tables) > 1:
        order.shuffle(tables)
        tables = [tables[0].merge(tables[1]), *tables[2:]]
    assert counted(tables[0]) == Counter(pairs)
    assert (np.diff(tables[0].cells) > 0).all()
    assert same(tables[0].cell_counts(), whole.cell_counts())


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64, np.float32, object])
def test_labels_are_the_same_in_any_type(dtype):
    x, y = np.random.default_rng(0).integers(0, 100, (2, 500))
    whole = ContingencyTable.of(np.r_[x, x], np.r_[y, y])
    half = ContingencyTable.of(x, y).merge(ContingencyTable.of(x.astype(dtype), y.astype(dtype)))
    assert counted(half) == counted(whole)


def test_integers_at_the_ends_of_their_type():
    for dtype in (np.int8, np.int64, np.uint64):
        x = np.array([np.iinfo(dtype).max, np.iinfo(dtype).min, np.iinfo(dtype).max], dtype=dtype)
        near = np.array([np.iinfo(dtype).max, np.iinfo(dtype).max - 1], dtype=dtype)
        table = ContingencyTable.of(x).merge(ContingencyTable.of(near))
        high, low = int(np.iinfo(dtype).max), int(np.iinfo(dtype).min)
        assert counted(table) == {(high,): 3, (low,): 1, (high - 1,): 1}


def test_text_and_times_are_labels():
    days = pd.date_range("2020", periods=3).to_numpy()
    table = ContingencyTable.of(days[[0, 1, 0]], np.array(["u", "v", "u"]))
    assert sorted(counted(table.merge(table)).values()) == [2, 4]


def test_a_large_vocabulary_needs_no_dense_table():
    """50 000 × 50 000 cells would be 20 GB."""
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 50_000, (2, 20_000))
    table = ContingencyTable.of(x[:9000], y[:9000]).merge(ContingencyTable.of(x[9000:], y[9000:]))
    assert table.n == 20_000
    assert len(table.cells) == len(np.unique(np.column_stack([x, y]), axis=0))


def test_rows_are_left_as_they_are():
    x, y = np.arange(5), np.arange(5)
    ContingencyTable.of(x, y)
    assert x.tolist() == y.tolist() == [0, 1, 2, 3, 4]


def test_merging_changes_neither_table():
    one, other = ContingencyTable.of(np.array([1, 2])), ContingencyTable.of(np.array([2, 3]))
    one.merge(other)
    assert counted(one) == {(1,): 1, (2,): 1}
    assert counted(other) == {(2,): 1, (3,): 1}


def test_other_columns_are_refused():
    with pytest.raises(ValueError, match="X and y have 2 and 0 columns where 1 and 0 were seen"):
        ContingencyTable.of(np.zeros(3)).merge(ContingencyTable.of(np.zeros((3, 2))))
