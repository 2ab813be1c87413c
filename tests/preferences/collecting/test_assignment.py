import uuid

import numpy as np
import pytest

from infometer.preferences.collecting import Item, assignment
from infometer.preferences.collecting.assignment import Assigner
from infometer.preferences.collecting.store import Answer


def seats(n):
    return [str(uuid.UUID(int=i + 1)) for i in range(n)]


def judge(assigner, seat, rater, turn, outcome="first"):
    first, second = turn.pair
    return assigner.answer(seat, Answer(str(uuid.uuid4()), first, second, outcome, rater))


def test_people_at_once_see_different_pairs_in_either_process(open_store, address):
    assigners = [Assigner(open_store(address), 0), Assigner(open_store(address), 1)]
    pairs = {}
    for i, seat in enumerate(seats(18)):
        turn = assigners[i % 2].turn(seat, f"r{i}")
        pairs[seat] = None if turn.pair is None else tuple(sorted(turn.pair))
    assert len(set(pairs.values())) == 18  # 15 pairs under one prompt and 3 under the other
    assert None not in pairs.values()
    late = assigners[0].turn(str(uuid.uuid4()), "late")
    assert late.pair is None
    assert late.waiting


def test_a_page_that_is_loaded_again_shows_the_same_pair_until_it_expires(
    open_store, address, monkeypatch
):
    store = open_store(address)
    [a, b] = seats(2)
    shown = Assigner(store, 0).turn(a, "Ann").pair
    assert Assigner(store, 5).turn(a, "Ann").pair == shown
    assert sorted(Assigner(store, 0).turn(b, "Bob").pair) != sorted(shown)
    monkeypatch.setattr(assignment, "EXPIRY_SECONDS", -1.0)
    assert Assigner(store, 0).turn(b, "Bob").pair == shown


def test_everyone_is_asked_each_pair_once_and_no_prompt_is_crossed(open_store, address, items):
    assigner, seat = Assigner(open_store(address), 0), seats(1)[0]
    for rater in ("Ann", "Bob"):
        turn, seen = assigner.turn(seat, rater), []
        while turn.pair is not None:
            seen.append(tuple(sorted(turn.pair)))
            turn = judge(assigner, seat, rater, turn, "skip" if len(seen) % 3 else "tie")
        assert len(seen) == len(set(seen)) == 18
        assert all(items[u].prompt == items[v].prompt for u, v in seen)
        assert not turn.waiting
        assert turn.by_rater == 18
    assert (turn.in_all, turn.n_compared) == (36, 9)


def test_answers_of_another_process_steer_what_is_asked(open_store, address, items):
    here, there = Assigner(open_store(address), 0), Assigner(open_store(address), 0)
    a, b = seats(2)
    here.turn(a, "Ann")
    turn = there.turn(b, "Bob")
    for _ in range(9):
        turn = judge(there, b, "Bob", turn)
    here.turn(a, "Ann")
    states = [assigner._posterior for assigner in (here, there)]
    np.testing.assert_allclose(states[0].mean, states[1].mean)
    assert np.abs(states[0].mean).max() > 0.1


def test_undo_shows_the_pair_again_and_the_rewards_of_before(open_store, address):
    assigner, seat = Assigner(open_store(address), 0), seats(1)[0]
    first = assigner.turn(seat, "Ann")
    second = judge(assigner, seat, "Ann", first)
    third = judge(assigner, seat, "Ann", second, "tie")
    for _ in range(2):  # the second is a retry
        undone = assigner.undo(seat, "Ann", third.undoable)
        assert undone.pair == second.pair
        assert (undone.by_rater, undone.in_all) == (1, 1)
        assert undone.undoable == second.undoable
    afresh = Assigner(assigner.store)
    afresh.turn(seat, "Ann")
    np.testing.assert_allclose(assigner._posterior.mean, afresh._posterior.mean)
    everything = assigner.undo(seat, "Ann", undone.undoable)
    assert (everything.pair, everything.undoable) == (first.pair, None)


def test_an_answer_is_kept_though_the_next_pair_cannot_be_found(open_store, address, monkeypatch):
    store, seat = open_store(address), seats(1)[0]
    assigner = Assigner(store, 0)
    first, second = assigner.turn(seat, "Ann").pair
    answer = Answer(str(uuid.uuid4()), first, second, "first", "Ann")
    with monkeypatch.context() as broken:
        broken.setattr(assignment, "Turn", None)
        with pytest.raises(TypeError):
            assigner.answer(seat, answer)
    assert [kept.id for kept in store.answers()] == [answer.id]
    again = assigner.answer(seat, answer)
    assert (again.in_all, again.by_rater) == (1, 1)


def test_which_item_is_shown_first_is_drawn(open_store, tmp_path):
    items = [Item(f"{i}") for i in range(30)]
    assigner, seat = Assigner(open_store(f"sqlite:///{tmp_path / 'a.db'}", items), 0), seats(1)[0]
    turn, first = assigner.turn(seat, "Ann"), []
    for _ in range(60):
        first.append(turn.pair[0] < turn.pair[1])
        turn = judge(assigner, seat, "Ann", turn)
    assert 15 < sum(first) < 45  # 4 standard errors of a fair coin


def test_many_items_are_asked_from_a_shortlist_that_comes_round(open_store, tmp_path, monkeypatch):
    monkeypatch.setattr(assignment, "MOST_ITEMS", 10)
    monkeypatch.setattr(assignment, "SHORTLIST", 8)
    items = [Item(f"{p}{i}", prompt=p) for p, n in (("a", 20), ("b", 3)) for i in range(n)]
    assigner, seat = Assigner(open_store(f"sqlite:///{tmp_path / 'a.db'}", items), 0), seats(1)[0]
    turn, counts = assigner.turn(seat, "Ann"), np.zeros(23, int)
    for _ in range(30):
        counts[list(turn.pair)] += 1
        assert items[turn.pair[0]].prompt == items[turn.pair[1]].prompt
        turn = judge(assigner, seat, "Ann", turn)
    assert turn.n_compared == 23
    assert counts[:20].max() - counts[:20].min() <= 3
    assert counts[20:].tolist() == [2, 2, 2]


def test_a_shortlist_comes_to_every_pair_of_small_prompts(open_store, tmp_path, monkeypatch):
    monkeypatch.setattr(assignment, "MOST_ITEMS", 10)
    monkeypatch.setattr(assignment, "SHORTLIST", 4)
    sizes = {"a": 2, "b": 3, "c": 2, "d": 3, "e": 2}
    items = [Item(f"{p}{i}", prompt=p) for p, n in sizes.items() for i in range(n)]
    assigner, seat = Assigner(open_store(f"sqlite:///{tmp_path / 'a.db'}", items), 0), seats(1)[0]
    turn = assigner.turn(seat, "Ann")
    while turn.pair is not None:
        turn = judge(assigner, seat, "Ann", turn)
    assert turn.by_rater == 1 + 3 + 1 + 3 + 1
