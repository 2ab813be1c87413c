import numpy as np
import pytest

from infometer.preferences import neighbor_pairs, swiss_pairs


def test_swiss_rounds_never_repeat_a_pair_and_stay_near_in_the_ranking():
    rng = np.random.default_rng(0)
    strength = rng.permutation(32).astype(float)
    wins, played = np.zeros(32), []
    for _ in range(6):
        pairs = swiss_pairs(wins, played)
        assert sorted(pairs.ravel().tolist()) == list(range(32))
        first_wins = strength[pairs[:, 0]] > strength[pairs[:, 1]]
        np.add.at(wins, np.where(first_wins, *pairs.T), 1)
        played += pairs.tolist()
    assert len({frozenset(pair) for pair in played}) == 6 * 16
    # After six rounds the winner of all is the best, as in any knock-out of 2⁵ players.
    assert wins[strength.argmax()] == 6
    assert np.corrcoef(wins, strength)[0, 1] > 0.8


def test_who_has_met_all_sits_out_and_so_does_an_odd_one():
    assert swiss_pairs([2, 1, 0]).tolist() == [[0, 1]]
    assert swiss_pairs([2, 1], played=[(1, 0)]).shape == (0, 2)
    assert swiss_pairs([2, 1, 0], played=[(0, 1), (0, 2)]).tolist() == [[1, 2]]


def test_neighbors_are_those_of_brute_force():
    points = np.random.default_rng(1).normal(size=(40, 3))
    far = np.linalg.norm(points[:, None] - points, axis=2)
    nearest = far.argsort(axis=1)[:, 1:5]
    expected = {tuple(sorted((i, int(j)))) for i in range(40) for j in nearest[i]}
    assert {tuple(pair) for pair in neighbor_pairs(points, k=4).tolist()} == expected


def test_equal_embeddings_are_neighbors_but_never_of_themselves():
    pairs = neighbor_pairs(np.zeros((4, 2)), k=2)
    assert (pairs[:, 0] < pairs[:, 1]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: swiss_pairs([[1.0]]), r"scores has shape \(1, 1\)"),
        (lambda: swiss_pairs([1.0, np.nan]), "expected a finite number for each item"),
        (lambda: swiss_pairs([1, 2], played=[(0, 2)]), "played names items 0 to 2"),
        (lambda: neighbor_pairs([1.0, 2.0], k=1), r"X has shape \(2,\)"),
        (lambda: neighbor_pairs([[1.0], [np.nan]], k=1), "in 1 rows, the first row 1"),
        (lambda: neighbor_pairs([[1.0], [2.0]], k=2), "k is 2 for 2 items; expected 1 to 1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
