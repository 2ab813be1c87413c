"""One attribute of a text, or of a pair of texts, and nothing else of it.

After the transformations of Ethayarajh et al. (ICML 2022, section 4.1), for words instead of
word pieces. A transform takes the texts of an item and gives as many. Lengths and overlaps are
written as one word each, and a text of which nothing is left as ``[EMPTY]``, so that a model that
counts words sees them too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from infometer.resampling import generator
from infometer.usable.text_rows import TextRows, read_texts
from infometer.usable.words import WORD, words

__all__ = ["PAIR_TRANSFORMS", "TEXT_TRANSFORMS", "text_attribute"]

MASK = "[MASK]"
EMPTY = "[EMPTY]"
NEGATION = re.compile(
    r"\b(?:no|not|none|nobody|nothing|nowhere|never|neither|nor|without|cannot)\b|\w+n['’]t\b",
    re.IGNORECASE,
)
OVERLAP_LEVELS = ("none", "low", "medium", "high")  # below 1/4, 1/2 and 3/4, and from there on
Transform = Callable[..., Any]


def word_length(text: str) -> str:
    """How many words the text has, as one word.

    Examples
    --------
    >>> word_length("A dog sleeps.")
    'words3'
    """
    return f"words{len(words(text))}"


def negations(text: str) -> str:
    """The words of negation alone.

    Examples
    --------
    >>> negations("Nobody said that it isn't so.")
    "Nobody isn't"
    """
    return " ".join(NEGATION.findall(text)) or EMPTY


def first_only(first: str, second: str) -> tuple[str, str]:
    """The first text of a pair, such as the premise."""
    return first, EMPTY


def second_only(first: str, second: str) -> tuple[str, str]:
    """The second text of a pair, such as the hypothesis."""
    return EMPTY, second


def overlap(first: str, second: str) -> tuple[str, str]:
    """Which share of the words of the second text the first has too: none, low, medium or high.

    Examples
    --------
    >>> overlap("A dog sleeps.", "A dog runs.")
    ('[EMPTY]', 'medium overlap')
    """
    there, asked = set(words(first)), words(second)
    share = sum(word in there for word in asked) / max(len(asked), 1)
    return EMPTY, f"{OVERLAP_LEVELS[min(int(4 * share), 3)]} overlap"


def shared_words(first: str, second: str) -> tuple[str, str]:
    """Both texts with every word masked that the other has not.

    Examples
    --------
    >>> shared_words("A dog sleeps.", "A cat sleeps now.")
    ('A [MASK] sleeps.', 'A [MASK] sleeps [MASK].')
    """
    both = set(words(first)) & set(words(second))
    hidden = [
        re.sub(WORD, lambda match: match[0] if match[0] in both else MASK, text)
        for text in (first, second)
    ]
    return hidden[0], hidden[1]


TEXT_TRANSFORMS: Mapping[str, Transform] = {
    "lower_case": str.lower,
    "length": word_length,
    "negations": negations,
}
"""Of one text; of pairs, of each."""

PAIR_TRANSFORMS: Mapping[str, Transform] = {
    "first_only": first_only,
    "second_only": second_only,
    "overlap": overlap,
    "shared_words": shared_words,
}


def text_attribute(texts: Any, attribute: str | Transform, *, random_state: Any = None) -> Any:
    """Every item reduced to one attribute of it.

    Parameters
    ----------
    texts : sequence of str, or pairs of shape (n, 2)
    attribute : str or callable
        ``"shuffled"`` has the words in a random order; ``"lower_case"``, ``"length"`` (how many
        words) and ``"negations"`` (words such as "not") take any text; ``"first_only"``,
        ``"second_only"``, ``"overlap"`` (which share of the second text's words the first has:
        none, low, medium or high) and ``"shared_words"`` (words that only one text has are masked)
        take pairs. A callable takes the text of an item, or its two texts, and gives as many.
    random_state : int, None, RandomState or Generator
        Of the order of words; a text in place i of two sets is shuffled alike.

    Returns
    -------
    ndarray of str, shape (n,), or DataFrame of two columns

    Raises
    ------
    ValueError
        For an attribute that is not known, or one of pairs where there are single texts.

    References
    ----------
    K. Ethayarajh, Y. Choi and S. Swayamdipta, "Understanding dataset difficulty with V-usable
    information", ICML (2022), section 4.1.

    Examples
    --------
    >>> text_attribute([("A dog sleeps.", "A dog runs.")], "overlap").values.tolist()
    [['[EMPTY]', 'medium overlap']]
    >>> text_attribute(["A dog sleeps."], "length").tolist()
    ['words3']
    """
    rows = read_texts(texts)
    if attribute == "shuffled":
        rng = generator(random_state, "shuffled words")
        sides = [[_shuffled(text, rng) for text in side] for side in rows.sides]
    else:
        transform = _transform(attribute, rows)
        made = [transform(*item) for item in zip(*rows.sides, strict=True)]
        made = made if rows.paired else [(text,) for text in made]
        sides = [list(side) for side in zip(*made, strict=True)]
        if len(sides) != len(rows.sides):
            raise ValueError(
                f"attribute gave {len(sides)} texts an item for {len(rows.sides)}; expected as many"
            )
    return rows.rows([np.array(side, dtype=object) for side in sides])


def _shuffled(text: str, rng: np.random.Generator) -> str:
    held = words(text)
    return " ".join(held[place] for place in rng.permutation(len(held))) or EMPTY


def _transform(attribute: str | Transform, rows: TextRows) -> Transform:
    if callable(attribute):
        return attribute
    if attribute in TEXT_TRANSFORMS:
        alone = TEXT_TRANSFORMS[attribute]
        return (lambda first, second: (alone(first), alone(second))) if rows.paired else alone
    if attribute in PAIR_TRANSFORMS and rows.paired:
        return PAIR_TRANSFORMS[attribute]
    known = ["shuffled", *TEXT_TRANSFORMS, *(PAIR_TRANSFORMS if rows.paired else ())]
    kind = "pairs of texts" if rows.paired else "single texts"
    raise ValueError(f"attribute is {attribute!r}; of {kind} expected one of {known} or a callable")
