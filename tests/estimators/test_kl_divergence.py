import numpy as np
import pandas as pd
import pytest
from scipy.stats import entropy as exact

import infometer
from infometer.estimators import kl_divergence


def counted(*counts):
    return np.repeat(list("abcd")[: len(counts)], counts)


def test_numbers_are_for_nearest_neighbours():
    assert infometer.kl_divergence is kl_divergence
    rng = np.random.default_rng(0)
    figures = [
        kl_divergence(rng.standard_normal(1000), 2 * rng.standard_normal(1500), interval=None)
        for _ in range(6)
    ]
    assert np.mean([found.value for found in figures]) == pytest.approx(0.318147, abs=0.04)
    assert figures[0].parameters["n_reference"] == 1500


def test_labels_are_for_their_frequencies():
    found = kl_divergence(counted(30, 10), counted(20, 20), unit="bits")
    assert found.value == pytest.approx(exact([0.75, 0.25], [0.5, 0.5]))
    assert (found.quantity, found.n_samples) == ("D(P‖Q)", 40)
    assert found.parameters["x_type"] == "discrete"
    assert kl_divergence(counted(30, 10), counted(3, 1)).value == 0.0


def test_the_interval_of_labels_covers():
    rng, truth = np.random.default_rng(0), exact([0.6, 0.3, 0.1], [0.3, 0.3, 0.4])
    inside = 0
    for _ in range(200):
        x, y = rng.multinomial(300, [0.6, 0.3, 0.1]), rng.multinomial(500, [0.3, 0.3, 0.4])
        low, high = kl_divergence(counted(*x), counted(*y)).interval
        inside += low < truth < high
    assert 180 <= inside <= 198


def test_a_label_that_the_second_sample_lacks_is_infinitely_far():
    found = kl_divergence(counted(5, 3, 2), counted(9, 9))
    assert found.value == np.inf
    assert (found.standard_error, found.interval) == (None, None)
    assert "y lacks 1 label that 2 of the 10 rows" in found.warnings[0]
    assert np.isfinite(kl_divergence(counted(9, 9), counted(5, 3, 2)).value)


def test_the_type_is_found_from_both_samples():
    """20 whole numbers in each sample are labels, 40 in both are numbers."""
    low, high = np.tile(np.arange(20), 3), np.tile(np.arange(20, 40), 3)
    assert kl_divergence(low, low).parameters["x_type"] == "discrete"
    with pytest.raises(ValueError, match="distance 0"):
        kl_divergence(low, high, k=2)


def test_what_cannot_be_compared_is_refused():
    x = np.random.default_rng(0).standard_normal(30)
    with pytest.raises(ValueError, match="x has the columns 0 and y has 0, 1"):
        kl_divergence(x, np.column_stack([x, x]))
    with pytest.raises(ValueError, match="x has the columns a and y has b"):
        kl_divergence(pd.DataFrame({"a": x}), pd.DataFrame({"b": x}))
    frame = pd.DataFrame({"a": x, "b": x > 0})
    with pytest.raises(ValueError, match=r"x is mixed.*apart"):
        kl_divergence(frame, frame)
    with pytest.raises(ValueError, match="x is 2 non-negative numbers with the sum 1"):
        kl_divergence([0.75, 0.25], [0.5, 0.5])
    with pytest.raises(ValueError, match="y contains NaN"):
        kl_divergence(x, [np.nan, 1.5])
    with pytest.raises(ValueError, match="interval is 'subsample' and x holds labels"):
        kl_divergence(x > 0, x > 0, interval="subsample")
