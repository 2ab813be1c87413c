"""What an abbreviation stands for, and wrong readings with the same initials."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

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


def wrong_long_forms(long: str, others: Iterable[str], draw: np.random.Generator) -> list[str]:
    """Three readings, so that all four have as much in common with each other.

    Of two words a and b each gives way to another of the same initial: a b, a' b, a b', a' b'. No
    option is then more like the rest than another is. A word is drawn as often as it stands in the
    other long forms, so that those who have read many questions know no word as a wrong one.

    Parameters
    ----------
    long : str
        The right one.
    others : iterable of str
        Other long forms of the document: their words come before common ones.
    draw : numpy.random.Generator

    Returns
    -------
    list of str
        Empty where fewer than two words can give way.

    Examples
    --------
    >>> sorted(wrong_long_forms("Radio Link Control", ["Resource Layer"], np.random.default_rng(3)))
    ['Radio Layer Control', 'Resource Layer Control', 'Resource Link Control']
    """
    own = {word.lower() for word in WORD.findall(long)}
    known = Counter(
        word.lower() for text in others for word in WORD.findall(text) if not word.isupper()
    )
    stock = {place: _alike(place[0], known) - own for place in WORD.finditer(long)}
    places = [place for place, words in stock.items() if words]
    if len(places) < 2:
        spare = {p: _alike(p[0], COMMON) - own for p, words in stock.items() if not words}
        stock |= {place: words for place, words in spare.items() if words}
        more = [place for place in spare if stock[place]]
        places += [more[i] for i in draw.permutation(len(more))[: 2 - len(places)]]
    if len(places) < 2:
        return []
    first, second = sorted(draw.choice(len(places), 2, replace=False).tolist())
    pair = sorted((places[first], places[second]), key=lambda place: place.start())
    changes = [(place, _drawn(stock[place], known, draw)) for place in pair]
    return [_with(long, changes[:1]), _with(long, changes[1:]), _with(long, changes)]


def _drawn(words: set[str], known: Mapping[str, int], draw: np.random.Generator) -> str:
    """One of the words, by how often it is known."""
    pool = sorted(words)
    weights = np.array([max(1, known.get(word, 0)) for word in pool], dtype=float)
    return pool[int(draw.choice(len(pool), p=weights / weights.sum()))]


def _with(text: str, changes: Sequence[tuple[re.Match[str], str]]) -> str:
    for place, word in reversed(changes):
        text = text[: place.start()] + _cased(word, place[0]) + text[place.end() :]
    return text


def _alike(word: str, words: Iterable[str]) -> set[str]:
    """Words of the same initial, number and ending that may stand in its place."""
    if len(word) < 4:
        return set()
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
