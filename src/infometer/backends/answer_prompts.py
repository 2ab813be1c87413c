"""The prompts after which a language model's answer is scored, and what each of them shows."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from infometer.backends.answer_items import AnswerItem
from infometer.backends.choice_items import ChoiceItem

__all__ = ["PARTS", "AnswerPrompt", "Part"]

Part = str
PARTS = ("context", "question", "options")
PLACE = re.compile(r"( ?)\{(context|question|options)\}")
BETWEEN = "\n\n"


@dataclass(frozen=True)
class AnswerPrompt:
    r"""A template of which some parts are shown and the others left empty.

    Parameters
    ----------
    template : str
        With ``{question}``, ``{options}`` and ``{context}`` where these go. It ends where the
        answer's space begins, as in ``"Answer:"``.
    seen : collection of {"context", "question", "options"}
        A part that is not seen is left out, with the space before it; of lettered options the
        letters stay.
    lettered : bool
        Whether options stand behind letters, a line each.
    exemplars : sequence of ChoiceItem or AnswerItem
        Solved in front of each question, with the same parts shown.

    Raises
    ------
    ValueError
        If the template has no place for a part that is to be seen.

    Examples
    --------
    >>> item = ChoiceItem("Which band?", ("low", "high"), key=1)
    >>> template = "Question: {question}\n{options}\nAnswer:"
    >>> print(AnswerPrompt(template, {"options"}).of(item))
    Question:
    A. low
    B. high
    Answer:
    """

    template: str
    seen: Collection[Part]
    lettered: bool = True
    exemplars: Sequence[ChoiceItem | AnswerItem] = ()

    def __post_init__(self) -> None:
        unknown = sorted(set(self.seen) - set(PARTS))
        if unknown:
            raise ValueError(f"seen holds {unknown}; expected parts of {PARTS}")
        missing = [part for part in self.seen if f"{{{part}}}" not in self.template]
        if missing:
            raise ValueError(
                f"template {self.template!r} has no place for {missing}; write "
                + ", ".join(f"{{{part}}}" for part in missing)
                + " where it goes"
            )

    def of(self, item: ChoiceItem | AnswerItem) -> str:
        """The prompt of an item, after the solved exemplars."""
        solved = [self._one(each) + " " + self._answer(each) for each in self.exemplars]
        return BETWEEN.join([*solved, self._one(item)])

    def _one(self, item: ChoiceItem | AnswerItem) -> str:
        shown = {
            "question": item.question if "question" in self.seen else "",
            "context": item.context if "context" in self.seen else "",
            "options": self._options(item),
        }

        def fill(place: re.Match[str]) -> str:
            space, part = place.groups()
            return space + shown[part] if shown[part] else ""

        return PLACE.sub(fill, self.template).lstrip("\n")

    def _options(self, item: ChoiceItem | AnswerItem) -> str:
        if not isinstance(item, ChoiceItem):
            return ""
        options = item.options if "options" in self.seen else ("",) * len(item.options)
        if self.lettered:
            pairs = zip(item.letters, options, strict=True)
            return "\n".join(f"{letter}. {option}".rstrip() for letter, option in pairs)
        return "\n".join(f"- {option}" for option in options if option)

    def _answer(self, item: ChoiceItem | AnswerItem) -> str:
        if isinstance(item, ChoiceItem):
            return item.letters[item.key] if self.lettered else item.answer
        return item.answers[0]
