"""Partial information decomposition: gates, invariances, the certified gap, and two peers."""

import itertools
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.quantities import PartialInformation, joint_law, partial_information
from infometer.quantities.broja import broja_law
from infometer.quantities.broja_program import BrojaProgram

BIT = np.log(2.0)


def gate(function):
    """The law of two fair bits and what a gate makes of them."""
    outputs = sorted({function(a, b) for a, b in itertools.product((0, 1), repeat=2)})
    law = np.zeros((2, 2, len(outputs)))
    for a, b in itertools.product((0, 1), repeat=2):
        law[a, b, outputs.index(function(a, b))] = 0.25
    return law


def noisy_copies(flip1, flip2):
    """Y a fair bit, X1 and X2 binary symmetric channels of it."""
    channels = [np.array([[1 - f, f], [f, 1 - f]]) for f in (flip1, flip2)]
    return 0.5 * np.einsum("ya,yb->aby", *channels)


def erasures(shared, unique1, unique2, k=2):
    """X_m = Y or blank: both show Y, one alone does, or none."""
    law = np.zeros((k + 1, k + 1, k))
    for y in range(k):
        law[y, y, y] = shared / k
        law[y, k, y] = unique1 / k
        law[k, y, y] = unique2 / k
        law[k, k, y] = max(1 - shared - unique1 - unique2, 0.0) / k
    return law


def one_bit(redundant):
    law = np.zeros((2, 2, 2))
    if redundant:
        law[0, 0, 0] = law[1, 1, 1] = 0.5
    else:
        law[[0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1]] = 0.25
    return law


ROWS = {
    "AND": (gate(lambda a, b: a & b), (0.311278, 0, 0, 0.5)),
    "OR": (gate(lambda a, b: a | b), (0.311278, 0, 0, 0.5)),
    "XOR": (gate(lambda a, b: a ^ b), (0, 0, 0, 1)),
    "SUM": (gate(lambda a, b: a + b), (0.5, 0, 0, 1)),
    "UNQ": (gate(lambda a, b: (a, b)), (0, 1, 1, 0)),
    "RDN": (one_bit(True), (1, 0, 0, 0)),
    "COPY": (one_bit(False), (0, 1, 0, 0)),
    "BSC .1 .2": (noisy_copies(0.1, 0.2), (0.278072, 0.252933, 0, 0.104818)),
    "BSC .2 .2": (noisy_copies(0.2, 0.2), (0.278072, 0, 0, 0.182453)),
    "erasure": (erasures(0.4, 0.4, 0.2), (0.6, 0.2, 0, 0.2)),
}
"""Redundancy, unique 1, unique 2 and synergy in bits."""


def atoms(found):
    return np.array([found.redundancy, found.unique1, found.unique2, found.synergy])


