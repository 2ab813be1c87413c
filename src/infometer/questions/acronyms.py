"""Abbreviations and what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["find_acronyms"]

IN_BRACKETS = re.compile(r"\(([^()]{2,70})\)")
SHORT = re.compile(r"[A-Za-z][A-Za-z0-9/&-]{1,9}$")


def find_acronyms(text: str) -> list[tuple[str, str]]:
    """Abbreviations with their long forms, by the algorithm of Schwartz and Hearst.

    A short form in brackets is matched from its last letter backwards with the words before it;
    its first letter must open a word. Beyond the paper: words whose initials are just the short
    form come first ("Radio Resource Management", where the paper finds "Resource Management" for
    RRM); and there must be two capitals in the short form,
    and a long form of more than one word that opens with a letter, so that plurals and remarks in
    brackets are no abbreviations.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of (short, long)
        In the order of the text.

    References
    ----------
    Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in
    biomedical text", PSB 2003, section 3.

    Examples
    --------
    >>> find_acronyms("Users apply successive interference cancellation (SIC) in order.")
    [('SIC', 'successive interference cancellation')]
    """
    return list(_pairs(text))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for bracket in IN_BRACKETS.finditer(text):
        short = re.split(r"[;,]", bracket[1])[0].strip()
        before = text[: bracket.start()].rstrip()
        plural = short[-1:] == "s" and short[:-1].isupper()
        short = short[:-1] if plural else short
        if not SHORT.match(short) or sum(letter.isupper() for letter in short) < 2:
            continue
        sentence = re.split(r"[.;:!?]\s|[()\[\]]", before)[-1]
        reach = min(len(short) + 5, 2 * len(short))
        candidate = " ".join(sentence.split()[-reach:])
        long = _by_initials(short, candidate) or _best_long_form(short, candidate)
        if long and _is_long_form(short, long):
            yield short, long.removesuffix("s") if plural else long


def _by_initials(short: str, candidate: str) -> str | None:
    """The last words whose first letters are just those of the short form."""
    letters = [letter for letter in short.lower() if letter.isalpha()]
    parts = [(word.start(), word[0][0].lower()) for word in re.finditer(r"[A-Za-z]+", candidate)]
    last = parts[-len(letters) :]
    return candidate[last[0][0] :] if [letter for _, letter in last] == letters else None


def _best_long_form(short: str, candidate: str) -> str | None:
    """The shortest end of the candidate whose letters hold those of the short form."""
    place = len(candidate)
    for index in range(len(short) - 1, -1, -1):
        letter = short[index].lower()
        if not letter.isalnum():
            continue
        place -= 1
        while place >= 0 and (
            candidate[place].lower() != letter
            or (index == 0 and place > 0 and candidate[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return None
    return candidate[place:]


def _is_long_form(short: str, long: str) -> bool:
    words = re.findall(r"[A-Za-z0-9]+", long)
    initials = sum(word[0].lower() in short.lower() for word in words)
    return (
        len(words) > 1
        and len(long) > len(short)
        and short not in long.split()
        and long[0].lower() == short[0].lower()
        and initials >= 0.6 * len(words)
        and 2 * sum(word.isupper() for word in words) < len(words)
        and not re.search(r"[,=<>\"“”]", long)
    )
