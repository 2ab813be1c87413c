"""What a reader of a leak must know, in words."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from infometer.contracts import Finding

if TYPE_CHECKING:
    from infometer.backends.leakage import Leakage

__all__ = ["LEAK_BITS", "leak_answer", "leak_findings"]

LEAK_BITS = 0.05
"""Above this the options of a set give its keys away."""

BITS = math.log(2.0)


def leak_answer(leak: Leakage) -> str:
    """One paragraph: the share guessed, the information, and what to do."""
    verdict = {
        "leaks": "The set leaks: a score on it is partly a score for reading options.",
        "holds": "The options give away next to nothing.",
        "open": "The set is too small to tell whether it leaks.",
    }[_verdict(leak)]
    figure = leak.information
    interval = ""
    if figure.interval is not None:
        low, high = (bound / BITS for bound in figure.interval)
        interval = f" ({100 * figure.level:g} % {low:.3f} to {high:.3f})"
    return (
        f"{100 * leak.accuracy.value:.1f} % of {len(leak.items)} keys are guessed without the "
        f"questions; the commonest slot guesses {100 * leak.null_accuracy:.1f} %. The options "
        f"tell {figure.bits:.3f} bits{interval} of the {leak.options.null_entropy.bits:.3f} bits "
        f"that the slot leaves open. {verdict}"
    )


def leak_findings(leak: Leakage) -> tuple[Finding, ...]:
    """Whether the set leaks, which one-line rules beat chance, and how far words repeat.

    Parameters
    ----------
    leak : Leakage

    Returns
    -------
    tuple of Finding
        Warnings first.
    """
    found = []
    if _verdict(leak) == "leaks":
        strongest = leak.weights[leak.weights["weight"] > 0].head(3)
        named = ", ".join(f"{row.feature} {row.weight:+.1f}" for row in strongest.itertuples())
        found.append(
            Finding(
                "warning",
                "options",
                "The keys can be guessed without the questions.",
                f"{leak.information}; largest weights: {named}.",
                "Rewrite the items that leak most, or report this figure beside every "
                "score on the set.",
            )
        )
    alpha = (1 - leak.settings["level"]) / len(leak.rules)  # Bonferroni's: any rule may be a fluke
    beating = leak.rules[leak.rules["p_value"] <= alpha]
    found += [_rule_finding(row) for row in beating.to_dict("records")]
    repeated = len(leak.items) - leak.settings["sets of options"]
    if repeated:
        found.append(
            Finding(
                "info",
                "options",
                "Some items have the options of another; they stand in one fold.",
                f"{leak.settings['sets of options']} sets of options in {len(leak.items)} items.",
                "Remove those whose questions say the same too.",
            )
        )
    return tuple(found)


def _verdict(leak: Leakage) -> str:
    figure, limit = leak.information, LEAK_BITS * BITS
    low, high = figure.interval or (float("-inf"), float("inf"))
    return "leaks" if low > limit else "holds" if high <= limit else "open"


def _rule_finding(row: Mapping[Hashable, Any]) -> Finding:
    return Finding(
        "warning",
        str(row["rule"]),
        f"Taking this option finds {100 * row['accuracy']:.1f} % of the keys.",
        f"{100 * row['chance']:.1f} % by chance, on {row['n']} items; interval "
        f"{100 * row['low']:.1f} to {100 * row['high']:.1f} %.",
        "Make it the key as often as its share of the options.",
    )
