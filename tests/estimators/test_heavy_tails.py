"""Heavy tails are told where ranks give another figure, and only there."""

import numpy as np
import pytest

from infometer.estimators import KSG, Ross
from infometer.estimators.heavy_tails import heavy_tails
from infometer.sources import CorrelatedGaussian, StudentT


def far(found):
    return any("rows far out" in text for text in found.warnings)


def test_a_cauchy_pair_is_told_with_a_figure_near_the_truth():
    source = StudentT(1, 1, 1.0)
    found = KSG(random_state=0).fit(*source.sample(1000, 0)).estimate_
    assert found.value < 0.8 * source.mutual_information
    (text,) = [text for text in found.warnings if "rows far out" in text]
    from_ranks = float(text.split("figure is ")[1].split(";")[0])
    assert from_ranks == pytest.approx(source.mutual_information, abs=0.06)


def test_tame_columns_are_not_searched_again(monkeypatch):
    monkeypatch.setattr("infometer.estimators.heavy_tails.normal_scores", None)
    assert not far(KSG().fit(*CorrelatedGaussian.from_correlation(0.9, 1).sample(500, 0)).estimate_)


def test_labels_stay_as_they_are():
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, 600)
    x = (label + 0.1 * rng.standard_cauchy(600))[:, None]
    assert heavy_tails(x)
    assert not far(Ross(random_state=0).fit(x, label).estimate_)  # in a line ranks change nothing


def test_no_columns_no_tails():
    assert not heavy_tails(np.empty((5, 0)))
