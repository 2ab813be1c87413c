import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from infometer.quantities import MarkovKernel, dobrushin_coefficient

RNG = np.random.default_rng(0)


def random_kernel(n, m, rng=RNG):
    return MarkovKernel(rng.dirichlet(np.ones(m), n))


def flip(epsilon):
    return MarkovKernel([[1 - epsilon, epsilon], [epsilon, 1 - epsilon]])


def same(first, second):
    return first.matrix.shape == second.matrix.shape and np.allclose(
        first.matrix, second.matrix, rtol=0, atol=1e-14
    )


def swap(n, m):
    return MarkovKernel.from_function(lambda place: place % m * n + place // m, n * m, n * m)


K, L, M = random_kernel(3, 4), random_kernel(4, 2), random_kernel(2, 5)
identity, copy, discard = MarkovKernel.identity, MarkovKernel.copy, MarkovKernel.discard


def test_composition_is_the_product_of_matrices_in_the_order_of_the_arrows():
    assert same(K @ L, MarkovKernel(K.matrix @ L.matrix))
    assert (K @ L).matrix.shape == (3, 2)
    assert np.allclose((K @ L).push([0, 1, 0]), L.push(K.push([0, 1, 0])))


def test_composition_is_associative_and_has_units():
    assert same((K @ L) @ M, K @ (L @ M))
    assert same(identity(3) @ K, K)
    assert same(K @ identity(4), K)


def test_whatever_is_done_before_it_is_discarded_was_not_done():
    assert same(K @ discard(4), discard(3))


def test_copy_is_commutative_associative_and_has_a_unit():
    n = 3
    assert same(copy(n) @ swap(n, n), copy(n))
    assert same(copy(n) @ copy(n).tensor(identity(n)), copy(n) @ identity(n).tensor(copy(n)))
    assert same(copy(n) @ discard(n).tensor(identity(n)), identity(n))
    assert same(copy(n) @ identity(n).tensor(discard(n)), identity(n))


def test_the_interchange_law():
    first, second = random_kernel(2, 3), random_kernel(3, 2)
    assert same(K.tensor(first) @ L.tensor(second), (K @ L).tensor(first @ second))


def test_swapping_is_natural():
    assert same(swap(3, 4) @ L.tensor(K), K.tensor(L) @ swap(4, 2))


@pytest.mark.parametrize(
    ("kernel", "deterministic"),
    [
        (MarkovKernel.from_function(lambda i: i * i % 3, 4, 3), True),
        (MarkovKernel([[1, 0], [1, 0]]), True),
        (MarkovKernel([[1, 0], [1 - 1e-6, 1e-6]]), False),
        (flip(0.5), False),
        (K, False),
    ],
)
def test_a_kernel_is_deterministic_iff_two_runs_are_two_copies_of_one(kernel, deterministic):
    n, m = kernel.matrix.shape
    assert kernel.is_deterministic() is deterministic
    assert same(kernel @ copy(m), copy(n) @ kernel.tensor(kernel)) is deterministic


def test_nearly_deterministic_is_deterministic_to_a_tolerance():
    assert MarkovKernel([[1, 0], [1 - 1e-6, 1e-6]]).is_deterministic(tol=1e-5)
    assert not flip(0.5).is_deterministic(tol=0.4)


@given(
    arrays(float, (3, 4), elements=st.floats(0.01, 1.0)),
    st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3),
)
@settings(max_examples=30, deadline=None)
def test_the_bayes_inverse_has_the_same_joint_law_and_twice_is_the_kernel(weights, prior):
    kernel = MarkovKernel(weights / weights.sum(axis=1, keepdims=True))
    p = np.array(prior) / np.sum(prior)
    inverse = kernel.bayes_inverse(p)
    q = kernel.push(p)
    assert np.allclose(inverse.joint(q).T, kernel.joint(p), rtol=1e-12)
    assert np.allclose(inverse.push(q), p, rtol=1e-12)
    assert np.allclose(inverse.bayes_inverse(q).matrix, kernel.matrix, rtol=1e-12)
    assert inverse.mutual_information(q) == pytest.approx(kernel.mutual_information(p), abs=1e-14)


def test_the_marginals_of_the_joint_law():
    p = np.array([0.2, 0.3, 0.5])
    assert np.allclose(K.joint(p).sum(axis=1), p)
    assert np.allclose(K.joint(p).sum(axis=0), K.push(p))
    assert np.allclose(K.push([p, [1, 0, 0]]), [p @ K.matrix, K.matrix[0]])
    pair = (copy(3) @ identity(3).tensor(K)).push(p)  # the string diagram of the joint law
    assert np.allclose(pair.reshape(3, 4), K.joint(p))


def test_the_information_of_known_channels():
    uniform = [0.5, 0.5]
    h = -0.1 * math.log(0.1) - 0.9 * math.log(0.9)
    assert flip(0.1).mutual_information(uniform) == pytest.approx(math.log(2) - h, abs=1e-15)
    assert flip(0.5).mutual_information(uniform) == 0.0
    assert identity(3).mutual_information([0.5, 0.25, 0.25]) == pytest.approx(1.5 * math.log(2))
    assert discard(3).mutual_information([0.5, 0.25, 0.25]) == 0.0
    assert K.mutual_information([0, 1, 0]) == 0.0
    erasure = MarkovKernel([[0.7, 0, 0.3], [0, 0.7, 0.3]])
    assert erasure.mutual_information(uniform) == pytest.approx(0.7 * math.log(2), abs=1e-15)


