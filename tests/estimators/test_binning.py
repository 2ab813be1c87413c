import numpy as np
import pytest

from infometer.estimators import Binning, binned_terms


def test_fine_bins_of_independent_data_reach_log_n_and_say_what_they_are():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((300, 4)), rng.standard_normal((300, 4))
    found = Binning(bins=50).fit(x, y).estimate_
    assert found.value == pytest.approx(np.log(300), abs=1e-9)
    assert found.saturated
    assert "measures how rows fall into bins" in found.warnings[0]


def test_discrete_table():
    cells = [[0, 0]] * 40 + [[0, 1]] * 10 + [[1, 0]] * 10 + [[1, 1]] * 40
    table = np.array(cells, dtype=float)
    assert binned_terms(table[:, :1], table[:, 1:], 2).mean() == pytest.approx(0.192745, abs=1e-6)
