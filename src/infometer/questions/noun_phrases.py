"""Noun phrases that set a document's chunks apart, by TF-IDF and simple rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from infometer.questions.verbs import AUXILIARIES, SINGULAR

__all__ = ["noun_phrases"]

STOP_WORDS = (
    "a an the of to in on at by for with from as into over under and or but nor not no if then "
    "that this these those it its they their we our you your he she his her which who whose "
    "what when where while because since so such than too very can may also both each any all "
    "some other another same only more most less least many much few several between within "
    "without through during per via be been being there here first second third one two three "
    "four five six seven eight nine ten new given used using based called different following "
    "example case i.e e.g etc however therefore thus hence up out about against after before "
    "above below whether either neither every even just well would could might due respect upon "
    "once own default possible available able particular general specific certain current order "
    "number way set see note section figure table type value values use "
)
STOP = frozenset(STOP_WORDS.split())
WORD = re.compile(r"[A-Za-z][A-Za-z-]*[A-Za-z]|[.,;:()\[\]!?]")


def noun_phrases(texts: Sequence[str], *, most: int = 200) -> list[str]:
    r"""Phrases of two to four words, the weightiest first.

    The weight of a phrase is Σ over texts of tf · ln((1 + n)/(1 + df)), times its words; a phrase
    that only stands inside a longer one of the same count is left to that one.

    Parameters
    ----------
    texts : sequence of str
        Chunks.
    most : int

    Returns
    -------
    list of str
        In lower case.

    Examples
    --------
    >>> noun_phrases(["The channel gain of a user is low.", "A channel gain is real.", "Noise."])
    ['channel gain']
    """
    counts = [Counter(_candidates(text)) for text in texts]
    total: Counter[str] = sum(counts, Counter())
    documents = Counter(phrase for count in counts for phrase in count)
    kept = [phrase for phrase in sorted(total) if total[phrase] > 1]
    inside = {
        " ".join(words[i:j])
        for phrase in kept
        if (words := phrase.split())
        for i in range(len(words))
        for j in range(i + 2, len(words) + 1)
        if (i, j) != (0, len(words)) and total[" ".join(words[i:j])] == total[phrase]
    }
    weights = {
        phrase: total[phrase]
        * float(np.log((1 + len(texts)) / (1 + documents[phrase])))
        * len(phrase.split())
        for phrase in kept
        if phrase not in inside
    }
    return sorted(weights, key=lambda phrase: (-weights[phrase], phrase))[:most]


def _candidates(text: str) -> list[str]:
    """Runs of words with no stop word, verb or adverb in them, and their ends."""
    runs: list[list[str]] = [[]]
    for word in WORD.findall(text):
        lower = word.lower()
        breaks = not lower[0].isalpha() or lower in STOP or lower in SINGULAR
        if breaks or lower in AUXILIARIES or lower.endswith("ly") or len(lower) < 3:
            runs.append([])
        else:
            runs[-1].append(lower)
    return [
        " ".join(run[start:end])
        for run in runs
        for start in range(len(run))
        for end in range(start + 2, min(start + 4, len(run)) + 1)
        if _ends_as_noun(run[end - 1])
    ]


def _ends_as_noun(word: str) -> bool:
    return not word.endswith(("ed", "ing", "ive", "ical", "able", "ous", "ful"))
