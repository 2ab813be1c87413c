"""The finite verbs of technical English that the rules know, and the subject before them."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Clause", "base_form", "has_finite_verb", "main_clause", "third_person"]

AUXILIARIES = (
    "is", "are", "was", "were", "has", "have", "can", "cannot", "may", "must", "shall", "should",
    "will", "does", "do",
)  # fmt: skip
VERBS = (
    "accept", "achieve", "adapt", "add", "address", "adjust", "affect", "allocate", "allow",
    "apply", "assign", "assume", "avoid", "belong", "call", "carry", "cause", "change", "check",
    "choose", "combine", "compare", "compute", "configure", "connect", "consider", "consist",
    "contain", "control", "convert", "correspond", "create", "decide", "decode", "decrease",
    "define", "deliver", "denote", "depend", "describe", "detect", "determine", "discard", "drop",
    "employ", "enable", "encode", "ensure", "enter", "estimate", "evaluate", "execute", "exploit",
    "extend", "follow", "forward", "generate", "give", "grow", "handle", "hold", "host",
    "identify", "implement", "improve", "include", "increase", "indicate", "inherit", "initiate",
    "insert", "introduce", "invoke", "keep", "last", "limit", "lower", "maintain", "make",
    "manage", "map", "maximise", "maximize", "mean", "measure", "minimise", "minimize", "model",
    "modify", "monitor", "move", "need", "notify", "occupy", "occur", "offer", "operate", "own",
    "perform", "permit", "prevent", "process", "produce", "protect", "provide", "queue", "raise",
    "reach", "read", "receive", "reduce", "refer", "refuse", "reject", "release", "rely",
    "remove", "report", "represent", "request", "require", "reside", "reset", "respond",
    "restrict", "return", "run", "schedule", "select", "send", "separate", "serve", "set",
    "share", "signal", "simulate", "specify", "spread", "start", "stop", "store", "subtract",
    "supply", "support", "suspend", "take", "tell", "track", "transfer", "transmit", "treat",
    "trigger", "update", "use", "vary", "work", "write", "comprise", "tune", "try", "treat",
    "differ", "distribute", "divide", "solve", "remain", "rise", "fall", "cost", "lie", "reuse",
    "exchange", "establish", "interact", "enforce", "enqueue", "dequeue", "trade", "lead", "aim",
)  # fmt: skip


def third_person(verb: str) -> str:
    """The third person singular of a verb.

    Examples
    --------
    >>> third_person("carry"), third_person("process")
    ('carries', 'processes')
    """
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


BASE = {third_person(verb): verb for verb in VERBS}
SINGULAR = frozenset(BASE)
PLURAL_AUXILIARIES = frozenset({"are", "were", "have", "do"})
FINITE = re.compile(rf"\b(?:{'|'.join((*AUXILIARIES, *sorted(SINGULAR)))})\b")
NOT_A_SUBJECT = re.compile(
    r"\b(?:when|where|which|that|who|whose|if|while|since|because|although|as|whenever|until|"
    r"unless|after|before|to|for|in|on|at|by|with|from|than|between|per|into|during|using|via|"
    r"there|not|and|or)\b|,",
    re.IGNORECASE,
)


class Clause(NamedTuple):
    """A sentence parted before its first finite verb."""

    subject: str
    predicate: str

    @property
    def verb(self) -> str:
        """The first word of the predicate."""
        return self.predicate.split()[0]

    @property
    def is_plural(self) -> bool:
        """Whether the subject is many."""
        if self.verb in PLURAL_AUXILIARIES:
            return True
        head = re.sub(r"\s*\([^)]*\)$", "", self.subject).split()[-1]
        modal = self.verb in {"can", "cannot", "may", "must", "shall", "should", "will"}
        return modal and head.endswith("s") and not head.endswith("ss")


def base_form(verb: str) -> str:
    """The infinitive of a verb in the third person singular.

    Examples
    --------
    >>> base_form("carries")
    'carry'
    """
    return BASE[verb]


def has_finite_verb(sentence: str) -> bool:
    """Whether one of the known finite verbs stands in it, the first word apart."""
    return FINITE.search(sentence.partition(" ")[2]) is not None


def main_clause(sentence: str, longest: int = 7) -> Clause | None:
    """Subject and predicate of a sentence that opens with a short subject; else None.

    Parameters
    ----------
    sentence : str
    longest : int
        Most words of the subject.

    Returns
    -------
    Clause or None

    Examples
    --------
    >>> main_clause("The MAC scheduler assigns resource blocks.")
    Clause(subject='The MAC scheduler', predicate='assigns resource blocks.')
    """
    for verb in FINITE.finditer(sentence):
        subject = sentence[: verb.start()].rstrip()
        if not subject:
            continue
        if len(subject.split()) > longest or NOT_A_SUBJECT.search(subject):
            return None
        if subject.count("(") != subject.count(")"):
            continue
        return Clause(subject, sentence[verb.start() :])
    return None
