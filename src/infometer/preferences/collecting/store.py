"""Answers on the disk: each is committed before it is acknowledged, and none is kept twice."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select
from sqlalchemy.engine import URL

from infometer.preferences.collecting import schema
from infometer.preferences.collecting.database import database_url, open_engine, shown_url
from infometer.preferences.collecting.items import Item, items_fingerprint

__all__ = ["OUTCOMES", "Answer", "AnswerStore", "Assignment", "ConflictError", "Transaction"]

OUTCOMES = ("first", "second", "tie", "skip")
QUESTION = "Which is better?"


class ConflictError(ValueError):
    """The same id was used for two different answers, or an answer to take back is unknown."""


@dataclass(frozen=True)
class Answer:
    """What one person said of two items, first and second as they were shown.

    Parameters
    ----------
    id : str
        A UUID that the page made.
    first, second : int
        Positions of the items.
    outcome : {"first", "second", "tie", "skip"}
    rater : str
    time : float
        Seconds since 1970, of the server's clock.
    """

    id: str
    first: int
    second: int
    outcome: str
    rater: str
    time: float = 0.0

    @property
    def pair(self) -> tuple[int, int]:
        """Both items, the lower position first."""
        return min(self.first, self.second), max(self.first, self.second)


@dataclass(frozen=True)
class Assignment:
    """The pair that one open page shows, and since when."""

    seat: str
    rater: str
    first: int
    second: int
    time: float = 0.0

    @property
    def pair(self) -> tuple[int, int]:
        """Both items, the lower position first."""
        return min(self.first, self.second), max(self.first, self.second)


@dataclass(frozen=True)
class AnswerStore:
    """The answers on some items in a database.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    items : tuple of Item
    collection : str
        The database's own id: a page keeps what it could not send under this name.
    question : str

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     address = f"sqlite:///{folder}/answers.db"
    ...     store = AnswerStore.open(address, [Item("tea"), Item("coffee")])
    ...     with store.transaction() as open_transaction:
    ...         open_transaction.add(Answer(str(uuid.uuid4()), 0, 1, "first", "Ann"))
    ...         open_transaction.add(Answer(str(uuid.uuid4()), 1, 0, "tie", "Bob"))
    ...     len(store.answers())
    ...     store.close()
    2
    """

    engine: Engine
    items: tuple[Item, ...]
    collection: str
    question: str

    @classmethod
    def open(
        cls, url: str | URL, items: Sequence[Item], question: str | None = None
    ) -> AnswerStore:
        """Open the database, or begin one, for these items and this question.

        Parameters
        ----------
        url : str or sqlalchemy.engine.URL
            Such as ``sqlite:///answers.db`` or ``postgresql://user@host/name``.
        items : sequence of Item
        question : str, optional
            What is asked; by default what was asked before, else "Which is better?".

        Raises
        ------
        ValueError
            If the database holds answers on other items, or to another question.
        """
        url = database_url(url) if isinstance(url, str) else url
        engine = open_engine(url)
        fingerprint = items_fingerprint(items)
        try:
            with engine.begin() as connection:
                schema.metadata.create_all(connection)
                kept = connection.execute(select(schema.collection)).one_or_none()
                if kept is None:
                    kept = _begin_collection(connection, items, fingerprint, question or QUESTION)
                _check_collection(connection, kept, items, fingerprint, question, shown_url(url))
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, tuple(items), kept.id, kept.question)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Read and write while no other process does; all of it is on the disk at the end."""
        with self.engine.begin() as connection:
            yield Transaction(connection)

    def answers(self) -> list[Answer]:
        """All answers that were not taken back, in the order they came."""
        with self.transaction() as transaction:
            withdrawn = {answer for _, answer in transaction.withdrawals_after(0)}
            given = transaction.answers_after(0)
        return [answer for _, answer in given if answer.id not in withdrawn]

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@dataclass(frozen=True)
class Transaction:
    """What is read and written at once, while every other process waits."""

    connection: Connection

    def answers_after(self, sequence: int) -> list[tuple[int, Answer]]:
        """Answers that came after one, with their sequence numbers; some may be taken back."""
        table = schema.answers
        rows = self.connection.execute(
            select(table).where(table.c.sequence > sequence).order_by(table.c.sequence)
        )
        return [(row.sequence, _answer(row)) for row in rows]

    def withdrawals_after(self, sequence: int) -> list[tuple[int, str]]:
        """Ids of answers that were taken back after one was, with their sequence numbers."""
        table = schema.withdrawals
        rows = self.connection.execute(
            select(table).where(table.c.sequence > sequence).order_by(table.c.sequence)
        )
        return [(row.sequence, row.answer) for row in rows]

    def assignments(self, since: float) -> list[Assignment]:
        """What open pages show since then or later; what is older is dropped."""
        table = schema.assignments
        self.connection.execute(delete(table).where(table.c.time < since))
        rows = self.connection.execute(select(table).order_by(table.c.time, table.c.seat))
        return [Assignment(row.seat, row.rater, row.first, row.second, row.time) for row in rows]

    def add(self, answer: Answer) -> None:
        """Keep an answer; one that is kept already is not kept twice.

        It takes back what this person said of the pair before, in another window: the last word
        counts.

        Raises
        ------
        ConflictError
            If another answer has the same id.
        """
        if (kept := self._answer(answer.id)) is not None:
            said = (kept.first, kept.second, kept.outcome, kept.rater)
            if said != (answer.first, answer.second, answer.outcome, answer.rater):
                raise ConflictError(f"id {answer.id} names another answer; make a new one")
            return
        for earlier in self._of_pair(answer):
            self.withdraw(earlier, answer.rater)
        fields = {**vars(answer), "time": time.time()}
        self.connection.execute(insert(schema.answers).values(fields))

    def withdraw(self, answer: str, rater: str) -> Answer:
        """Take an answer back, if its rater asks; once is enough.

        Raises
        ------
        ConflictError
            If this person gave no answer of this id.
        """
        kept = self._answer(answer)
        if kept is None or kept.rater != rater:
            raise ConflictError(f"{rater} gave no answer {answer}")
        table = schema.withdrawals
        if self.connection.execute(select(table).where(table.c.answer == answer)).first() is None:
            self.connection.execute(insert(table).values(answer=answer, time=time.time()))
        return kept

    def assign(self, assignment: Assignment) -> None:
        """Note what a page shows from now on, in place of what it showed."""
        self.release(assignment.seat)
        fields = {**vars(assignment), "time": time.time()}
        self.connection.execute(insert(schema.assignments).values(fields))

    def release(self, seat: str) -> None:
        """Note that a page shows no pair."""
        table = schema.assignments
        self.connection.execute(delete(table).where(table.c.seat == seat))

    def _of_pair(self, answer: Answer) -> Sequence[str]:
        table = schema.answers
        asked = select(table.c.id).where(
            table.c.rater == answer.rater,
            table.c.first.in_(answer.pair),
            table.c.second.in_(answer.pair),
        )
        return self.connection.execute(asked).scalars().all()

    def _answer(self, id: str) -> Answer | None:
        table = schema.answers
        row = self.connection.execute(select(table).where(table.c.id == id)).one_or_none()
        return None if row is None else _answer(row)


