"""A draft by four roles of a language model: proposer, formaliser, solver and critic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infometer.backends import TextBackend, ask_json, task_messages
from infometer.questions.draft_schema import INSTRUCTIONS, check_draft

__all__ = ["draft_with_roles"]

FORMALISE = (
    "Write the draft's question as a problem to solve, without its options or key. Answer with "
    'JSON alone: {"problem": text with every figure it needs, "asked": what is wanted}.'
)
SOLVE = (
    "Solve the problem from the evidence alone, without guessing, as one of the options. Answer "
    "with JSON alone: "
    '{"answer": text or number, "working": text}.'
)
CRITICISE = (
    "Judge the draft beside the solver's answer. You may ask for another wording or other options; "
    "you may not change the solver's answer or figure. Answer with JSON alone: "
    '{"accept": true or false, "objection": text}.'
)


def draft_with_roles(
    backend: TextBackend, payload: Mapping[str, Any], *, rounds: int = 3
) -> dict[str, Any]:
    """Propose, formalise, solve and criticise, in so many rounds at most.

    The solver sees the problem and the evidence, not the key. A draft is taken only where its key
    is the solver's answer and the critic accepts; the critic never overrides the solver.

    Parameters
    ----------
    backend : TextBackend
        A language model; for rules ask the task ``"draft_…"`` itself.
    payload : mapping
        As `draft_questions` writes it.
    rounds : int

    Returns
    -------
    dict
        A draft that passed `check_draft`, or ``{"refused": reason}`` with the last objection.

    Raises
    ------
    MalformedAnswerError
        If a role gives no usable JSON.

    Examples
    --------
    >>> from infometer.backends import RuleBased
    >>> backend = RuleBased({"draft_true_false": lambda payload: '{"refused": "no figure"}'})
    >>> draft_with_roles(backend, {"kind": "true_false"})
    {'refused': 'no figure'}
    """
    task = f"draft_{payload['kind']}"
    objection = ""
    for _ in range(rounds):
        asked = {**payload, "objection": objection} if objection else payload
        draft = ask_json(
            backend, task_messages(task, INSTRUCTIONS[task], asked),
            lambda value: check_draft(value, payload),
        ).value  # fmt: skip
        if "refused" in draft:
            return dict(draft)
        problem = _asked(backend, "formalise", FORMALISE, "problem", question=draft["question"])
        solution = _asked(
            backend, "solve", SOLVE, "answer", problem=problem, evidence=payload["evidence"],
            options=draft["options"],
        )  # fmt: skip
        if str(solution["answer"]).strip() != str(draft["options"][draft["key"]]).strip():
            objection = f"the solver found {solution['answer']!r}, not the key"
            continue
        verdict = _asked(backend, "criticise", CRITICISE, "accept", draft=draft, solution=solution)
        if verdict["accept"] is True:
            return {**draft, "explanation": str(solution.get("working") or "")}
        objection = str(verdict.get("objection") or "the critic gave no reason")
    return {"refused": f"after {rounds} rounds: {objection}"}


def _asked(
    backend: TextBackend, task: str, instruction: str, needed: str, **payload: Any
) -> dict[str, Any]:
    def check(value: Any) -> None:
        if not isinstance(value, dict) or needed not in value:
            raise ValueError(f"the answer has no {needed!r}")

    value = ask_json(backend, task_messages(task, instruction, payload), check).value
    return dict(value)