def random_law(seed, most=5):
    """Of any sparsity, down to a single cell; sometimes of counts, which have ties."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, most, 3)
    size = int(np.prod(shape))
    if seed % 3 == 0:
        weights = rng.multinomial(rng.choice([5, 50]), np.full(size, 1 / size)).astype(float)
    else:
        weights = rng.dirichlet(np.full(size, rng.choice([1.0, 0.1, 0.01])))
        weights *= rng.random(size) < rng.choice([0.3, 1.0])
    weights[0] += not weights.any()
    return (weights / weights.sum()).reshape(shape)


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("solver", ["interior-point", "clarabel"])
def test_the_known_atoms(name, solver):
    law, expected = ROWS[name]
    if solver == "clarabel":
        pytest.importorskip("cvxpy")
    found = partial_information(law, solver=solver)
    np.testing.assert_allclose(atoms(found) / BIT, expected, atol=6e-7)
    assert found.gap <= (1e-9 if solver == "interior-point" else 1e-6)


@pytest.mark.parametrize("name", ROWS)
def test_the_optimal_law_has_the_marginals_of_the_law(name):
    law, _ = ROWS[name]
    found = partial_information(law)
    for axis in (0, 1):
        np.testing.assert_allclose(
            found.optimal_law.sum(axis=axis), law.sum(axis=axis), rtol=0, atol=1e-12
        )
    assert found.optimal_law.min() >= 0


def test_the_information_terms_of_the_table():
    """I(X1;Y|X2), I(X2;Y|X1) and I(X1,X2;Y), in nats."""
    rows = {
        "XOR": (0.693147, 0.693147, 0.693147),
        "AND": (0.346574, 0.346574, 0.562335),
        "BSC .1 .2": (0.247974, 0.072654, 0.440719),
        "XOR, one label in ten wrong": (0.368064, 0.368064, 0.368064),
    }
    right, wrong = ROWS["XOR"][0], gate(lambda a, b: 1 - (a ^ b))
    laws = {name: law for name, (law, _) in ROWS.items()} | {
        "XOR, one label in ten wrong": 0.9 * right + 0.1 * wrong
    }
    for name, expected in rows.items():
        found = partial_information(laws[name])
        terms = (found.conditional1, found.conditional2, found.information)
        np.testing.assert_allclose(terms, expected, atol=6e-7)


def test_shares_of_carriers_are_no_atoms():
    """Who is told "one view alone shows the label in 20 % of the rows" finds nothing unique."""
    shared, unique1, unique2, k = 0.4, 0.3, 0.2, 3
    found = partial_information(erasures(shared, unique1, unique2, k))
    expected = np.array([shared + unique2, unique1 - unique2, 0.0, unique2]) * np.log(k)
    np.testing.assert_allclose(atoms(found), expected, atol=2e-9)
    np.testing.assert_allclose(found.conditional2, unique2 * np.log(k), atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31))
def test_any_law_has_a_certified_gap_exact_marginals_and_no_negative_atom(seed):
    law = random_law(seed, most=7)
    found = partial_information(law)
    assert 0.0 <= found.gap <= 1e-9
    assert atoms(found).min() >= -1.1e-9
    for axis in (0, 1):
        assert np.abs(found.optimal_law.sum(axis) - law.sum(axis)).max() < 1e-12


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31))
def test_any_law_agrees_with_another_solver_within_both_gaps(seed):
    pytest.importorskip("cvxpy")
    law = random_law(seed)
    ours, theirs = (partial_information(law, solver=s) for s in ("interior-point", "clarabel"))
    assert theirs.gap < 1e-4
    assert np.abs(atoms(ours) - atoms(theirs)).max() <= ours.gap + theirs.gap + 1e-12


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31))
def test_relabelling_swapping_and_appended_noise(seed):
    law, rng = random_law(seed), np.random.default_rng(seed)
    whole = atoms(partial_information(law))
    swapped = atoms(partial_information(law, x1=1, x2=0))
    np.testing.assert_allclose(swapped, whole[[0, 2, 1, 3]], rtol=0, atol=3e-9)
    order = [rng.permutation(size) for size in law.shape]
    np.testing.assert_allclose(
        atoms(partial_information(law[np.ix_(*order)])), whole, rtol=0, atol=3e-9
    )
    noisy = law[:, None] * np.array([0.3, 0.7])[:, None, None]
    with_noise = partial_information(noisy, x1=[0, 1], x2=2, y=3)
    np.testing.assert_allclose(atoms(with_noise), whole, rtol=0, atol=3e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31))
def test_a_degraded_view_has_nothing_unique(seed):
    rng = np.random.default_rng(seed)
    first = rng.dirichlet(np.ones(6)).reshape(3, 2)
    channel = rng.dirichlet(np.full(4, 0.5), 3)
    found = partial_information(first[:, None, :] * channel[:, :, None])
    assert abs(found.unique2) <= 2e-9
    np.testing.assert_allclose(found.redundancy, found.information2, atol=2e-9)


def test_what_only_the_pair_marginals_decide():
    """Redundancy and unique parts depend on P(x1, y) and P(x2, y) only."""
    law = np.random.default_rng(0).dirichlet(np.ones(24)).reshape(3, 4, 2)
    independent = BrojaProgram.of_marginals(law.sum(1), law.sum(0)).independent_law()
    first, second = partial_information(law), partial_information(independent)
    np.testing.assert_allclose(atoms(first)[:3], atoms(second)[:3], atol=2e-9)
    assert first.synergy > second.synergy


def test_the_bound_holds_for_any_multipliers():
    law = np.random.default_rng(1).dirichlet(np.ones(18)).reshape(3, 3, 2)
    program = BrojaProgram.of_marginals(law.sum(1), law.sum(0))
    best = broja_law(program, 1e-10).value
    rng = np.random.default_rng(2)
    bounds = [program.bound(rng.normal(0, 3, 12)) for _ in range(50)]
    assert max(bounds) <= best
    assert program.bound(program.first_multipliers()) >= -program_entropy(law)


def program_entropy(law):
    """H(Y|X1)."""
    p = law.sum(axis=1)
    return float(-(p * np.log(p / p.sum(axis=1, keepdims=True))).sum())


def test_a_large_table_is_solved():
    law = np.random.default_rng(3).dirichlet(np.full(1800, 0.3)).reshape(30, 30, 2)
    found = partial_information(law)
    assert found.gap <= 1e-9
    assert np.abs(found.optimal_law.sum(0) - law.sum(0)).max() < 1e-12


def test_dit_gives_a_degraded_view_something_unique_at_some_of_its_random_starts():
    """Two binary symmetric channels: by Blackwell's order U2 = 0, at any start of the search."""
    found, state = [], np.random.get_state()  # noqa: NPY002
    law = noisy_copies(0.1, 0.2)
    words = ["".join(map(str, place)) for place in np.ndindex(law.shape)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dit = pytest.importorskip("dit")
        from dit.pid import PID_BROJA

        for seed in range(40):  # about half of the starts, by a seed that Python's hashes change
            np.random.seed(seed)  # noqa: NPY002
            decomposed = PID_BROJA(dit.Distribution(words, law.ravel()), [[0], [1]], [2])
            found.append([decomposed.get_pi(node) for node in (((0,), (1,)), ((1,),))])
            if found[-1][1] > 2e-3:
                break
    np.random.set_state(state)  # noqa: NPY002
    redundancy, unique2 = np.array(found).T
    ours = partial_information(law)
    assert ours.unique2 / BIT < 1e-8 < 1e-3 < unique2.max()
    assert abs(ours.redundancy / BIT - 0.278072) < 1e-6 < 1e-3 < 0.278072 - redundancy.min()


def test_tables_with_names_counts_and_groups():
    frame = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "label": [0, 1, 1, 0]})
    counts = frame.value_counts()
    found = partial_information(counts, x1="a", x2="b", y="label")
    np.testing.assert_allclose(found.synergy, BIT, atol=1e-9)
    assert "unique a 0.0000" in repr(found)
    law = np.random.default_rng(4).dirichlet(np.ones(16)).reshape(2, 2, 2, 2)
    merged = partial_information(law, x1=[0, 2], x2=1, y=3)
    by_hand = partial_information(law.transpose(0, 2, 1, 3).reshape(4, 2, 2))
    np.testing.assert_allclose(atoms(merged), atoms(by_hand), atol=2e-9)
    left_out = partial_information(law, x1=0, x2=1, y=3)
    np.testing.assert_allclose(atoms(left_out), atoms(partial_information(law.sum(2))), atol=2e-9)


