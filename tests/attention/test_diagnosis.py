"""What is said of heads: overload, collapse, sinks, NaN, and nothing of a healthy model."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from infometer.attention import HeadEntropy, HeadEntropyTable, diagnose, head_states
from infometer.tracing import AttentionCall

MAPS = json.loads((Path(__file__).parent / "published_heat_maps.json").read_text())


def table(mean, **arrays):
    made = HeadEntropyTable.of_means(mean, n_tokens=128)
    return replace(made, **{name: np.array(array) for name, array in arrays.items()})


def told(findings):
    return [(finding.severity, finding.what.split(":")[0]) for finding in findings]


def test_overload_of_the_model_without_normalisation_and_none_of_gpt2():
    assert diagnose(table(MAPS["SM+LN+G"])) == []
    overload, single = diagnose(table(MAPS["SM+G"]))
    assert overload.severity == "warning"
    assert overload.what.startswith("Heads are overloaded")
    early = (np.array(MAPS["SM+G"][:6]) >= 0.75 * 3.87).sum()
    assert f"83 of 144 heads (58 %) in the highest quarter; {early} of them" in overload.evidence
    assert "layer 4 (all 12 heads)" in overload.where
    assert "temperature" in overload.remedy
    assert single.severity == "info"
    assert single.where == "layer 10 (head 4)"
    assert "down to 0.160 nats" in single.evidence


def test_log_t_as_reference_hides_the_overload():
    findings = diagnose(table(MAPS["SM+G"]), "log_T")
    assert not any("overloaded" in finding.what for finding in findings)


@pytest.mark.parametrize(
    ("kwargs", "severity"),
    [
        ({}, "warning"),
        ({"progress": 0.04}, "info"),
        ({"progress": 0.06}, "warning"),
        ({"progress": 0.06, "warmup": 0.1}, "info"),
        ({"loss_drop": 0.01}, "info"),
        ({"loss_drop": 0.3, "progress": 0.2}, "warning"),
    ],
)
def test_an_untrained_model_at_its_ceiling_raises_no_alarm(kwargs, severity):
    (finding,) = table(np.full((4, 4), 3.877)).diagnose(**kwargs)
    assert finding.severity == severity
    assert ("too early" in finding.what) == (severity == "info")


def test_collapse_needs_no_warm_up_and_says_where():
    mean = np.full((4, 4), 2.0)
    mean[3] = [0.01, 0.02, 0.0, 2.0]
    (finding,) = diagnose(table(mean), progress=0.0)
    assert (finding.severity, finding.where) == ("warning", "layer 3 (heads 0–2)")
    assert "3 of 16 heads" in finding.evidence
    assert "QK-norm" in finding.remedy


def test_sinks_are_told_apart_from_collapse():
    mean = np.full((2, 4), 2.0)
    mean[1] = 0.05
    sinks = [[0.1] * 4, [0.97, 0.95, 0.99, 0.96]]
    assert told(diagnose(table(mean, sink_share=sinks))) == [
        ("info", "Heads rest on the first token")
    ]
    states = head_states(table(mean, sink_share=sinks))
    assert states.sink[1].all()
    assert not states.collapsed.any()
    assert head_states(table(mean)).collapsed[1].all()


@pytest.mark.parametrize("n", [1, 4])
def test_uniform_heads_over_few_keys_are_no_sinks(n):
    """Of four causal rows a uniform head puts 0.52 on the first token, of one row all."""
    metric, q = HeadEntropy(1, 2), torch.zeros(3, 2, n, 4)
    metric.update(AttentionCall(layer=0, query=q, key=q, scale=1.0, causal=True))
    table = metric.table()
    assert table.sink_share.min() > 0.5
    assert not head_states(table).sink.any()
    if n == 1:
        assert table.diagnose() == []
        assert "Every row of all 2 heads sees a single key" in table.report().answer


def test_deep_layers_on_the_way_to_collapse():
    mean = np.full((6, 4), 2.0)
    mean[4:, :2] = 0.6
    (finding,) = diagnose(table(mean))
    assert finding.what == "Deep layers are on the way to collapse."
    assert finding.where == "layer 4 (heads 0, 1), layer 5 (heads 0, 1)"
    mean[:2, :2], mean[4:] = 0.6, 2.0  # as early layers have it in a healthy GPT-2
    assert diagnose(table(mean)) == []


def test_nan_is_an_error_with_the_layer_that_it_comes_from():
    mean, counts = np.full((3, 2), 2.0), np.zeros((3, 2), int)
    counts[1:, 1], mean[2, 1] = 7, np.nan
    (finding,) = diagnose(table(mean, nan_count=counts))
    assert finding.severity == "error"
    assert finding.what == "Attention is NaN from layer 1 on."
    assert finding.where == "layer 1 (head 1), layer 2 (head 1)"
    assert finding.evidence.startswith("7 rows there, 14 in all")


def test_empty_rows_are_mentioned():
    (finding,) = diagnose(table([[2.0, 2.0]], n_empty_rows=[[3, 3]]))
    assert (finding.severity, finding.evidence) == ("info", "3 rows of a head")


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="progress is 40; expected a fraction"):
        diagnose(table([[1.0]]), progress=40)
