"""The JSON of a draft: what a backend is told to answer, how it is checked, what it becomes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from infometer.questions.records import Evidence, Question

__all__ = ["INSTRUCTIONS", "check_draft", "question_from_draft"]

COMMON = (
    "You write exam questions for engineers from the given evidence and nothing else. The question "
    "must name its scope (the section and document), be answerable from the evidence alone, and "
    "need as many chunks as `hops` says: easy 1, medium 2 combined over a shared entity, hard 3 or "
    "a calculation. Leave the vocabulary to wrong options. If the evidence carries no good "
    'question, answer {"refused": reason}. Otherwise answer with JSON alone: {"question": text, '
    '"options": [texts], "key": place of the right option from 0, "evidence": [{"chunk": id, '
    '"quote": words of that chunk, verbatim}], "explanation": text}. Evidence: one at least a hop. '
)
INSTRUCTIONS: Mapping[str, str] = {
    "draft_true_false": COMMON
    + 'Write a statement; options are ["True", "False"]; it must be true where `truth` is true, '
    "else false by one small change.",
    "draft_multiple_choice": COMMON
    + "Give four options of one type and about one length, of which one alone is right.",
}


def check_draft(value: Any, payload: Mapping[str, Any]) -> None:
    """Raise ValueError with what is wrong with a draft; a refusal is a right answer.

    Examples
    --------
    >>> check_draft({"refused": "no number"}, {})
    >>> check_draft({"question": "Why?"}, {"kind": "true_false"})
    Traceback (most recent call last):
    ...
    ValueError: options is None; expected ['True', 'False']
    """
    if not isinstance(value, dict):
        raise ValueError("the answer is no JSON object")
    if isinstance(value.get("refused"), str):
        return
    if not str(value.get("question") or "").strip():
        raise ValueError("question is empty; expected a text")
    options, key = value.get("options"), value.get("key")
    if payload["kind"] == "true_false" and options != ["True", "False"]:
        raise ValueError(f"options is {options!r:.80}; expected ['True', 'False']")
    if not isinstance(options, list) or not all(isinstance(o, str) and o.strip() for o in options):
        raise ValueError(f"options is {options!r:.80}; expected a list of texts")
    if payload["kind"] == "multiple_choice" and len({o.strip().lower() for o in options}) != 4:
        raise ValueError(f"options is {options!r:.80}; expected four different texts")
    if not isinstance(key, int) or isinstance(key, bool) or not 0 <= key < len(options):
        raise ValueError(f"key is {key!r}; expected the place of an option, from 0")
    _check_evidence(value.get("evidence"), payload)


def _check_evidence(evidence: Any, payload: Mapping[str, Any]) -> None:
    texts = {part["chunk"]: part["text"] for part in payload["evidence"]}
    if not isinstance(evidence, list) or not evidence:
        raise ValueError("evidence is empty; expected a list of {chunk, quote}")
    for part in evidence:
        if not isinstance(part, dict) or part.get("chunk") not in texts:
            raise ValueError(f"evidence {part!r:.80} names no given chunk")
        quote = part.get("quote")
        if not isinstance(quote, str) or not quote.strip() or quote not in texts[part["chunk"]]:
            raise ValueError(f"the quote {quote!r:.80} does not stand verbatim in {part['chunk']}")


def question_from_draft(
    draft: Mapping[str, Any], payload: Mapping[str, Any], backend: str
) -> Question:
    """A checked draft as a question; its id is a hash of what it says.

    Parameters
    ----------
    draft : mapping
        Passed `check_draft`.
    payload : mapping
        What it was written from.
    backend : str
        Goes on record with the rule.

    Returns
    -------
    Question
    """
    said = "|".join((payload["kind"], draft["question"], *draft["options"]))
    evidence = tuple(Evidence(part["chunk"], part["quote"]) for part in draft["evidence"])
    rule = str(draft.get("rule") or "")
    single = len({part.chunk for part in evidence}) == 1
    return Question(
        id=hashlib.sha256(said.encode()).hexdigest()[:12],
        kind=payload["kind"],
        level=payload["level"],
        question=draft["question"],
        options=tuple(draft["options"]),
        key=draft["key"],
        evidence=evidence,
        path=tuple(payload["path"][:1] if single else payload["path"]),
        explanation=str(draft.get("explanation") or ""),
        category=str(payload["evidence"][0]["title"]),
        origin=f"{backend}: {rule}" if rule else backend,
    )
