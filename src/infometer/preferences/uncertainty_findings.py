"""What a reader of a set of comparisons must be told before believing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import poisson

from infometer.contracts import Finding
from infometer.preferences.ranking_figures import short

if TYPE_CHECKING:
    from infometer.preferences.uncertainty import UncertaintyReport

__all__ = ["uncertainty_findings"]

SHOWN = 5
SURE = 0.01
ODD = -3.0
"""Standard errors below what is expected from which on a rater is named."""
FEWEST_ANSWERS = 10


def uncertainty_findings(report: UncertaintyReport) -> tuple[Finding, ...]:
    """Components, bridges, one-sided items, cycles, position and raters, warnings first.

    Parameters
    ----------
    report : UncertaintyReport

    Returns
    -------
    tuple of Finding
    """
    found = [
        *_components(report),
        *_bridges(report),
        *_sides(report),
        *_cycles(report),
        *_position(report),
        *_raters(report),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity != "warning"))


def _names(report: UncertaintyReport, items: object) -> str:
    """The first few names, and how many more there are."""
    listed = [int(item) for item in np.ravel(np.asarray(items))]
    few = [_name(report, item) for item in listed[:SHOWN]]
    more = len(listed) - SHOWN
    return ", ".join(few) + (f" and {more} more" if more > 0 else "")


def _name(report: UncertaintyReport, item: int) -> str:
    """The name, cut short, with its prompt where there are several."""
    graph = report.graph
    name = short(graph.name_of(item))
    several = graph.prompts is not None and len(report.components) > 1
    return f"{name} ({short(graph.prompts[item])})" if several else name  # type: ignore[index]


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _components(report: UncertaintyReport) -> list[Finding]:
    n_prompts = int(report.graph.prompt_codes.max()) + 1
    if not report.split_prompts:
        return []
    if n_prompts > 1:
        return [
            Finding(
                "warning", "components",
                f"In {report.split_prompts} of {n_prompts} prompts the items fall apart into "
                "groups that nothing joins.",
                "Between such groups only the prior decides.",
                "Compare an item of one group with one of the other.",
            )
        ]  # fmt: skip
    sizes = [len(part) for part in report.components]
    smaller = "; ".join(_names(report, part) for part in report.components[1:4])
    return [
        Finding(
            "warning", "components",
            f"The comparisons fall apart into {len(sizes)} groups that nothing joins.",
            f"The largest has {sizes[0]} of {sum(sizes)} items; apart are, among others: "
            f"{smaller}. Between groups only the prior decides.",
            "Compare an item of one group with one of another, or tie items that are alike by "
            "their embeddings (ComparisonGraph.from_embeddings).",
        )
    ]  # fmt: skip


def _bridges(report: UncertaintyReport) -> list[Finding]:
    if not len(report.bridges):
        return []
    degree = np.bincount(report.graph.pairs[report.graph.answered].ravel())
    inner = [pair for pair in report.bridges if degree[pair].min() > 1]
    what = (
        f"By {_count(len(report.bridges), 'comparison')} alone a part hangs on the rest (bridges)."
    )
    evidence = f"{len(report.bridges) - len(inner)} of them tie a single item"
    if inner:
        evidence += "; two groups hang by " + "; ".join(
            f"{_names(report, pair[:1])} with {_names(report, pair[1:])}" for pair in inner[:3]
        )
    return [
        Finding("warning" if inner else "info", "bridges", what, evidence + ".",
                "One wrong answer there moves a whole part: repeat it, or tie the part elsewhere.")
    ]  # fmt: skip


def _sides(report: UncertaintyReport) -> list[Finding]:
    sides = report.sides
    if sides is None:
        return []
    found = []
    half = report.graph.n_items / 2  # of two sets that split the items the smaller tells as much
    for items, sets, did in (
        (sides.only_win, sides.unbeaten, "won"),
        (sides.only_lose, sides.winless, "lost"),
    ):
        small = [group for group in sets if len(group) <= half]
        if not items and not small:
            continue
        told = [_names(report, items)] if items else []
        told += [f"as a group: {_names(report, group)}" for group in small[:3]]
        counts = [_count(len(items), "item")] if items else []
        counts += [_count(len(small), "group")] if small else []
        found.append(
            Finding(
                "info", "one-sided items",
                f"{' and '.join(counts)} {did} all comparisons with others.", "; ".join(told) + ".",
                "How far off they lie is told by the prior alone: compare them with near equals.",
            )
        )  # fmt: skip
    return found


def _cycles(report: UncertaintyReport) -> list[Finding]:
    cyclic = report.cyclic
    if cyclic is None or not cyclic.cycles:
        return []
    evidence = (
        f"{100 * cyclic.share:.0f} % of the energy runs in cycles, where a reward with noise "
        f"leaves {100 * cyclic.expected:.0f} % (p = {cyclic.p_value:.2g}); "
        f"{cyclic.cyclic_triads} of {cyclic.triads} triads are circles, "
        f"{cyclic.expected_cyclic_triads:.0f} expected."
    )
    if cyclic.p_value <= SURE:
        return [
            Finding("warning", "cycles", "No single ranking explains these comparisons.", evidence,
                    "Rank by group of raters, by kind of prompt, or by time (half_life).")
        ]  # fmt: skip
    few = cyclic.cyclic_triads <= cyclic.expected_cyclic_triads / 2
    if few and poisson.cdf(cyclic.cyclic_triads, cyclic.expected_cyclic_triads) <= SURE:
        return [
            Finding("warning", "cycles", "There are fewer cycles than noise makes.", evidence,
                    "Were whole rankings turned into pairs? Then comparisons are not independent, "
                    "and intervals are too narrow: count a ranking of k items as k − 1 "
                    "comparisons (weights of 2/k).")
        ]  # fmt: skip
    return [
        Finding("info", "cycles", "Cycles are no more than noise makes: one ranking explains all.",
                evidence)
    ]  # fmt: skip


def _position(report: UncertaintyReport) -> list[Finding]:
    position = report.position
    if position is None or not position.decided:
        return []
    if position.one_sided:
        place = "first" if position.first_wins else "second"
        return [
            Finding(
                "info", "position",
                f"The {place} of the two won every time: the table lists winners, not an order in "
                "which items were shown.",
                f"{position.decided} of {position.decided}.",
                "Rewards are right, and nothing is known about position bias. Record the "
                "order shown if you can; if not, read the table as chosen and rejected.",
            )
        ]  # fmt: skip
    low, high = position.interval
    evidence = f"{100 * position.share:.1f} % ({100 * low:.1f} to {100 * high:.1f} %)"
    if position.balanced_pairs:
        evidence += (
            f"; {100 * position.balanced_share:.1f} % where the {position.balanced_pairs} pairs "
            "shown both ways count alike"
        )
    if not position.excludes_half:
        return [Finding("info", "position", "Being shown first neither helps nor harms as far as "
                        "can be seen.", f"The first won {evidence}.")]  # fmt: skip
    does = "more" if position.share > 0.5 else "less"
    return [
        Finding(
            "warning", "position", f"What is shown first wins {does} often than half.",
            f"The first won {evidence}.",
            "Unless the better was put there on purpose: draw the order at random, and find the "
            "effect with the rewards (position_effect).",
        )
    ]  # fmt: skip


def _raters(report: UncertaintyReport) -> list[Finding]:
    if report.raters is None:
        return []
    rows = report.raters
    odd = rows[(rows["z"] < ODD) & (rows["comparisons"] >= FEWEST_ANSWERS)]
    if odd.empty:
        return []
    listed = "; ".join(
        f"{row['rater']}: {100 * row['agreement']:.0f} % of {row['comparisons']}, expected "
        f"{100 * row['expected']:.0f} %"
        for row in odd.head(SHOWN).to_dict("records")
    )
    return [
        Finding("warning", "raters",
                f"{_count(len(odd), 'rater')} agreed less with the rewards than others do.",
                f"{listed}.", "Look at their answers, or weigh raters (rater_reliability).")
    ]  # fmt: skip
