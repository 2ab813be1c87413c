"""The leak of a multiple-choice set: how much of its keys the options alone give away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from infometer.backends.answer_only import (
    answer_only_predictions,
    answer_only_weights,
    same_options,
)
from infometer.backends.choice_items import LETTERS, ChoiceItem
from infometer.backends.leak_findings import leak_answer, leak_findings
from infometer.backends.leak_tables import by_category, feature_table, item_table, word_table
from infometer.backends.one_line_rules import trivial_rules
from infometer.backends.option_features import option_features, question_overlap
from infometer.contracts import Estimate, Finding, Report
from infometer.estimators.predictive import VInformation, v_information
from infometer.estimators.predictive.mean_estimate import mean_estimate
from infometer.extras import axes
from infometer.resampling import subsampling_splits

__all__ = ["Leakage", "leakage_report"]

MOST_LEAKING = 20


@dataclass(frozen=True, eq=False, repr=False)
class Leakage:
    """What is known of the keys without the questions, from `leakage_report`.

    Parameters
    ----------
    options : VInformation
        I_V(options→key) above the slot's frequency, for a conditional logit on features and words
        of the options; of items that the model has not seen.
    with_question : VInformation
        The same with each option's overlap with its question: no longer the options alone.
    accuracy : Estimate
        Share of keys guessed from the options alone.
    null_accuracy : float
        Share guessed by the commonest slot.
    categories : DataFrame
        By category ``n, accuracy, information_bits, low_bits, high_bits``.
    rules : DataFrame
        From `trivial_rules`.
    weights, words : DataFrame
        Of one model of all items, with the share of options that have the feature.
    items : DataFrame
        A row for each item, without its text: ``id, category, options, key, guessed, correct,
        p_key, pvi_bits, given_away_by``.
    settings : dict
    """

    options: VInformation
    with_question: VInformation
    accuracy: Estimate
    null_accuracy: float
    categories: pd.DataFrame
    rules: pd.DataFrame
    weights: pd.DataFrame
    words: pd.DataFrame
    items: pd.DataFrame
    settings: dict[str, Any]

    @property
    def information(self) -> Estimate:
        """I_V(options→key)."""
        return self.options.information

    @property
    def leaking(self) -> pd.DataFrame:
        """The items whose options give away most, the worst first."""
        return self.items.sort_values("pvi_bits", ascending=False).head(MOST_LEAKING)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Whether the set leaks, and by what."""
        return leak_findings(self)

    def __repr__(self) -> str:
        return (
            f"Leakage({100 * self.accuracy.value:.1f} % of {len(self.items)} keys guessed without "
            f"the questions, {100 * self.null_accuracy:.1f} % by the slot; "
            f"{self.information.bits:.3f} bits)"
        )

    def to_dict(self) -> dict[str, Any]:
        """Figures, tables but that of the items, settings and findings as plain values."""
        return {
            "options": self.options.to_dict(),
            "with_question": self.with_question.to_dict(),
            "accuracy": self.accuracy.to_dict(),
            "null_accuracy": self.null_accuracy,
            **{
                name: getattr(self, name).to_dict("records")
                for name in ("categories", "rules", "weights", "words")
            },
            "settings": dict(self.settings),
            "findings": [vars(finding) for finding in self.findings],
        }

    def to_frame(self) -> pd.DataFrame:
        """A row for each item."""
        return self.items

    def plot(self, ax: Any = None) -> Any:
        """Draw how often each rule, and the model of all features, finds the key.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes
        """
        low, high = self.accuracy.interval or (self.accuracy.value,) * 2
        n = len(self.items)
        model = ("all features and words", n, self.accuracy.value, low, high, self.null_accuracy)
        rules = self.rules.drop(columns="p_value")
        drawn = pd.concat([pd.DataFrame([model], columns=rules.columns), rules])
        ax = axes(ax, 7, 1 + 0.3 * len(drawn))
        lines = np.arange(len(drawn))
        ax.hlines(lines, drawn["low"], drawn["high"], color="C0")
        ax.plot(drawn["accuracy"], lines, "o", color="C0", label="key found")
        ax.plot(drawn["chance"], lines, "|", color="black", ms=10, label="by chance")
        ax.set_yticks(
            lines, [f"{rule} (n={n})" for rule, n in zip(drawn["rule"], drawn["n"], strict=True)]
        )
        ax.invert_yaxis()
        ax.set(xlim=(0, 1), xlabel="share of the items where the rule names an option")
        ax.legend(frameon=False)
        return ax

    def report(self) -> Report:
        """The answer with its estimates, findings, tables and picture."""
        return Report(
            question="Can these questions be answered without being read?",
            answer=leak_answer(self),
            estimates=(self.accuracy, self.information, self.with_question.information),
            findings=self.findings,
            tables={
                "Leak by category": self.categories,
                "One-line rules": self.rules,
                "What gives keys away": self.weights,
                "Words that give keys away": self.words,
                "Items whose options give away most": self.leaking,
            },
            figures={"How often the key is found unread": self.plot},
            settings=self.settings,
        )


