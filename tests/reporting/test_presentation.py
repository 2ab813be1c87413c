import math

import numpy as np
import pandas as pd
import pytest

from infometer.contracts import Estimate
from infometer.reporting.presentation import ShownEstimate, in_unit, significant


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.00012345, "0.0001234"),
        (0.000012345, "1.234e−05"),
        (99999.6, "100000"),
        (1234567.0, "1.235e+06"),
        (np.float32(0.1), "0.1"),
        (np.int64(-5), "−5"),
        (math.nan, "–"),
        (pd.NaT, "–"),
        (-math.inf, "−∞"),
        ("a-b", "a-b"),
        ((1, 0.5), "1, 0.5"),
        ({"a": 1}, "{'a': 1}"),
        (np.bool_(False), "no"),
    ],
)
def test_significant(value, text):
    assert significant(value) == text


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (0.41333, 0.0123, ("0.413", "0.012")),
        (41333.0, 123.0, ("41333", "123")),
        (-0.5, 0.2, ("−0.50", "0.20")),
        (0.5, 0.0, ("0.5", "0")),
        (0.5, math.nan, ("0.5", "–")),
        (-math.inf, 0.1, ("−∞", "0.10")),
        (math.nan, None, ("–", "")),
    ],
)
def test_a_value_ends_at_the_second_digit_of_its_error(value, error, shown):
    estimate = ShownEstimate(Estimate("h(X)", value, standard_error=error))
    assert (estimate.value, estimate.error) == shown


def test_every_figure_of_an_estimate_is_in_one_unit():
    two = 2 * math.log(2.0)
    estimate = Estimate(
        "I", two, interval=(two / 2, two), ceiling=two, null=(0.0, two / 4), p_value=0.0123
    )
    shown = ShownEstimate(estimate, "bits")
    assert (shown.value, shown.unit_name) == ("2", "bits")
    assert shown.interval == "95 % interval 1 to 2"
    assert shown.flags == ["saturated: ceiling 2"]
    assert shown.null == "without information 0 on average, 95 % below 0.5; p\u00a0=\u00a00.012"
    assert ShownEstimate(Estimate("I", two, unit="bits")).value == "2"
    assert ShownEstimate(Estimate("t", 2.0, unit="s"), "bits").unit_name == "s"


def test_a_table_of_estimates_is_converted_whole():
    row = Estimate("I", 3 * math.log(2.0), standard_error=math.log(2.0), ceiling=4 * math.log(2.0))
    frame = pd.DataFrame([row.to_row(layer=1)])
    bits = in_unit(frame, "bits")
    assert bits[["value_bits", "standard_error", "ceiling"]].iloc[0].tolist() == pytest.approx(
        [3.0, 1.0, 4.0]
    )
    assert bits["level"].tolist() == [0.95]
    assert in_unit(pd.DataFrame({"low": [1.0], "pvi_bits": [1.0]}), "nats").iloc[0].tolist() == [
        1.0,
        math.log(2.0),
    ]
    assert frame["value_nats"].tolist() == [row.value]
