import json

import numpy as np
import pandas as pd
import pytest

from infometer.attention import (
    CostProtocol,
    MeasuredCost,
    PrivateInferenceCost,
    TransformerShape,
    cost_protocol,
    measured_costs,
    published_costs,
)
from infometer.attention.cost_fit import fit_unit_costs, operation_counts
from infometer.attention.private_operations import UNITS, private_operations

TABLE = published_costs()
MEASURED = measured_costs(TABLE)
GPT2 = {"n_layers": 12, "d_model": 768, "n_heads": 12, "vocab_size": 50257}
LLAMA = {
    **GPT2, "n_key_heads": 4, "activation": "silu", "gated": True, "norm": "rms_norm", "d_ff": 2048,
}  # fmt: skip
TIED = {"relu": ("layer_norm", 110 / 820)}


@pytest.fixture(scope="module")
def meter():
    return PrivateInferenceCost()


def test_every_published_total_is_met_within_two_percent(meter):
    found = [meter.estimate(row.shape, row.seq_len).bytes for row in MEASURED]
    errors = np.array(found) / [row.bytes for row in MEASURED] - 1.0
    assert np.abs(errors).max() < 0.0125
    assert len(errors) == 25


def test_latency_is_met_as_well_as_its_table_says(meter):
    found = [meter.estimate(row.shape, row.seq_len).seconds for row in MEASURED]
    errors = np.abs(np.array(found) / [row.seconds for row in MEASURED] - 1.0)
    assert errors.mean() == pytest.approx(0.035, abs=0.002)
    assert errors.max() == pytest.approx(0.11, abs=0.005)


@pytest.mark.parametrize(
    ("seq_len", "n_layers", "vocabulary", "gigabytes"),
    [(128, 12, 50000, 15.88), (256, 12, 50000, 31.78), (128, 18, 50000, 23.83),
     (512, 12, 16384, 63.53)],
)  # fmt: skip
def test_what_gelu_costs_above_relu(meter, seq_len, n_layers, vocabulary, gigabytes):
    shape = {**GPT2, "n_layers": n_layers, "vocab_size": vocabulary}
    gelu, relu = (meter.estimate(shape, seq_len, f"SM+LN+{kind}").gigabytes for kind in "GR")
    assert gelu - relu == pytest.approx(gigabytes, rel=1e-3)


def test_the_table_that_ships_is_the_fit_to_what_ships():
    fitted, shipped = PrivateInferenceCost.fit(MEASURED, tied=TIED).table, cost_protocol(
        "bumblebee-2pc"
    )  # fmt: skip
    assert dict(shipped.unit_bytes) == pytest.approx(dict(fitted.unit_bytes), rel=1e-5)
    assert dict(shipped.unit_seconds) == pytest.approx(dict(fitted.unit_seconds), rel=5e-3)
    assert shipped.unidentified == fitted.unidentified
    assert dict(shipped.errors) == pytest.approx(dict(fitted.errors), rel=5e-3)
    assert shipped.errors["left_out_bytes"] < 0.02


def test_left_out_errors_are_those_of_fits_without_the_row():
    counts, sent = operation_counts(MEASURED), np.array([row.bytes for row in MEASURED])
    full = fit_unit_costs(counts, sent, TIED)
    without = fit_unit_costs(counts.drop(index=7), np.delete(sent, 7), TIED)
    predicted = sum(cost * counts.loc[7, name] for name, cost in without.unit_costs.items())
    assert full.left_out_errors[7] == pytest.approx(predicted / sent[7] - 1.0, rel=1e-6)


def test_relu_and_layer_norm_are_not_told_apart(meter):
    """All ways to split their sum meet the totals, and the output says so."""
    counts, sent = operation_counts(MEASURED), np.array([row.bytes for row in MEASURED])
    for share in (1e-6, 0.5, 2.0, 1e6):
        fit = fit_unit_costs(counts, sent, {"relu": ("layer_norm", share)})
        assert np.abs(fit.errors).max() < 0.015
    pair = meter.table.unidentified[0]
    assert (pair.first, pair.second, pair.ratio) == ("relu", "layer_norm", 2.0)
    both, neither, one = (
        meter.estimate(GPT2, 128, name) for name in ("SM+LN+R", "SM+ScFFN", "SM+R")
    )
    known = 2359296 * (2 * meter.coefficients["relu"] + meter.coefficients["layer_norm"])
    assert both.bytes_range == pytest.approx((both.bytes, both.bytes))
    assert neither.bytes_range == (neither.bytes, neither.bytes)
    low, high = one.bytes_range
    assert high - low == pytest.approx(known)
    assert low < one.bytes < high
    told = {caveat.where: caveat for caveat in one.caveats}["ReLU and LayerNorm"]
    assert told.severity == "warning"
    assert "Together they may take 0.00 to 2.44 GB" in told.what
    assert "not identifiable" in told.evidence