def test_the_information_is_that_of_entropies():
    p = RNG.dirichlet(np.ones(3))

    def entropy(law):
        return -(law * np.log(law)).sum(axis=-1)

    expected = entropy(K.push(p)) - p @ entropy(K.matrix)
    assert K.mutual_information(p) == pytest.approx(expected, abs=1e-14)


def test_no_later_kernel_adds_information():
    for _ in range(20):
        p, first, second = RNG.dirichlet(np.ones(3)), random_kernel(3, 4), random_kernel(4, 5)
        assert (first @ second).mutual_information(p) <= first.mutual_information(p) + 1e-15


def test_the_capacity_of_known_channels():
    h = -0.1 * math.log(0.1) - 0.9 * math.log(0.9)
    assert flip(0.1).capacity().capacity == pytest.approx(math.log(2) - h, abs=1e-8)
    z_channel = MarkovKernel([[1, 0], [0.5, 0.5]]).capacity()
    assert z_channel.capacity == pytest.approx(math.log(5) - 2 * math.log(2), abs=1e-8)


def test_labels_are_kept_along_the_arrows():
    weather = MarkovKernel(
        pd.DataFrame([[0.9, 0.1], [0.4, 0.6]], index=["sun", "rain"], columns=["sun", "rain"])
    )
    seen = MarkovKernel([[0.8, 0.2], [0.3, 0.7]], source=["sun", "rain"], target=["dry", "wet"])
    path = weather @ seen
    assert (path.source, path.target) == (("sun", "rain"), ("dry", "wet"))
    inverse = path.bayes_inverse([0.5, 0.5])
    assert (inverse.source, inverse.target) == (path.target, path.source)
    pair = weather.tensor(identity(2))
    assert pair.source == (("sun", 0), ("sun", 1), ("rain", 0), ("rain", 1))
    assert np.array_equal((weather @ copy(2)).source, ["sun", "rain"])
    assert "sun" in repr(weather)
    with pytest.raises(ValueError, match=r"target of the first kernel is \('dry', 'wet'\)"):
        seen @ weather


def test_a_series_in_another_order_than_the_source_is_refused():
    kernel = MarkovKernel([[1, 0], [0, 1]], source=["a", "b"])
    law = pd.Series({"b": 0.25, "a": 0.75})
    with pytest.raises(ValueError, match=r"p\.reindex"):
        kernel.push(law)
    assert kernel.push(law.reindex(kernel.source)).tolist() == [0.75, 0.25]


def test_numpy_takes_a_kernel_for_its_matrix():
    p, f = np.array([0.2, 0.3, 0.5]), np.array([1.0, 2.0, 3.0, 4.0])
    assert np.array_equal(p @ K, K.push(p))
    assert np.array_equal(K @ f, K.matrix @ f)
    assert dobrushin_coefficient(K) == K.dobrushin()


def test_a_kernel_is_a_value():
    rows = np.array([[0.5, 0.5]])
    kernel = MarkovKernel(rows)
    rows[0] = [1, 0]
    assert kernel.matrix.tolist() == [[0.5, 0.5]]
    with pytest.raises(ValueError, match="read-only"):
        kernel.matrix[0, 0] = 1.0
    with pytest.raises(AttributeError):
        kernel.matrix = rows


def test_a_kernel_of_half_precision_composes_with_itself():
    rows = RNG.dirichlet(np.ones(50), 50).astype(np.float32)
    kernel = MarkovKernel(rows / rows.sum(axis=1, keepdims=True))
    for _ in range(10):
        kernel = kernel @ kernel
    assert np.allclose(kernel.push(np.full(50, 0.02)).sum(), 1.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MarkovKernel([[0.5, 0.5], [0.5, 0.4]]), "row 1 of matrix sums to 0.9"),
        (lambda: MarkovKernel([[1.5, -0.5]]), r"matrix holds -0.5 at \(0, 1\)"),
        (lambda: MarkovKernel([0.5, 0.5]), "matrix has the shape"),
        (lambda: MarkovKernel(pd.Series([0.5, 0.5])), "matrix has the shape"),
        (lambda: MarkovKernel.identity(0), "matrix has the shape"),
        (lambda: MarkovKernel([[1, 0]], source=["a", "b"]), "source is .* expected 1"),
        (lambda: MarkovKernel([[1, 0]], target=["a", "a"]), "target is .* expected 2"),
        (lambda: K @ K, "3 → 4 symbols cannot come before one of 3 → 4"),
        (lambda: K.push([0.5, 0.5]), "expected 3 probabilities"),
        (lambda: K.joint([[0.2, 0.3, 0.5]]), "one law"),
        (lambda: K.mutual_information([0.2, 0.3, 0.6]), "sums to 1.1"),
        (lambda: MarkovKernel.copy(216), "216 × 46656 probabilities is too large"),
        (lambda: random_kernel(60, 60).tensor(random_kernel(60, 60)), "too large"),
        (lambda: MarkovKernel.from_function(lambda i: i, 3, 2), r"function\(2\) is 2"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
