"""Questions over two and three chunks: one finds the term that the next speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from infometer.questions.drafts import choice_draft
from infometer.questions.long_forms import wrong_long_forms
from infometer.questions.quantities_in_text import find_quantities, other_values
from infometer.questions.rivals import gives_away, rival_predicates
from infometer.questions.sentences import split_sentences
from infometer.questions.statements import Statement, mentions, named_subject, statements_of

__all__ = ["hidden_term_questions", "named_by_role_questions"]

GAP = "____"
Draft = dict[str, Any] | None


def hidden_term_questions(payload: Mapping[str, Any], draw: np.random.Generator) -> list[Draft]:
    """One chunk names a term in a sentence that is given with a gap; the next speaks of it."""
    drafts: list[Draft] = []
    evidence = payload["evidence"]
    for name in payload["path"]:
        for first in evidence:
            for second in evidence:
                if first["chunk"] == second["chunk"]:
                    continue
                for gapped in _gapped(first, name):
                    if gives_away(name, gapped[1].scope):
                        continue
                    if payload["level"] == "medium":
                        drafts += _what_is_said(name, gapped, second, payload, draw)
                    else:
                        drafts += _full_name_of_next(name, gapped, second, payload, draw)
    return drafts


def named_by_role_questions(payload: Mapping[str, Any], draw: np.random.Generator) -> list[Draft]:
    """What one chunk says of a subject stands for it; the next gives it a figure or a full name."""
    drafts: list[Draft] = []
    subjects = payload["vocabulary"]["subjects"]
    for first in payload["evidence"]:
        for role in statements_of(first):
            subject = named_subject(role.clause)
            if subject is None or role.clause is None or not _is_telling(subject, role, subjects):
                continue
            predicate = role.clause.predicate.rstrip(".")
            for second in payload["evidence"]:
                if second["chunk"] == first["chunk"]:
                    continue
                drafts += _figure_of(subject, predicate, role, second, draw)
                drafts += _full_name_of(subject, predicate, role, second, payload, draw)
    return drafts


def _is_telling(subject: str, role: Statement, subjects: list[Mapping[str, Any]]) -> bool:
    """Whether the predicate says enough to know the subject by, and does not name it."""
    assert role.clause is not None
    predicate = role.clause.predicate
    words = re.findall(r"\w{3,}", subject.lower())
    named = any(re.search(rf"\b{word}", predicate.lower()) for word in words)
    return 5 <= len(predicate.split()) <= 22 and not named and not role.clause.is_plural


def _gapped(evidence: Mapping[str, Any], name: str) -> list[tuple[str, Statement]]:
    whole = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
    return [
        (re.sub(whole, GAP, statement.text), statement)
        for statement in statements_of(evidence)
        if len(re.findall(whole, statement.text)) == 1
        and 8 <= len(statement.text.split()) <= 28
        and not re.search(rf"[(]{whole}|{whole}[)]", statement.text)
    ]


def _of_subject(evidence: Mapping[str, Any], name: str) -> list[tuple[str, Statement]]:
    """Predicates of the statements whose subject is just this name."""
    return [
        (statement.clause.predicate.rstrip("."), statement)
        for statement in statements_of(evidence)
        if statement.clause is not None
        and re.sub(r"^(?:The|An?)\s+", "", statement.clause.subject) == name
        and 5 <= len(statement.clause.predicate.split()) <= 24
    ]


def _what_is_said(
    name: str, gapped: tuple[str, Statement], evidence: Mapping[str, Any],
    payload: Mapping[str, Any], draw: np.random.Generator,
) -> list[Draft]:  # fmt: skip
    text, statement = gapped
    drafts = []
    for predicate, said in _of_subject(evidence, name):
        if mentions(predicate, name) or gives_away(name, said.scope):
            continue
        rivals = rival_predicates(name, predicate, said, payload["vocabulary"]["subjects"], draw)
        question = (
            f"One term is missing from this statement of {statement.scope}: “{text}” "
            f"What does {said.scope} say of the missing term?"
        )
        options = [f"It {part}" if not _plural(said) else f"They {part}" for part in rivals]
        answer = f"They {predicate}" if _plural(said) else f"It {predicate}"
        why = f"The missing term is “{name}”."
        drafts.append(choice_draft(question, answer, options, [statement, said], "hidden term",
                                   draw, why))  # fmt: skip
    return drafts


def _plural(statement: Statement) -> bool:
    return statement.clause is not None and statement.clause.is_plural


def _figure_of(
    subject: str, predicate: str, role: Statement, evidence: Mapping[str, Any],
    draw: np.random.Generator,
) -> list[Draft]:  # fmt: skip
    drafts = []
    for said in statements_of(evidence):
        if not mentions(said.text, subject) or said.text.count(subject) != 1:
            continue
        for quantity in find_quantities(said.text)[:1]:
            gapped = said.text[: quantity.start] + GAP + said.text[quantity.end :]
            gapped = gapped.replace(subject, "[that thing]")
            question = (
                f"Take what, according to {role.scope}, “{predicate}”. Which number completes what "
                f"{said.scope} says of it: “{gapped}”?"
            )
            others = other_values(quantity, draw)
            drafts.append(choice_draft(question, quantity.number, others, [role, said],
                                       "figure by role", draw, f"It is “{subject}”."))  # fmt: skip
    return drafts


def _full_name_of(
    subject: str, predicate: str, role: Statement, evidence: Mapping[str, Any],
    payload: Mapping[str, Any], draw: np.random.Generator,
) -> list[Draft]:  # fmt: skip
    question = (
        f"Of something that goes by an abbreviation, {role.scope} says that it “{predicate}”. "
        f"What does this abbreviation stand for in “{evidence['title']}”?"
    )
    return [
        _long_form_draft(question, entry, evidence, [role], payload, draw, "name by role")
        for entry in payload["vocabulary"]["acronyms"]
        if entry["surface"] == subject
        and entry["chunk"] == evidence["chunk"]
        and not gives_away(f"{subject} {entry['long']}", role.scope)
    ]


def _full_name_of_next(
    name: str, gapped: tuple[str, Statement], evidence: Mapping[str, Any],
    payload: Mapping[str, Any], draw: np.random.Generator,
) -> list[Draft]:  # fmt: skip
    """The second chunk relates the missing term to an abbreviation that a third spells out."""
    text, statement = gapped
    chunks = {part["chunk"]: part for part in payload["evidence"]}
    drafts = []
    for predicate, said in _of_subject(evidence, name):
        for entry in payload["vocabulary"]["acronyms"]:
            other = chunks.get(entry["chunk"])
            used = {statement.chunk, said.chunk}
            once = len(re.findall(rf"(?<![\w-]){re.escape(entry['surface'])}(?![\w-])", predicate))
            if other is None or entry["chunk"] in used or once != 1 or entry["surface"] == name:
                continue
            hidden = re.sub(rf"(?<![\w-]){re.escape(entry['surface'])}(?![\w-])", GAP, predicate)
            question = (
                f"A term X is missing from this statement of {statement.scope}: "
                f"“{text.replace(GAP, 'X')}” According to {said.scope}, X {hidden}. What does the "
                f"abbreviation in the gap stand for in “{other['title']}”?"
            )
            why = f"X is “{name}”, and the gap “{entry['surface']}”."
            quotes = [statement, said]
            drafts.append(_long_form_draft(question, entry, other, quotes, payload, draw,
                                           "three hops", why))  # fmt: skip
    return drafts


def _long_form_draft(
    question: str, entry: Mapping[str, str], evidence: Mapping[str, Any], quotes: list[Statement],
    payload: Mapping[str, Any], draw: np.random.Generator, rule: str, why: str = "",
) -> Draft:  # fmt: skip
    quote = next((s for s in split_sentences(evidence["text"]) if entry["long"] in s), None)
    if quote is None:
        return None
    others = [other["long"] for other in payload["vocabulary"]["acronyms"]]
    wrong = wrong_long_forms(entry["long"], others, draw)
    last = Statement(quote, entry["chunk"], "", None)
    why = why or f"It is “{entry['surface']}”."
    return choice_draft(question, entry["long"], wrong, [*quotes, last], rule, draw, why)
