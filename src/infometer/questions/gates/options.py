"""Gate: no two options say the same."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import combinations

from infometer.questions.gates.gate import DOES_NOT_APPLY, Gate, GateInputs, Judgement
from infometer.questions.records import Question

__all__ = ["OPTIONS", "option_similarity"]

SIMILAR = 0.9
"""Of two spellings of a word. On 9984 questions of TeleQnA 0.6 % have such options, nearly all of
them twice the same; at 0.8 it is 1.2 %, half of them terms that differ ("SNR" and "SINR"). Whole
options compared letter by letter would reject 14 % at 0.9: "increases" and "decreases" too."""
WORD = re.compile(r"[^\W_]+(?:\.\d+)?|[-+−×*/^|<>=≤≥≠%∞]")
ARTICLES = {"a", "an", "the"}


def option_similarity(first: str, second: str) -> float:
    r"""How alike two options are: that of the least alike of their words, one by one.

    Two words are alike by 2 m / (l₁ + l₂), with m letters in common in their order, and not at all
    if they begin differently, or hold a digit or an inner capital: "uplink" and "downlink",
    "IPv4" and "IPv6" differ. Operators are words; articles, case and other signs are none.

    Returns
    -------
    float
        1 for the same words, 0 for another number of them.

    Examples
    --------
    >>> round(option_similarity("The intended receiver.", "intended receivers"), 3)
    0.941
    >>> option_similarity("It increases the rate", "It decreases the rate")
    0.0
    """
    ours, theirs = _words(first), _words(second)
    if len(ours) != len(theirs) or not ours:
        return float(" ".join(first.split()).lower() == " ".join(second.split()).lower())
    return min(map(_alike, ours, theirs))


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(text) if word.lower() not in ARTICLES]


def _alike(first: str, second: str) -> float:
    if first.lower() == second.lower():
        return 1.0
    exact = any(letter.isdigit() or letter.isupper() for letter in first[1:] + second[1:])
    if exact or first[0].lower() != second[0].lower():
        return 0.0
    return SequenceMatcher(None, first.lower(), second.lower(), autojunk=False).ratio()


def _judge(question: Question, inputs: GateInputs) -> Judgement:
    if question.kind == "true_false":
        return "not run", DOES_NOT_APPLY + "True and False"
    pairs = combinations(question.options, 2)
    alike, (first, second) = max((option_similarity(*pair), pair) for pair in pairs)
    told = f"the most alike, {first!r:.80} and {second!r:.80}, are so by {alike:.2f}"
    return ("fail" if alike >= SIMILAR else "pass"), told, round(alike, 4)


OPTIONS = Gate("options", "no two options say the same", "text", _judge)
