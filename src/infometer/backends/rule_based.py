"""Rules in place of a language model: the same question always has the same answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infometer.backends.protocol import (
    Message,
    NoRuleError,
    ScoringNotSupportedError,
    TokenLogprobs,
)
from infometer.backends.tasks import task_of

__all__ = ["RuleBased"]

Rule = Callable[[Mapping[str, Any]], str]


class RuleBased:
    """Answers each task by the rule of its name; where there is none it does not guess.

    Parameters
    ----------
    rules : mapping of task to callable
        Each is given the payload of its task (see `task_messages`) and returns the answer.

    Examples
    --------
    >>> from infometer.backends import RuleBased, task_messages
    >>> backend = RuleBased({"count": lambda payload: str(len(payload["word"]))})
    >>> backend.generate(task_messages("count", "How many letters?", {"word": "entropy"}))
    ['7']
    """

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        for task, rule in rules.items():
            if not callable(rule):
                raise TypeError(f"rules has {rule!r:.60} for {task!r}; expected a callable")
        self._rules = dict(rules)

    @property
    def name(self) -> str:
        """What stands on the record of its answers."""
        return "rules"

    def __repr__(self) -> str:
        return f"RuleBased({', '.join(self._rules)})"

    def generate(
        self,
        messages: Sequence[Message],
        *,
        n: int = 1,
        temperature: float = 0.0,
        max_tokens: int = 512,
        stop: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> list[str]:
        """The answer of the rule, `n` times: rules know no temperature and no seed.

        Raises
        ------
        NoRuleError
            If the last message is no task, or no rule has its name.
        """
        payload = task_of(messages)
        known = ", ".join(self._rules) or "none"
        if payload is None:
            raise NoRuleError(
                "the last message is no task, and rules answer nothing else; write it with "
                "task_messages, or give a backend with a language model"
            )
        task = payload.pop("task")
        if task not in self._rules:
            raise NoRuleError(
                f"no rule for the task {task!r}; there are rules for: {known}. Give a backend with "
                "a language model, or a rule of this name"
            )
        return [self._rules[task](payload)] * n

    def score(self, prompt: str, continuations: Sequence[str]) -> list[TokenLogprobs]:
        """Rules have no probabilities: raises `ScoringNotSupportedError`."""
        raise ScoringNotSupportedError(
            "rules give no log-probabilities; give a backend that scores, such as LocalModel or "
            "OpenAICompatible with api='completions'"
        )
