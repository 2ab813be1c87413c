import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from infometer.preferences.collecting import Item
from infometer.preferences.collecting.database import database_url, shown_url
from infometer.preferences.collecting.export import answers_frame
from infometer.preferences.collecting.store import Answer, ConflictError
from infometer.preferences.reading import read_comparisons


def an_answer(first=0, second=1, outcome="first", rater="Ann"):
    return Answer(str(uuid.uuid4()), first, second, outcome, rater)


def keep(store, *answers):
    for answer in answers:
        with store.transaction() as transaction:
            transaction.add(answer)


def test_an_answer_that_is_sent_again_is_kept_once(open_store, address):
    store, answer = open_store(address), an_answer()
    keep(store, answer, answer)
    assert [kept.id for kept in store.answers()] == [answer.id]
    other = Answer(answer.id, 0, 1, "second", "Ann")
    with pytest.raises(ConflictError, match="names another answer"):
        keep(store, other)


def test_taking_back_deletes_nothing_and_can_be_said_twice(open_store, address):
    store, answer = open_store(address), an_answer()
    keep(store, answer)
    for _ in range(2):
        with store.transaction() as transaction:
            transaction.withdraw(answer.id, "Ann")
    keep(store, answer)  # a late retry does not bring it back
    assert store.answers() == []
    with store.transaction() as transaction:
        assert len(transaction.answers_after(0)) == len(transaction.withdrawals_after(0)) == 1
        with pytest.raises(ConflictError, match="Bob gave no answer"):
            transaction.withdraw(answer.id, "Bob")


def test_many_writers_in_two_stores_lose_and_double_nothing(open_store, address):
    stores = [open_store(address), open_store(address)]
    answers = [an_answer(rater=f"r{i}") for i in range(30)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda i: keep(stores[i % 2], answers[i // 2]), range(60)))
    kept = stores[0].answers()
    assert sorted(answer.id for answer in kept) == sorted(answer.id for answer in answers)
    with stores[1].transaction() as transaction:
        numbers = [sequence for sequence, _ in transaction.answers_after(0)]
    assert numbers == sorted(set(numbers))


def test_a_database_is_of_its_items_and_its_question(open_store, address, items):
    first = open_store(address, question="Which is kinder?")
    again = open_store(address)
    assert (again.collection, again.question) == (first.collection, "Which is kinder?")
    with pytest.raises(ValueError, match="about other items: 9 of them, 'a0', 'a1'"):
        open_store(address, items=(*items[:-1], Item("b9", text="new", prompt="b")))
    with pytest.raises(ValueError, match="answers to 'Which is kinder\\?'"):
        open_store(address, question="Which is shorter?")


def test_what_is_exported_is_what_rank_reads(open_store, address, tmp_path):
    store = open_store(address)
    given = zip(("first", "second", "tie", "skip"), ("Ann", "Bob", "Eve", "Zoe"), strict=True)
    answers = [an_answer(1, 0, outcome, rater) for outcome, rater in given]
    keep(store, *answers, an_answer(7, 6, "second", "Bob"))
    frame = answers_frame(store)
    assert list(frame) == ["first", "second", "winner", "prompt", "rater", "time"]
    assert frame["winner"].tolist() == ["a1", "a0", "tie", "skip", "b0"]
    graph = read_comparisons(frame)
    assert graph.outcomes[:3].tolist() == [1, 0, 0.5]
    assert graph.outcomes[4] == 0
    assert graph.raters.tolist() == ["Ann", "Bob", "Eve", "Zoe", "Bob"]
    assert graph.names[:2] == ("a1", "a0")


def test_an_export_without_answers_has_its_columns(open_store, tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}", items=[Item("x"), Item("y")])
    frame = answers_frame(store)
    assert list(frame) == ["first", "second", "winner", "rater", "time"]
    assert frame.empty


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("answers.db", "db is no address"),
        ("mysql://u@h/d", "db is of mysql"),
        ("sqlite://", "in memory"),
        ("sqlite:////absent/answers.db", "'/absent', which is no folder"),
    ],
)
def test_addresses_that_cannot_be(address, told):
    with pytest.raises(ValueError, match=told):
        database_url(address)


def test_a_password_is_never_shown():
    assert "secret" not in shown_url(database_url("postgresql://ann:secret@h/d"))
    with pytest.raises(ValueError, match="db is") as caught:
        database_url("mysql://ann:secret@h/d")
    assert "secret" not in str(caught.value)


def test_a_commit_to_sqlite_waits_for_the_disk(open_store, tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_of_one_person_and_pair_the_last_word_counts(open_store, address):
    store, before, after = open_store(address), an_answer(0, 1), an_answer(1, 0, "tie")
    keep(store, before, an_answer(0, 2), an_answer(0, 1, rater="Bob"), after, before)
    assert [(kept.rater, *kept.pair, kept.outcome) for kept in store.answers()] == [
        ("Ann", 0, 2, "first"),
        ("Bob", 0, 1, "first"),
        ("Ann", 0, 1, "tie"),
    ]