def _answer(row: Row[Any]) -> Answer:
    return Answer(row.id, row.first, row.second, row.outcome, row.rater, row.time)


def _begin_collection(
    connection: Connection, items: Sequence[Item], fingerprint: str, question: str
) -> Row[Any]:
    rows = [
        {
            "position": i, "name": item.name, "prompt": item.prompt, "text": item.text,
            "image": None if item.image is None else item.image.name,
        }
        for i, item in enumerate(items)
    ]  # fmt: skip
    connection.execute(insert(schema.items), rows)
    connection.execute(
        insert(schema.collection).values(
            id=str(uuid.uuid4()), fingerprint=fingerprint, question=question
        )
    )
    return connection.execute(select(schema.collection)).one()


def _check_collection(
    connection: Connection,
    kept: Row[Any],
    items: Sequence[Item],
    fingerprint: str,
    question: str | None,
    where: str,
) -> None:
    if kept.fingerprint != fingerprint:
        n = connection.execute(select(func.count()).select_from(schema.items)).scalar_one()
        names = connection.execute(
            select(schema.items.c.name).order_by(schema.items.c.position).limit(2)
        ).scalars()
        raise ValueError(
            f"db {where} is about other items: {n} of them, {', '.join(map(repr, names))}, …; "
            f"these are {len(items)}, {items[0].name!r}, {items[1].name!r}, …. Items may not "
            "change once they are compared: give these a database of their own"
        )
    if question is not None and question != kept.question:
        raise ValueError(
            f"db {where} holds answers to {kept.question!r}; give this question a database of "
            "its own"
        )
