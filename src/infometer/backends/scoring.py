"""Pointwise V-information of a language model: what the question tells it about the answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

from infometer.backends.answer_items import AnswerItem
from infometer.backends.answer_prompts import PARTS, AnswerPrompt
from infometer.backends.answer_pvi import sequence_information, token_information
from infometer.backends.choice_items import ChoiceItem
from infometer.backends.choice_pvi import OptionsBy, choice_information, option_continuations
from infometer.backends.language_v_information import LanguageVInformation, score_all
from infometer.backends.protocol import TextBackend
from infometer.contracts import Finding

__all__ = ["lm_pvi"]

ANSWER_TEMPLATE = "Question: {question}\nAnswer:"
CHOICE_TEMPLATE = "Question: {question}\n{options}\nAnswer:"
CONTEXT = "{context}\n\n"


def lm_pvi(
    backend: TextBackend,
    items: Sequence[AnswerItem] | Sequence[ChoiceItem],
    *,
    reduction: Literal["sum", "token", "choice"] = "sum",
    seen: Collection[str] | None = None,
    null_seen: Collection[str] = (),
    null_backend: TextBackend | None = None,
    template: str | None = None,
    null_template: str | None = None,
    exemplars: Sequence[AnswerItem] | Sequence[ChoiceItem] = (),
    options_by: OptionsBy = "letter",
    gold: Sequence[Collection[int]] | None = None,
    level: float = 0.95,
) -> LanguageVInformation:
    r"""PVI of each answer by a language model's log-probabilities.

    .. math:: \mathrm{PVI}(q \to y) = \sum_t \log p'(y_t \mid q, y_{<t})
        - \log p(y_t \mid \varnothing, y_{<t})

    of free answers; of multiple choice, log p'(key) - log p(key), both normalised over the options
    offered. What g' and g see is said by `seen` and `null_seen`:

    ========================  =============  ====================================================
    seen                      null_seen      the figure is
    ========================  =============  ====================================================
    question, options         nothing        what both tell; g keeps the template and the letters
    question, options         options        what the question tells beyond the options
    question, options         question       what the options tell beyond the question
    options                   nothing        the leak: what the options alone tell
    context, question, …      question, …    whether the context is needed
    ========================  =============  ====================================================

    Parameters
    ----------
    backend : TextBackend
        g'; it must score.
    items : sequence of AnswerItem or of ChoiceItem
        The latter for ``reduction="choice"``.
    reduction : {"sum", "token", "choice"}
        Figures of whole free answers, of each of their tokens, or of the keys of multiple choice.
    seen, null_seen : collection of {"context", "question", "options"}
        By default g' sees all that the items have and g nothing.
    null_backend : TextBackend, optional
        g, such as the model fine-tuned on answers without their questions; by default `backend`.
    template, null_template : str, optional
        See `AnswerPrompt`; that of g is by default that of g'.
    exemplars : sequence of items
        In context before each question: both models see their answers, and as much of their
        questions as of the item's own.
    options_by : {"letter", "text", "text per token"}
        Options are scored by their letters, by the log-probability of their text, or by its mean
        over the tokens.
    gold : sequence of n collections of int, optional
        Places of all right options, where more than the key is: their probabilities add.
    level : float
        Of the intervals.

    Returns
    -------
    LanguageVInformation

    Raises
    ------
    ScoringNotSupportedError
        Where a backend gives no log-probabilities.
    ValueError
        For items of the wrong kind, exemplars that are among the items, or a g that would be g'.

    References
    ----------
    K. Ethayarajh, Y. Choi and S. Swayamdipta, "Understanding dataset difficulty with V-usable
    information", ICML (2022), eq. 4; S. Lu et al., "Measuring pointwise V-usable information
    in-context-ly", Findings of EMNLP (2023).

    Examples
    --------
    A model that finds the answer to 2 + 2 four times as likely when it sees the question:

    >>> from infometer.backends import TokenLogprobs
    >>> class Small:
    ...     name = "small"
    ...     def score(self, prompt, continuations):
    ...         log_p = -0.5 if "2 + 2" in prompt else -0.5 - 2 * 0.6931
    ...         return [TokenLogprobs((text,), (log_p,)) for text in continuations]
    >>> round(lm_pvi(Small(), [AnswerItem("2 + 2?", "4")]).information.bits, 3)
    2.0
    """
    _check(items, exemplars, reduction, options_by)
    present = tuple(part for part in PARTS if _has(items, part))
    template = template or _default_template(present)
    lettered = options_by == "letter"
    ours = AnswerPrompt(template, present if seen is None else tuple(seen), lettered, exemplars)
    theirs = AnswerPrompt(null_template or template, tuple(null_seen), lettered, exemplars)
    prompts, null_prompts = [ours.of(item) for item in items], [theirs.of(item) for item in items]
    if null_backend is None and prompts == null_prompts:
        raise ValueError(
            f"seen {ours.seen} and null_seen {theirs.seen} give g' and g the same prompts, and one "
            "model serves as both; let null_seen leave something out"
        )
    texts = [_continuations(item, options_by) for item in items]
    log_p = score_all(backend, prompts, texts)
    null = score_all(null_backend or backend, null_prompts, texts)
    found = _reduced(reduction, items, log_p, null, options_by=options_by, gold=gold, level=level)
    told = [part for part in ours.seen if part not in theirs.seen]
    given = f" | {', '.join(theirs.seen)}" if theirs.seen else ""
    information = replace(
        found.information,
        quantity=f"I_V({', '.join(told)}→answer{given})",
        method=backend.name,
    )
    found = replace(found, information=information)
    return replace(found, findings=_findings(found, null_backend is None))


def _check(items: Any, exemplars: Any, reduction: str, options_by: str) -> None:
    if reduction not in ("sum", "token", "choice"):
        raise ValueError(f"reduction is {reduction!r}; it must be 'sum', 'token' or 'choice'")
    if options_by not in get_args(OptionsBy):
        raise ValueError(f"options_by is {options_by!r}; it must be one of {get_args(OptionsBy)}")
    if not len(items):
        raise ValueError("items is empty; expected at least one")
    kind = ChoiceItem if reduction == "choice" else AnswerItem
    for name, given in (("items", items), ("exemplars", exemplars)):
        other = next((item for item in given if not isinstance(item, kind)), None)
        if other is not None:
            raise ValueError(
                f"{name} hold a {type(other).__name__} for reduction={reduction!r}; expected "
                f"{kind.__name__}"
            )
    shared = [item for item in exemplars if item in items]
    if shared:
        raise ValueError(
            f"{len(shared)} exemplars are among the items, the first is "
            f"{shared[0].question!r:.60}; take them out: their answers would be told"
        )


def _has(items: Any, part: str) -> bool:
    return any(getattr(item, part, None) for item in items)


def _default_template(present: Collection[str]) -> str:
    body = CHOICE_TEMPLATE if "options" in present else ANSWER_TEMPLATE
    return (CONTEXT if "context" in present else "") + body


def _continuations(item: AnswerItem | ChoiceItem, options_by: OptionsBy) -> list[str]:
    if isinstance(item, ChoiceItem):
        return option_continuations(item, options_by)
    return [" " + answer for answer in item.answers]


def _reduced(
    reduction: str, items: Any, log_p: Any, null: Any, *, level: float, **choices: Any
) -> LanguageVInformation:
    if reduction == "choice":
        return choice_information(items, log_p, null, level=level, **choices)
    if reduction == "sum":
        return sequence_information(items, log_p, null, level)
    return token_information(items, log_p, null, level)


def _findings(found: LanguageVInformation, one_model: bool) -> tuple[Finding, ...]:
    """What a reader of the figures must know, warnings first."""
    figure, said = found.information, []
    if figure.interval is not None and figure.interval[0] <= 0:
        said.append(
            Finding(
                "warning",
                figure.quantity,
                "No usable information is seen.",
                f"{figure}.",
                "Take more items, or a model that was trained for these answers.",
            )
        )
    if one_model:
        said.append(
            Finding(
                "info",
                "null_backend",
                "g is the same model with the null prompt, not one trained without the input.",
                "H_V(Y|∅) may be too high, and the information with it.",
                "Give null_backend the model fine-tuned without the input.",
            )
        )
    lengths = (
        set() if found.tokens is None else set(found.tokens.groupby(["item", "answer"]).size())
    )
    if len(lengths) > 1:
        said.append(
            Finding(
                "info",
                "items",
                "The answers have different lengths.",
                f"{min(lengths)} to {max(lengths)} tokens.",
                "Compare items of one length, or by bits per token.",
            )
        )
    return tuple(said)
