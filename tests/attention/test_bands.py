"""Bands of the two published heat maps, counted exactly, and what bands refuse."""

import json
from pathlib import Path

import numpy as np
import pytest

from infometer.attention import HeadEntropyTable, entropy_band

MAPS = json.loads((Path(__file__).parent / "published_heat_maps.json").read_text())


@pytest.mark.parametrize(
    ("name", "counts", "mean"),
    [("SM+LN+G", [6, 20, 106, 12], 2.3769), ("SM+G", [2, 26, 33, 83], 2.8103)],
)
def test_the_published_heat_maps_have_their_bands(name, counts, mean):
    table = HeadEntropyTable.of_means(MAPS[name], n_tokens=128)
    assert table.mean.shape == (12, 12)
    assert table.mean.mean() == pytest.approx(mean, abs=5e-5)
    bands = table.bands(3.87)
    assert bands.counts.tolist() == counts
    assert bands.shares == pytest.approx(np.array(counts) / 144)
    assert bands.by_layer.sum(axis=1).tolist() == [12] * 12
    # the largest entry of all published maps is the causal ceiling, not log 128
    assert table.bands("causal").counts.tolist() == counts
    assert table.bands("log_T").counts[3] < counts[3] / 4


def test_layer_means_of_the_model_without_normalisation():
    means = np.mean(MAPS["SM+G"], axis=1).round(2).tolist()
    assert means == [3.16, 3.24, 3.23, 3.34, 3.50, 3.50, 3.32, 2.91, 1.81, 1.88, 1.96, 1.87]


def test_the_largest_observed_entropy_stands_in_the_top_band():
    bands = HeadEntropyTable.of_means([[0.5, 1.0, 1.5, 2.0]]).bands("observed")
    assert bands.band.tolist() == [[1, 2, 3, 3]]
    assert bands.to_frame().values.tolist() == [[0, 0, 1, 1, 2]]
    assert bands.to_dict()["counts"] == [0, 1, 1, 2]


def test_edges_belong_to_the_band_above_and_nan_to_none():
    edges = [0.0, 0.999, 1.0, 2.0, 3.0, 4.0, np.nan]
    assert entropy_band(edges, 4.0).tolist() == [0, 0, 1, 2, 3, 3, -1]
    assert entropy_band([0.0], [0.0]).tolist() == [-1]  # one key: there is no band


def test_what_cannot_be_a_maximum_is_refused():
    with pytest.raises(ValueError, match=r"an entropy of 3.83 is above the maximum of 3"):
        HeadEntropyTable.of_means(MAPS["SM+LN+G"]).bands(3.0)
    table = HeadEntropyTable.of_means([[1.0]])
    with pytest.raises(ValueError, match="'causal', which is not known of this table"):
        table.bands()
    with pytest.raises(ValueError, match="'log_T', which is not known"):
        table.bands("log_T")
    with pytest.raises(ValueError, match="reference is 'max'"):
        table.bands("max")
    with pytest.raises(ValueError, match="reference is 0; expected an entropy above 0"):
        table.bands(0)
