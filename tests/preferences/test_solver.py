import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from infometer.preferences import (
    ComparisonGraph,
    LaplacianSolver,
    laplacian_solver,
    solver_choice,
)
from infometer.preferences.conjugate_gradients import IterativeFactor

METHODS = ("auto", "dense", "lu", "cg")


def random_graph(seed, n=30, m=45, prior=0.0, parts=1):
    """With `parts` of them that no edge joins."""
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, n, (m * parts, 2)) // parts * parts
    pairs = np.minimum(pairs + rng.integers(0, parts, (len(pairs), 1)), n - 1)
    pairs = pairs[(pairs[:, 0] != pairs[:, 1]) & ((pairs[:, 0] - pairs[:, 1]) % parts == 0)]
    return ComparisonGraph(
        n_items=n,
        pairs=pairs,
        kind="cardinal",
        variances=rng.uniform(0.2, 5.0, len(pairs)),
        prior_precision=prior,
    )


def pseudo_inverse(graph):
    return np.linalg.pinv(graph.laplacian().toarray(), rcond=1e-11, hermitian=True)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    prior=st.sampled_from([0.0, 1e-4, 1.0]),
    parts=st.sampled_from([1, 3]),
    method=st.sampled_from(METHODS),
)
def test_solutions_variances_and_determinants_are_those_of_the_pseudo_inverse(
    seed, prior, parts, method
):
    graph = random_graph(seed, prior=prior, parts=parts)
    held, rng = pseudo_inverse(graph), np.random.default_rng(seed)
    solver = laplacian_solver(graph.laplacian(), method, row_sums=prior)
    b = graph.laplacian() @ rng.standard_normal((30, 2))
    np.testing.assert_allclose(solver.solve(b), held @ b, atol=1e-8)
    np.testing.assert_allclose(solver.solve(b[:, 0]), held @ b[:, 0], atol=1e-8)
    pairs = np.array([(u, v) for u in range(30) for v in range(u)])
    u, v = pairs.T
    exact = held[u, u] + held[v, v] - 2 * held[u, v]
    if prior == 0:
        exact[graph.components()[u] != graph.components()[v]] = np.inf
    np.testing.assert_allclose(solver.pair_variances(pairs), exact, rtol=1e-8)
    assert solver.worst_residual < 1e-9
    if method != "cg":
        values = np.linalg.eigvalsh(graph.laplacian().toarray())
        exact = np.log(values[values > 1e-9]).sum()
        assert solver.log_determinant() == pytest.approx(exact, abs=1e-8)


def test_variances_of_few_and_of_all_pairs_agree_under_a_weak_prior():
    graph = random_graph(2, prior=1e-10)
    solver = laplacian_solver(graph.laplacian(), row_sums=1e-10)
    pairs = np.array([(u, v) for u in range(30) for v in range(u)])
    few = np.concatenate([solver.pair_variances(some) for some in np.array_split(pairs, 100)])
    np.testing.assert_allclose(solver.pair_variances(pairs), few, rtol=1e-9)


def grid(side):
    at = np.arange(side * side).reshape(side, side)
    pairs = [np.stack([a.ravel(), b.ravel()], 1) for a, b in
             ((at[1:], at[:-1]), (at[:, 1:], at[:, :-1]))]  # fmt: skip
    return ComparisonGraph(
        n_items=side * side, pairs=np.vstack(pairs), kind="cardinal", variances=1.0
    )


def test_all_ways_agree_on_a_grid_and_superlu_takes_it_in_auto():
    graph = grid(46)
    pairs = [(0, 1), (0, 2115), (45, 2070), (1000, 1010)]
    solvers = [laplacian_solver(graph.laplacian(), method) for method in ("auto", "lu", "cg")]
    assert [type(solver._factor).__name__ for solver in solvers] == [
        "SparseFactor",
        "SparseFactor",
        "IterativeFactor",
    ]
    exact = solvers[0].pair_variances(pairs)
    for solver in solvers[1:]:
        np.testing.assert_allclose(solver.pair_variances(pairs), exact, rtol=1e-9)
    assert solvers[2].log_determinant() is None


