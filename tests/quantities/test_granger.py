import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.linalg import solve_discrete_lyapunov

from infometer.quantities import gaussian_granger

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=20, deadline=None)


def driven(a, b, c):
    """x_t = a x_{t−1} + u_t and y_t = b y_{t−1} + c x_{t−1} + w_t."""
    return [[a, 0.0], [c, b]]


def random_var(seed, p=2, d=4):
    rng = np.random.default_rng(seed)
    lags = rng.standard_normal((p, d, d)) / (2 * math.sqrt(p * d))
    mixing = rng.standard_normal((d, d + 1))
    assume(abs(np.linalg.eigvals(companion(lags))).max() < 0.9)
    return lags, mixing @ mixing.T


def companion(lags):
    p, d, _ = lags.shape
    return np.vstack([np.hstack(list(lags)), np.eye((p - 1) * d, p * d)])


def finite_lag_error(lags, noise, seen, target, n_lags):
    """Error of predicting the target from `n_lags` past values of what is seen."""
    lags = np.asarray(lags, dtype=float).reshape(-1, *np.shape(noise))
    d = len(noise)
    matrix = companion(lags)
    shock = np.zeros_like(matrix)
    shock[:d, :d] = noise
    now = solve_discrete_lyapunov(matrix, shock)
    lagged = [now[:d, :d]]
    for _ in range(n_lags):
        now = matrix @ now
        lagged.append(now[:d, :d])  # E V_t V_{t−k}ᵀ

    def block(i, j):
        gap = lagged[abs(i - j)] if j >= i else lagged[abs(i - j)].T
        return gap[np.ix_(seen, seen)]

    times = range(1, n_lags + 1)
    past = np.block([[block(i, j) for j in times] for i in times])
    cross = np.hstack([lagged[k][np.ix_(target, seen)] for k in times])
    return lagged[0][np.ix_(target, target)] - cross @ np.linalg.solve(past, cross.T)


def logdet(matrix):
    return float(np.linalg.slogdet(matrix).logabsdet)


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [(0.5, 0.5, 1.0, 0.7574273), (0.9, 0.8, 0.5, 0.4258553), (0.8, 0.0, 0.4, 0.2717894)],
)
def test_the_known_values(a, b, c, expected):
    found = gaussian_granger(driven(a, b, c), np.eye(2), 0, 1)
    assert found.f == pytest.approx(expected, abs=1e-7)
    assert found.transfer_entropy == found.f / 2
    assert found.full_covariance.item() == 1.0
    assert gaussian_granger(driven(a, b, c), np.eye(2), 1, 0).f == pytest.approx(0.0, abs=1e-12)


def test_the_known_error_of_the_reduced_model():
    found = gaussian_granger(driven(0.5, 0.5, 1.0), np.eye(2), 0, 1)
    assert found.reduced_covariance.item() == pytest.approx(2.1327822, abs=1e-7)


@pytest.mark.parametrize("b", [-0.9, 0.0, 0.7])
def test_the_target_own_memory_is_irrelevant_and_white_drive_has_a_closed_form(b):
    assert gaussian_granger(driven(0.5, b, 1.0), np.eye(2), 0, 1).f == pytest.approx(0.75742727)
    assert gaussian_granger(driven(0.0, b, 1.7), np.eye(2), 0, 1).f == pytest.approx(
        math.log1p(1.7**2)
    )


@given(seeds)
@example(350365)  # forgets slowly: 60 lags are 1.4e-5 off, 120 are 3e-9
@few
def test_long_finite_lags_approach_it_from_above(seed):
    lags, noise = random_var(seed)
    found = gaussian_granger(lags, noise, source=[0], target=[1, 2])
    seen, target = [1, 2, 3], [1, 2]
    errors = [logdet(finite_lag_error(lags, noise, seen, target, k)) for k in (1, 4, 120)]
    exact = logdet(found.reduced_covariance)
    assert errors[0] >= errors[1] - 1e-9 >= errors[2] - 2e-9
    assert errors[2] == pytest.approx(exact, abs=1e-6)
    assert errors[1] >= exact - 1e-9
    assert found.f == pytest.approx(exact - logdet(noise[1:3, 1:3]), abs=1e-9)


