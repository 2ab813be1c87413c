"""Answers as the table that ``infometer comparisons rank`` reads."""

from __future__ import annotations

import pandas as pd

from infometer.preferences.collecting.store import AnswerStore

__all__ = ["answers_frame"]


def answers_frame(store: AnswerStore) -> pd.DataFrame:
    """All answers that were not taken back, a row each, in the order they came.

    Parameters
    ----------
    store : AnswerStore

    Returns
    -------
    pandas.DataFrame
        ``first``, ``second``: names, as they were shown; ``winner``: one of both, "tie" or "skip";
        ``prompt`` where the items have one; ``rater``; ``time``, UTC.

    Examples
    --------
    >>> import tempfile, uuid
    >>> from infometer.preferences.collecting import Item
    >>> from infometer.preferences.collecting.database import database_url
    >>> from infometer.preferences.collecting.store import Answer
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     url = database_url(f"sqlite:///{folder}/answers.db")
    ...     store = AnswerStore.open(url, [Item("tea"), Item("coffee")])
    ...     with store.transaction() as transaction:
    ...         transaction.add(Answer(str(uuid.uuid4()), 1, 0, "second", "Ann"))
    ...     answers_frame(store).drop(columns="time")
    ...     store.close()
        first second winner rater
    0  coffee    tea    tea   Ann
    """
    names = [item.name for item in store.items]
    given = store.answers()
    pairs = [{"first": names[answer.first], "second": names[answer.second]} for answer in given]
    columns = {
        "first": [pair["first"] for pair in pairs],
        "second": [pair["second"] for pair in pairs],
        "winner": [
            pair.get(answer.outcome, answer.outcome)
            for pair, answer in zip(pairs, given, strict=True)
        ],
    }
    if any(item.prompt is not None for item in store.items):
        columns["prompt"] = [store.items[answer.first].prompt or "" for answer in given]
    columns["rater"] = [answer.rater for answer in given]
    frame = pd.DataFrame(columns)
    times = pd.Series([answer.time for answer in given], dtype=float)
    return frame.assign(time=pd.to_datetime(times, unit="s", utc=True))