def test_a_fit_finds_the_unit_costs_of_another_protocol():
    truth = {
        "softmax": 900.0, "gelu_excess": 2000.0, "relu": 300.0, "layer_norm": 500.0,
        "ffn_io": 40.0, "attention_io": 30.0, "vocabulary": 100.0, "embedding": 3000.0,
    }  # fmt: skip
    mine = PrivateInferenceCost({"name": "truth", "unit_bytes": truth})
    rng = np.random.default_rng(0)
    rows = []
    for variant in ("SM+LN+G", "SM+R", "SM+LN", "SM+G", "SM+ScFuFFN") * 3:
        sizes = rng.integers(1, 9, 4).tolist()
        shape = TransformerShape(sizes[0], 64 * sizes[1], 4, 4, 16 * sizes[1], 100 * sizes[2], 9000)
        shape = shape.with_variant(variant)
        seq_len = 32 * sizes[3]
        rows.append(MeasuredCost(shape, seq_len, mine.estimate(shape, seq_len).bytes))
    fitted = PrivateInferenceCost.fit(rows, name="found").table
    assert dict(fitted.unit_bytes) == pytest.approx(truth, rel=1e-6)
    assert fitted.unidentified == ()
    assert not fitted.unit_seconds
    cost = PrivateInferenceCost(fitted).estimate(GPT2, 128)
    assert cost.minutes is None
    assert "minutes" not in cost.answer()
    assert "seconds" not in cost.report().tables["What costs"]


def test_a_protocol_is_read_back_from_its_file(tmp_path, meter):
    meter.table.save(tmp_path / "mine.json")
    assert PrivateInferenceCost(tmp_path / "mine.json") == meter
    assert PrivateInferenceCost(json.loads((tmp_path / "mine.json").read_text("utf-8"))) == meter


def test_stand_ins_are_named_and_never_silent(meter):
    def warned(**shape):
        caveats = meter.estimate({**GPT2, **shape}, 128).caveats
        return {one.where: one.what for one in caveats if one.severity == "warning"}

    assert warned() == {}
    assert set(warned(**LLAMA)) == {
        "RMSNorm", "SiLU", "gate products", "grouped queries", "ReLU and LayerNorm",
    }  # fmt: skip
    assert "in its place stands GELU's" in warned(**LLAMA)["SiLU"]
    assert "All 8 experts" in warned(n_experts=8)["experts"]
    assert "router" in warned(n_experts=8)
    assert "a query sees 64" in warned(sliding_window=64)["sliding window"]
    assert "sliding window" not in warned(sliding_window=128)
    assert "extrapolation" in warned(d_model=1536)
    lost = meter.estimate(LLAMA, 128, "SM+ScFFN").caveats
    assert "gate" in {one.where for one in lost}
    outside = meter.estimate({**GPT2, "d_model": 1536}, 1024)
    told = {one.where: one.evidence for one in outside.caveats}["extrapolation"]
    assert told == "seq_len = 1024, measured 128 to 512; d_model = 1536, measured 768."
    assert "lies outside what was measured" in outside.estimates()[0].warnings[-1]


def test_counts_follow_the_layers():
    shape = TransformerShape(
        2, 12, 3, 1, 4, 20, 7, activation="silu", gated=True, norm="rms_norm", n_experts=3
    )
    counts = {one.name: dict(one.counts) for one in private_operations(shape, 5)}
    assert counts == {
        "softmax": {"softmax": 2 * 3 * 25},
        "attention projections": {"attention_io": 2 * 5 * (12 + 12 + 4 + 12 + 4 + 12 + 12)},
        "RMSNorm": {"layer_norm": 4 * 5 * 12},
        "SiLU": {"relu": 2 * 5 * 60, "gelu_excess": 2 * 5 * 60},
        "FFN projections": {"ffn_io": 2 * 5 * 3 * (12 + 40 + 20 + 12)},
        "gate products": {"ffn_io": 2 * 5 * 60},
        "router": {"ffn_io": 2 * 5 * (12 + 3)},
        "embedding and vocabulary": {"vocabulary": 5 * 7, "embedding": 5 * 12},
    }


