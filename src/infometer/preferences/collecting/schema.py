"""The tables of a collection: answers are only ever added, and taking one back is a row too."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, MetaData, String, Table, Text

__all__ = ["answers", "assignments", "collection", "items", "metadata", "withdrawals"]

metadata = MetaData()

collection = Table(
    "comparison_collection",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("question", Text, nullable=False),
)
"""One row: which items this database is about, and what is asked of them."""

items = Table(
    "comparison_items",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("prompt", Text),
    Column("text", Text),
    Column("image", Text),
)
"""The items in their order, so that the database can be read without the file they came from."""

answers = Table(
    "comparison_answers",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("first", Integer, ForeignKey("comparison_items.position"), nullable=False),
    Column("second", Integer, ForeignKey("comparison_items.position"), nullable=False),
    Column("outcome", String(6), nullable=False),
    Column("rater", Text, nullable=False),
    Column("time", Float(53), nullable=False),
    sqlite_autoincrement=True,
)
"""One row an answer, first and second as they were shown; ``id`` is made by the page, so that an
answer that is sent twice is kept once."""

withdrawals = Table(
    "comparison_withdrawals",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("answer", String(36), ForeignKey("comparison_answers.id"), nullable=False, unique=True),
    Column("time", Float(53), nullable=False),
    sqlite_autoincrement=True,
)
"""One row an answer that was taken back."""

assignments = Table(
    "comparison_assignments",
    metadata,
    Column("seat", String(36), primary_key=True),
    Column("rater", Text, nullable=False),
    Column("first", Integer, ForeignKey("comparison_items.position"), nullable=False),
    Column("second", Integer, ForeignKey("comparison_items.position"), nullable=False),
    Column("time", Float(53), nullable=False),
)
"""The pair that each open page shows now, and since when."""
