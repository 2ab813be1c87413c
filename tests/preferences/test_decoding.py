import numpy as np
import pytest

from infometer.preferences import (
    boltzmann_policy,
    distributional_consistency,
    expected_inconsistency,
)

REWARDS = np.array([0.0, 1.0, 2.0])


def test_the_right_temperature_gives_the_ideal_law_back():
    ideal = boltzmann_policy(REWARDS, 0.5)
    np.testing.assert_allclose(ideal, [0.015876, 0.117310, 0.866813], atol=5e-7)
    assert distributional_consistency(ideal, boltzmann_policy(REWARDS + 7, 0.5)).kl < 1e-15
    wrong = distributional_consistency(ideal, boltzmann_policy(REWARDS, 1.0))
    assert wrong.kl == pytest.approx(0.115611, abs=5e-7)
    assert wrong.total_variation < np.sqrt(wrong.kl / 2)  # Pinsker
    assert wrong.reverse_kl == pytest.approx(
        distributional_consistency(boltzmann_policy(REWARDS, 1.0), ideal).kl
    )


def test_a_policy_for_every_prompt():
    rows = boltzmann_policy(np.stack([REWARDS, 1e4 * REWARDS]), 1.0)
    np.testing.assert_allclose(rows.sum(axis=1), 1.0)
    np.testing.assert_allclose(rows[1], [0, 0, 1])
    assert distributional_consistency(rows, rows).kl.shape == (2,)


def test_the_second_order_of_the_kl():
    rng = np.random.default_rng(0)
    half = 0.02 * rng.normal(size=(3, 3))
    errors = rng.normal(size=(20_000, 3)) @ half.T
    beta, ideal = 2.0, boltzmann_policy(REWARDS, 0.5)
    made = boltzmann_policy(REWARDS + errors, 1 / beta)
    found = distributional_consistency(np.broadcast_to(ideal, made.shape), made).kl.mean()
    expected = expected_inconsistency(ideal, half @ half.T, beta)
    assert found == pytest.approx(expected, rel=0.05)
    assert expected_inconsistency(ideal, half @ half.T + 3.0, beta) == pytest.approx(expected)


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.nan, np.inf])
def test_temperatures_are_above_0(temperature):
    with pytest.raises(ValueError, match=r"temperature is .*; it must be above 0"):
        boltzmann_policy(REWARDS, temperature)


@pytest.mark.parametrize(
    ("p", "covariance", "beta", "message"),
    [
        ([0.5, 0.6], np.eye(2), 1.0, "sum 1.1; expected a law"),
        ([0.5, 0.5], np.eye(3), 1.0, r"covariance has shape \(3, 3\); expected \(2, 2\)"),
        ([0.5, 0.5], np.full((2, 2), np.inf), 1.0, "covariance has 4 entries that are not finite"),
        ([0.5, 0.5], np.eye(2), 0.0, "beta is 0.0"),
    ],
)
def test_bad_input_is_named(p, covariance, beta, message):
    with pytest.raises(ValueError, match=message):
        expected_inconsistency(p, covariance, beta)


def test_rewards_are_finite():
    with pytest.raises(ValueError, match="rewards has 1 entries that are not finite"):
        boltzmann_policy([0.0, np.nan], 1.0)
