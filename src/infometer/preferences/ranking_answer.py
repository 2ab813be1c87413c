"""What a ranking says in a sentence, and what a reader must be told beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from infometer.contracts import Finding
from infometer.preferences.ranking_figures import short, short_apart

if TYPE_CHECKING:
    from infometer.preferences.ranking import Ranking

__all__ = ["leaders", "ranking_answer", "ranking_findings"]


def leaders(table: pd.DataFrame) -> pd.DataFrame:
    """The first row of every prompt, or of the one ranking, with ``clear``: its rank is surely 1.

    Parameters
    ----------
    table : DataFrame
        Of `item_ranks`.

    Returns
    -------
    DataFrame
    """
    first = table.groupby("prompt", sort=False).head(1) if "prompt" in table else table.head(1)
    sure = (first["rank_high"] == 1).fillna(False).astype(bool)
    return first.assign(clear=sure).reset_index(drop=True)


def ranking_answer(ranking: Ranking) -> str:
    """Who leads, how sure that is, and what to compare next.

    Parameters
    ----------
    ranking : Ranking

    Returns
    -------
    str
    """
    found = _of_prompts(ranking) if ranking.has_prompts else _of_one(ranking)
    if ranking.purchases.empty:
        return found
    row = ranking.purchases.iloc[0]
    under = f" (prompt {short(row['prompt'])})" if ranking.has_prompts else ""
    compare = f"{ranking.purpose}, compare".lstrip(", ").capitalize()
    one, other = short_apart(row["first"], row["second"])
    return f"{found} {compare} {one} with {other}{under} next ({row['gain_nats']:.2g} nats)."


def _of_one(ranking: Ranking) -> str:
    first, percent = ranking.leaders.iloc[0], f"{100 * ranking.level:g} %"
    groups = [len(part) for part in ranking.uncertainty.components]
    if 2 * groups[0] < len(ranking.table):
        return (
            f"There is no common ranking: the {len(ranking.table)} items fall into {len(groups)} "
            f"groups that nothing joins, of {groups[0]} items at most."
        )
    name = short(first["name"])
    if first["clear"]:
        lead = f"{name} is surely the best"
    else:
        lead = f"{name} leads: the best with probability {_percent(float(first['p_best']))}"
        lead += f", rank {first['own_rank_low']} to {first['own_rank_high']} ({percent})"
    apart, n = int(ranking.neighbours["told_apart"].sum()), len(ranking.neighbours)
    if not n:
        return f"{lead}."
    return f"{lead}; {apart} of {n} neighbours in the ranking are told apart at {percent}."


def _of_prompts(ranking: Ranking) -> str:
    rows = ranking.leaders
    clear, percent = int(rows["clear"].sum()), f"{100 * ranking.level:g} %"
    return (
        f"{clear} of {len(rows)} prompts have a clear best at {percent}; on average the leader is "
        f"the best with probability {_percent(float(rows['p_best'].mean()))}."
    )


def _percent(p: float) -> str:
    if 0.005 <= p < 0.995:
        return f"{100 * p:.0f} %"
    return "over 99 %" if p > 0.5 else "under 1 %"


def ranking_findings(ranking: Ranking) -> tuple[Finding, ...]:
    """Whether rewards predict at all, and what the prior rests on.

    Parameters
    ----------
    ranking : Ranking

    Returns
    -------
    tuple of Finding
    """
    return (
        *_held_out(ranking),
        *_prior(ranking),
        *_names_alike(ranking),
        *_names_under_prompts(ranking),
    )


def _held_out(ranking: Ranking) -> list[Finding]:
    if ranking.held_out is None:
        return []
    told, rates = ranking.held_out.information, ranking.held_out.win_rates
    low, high = told.interval or (float("nan"), float("nan"))
    evidence = (
        f"{told.value:.3f} nats a comparison ({low:.3f} to {high:.3f}) of at most 0.693; by win "
        f"rates alone {rates.value:.3f}; the winner is named in "
        f"{100 * ranking.held_out.accuracy:.0f} % of {told.n_samples}."
    )
    if low > 0:
        return [Finding("info", "held-out comparisons", "Rewards predict comparisons that they "
                        "have not seen.", evidence)]  # fmt: skip
    what = "Rewards predict held-out comparisons no better than a coin."
    if high > 0:
        what = "Whether rewards predict held-out comparisons is not sure."
    remedy = "Believe no order of single items yet; compare more, or ask a clearer question."
    return [Finding("warning", "held-out comparisons", what, evidence, remedy)]


def _names_alike(ranking: Ranking) -> list[Finding]:
    graph = ranking.graph
    raters = () if graph.raters is None else graph.raters.tolist()
    found = []
    for what, given in (("items", graph.names or ()), ("raters", raters)):
        spelt: dict[str, list[str]] = {}
        for name in sorted({str(name) for name in given}):
            spelt.setdefault(" ".join(name.split()).casefold(), []).append(name)
        if twins := [names for names in spelt.values() if len(names) > 1]:
            found.append(
                Finding(
                    "warning", what, f"Some {what} differ in capitals or spaces only.",
                    f"{len(twins)} times, such as {twins[0][0]!r} and {twins[0][1]!r}.",
                    "Each counts by itself: spell the same thing the same way.",
                )
            )  # fmt: skip
    return found


def _names_under_prompts(ranking: Ranking) -> list[Finding]:
    if not ranking.has_prompts:
        return []
    names, prompts = ranking.table["name"].nunique(), len(ranking.leaders)
    if names * 2 > len(ranking.table):
        return []
    return [
        Finding(
            "info", "prompts", "The same names stand under many prompts, each an item of its own.",
            f"{names} names under {prompts} prompts.",
            "If they are the same thing everywhere, such as models, leave the prompts out "
            '(prompt="") for one ranking of them.',
        )
    ]  # fmt: skip


def _prior(ranking: Ranking) -> list[Finding]:
    prior = ranking.prior_precision
    return [
        Finding(
            "warning", "prior", "How far rewards spread is not told by the comparisons.",
            f"prior precision {prior.value:.3g}, {warning}.",
            "Give a prior precision that you believe: odds between two items are mostly within "
            "e to the ±2.8/√precision.",
        )
        for warning in prior.warnings
    ]  # fmt: skip
