import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.quantities import hmm_entropy_rate

BITS = math.log(2.0)
EYE = np.eye(2)


def flip(p):
    return [[1 - p, p], [p, 1 - p]]


@pytest.mark.parametrize(
    ("flips", "errors", "bits"), [(0.3, 0.2, 0.9838875839), (0.2, 0.1, 0.8834613510)]
)
def test_the_known_rates(flips, errors, bits):
    bounds = hmm_entropy_rate(flip(flips), flip(errors), 16)
    assert [bound / BITS for bound in bounds] == pytest.approx([bits] * 2, abs=1e-10)
    assert bounds.gap < 1e-12


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_the_bounds_close_from_both_sides(seed):
    rng = np.random.default_rng(seed)
    transition, emission = rng.dirichlet(np.ones(3), 3), rng.dirichlet(np.full(2, 0.4), 3)
    bounds = [hmm_entropy_rate(transition, emission, n) for n in (1, 2, 4, 8)]
    lower, upper = np.array(bounds).T
    assert (np.diff(lower) >= -1e-12).all()
    assert (np.diff(upper) <= 1e-12).all()
    assert (lower <= upper + 1e-12).all()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_the_upper_bound_is_that_of_the_enumerated_law(seed):
    rng = np.random.default_rng(seed)
    transition, emission = rng.dirichlet(np.ones(2), 2), rng.dirichlet(np.ones(3), 2)
    values, vectors = np.linalg.eig(transition.T)
    stationary = np.real(vectors[:, np.argmax(values.real)])
    stationary = stationary / stationary.sum()
    p = np.einsum(
        "i,ia,ij,jb,jk,kc->abc", stationary, emission, transition, emission, transition, emission
    )
    pairs = p.sum(axis=2)
    expected = -(p * np.log(p)).sum() + (pairs * np.log(pairs)).sum()
    assert hmm_entropy_rate(transition, emission, 3).upper == pytest.approx(expected, abs=1e-12)


def test_a_chain_that_is_seen_has_its_own_rate_at_once():
    bounds = hmm_entropy_rate([[0.5, 0.5], [1.0, 0.0]], EYE, 2)  # golden mean: 2/3 of a bit
    assert list(bounds) == pytest.approx([2 / 3 * BITS] * 2)


def test_outputs_that_do_not_see_the_chain_are_independent():
    bounds = hmm_entropy_rate(flip(0.3), [[0.25, 0.75]] * 2, 3)
    assert bounds.gap == pytest.approx(0.0, abs=1e-15)


def test_a_periodic_chain_has_a_rate():
    assert list(hmm_entropy_rate(flip(1.0), flip(0.0), 4)) == pytest.approx([0.0, 0.0], abs=1e-15)
    noisy = hmm_entropy_rate(flip(1.0), flip(0.1), 20)
    noise = -(0.1 * math.log(0.1) + 0.9 * math.log(0.9))
    assert noisy.lower == pytest.approx(noise)
    assert noise < noisy.upper < noise + 0.01


def test_states_that_are_left_for_good_do_not_count():
    transition = [[0.5, 0.25, 0.25], [0, 0.7, 0.3], [0, 0.3, 0.7]]
    emission = [[0.5, 0.5], [0.8, 0.2], [0.2, 0.8]]
    assert hmm_entropy_rate(transition, emission, 14).upper / BITS == pytest.approx(0.9838875839)


def test_pasts_that_say_the_same_are_one():
    """Where an output tells the state there are few beliefs, however long the past."""
    bounds = hmm_entropy_rate(flip(0.3), [[1.0, 0.0], [0.5, 0.5]], 300)
    assert bounds.gap < 1e-13


@pytest.mark.parametrize(
    ("transition", "emission", "n", "message"),
    [
        (EYE, EYE, 3, r"never leaves any of the sets \[0\], \[1\]"),
        (flip(0.3), np.eye(3), 3, r"shape \(2, 2\) and emission \(3, 3\)"),
        ([[0.5, 0.4], [0.5, 0.5]], EYE, 3, "row 0 of transition"),
        (flip(0.3), [[0.5, 0.5], [0.5, 0.6]], 3, "row 1 of emission"),
        (flip(0.3), EYE, 0, "n is 0"),
    ],
)
def test_bad_input_is_named(transition, emission, n, message):
    with pytest.raises(ValueError, match=message):
        hmm_entropy_rate(transition, emission, n)


def test_too_many_states_are_refused_before_their_weights_are_made():
    transition, emission = np.full((600, 600), 1 / 600), np.full((600, 50), 1 / 50)
    with pytest.raises(ValueError, match="600 states and 50 symbols make 18,000,000 weights"):
        hmm_entropy_rate(transition, emission, 2)


def test_too_many_weights_are_refused_with_the_n_that_goes(monkeypatch):
    module = sys.modules["infometer.quantities.hmm_entropy_rate"]
    monkeypatch.setattr(module, "MOST_WEIGHTS", 2**12)
    rng = np.random.default_rng(0)
    transition, emission = rng.dirichlet(np.ones(2), 2), rng.dirichlet(np.ones(2), 2)
    with pytest.raises(
        ValueError, match=r"more than 4,096 weights .* take n = \d+ or less"
    ) as error:
        hmm_entropy_rate(transition, emission, 20)
    last = int(str(error.value).split("n = ")[1].split()[0])
    assert hmm_entropy_rate(transition, emission, last).gap < 0.01
