"""Rate-distortion: closed forms, exact values, a conic solver, dit, and what always holds."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import entr

from infometer.quantities import rate_distortion

BITS, INF = np.log(2), np.inf
seeds = st.integers(0, 2**32 - 1)
ERASURE = [[0, 1, INF], [INF, 1, 0]]


def hamming(n):
    return 1.0 - np.eye(n)


def source(seed, n=None, m=None):
    rng = np.random.default_rng(seed)
    n, m = n or rng.integers(1, 8), m or rng.integers(1, 8)
    p = rng.dirichlet(np.full(n, 10 ** rng.uniform(-1, 1)))
    d = rng.random((n, m)) if seed % 2 else rng.integers(0, 3, (n, m)) * 1.0
    if seed % 3 == 0:
        d[rng.random((n, m)) < 0.3] = INF
        d[np.arange(n), rng.integers(0, m, n)] = 0.5
    return p, d


def information(p, kernel):
    return entr(p @ kernel).sum() - p @ entr(kernel).sum(1)


def gaussian_grid(points):
    x = np.linspace(-6, 6, points)
    p = np.exp(-(x**2) / 2)
    return p / p.sum(), (x[:, None] - x) ** 2


@pytest.mark.parametrize(
    ("p", "distortion", "bits"),
    [
        ([0.7, 0.3], 0.1, 0.4122953056),
        ([0.5, 0.5], 0.1, 0.5310044064),
        ([0.25] * 4, 0.2, 0.961079405),
    ],
)
def test_hamming_distortion_in_closed_form(p, distortion, bits):
    n = len(p)
    curve = rate_distortion(p, hamming(n), distortions=[distortion], tol=1e-11)
    closed = entr(p).sum() - entr([distortion, 1 - distortion]).sum() - distortion * np.log(n - 1)
    assert curve.rate[0] == pytest.approx(closed, abs=1e-10)
    assert curve.rate[0] / BITS == pytest.approx(bits, abs=1e-9)
    assert curve.slope[0] == pytest.approx(np.log((n - 1) / distortion - (n - 1)), abs=1e-3)


def test_absolute_distortion_of_three_symbols():
    d = abs(np.subtract.outer(np.arange(3), np.arange(3)))
    curve = rate_distortion([0.5, 0.3, 0.2], d, slopes=[1, 2, 4], tol=1e-12)
    np.testing.assert_allclose(curve.rate / BITS, [0.1951308, 0.7599894, 1.3151952], atol=6e-8)
    np.testing.assert_allclose(curve.distortion, [0.4435344, 0.1661582, 0.0235834], atol=6e-8)
    assert (curve.d_min, curve.d_max) == (0, pytest.approx(0.7))


def test_the_two_ends():
    p, d = [0.5, 0.3, 0.2], abs(np.subtract.outer(np.arange(3), np.arange(2)))
    curve = rate_distortion(p, d, slopes=[INF, 0])
    np.testing.assert_allclose(curve.distortion, [0.2, 0.7])  # 2 is said as 1, or all as 1
    np.testing.assert_allclose(curve.rate, [np.log(2), 0], atol=1e-9)
    np.testing.assert_allclose(rate_distortion(p, d, distortions=[0.2, 0.7, 7]).rate[1:], 0)


def test_the_erasure_of_a_bit_is_a_straight_line():
    curve = rate_distortion([0.5, 0.5], ERASURE, slopes=[0.5, BITS, 1.0])
    np.testing.assert_allclose(curve.distortion, [1, 1, 0, 0], atol=1e-8)
    np.testing.assert_allclose(curve.rate / BITS, [0, 0, 1, 1], atol=1e-8)
    np.testing.assert_allclose(curve.slope, [0.5, BITS, BITS, 1.0])
    asked = np.array([0.0, 0.25, 0.9, 1.0])
    inside = rate_distortion([0.5, 0.5], ERASURE, distortions=asked)
    np.testing.assert_allclose(inside.rate / BITS, 1 - asked, atol=1e-9)
    np.testing.assert_allclose(inside.distortion, asked, atol=1e-9)
    assert inside.kernel[:, [0, 1], [2, 0]].max() == 0


def test_a_gaussian_on_a_grid():
    curve = rate_distortion(*gaussian_grid(401), slopes=[2.0, 5.0])
    np.testing.assert_allclose(curve.distortion, [0.25, 0.1], atol=2e-6)
    np.testing.assert_allclose(curve.rate / BITS, [1.0, 1.6610], atol=4e-5)
    closed = 0.5 * np.log(1 / curve.distortion)
    np.testing.assert_allclose(curve.rate, closed, atol=2e-6)
    assert len(curve.rate) == 2  # nearly flat directions are no straight stretch


def test_under_log_loss_rate_and_distortion_add_up_to_the_entropy():
    p = np.array([0.7, 0.3])
    grid = np.linspace(0.0, 1.0, 201)[1:-1]
    predictions = np.stack([1 - grid, grid], axis=1)  # of the two symbols
    asked = np.array([0.2, 0.4, 0.6])
    curve = rate_distortion(p, -np.log(predictions).T, distortions=asked)
    np.testing.assert_allclose(curve.rate, entr(p).sum() - asked, atol=1e-8)
    assert entr(p).sum() / BITS == pytest.approx(0.8812909, abs=1e-7)
    beyond = rate_distortion(p, -np.log(predictions).T, distortions=[0.7])
    assert beyond.rate[0] == 0


def test_symbols_of_probability_zero_have_no_say():
    d = np.array([[0.0, 1, 2], [INF, INF, 0], [1, 0, 1]])
    plain = rate_distortion([0.4, 0.6], d[[0, 2]], slopes=[0, 0.7, 3], tol=1e-11)
    padded = rate_distortion([0.4, 0, 0.6], d, slopes=[0, 0.7, 3], tol=1e-11)
    np.testing.assert_allclose(padded.rate, plain.rate, atol=1e-9)
    np.testing.assert_allclose(padded.kernel.sum(-1), 1)
    np.testing.assert_allclose(padded.kernel[1:, 1], [[0, 0, 1]] * 2)


def test_where_no_constant_is_allowed_the_rate_stays_above_zero():
    curve = rate_distortion([0.5, 0.5], [[0, INF], [INF, 0]], slopes=[0, 1, INF])
    np.testing.assert_allclose(curve.rate, BITS, atol=1e-9)
    assert curve.d_max == INF
    assert rate_distortion([0.5, 0.5], [[0, INF], [INF, 0]], distortions=[3]).rate[0] > 0.69


@given(seeds)
@settings(max_examples=50, deadline=None)
def test_the_curve_falls_is_convex_and_below_the_entropy(seed):
    p, d = source(seed)
    curve = rate_distortion(p, d, slopes=np.geomspace(0.05, 50, 12))
    assert curve.gap.max() <= 1e-9
    assert np.isfinite(curve.rate).all()
    assert np.isfinite(curve.distortion).all()
    assert curve.rate.max() <= entr(p).sum() + 1e-9
    for i in range(len(curve.rate)):  # every point above every supporting line
        line = (
            curve.rate[i] - curve.gap[i] + curve.slope[i] * (curve.distortion[i] - curve.distortion)
        )
        assert (curve.rate >= line - 1e-12).all()
    np.testing.assert_allclose(curve.rate, [information(p, k) for k in curve.kernel], atol=1e-10)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_distortions_are_kept_at_a_certified_rate(seed):
    p, d = source(seed)
    ends = rate_distortion(p, d, slopes=[0, INF])
    high, low = ends.distortion[0], ends.distortion[-1]
    asked = low + (high - low) * np.array([0.0, 0.1, 0.5, 1.0, 1.1])
    curve = rate_distortion(p, d, distortions=asked)
    assert (curve.distortion <= asked + 1e-12).all()
    assert curve.gap.max() <= 1e-9
    assert (np.diff(curve.rate) <= 2e-9).all()


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_names_do_not_matter_and_coarser_reproductions_cost_no_less(seed):
    p, d = source(seed, 5, 4)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(5), rng.permutation(4)
    slopes = [0.3, 2.0]
    curve = rate_distortion(p, d, slopes=slopes, tol=1e-11)
    shuffled = rate_distortion(p[rows], d[rows][:, columns], slopes=slopes, tol=1e-11)
    value = curve.rate + curve.slope * curve.distortion
    np.testing.assert_allclose(
        shuffled.rate + shuffled.slope * shuffled.distortion, value, atol=1e-10
    )
    if np.isfinite(d[:, 1:]).any(axis=1).all():
        fewer = rate_distortion(p, d[:, 1:], slopes=slopes)
        assert (fewer.rate + fewer.slope * fewer.distortion).min() >= value.min() - 1e-9


def test_the_gap_holds_the_value_of_a_conic_solver():
    cvxpy = pytest.importorskip("cvxpy")
    for seed in (1, 5, 7):
        p, d = source(seed, 4, 4)
        ends = rate_distortion(p, d, slopes=[0, INF])
        asked = 0.5 * ends.distortion[0] + 0.5 * ends.distortion[-1]
        joint = cvxpy.Variable((4, 4), nonneg=True)
        product = cvxpy.reshape(p, (4, 1), order="C") @ cvxpy.reshape(
            cvxpy.sum(joint, axis=0), (1, 4), order="C"
        )
        problem = cvxpy.Problem(
            cvxpy.Minimize(cvxpy.sum(cvxpy.rel_entr(joint, product))),
            [cvxpy.sum(joint, axis=1) == p, cvxpy.sum(cvxpy.multiply(joint, d)) <= asked],
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = problem.solve(solver="CLARABEL", tol_feas=1e-11, tol_gap_abs=1e-11)
        curve = rate_distortion(p, d, distortions=[asked])
        assert curve.rate[0] - curve.gap[0] - 1e-7 <= value <= curve.rate[0] + 1e-7


def with_dit(p, beta, distortion):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dit = pytest.importorskip("dit.rate_distortion.blahut_arimoto")
        found, _ = dit.blahut_arimoto(p, beta, lambda p_x, p_y_x: distortion, restarts=1)
    return found


def test_dit_agrees_where_its_sweeps_converge():
    p = np.array([0.5, 0.3, 0.2])
    found = with_dit(p, 8.0, hamming(3))
    curve = rate_distortion(p, hamming(3), slopes=[8 * BITS])
    assert curve.rate[0] / BITS == pytest.approx(found.rate, abs=1e-6)
    assert curve.distortion[0] == pytest.approx(found.distortion, abs=1e-6)


def test_dit_stops_when_the_distortion_rests_which_is_too_early():
    p, d = np.array([0.4, 0.3, 0.2, 0.1]), abs(np.subtract.outer(np.arange(4), np.arange(4)))
    beta = 0.5
    found = with_dit(p, beta, d.astype(float))
    curve = rate_distortion(p, d, slopes=[beta * BITS], tol=1e-11)
    ours = curve.rate[0] / BITS + beta * curve.distortion[0]
    assert found.rate + beta * found.distortion == pytest.approx(ours + 0.0095, abs=2e-4)


@pytest.mark.parametrize(
    ("arguments", "named", "message"),
    [
        (([0.5, 0.4], np.eye(2), [1]), {}, "p_x sums to 0.9"),
        (([0.5, 0.5], np.eye(3), [1]), {}, r"p_x has the shape \(2,\) and distortion \(3, 3\)"),
        (([0.5, 0.5], [[0, 1], [INF, INF]], [1]), {}, "row 1 of distortion is infinite throughout"),
        (([0.5, 0.5], [[0, 1], [np.nan, 1]], [1]), {}, r"distortion holds nan at \(1, 0\)"),
        (([0.5, 0.5], [[0, 1], [-INF, 1]], [1]), {}, r"distortion holds -inf at \(1, 0\)"),
        (([0.5, 0.5], np.eye(2), [1, -1]), {}, "slopes holds -1; expected numbers from 0 on"),
        (([0.5, 0.5], np.eye(2), [np.nan]), {}, "slopes holds nan"),
        (([0.5, 0.5], np.eye(2)), {}, "give slopes or distortions"),
        (([0.5, 0.5], np.eye(2), [1]), {"distortions": [0.1]}, "give slopes or distortions"),
        (([0.5, 0.5], np.eye(2)), {"distortions": [-0.1]}, "-0.1; expected at least 0,"),
        (([0.5, 0.5], np.eye(2), []), {}, r"got the shape \(0,\)"),
        (([0.5, 0.5], np.eye(2), [1]), {"tol": 0}, "tol is 0"),
    ],
)
def test_bad_input(arguments, named, message):
    with pytest.raises(ValueError, match=message):
        rate_distortion(*arguments, **named)


def test_a_size_beyond_memory_is_refused_before_the_start():
    with pytest.raises(ValueError, match="ask for fewer points at once"):
        rate_distortion(np.full(1000, 1e-3), hamming(1000), slopes=np.ones(100))


def test_the_curve_as_a_table_and_as_a_picture():
    pytest.importorskip("matplotlib")
    curve = rate_distortion([0.7, 0.3], hamming(2), slopes=[0, 1, 2, INF])
    frame = curve.to_frame()
    assert list(frame.columns) == ["distortion", "rate_nats", "slope", "gap_nats"]
    assert len(frame) == 4
    assert np.shape(curve.to_dict()["kernel"]) == (4, 2, 2)
    assert "1 more" in repr(curve)
    axes = curve.plot(unit="bits")
    assert axes.lines[0].get_ydata().max() == pytest.approx(0.8812909, abs=1e-6)
    with pytest.raises(ValueError, match="must be 'nats' or 'bits'"):
        curve.plot(unit="dB")
