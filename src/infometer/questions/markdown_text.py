"""The blocks of Markdown, parsed by markdown-it (CommonMark, with tables)."""

from __future__ import annotations

import re
from typing import Any

from infometer.extras import require
from infometer.questions.blocks import Block
from infometer.questions.readable_math import readable_math

__all__ = ["markdown_blocks"]

DISPLAYED = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
INLINE_MATH = re.compile(r"(?<![\\$])\$([^$\n]+?)\$")
LEFT_OUT = {
    "fence": "code block",
    "code_block": "code block",
    "html_block": "markup",
    "table_open": "table",
}


def markdown_blocks(text: str) -> list[Block]:
    r"""Headings, prose and formulas of Markdown, and what is left out.

    Parameters
    ----------
    text : str
        Formulas stand in ``$…$`` and ``$$…$$``.

    Returns
    -------
    list of Block

    Raises
    ------
    MissingExtraError
        Without the extra ``questions``.

    Examples
    --------
    >>> for block in markdown_blocks("# Power\n\nA *user* has $p_{1}$ watts.\n\n    code"):
    ...     print(block.kind, "|", block.text)
    heading | Power
    prose | A user has p_1 watts.
    code block | code
    """
    markdown_it = require("markdown_it", "questions")
    parsed = markdown_it.MarkdownIt("commonmark").enable("table").parse(text)
    blocks: list[Block] = []
    inside_table = False
    for place, token in enumerate(parsed):
        line = token.map[0] + 1 if token.map else 1
        if token.type in LEFT_OUT:
            blocks.append(Block(LEFT_OUT[token.type], token.content.strip(), line))
            inside_table = token.type == "table_open"
        elif token.type == "table_close":
            inside_table = False
        elif token.type == "inline" and not inside_table:
            opening = parsed[place - 1]
            level = int(opening.tag[1]) if opening.type == "heading_open" else 0
            blocks.extend(_inline(token, line, level))
    return blocks


def _inline(token: Any, line: int, level: int) -> list[Block]:
    formula = DISPLAYED.fullmatch(token.content.strip())
    if formula:
        return [Block("formula", readable_math(formula[1]), line)]
    spans = {"text": lambda part: part.content, "code_inline": lambda part: part.content}
    breaks = {"softbreak", "hardbreak"}
    text = "".join(
        spans[part.type](part) if part.type in spans else " " if part.type in breaks else ""
        for part in token.children or []
    )
    text = INLINE_MATH.sub(lambda m: readable_math(m[1]), text)
    text = " ".join(text.split())
    if not text:
        return [Block("figure", token.content, line)]
    return [Block("heading" if level else "prose", text, line, level)]
