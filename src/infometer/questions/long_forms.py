"""What an abbreviation stands for, and wrong readings with the same initials."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

__all__ = ["wrong_long_forms"]

COMMON_WORDS = (
    "access adaptive advanced allocation average antenna aggregate assignment band bearer block "
    "buffer balanced base bit burst binary cell channel carrier code congestion control cyclic "
    "coordinated committed common data dynamic delay detection distributed digital division "
    "element enhanced error estimation event equal echo evolved frequency frame feedback filter "
    "flow full forward function fast gain group gateway generic global guard handover header "
    "hybrid home identifier index information interference interval indicator initial joint key "
    "knowledge layer link local logical load limit loss list mode medium multiple measurement "
    "modulation management mobile maximum map matrix network node noise negative non number "
    "neighbour order orthogonal output overhead offset optimal packet power physical priority "
    "protocol peak phase proportional private quality queue quantised radio random rate "
    "received resource response reference relay ratio recovery reduction signal service system "
    "subscriber scheduling selective slot spectrum stream state sequence successive traffic "
    "transmission transport terminal threshold time target temporary tunnel type template user "
    "unit uplink unified universal upper update value variable virtual voice vector weighted "
    "wireless wideband window width word yield zone zero "
)
COMMON = COMMON_WORDS.split()
WORD = re.compile(r"(?<![\w-])[A-Za-z]+(?![\w-])")


def wrong_long_forms(
    long: str, vocabulary: Iterable[str], draw: np.random.Generator, n: int = 3
) -> list[str]:
    """Readings in which one or two words give way to others with the same initial.

    Parameters
    ----------
    long : str
        The right one.
    vocabulary : iterable of str
        Other long forms of the document: their words come before common ones.
    draw : numpy.random.Generator
    n : int

    Returns
    -------
    list of str
        Fewer than `n` where there are no words for it.

    Examples
    --------
    >>> wrong = wrong_long_forms("Radio Link Control", ["Random Access"], np.random.default_rng(0))
    >>> [[word[0] for word in text.split()] for text in wrong]
    [['R', 'L', 'C'], ['R', 'L', 'C'], ['R', 'L', 'C']]
    """
    own = {word.lower() for word in WORD.findall(long)}
    known = {
        word.lower() for text in vocabulary for word in WORD.findall(text) if not word.isupper()
    }
    places = [word for word in WORD.finditer(long) if len(word[0]) > 3]
    by_place = [(place, sorted(_alike(place[0], known | set(COMMON)) - own)) for place in places]
    by_place = [(place, words) for place, words in by_place if words]
    found: list[str] = []
    for attempt in range(20 * n if by_place else 0):
        several = min(len(by_place), 1 + attempt % 2)
        chosen = draw.choice(len(by_place), several, replace=False)
        text = long
        for i in sorted(chosen, reverse=True):
            place, words = by_place[i]
            word = words[draw.integers(len(words))]
            text = text[: place.start()] + _cased(word, place[0]) + text[place.end() :]
        if text not in found and text != long:
            found.append(text)
        if len(found) == n:
            break
    return found


def _alike(word: str, words: set[str]) -> set[str]:
    """Words of the same initial, number and ending that may stand in its place."""
    endings = ("ed", "ing", "ly")
    kind = [word.lower().endswith(ending) for ending in endings]
    plural = _is_plural(word)
    return {
        other
        for other in words
        if other[0] == word[0].lower()
        and len(other) > 3
        and other[:5] != word.lower()[:5]
        and _is_plural(other) == plural
        and [other.endswith(ending) for ending in endings] == kind
    }


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith("ss")


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[0].isupper() else word
