"""Collecting comparisons: a page on loopback that asks for one pair after another.

`read_items` gives what is compared, `AnswerStore` keeps every answer in a database the moment it is
given, `answers_frame` is the table of them, and `collecting_application` is the page, which asks
everybody about the pair that tells the most.
"""

from infometer.extras import require

require("sqlalchemy", "collect")
require("starlette", "collect")

from infometer.preferences.collecting.application import collecting_application
from infometer.preferences.collecting.export import answers_frame
from infometer.preferences.collecting.items import Item, read_items
from infometer.preferences.collecting.store import AnswerStore

__all__ = ["AnswerStore", "Item", "answers_frame", "collecting_application", "read_items"]
