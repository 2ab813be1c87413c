"""Collecting comparisons: a page on loopback that asks for one pair after another.

`read_items` gives what is compared, `AnswerStore` keeps every answer in a database the moment it is
given, `Assigner` says who is asked what, and `collecting_application` is the page.
"""

from infometer.extras import require

require("sqlalchemy", "collect")
require("starlette", "collect")

from infometer.preferences.collecting.application import collecting_application
from infometer.preferences.collecting.assignment import Assigner
from infometer.preferences.collecting.items import Item, read_items
from infometer.preferences.collecting.store import AnswerStore

__all__ = ["AnswerStore", "Assigner", "Item", "collecting_application", "read_items"]
