"""The pictures and tables of a ranking's report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from infometer.preferences import graph_figure
from infometer.preferences import ranking_figures as figures

if TYPE_CHECKING:
    from infometer.preferences.ranking import Ranking

__all__ = ["figures_of", "tables_of"]

MOST_DASHED = 20


def figures_of(ranking: Ranking) -> dict[str, Callable[[Any], object]]:
    """The pictures by title: the ranking or the prompts, the graph, the next comparisons.

    Parameters
    ----------
    ranking : Ranking

    Returns
    -------
    dict of str to callable
    """
    drawn: dict[str, Callable[[Any], object]] = {}
    if ranking.has_prompts:
        drawn["How sure the best of each prompt is"] = _figure(
            figures.draw_certainty, ranking.leaders, caption=figures.CERTAINTY_CAPTION
        )
    else:
        rows = len(figures.shown_rows(ranking.table))
        apart = np.zeros(max(len(ranking.table) - 1, 0), dtype=bool)
        apart[: len(ranking.neighbours)] = ranking.neighbours["told_apart"]
        drawn["The ranking"] = _figure(
            figures.draw_ranking, ranking.table, apart, caption=figures.RANKING_CAPTION,
            figsize=(8.0, 1.2 + (0.26 if rows <= 30 else 0.2) * rows),
        )  # fmt: skip
        drawn["Who was compared with whom"] = _graph_figure(ranking)
    if len(ranking.purchases) > 1:
        drawn["What the next comparisons tell"] = _figure(
            figures.draw_gains, ranking.purchases, caption=figures.GAINS_CAPTION,
            figsize=(8.0, 3.2),
        )  # fmt: skip
    return drawn


def tables_of(ranking: Ranking) -> dict[str, pd.DataFrame]:
    """The tables by title: items, what to compare next, what the uncertainty rests on.

    Parameters
    ----------
    ranking : Ranking

    Returns
    -------
    dict of str to DataFrame
    """
    items = ranking.table.drop(columns="item").round({"reward": 3, "sd": 3, "low": 3, "high": 3})
    following = ranking.purchases.drop(columns=["first_item", "second_item"])
    title = f"Compare next, {ranking.purpose}".rstrip(", ")
    tables = {title: following.round({"gain_nats": 4, "p_first": 3})}
    if ranking.has_prompts:
        kept = ["prompt", "name", "p_best", "clear", "comparisons"]
        tables["The best of each prompt"] = ranking.leaders[kept]
    tables["All items"] = items
    if nuisance := ranking.posterior.nuisance:
        tables["Beside the rewards, in log-odds"] = pd.DataFrame(
            [
                {"parameter": name, "value": found.value, "standard_error": found.standard_error}
                for name, found in nuisance.items()
            ]
        ).round(3)
    return tables | ranking.uncertainty.tables()


def _figure(draw: Callable[..., object], *given: Any, **style: Any) -> Callable[[Any], object]:
    drawing = partial(draw, *given)
    for name, value in style.items():
        setattr(drawing, name, value)
    return drawing


def _graph_figure(ranking: Ranking) -> Callable[[Any], object]:
    graph, table = ranking.graph, ranking.table
    order = table["item"].to_numpy()
    following = ranking.purchases[["first_item", "second_item"]].to_numpy()[:MOST_DASHED]
    wanted = np.concatenate([following.ravel(), ranking.uncertainty.bridges.ravel()])
    shown = graph_figure.shown_items(graph.n_items, order, wanted)
    place = np.full(graph.n_items, -1)
    place[shown] = np.arange(len(shown))
    ends = np.sort(graph.pairs[graph.answered], axis=1)
    pairs, counts = np.unique(ends, axis=0, return_counts=True)
    bridges = {tuple(pair) for pair in np.sort(ranking.uncertainty.bridges, axis=1).tolist()}
    alone = np.array([tuple(pair) in bridges for pair in pairs.tolist()], dtype=bool)
    inside = (place[pairs] >= 0).all(axis=1)
    rewards = table.set_index("item")["reward"].reindex(shown).to_numpy()
    caption = graph_figure.CAPTION
    if len(shown) < graph.n_items:
        caption += (
            f" {len(shown)} of {graph.n_items} items are drawn: ends of pairs to compare "
            "next and of bridges, then the best."
        )
    return _figure(
        graph_figure.draw_comparisons, rewards, [graph.name_of(i) for i in shown],
        place[pairs[inside]], counts[inside], alone[inside],
        place[following][(place[following] >= 0).all(axis=1)], caption=caption, figsize=(8.0, 5.6),
    )  # fmt: skip
