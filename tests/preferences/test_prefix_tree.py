import itertools

import numpy as np
import pytest

from infometer.preferences import PrefixTree

PARENTS = [-1, 0, 0, 1, 1, 3, 2]
SEGMENTS = ["", "One. ", "Two. ", "a", "bb", "ccc", "d"]


def test_responses_are_the_texts_at_the_ends():
    tree = PrefixTree("p", PARENTS, SEGMENTS)
    assert tree.leaves == ("One. bb", "One. accc", "Two. d")
    assert tree.depths.tolist() == [0, 1, 1, 2, 2, 3, 2]
    assert tree.shared_prefix(0, 1) == "One. "
    assert tree.shared_prefix(0, 2) == ""


def test_a_whole_response_may_be_the_beginning_of_another():
    tree = PrefixTree("p", [-1, 0, 1], ["", "Yes.", " It is."], [False, True, True])
    assert tree.leaves == ("Yes.", "Yes. It is.")
    assert tree.shared_prefix(0, 1) == "Yes."


def test_identical_responses_are_one_and_never_compared():
    tree = PrefixTree("p", [-1, 0, 0, 1, 0], ["", "a", "ab", "b", "c"])
    assert tree.leaves == ("ab", "c")
    pairs = tree.pairs(200, random_state=0)
    assert (pairs[:, 0] != pairs[:, 1]).all()


def test_pairs_are_uniform_and_known_by_their_seed():
    tree = PrefixTree("p", PARENTS, SEGMENTS)
    pairs = tree.pairs(6000, random_state=3)
    counts = np.array(
        [np.sum((pairs == pair).all(axis=1)) for pair in itertools.permutations(range(3), 2)]
    )
    assert counts.sum() == 6000
    assert abs(counts - 1000).max() < 4 * np.sqrt(1000 * 5 / 6)
    np.testing.assert_array_equal(pairs, tree.pairs(6000, random_state=3))


def test_lengths_against_all_pairs():
    tree = PrefixTree("p", PARENTS, SEGMENTS)
    read = [
        (len(tree.leaves[u]), len(tree.leaves[v]), len(tree.shared_prefix(u, v)))
        for u, v in itertools.combinations(range(3), 2)
    ]
    found = tree.lengths()
    assert found.generated == sum(map(len, SEGMENTS))
    assert found.as_chain == sum(map(len, tree.leaves))
    assert found.read == pytest.approx(np.mean([a + b - 2 * s for a, b, s in read]))
    assert found.read_with_prefix == pytest.approx(np.mean([a + b - s for a, b, s in read]))
    assert found.read_whole == pytest.approx(np.mean([a + b for a, b, s in read]))
    assert tree.lengths(lambda text: 1).generated == 6


@pytest.mark.parametrize(
    ("parents", "segments", "complete", "message"),
    [
        ([], [], None, "has no root"),
        ([-1], [""], None, "no response"),
        ([-1, 0], ["", "a"], [True, False], "no response"),
        ([0, 0], ["", "a"], None, "has no root"),
        ([-1, 0], ["x", "a"], None, "has no root"),
        ([-1, 2, 0], ["", "a", "b"], None, r"parents\[1\] is 2; expected a node before node 1"),
        ([-1, 0], ["", ""], None, r"segments\[1\] is empty"),
        ([-1, 0], ["", "a", "b"], None, r"parents has shape \(2,\).* with 3 segments"),
        ([-1, 0], ["", "a"], [True], r"complete has shape \(1,\); expected \(2,\)"),
    ],
)
def test_bad_trees_are_named(parents, segments, complete, message):
    with pytest.raises(ValueError, match=message):
        PrefixTree("p", np.array(parents, dtype=int), segments, complete)


def test_bad_questions_are_named():
    tree = PrefixTree("p", [-1, 0], ["", "a"])
    with pytest.raises(ValueError, match="1 response, which cannot be compared with itself"):
        tree.pairs(1)
    with pytest.raises(ValueError, match="no response 1; expected 0 to 0"):
        tree.shared_prefix(0, 1)
    with pytest.raises(ValueError, match="n is 0"):
        PrefixTree("p", PARENTS, SEGMENTS).pairs(0)
