"""The report of head entropies: true sentences, figures that draw, pages that render."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from infometer.attention import HeadEntropy, HeadEntropyTable
from infometer.reporting import render_html
from infometer.tracing import AttentionCall

matplotlib = pytest.importorskip("matplotlib")

MAPS = json.loads((Path(__file__).parent / "published_heat_maps.json").read_text())


def measured(nan=False):
    metric, rng = HeadEntropy(3, 4), torch.Generator().manual_seed(0)
    for layer in range(3):
        q, k = torch.randn(2, 5, 4, 16, 8, generator=rng).unbind()
        metric.update(AttentionCall(layer, torch.nan * q if nan else q, k, 1.0, causal=True))
    return metric.table()


def test_the_answer_says_what_was_found():
    report = HeadEntropyTable.of_means(MAPS["SM+G"], n_tokens=128).report()
    assert report.answer == (
        "59 of 144 heads are well-behaved; 83 overloaded in layers 0–8; 1 collapsed in layer 10; "
        "1 low in layer 9; none is a sink. The mean entropy is 2.810 nats, of at most 3.878 under "
        "the mask."
    )
    assert report.estimates == ()  # published means come without rows
    assert [finding.severity for finding in report.findings] == ["warning", "info"]


def test_bits_change_what_is_shown_and_not_the_figures():
    nats, bits = measured().report(), measured().report(unit="bits")
    assert bits.estimates[0].value == nats.estimates[0].value == measured().mean.mean()
    assert f"{measured().mean.mean() / np.log(2):.3f} bits" in bits.answer
    with pytest.raises(ValueError, match="unit is 'shannon'"):
        measured().report(unit="shannon")


def test_the_error_of_the_overall_mean_is_no_less_than_that_of_its_sequences():
    (overall,) = measured().report().estimates
    table = measured()
    if_independent = np.sqrt((table.standard_error**2).sum()) / table.mean.size
    assert if_independent < overall.standard_error <= table.standard_error.max()
    assert overall.interval[0] < overall.value < overall.interval[1]


def test_figures_draw_every_cell_and_bar():
    table = measured()
    ax = table.plot()
    assert len(ax.texts) == 12
    assert ax.images[0].get_array().shape == (3, 4)
    bars = table.bands().plot()
    assert sum(patch.get_width() for patch in bars.patches) == 12


def test_a_page_renders_also_of_nothing_but_nan():
    page = render_html(measured().report())
    assert "Mean attention entropy of every head" in page
    report = measured(nan=True).report()
    assert report.answer.startswith("Attention is NaN in every row of all 12 heads")
    assert report.findings[0].severity == "error"
    assert "Attention is NaN from layer 0 on." in render_html(report)
