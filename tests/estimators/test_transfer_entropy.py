import numpy as np
import pytest

import infometer
from infometer.estimators import conditional_mutual_information, transfer_entropy

A, B, C = 0.5, 0.6, 0.8


def coupled(n, seed, delay=1):
    """x_t = A x_{t-1} + noise drives y_t = B y_{t-1} + C x_{t-delay} + noise; 200 steps burn in."""
    x, y = np.random.default_rng(seed).standard_normal((2, n + 200))
    for t in range(delay, n + 200):
        x[t] += A * x[t - 1]
        y[t] += B * y[t - 1] + C * x[t - delay]
    return x[200:], y[200:]


def gaussian_transfer():
    """T(X→Y) = ½ log (1 + C² Var(X_t|Y_t)) with unit noise, from the stationary covariance."""
    var_x = 1 / (1 - A**2)
    both = A * C * var_x / (1 - A * B)
    var_y = (C**2 * var_x + 2 * B * C * both + 1) / (1 - B**2)
    return 0.5 * np.log(1 + C**2 * (var_x - both**2 / var_y))


def quick(source, target, **settings):
    return transfer_entropy(source, target, interval=None, **settings).value


def test_a_coupled_pair_transfers_one_way():
    """4 draws of 2000 steps, whose mean has an error of about 0.015."""
    assert infometer.transfer_entropy is transfer_entropy
    pairs = [coupled(2000, seed) for seed in range(4)]
    assert np.mean([quick(x, y) for x, y in pairs]) == pytest.approx(gaussian_transfer(), abs=0.04)
    assert np.mean([quick(y, x) for x, y in pairs]) == pytest.approx(0, abs=0.03)


def test_time_has_a_direction():
    """Backwards the target leads the source, and its own future holds what the source says."""
    x, y = coupled(2000, 0)
    assert quick(x, y) > quick(x[::-1], y[::-1]) + 0.1
    order = np.random.default_rng(0).permutation(2000)
    assert quick(x[order], y[order]) < 0.05


def test_rows_are_those_of_the_formula():
    x, y = coupled(120, 0)
    found = transfer_entropy(x, y, lag=2, source_history=2, target_history=3, random_state=0)
    t = np.arange(3, 120)
    same = conditional_mutual_information(
        y[t],
        np.column_stack([x[t - 2], x[t - 3]]),
        np.column_stack([y[t - 1], y[t - 2], y[t - 3]]),
        random_state=0,
    )
    assert (found.value, found.interval, found.n_samples) == (same.value, same.interval, 117)
    assert found.quantity == "T(X→Y)"
    assert found.parameters["lag"] == 2
    assert found.parameters["source_type"] == found.parameters["target_type"] == "continuous"


def test_the_lag_is_where_the_source_is():
    x, y = coupled(1500, 1, delay=3)
    figures = [quick(x, y, lag=lag) for lag in (1, 2, 3, 4)]
    assert np.argmax(figures) == 2


def test_labels_and_a_longer_history():
    """The target is the exclusive or of the last two coins: one alone tells nothing."""
    coin = np.random.default_rng(0).integers(0, 2, 2000)
    target = np.roll(coin, 1) ^ np.roll(coin, 2)
    assert quick(coin, target) < 0.01
    assert quick(coin, target, source_history=2) == pytest.approx(np.log(2), abs=0.01)


def test_labels_drive_numbers():
    rng = np.random.default_rng(0)
    coin = rng.integers(0, 2, 1000)
    target = 4 * np.roll(coin, 1) + rng.standard_normal(1000)
    found = transfer_entropy(np.where(coin, "up", "down"), target, interval=None)
    assert found.method == "Mesner-Shalizi (mixed)"
    assert found.value == pytest.approx(0.6, abs=0.08)


def test_blocks_are_for_rows_that_depend_on_each_other():
    coin = np.random.default_rng(0).integers(0, 2, 240)
    target = np.where(np.arange(240) % 7, np.roll(coin, 1), 0)
    plain, blocks = (transfer_entropy(coin, target, block=block) for block in (None, 10))
    assert plain.value == blocks.value
    assert plain.standard_error != blocks.standard_error
    assert blocks.p_value is None
    x, y = coupled(240, 0)
    plain, blocks = (transfer_entropy(x, y, block=block, random_state=0) for block in (None, 10))
    assert plain.value == blocks.value
    assert plain.interval != blocks.interval


def test_what_cannot_be_is_refused():
    x, y = coupled(50, 0)
    with pytest.raises(ValueError, match="lag is 0"):
        transfer_entropy(x, y, lag=0)
    with pytest.raises(ValueError, match="source has 50 rows, target has 49 rows"):
        transfer_entropy(x, y[1:])
    with pytest.raises(ValueError, match=r"have 50 rows; lag 40 .* need more than 50"):
        transfer_entropy(x, y, lag=40, source_history=11)
    for views in ((x, y), (x > 0, y > 0)):
        with pytest.raises(ValueError, match=r"n_permutations and groups \(or block"):
            transfer_entropy(*views, block=5, n_permutations=9)
