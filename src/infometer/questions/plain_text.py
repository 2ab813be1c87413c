"""The blocks of plain text, as in a Request for Comments: pages, numbered headings, drawings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from infometer.questions.blocks import Block, joined

__all__ = ["plain_blocks"]

FOOTER = re.compile(r".*\[Page \w+\]\s*$|\s*(?:Page \d+(?: of \d+)?|- ?\d+ ?-)\s*$", re.IGNORECASE)
HEADER = re.compile(r"(?:RFC \d+|Internet-Draft)\s{2,}\S.*\s\d{4}\s*$")
NUMBERED = re.compile(r"\s{0,3}((?:\d+|[A-Z])(?:\.\d+)*)\.?\s{1,4}([A-Z]\S*(?: \S+){0,9})\s*$")
NAMED = re.compile(
    r"(?:Abstract|Introduction|Appendix\b.{0,60}|Chapter \d+\b.{0,60}|[A-Z][A-Z0-9 ,/-]{3,60})$"
)
MAIL = re.compile(r"(?:From|To|Cc|Subject|Date|Message-ID|Reply-To|Received): ?\S", re.IGNORECASE)
CONTENTS = re.compile(r".*(?:\. ?){4,}\s*\d+\s*$")
ITEM = re.compile(r"^\s*(?:[*+•o-]|\(?\d{1,2}[.)]|\([a-z]\))\s+")
DRAWING = re.compile(r"[-+|/\\<>_=^~#*]")


def plain_blocks(text: str) -> list[Block]:
    r"""Headings and prose of plain text, and what is left out.

    Parameters
    ----------
    text : str
        Pages may end in form feeds, with headers and footers as in an RFC.

    Returns
    -------
    list of Block

    Examples
    --------
    >>> for block in plain_blocks("1.  Power\n\n   A user sends.\n\nAda [Page 1]\n\f"):
    ...     print(block.kind, "|", block.text)
    heading | Power
    prose | A user sends.
    page header or footer | Ada [Page 1]
    """
    blocks: list[Block] = []
    lines: list[str] = []
    cut_by_page = False

    def flush(line: int) -> None:
        blocks.extend(_paragraph(lines, line - len(lines)))
        lines.clear()

    for number, line in enumerate(text.expandtabs(8).split("\n"), start=1):
        if FOOTER.match(line) or HEADER.match(line.replace("\f", "")):
            flush(number)
            blocks.append(Block("page header or footer", line.strip(), number))
            cut_by_page = True
        elif line.strip("\f \r"):
            if cut_by_page and not lines and _goes_on(blocks, line):
                last = [block for block in blocks if block.kind == "prose"][-1]
                place = len(blocks) - 1 - blocks[::-1].index(last)
                blocks.pop(place)
                lines.append(last.text)
            cut_by_page = False
            if ITEM.match(line) and lines:
                flush(number)
            lines.append(line.strip("\f\r"))
        else:
            flush(number)
    flush(len(text.split("\n")) + 1)
    return blocks


def _goes_on(blocks: list[Block], line: str) -> bool:
    """Whether a page break cut the last paragraph in two."""
    prose = [block for block in blocks if block.kind == "prose"]
    return bool(prose) and prose[-1].text[-1] not in ".:!?" and line.lstrip()[:1].islower()


def _paragraph(lines: list[str], first: int) -> Iterator[Block]:
    if not lines:
        return
    text = "\n".join(lines)
    flat = joined([ITEM.sub("", lines[0], count=1), *lines[1:]])
    single = len(lines) == 1
    if single and (numbered := NUMBERED.match(lines[0])) and not CONTENTS.match(lines[0]):
        yield Block("heading", numbered[2].strip(), first, numbered[1].count(".") + 1)
    elif single and NAMED.match(lines[0].strip()) and not lines[0].startswith("     "):
        yield Block("heading", lines[0].strip(), first, 1)
    elif all(MAIL.match(line) or line.startswith(" ") for line in lines) and MAIL.match(lines[0]):
        yield Block("e-mail header", text, first)
    elif any(CONTENTS.match(line) for line in lines):
        yield Block("table of contents", text, first)
    elif _is_drawing(text):
        yield Block("drawing or table", text, first)
    elif re.search(r"[;{}]\s*$|^\s*(?:#include|def |if \(|for \()", text, re.MULTILINE):
        yield Block("code block", text, first)
    else:
        yield Block("prose", flat, first)


def _is_drawing(text: str) -> bool:
    """Whether lines, boxes or columns make up much of it."""
    solid = re.sub(r"\s", "", text)
    columns = len(re.findall(r"\S {3,}\S", text))
    return len(DRAWING.findall(solid)) > 0.15 * len(solid) or columns > text.count("\n") + 1
