from dataclasses import replace

import numpy as np
import pytest

from infometer.preferences import (
    ComparisonGraph,
    rank_items,
    read_comparisons,
    simulated_tournament,
)
from infometer.preferences.designs import design_posterior

pytest.importorskip("matplotlib")
from matplotlib.figure import Figure


@pytest.fixture(scope="module")
def tournament():
    frame = simulated_tournament()
    frame = frame.assign(time=np.arange(len(frame)))
    return rank_items(read_comparisons(frame), budget=10)


@pytest.fixture(scope="module")
def prompts():
    rng = np.random.default_rng(1)
    pairs = [(3 * p + u, 3 * p + v) for p in range(8) for u, v in ((0, 1), (1, 2), (0, 2))] * 12
    u, v = np.array(pairs).T
    won = rng.logistic(size=len(u)) < 2.0 * (v % 3 - u % 3.0)
    return rank_items(
        ComparisonGraph(
            n_items=24, pairs=pairs, outcomes=won.astype(float), names=["x", "y", "z"] * 8,
            prompts=np.repeat([f"q{p}" for p in range(8)], 3),
        ),
        budget=5,
    )  # fmt: skip


def test_order_is_that_of_the_rewards_that_made_it(tournament):
    table = tournament.table
    places = np.array([ord(name) for name in table["name"] if name != "P"])
    assert np.corrcoef(places, np.arange(15))[0, 1] > 0.9
    assert (table["rank_low"] <= table["rank"]).all()
    assert (table["rank"] <= table["rank_high"]).all()
    assert table["p_best"].sum() == pytest.approx(1.0)
    assert (table["wins"] + table["losses"] + table["ties"] == table["comparisons"]).all()


def test_the_item_that_was_compared_once_is_bought_first(tournament):
    row = tournament.purchases.iloc[0]
    assert "P" in (row["first"], row["second"])
    assert tournament.uncertainty.bridges.shape == (1, 2)


def test_answer_names_the_leader_and_what_to_buy(tournament):
    leader, row = tournament.table["name"][0], tournament.purchases.iloc[0]
    assert tournament.answer.startswith(f"{leader} ")
    assert "of 15 neighbours in the ranking are told apart at 95 %" in tournament.answer
    assert f"Compare {row['first']} with {row['second']} next" in tournament.answer


def test_the_best_are_told_apart_by_comparisons_that_are_about_them(tournament):
    ranking = rank_items(tournament.graph, budget=10, top=3)
    row, best = ranking.purchases.iloc[0], set(ranking.table["name"][:3])
    ends = ranking.purchases[["first", "second"]].to_numpy().ravel()
    assert np.isin(ends, list(best)).mean() > 0.8
    assert f"To tell the best 3 apart, compare {row['first']} with" in ranking.answer
    assert "Compare next, to tell the best 3 apart" in ranking.report().tables
    assert ranking.settings["criterion"] == "a"
    leading = ranking.table["item"].to_numpy()[:3]
    pairs = leading[[(0, 1), (0, 2), (1, 2)]]

    def variance_after(purchases):
        graph = ranking.graph
        made = replace(
            graph, pairs=[*graph.pairs, *purchases[["first_item", "second_item"]].to_numpy()],
            outcomes=None, raters=None, times=None, weights=None,
        )  # fmt: skip
        return design_posterior(made).pair_variance(pairs).mean()

    assert variance_after(ranking.purchases) < variance_after(tournament.purchases)


def test_top_and_its_criterion_are_checked(tournament):
    with pytest.raises(ValueError, match="top is 1; expected 2 or more"):
        rank_items(tournament.graph, top=1)
    with pytest.raises(ValueError, match="top is 3 with criterion 'bald'"):
        rank_items(tournament.graph, top=3, criterion="bald")


def test_findings_name_the_rater_who_tosses_coins(tournament):
    told = next(finding for finding in tournament.findings if finding.where == "raters")
    assert "zoe" in told.evidence


def test_prompts_are_ranked_by_themselves(prompts):
    table = prompts.table
    assert table.groupby("prompt").size().eq(3).all()
    assert table.groupby("prompt")["p_best"].sum().to_numpy() == pytest.approx(1.0)
    assert (prompts.leaders["name"] == "x").sum() >= 7
    assert "of 8 prompts have a clear best" in prompts.answer
    assert any(finding.where == "prompts" for finding in prompts.findings)
    assert "Compare next" in prompts.report().tables
    graph = prompts.graph
    pairs = prompts.purchases[["first_item", "second_item"]].to_numpy()
    assert (graph.prompts[pairs[:, 0]] == graph.prompts[pairs[:, 1]]).all()


def test_the_best_of_every_prompt_are_told_apart(prompts):
    ranking = rank_items(prompts.graph, budget=16, top=2)
    assert "To tell the best 2 of each prompt apart, compare" in ranking.answer
    leading = ranking.table.groupby("prompt").head(2)["item"]
    pairs = ranking.purchases[["first_item", "second_item"]]
    assert pairs.isin(leading.tolist()).all(axis=1).mean() > 0.8