def test_a_law_of_short_floats():
    law = np.random.default_rng(7).dirichlet(np.ones(36)).reshape(4, 3, 3)
    short = partial_information(law.astype(np.float32))
    np.testing.assert_allclose(atoms(short), atoms(partial_information(law)), atol=1e-5)


def test_a_constant_target_and_a_constant_view_tell_nothing():
    law = np.random.default_rng(5).dirichlet(np.ones(6)).reshape(2, 3, 1)
    np.testing.assert_allclose(atoms(partial_information(law)), 0.0, atol=1e-12)
    alone = partial_information(law.reshape(1, 2, 3))
    np.testing.assert_allclose(atoms(alone), [0, 0, alone.information2, 0], atol=1e-9)


def test_what_the_result_shows():
    found = partial_information(joint_law(ROWS["SUM"][0]))
    assert isinstance(found, PartialInformation)
    shown = found.to_dict()
    assert shown["information"] == pytest.approx(1.5 * BIT)
    assert np.shape(shown["optimal_law"]) == (2, 2, 3)
    frame = found.to_frame().set_index("quantity")
    assert frame.loc["redundancy", "value_bits"] == pytest.approx(0.5, abs=1e-8)
    assert frame.loc["I(X1,X2;Y)", "value_nats"] == pytest.approx(1.5 * BIT)
    assert frame.loc["I(X1;Y|X2)", "value_bits"] == pytest.approx(1.0)


