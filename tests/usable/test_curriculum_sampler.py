from collections import Counter

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.utils.data import DataLoader  # noqa: E402

from infometer.usable import CurriculumSampler  # noqa: E402
from infometer.usable.curriculum_draws import Curriculum, epoch_draws  # noqa: E402

ORDER = np.random.default_rng(0).permutation(60)


def drawn(sampler, epochs):
    return [list(sampler) for _ in range(epochs)]


def test_without_pacing_every_epoch_is_the_order():
    assert drawn(CurriculumSampler(ORDER), 2) == [ORDER.tolist()] * 2


@pytest.mark.parametrize("pacing", ["step", "epoch"])
def test_items_are_drawn_only_once_they_are_open_and_all_are_in_the_end(pacing):
    sampler = CurriculumSampler(ORDER, pacing=pacing, epochs=5, start=0.2, full_at=0.6)
    place = np.argsort(ORDER)
    for epoch, items in enumerate(drawn(sampler, 5)):
        at = epoch * 60 + np.arange(60) if pacing == "step" else np.full(60, epoch * 60)
        assert (place[items] < np.ceil(60 * np.minimum(1, 0.2 + 0.8 * at / 180) - 1e-9)).all()
        assert len(items) == 60
        if epoch >= 3:
            assert sorted(items) == list(range(60))
            assert items != ORDER.tolist()


def test_a_step_opens_more_within_an_epoch_and_an_epoch_does_not():
    settings = {"epochs": 2, "start": 0.1, "full_at": 1.0}
    place = np.argsort(ORDER)
    by_step = place[next(iter(drawn(CurriculumSampler(ORDER, pacing="step", **settings), 1)))]
    by_epoch = place[next(iter(drawn(CurriculumSampler(ORDER, pacing="epoch", **settings), 1)))]
    assert by_step[:6].max() == by_epoch.max() == 5
    assert by_step.max() > 20
    assert set(Counter(by_epoch.tolist()).values()) == {10}


def test_a_pass_has_each_open_item_once():
    curriculum = Curriculum(np.arange(100), "step", epochs=3, start=0.25)
    assert sorted(epoch_draws(curriculum, 0)[:25].tolist()) == list(range(25))


def test_weights_say_how_often():
    weights = np.zeros(80)
    weights[ORDER] = np.arange(60) / 29.5  # the mean is 1: that is how often each should come
    sampler = CurriculumSampler(ORDER, weights=weights)
    counts = Counter(next(iter(drawn(sampler, 1))))
    assert all(abs(counts[item] - weights[item]) < 1 for item in ORDER)
    assert counts[int(ORDER[0])] == 0
    sampler = CurriculumSampler(ORDER, weights=weights, pacing="step", start=1.0)
    total = Counter(item for epoch in drawn(sampler, 300) for item in epoch)
    # one uniform start an epoch: the variance of a count is at most 1/4 an epoch
    assert max(abs(total[item] - 300 * weights[item]) for item in ORDER) < 4 * np.sqrt(75)


def test_equal_weights_draw_each_item_once():
    sampler = CurriculumSampler(ORDER, weights=np.full(60, 0.1), pacing="epoch", start=1)
    epochs = drawn(sampler, 50)
    assert [sorted(epoch) for epoch in epochs] == [list(range(60))] * 50
    assert len({tuple(epoch) for epoch in epochs}) == 50


@pytest.mark.parametrize("pacing", [None, "step"])
def test_ranks_share_the_order_and_no_item(pacing):
    settings = {"pacing": pacing, "epochs": 2 if pacing else None, "random_state": 7}
    alone = drawn(CurriculumSampler(ORDER, **settings), 2)
    ranks = [CurriculumSampler(ORDER, rank=r, num_replicas=3, **settings) for r in range(3)]
    assert [rank.n_padded for rank in ranks] == [0, 0, 0]
    for epoch, parts in enumerate(zip(*(drawn(rank, 2) for rank in ranks), strict=True)):
        assert [item for three in zip(*parts, strict=True) for item in three] == alone[epoch]


