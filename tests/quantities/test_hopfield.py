import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.quantities import hopfield_energy, hopfield_step, retrieval_error_bound

PATTERNS = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
seeds, betas = st.integers(0, 10**6), st.floats(0.01, 100.0)


def random_patterns(seed):
    rng = np.random.default_rng(seed)
    n, d = rng.integers(1, 8), rng.integers(1, 6)
    return rng, rng.normal(size=(n, d)) * rng.uniform(0.1, 3.0)


def test_the_known_descent():
    query, energies = np.array([0.5, 0.2]), []
    for _ in range(4):
        energies.append(hopfield_energy(query, PATTERNS, beta=2))
        query = hopfield_step(query, PATTERNS, beta=2)
    assert energies == pytest.approx([-0.6156296, -0.6267001, -0.6303705, -0.6338489], abs=5e-8)
    weights = [0.5937724, 0.3258692, 0.0803584]
    expected = np.array(weights) @ PATTERNS
    assert hopfield_step([0.5, 0.2], PATTERNS, beta=2) == pytest.approx(expected, abs=1e-7)


@given(seeds, betas)
@settings(max_examples=100, deadline=None)
def test_a_step_never_raises_the_energy(seed, beta):
    rng, patterns = random_patterns(seed)
    queries = rng.normal(size=(5, patterns.shape[1])) * 3
    after = hopfield_step(queries, patterns, beta)
    before = hopfield_energy(queries, patterns, beta)
    assert (hopfield_energy(after, patterns, beta) <= before + 1e-11 * (1 + abs(before))).all()


@given(seeds, betas)
@settings(max_examples=50, deadline=None)
def test_the_step_is_down_the_gradient_and_the_energy_not_below_its_constants(seed, beta):
    rng, patterns = random_patterns(seed)
    query = rng.normal(size=patterns.shape[1])
    h = 1e-6
    slope = [
        hopfield_energy(query + h * e, patterns, beta)
        - hopfield_energy(query - h * e, patterns, beta)
        for e in np.eye(len(query))
    ]
    gradient = query - hopfield_step(query, patterns, beta)
    assert np.allclose(np.array(slope) / (2 * h), gradient, atol=1e-4 * beta + 1e-5)
    constants = np.log(len(patterns)) / beta + 0.5 * (patterns**2).sum(axis=1).max()
    assert hopfield_energy(query, patterns, beta) + constants >= -1e-12


@given(seeds)
@settings(max_examples=50, deadline=None)
def test_the_energy_is_the_least_of_a_variational_family(seed):
    # -log Σ exp s = min over laws q of -Σ q s - H(q), at q = softmax(s)
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=6) * 5
    least = -np.log(np.exp(scores - scores.max()).sum()) - scores.max()
    best = np.exp(scores + least)
    others = rng.dirichlet(np.ones(6), 20)
    assert hopfield_energy([1.0], scores[:, None]) == pytest.approx(least + 0.5, abs=1e-12)
    assert -best @ scores + best @ np.log(best) == pytest.approx(least, abs=1e-12)
    assert (-others @ scores + (others * np.log(others)).sum(axis=1) >= least - 1e-12).all()


def test_a_batch_of_queries_and_large_scores():
    queries = np.random.default_rng(0).normal(size=(2, 3, 2))
    energies, steps = hopfield_energy(queries, PATTERNS), hopfield_step(queries, PATTERNS)
    assert energies.shape == (2, 3)
    assert steps.shape == (2, 3, 2)
    assert energies[1, 2] == pytest.approx(hopfield_energy(queries[1, 2], PATTERNS))
    assert np.allclose(steps[1, 2], hopfield_step(queries[1, 2], PATTERNS))
    assert np.isfinite(hopfield_energy([1e4, 0.0], PATTERNS, beta=100))
    assert hopfield_step([1e4, 0.0], PATTERNS, beta=100).tolist() == [1.0, 0.0]


def test_tensors_stay_tensors_and_a_step_is_attention():
    torch = pytest.importorskip("torch")
    generator = torch.Generator().manual_seed(0)
    query = torch.randn(4, 3, generator=generator, dtype=torch.float64, requires_grad=True)
    patterns = torch.randn(7, 3, generator=generator, dtype=torch.float64)
    energy, step = hopfield_energy(query, patterns, 0.5), hopfield_step(query, patterns, 0.5)
    arrays = query.detach().numpy(), patterns.numpy(), 0.5
    assert np.allclose(energy.detach().numpy(), hopfield_energy(*arrays), rtol=1e-13)
    assert np.allclose(step.detach().numpy(), hopfield_step(*arrays), rtol=1e-13)
    attention = torch.nn.functional.scaled_dot_product_attention(
        query, patterns, patterns, scale=0.5
    )
    assert torch.allclose(step, attention)
    (gradient,) = torch.autograd.grad(energy.sum(), query)
    assert torch.allclose(gradient, query - step)
    assert hopfield_energy(query.half(), patterns.half()).dtype == torch.float32
    with pytest.raises(ValueError, match="only query is a tensor"):
        hopfield_energy(query, patterns.numpy())


@given(seeds, st.floats(0.1, 50.0), st.floats(0.0, 0.5))
@settings(max_examples=100, deadline=None)
def test_no_retrieval_errs_by_more_than_the_bound(seed, beta, distance):
    rng = np.random.default_rng(seed)
    patterns = rng.normal(size=(rng.integers(1, 7), 4))
    away = rng.normal(size=patterns.shape)
    away *= distance / np.linalg.norm(away, axis=1, keepdims=True)
    error = np.linalg.norm(hopfield_step(patterns + away, patterns, beta) - patterns, axis=1)
    assert (error <= retrieval_error_bound(patterns, beta, distance) + 1e-12).all()
    own = np.linalg.norm(away, axis=1)
    assert (error <= retrieval_error_bound(patterns, beta, own) + 1e-12).all()


def test_the_bound_is_the_formula_of_the_paper_where_it_says_something():
    patterns, beta, r = 2 * np.eye(5), 4.0, 0.25
    formula = 2 * 4 * 2 * np.exp(-beta * (4 - 2 * r * 2))
    assert retrieval_error_bound(patterns, beta, r) == pytest.approx(np.full(5, formula), rel=1e-13)
    assert retrieval_error_bound(patterns, beta, 10.0).tolist() == [4.0] * 5
    assert retrieval_error_bound([[1.0, 2.0]]).tolist() == [0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hopfield_energy([1, 2, 3], PATTERNS), r"expected \(..., 2\)"),
        (lambda: hopfield_energy([1, 2], [1, 2]), r"patterns has the shape \(2,\)"),
        (lambda: hopfield_step([1, np.nan], PATTERNS), "query holds NaN"),
        (lambda: hopfield_step([1, 2], PATTERNS, beta=0), "beta is 0"),
        (lambda: retrieval_error_bound(PATTERNS, distance=-1.0), "distance is -1"),
        (lambda: retrieval_error_bound(PATTERNS, distance=[0.1, 0.2]), "one for each of the 3"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