def test_the_picture_is_a_bar_of_four_in_the_unit_asked_for():
    pytest.importorskip("matplotlib")
    ax = partial_information(ROWS["BSC .1 .2"][0]).plot(unit="bits")
    widths = [bar.get_width() for bar in ax.patches]
    np.testing.assert_allclose(widths, [0.252933, 0.278072, 0, 0.104818], atol=1e-6)
    assert ax.get_xlabel() == "bits"
    with pytest.raises(ValueError, match="unit is 'hartley'"):
        partial_information(ROWS["XOR"][0]).plot(unit="hartley")


@pytest.mark.parametrize(
    ("law", "options", "message"),
    [
        (np.full((2, 2, 2), 0.2), {}, "sums to 1.6"),
        (-np.ones((2, 2, 2)), {}, "holds -1"),
        (np.full((2, 2, 2), 0.125), {"y": 1}, "share no variable"),
        (np.full((2, 2), 0.25), {}, "y names 2"),
        (np.full((2, 2, 2), 0.125), {"solver": "ecos"}, "solver is 'ecos'"),
        (np.full((2, 2, 2), 0.125), {"tol": 0.0}, "tol is 0.0"),
        (np.full((40, 40, 40), 1 / 64000), {}, r"must be 3000 at most: merge symbols"),
    ],
)
def test_what_is_refused(law, options, message):
    with pytest.raises(ValueError, match=message):
        partial_information(law, **options)


def test_more_digits_than_floats_have_are_not_certified():
    law = np.random.default_rng(0).dirichlet(np.ones(27)).reshape(3, 3, 3)
    assert 0.0 < partial_information(law, tol=1e-13).gap <= 1e-13
    with pytest.raises(RuntimeError, match="tol is 1e-17, more digits than floats have"):
        partial_information(law, tol=1e-17)


def test_a_law_beside_the_marginals_has_a_gap_that_says_so():
    law = np.random.default_rng(8).dirichlet(np.ones(18)).reshape(3, 3, 2)
    program = BrojaProgram.of_marginals(law.sum(1), law.sum(0))
    best = broja_law(program, 1e-12)
    rng = np.random.default_rng(9)
    for _ in range(20):
        q = program.independent_law() * (1 + 1e-3 * rng.random(law.shape))
        multipliers = program.first_multipliers() + 1e-2 * rng.normal(size=12)
        assert abs(program.value(q) - best.value) <= program.gap(q, multipliers) + best.gap


def test_a_gap_that_is_not_reached_is_an_error(monkeypatch):
    monkeypatch.setattr("infometer.quantities.broja.MOST_STEPS", 3)
    law = np.random.default_rng(6).dirichlet(np.ones(200)).reshape(10, 10, 2)
    with pytest.raises(RuntimeError, match="more digits than floats have here; give tol="):
        partial_information(law)