def leakage_report(
    items: Sequence[ChoiceItem], *, cv: int = 5, level: float = 0.95, random_state: Any = None
) -> Leakage:
    r"""How much of the keys the options alone give away, without the questions.

    .. math:: I_V(\text{options} \to \text{key}) = E[\log p(\text{key} \mid \text{options})
        - \log p(\text{key} \mid \text{slot, number of options})]

    for the conditional logit on the features of `option_features` and the words of the options.
    Each item is predicted by a model of the other folds; items with the same options stand in the
    same fold, and widen the intervals as one.

    Parameters
    ----------
    items : sequence of ChoiceItem
    cv : int
        Folds.
    level : float
        Of the intervals.
    random_state : int, None, RandomState or Generator
        Deals out the folds.

    Returns
    -------
    Leakage

    Raises
    ------
    ValueError
        For fewer different sets of options than folds.

    References
    ----------
    K. Ethayarajh, Y. Choi and S. Swayamdipta, "Understanding dataset difficulty with V-usable
    information", ICML (2022), section 4 (the input reduced to an attribute).

    Examples
    --------
    >>> def item(k):
    ...     options = ("all of the above", f"only {k}", f"just {k}")
    ...     return ChoiceItem(f"Question {k}", options, key=k % 4 // 3)
    >>> items = [item(k) for k in range(40)]
    >>> leakage_report(items, random_state=0).accuracy.value
    0.75
    """
    items = list(items)
    groups = same_options(items)
    n_groups = len(np.unique(groups))
    if cv < 2 or n_groups < cv:
        raise ValueError(
            f"items hold {n_groups} different sets of options for cv={cv}; expected at least one "
            "set a fold, and 2 folds"
        )
    folds = subsampling_splits(
        len(items), groups=groups, parts=(cv,), repeats=1, random_state=random_state
    )[0]
    features = option_features(items)
    asked = features.assign(**{"overlap with the question": question_overlap(items)})
    known: dict[str, Any] = {"groups": groups, "level": level, "cv": cv}
    options, null_guesses = _guessed(items, features, folds, "I_V(options→key)", **known)
    with_question, _ = _guessed(items, asked, folds, "I_V(options, overlap→key)", **known)
    weights = answer_only_weights(items, features)
    table = item_table(items, options, weights)
    share: dict[str, Any] = {"groups": groups, "level": level, "unit": "share"}
    return Leakage(
        options=options,
        with_question=with_question,
        accuracy=mean_estimate(table["correct"].to_numpy(float), "accuracy", **share),
        null_accuracy=float(np.mean(null_guesses == options.labels)),
        categories=by_category(table, groups, level),
        rules=trivial_rules(items, level=level),
        weights=feature_table(features, weights.features),
        words=word_table(weights.words),
        items=table,
        settings={"cv": cv, "level": level, "sets of options": n_groups},
    )


def _guessed(
    items: Sequence[ChoiceItem],
    features: pd.DataFrame,
    folds: np.ndarray,
    quantity: str,
    *,
    groups: np.ndarray,
    level: float,
    cv: int,
) -> tuple[VInformation, np.ndarray]:
    """What the features tell about the keys, and the letters that the null model guesses."""
    logs, null_logs = answer_only_predictions(items, features, folds)
    sizes = np.array([len(item.options) for item in items])
    starts = np.cumsum(sizes) - sizes
    keys = np.array([item.key for item in items])
    own = starts + keys
    letters = np.array(list(LETTERS))

    def guess(values: np.ndarray) -> np.ndarray:
        spans = zip(starts, starts + sizes, strict=True)
        return letters[[int(values[begin:end].argmax()) for begin, end in spans]]

    found = v_information(logs[own], null_logs[own], groups=groups, level=level)
    method: dict[str, Any] = {"method": "conditional logit", "parameters": {"cv": cv}}
    result = replace(
        found,
        information=replace(found.information, quantity=quantity, **method),
        labels=letters[keys],
        predicted=guess(logs),
        classes=tuple(letters[: sizes.max()]),
    )
    return result, guess(null_logs)