def test_savings_are_differences_of_estimates(meter):
    cost = meter.estimate(GPT2, 128)
    savings = cost.savings().set_index("variant")
    assert list(savings.index) == [
        "SM+LN+R", "SM+LN", "SM+G", "SM+R", "SM+ScFFN", "SM+ScFuFFN", "SM+ScFuFFN_i6",
    ]  # fmt: skip
    for name, row in savings.iterrows():
        other = meter.estimate(GPT2, 128, name)
        assert row["gigabytes"] == other.gigabytes
        assert row["saved_gigabytes"] == pytest.approx(cost.gigabytes - other.gigabytes)
        assert row["least_gigabytes"] <= row["gigabytes"] <= row["most_gigabytes"] * (1 + 1e-12)
    assert savings.loc["SM+ScFuFFN", "published_gigabytes"] == 6.43
    assert savings.loc["SM+LN+R", "published_perplexity"] == 2.76
    assert np.isnan(savings.loc["SM+G", "published_gigabytes"])
    assert savings.loc["SM+ScFuFFN", "times_less"] == pytest.approx(25.32 / 6.43, rel=0.02)
    assert "published_gigabytes" not in meter.estimate(GPT2, 100).savings()


def test_the_least_model_saves_nothing(meter):
    least = meter.estimate({**GPT2, "n_layers": 1}, 128, "SM+ScFuFFN")
    assert least.savings().empty
    assert least.answer().endswith("No variant sends less.")
    experts = meter.estimate({**GPT2, "n_experts": 4}, 128)
    assert list(experts.savings()["variant"]) == ["SM+LN+R", "SM+G", "SM+R"]


def test_parts_add_up_and_minutes_have_two_figures(meter):
    cost = meter.estimate(GPT2, 200)
    frame = cost.to_frame()
    assert frame["bytes"].sum() == pytest.approx(cost.bytes)
    assert frame["share"].sum() == pytest.approx(1.0)
    assert frame["seconds"].sum() == pytest.approx(cost.seconds)
    assert cost.minutes == float(f"{cost.seconds / 60:.1e}")
    report = cost.report()
    assert [one.unit for one in report.estimates] == ["GB", "minutes", "GFLOP"]
    assert "consistent with about 1 Gbps" in report.estimates[1].warnings[0]
    seconds = report.tables["What costs"]["seconds"]
    assert all(value == float(f"{value:.1e}") for value in seconds)
    assert json.loads(json.dumps(cost.to_dict()))["bytes"] == cost.bytes


