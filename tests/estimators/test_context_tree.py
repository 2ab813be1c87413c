"""Context-tree weighting against a sequential computation from its definition."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.estimators import context_tree


def sequential(symbols, size, depth):
    """Predictive laws and log P_w, one symbol after the other, with every node's P_e and P_w."""
    counts, log_pe, log_pw = {}, {}, {}

    def path(t):
        return [tuple(symbols[t - back] for back in range(1, d + 1)) for d in range(depth + 1)]

    def after(t, symbol):
        found = {}
        nodes = path(t)
        for node in reversed(nodes):
            seen = counts.get(node, [0] * size)
            kt = (seen[symbol] + 0.5) / (sum(seen) + size / 2)
            own = log_pe.get(node, 0.0) + math.log(kt)
            if len(node) == depth:
                found[node] = own, own
                continue
            child = nodes[len(node) + 1]
            kids = sum(
                found[child][1] if (*node, c) == child else log_pw.get((*node, c), 0.0)
                for c in range(size)
            )
            found[node] = own, float(np.logaddexp(own, kids)) - math.log(2)
        return found

    laws = []
    for t in range(depth, len(symbols)):
        before = log_pw.get((), 0.0)
        branches = [after(t, symbol) for symbol in range(size)]
        laws.append([math.exp(branch[()][1] - before) for branch in branches])
        for node, (own, mixed) in branches[symbols[t]].items():
            log_pe[node], log_pw[node] = own, mixed
            counts.setdefault(node, [0] * size)[symbols[t]] += 1
    return np.array(laws), log_pw[()]


def chain(n, size, rng):
    """A sequence that often repeats what stood two steps before."""
    symbols = rng.integers(0, size, n)
    for t in range(2, n):
        if rng.random() < 0.6:
            symbols[t] = symbols[t - 2]
    return symbols


@pytest.mark.parametrize(
    ("size", "depth", "n"), [(2, 3, 300), (3, 2, 200), (4, 4, 120), (2, 0, 50)]
)
def test_the_laws_are_those_of_the_definition(size, depth, n):
    symbols = chain(n, size, np.random.default_rng(size))
    laws, log_probability = sequential(symbols.tolist(), size, depth)
    tree = context_tree(symbols, depth, sizes=[size])
    np.testing.assert_allclose(tree.law(), laws, rtol=0, atol=1e-10)
    assert tree.log_probability() == pytest.approx(log_probability, abs=1e-10)
    assert tree != context_tree(symbols, depth, sizes=[size])  # a tree is itself alone
    assert repr(tree) == f"ContextTree({n - depth} steps of ({size},) symbols; depth {depth})"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=4, max_size=40), st.integers(0, 3))
def test_laws_sum_to_one_and_multiply_to_the_weighted_probability(symbols, depth):
    tree = context_tree(np.array(symbols), depth, sizes=[3])
    laws = tree.law()
    np.testing.assert_allclose(laws.sum(axis=1), 1.0, atol=1e-12)
    own = laws[np.arange(len(laws)), symbols[depth:]]
    assert tree.log_probability() == pytest.approx(float(np.log(own).sum()), abs=1e-10)
    assert tree.log_probability() == pytest.approx(sequential(symbols, 3, depth)[1], abs=1e-10)


def test_laws_of_parts_are_sums_of_the_law_of_all():
    rng = np.random.default_rng(0)
    x, y = chain(400, 2, rng), chain(400, 3, rng)
    tree = context_tree(np.column_stack([x, y]), 2)
    joint = tree.law().reshape(-1, 2, 3)
    np.testing.assert_allclose(tree.law([0]), joint.sum(axis=2), atol=1e-14)
    np.testing.assert_allclose(tree.law([1]), joint.sum(axis=1), atol=1e-14)
    shown = joint[np.arange(398), x[2:]]
    np.testing.assert_allclose(tree.law([1], shown=[0]), shown, atol=1e-14)


def test_a_tree_finds_the_memory_of_a_chain_of_second_order():
    symbols = chain(20_000, 2, np.random.default_rng(0))
    entropy_rate = -(0.8 * math.log(0.8) + 0.2 * math.log(0.2))  # repeats with 0.6 + 0.4 / 2
    shallow, deep = (-context_tree(symbols, depth).log_probability() / 20_000 for depth in (1, 6))
    assert shallow == pytest.approx(math.log(2), abs=0.005)
    assert deep == pytest.approx(entropy_rate, abs=3 * 0.55 / math.sqrt(20_000) + 0.002)


def test_what_costs_nothing_to_know_is_predicted_with_certainty():
    tree = context_tree(np.zeros(20, dtype=int), 3)
    assert tree.law().tolist() == [[1.0]] * 17


@pytest.mark.parametrize(
    ("symbols", "options", "message"),
    [
        ([0.0, 1.0], {"depth": 1}, "symbols are float64 of shape .2,.; expected integers"),
        ([0, 1], {"depth": 2}, "symbols are 2 and depth is 2; expected more symbols"),
        ([0, -1], {"depth": 0}, "symbols lie between -1 and"),
        ([0, 5], {"depth": 0, "sizes": [5]}, "to below sizes .5., one for each part"),
        ([0, 1], {"depth": 0.5}, "depth is 0.5; it must be a whole number"),
        ([0, 2**62], {"depth": 1}, "have no numbers of 64 bits: number those that occur"),
    ],
)
def test_what_no_tree_can_be_made_of_is_refused(symbols, options, message):
    with pytest.raises(ValueError, match=message):
        context_tree(np.array(symbols), **options)


def test_a_depth_that_would_not_fit_is_refused_with_its_size():
    with pytest.raises(ValueError, match="asks for 400,040,000 nodes, more than 134,217,728"):
        context_tree(np.zeros(20_002, dtype=int), 19_999)


def test_laws_that_would_not_fit_are_refused_with_their_size():
    rng = np.random.default_rng(0)
    tree = context_tree(rng.integers(0, 2000, (2000, 2)), 0, sizes=[2000, 2000])
    with pytest.raises(
        ValueError, match=r"laws of 4000000 symbols at 2000 steps are 8,000,000,000"
    ):
        tree.law()
    assert tree.law([0], shown=[1]).shape == (2000, 2000)
