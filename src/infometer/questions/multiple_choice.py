"""Four-option questions by rule: a figure, a full name, a gap, or what a sentence is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from infometer.questions.chains import hidden_term_questions, named_by_role_questions
from infometer.questions.derivations import derived_questions, formula_question
from infometer.questions.drafts import choice_draft, finish
from infometer.questions.long_forms import wrong_long_forms
from infometer.questions.quantities_in_text import find_quantities, neighbours, other_values
from infometer.questions.rivals import gives_away, rival_subjects, rival_terms
from infometer.questions.sentences import split_sentences
from infometer.questions.statements import Statement, mentions, named_subject, statements_of

__all__ = ["draft_multiple_choice"]

GAP = "____"


def draft_multiple_choice(payload: Mapping[str, Any]) -> str:
    """The rule of the task "draft_multiple_choice".

    Easy takes one sentence; medium finds a term by one chunk and asks what another says of it;
    hard adds a third chunk, or works out a figure from one of the text.

    Parameters
    ----------
    payload : mapping
        As `infometer.questions.draft_questions` writes it.

    Returns
    -------
    str
        JSON of the draft, or of a refusal.
    """
    draw = np.random.default_rng([int(payload["seed"]), 4])
    if payload["level"] == "easy":
        return finish(_easy(payload, draw), payload)
    if payload["level"] == "medium":
        found = [*named_by_role_questions(payload, draw), *hidden_term_questions(payload, draw)]
        return finish(found, payload)
    derived: list[dict[str, Any] | None] = []
    for evidence in payload["evidence"]:
        for statement in statements_of(evidence):
            derived += derived_questions(statement, draw)
        scope = statements_of(evidence)[0].scope if statements_of(evidence) else ""
        parts = split_sentences(evidence["text"]) if scope else []
        names = [text.partition("=")[0] for text in parts]
        derived += [
            formula_question(text, evidence["chunk"], scope, draw)
            for text, name in zip(parts, names, strict=True)
            if names.count(name) == 1
        ]
    if any(draft is not None for draft in derived):
        return finish(derived, payload)
    return finish(hidden_term_questions(payload, draw), payload)


def _easy(payload: Mapping[str, Any], draw: np.random.Generator) -> list[dict[str, Any] | None]:
    evidence = payload["evidence"][0]
    drafts: list[dict[str, Any] | None] = []
    for statement in statements_of(evidence):
        if any(mentions(statement.text, name) for name in payload["path"]):
            drafts.append(_about_whom(statement, payload, draw))
            drafts.append(_which_number(statement, draw))
            drafts.append(_which_term(statement, payload, draw))
    drafts += [
        _full_name(entry, evidence, payload, draw)
        for entry in payload["vocabulary"]["acronyms"]
        if entry["surface"] in payload["path"] and entry["chunk"] == evidence["chunk"]
    ]
    return drafts


def _about_whom(
    statement: Statement, payload: Mapping[str, Any], draw: np.random.Generator
) -> dict[str, Any] | None:
    """Which of these <predicate>?"""
    subject = named_subject(statement.clause)
    if subject is None or statement.clause is None:
        return None
    predicate = statement.clause.predicate.rstrip(".")
    if len(predicate.split()) < 5 or gives_away(subject, f"{predicate} {statement.scope}"):
        return None
    rivals = rival_subjects(subject, statement, payload["vocabulary"]["subjects"], draw)
    question = f"According to {statement.scope}, which of these {predicate}?"
    return choice_draft(question, subject, rivals, [statement], "about whom", draw)


def _which_number(statement: Statement, draw: np.random.Generator) -> dict[str, Any] | None:
    quantities = find_quantities(statement.text)
    if not quantities:
        return None
    quantity = quantities[int(draw.integers(len(quantities)))]
    below, above = neighbours(quantity)
    if {other.number for other in quantities}.intersection([*below, *above]):
        return None
    others = other_values(quantity, draw)
    gapped = statement.text[: quantity.start] + GAP + statement.text[quantity.end :]
    question = f"Which number completes this statement of {statement.scope}: “{gapped}”?"
    return choice_draft(question, quantity.number, others, [statement], "number", draw)


def _which_term(
    statement: Statement, payload: Mapping[str, Any], draw: np.random.Generator
) -> dict[str, Any] | None:
    """A gap for a term that stands once, late in the sentence."""
    terms = {term["surface"]: term["type"] for term in payload["vocabulary"]["terms"]}
    for name in payload["path"]:
        if terms.get(name) not in ("acronym", "identifier"):
            continue
        whole = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
        if len(re.findall(whole, statement.text)) != 1 or len(statement.text.split()) < 10:
            continue
        before, after = re.split(whole, statement.text)
        quoted = before.endswith(("(", "“", '"', "'")) or after.startswith((")", " ("))
        if gives_away(name, statement.scope) or len(before.split()) < 3 or quoted:
            continue
        rivals = rival_terms(name, statement, payload["vocabulary"], draw)
        before = re.sub(r"\b([Aa])n? $", r"\1(n) ", before)
        question = (
            f"Which term completes this statement of {statement.scope}: “{before}{GAP}{after}”?"
        )
        draft = choice_draft(question, name, rivals, [statement], "term", draw)
        if draft is not None:
            return draft
    return None


def _full_name(
    entry: Mapping[str, str], evidence: Mapping[str, Any], payload: Mapping[str, Any],
    draw: np.random.Generator,
) -> dict[str, Any] | None:  # fmt: skip
    others = [other["long"] for other in payload["vocabulary"]["acronyms"]]
    wrong = wrong_long_forms(entry["long"], others, draw)
    quote = next((s for s in split_sentences(evidence["text"]) if entry["long"] in s), None)
    if quote is None:
        return None
    question = f"What does the abbreviation {entry['surface']} stand for in “{evidence['title']}”?"
    statement = Statement(quote, entry["chunk"], "", None)
    return choice_draft(question, entry["long"], wrong, [statement], "full name", draw)
