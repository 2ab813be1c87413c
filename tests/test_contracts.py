import math

import numpy as np
import pandas as pd
import pytest

from infometer.contracts import (
    Estimate,
    Finding,
    InformationEstimator,
    InformationSource,
    estimates_to_frame,
    frame_to_estimates,
)
from infometer.estimators import KSG
from infometer.sources import CorrelatedGaussian
from infometer.tables import read_table, write_table

FULL = Estimate(
    "I(X;Y)",
    0.4133,
    standard_error=0.012,
    interval=(0.39, 0.437),
    level=0.9,
    ceiling=6.0,
    n_samples=5000,
    method="KSG",
)
BARE = Estimate("I(L;Y)", 0.25, bound="lower", method="Ross")


def test_the_repr_is_in_the_unit_that_was_asked_for():
    one_bit = {"standard_error": math.log(2) / 10, "interval": (0.0, 2 * math.log(2))}
    assert repr(Estimate("H(X)", math.log(2), "bits", **one_bit)) == (
        "1.000 ± 0.100 bits (95 % 0.000 to 2.000)"
    )
    assert repr(Estimate("H(X)", math.log(2), **one_bit)) == (
        "0.693 ± 0.069 nats (95 % 0.000 to 1.386)"
    )


def test_the_repr_shows_a_bound_a_ceiling_and_a_p_value():
    assert repr(BARE) == "≥ 0.250 nats (lower bound; Ross)"
    assert repr(Estimate("I", 0.25, bound="upper")) == "≤ 0.250 nats (upper bound)"
    assert "saturated, ceiling 1.000" in repr(Estimate("I", 0.9, ceiling=1.0))
    assert "p=0.0123" in repr(Estimate("I", 0.9, p_value=0.01234))


def test_the_bare_number_is_in_nats_whatever_is_shown():
    shown_in_bits = Estimate("I(X;Y)", 0.5, "bits")
    assert float(shown_in_bits) == shown_in_bits.nats == 0.5
    assert shown_in_bits.bits == pytest.approx(0.5 / math.log(2))


@pytest.mark.parametrize("attribute", ["nats", "bits"])
def test_a_score_has_no_value_in_nats_or_bits(attribute):
    score = Estimate("accuracy", 0.93, "fraction")
    assert float(score) == 0.93
    assert repr(score) == "0.930 fraction"
    with pytest.raises(ValueError, match="accuracy is in fraction"):
        getattr(score, attribute)
    with pytest.raises(ValueError, match="accuracy is in fraction"):
        score.to_row()


def test_saturated_means_above_four_fifths_of_the_ceiling():
    assert Estimate("I", 0.81, ceiling=1.0).saturated
    assert not Estimate("I", 0.79, ceiling=1.0).saturated
    assert not Estimate("I", 1e9).saturated


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"bound": "above"}, "bound is 'above'"),
        ({"level": 95}, "level is 95"),
        ({"level": 0.0}, "level is 0.0"),
    ],
)
def test_a_wrong_field_is_named(fields, message):
    with pytest.raises(ValueError, match=message):
        Estimate("I", 0.0, **fields)


def test_a_row_carries_the_keys_of_the_room():
    row = FULL.to_row(layer="fc1", epoch=3)
    assert list(row)[:4] == ["layer", "epoch", "quantity", "value_nats"]
    assert Estimate.from_row(row) == FULL


def test_estimates_become_a_table_and_come_back():
    frame = estimates_to_frame([FULL, BARE])
    assert frame["value_nats"].tolist() == [0.4133, 0.25]
    assert frame["saturated"].tolist() == [False, False]
    assert frame_to_estimates(frame) == [FULL, BARE]
    assert frame_to_estimates(estimates_to_frame([BARE])) == [BARE]


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
@pytest.mark.parametrize("estimates", [[FULL, BARE], [BARE], [FULL]])
def test_the_table_survives_a_file(tmp_path, suffix, estimates):
    path = tmp_path / f"estimates{suffix}"
    write_table(estimates_to_frame(estimates), path)
    assert frame_to_estimates(read_table(path)) == estimates


def test_all_fields_of_an_estimate_are_in_its_dictionary():
    fields = FULL.to_dict()
    assert fields.pop("saturated") is False
    assert Estimate(**fields) == FULL


def test_a_finding_has_one_of_three_severities():
    assert Finding("info", "fc1", "All is well.").remedy == ""
    with pytest.raises(ValueError, match="severity is 'fatal'"):
        Finding("fatal", "fc1", "All is lost.")


def test_the_protocols_know_a_source_and_an_estimator():
    assert isinstance(CorrelatedGaussian(1, 1, mutual_information=0.5), InformationSource)
    x = np.random.default_rng(0).standard_normal((30, 2))
    assert isinstance(KSG(interval=None).fit(x[:, :1], x[:, 1]), InformationEstimator)
    assert not isinstance(pd.DataFrame(), InformationSource)
