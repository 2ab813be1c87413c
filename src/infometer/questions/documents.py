"""A document: its sections with their paragraphs, and a log of what was left out and why."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from infometer.questions.blocks import Block
from infometer.questions.latex_text import latex_blocks
from infometer.questions.markdown_text import markdown_blocks
from infometer.questions.plain_text import plain_blocks
from infometer.questions.rst_text import rst_blocks

__all__ = [
    "Document",
    "LeftOut",
    "Section",
    "document_from_text",
    "example_document",
    "read_documents",
]

READERS: Mapping[str, Callable[[str], list[Block]]] = {
    ".txt": plain_blocks,
    ".md": markdown_blocks,
    ".tex": latex_blocks,
    ".rst": rst_blocks,
}
KEPT = {"heading", "prose", "formula"}
OPENING_TITLE = re.compile(
    r"(?:(?:design )?documentation|introduction|overview|abstract|preface|summary|readme)$",
    re.IGNORECASE,
)
"""Headings that do not say which document they open: its name stands beside them."""
PASSED_OVER = re.compile(
    r"(?:references|bibliography|(?:normative|informative) references|table of contents|contents|"
    r"acknowledge?ments?|authors?'?s?'? address(?:es)?|full copyright statement|index|"
    r"status of this memo|copyright notice|literature|further reading|change ?log)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class LeftOut:
    """One piece of a document that no question is drawn from.

    Examples
    --------
    >>> LeftOut("noma.md", 12, "table", "| user | gain |").what
    'table'
    """

    document: str
    line: int
    what: str
    start: str


@dataclass(frozen=True)
class Section:
    """A stretch of text under one heading.

    Parameters
    ----------
    title : str
        Its headings, outermost first, joined by ``" > "``.
    paragraphs : tuple of str
        Prose and formulas, white space made one.
    """

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """What was read of one file.

    Parameters
    ----------
    name : str
        Of the file.
    title : str
        The outermost heading that opens it, else its name without the ending.
    sections : tuple of Section
    left_out : tuple of LeftOut
    """

    name: str
    title: str
    sections: tuple[Section, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def n_words(self) -> int:
        """Words that were kept."""
        return sum(len(text.split()) for part in self.sections for text in part.paragraphs)

    @property
    def left_out_counts(self) -> dict[str, int]:
        """How many pieces of each kind were left out, the most frequent first."""
        return dict(Counter(piece.what for piece in self.left_out).most_common())


def document_from_text(text: str, name: str) -> Document:
    r"""Read a document from its text; the ending of its name says its format.

    Parameters
    ----------
    text : str
    name : str
        Ends in .txt, .md, .tex or .rst; a further ``.txt`` after one of these is passed over.

    Returns
    -------
    Document

    Raises
    ------
    ValueError
        For another ending, or a text without one sentence.

    Examples
    --------
    >>> document = document_from_text("# NOMA\n\nUsers share a band.\n\n| a |\n|---|\n", "n.md")
    >>> document.sections[0].paragraphs, document.left_out_counts
    (('Users share a band.',), {'table': 1})
    """
    suffix = Path(name.removesuffix(".txt")).suffix.lower()
    suffix = suffix if suffix in READERS else Path(name).suffix.lower()
    if suffix not in READERS:
        raise ValueError(
            f"document {name!r} ends in none of {', '.join(READERS)}; save it as one of these"
        )
    blocks = READERS[suffix](text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"))
    sections, left_out, title = _sections(blocks, name)
    if not sections:
        raise ValueError(f"document {name!r} holds no prose: expected text of whole sentences")
    return Document(name, title, tuple(sections), tuple(left_out))


def read_documents(paths: Sequence[str | os.PathLike[str]]) -> list[Document]:
    r"""Read text, Markdown, LaTeX and reStructuredText files.

    Parameters
    ----------
    paths : sequence of paths
        Files in UTF-8, ending in .txt, .md, .tex or .rst.

    Returns
    -------
    list of Document

    Raises
    ------
    ValueError
        For a file that is not UTF-8, two of one name, or what `document_from_text` refuses.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "noma.txt"
    ...     _ = path.write_text("Users share a band.\n")
    ...     read_documents([path])[0].n_words
    4
    """
    names = [Path(path).name for path in paths]
    if repeated := sorted(name for name, count in Counter(names).items() if count > 1):
        raise ValueError(f"paths has {repeated[0]!r} twice; questions cite a document by its name")
    return [document_from_text(_decoded(Path(path)), Path(path).name) for path in paths]


def example_document() -> Document:
    """The text on power control with non-orthogonal multiple access that comes with Infometer.

    Returns
    -------
    Document

    Examples
    --------
    >>> example_document().title
    'Non-orthogonal multiple access and power control'
    """
    folder = resources.files("infometer.questions")
    text = (folder / "example_document.md").read_text(encoding="utf-8")
    return document_from_text(text, "noma_power_control.md")


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"document {path.name!r} is not UTF-8 at line {line} (byte "
            f"{content[error.start]:#04x}); convert it first, such as with iconv -f latin1 -t utf-8"
        ) from error


def _sections(blocks: list[Block], name: str) -> tuple[list[Section], list[LeftOut], str]:
    headings: list[tuple[int, str]] = []
    parts: list[tuple[str, list[str]]] = []
    left_out: list[LeftOut] = []
    title = ""
    for block in blocks:
        if block.kind == "heading":
            headings = [(level, text) for level, text in headings if level < block.level]
            headings.append((block.level, block.text))
            title = title or block.text
            continue
        passed = next((text for _, text in headings if PASSED_OVER.match(text)), None)
        if block.kind not in KEPT or passed:
            what = block.kind if block.kind not in KEPT else f"section {passed!r}"
            left_out.append(LeftOut(name, block.line, what, " ".join(block.text.split())[:60]))
            continue
        where = " > ".join(text for _, text in headings)
        if not parts or parts[-1][0] != where:
            parts.append((where, []))
        parts[-1][1].append(block.text)
    sections = [Section(where, tuple(texts)) for where, texts in parts]
    stem = Path(name.removesuffix(".txt")).stem
    if OPENING_TITLE.match(title):
        title = f"{title} ({stem})"
    return sections, left_out, title or stem
