"""The smallest change that makes a statement false: a number, an opposite, a negation, a name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from infometer.questions.quantities_in_text import find_quantities, neighbours
from infometer.questions.rivals import gives_away, rival_subjects, same_kind
from infometer.questions.statements import Statement, named_subject
from infometer.questions.verbs import SINGULAR, VERBS, base_form, third_person

__all__ = ["Falsified", "falsifications"]

OPPOSITES = (
    ("at least", "at most"), ("uplink", "downlink"), ("maximum", "minimum"),
    ("increases", "decreases"), ("increase", "decrease"), ("increased", "decreased"),
    ("higher", "lower"), ("larger", "smaller"), ("highest", "lowest"), ("largest", "smallest"),
    ("before", "after"), ("greater than", "less than"), ("more than", "less than"),
    ("enabled", "disabled"), ("faster", "slower"), ("strongest", "weakest"),
    ("always", "never"), ("more aggressive", "less aggressive"), ("static", "dynamic"),
    ("synchronous", "asynchronous"), ("single", "double"), ("closed loop", "open loop"),
    ("source", "target"), ("first", "last"), ("sender", "receiver"), ("transmitter", "receiver"),
    ("above", "below"), ("stronger", "weaker"), ("strong", "weak"), ("longer", "shorter"),
    ("optional", "mandatory"), ("per-flow", "global"), ("loss-based", "delay-based"),
    ("convex", "concave"), ("linear", "exponential"), ("linearly", "exponentially"),
    ("additive", "multiplicative"), ("real", "ideal"), ("upper", "lower"),
)  # fmt: skip
FIXED = {
    "higher": "higher layer", "upper": "upper layer", "lower": "lower layer", "first": "at first",
    "before": "as before", "source": "(?:open|trace|data|energy) source|source code",
    "single": "every single", "after": "after that|after which|after a|after the|after receiving",
    "real": "real-world|real world|real code|real time", "last": "at last",
    "increase": "to increase the accuracy", "above": "above all",
    "maximum": "maximum transmission unit|maximum likelihood", "linear": "linear search",
    "more than": "no more than", "less than": "no less than",
    "transmitter": "sender|and transmitter",
    "receiver": "(?:sender|transmitter) and|and (?:sender|transmitter)",
}  # fmt: skip
"""Phrases in which a word has no opposite, or in which the opposite already stands."""
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight")
BE = {"is", "are", "was", "were", "can", "must", "should", "will", "shall", "has been", "may"}
HARD_TO_NEGATE = re.compile(
    r"\b(?:only|all|every|any|some|no|never|not|either|neither|nor|always|each|even|but|without|"
    r"if|when|while|although|because|since|unless|until|whereas|mainly|typically|usually|often|"
    r"generally|normally|cannot|has|have|may|most|which|who|where|then|thus|hence|rather|to be)\b",
)
NOT = re.compile(r"\b(is|are|was|were|can|must|should|will) not\b|\bcannot\b|\bdoes not (\w+)")


class Falsified(NamedTuple):
    """A statement that is now false, by which rule, and what was changed."""

    text: str
    rule: str
    change: str


def falsifications(
    statement: Statement, vocabulary: Mapping[str, Sequence[Mapping[str, Any]]], seed: int
) -> list[Falsified]:
    """Every minimal change that the rules know for this statement.

    Parameters
    ----------
    statement : Statement
    vocabulary : mapping
        Its ``subjects`` are what the subject is swapped with.
    seed : int

    Returns
    -------
    list of Falsified

    Examples
    --------
    >>> from infometer.questions.verbs import main_clause
    >>> text = "The timer is set to 40 ms by the base station."
    >>> found = falsifications(Statement(text, "a#1", "“A”", main_clause(text)), {}, 0)
    >>> [(change.rule, change.text) for change in found]
    [('number', 'The timer is set to 60 ms by the base station.'),
     ('negation', 'The timer is not set to 40 ms by the base station.')]
    """
    draw = np.random.default_rng(seed)
    found = [
        *_numbers(statement.text, draw),
        *_counts(statement.text, draw),
        *_opposites(statement.text),
        *_negations(statement),
        *_other_subjects(statement, vocabulary.get("subjects", ()), draw),
    ]
    return [change for change in found if change.text != statement.text]


def _numbers(text: str, draw: np.random.Generator) -> list[Falsified]:
    quantities = find_quantities(text)
    if len(quantities) != 1:
        return []
    quantity = quantities[0]
    return [
        Falsified(text[: quantity.start] + other + text[quantity.end :], "number",
                  f"{quantity.number} {quantity.unit} became {other} {quantity.unit}")
        for other in _one_of(neighbours(quantity), draw)
    ]  # fmt: skip


def _one_of(neighbours: tuple[list[str], list[str]], draw: np.random.Generator) -> list[str]:
    below, above = neighbours
    around = [*below[:2], *above[:2]]
    return [around[draw.integers(len(around))]] if around else []


def _counts(text: str, draw: np.random.Generator) -> list[Falsified]:
    """A number word before a plural, such as "three states"."""
    found = re.findall(rf"(?<![-\w])({'|'.join(NUMBERS)}) (?:[a-z-]+ ){{0,2}}[a-z]+s\b", text)
    if len(found) != 1 or re.search(
        r"\b(?:between|at least|at most|the) (?:the )?" + found[0], text
    ):
        return []
    place = NUMBERS.index(found[0])
    near = [NUMBERS[i] for i in (place - 1, place + 1, place + 2) if 0 <= i < len(NUMBERS)]
    other = near[draw.integers(len(near))]
    changed = re.sub(rf"\b{found[0]}\b", other, text, count=1)
    return [Falsified(changed, "number", f"{found[0]} became {other}")]


def _opposites(text: str) -> list[Falsified]:
    found = []
    for pair in OPPOSITES:
        for first, second in (pair, pair[::-1]):
            one = rf"(?<![\w-]){first}(?![\w-])"
            if len(re.findall(one, text)) != 1 or re.search(rf"(?<![\w-]){second}(?![\w-])", text):
                continue
            if _is_fixed_phrase(text, first):
                continue
            article = re.search(rf"\b[Aa]n? {first}\b", text)
            if article and (first[0] in "aeiou") != (second[0] in "aeiou"):
                continue
            changed = re.sub(one, second, text)
            found.append(Falsified(changed, "opposite", f"{first} became {second}"))
    return found


def _is_fixed_phrase(text: str, word: str) -> bool:
    phrase = FIXED.get(word)
    return phrase is not None and re.search(phrase, text) is not None


def _negations(statement: Statement) -> list[Falsified]:
    text, clause = statement.text, statement.clause
    removed = list(NOT.finditer(text))
    known = [verb for verb in removed if not verb[2] or verb[2] in VERBS]
    if len(removed) == 1 == len(known) and not re.search(
        r"\b(?:if|not only|unless|yet|or not|but)\b", text
    ):
        changed = NOT.sub(lambda m: third_person(m[2]) if m[2] else m[1] or "can", text)
        return [Falsified(changed, "affirmation", "“not” was taken out")]
    if clause is None or HARD_TO_NEGATE.search(text):
        return []
    start = text.index(clause.predicate, len(clause.subject))
    verb = clause.verb
    if verb in BE - {"may"}:
        changed = "cannot" if verb == "can" else f"{verb} not"
    elif verb in SINGULAR:
        changed = f"does not {base_form(verb)}"
    else:
        return []
    if clause.predicate.split()[1:2] == ["then"] or clause.subject.endswith("ly"):
        return []
    text = text[:start] + changed + text[start + len(verb) :]
    return [Falsified(text, "negation", f"“{verb}” became “{changed}”")]


def _other_subjects(
    statement: Statement, subjects: Sequence[Mapping[str, Any]], draw: np.random.Generator
) -> list[Falsified]:
    """What is said of a thing, said of another of its kind."""
    subject, clause = named_subject(statement.clause), statement.clause
    if subject is None or clause is None or len(clause.predicate.split()) < 8:
        return []
    if "(" in clause.subject or gives_away(subject, clause.predicate):
        return []
    rivals = rival_subjects(subject, statement, subjects, draw)
    if not rivals or not same_kind(subject, rivals[0]):
        return []
    text = statement.text.replace(subject, rivals[0], 1)
    return [Falsified(text, "name", f"“{subject}” became “{rivals[0]}”")]
