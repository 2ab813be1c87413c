"""Pieces of 200 to 400 words, in whole sentences, that evidence is quoted from."""

from __future__ import annotations

from collections.abc import Sequence

from infometer.questions.documents import Document, Section
from infometer.questions.records import Chunk
from infometer.questions.sentences import split_sentences

__all__ = ["chunk_documents"]


def chunk_documents(
    documents: Sequence[Document], *, words: tuple[int, int] = (200, 400)
) -> list[Chunk]:
    r"""Cut documents into chunks; none runs over the end of a section.

    Parameters
    ----------
    documents : sequence of Document
    words : two ints
        A chunk ends where the next sentence would exceed the second; a rest shorter than the first
        joins the chunk before it, where it fits.

    Returns
    -------
    list of Chunk

    Raises
    ------
    ValueError
        If `words` is no range.

    Examples
    --------
    >>> from infometer.questions import document_from_text
    >>> text = "# Power\n\n" + "Users share the power of one cell. " * 100
    >>> [len(chunk.text.split()) for chunk in chunk_documents([document_from_text(text, "a.md")])]
    [350, 350]
    """
    least, most = words
    if not 0 < least <= most:
        raise ValueError(f"words is {words}; expected the fewest and the most, such as (200, 400)")
    chunks: list[Chunk] = []
    for document in documents:
        texts = [
            (section.title, text)
            for section in document.sections
            for text in _cut(section, least, most)
        ]
        chunks.extend(
            Chunk(f"{document.name}#{number}", document.name, title, text)
            for number, (title, text) in enumerate(texts, start=1)
        )
    return chunks


def _cut(section: Section, least: int, most: int) -> list[str]:
    """As few pieces as fit, of even length."""
    sentences = [
        (part, " " if place else "\n")
        for text in section.paragraphs
        for place, part in enumerate(split_sentences(text))
    ]
    lengths = [len(sentence.split()) for sentence, _ in sentences]
    pieces = max(1, -(-sum(lengths) // most))
    goal = max(least, sum(lengths) / pieces)
    chunks: list[str] = [""]
    size = 0
    for (sentence, gap), length in zip(sentences, lengths, strict=True):
        if chunks[-1] and (size >= goal or size + length > most):
            chunks.append("")
            size = 0
        chunks[-1] += (gap if chunks[-1] else "") + sentence
        size += length
    return [chunk for chunk in chunks if chunk]