@pytest.mark.parametrize("of", ["tournament", "prompts"])
def test_every_figure_draws(of, request):
    report = request.getfixturevalue(of).report()
    for draw in report.figures.values():
        figure = Figure(figsize=getattr(draw, "figsize", (8, 4.5)))
        draw(figure.add_subplot())
        figure.canvas.draw()
        assert draw.caption


def test_a_long_ranking_shows_its_ends():
    rng = np.random.default_rng(0)
    u = rng.integers(0, 200, 1200)
    v = (u + rng.integers(1, 200, 1200)) % 200
    won = rng.logistic(size=1200) < (v - u) / 60
    graph = ComparisonGraph(
        n_items=200, pairs=np.stack([u, v], axis=1), outcomes=won.astype(float), prior_precision=0.5
    )
    ranking = rank_items(graph, budget=3)
    assert ranking.prior_precision.method == "given"
    report = ranking.report()
    axes = Figure().add_subplot()
    report.figures["The ranking"](axes)
    assert "… 140 more …" in [text.get_text() for text in axes.texts]
    assert len(axes.get_yticks()) == 60
    drawn = report.figures["Who was compared with whom"]
    assert "150 of 200 items are drawn" in drawn.caption
    assert len(ranking.to_dict()["items"]) == 200


def test_beyond_what_ranks_can_be_found_for_rewards_are(monkeypatch):
    frame = simulated_tournament()
    graph = replace(read_comparisons(frame.assign(time=range(len(frame)))), prior_precision=0.5)
    expected = rank_items(graph, budget=1).table
    monkeypatch.setattr("infometer.preferences.ranking_table.MOST_ITEMS", 5)
    ranking = rank_items(graph, budget=1)
    assert ranking.table["name"].tolist() == expected["name"].tolist()
    assert ranking.table["rank_high"].isna().all()
    # 1000 draws: a standard deviation to 2.2 %
    np.testing.assert_allclose(ranking.table["sd"], expected["sd"], rtol=0.1)
    assert ranking.answer.startswith(expected["name"][0])
    ranking.plot(Figure().add_subplot())


def test_pairs_that_nothing_joins_are_no_ranking():
    graph = ComparisonGraph(
        n_items=60, pairs=np.arange(60).reshape(-1, 2), outcomes=[1] * 30, prior_precision=1.0
    )
    assert rank_items(graph, budget=1).answer.startswith(
        "There is no common ranking: the 60 items fall into 30 groups that nothing joins, of 2"
    )


def test_coins_are_told():
    rng = np.random.default_rng(0)
    u = rng.integers(0, 10, 200)
    v = (u + rng.integers(1, 10, 200)) % 10
    graph = ComparisonGraph(
        n_items=10, pairs=np.stack([u, v], axis=1), outcomes=rng.integers(0, 2, 200)
    )
    found = {finding.where for finding in rank_items(graph, budget=1).findings}
    assert {"held-out comparisons", "prior"} & found


def test_long_names_that_begin_alike_are_shown_where_they_part():
    begin = "It is a British fantasy series that was written "
    names = [begin + "by Ann in\n2001, and more", begin + "by Bob in 2003, and more"]
    graph = ComparisonGraph(n_items=2, pairs=[(0, 1)] * 3, outcomes=[1] * 3, names=names)
    ranking = rank_items(graph, budget=1)
    assert "compare …Ann in 2001, and more with …Bob in 2003, and more next" in (
        ranking.answer.lower().replace("ann", "Ann").replace("bob", "Bob")
    )


def test_a_leader_is_told_with_the_ranks_that_it_may_have():
    graph = ComparisonGraph(n_items=3, pairs=[(0, 1), (1, 2)], outcomes=[1, 1])
    assert "rank 1 to 3 (95 %)" in rank_items(graph, budget=1).answer


def test_ranks_of_an_item_alone_are_within_those_of_all_at_once(tournament, prompts):
    for table in (tournament.table, prompts.table):
        assert (table["rank_low"] <= table["own_rank_low"]).all()
        assert (table["own_rank_low"] <= table["rank"]).all()
        assert (table["rank"] <= table["own_rank_high"]).all()
        assert (table["own_rank_high"] <= table["rank_high"]).all()


def test_names_that_differ_in_capitals_or_spaces_are_told():
    graph = ComparisonGraph(
        n_items=3, pairs=[(0, 1), (1, 2), (0, 2)] * 2, outcomes=[1, 1, 1, 1, 0, 1],
        names=["Tea", "tea ", "milk"], raters=["ann", "Ann", "bob"] * 2,
    )  # fmt: skip
    told = {finding.where: finding for finding in rank_items(graph, budget=1).findings}
    assert "'Tea' and 'tea '" in told["items"].evidence
    assert "'Ann' and 'ann'" in told["raters"].evidence
