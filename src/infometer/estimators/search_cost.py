"""What a search for neighbours costs, measured, to take the cheapest."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Literal

__all__ = ["cheapest"]


def cheapest(
    n: int, widths: Sequence[int], splits: int, *, can_split: bool
) -> Literal["tree", "window", "blocks"]:
    """The search that takes the least time for n rows of views with these widths."""
    if find_spec("numba") is None or not can_split:
        return "tree"
    if list(widths) == [1, 1]:
        return "window"
    return "blocks"
