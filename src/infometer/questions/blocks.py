"""What a reader makes of a file: headings, prose, formulas, and what it leaves out, in order."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Block", "joined"]


class Block(NamedTuple):
    """One piece of a document.

    Parameters
    ----------
    kind : str
        ``"heading"``, ``"prose"`` or ``"formula"``; any other word says what was left out.
    text : str
    line : int
        Where it starts, from 1.
    level : int
        Of a heading, from 1 outermost.
    """

    kind: str
    text: str
    line: int
    level: int = 0


def joined(lines: list[str]) -> str:
    """Lines of one paragraph as one; a word that was cut at a hyphen is whole again."""
    text = "\n".join(line.strip() for line in lines)
    text = re.sub(r"(?<=\w)-\n(?=[a-z])", "-", text)
    return " ".join(text.split())
