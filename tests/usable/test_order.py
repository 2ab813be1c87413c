import numpy as np
import pytest

from infometer.usable import pvi_order

PVI = np.random.default_rng(0).normal(size=200)


def test_easy_first_falls_and_hard_first_rises():
    easy, hard = pvi_order(PVI, random_state=0), pvi_order(PVI, "hard_first", random_state=0)
    assert (np.diff(PVI[easy]) < 0).all()
    assert easy.tolist() == hard[::-1].tolist()


@pytest.mark.parametrize("policy", ["easy_first", "hard_first", "random", "alternating"])
@pytest.mark.parametrize("labelled", [False, True])
def test_an_order_holds_every_item_once_and_follows_from_its_seed(policy, labelled):
    labels = np.where(PVI > 1, "rare", "common") if labelled else None
    order = pvi_order(PVI, policy, labels=labels, random_state=3)
    assert sorted(order.tolist()) == list(range(200))
    assert order.tolist() == pvi_order(PVI, policy, labels=labels, random_state=3).tolist()
    if policy in ("random", "alternating"):
        assert order.tolist() != pvi_order(PVI, policy, labels=labels, random_state=4).tolist()


@pytest.mark.parametrize("policy", ["easy_first", "hard_first", "alternating", "random"])
def test_ties_do_not_follow_the_position(policy):
    places = [pvi_order(np.zeros(1000), policy, random_state=seed) for seed in range(20)]
    # ranks of a random permutation: |correlation with the position| is 1/sqrt(999) = 0.032
    r = [np.corrcoef(np.arange(1000), place)[0, 1] for place in places]
    assert np.max(np.abs(r)) < 0.15
    assert abs(np.mean(r)) < 0.03


def test_ten_in_turn_have_one_of_each_tenth_of_difficulty():
    order = pvi_order(PVI, "alternating", random_state=0)
    tenth = np.argsort(np.argsort(-PVI)) // 20
    for ten in tenth[order].reshape(-1, 10):
        assert sorted(ten.tolist()) == list(range(10))


def test_with_labels_each_class_is_ordered_and_every_start_has_the_shares():
    labels = np.where(np.arange(200) % 4, "common", "rare")
    pvi = PVI + 5 * (labels == "rare")  # the null term lifts a rare class as a whole
    assert (labels[pvi_order(pvi, random_state=0)[:50]] == "rare").all()
    order = pvi_order(pvi, labels=labels, random_state=0)
    rare = labels[order] == "rare"
    assert np.abs(np.cumsum(rare) - 0.25 * np.arange(1, 201)).max() <= 1
    for one in ("rare", "common"):
        assert (np.diff(pvi[order[labels[order] == one]]) < 0).all()


@pytest.mark.parametrize(
    ("pvi", "settings", "message"),
    [
        ([[0.1, 0.2]], {}, r"pvi has shape \(1, 2\)"),
        ([], {}, r"pvi has shape \(0,\)"),
        ([0.1, np.nan], {}, "1 values that are NaN or infinite, the first at 1"),
        ([0.1, 0.2], {"policy": "easiest"}, "policy is 'easiest'"),
        ([0.1, 0.2], {"labels": ["a"]}, r"labels has shape \(1,\); expected one label an item"),
        ([0.1, 0.2], {"labels": ["a", None]}, "labels lacks 1 of 2 labels, the first at 1"),
    ],
)
def test_what_is_no_pvi_is_refused(pvi, settings, message):
    with pytest.raises(ValueError, match=message):
        pvi_order(pvi, **settings)
