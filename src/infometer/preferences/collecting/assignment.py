"""Who is asked what: the pair whose answer tells the most, and no pair of two people at once."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from infometer.preferences.collecting.store import Answer, AnswerStore, Assignment, Transaction
from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.online import MOST_ITEMS, OnlinePosterior
from infometer.preferences.outcomes import outcome_codes
from infometer.resampling import generator

__all__ = ["Assigner", "Turn"]

EXPIRY_SECONDS = 600.0
"""A pair that a page has shown for so long without an answer may be shown elsewhere."""
SHORTLIST = 500
"""Items among which the next pair is looked for where there are more than `MOST_ITEMS`."""
PRIOR_PRECISION = 1.0
"""Of every reward, so that a pair is worth asking before anything is known of it."""


@dataclass(frozen=True)
class Turn:
    """What a page shows next.

    Parameters
    ----------
    pair : (int, int) or None
        Positions of the items, first and second as they are to be shown; None where there is
        nothing to ask.
    waiting : bool
        Whether there will be once others have answered.
    undoable : str or None
        The id of this person's last answer.
    by_rater, in_all : int
        Answers of this person, and of all.
    n_compared : int
        Items that were compared at least once.
    """

    pair: tuple[int, int] | None
    waiting: bool
    undoable: str | None
    by_rater: int
    in_all: int
    n_compared: int


class Assigner:
    """Keeps answers and says what to ask next, for many pages and many processes at once.

    A pair is chosen by the information gain of its answer under Gaussian rewards
    (`OnlinePosterior`). A person is asked each pair once; a pair that they skipped may be asked of
    others. Above 3 000 items it is chosen on a shortlist of 500, by the answers on these: whole
    prompts with the fewest answers an item, and of a longer prompt the items with the fewest.

    Parameters
    ----------
    store : AnswerStore
    random_state : int, None, RandomState or Generator
        Of which item is shown first.
    """

    def __init__(self, store: AnswerStore, random_state: Any = None) -> None:
        self.store = store
        self._random_state = random_state
        self._lock = threading.Lock()
        self._forget()

    def turn(self, seat: str, rater: str) -> Turn:
        """What the page of this seat shows: what it showed before, else a new pair."""
        with self._exclusively() as transaction:
            return self._turn(transaction, seat, rater)

    def answer(self, seat: str, answer: Answer) -> Turn:
        """Keep an answer on the disk, then say what comes next.

        Raises
        ------
        ConflictError
            If another answer has the same id.
        """
        with self.store.transaction() as transaction:
            transaction.add(answer)
        return self.turn(seat, answer.rater)

    def undo(self, seat: str, rater: str, answer: str) -> Turn:
        """Take an answer back and show its pair again, as it was shown.

        Raises
        ------
        ConflictError
            If this person gave no such answer.
        """
        with self._exclusively() as transaction:
            taken_back = answer not in self._withdrawn
            kept = transaction.withdraw(answer, rater)
            if taken_back:
                transaction.assign(Assignment(seat, rater, kept.first, kept.second))
            return self._turn(transaction, seat, rater)

    def _forget(self) -> None:
        self._read = (0, 0)
        self._answers: dict[str, Answer] = {}
        self._given: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        self._asked: Counter[int] = Counter()
        self._withdrawn: set[str] = set()
        self._posterior: OnlinePosterior | None = None

    @contextmanager
    def _exclusively(self) -> Iterator[Transaction]:
        """A transaction; where it fails, what was read in it is read anew."""
        with self._lock:
            try:
                with self.store.transaction() as transaction:
                    yield transaction
            except BaseException:
                self._forget()
                raise

    def _turn(self, transaction: Transaction, seat: str, rater: str) -> Turn:
        self._catch_up(transaction)
        own = self._given[rater]
        judged = set(own.values())
        shown = transaction.assignments(time.time() - EXPIRY_SECONDS)
        mine = next((a for a in shown if a.seat == seat and a.rater == rater), None)
        pending = sorted({a.pair for a in shown if a.seat != seat} - judged)
        if mine is not None and mine.pair not in judged:
            pair: tuple[int, int] | None = (mine.first, mine.second)
        else:
            pair = self._choose(pending, sorted(judged))
            transaction.release(seat)
            if pair is not None:
                transaction.assign(Assignment(seat, rater, *pair))
        return Turn(
            pair,
            waiting=pair is None and bool(pending),
            undoable=next(reversed(own), None),
            by_rater=len(own),
            in_all=len(self._answers),
            n_compared=sum(count > 0 for count in self._asked.values()),
        )

    def _catch_up(self, transaction: Transaction) -> None:
        """Read what this and other processes have kept since the last time."""
        given = transaction.answers_after(self._read[0])
        taken_back = transaction.withdrawals_after(self._read[1])
        self._withdrawn |= {answer for _, answer in taken_back}
        new = [answer for _, answer in given if answer.id not in self._withdrawn]
        gone = [self._answers.pop(id) for _, id in taken_back if id in self._answers]
        for answer in new:
            self._answers[answer.id] = answer
            self._given[answer.rater][answer.id] = answer.pair
            self._asked.update(answer.pair)
        for answer in gone:
            del self._given[answer.rater][answer.id]
            self._asked.subtract(answer.pair)
        self._read = (
            given[-1][0] if given else self._read[0],
            taken_back[-1][0] if taken_back else self._read[1],
        )
        if len(self.store.items) > MOST_ITEMS:
            return
        if self._posterior is None or any(answer.outcome != "skip" for answer in gone):
            everything = np.arange(len(self.store.items))
            self._posterior = self._posterior_of(everything)
            return
        for answer in _told(new):
            outcome = outcome_codes([answer.outcome])[0]
            self._posterior = self._posterior.answer(answer.first, answer.second, float(outcome))

    def _posterior_of(self, members: np.ndarray) -> OnlinePosterior:
        """Rewards of some items by the answers on these."""
        place = {int(item): i for i, item in enumerate(members)}
        told = [
            answer
            for answer in _told(self._answers.values())
            if answer.first in place and answer.second in place
        ]
        graph = ComparisonGraph(
            n_items=len(members),
            pairs=np.array([(place[answer.first], place[answer.second]) for answer in told]),
            outcomes=outcome_codes([answer.outcome for answer in told]),
            prompts=np.array([self.store.items[i].prompt or "" for i in members], dtype=object),
            prior_precision=PRIOR_PRECISION,
        )
        return OnlinePosterior.from_graph(graph)

    def _choose(
        self, pending: Sequence[tuple[int, int]], judged: Sequence[tuple[int, int]]
    ) -> tuple[int, int] | None:
        if self._posterior is not None:
            return self._posterior.next_pair(
                pending=pending, exclude=judged, random_state=self._random_state
            )
        members = self._shortlist(pending, judged)
        place = {int(item): i for i, item in enumerate(members)}
        busy, done = (
            [(place[u], place[v]) for u, v in pairs if u in place and v in place]
            for pairs in (pending, judged)
        )
        if not len(members):
            return None
        pair = self._posterior_of(members).next_pair(
            pending=busy, exclude=done, random_state=self._random_state
        )
        return None if pair is None else (int(members[pair[0]]), int(members[pair[1]]))

    def _shortlist(
        self, pending: Sequence[tuple[int, int]], judged: Sequence[tuple[int, int]]
    ) -> np.ndarray:
        """The prompts with the fewest answers an item, ties in random order."""
        items = self.store.items
        asked = self._asked.copy()
        asked.update(i for pair in pending for i in pair)
        closed = Counter(items[u].prompt for u, _ in {*pending, *judged})
        tie = generator(self._random_state, "shortlist", len(self._answers)).random(len(items))
        prompts: dict[str | None, list[int]] = defaultdict(list)
        for i, item in enumerate(items):
            prompts[item.prompt].append(i)
        ranked = sorted(
            (sum(asked[i] for i in members) / len(members), tie[members[0]], members)
            for prompt, members in prompts.items()
            if closed[prompt] < len(members) * (len(members) - 1) // 2
        )
        chosen: list[int] = []
        for _, _, members in ranked:
            if not chosen:
                chosen += sorted(members, key=lambda i: (asked[i], tie[i]))[:SHORTLIST]
            elif len(chosen) + len(members) <= SHORTLIST:
                chosen += members
        return np.array(chosen, dtype=int)


def _told(answers: Iterable[Answer]) -> list[Answer]:
    """Answers that say something of the items; skips do not, and may be asked of others."""
    return [answer for answer in answers if answer.outcome != "skip"]
