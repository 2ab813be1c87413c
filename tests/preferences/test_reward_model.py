import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from infometer.preferences import fit_linear_reward

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 400, 4))
WEIGHTS = np.array([2.0, -1.0, 0.5, 0.0])
WINS = (RNG.random(400) < expit((A - B) @ WEIGHTS)).astype(float)


def test_the_weights_are_those_of_logistic_regression():
    found = fit_linear_reward(A, B, WINS, penalties=[3.0])
    plain = LogisticRegression(C=3.0, fit_intercept=False).fit(A - B, WINS)
    np.testing.assert_allclose(found.weights, plain.coef_[0], atol=2e-4)
    np.testing.assert_allclose(found.probability(A, B), plain.predict_proba(A - B)[:, 1], atol=1e-3)


def test_turning_pairs_round_changes_nothing():
    turned = RNG.random(400) < 0.5
    first, second = np.where(turned[:, None], B, A), np.where(turned[:, None], A, B)
    found = fit_linear_reward(first, second, np.where(turned, 1 - WINS, WINS))
    plain = fit_linear_reward(A, B, WINS)
    np.testing.assert_allclose(found.weights, plain.weights, atol=2e-4)
    np.testing.assert_allclose(found.losses, plain.losses, atol=1e-5)


def test_sparse_is_dense_and_winners_first_is_enough():
    won = WINS == 1
    first, second = np.where(won[:, None], A, B), np.where(won[:, None], B, A)
    dense = fit_linear_reward(first, second, np.ones(400))
    found = fit_linear_reward(sparse.csr_array(first), sparse.coo_array(second), ["first"] * 400)
    np.testing.assert_allclose(found.weights, dense.weights, atol=2e-4)
    np.testing.assert_allclose(found.reward(sparse.csr_array(A)), found.reward(A))


def test_a_tie_is_half_a_win_for_each_and_a_skip_is_none():
    outcomes = WINS.copy()
    outcomes[:100] = 0.5
    found = fit_linear_reward(A, B, outcomes, penalties=[1.0])
    doubled = LogisticRegression(C=1.0, fit_intercept=False).fit(
        np.concatenate([A - B, (A - B)[:100]]),
        np.concatenate([np.ones(100), WINS[100:], np.zeros(100)]),
        np.concatenate([np.full(100, 0.5), np.ones(300), np.full(100, 0.5)]),
    )
    np.testing.assert_allclose(found.weights, doubled.coef_[0], atol=2e-4)
    outcomes[:100] = np.nan
    skipped = fit_linear_reward(A, B, outcomes)
    assert skipped.n == 300
    np.testing.assert_array_equal(
        skipped.weights, fit_linear_reward(A[100:], B[100:], WINS[100:]).weights
    )


def test_noise_chooses_the_strongest_ridge_and_knows_nothing():
    coins = RNG.integers(2, size=400).astype(float)
    found = fit_linear_reward(A, B, coins)
    assert found.penalty == found.penalties.min()
    assert found.losses.min() == pytest.approx(np.log(2), abs=0.005)
    assert "accuracy 0." in repr(found)
    assert found.to_frame()["penalty"].tolist() == found.to_dict()["tried"]["penalty"]


def test_comparisons_of_a_group_stay_in_one_fold():
    """Every comparison stands twice, with a feature of its own: only groups hide its answer."""
    own = np.repeat(np.eye(60), 2, axis=0)
    coins = np.repeat(RNG.integers(2, size=60), 2).astype(float)
    leaking = fit_linear_reward(own, 0 * own, coins, penalties=[10.0])
    honest = fit_linear_reward(
        own, 0 * own, coins, penalties=[10.0], groups=np.repeat(range(60), 2)
    )
    assert leaking.losses[0] < 0.5
    assert honest.losses[0] == pytest.approx(np.log(2))
    assert honest.accuracies[0] == 0.5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"X_second": B[:, :2]}, r"shapes \(400, 4\) and \(400, 2\)"),
        ({"X_first": A[0]}, r"X_first has shape \(4,\); expected \(m, d\)"),
        ({"X_first": np.full_like(A, np.nan)}, "X_first has entries that are not finite"),
        ({"X_second": A}, "the same in every row"),
        ({"outcomes": WINS[1:]}, "outcomes has 399 entries for 400 pairs"),
        ({"outcomes": 2 * WINS}, "outcomes holds 2.0"),
        ({"outcomes": np.full(400, np.nan)}, "0 comparisons are answered"),
        ({"folds": 1}, "folds is 1"),
        ({"penalties": []}, "penalties are"),
        ({"penalties": [1.0, 0.0]}, "expected numbers above 0"),
    ],
)
def test_bad_input_is_named(changes, message):
    given = {"X_first": A, "X_second": B, "outcomes": WINS, **changes}
    with pytest.raises(ValueError, match=message):
        fit_linear_reward(**given)


def test_rewards_of_other_features_are_refused():
    with pytest.raises(ValueError, match=r"X has shape \(400, 2\); expected \(n, 4\)"):
        fit_linear_reward(A, B, WINS).reward(A[:, :2])
