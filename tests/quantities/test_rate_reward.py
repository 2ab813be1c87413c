"""Rate-reward: exact values, and rate-distortion with the sign of the reward turned."""

import numpy as np
import pytest

from infometer.quantities import rate_distortion, rate_reward

REWARD = np.array([[1, 0.5, 0], [0, 1, 0], [0, 0.5, 1]])
UNIFORM = np.full(3, 1 / 3)


def test_three_inputs():
    curve = rate_reward(UNIFORM, REWARD, slopes=[3], tol=1e-12)
    assert curve.rate[0] / np.log(2) == pytest.approx(0.6188944, abs=6e-8)
    assert curve.reward[0] == pytest.approx(0.8533121, abs=6e-8)
    assert curve.free_reward == pytest.approx(2 / 3)
    assert curve.largest_reward == 1


def test_up_to_two_thirds_the_reward_is_free():
    curve = rate_reward(UNIFORM, REWARD, rewards=[0.1, 2 / 3, 0.67, 1.0])
    assert (curve.rate[:2] == 0).all()
    assert curve.rate[2] > 1e-4
    assert curve.reward[3] == pytest.approx(1)
    assert curve.rate[3] == pytest.approx(np.log(3), abs=1e-9)


def test_it_is_rate_distortion_of_the_negative_reward_and_shifts_do_not_matter():
    rng = np.random.default_rng(0)
    p, reward = rng.dirichlet(np.ones(4)), rng.normal(size=(4, 6))
    curve = rate_reward(p, reward, slopes=[0.5, 2])
    turned = rate_distortion(p, -reward, slopes=[0.5, 2])
    np.testing.assert_array_equal(curve.policy, turned.kernel)
    shifted = rate_reward(p, reward + rng.normal(size=(4, 1)), slopes=[0.5, 2])
    np.testing.assert_allclose(shifted.rate, curve.rate, atol=1e-9)


def test_a_forbidden_pair_is_never_chosen():
    curve = rate_reward([0.5, 0.5], [[1, -np.inf], [0, 2]], slopes=[1.0])
    assert curve.policy[0, 0, 1] == 0
    assert curve.free_reward == 0.5


def test_bad_input():
    with pytest.raises(ValueError, match="reward holds NaN or inf"):
        rate_reward([0.5, 0.5], [[1, np.inf], [0, 2]], slopes=[1.0])
    with pytest.raises(ValueError, match=r"rewards holds 1\.1; expected at most 1,"):
        rate_reward(UNIFORM, REWARD, rewards=[0.8, 1.1])


def test_the_curve_as_a_table_and_as_a_picture():
    pytest.importorskip("matplotlib")
    curve = rate_reward(UNIFORM, REWARD, slopes=[0, 2, 3, 4])
    assert list(curve.to_frame().columns) == ["reward", "rate_nats", "slope", "gap_nats"]
    assert "free up to 0.666667" in repr(curve)
    assert np.shape(curve.to_dict()["policy"]) == (4, 3, 3)
    assert curve.plot().get_xlabel() == "expected reward W"
