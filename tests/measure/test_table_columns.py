import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from infometer.measure import read_columns
from infometer.measure.table_columns import read_column

N = 60
RNG = np.random.default_rng(0)
NUMBERS = RNG.standard_normal(N)
DAYS = pd.date_range("2024-01-01", periods=N)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (NUMBERS, "continuous"),
        (np.arange(N) % 30, "continuous"),
        (np.arange(N) % 4, "discrete"),
        (np.where(np.arange(N) % 7, np.arange(N) % 4, np.nan), "discrete"),
        (np.arange(N), "identifier"),
        ([f"p{i}" for i in range(N)], "identifier"),
        ([f"p{i % 40}" for i in range(N)], "nearly an identifier"),
        ([f"p{i % 20}" for i in range(N)], "discrete"),
        (["same"] * N, "constant"),
        ([np.nan] * N, "constant"),
        ([True, None] * (N // 2), "constant"),
        ([True, None, False] * (N // 3), "discrete"),
        (pd.Categorical(["a", "b"] * (N // 2)), "discrete"),
        (DAYS, "time"),
        (DAYS.tz_localize("Europe/Brussels"), "time"),
        (DAYS - DAYS[3], "time"),
        ([datetime.date(2024, 1, 1 + i % 28) for i in range(N)], "time"),
        (DAYS.strftime("%Y-%m-%dT%H:%M:%SZ"), "time"),
        ([Decimal(i % 40) / 4 for i in range(N)], "continuous"),
        ([[1, 2]] * N, "unreadable"),
        (NUMBERS * 1j, "unreadable"),
    ],
    ids=str,
)
def test_a_column_is_read_as_what_it_holds(values, kind):
    read = read_column("x", pd.Series(values))
    assert read.kind == kind
    assert read.why
    assert read.is_measured == (kind in ("continuous", "discrete", "time"))


def test_times_become_seconds_in_their_order_and_gaps_stay_gaps():
    text = pd.Series(["2024-03-01", None, "2024-02-28 12:00", "2024-02-28 12:00:00.5"])
    read = read_column("when", text)
    np.testing.assert_array_equal(read.values, [129_600.0, np.nan, 0.0, 0.5])
    assert "ISO" in read.why


def test_a_date_that_does_not_exist_is_no_time():
    text = pd.Series(["2024-02-30", "2024-02-28"] * 20)
    assert read_column("when", text).kind == "discrete"


def test_infinity_is_missing_and_told():
    read = read_column("x", pd.Series([*NUMBERS, np.inf, -np.inf]))
    assert read.present.sum() == N
    assert [finding.evidence for finding in read.findings] == ["2 rows."]


def test_a_column_that_is_asked_for_is_measured_though_its_values_are_distinct():
    whole = read_column("price", pd.Series(np.arange(N)), asked=True)
    assert (whole.kind, whole.values.dtype.kind) == ("continuous", "f")
    assert "named" in whole.why
    assert read_column("name", pd.Series([f"p{i}" for i in range(N)]), asked=True).is_discrete


def test_two_columns_of_one_name_are_refused():
    frame = pd.DataFrame([[1, 2]], columns=["x", "x"])
    with pytest.raises(ValueError, match="more than one column 'x'; rename"):
        read_columns(frame)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (["1,200", "3,400,000", "12"], "a separator of thousands"),
        (["1,5", "2,25"], "a decimal comma"),
        (["$5", "3 %", "€ 7.50"], "a sign of a unit"),
        (["1.5", "2e3", "-3", "?", ".5"], 'words: 10 rows ("?")'),
        (["31/12/2024", "1.1.24"], "dates, kept as text"),
    ],
)
def test_text_that_looks_like_numbers_or_dates_is_told_and_left_as_it_is(values, says):
    read = read_column("x", pd.Series(values * 10))
    (finding,) = read.findings
    assert says in finding.evidence
    assert finding.severity == "warning"
    assert set(read.values) == set(values)


@pytest.mark.parametrize("values", [["1", "2"], ["007", "008"], ["red", "5"], ["A-1", "B-2"]])
def test_labels_that_are_no_numbers_are_left_in_peace(values):
    assert read_column("x", pd.Series(values * 10)).findings == ()