def test_elimination_to_the_end_agrees_with_superlu_on_a_large_graph(monkeypatch):
    graph = grid(46)
    sparse = laplacian_solver(graph.laplacian())
    monkeypatch.setattr(solver_choice, "NARROW", 0)
    dense = laplacian_solver(graph.laplacian())
    assert type(dense._factor).__name__ == "DenseFactor"
    assert dense.log_determinant() == pytest.approx(sparse.log_determinant(), rel=1e-11)
    pairs = np.random.default_rng(0).permutation(2116).reshape(-1, 2)[:40]
    np.testing.assert_allclose(
        dense.pair_variances(pairs), sparse.pair_variances(pairs), rtol=1e-10
    )


def test_what_is_too_entangled_goes_to_conjugate_gradients_or_says_its_size(monkeypatch):
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, 400, (8000, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    graph = ComparisonGraph(n_items=400, pairs=pairs)
    monkeypatch.setattr(solver_choice, "DENSE_REST", 100)
    monkeypatch.setattr(solver_choice, "LARGEST_REST", 100)
    assert laplacian_solver(graph.laplacian()).method == "cg"
    with pytest.raises(ValueError, match=r"about \d+ would be left .* it takes 100: use 'cg'"):
        laplacian_solver(graph.laplacian(), "lu")


def test_a_solve_that_is_off_is_refined(monkeypatch):
    solver = laplacian_solver(grid(12).laplacian(), "cg")
    monkeypatch.setattr(IterativeFactor, "tolerance", 1e-6)
    object.__setattr__(solver._factor, "tolerance", 1e-6)
    b = np.zeros(144)
    b[0], b[100] = 1.0, -1.0
    solver.solve(b)
    assert 0 < solver.worst_residual < 1e-9


def test_every_solve_leaves_its_residual():
    solver = laplacian_solver(grid(5).laplacian())
    assert solver.worst_residual == 0.0
    solver.pair_variances([(0, 24)])
    first = solver.worst_residual
    assert 0 < first < 1e-12
    solver.pair_variances([(0, 1)])
    assert solver.worst_residual >= first


def test_solutions_have_the_mean_zero_in_each_part_without_prior():
    graph = ComparisonGraph(n_items=5, pairs=[(0, 1), (1, 2), (3, 4)])
    x = laplacian_solver(graph.laplacian()).solve([1, 0, -1, 2, -2])
    assert x[:3].sum() == pytest.approx(0, abs=1e-14)
    assert x[3:].sum() == pytest.approx(0, abs=1e-14)


def test_a_prior_on_one_part_only():
    graph = ComparisonGraph(n_items=5, pairs=[(0, 1), (2, 3), (3, 4)], kind="cardinal",
                            variances=1.0)  # fmt: skip
    held = np.array([0.5, 0.0, 0.0, 0.0, 0.0])
    matrix = graph.laplacian().toarray() + np.diag(held)
    solver = laplacian_solver(matrix)
    assert solver.singular.tolist() == [False, True]
    np.testing.assert_allclose(
        solver.pair_variances([(0, 1), (2, 4), (1, 2)]), [1.0, 2.0, np.inf], rtol=1e-12
    )
    assert solver.solve([1, 0, 0, 0, 0]).round(12).tolist() == [2.0, 2.0, 0.0, 0.0, 0.0]


def test_row_sums_that_the_matrix_has_rounded_away_are_kept():
    graph = ComparisonGraph(n_items=2, pairs=[(0, 1)], kind="cardinal", variances=1e-9)
    laplacian = graph.laplacian()
    assert laplacian_solver(laplacian).singular.tolist() == [True]
    solver = laplacian_solver(laplacian, row_sums=1e-9)
    exact = np.log(1e-9) + np.log(2e9)
    assert solver.log_determinant() == pytest.approx(exact, rel=1e-12)


PATH = np.array([[1.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 1.0]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: laplacian_solver(PATH, "qr"), "method is 'qr'; it must be one of auto"),
        (lambda: laplacian_solver(PATH[:2]), r"shape \(2, 3\); expected a square"),
        (lambda: laplacian_solver(PATH * np.nan), "not finite"),
        (lambda: laplacian_solver(abs(PATH)), "entries above 0 off its diagonal"),
        (lambda: laplacian_solver(np.triu(PATH)), "not symmetric"),
        (lambda: laplacian_solver(PATH - np.eye(3)), "row 0 of the laplacian sums to -1"),
        (lambda: laplacian_solver(PATH, row_sums=-1.0), "row 0 of the laplacian sums to -1"),
        (lambda: laplacian_solver(PATH).solve([1.0, 0.0]), r"shape \(2,\); expected \(3,\)"),
        (lambda: laplacian_solver(PATH).solve([1.0, 0.0, 0.0]), "does not sum to 0 over the 3"),
        (lambda: laplacian_solver(PATH).pair_variances([(0, 3)]), "pairs names items 0 to 3"),
        (lambda: laplacian_solver(PATH).pair_variances([(1, 1)]), "item 1 with itself"),
        (
            lambda: laplacian_solver(csr_array((2001, 2001)), "dense"),
            "'dense' with 2001 items, 0.0 GB; it takes 2000",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_conjugate_gradients_that_stall_say_so():
    factor = IterativeFactor(csr_array(PATH), tolerance=0.0)
    with pytest.raises(RuntimeError, match="have not converged after 40 iterations"):
        factor.solve(np.array([[1.0], [0.3], [-1.3]]))


def exact_resistance(n_items, pairs, weights, precision, pair):
    """By Cramer's rule in rational numbers."""
    full = [[Fraction(0)] * n_items for _ in range(n_items)]
    for (u, v), w in zip(pairs, weights, strict=True):
        w = Fraction(float(w))
        full[u][u] += w
        full[v][v] += w
        full[u][v] -= w
        full[v][u] -= w
    for i in range(n_items):
        full[i][i] += Fraction(precision)
    u, v = pair
    kept = [i for i in range(n_items) if precision or i != v]
    rows = [[full[i][j] for j in kept] + [Fraction((i == u) - (i == v))] for i in kept]
    for k in range(len(rows)):
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(len(rows)):
            if i != k:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    x = dict(zip(kept, (row[-1] for row in rows), strict=True))
    return float(x[u] - x.get(v, 0))


@pytest.mark.parametrize("precision", [0.0, 1e-12, 1e-6, 1.0])
@pytest.mark.parametrize("span", [0, 5, 9])
def test_pair_variances_are_exact_whatever_the_weights_span(span, precision):
    rng = np.random.default_rng(span)
    n = 9
    pairs = [(i, int(rng.integers(i))) for i in range(1, n)]
    pairs += [tuple(rng.choice(n, 2, replace=False).tolist()) for _ in range(9)]
    graph = ComparisonGraph(
        n_items=n, pairs=pairs, kind="cardinal", prior_precision=precision,
        variances=10.0 ** rng.uniform(-span, span, len(pairs)),
    )  # fmt: skip
    asked = list(itertools.combinations(range(n), 2))
    weights = graph.comparison_precisions()
    exact = [exact_resistance(n, pairs, weights, precision, pair) for pair in asked]
    solver = laplacian_solver(graph.laplacian(), row_sums=precision)
    one_by_one = [solver.pair_variances([pair])[0] for pair in asked]
    np.testing.assert_allclose(one_by_one, exact, rtol=1e-11)
    np.testing.assert_allclose(solver.pair_variances(asked), exact, rtol=1e-7)


@pytest.mark.parametrize("precision", [0.0, 0.5])
def test_pairs_of_many_components_are_solved_for_side_by_side(precision, monkeypatch):
    rng = np.random.default_rng(0)
    within = np.array([(0, 1), (1, 2), (2, 0), (2, 3)])
    pairs = np.concatenate([within + 4 * part for part in range(30)])
    graph = ComparisonGraph(n_items=120, pairs=pairs, kind="cardinal", prior_precision=precision,
                            variances=rng.uniform(1, 3, len(pairs)))  # fmt: skip
    dense = np.linalg.pinv(graph.laplacian().toarray())
    solver = laplacian_solver(graph.laplacian(), row_sums=precision)
    columns, solve = [], LaplacianSolver._refined

    def counted(self, b):
        columns.append(b.shape[1])
        return solve(self, b)

    monkeypatch.setattr(LaplacianSolver, "_refined", counted)
    for asked in (pairs, np.concatenate([pairs, pairs[:, ::-1], pairs]), pairs[:7]):
        u, v = asked.T
        expected = dense[u, u] + dense[v, v] - 2 * dense[u, v]
        np.testing.assert_allclose(solver.pair_variances(asked), expected, rtol=1e-9)
    assert max(columns) <= 4
    across = np.array([(0, 5), (7, 118)])
    u, v = across.T
    expected = dense[u, u] + dense[v, v] if precision else np.full(2, np.inf)
    np.testing.assert_allclose(solver.pair_variances(across), expected, rtol=1e-9)