@given(seeds)
@few
def test_conditioning_on_a_part_compares_two_reduced_models(seed):
    lags, noise = random_var(seed)
    found = gaussian_granger(lags, noise, source=0, target=1, condition_on=[3])
    full = finite_lag_error(lags, noise, [0, 1, 3], [1], 60)
    reduced = finite_lag_error(lags, noise, [1, 3], [1], 60)
    assert found.full_covariance == pytest.approx(full, abs=1e-6)
    assert found.reduced_covariance == pytest.approx(reduced, abs=1e-6)


@given(seeds)
@few
def test_units_and_order_of_the_variables_change_nothing(seed):
    lags, noise = random_var(seed)
    rng = np.random.default_rng(seed)
    scale, order = rng.uniform(0.1, 10, 4), rng.permutation(4)
    place = np.argsort(order)
    scaled = lags * scale[:, None] / scale, noise * np.outer(scale, scale)
    moved = scaled[0][:, order][:, :, order], scaled[1][np.ix_(order, order)]
    expected = gaussian_granger(lags, noise, [0, 2], 1).f
    found = gaussian_granger(*moved, [int(place[0]), int(place[2])], int(place[1])).f
    assert found == pytest.approx(expected, abs=1e-9)


def test_a_common_cause_is_taken_for_an_effect_unless_it_is_conditioned_on():
    lags = np.zeros((2, 3, 3))
    lags[0, 0, 2] = lags[1, 1, 2] = 1.0  # z reaches x one step later, and y two
    assert gaussian_granger(lags, np.eye(3), 0, 1, condition_on=()).f == pytest.approx(
        math.log(2 / 1.5)  # x_{t−1} = z_{t−2} + noise leaves half of the variance of z
    )
    assert gaussian_granger(lags, np.eye(3), 0, 1).f == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("lags", "noise", "reduced"),
    [
        (driven(0.5, 0.5, 1.0), [[0, 0], [0, 1]], 1.0),  # x dies out
        (driven(0.5, 0.5, 1.0), [[1, 1], [1, 1]], 1.0),  # x is known from y
        (driven(0.5, 0.5, 1.0), [[1, -1], [-1, 1]], 2.25),  # y shows x with its sign turned
        (driven(0.0, 0.0, 1.0), [[1, -1], [-1, 1]], 1.0),  # y = u_{t−1} − u_t: a root on the circle
        (driven(0.0, 0.0, 2.0), [[1, -1], [-1, 1]], 4.0),  # a root inside
    ],
)
def test_singular_noise(lags, noise, reduced):
    found = gaussian_granger(lags, noise, 0, 1)
    assert found.reduced_covariance.item() == pytest.approx(reduced, abs=1e-7)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"coefficients": driven(1.02, 0.5, 1.0)}, "spectral radius of coefficients is 1.02"),
        ({"coefficients": [0.5, 0.5]}, r"coefficients has the shape \(2,\)"),
        ({"noise_covariance": np.eye(3)}, r"noise_covariance \(3, 3\)"),
        ({"noise_covariance": [[1, 2], [2, 1]]}, "negative eigenvalue"),
        ({"noise_covariance": [[1, 0], [0, math.nan]]}, "NaN"),
        ({"noise_covariance": [[1, 0], [0, 0]]}, "leaves the target without noise"),
        ({"source": 2}, "source is 2; expected variables from 0 to 1"),
        ({"source": 1}, "share a variable"),
        ({"target": []}, "source or target is empty"),
        ({"coefficients": np.zeros((501, 2, 2))}, "a state of 1,002 numbers"),
    ],
)
def test_bad_input_is_named(change, message):
    good = {
        "coefficients": driven(0.5, 0.5, 1.0), "noise_covariance": np.eye(2),
        "source": 0, "target": 1,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        gaussian_granger(**{**good, **change})


def test_the_result_as_plain_values():
    found = gaussian_granger(driven(0.5, 0.5, 1.0), np.eye(2), 0, 1).to_dict()
    assert found["full_covariance"] == [[1.0]]
    assert found["f"] == 2 * found["transfer_entropy"]
