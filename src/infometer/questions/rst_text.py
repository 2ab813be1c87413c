"""The blocks of reStructuredText, with the roles that Sphinx adds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from infometer.questions.blocks import Block, joined
from infometer.questions.readable_math import readable_math

__all__ = ["rst_blocks"]

UNDERLINE = re.compile(r"([=\-`:.'\"~^_*+#<>])\1{2,}\s*$")
DIRECTIVE = re.compile(r"\s*\.\. (?:\|[^|]+\| )?([\w:-]+)::\s*(.*)$")
MARKUP = re.compile(r"\s*\.\.(?:\s|$)")
ITEM = re.compile(r"^\s*(?:[*+•-]|\(?(?:\d+|#|[a-zA-Z])[.)])\s+")
TABLE = re.compile(r"\s*(?:\+[-=+]+\+|=+(?: +=+)+)\s*$")
OPTION = re.compile(r"\s*:[\w -]+:(?:\s|$)")
PROSE = {"note", "warning", "tip", "important", "hint", "caution", "attention", "admonition"}
INLINE = (
    (re.compile(r":(?:ref|numref|eq|cite|sectionref)(?::\w+)?:`[^`]*`"), "[reference]"),
    (re.compile(r":\w+(?::\w+)?:`~?([^`<]+?)(?:\s*<[^>]*>)?`"), r"\1"),
    (re.compile(r"``([^`]+)``"), r"\1"),
    (re.compile(r"`([^`<]+?)\s*<[^>]*>`__?"), r"\1"),
    (re.compile(r"`([^`]+)`_{0,2}"), r"\1"),
    (re.compile(r"\[([^\]\s]+)\]_"), r"[\1]"),
    (re.compile(r"\*\*(\S(?:[^*]*\S)?)\*\*"), r"\1"),
    (re.compile(r"(?<![\w*])\*(\S(?:[^*]*\S)?)\*(?![\w*])"), r"\1"),
    (re.compile(r"\\(.)"), r"\1"),
)
MATH = re.compile(r":math:`([^`]*)`", re.DOTALL)
REPLACED = re.compile(r"\|(\w+)\|")


def rst_blocks(text: str) -> list[Block]:
    r"""Headings, prose and formulas of reStructuredText, and what is left out.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Block

    Examples
    --------
    >>> for block in rst_blocks("Power\n=====\n\nA *UE* sends::\n\n  code()\n"):
    ...     print(block.kind, "|", block.text)
    heading | Power
    prose | A UE sends:
    code block | code()
    """
    words = dict(re.findall(r"^\.\. \|(\w+)\| replace::\s*(.+)$", text, re.MULTILINE))
    styles: list[tuple[str, bool]] = []
    return [
        block._replace(text=inline(block.text, words))
        if block.kind in ("prose", "heading")
        else block
        for block in _blocks(text.expandtabs(8).split("\n"), 1, styles)
    ]


def inline(text: str, words: dict[str, str]) -> str:
    """Text without its inline markup; `words` are its substitutions."""
    text = MATH.sub(lambda m: readable_math(m[1]), text)
    text = REPLACED.sub(lambda m: words.get(m[1], m[1]), text)
    for pattern, replacement in INLINE:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def _blocks(lines: list[str], first: int, styles: list[tuple[str, bool]]) -> Iterator[Block]:
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            place += 1
        elif heading := _heading(lines, place, styles):
            text, level, taken = heading
            yield Block("heading", text, first + place, level)
            place += taken
        elif UNDERLINE.match(line):
            place += 1
        elif MARKUP.match(line):
            end = _end_of_indented(lines, place)
            yield from _directive(lines[place:end], first + place, styles)
            place = end
        elif TABLE.match(line):
            end = _end_of_table(lines, place)
            yield Block("table", "\n".join(lines[place:end]), first + place)
            place = end
        else:
            end = _end_of_paragraph(lines, place)
            yield from _paragraph(lines[place:end], first + place)
            if lines[end - 1].rstrip().endswith("::"):
                code_end = _end_of_indented(lines, end - 1, indent=_indent(lines[place]))
                if code := "\n".join(lines[end:code_end]).strip():
                    yield Block("code block", code, first + end)
                end = code_end
            place = end


def _heading(
    lines: list[str], place: int, styles: list[tuple[str, bool]]
) -> tuple[str, int, int] | None:
    over = UNDERLINE.match(lines[place])
    if over and place + 2 < len(lines) and lines[place + 2].startswith(over[1] * 3):
        style, text, taken = (over[1], True), lines[place + 1].strip(), 3
    elif place + 1 < len(lines) and (under := UNDERLINE.match(lines[place + 1])):
        text, taken, style = lines[place].strip(), 2, (under[1], False)
        if over or lines[place].startswith(" ") or len(lines[place + 1]) < min(len(text), 4):
            return None
    else:
        return None
    if not text:
        return None
    if style not in styles:
        styles.append(style)
    return text, styles.index(style) + 1, taken


def _directive(lines: list[str], first: int, styles: list[tuple[str, bool]]) -> Iterator[Block]:
    found = DIRECTIVE.match(lines[0])
    name = found[1] if found else ""
    body = [line for line in lines[1:] if not OPTION.match(line)]
    if found and name == "math":
        tex = " ".join([found[2], *(line.strip() for line in body)])
        if tex.strip():
            yield Block("formula", readable_math(tex), first)
    elif found and name in PROSE:
        yield from _blocks([found[2], *body], first, styles)
    else:
        kinds = {"figure": "figure", "image": "figure", "table": "table", "list-table": "table"}
        kind = kinds.get(name, "code block" if "code" in name or name == "sourcecode" else "markup")
        if re.match(r"\s*\.\. \[", lines[0]):
            kind = "reference"
        yield Block(kind, "\n".join(lines), first)


def _paragraph(lines: list[str], first: int) -> Iterator[Block]:
    if lines[0].lstrip().startswith("|") or OPTION.match(lines[0]):
        kind = "table" if lines[0].lstrip().startswith("|") else "markup"
        yield Block(kind, "\n".join(lines), first)
        return
    start = 0
    for place in range(1, len(lines) + 1):
        if place == len(lines) or ITEM.match(lines[place]):
            part = [ITEM.sub("", lines[start], count=1), *lines[start + 1 : place]]
            listed = ITEM.match(lines[start]) is not None
            deeper = len(part) > 1 and _indent(lines[start + 1]) > _indent(lines[start])
            if deeper and (_is_term(part) if listed else True):
                yield Block("term of a list", part.pop(0).strip(), first + start)
            if text := re.sub(r"::$", ":", joined(part)).strip():
                yield Block("prose", text, first + start)
            start = place


def _is_term(part: list[str]) -> bool:
    """Whether a few words that end nothing stand over a sentence of their own."""
    first, second = part[0].strip(), part[1].strip()
    return len(first.split()) < 5 and first[-1] not in ".,;:" and second[:1].isupper()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _end_of_paragraph(lines: list[str], place: int) -> int:
    end = place + 1
    while end < len(lines) and lines[end].strip() and not MARKUP.match(lines[end]):
        end += 1
    return end


def _end_of_table(lines: list[str], place: int) -> int:
    end = _end_of_paragraph(lines, place)
    if lines[place].lstrip().startswith("="):
        borders = [i for i in range(place, len(lines)) if TABLE.match(lines[i])]
        for border in borders[1:]:
            if border + 1 >= len(lines) or not lines[border + 1].strip():
                return border + 1
    return end


def _end_of_indented(lines: list[str], place: int, indent: int | None = None) -> int:
    least = _indent(lines[place]) if indent is None else indent
    end = place + 1
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > least):
        end += 1
    return end
