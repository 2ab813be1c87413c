import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure

from infometer.preferences import best_of_n, best_of_n_curve
from infometer.quantities import best_of_n as best_of_n_law


@pytest.mark.parametrize("ties", [False, True])
def test_the_mean_over_all_subsets(ties):
    rng = np.random.default_rng(0)
    model, true = rng.normal(size=(2, 3, 6))
    if ties:
        model = model.round()
    curve = best_of_n_curve(model, true, sizes=range(1, 7))
    for n, found in zip(curve.n, curve.expected_reward, strict=True):
        each = []
        for row, r in zip(model, true, strict=True):
            for subset in itertools.combinations(range(6), n):
                best = [j for j in subset if row[j] == row[list(subset)].max()]
                each.append(r[best].mean())
        assert found == pytest.approx(np.mean(each), abs=1e-12)


def test_both_ends_of_the_curve_and_its_sizes():
    rng = np.random.default_rng(1)
    model, true = rng.normal(size=(2, 50, 20))
    curve = best_of_n_curve(model, true)
    assert curve.n.tolist() == [1, 2, 4, 8, 16, 20]
    assert curve.expected_reward[0] == pytest.approx(true.mean())
    chosen = true[np.arange(50), best_of_n(model)]
    assert curve.expected_reward[-1] == pytest.approx(chosen.mean())
    assert curve.standard_error[-1] == pytest.approx(chosen.std(ddof=1) / np.sqrt(50))


def test_no_bias_against_the_law_and_the_bound_of_its_kl():
    law, r = np.full(8, 1 / 8), np.arange(8.0)
    rng = np.random.default_rng(2)
    drawn = rng.integers(8, size=(4000, 16)).astype(float)
    curve = best_of_n_curve(drawn, drawn, sizes=[1, 2, 5])
    for n, found, error, bound in zip(
        curve.n, curve.expected_reward, curve.standard_error, curve.kl_bound, strict=True
    ):
        exact = best_of_n_law(law, r, int(n))
        assert abs(found - exact.expected_reward) < 4 * error
        assert bound == pytest.approx(exact.kl_bound)


def test_thousands_of_candidates_do_not_overflow():
    model = np.arange(5000.0)[None]
    curve = best_of_n_curve(model, model)
    assert curve.expected_reward[-1] == 4999
    assert curve.expected_reward[1] == pytest.approx(2 * 5001 / 3 - 1)
    assert np.isnan(curve.standard_error).all()


def test_table_and_picture():
    curve = best_of_n_curve([[1.0, 2.0], [0.0, 1.0]], [[1.0, 2.0], [0.0, 1.0]])
    assert curve.to_frame()["n"].tolist() == curve.to_dict()["n"] == [1, 2]
    ax = Figure().subplots()
    assert curve.plot(ax) is ax
    assert "reward 1 at n = 1 to 1.5 at n = 2" in repr(curve)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([1.0, 2.0], [1.0, 2.0]), r"rewards has shape \(2,\); expected \(m, N\)"),
        (([[]], [[]]), r"rewards has shape \(1, 0\)"),
        (([[1.0, np.nan]], [[1.0, 2.0]]), "rewards has 1 entries that are not finite"),
        (([[1.0, 2.0]], [[1.0, np.inf]]), "true_rewards has 1 entries"),
        (([[1.0, 2.0]], [[1.0], [2.0]]), r"shapes \(1, 2\) and \(2, 1\)"),
        (([[1.0, 2.0]], [[1.0, 2.0]], [3]), "expected whole numbers from 1 to 2"),
        (([[1.0, 2.0]], [[1.0, 2.0]], [0.5]), "expected whole numbers"),
    ],
)
def test_bad_input_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        best_of_n_curve(*given)
