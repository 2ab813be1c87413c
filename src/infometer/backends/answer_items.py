"""Questions with free answers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

__all__ = ["AnswerItem"]


@dataclass(frozen=True)
class AnswerItem:
    """One question with its right answer, or several ways to put it.

    Parameters
    ----------
    question : str
    answer : str or tuple of str
        Any of several is right; none may begin another, whose probability it would hold.
    id, category, context : str
        As of `ChoiceItem`.

    Raises
    ------
    ValueError
        For an empty answer, or one that begins another.

    Examples
    --------
    >>> AnswerItem("2 + 2?", ("4", "four")).answers
    ('4', 'four')
    """

    question: str
    answer: str | tuple[str, ...]
    id: str = ""
    category: str = ""
    context: str = ""

    def __post_init__(self) -> None:
        where = f"question {self.id or self.question[:40]!r}"
        if not self.answers or not all(answer.strip() for answer in self.answers):
            raise ValueError(f"{where} has an empty answer; expected a text, or several")
        ordered = sorted(self.answers)
        for one, other in pairwise(ordered):
            if other.startswith(one):
                raise ValueError(
                    f"{where}: the answer {one!r} begins {other!r}, whose probability it holds; "
                    "give the shorter alone"
                )

    @property
    def answers(self) -> tuple[str, ...]:
        """All ways to put it."""
        return (self.answer,) if isinstance(self.answer, str) else self.answer