def test_uneven_ranks_are_padded_with_the_first_draws_and_say_so():
    ranks = [CurriculumSampler(ORDER, rank=r, num_replicas=7) for r in range(7)]
    assert {rank.n_padded for rank in ranks} == {3}
    parts = [list(rank) for rank in ranks]
    assert {len(part) for part in parts} == {len(ranks[0])} == {9}
    twice = Counter(item for part in parts for item in part)
    assert {item for item, count in twice.items() if count == 2} == set(ORDER[:3].tolist())


def test_the_draws_follow_from_the_seed_and_the_epoch_alone():
    settings = {"pacing": "step", "epochs": 4}
    first = CurriculumSampler(ORDER, random_state=1, **settings)
    epochs = drawn(first, 4)
    assert epochs != drawn(CurriculumSampler(ORDER, random_state=2, **settings), 4)
    again = CurriculumSampler(ORDER, random_state=1, **settings)
    for epoch in (2, 0, 3):
        again.set_epoch(epoch)
        assert list(again) == epochs[epoch]


def test_workers_that_fetch_ahead_get_the_same_batches():
    batches = [
        [batch.tolist() for batch in loader]
        for loader in (
            DataLoader(
                range(60),
                7,
                num_workers=n,
                sampler=CurriculumSampler(ORDER, pacing="step", epochs=1),
            )
            for n in (0, 1)
        )
    ]
    assert batches[0] == batches[1]


@pytest.mark.parametrize("stop", [0, 11, 60])
def test_a_resumed_epoch_is_the_rest_of_it(stop):
    settings = {"pacing": "step", "epochs": 3}
    whole = drawn(CurriculumSampler(ORDER, random_state=5, **settings), 3)
    killed = CurriculumSampler(ORDER, random_state=5, **settings)
    killed.set_epoch(1)
    draws = iter(killed)
    begun = [next(draws) for _ in range(stop)]
    state = killed.state_dict()
    assert state == {"epoch": 1, "drawn": stop, "seed": 5}
    resumed = CurriculumSampler(ORDER, random_state=99, **settings)
    resumed.load_state_dict(state)
    resumed.set_epoch(
        1 if stop < 60 else 2
    )  # trainers tell the epoch that they begin or go on with
    rest = [] if stop == 60 else list(resumed)
    assert begun + rest == whole[1]
    assert list(resumed) == whole[2]


def test_an_epoch_that_was_broken_off_begins_anew():
    sampler = CurriculumSampler(ORDER)
    draws = iter(sampler)
    assert [next(draws) for _ in range(3)] == ORDER[:3].tolist()
    assert list(sampler) == ORDER.tolist()


def test_the_length_of_the_training_can_be_told_later_but_not_changed():
    sampler = CurriculumSampler(ORDER, pacing="epoch", start=0.5)
    with pytest.raises(ValueError, match="epochs is None; give the number of epochs"):
        next(iter(sampler))
    sampler.plan(4)
    assert sampler.share == 0.5
    sampler.plan(8)
    assert sampler.curriculum.epochs == 4


@pytest.mark.parametrize(
    ("order", "settings", "message"),
    [
        ([True, False], {}, "of a mask take np.flatnonzero"),
        ([0.0, 1.0], {}, "dtype float64"),
        ([], {}, r"shape \(0,\)"),
        ([0, -1], {}, "expected the places of items"),
        ([0, 1, 1], {}, "order has item 1 2 times"),
        ([0, 1], {"pacing": "item"}, "pacing is 'item'"),
        ([0, 1], {"epochs": 3}, "epochs is 3; it is for pacing="),
        ([0, 1], {"rank": 2, "num_replicas": 2}, "rank is 2 of num_replicas 2"),
        ([0, 1], {"num_replicas": 2, "random_state": None}, "only from one integer"),
        ([0, 1], {"pacing": "step", "epochs": 2, "start": 0.0}, "start is 0.0"),
        ([0, 1], {"pacing": "step", "epochs": 0}, "total_steps 0"),
        ([0, 5], {"weights": [1.0, 1.0]}, "of which the order names item 5"),
        ([0, 1], {"weights": [1.0, -1.0]}, "values below 0"),
        ([0, 1], {"weights": [0.0, 0.0]}, "all of the first 2 items"),
        ([1, 0], {"weights": [1, 0], "pacing": "step", "start": 0.5}, "all of the first 1 items"),
    ],
)
def test_bad_settings_are_refused(order, settings, message):
    with pytest.raises(ValueError, match=message):
        CurriculumSampler(order, **settings)