def test_the_picture_has_a_bar_a_model_as_long_as_its_gigabytes(meter):
    pytest.importorskip("matplotlib")
    cost = meter.estimate(GPT2, 128)
    ax = cost.plot()
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["as it is", *cost.savings()["variant"]]
    ends = np.zeros(len(names))
    for bars in ax.containers:
        ends += [bar.get_width() for bar in bars]
    assert ends == pytest.approx([cost.gigabytes, *cost.savings()["gigabytes"]])


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: PrivateInferenceCost().estimate(GPT2, 0),
            "seq_len is 0; expected the number of tokens",
        ),
        (lambda: PrivateInferenceCost().estimate(GPT2, 9.5), "seq_len is 9.5; expected the number"),
        (lambda: PrivateInferenceCost().estimate(GPT2, 9, "SM+X"), "variant is 'SM\\+X'"),
        (lambda: CostProtocol("mine", {"tanh": 1.0}), "'tanh', which is no operation; known are"),
        (lambda: CostProtocol("mine", {"relu": -1.0}), "unit_bytes of relu is -1.0; expected a"),
        (lambda: CostProtocol("mine", {"relu": "9"}), "unit_bytes of relu is '9'; expected a"),
        (lambda: cost_protocol({"unit_bytes": {}}), "protocol has no 'name'; its fields are"),
        (
            lambda: cost_protocol({"name": "a", "unit_bytes": {}, "bytes": {}}),
            "protocol has an unknown field 'bytes'",
        ),
        (
            lambda: PrivateInferenceCost({"name": "a", "unit_bytes": {}}).estimate(GPT2, 9),
            "protocol 'a' has no unit_bytes of softmax, needed for softmax; add it",
        ),
        (lambda: PrivateInferenceCost.fit(MEASURED[:7]), "rows has 7 measured costs for 8 unit"),
        (
            lambda: PrivateInferenceCost.fit(MEASURED, tied={"tanh": ("relu", 1.0)}),
            "tied has 'tanh' to 'relu'; both must be operations",
        ),
        (
            lambda: PrivateInferenceCost.fit(
                [*MEASURED, MeasuredCost(MEASURED[0].shape, 128, 25e9)]
            ),
            "rows has seconds for 25 of 26 models; give all or none",
        ),
        (lambda: measured_costs(TABLE.drop(columns="variant")), "table has no column variant"),
        (lambda: PrivateInferenceCost().estimate(GPT2, None), "seq_len is None; expected the num"),
        (lambda: PrivateInferenceCost().estimate(GPT2, 9, 3), "variant is 3; expected a name"),
        (lambda: PrivateInferenceCost(3), "protocol is a int; expected 'bumblebee-2pc'"),
        (lambda: PrivateInferenceCost.fit([1, 2]), "expected MeasuredCost objects"),
        (lambda: MeasuredCost(MEASURED[0].shape, 128, float("inf")), "bytes is inf; expected a"),
        (lambda: MeasuredCost(MEASURED[0].shape, 128, "9"), "bytes is 9; expected a number"),
        (lambda: MeasuredCost(MEASURED[0].shape, 0, 9.0), "seq_len is 0; expected the number"),
        (lambda: MeasuredCost({}, 128, 9.0), "shape is a dict; expected a TransformerShape"),
    ],
)
def test_bad_input_is_named(call, told):
    with pytest.raises(ValueError, match=told):
        call()


def test_files_that_are_no_protocol_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected 'bumblebee-2pc' or a JSON file"):
        PrivateInferenceCost("cheetah")
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="is no JSON"):
        PrivateInferenceCost(wrong)
    wrong.write_text("[]", encoding="utf-8")
    with pytest.raises(ValueError, match="holds a list; expected its fields"):
        PrivateInferenceCost(wrong)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", None, "name is None; expected a text"),
        ("network", 3, "network is 3; expected a text"),
        ("unit_bytes", None, "unit_bytes is None; expected numbers by name"),
        ("unit_bytes", {"softmax": None}, "unit_bytes of softmax is None; expected a number"),
        ("unit_bytes", {}, "unidentified has 'relu', which has no unit_bytes"),
        ("unit_seconds", [1], r"unit_seconds is \[1\]; expected numbers by name"),
        ("unidentified", 5, "unidentified or ranges of another form"),
        ("unidentified", [{"first": "relu"}], "unidentified or ranges of another form"),
        ("unidentified", [{"first": "relu", "second": "layer_norm", "ratio": 0}], "the ratio 0;"),
        ("unidentified", [{"first": "x", "second": "relu", "ratio": 1}], "'x', which is no opera"),
        ("ranges", {"seq_len": [1]}, r"ranges has \(1,\) of 'seq_len'; expected the smallest"),
        ("ranges", {"seq_len": [5, 2]}, r"ranges has \(5, 2\) of 'seq_len'"),
        ("ranges", {"sequence": [1, 2]}, "of 'sequence'; expected the smallest and the largest"),
        ("errors", {"left_out_bytes": "a"}, "errors of left_out_bytes is 'a'; expected a number"),
    ],
)
def test_a_damaged_protocol_file_is_named(tmp_path, meter, field, value, told):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({**meter.table.to_dict(), field: value}), encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        PrivateInferenceCost(path)


def test_a_protocol_that_costs_nothing_divides_by_nothing(meter):
    free = PrivateInferenceCost({"name": "free", "unit_bytes": dict.fromkeys(UNITS, 0.0)})
    cost = free.estimate(GPT2, 128)
    assert cost.report().answer.endswith("sends nothing: all unit costs are 0.")
    assert cost.breakdown()["share"].isna().all()


def test_a_table_without_minutes_is_read():
    rows = measured_costs(pd.DataFrame(TABLE.drop(columns=["minutes", "value_free"])))
    assert {row.seconds for row in rows} == {None}
    assert all(row.shape.has_values for row in rows)
