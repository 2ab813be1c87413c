"""Good questions made bad in one way each: what the gates are measured by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from infometer.questions.gates.lengths import ALLOWANCE
from infometer.questions.records import Chunk, Evidence, Question

__all__ = ["PlantedFault", "planted_faults"]

Spoiler = Callable[[Question], Question]


@dataclass(frozen=True)
class PlantedFault:
    """A set with a fault that one gate must find.

    Parameters
    ----------
    gate : str
        The one gate that should see it.
    questions : tuple of Question
        Good ones and bad ones.
    bad : frozenset of str
        Ids of the bad ones; empty where the fault is one of the set.
    """

    gate: str
    questions: tuple[Question, ...]
    bad: frozenset[str] = frozenset()


def planted_faults(
    questions: Sequence[Question], chunks: Sequence[Chunk] = ()
) -> dict[str, PlantedFault]:
    """For every gate a set that has its fault: every second question that it can be planted in.

    Parameters
    ----------
    questions : sequence of Question
        Good ones.
    chunks : sequence of Chunk
        What they quote; one that a question does not quote makes its idle hop.

    Returns
    -------
    dict of str to PlantedFault
        By the name of the gate; without those for which there is no question to spoil.

    Examples
    --------
    >>> asked = Question("q", "multiple_choice", "easy", "2 + 2?", ("3", "4"), 1, ())
    >>> planted_faults([asked])["key"].questions[0].key
    2
    """
    choices = [q for q in questions if q.kind == "multiple_choice" and q.problem is None]
    one_hop = [q for q in choices if q.hops == 1 and q.evidence]
    elsewhere = [q for q in one_hop if _elsewhere(q, chunks)]
    plans: dict[str, tuple[list[Question], Spoiler]] = {
        "schema": (choices, lambda q: replace(q, level="easy" if q.hops > 1 else "medium")),
        "key": (choices, lambda q: replace(q, key=len(q.options))),
        "options": (choices, _twin_option),
        "evidence": ([q for q in choices if q.evidence], _misquoted),
        "lengths": (choices, _long_key),
        "problem": ([q for q in questions if q.problem is not None], _wrong_key),
        "key agreement": (choices, _wrong_key),
        "context needed": (one_hop, _told_key),
        "hops": (elsewhere, lambda q: _idle_hop(q, chunks)),
    }
    planted = {
        gate: _spoilt(gate, questions, usable, spoil)
        for gate, (usable, spoil) in plans.items()
        if usable
    }
    return planted | {fault.gate: fault for fault in _faults_of_sets(questions, choices)}


def _spoilt(
    gate: str, questions: Sequence[Question], usable: list[Question], spoil: Spoiler
) -> PlantedFault:
    bad = {question.id: spoil(question) for question in usable[::2]}
    spoilt = tuple(bad.get(question.id, question) for question in questions)
    return PlantedFault(gate, spoilt, frozenset(bad))


def _faults_of_sets(questions: Sequence[Question], choices: list[Question]) -> list[PlantedFault]:
    """What no question has alone."""
    again = [replace(q, id=f"{q.id}-2", question=f"Now: {q.question}") for q in choices[::2]]
    twice = PlantedFault("duplicates", (*questions, *again), frozenset(q.id for q in again))
    true = [q for q in questions if q.kind == "true_false" and q.answer == "True"]
    others = [q for q in questions if q.kind == "multiple_choice"]
    faults = [twice] if again else []
    if len(true) > 1:
        faults.append(PlantedFault("truth balance", (*others, *true)))
    if choices:
        faults.append(PlantedFault("positions", tuple(map(_key_first, questions))))
        faults.append(PlantedFault("leak", tuple(map(_key_with_stop, questions))))
    return faults


def _with_option(question: Question, place: int, text: str) -> Question:
    options = (*question.options[:place], text, *question.options[place + 1 :])
    return replace(question, options=options)


def _next(question: Question) -> int:
    """The place of an option that is not the key."""
    return (question.key + 1) % len(question.options)


def _twin_option(question: Question) -> Question:
    """A wrong option becomes the right one once more, in other letters."""
    return _with_option(question, _next(question), f"The {question.answer.upper()}.")


def _long_key(question: Question) -> Question:
    """The key says the longest other option's length over again, in words that mean nothing."""
    longest = max(map(len, question.options)) + ALLOWANCE
    words = " as the text says in so many words" * (longest // 20 + 1)
    return _with_option(question, question.key, question.answer + words)


def _misquoted(question: Question) -> Question:
    first, *rest = question.evidence
    return replace(question, evidence=(Evidence(first.chunk, f"{first.quote} Indeed."), *rest))


def _wrong_key(question: Question) -> Question:
    return replace(question, key=_next(question))


def _told_key(question: Question) -> Question:
    return replace(question, question=f"{question.question} It is {question.answer}.")


def _elsewhere(question: Question, chunks: Sequence[Chunk]) -> list[Chunk]:
    quoted = {part.chunk for part in question.evidence}
    return [chunk for chunk in chunks if chunk.id not in quoted]


def _idle_hop(question: Question, chunks: Sequence[Chunk]) -> Question:
    """A second hop over words that say nothing of the answer."""
    other = _elsewhere(question, chunks)[0]
    quote = " ".join(other.text.split()[:6])
    path = (*(question.path or ("here",))[:1], "elsewhere", "nowhere")
    evidence = (*question.evidence, Evidence(other.id, quote))
    return replace(question, level="medium", path=path, evidence=evidence)


def _key_first(question: Question) -> Question:
    if question.kind != "multiple_choice":
        return question
    others = [option for place, option in enumerate(question.options) if place != question.key]
    return replace(question, options=(question.answer, *others), key=0)


def _key_with_stop(question: Question) -> Question:
    """A full stop after the key and after no other option."""
    if question.kind != "multiple_choice":
        return question
    bare = tuple(option.rstrip(".") for option in question.options)
    return replace(question, options=(*bare[: question.key], bare[question.key] + ".",
                                      *bare[question.key + 1 :]))  # fmt: skip
