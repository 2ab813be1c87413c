import networkx as nx
import numpy as np
import pytest

from infometer.graphs import (
    adjusted_homophily,
    as_graph,
    edge_homophily,
    label_informativeness,
    neighbour_labels,
)
from infometer.quantities import usable_information


def karate(labels=None):
    graph = nx.karate_club_graph()
    return as_graph(graph, labels="club" if labels is None else labels)


def test_the_table_counts_every_edge_in_both_directions():
    graph = karate()
    club = graph.labels
    counted = sum(club[i] == club[j] for i, j in graph.edges())
    table = neighbour_labels(graph)
    assert table.sum() == 2 * graph.n_edges
    assert np.trace(table) == 2 * counted
    np.testing.assert_array_equal(table, table.T)


def test_adjusted_homophily_is_the_assortativity_of_networkx():
    graph = nx.karate_club_graph()
    known = nx.attribute_assortativity_coefficient(graph, "club")
    assert adjusted_homophily(karate()) == pytest.approx(known, abs=1e-12)


def test_edges_without_both_labels_have_no_say():
    labels = np.array([0, 0, 1, -1])
    graph = as_graph(np.array([[0, 1], [1, 2], [2, 3]]), labels=labels)
    assert neighbour_labels(graph).tolist() == [[2, 1], [1, 0]]
    assert edge_homophily(graph) == 0.5


def test_labels_at_random_tell_nothing_and_opposites_all():
    rng = np.random.default_rng(0)
    graph = as_graph(nx.gnp_random_graph(400, 0.1, seed=0), labels=rng.integers(0, 3, 400))
    assert abs(adjusted_homophily(graph)) < 0.02
    assert label_informativeness(graph) < 0.002
    women = nx.davis_southern_women_graph()
    sides = as_graph(women, labels="bipartite")
    assert edge_homophily(sides) == 0.0
    assert adjusted_homophily(sides) == pytest.approx(-1.0)
    assert label_informativeness(sides) == pytest.approx(1.0)
    assert usable_information(neighbour_labels(sides)).score == pytest.approx(1.0)


def test_names_and_order_of_labels_do_not_matter():
    club = karate().labels
    other = karate(np.where(club == "Mr. Hi", "z", "a"))
    assert label_informativeness(other) == pytest.approx(label_informativeness(karate()))


def test_one_label_has_neither():
    graph = karate(np.zeros(34, dtype=int))
    assert np.isnan(adjusted_homophily(graph))
    assert np.isnan(label_informativeness(graph))


def test_without_labels_it_says_so():
    with pytest.raises(ValueError, match="no labels"):
        edge_homophily(as_graph(nx.karate_club_graph()))
    apart = as_graph(np.array([[0, 1]]), labels=np.array([0, -1]))
    with pytest.raises(ValueError, match="none of the 1 edges"):
        neighbour_labels(apart)
