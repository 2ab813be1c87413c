"""What is compared: texts or images from a table, a folder of images, or the lines of a file."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infometer.tables import read_table

__all__ = ["IMAGE_TYPES", "Item", "items_fingerprint", "read_items"]

IMAGE_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
"""Images by the ending of their file; SVG is none of them, for it can carry scripts."""

_COLUMNS = ("name", "prompt", "text", "image")
_VERDICTS = ("first", "second", "tie", "tie (bothbad)", "skip")
"""What a table of comparisons calls an outcome, in any case; no item can be called so."""


@dataclass(frozen=True)
class Item:
    """One thing to compare: a text, an image, or an image with a text.

    Parameters
    ----------
    name : str
        Its name in the answers, its own within the prompt.
    text : str, optional
    image : path, optional
    prompt : str, optional
        What it answers; only items of the same prompt are compared.

    Examples
    --------
    >>> Item("a", text="Yes.", prompt="Is it?").prompt
    'Is it?'
    """

    name: str
    text: str | None = None
    image: Path | None = None
    prompt: str | None = None


def read_items(path: str | os.PathLike[str]) -> tuple[Item, ...]:
    r"""Read the items of a table, of a folder of images, or of a file with one text a line.

    Parameters
    ----------
    path : path
        ``.csv``, ``.csv.gz`` or ``.parquet`` with a column ``text`` or ``image`` (a path relative
        to the table, within its folder) and optionally ``name`` and ``prompt``; a folder; or a
        ``.txt`` file, whose blank lines are no items. An item without a name bears its text or
        its image's path.

    Returns
    -------
    tuple of Item

    Raises
    ------
    ValueError
        A table without text and image, rows without either, images that are absent, elsewhere or
        of another type, names that repeat within a prompt or read as an outcome ("tie"), and
        prompts with a single item or only in some rows.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "words.txt").write_text("tea\ncoffee\n")
    ...     [item.name for item in read_items(Path(folder) / "words.txt")]
    ['tea', 'coffee']
    """
    path = Path(path)
    if path.is_dir():
        items = _images_of(path)
    elif path.suffix == ".txt":
        items = [Item(line, text=line) for line in _lines_of(path)]
    elif path.name.endswith((".csv", ".csv.gz", ".parquet")):
        items = _rows_of(path)
    else:
        raise ValueError(
            f"items {str(path)!r} must be a .csv, .csv.gz or .parquet table, a .txt file with one "
            "text a line, or a folder of images"
        )
    _check(items, path)
    return tuple(items)


def _lines_of(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(
            f"items {str(path)!r} is no UTF-8 text: {error}; save it as such"
        ) from error
    return [line.strip() for line in lines if line.strip()]


def _images_of(folder: Path) -> list[Item]:
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in IMAGE_TYPES)
    return [Item(path.name, image=_image(path.name, folder, path.name)) for path in found]


def _rows_of(path: Path) -> list[Item]:
    frame = read_table(path, as_text=_COLUMNS)  # in a CSV file 007 and NA are text
    if not {"text", "image"} & set(frame):
        raise ValueError(
            f"items {str(path)!r} has the columns {', '.join(map(repr, frame))}; it needs one that "
            "is called text or image"
        )
    asked = frame.reindex(columns=list(_COLUMNS), fill_value="").astype(object)
    cells = asked.where(asked.notna(), "").astype(str).to_dict("records")
    items = []
    for i, row in enumerate(cells):
        if not row["text"].strip() and not row["image"]:
            raise ValueError(f"items {str(path)!r}: row {i + 1} has no text and no image")
        items.append(
            Item(
                row["name"] or row["text"] or row["image"],
                text=row["text"] or None,
                image=_image(row["image"], path.parent, f"row {i + 1}") if row["image"] else None,
                prompt=row["prompt"] or None,
            )
        )
    return items


def _image(given: str, folder: Path, where: str) -> Path:
    path, home = (folder / given).resolve(), folder.resolve()
    if not path.is_relative_to(home):
        raise ValueError(
            f"items: the image {given!r} of {where} lies outside {str(folder)!r}; give paths "
            "within that folder"
        )
    if path.suffix.lower() not in IMAGE_TYPES:
        raise ValueError(
            f"items: {given!r} of {where} is no image that pages show; expected "
            f"{', '.join(IMAGE_TYPES)}"
        )
    if not path.is_file():
        raise ValueError(f"items: the image {given!r} of {where} is not in {str(folder)!r}")
    return path


def _check(items: Sequence[Item], path: Path) -> None:
    where = f"items {str(path)!r}"
    if len(items) < 2:
        raise ValueError(f"{where} holds {len(items)} items; expected at least 2 to compare")
    counts = Counter((item.prompt, item.name) for item in items)
    if repeated := [name for (_, name), count in counts.items() if count > 1]:
        raise ValueError(
            f"{where}: {len(repeated)} names repeat, the first is {repeated[0]!r}; give every item "
            "a name of its own in a column called name"
        )
    if taken := [item.name for item in items if item.name.strip().casefold() in _VERDICTS]:
        raise ValueError(f"{where}: an item is called {taken[0]!r}, as an answer is; rename it")
    prompts = Counter(item.prompt for item in items)
    if None in prompts and len(prompts) > 1:
        raise ValueError(
            f"{where}: {prompts[None]} rows have no prompt; give all rows one, or none"
        )
    if alone := [prompt for prompt, count in prompts.items() if count == 1]:
        raise ValueError(
            f"{where}: the prompt {alone[0]!r} has a single item ({len(alone)} such prompts); only "
            "items of the same prompt are compared, so give each at least 2"
        )


def items_fingerprint(items: Sequence[Item]) -> str:
    """A digest of names, prompts, texts and the images' own bytes, wherever the files lie.

    Parameters
    ----------
    items : sequence of Item

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> items_fingerprint([Item("a"), Item("b")])[:8]
    'a932a97a'
    """
    digest = hashlib.sha256()
    for item in items:
        image = None if item.image is None else hashlib.sha256(item.image.read_bytes()).hexdigest()
        row = [item.name, item.prompt, item.text, image]
        digest.update(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()
