"""True/false questions by rule: verbatim statements, and their minimal falsifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import crc32

import numpy as np

from infometer.questions.derivations import derived_claims
from infometer.questions.drafts import finish, true_false_draft
from infometer.questions.falsification import Falsified, falsifications
from infometer.questions.statements import Statement, mentions, statements_of

__all__ = ["draft_true_false"]


def draft_true_false(payload: Mapping[str, Any]) -> str:
    """The rule of the task "draft_true_false".

    Easy is one statement; medium is two of two chunks that share an entity, true together; hard is
    a figure derived from one, or three statements. Only statements that a rule can falsify are
    drawn, for the true ones too, so that their kind does not give the answer away.

    Parameters
    ----------
    payload : mapping
        As `infometer.questions.draft_questions` writes it; its ``truth`` says which answer is
        wanted.

    Returns
    -------
    str
        JSON of the draft, or of a refusal.
    """
    truth = bool(payload["truth"])
    if payload["level"] == "easy":
        return finish([_single(*found, truth) for found in _candidates(payload, 0)], payload)
    if payload["level"] == "hard":
        claims = [
            true_false_draft(claim, truth, [s], f"true/false {rule}", why)
            for s in statements_of(payload["evidence"][0])
            for claim, rule, why in derived_claims(s, truth, int(payload["seed"]))
        ]
        if claims:
            return finish(claims, payload)
    return finish([_several(payload, truth)], payload)


def _candidates(payload: Mapping[str, Any], hop: int) -> list[tuple[Statement, list[Falsified]]]:
    """Statements of one hop's chunk that name an entity of that hop and can be falsified."""
    path = payload["path"]
    names = path[max(0, hop - 1) : hop + 2] if len(payload["evidence"]) > 1 else path
    seed = int(payload["seed"])
    changed = [
        (statement, _quiet(statement, falsifications(statement, payload["vocabulary"], seed)))
        for statement in statements_of(payload["evidence"][hop])
        if any(mentions(statement.text, name) for name in names)
    ]
    return [(statement, changes) for statement, changes in changed if changes]


def _quiet(statement: Statement, changes: list[Falsified]) -> list[Falsified]:
    """Without an added "not", which tells the answer, but in one statement of six.

    Of the statements of three technical documents to which a rule can add a "not", or from which
    it can take one out, one in six is of the second kind: so a "not" is as often true as false.
    The lot hangs on the statement alone, as it is met on many paths.
    """
    others = [change for change in changes if change.rule != "negation"]
    return others or (changes if crc32(statement.text.encode()) % 6 == 0 else [])


def _opening(statement: Statement) -> str:
    return f"According to {statement.scope}:"


def _single(statement: Statement, changes: list[Falsified], truth: bool) -> dict[str, Any]:
    if truth:
        why = "The statement stands so in the document."
        return true_false_draft(
            f"{_opening(statement)} {statement.text}", True, [statement], "true/false verbatim", why
        )
    change = changes[len(statement.text) % len(changes)]
    text = f"{_opening(statement)} {change.text}"
    rule = f"true/false {change.rule}"
    return true_false_draft(text, False, [statement], rule, f"In the document {change.change}.")


def _several(payload: Mapping[str, Any], truth: bool) -> dict[str, Any] | None:
    draw = np.random.default_rng([int(payload["seed"]), 2])
    chosen: list[tuple[Statement, list[Falsified]]] = []
    for hop in range(len(payload["evidence"])):
        found = _candidates(payload, hop)
        if not found:
            return None
        chosen.append(found[draw.integers(len(found))])
    wrong = -1 if truth else int(draw.integers(len(chosen)))
    change = chosen[wrong][1][0]
    parts = [
        f"({number}) According to {statement.scope}: "
        f"{change.text if number - 1 == wrong else statement.text}"
        for number, (statement, _) in enumerate(chosen, start=1)
    ]
    count = {2: "Both", 3: "All three"}[len(chosen)]
    why = "Every statement stands so in the document."
    if not truth:
        why = f"Statement ({wrong + 1}) is wrong: {change.change}."
    return true_false_draft(
        f"{count} of these statements are true. {' '.join(parts)}", truth,
        [statement for statement, _ in chosen], f"true/false {len(chosen)} statements", why,
    )  # fmt: skip
