import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import jensenshannon
from scipy.special import logsumexp, rel_entr, softmax
from scipy.stats import entropy as scipy_entropy

from infometer.quantities import (
    chi_squared_divergence,
    divergence,
    fisher_rao_distance,
    jeffreys_divergence,
    jensen_shannon_divergence,
    kl_divergence,
    renyi_divergence,
    reverse_kl_divergence,
    squared_hellinger,
    total_variation,
)

PLAIN = ("kl", "reverse_kl", "jeffreys", "js", "tv", "hellinger2", "chi2")
KINDS = [(kind, None) for kind in PLAIN]
KINDS += [("renyi", order) for order in (0.0, 0.5, 1.0, 1.5, 2.0, 4.0, math.inf)]
SURE, UNSURE = np.array([1.0, 0.0]), np.array([math.exp(-1), 1 - math.exp(-1)])


def law_of(masses):
    """The masses as a law that leaves out the small ones."""
    masses = np.where(masses < 0.05, 0.0, masses)
    return masses / masses.sum() if masses.sum() else np.eye(len(masses))[0]


def laws(count):
    """As many laws on the same outcomes, from two to eight."""
    return st.integers(2, 8).flatmap(
        lambda m: st.tuples(*[arrays(float, m, elements=st.floats(0.0, 1.0)).map(law_of)] * count)
    )


def logits_of(p):
    with np.errstate(divide="ignore"):
        return np.log(p) + 3.0


def by_definition(p, q, kind, order):
    """The sums of the textbook, written out once more."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(p > 0, p / np.where(p > 0, q, 1.0), 0.0)
    middle = 0.5 * (p + q)
    if kind == "renyi" and order == 0.0:
        return -np.log(q[p > 0].sum()) if q[p > 0].sum() else math.inf
    if kind == "renyi" and order == math.inf:
        return np.log(ratio.max())
    if kind == "renyi" and order != 1.0:
        if order > 1.0 and ratio.max() == math.inf:
            return math.inf
        both = (p > 0) & (q > 0)
        total = (p[both] ** order * q[both] ** (1 - order)).sum()
        return np.log(total) / (order - 1) if total else math.inf
    found = {
        "kl": rel_entr(p, q).sum(),
        "renyi": rel_entr(p, q).sum(),
        "reverse_kl": rel_entr(q, p).sum(),
        "jeffreys": rel_entr(p, q).sum() + rel_entr(q, p).sum(),
        "js": 0.5 * (rel_entr(p, middle) + rel_entr(q, middle)).sum(),
        "tv": 0.5 * np.abs(p - q).sum(),
        "hellinger2": 1.0 - np.sqrt(p * q).sum(),
        "chi2": (p * np.where(p > 0, ratio, 0.0)).sum() - 1.0,
    }
    return found[kind]


@given(laws(2))
@settings(max_examples=60, deadline=None)
def test_each_kind_is_its_definition_from_probabilities_and_from_logits(drawn):
    p, q = drawn
    for kind, order in KINDS:
        expected = pytest.approx(by_definition(p, q, kind, order), rel=1e-10, abs=1e-12)
        assert divergence(p, q, kind, order) == expected, kind
        found = divergence(logits_of(p), logits_of(q), kind, order, from_logits=True)
        assert found == expected, kind


@given(laws(2))
@settings(max_examples=80, deadline=None)
def test_the_inequalities_between_them(drawn):
    p, q = drawn
    kl, tv, h2 = kl_divergence(p, q), total_variation(p, q), squared_hellinger(p, q)
    chi2, js = chi_squared_divergence(p, q), jensen_shannon_divergence(p, q)
    tiny = 1e-12
    assert tv**2 <= kl / 2 + tiny  # Pinsker
    assert h2 <= kl / 2 + tiny
    assert h2 <= tv + tiny
    assert tv <= math.sqrt(2 * h2 - h2**2) + 1e-7
    assert math.sqrt(2 * h2 - h2**2) <= math.sqrt(2 * h2) + tiny
    assert kl <= math.log1p(chi2) + tiny
    assert renyi_divergence(p, q, 2.0) == pytest.approx(math.log1p(chi2), rel=1e-10, abs=tiny)
    assert js <= math.log(2.0) + tiny
    assert h2 / 2 - tiny <= js <= 2 * math.log(2) * h2 + tiny
    assert 0 <= fisher_rao_distance(p, q) <= math.pi
    orders = (0.0, 0.3, 0.5, 0.999, 1.0, 1.001, 2.0, 5.0, math.inf)
    found = [renyi_divergence(p, q, order) for order in orders]
    assert all(a <= b + 1e-10 * (1 + abs(a)) for a, b in pairwise(found))
    values = [divergence(p, q, *kind) for kind in KINDS]
    assert min(values) >= 0.0


@given(laws(3))
@settings(max_examples=60, deadline=None)
def test_the_distances_obey_the_triangle_inequality(drawn):
    p, q, r = drawn
    distances = (
        total_variation,
        fisher_rao_distance,
        lambda a, b: math.sqrt(squared_hellinger(a, b)),
        lambda a, b: math.sqrt(jensen_shannon_divergence(a, b)),
    )
    for distance in distances:
        assert distance(p, r) <= distance(p, q) + distance(q, r) + 1e-9


def test_the_constant_of_the_paper_belongs_to_one_less_the_overlap():
    """Theorem 7.1 states d² ≤ KL/2 for the Hellinger distance d² = 2(1 - BC); it fails here."""
    kl, h2 = kl_divergence(SURE, UNSURE), squared_hellinger(SURE, UNSURE)
    assert kl == pytest.approx(1.0, abs=1e-12)
    assert h2 == pytest.approx(0.393469, abs=5e-7)
    assert 2 * h2 == pytest.approx(0.786939, abs=5e-7)
    assert 2 * h2 > kl / 2 > h2
    assert total_variation(SURE, UNSURE) == pytest.approx(0.632121, abs=5e-7)
    assert renyi_divergence(SURE, UNSURE, math.inf) == pytest.approx(1.0, abs=1e-12)


def test_a_coin_and_a_sure_outcome():
    assert jensen_shannon_divergence([0.5, 0.5], [1.0, 0.0]) == pytest.approx(0.215762, abs=5e-7)


def test_disjoint_laws_are_as_far_apart_as_there_is():
    p, q = [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]
    infinite = {"kl", "reverse_kl", "jeffreys", "chi2", "renyi"}
    for kind, order in KINDS:
        most = {"js": math.log(2), "tv": 1.0, "hellinger2": 1.0}.get(kind)
        found = divergence(p, q, kind, order)
        assert found == (math.inf if kind in infinite else pytest.approx(most, abs=1e-15)), kind
    assert fisher_rao_distance(p, q) == pytest.approx(math.pi, abs=1e-12)


def test_laws_that_are_almost_alike_keep_their_digits():
    step = 2.0**-30
    p, q = np.array([0.5 + step, 0.5 - step]), np.array([0.5, 0.5])
    squared = (2 * step) ** 2  # the squared Fisher length of the step, to leading order
    assert fisher_rao_distance(p, q) == pytest.approx(2 * step, rel=1e-7)
    assert squared_hellinger(p, q) == pytest.approx(squared / 8, rel=1e-7)
    assert jensen_shannon_divergence(p, q) == pytest.approx(squared / 8, rel=1e-5)
    assert chi_squared_divergence(p, q) == pytest.approx(squared, rel=1e-7)
    assert fisher_rao_distance(q, q) == squared_hellinger(q, q) == kl_divergence(q, q) == 0.0


@pytest.mark.parametrize("order", [1 - 1e-6, 1 + 1e-6, 1 - 1e-10, 1 + 1e-10])
def test_the_renyi_divergence_is_smooth_at_order_1(order):
    p, q = np.array([0.7, 0.2, 0.1]), np.array([0.2, 0.5, 0.3])
    slope = 0.5 * (p * (np.log(p / q) - kl_divergence(p, q)) ** 2).sum()
    expected = kl_divergence(p, q) + (order - 1) * slope
    assert renyi_divergence(p, q, order) == pytest.approx(expected, abs=1e-11)


def test_agreement_with_scipy():
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(50), (2, 9))
    assert np.allclose(kl_divergence(p, q), rel_entr(p, q).sum(-1), rtol=1e-12)
    assert np.allclose(kl_divergence(p, q), scipy_entropy(p, q, axis=-1), rtol=1e-12)
    root = jensenshannon(p, q, axis=-1)  # SciPy gives the root
    assert np.allclose(jensen_shannon_divergence(p, q), root**2, rtol=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_agreement_with_dit():
    dit = pytest.importorskip("dit")
    from dit.divergences import jensen_shannon_divergence as dit_js
    from dit.divergences import kullback_leibler_divergence as dit_kl

    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6])
    a, b = (dit.Distribution(["0", "1", "2"], list(law)) for law in (p, q))
    assert kl_divergence(p, q) / math.log(2) == pytest.approx(dit_kl(a, b), rel=1e-9)
    assert jensen_shannon_divergence(p, q) / math.log(2) == pytest.approx(dit_js([a, b]), rel=1e-9)
    assert total_variation(p, q) == pytest.approx(
        dit.divergences.variational_distance(a, b), rel=1e-9
    )


def test_logits_are_the_exact_softmax_also_where_it_underflows():
    low = np.array([0.0, -2000.0])
    p, q = np.array([0.0, -np.inf]), low
    assert kl_divergence(low, p, from_logits=True) == math.inf
    assert kl_divergence(p, q, from_logits=True) == 0.0
    assert kl_divergence([-2000.0, 0.0], low, from_logits=True) == pytest.approx(2000.0)
    shifted = np.array([0.0, -1990.0])
    assert renyi_divergence(low, shifted, math.inf, from_logits=True) == pytest.approx(0.0)
    assert renyi_divergence(shifted, low, math.inf, from_logits=True) == pytest.approx(10.0)
    # χ² of masses e^-900 and e^-1200 is e^-600: the squares and the quotients of them underflow
    found = chi_squared_divergence([0.0, -900.0], [0.0, -1200.0], from_logits=True)
    assert found == pytest.approx(math.exp(-600.0), rel=1e-9)


def test_rows_lie_along_the_axis_and_a_single_row_stands_beside_many():
    rng = np.random.default_rng(1)
    p, q = rng.dirichlet(np.ones(4), (2, 3, 3))
    expected = np.array([[kl_divergence(p[i, j], q[i, j]) for j in range(3)] for i in range(3)])
    assert np.array_equal(kl_divergence(p, q), expected)
    moved = kl_divergence(np.moveaxis(p, -1, 0), np.moveaxis(q, -1, 0), axis=0)
    assert np.allclose(moved, expected, rtol=1e-14)
    single = kl_divergence(p, q[0, 0])
    assert single.shape == (3, 3)
    assert single[2, 1] == kl_divergence(p[2, 1], q[0, 0])
    assert reverse_kl_divergence(p, q[0, 0])[2, 1] == kl_divergence(q[0, 0], p[2, 1])
    assert kl_divergence(q[0, 0], np.moveaxis(p, -1, 0), axis=0).shape == (3, 3)
    whole = kl_divergence(p / 9, q / 9, axis=None)
    assert whole == pytest.approx(expected.mean(), rel=1e-12)
    assert isinstance(whole, float)


@pytest.mark.parametrize(
    ("p_shape", "q_shape", "axis"),
    [((2, 4), (1, 4), -1), ((4,), (5,), -1), ((3, 4), (3, 1), -1), ((4, 3), (3,), 0),
     ((2, 2), (2,), None)],
)  # fmt: skip
def test_shapes_that_only_broadcast_are_refused(p_shape, q_shape, axis):
    p, q = np.full(p_shape, 1.0), np.full(q_shape, 1.0)
    with pytest.raises(ValueError, match=r"p has the shape .* and q has the shape .* single row"):
        kl_divergence(p, q, axis=axis)


def test_rows_outside_of_the_mask_are_not_looked_at():
    p = np.array([[0.5, 0.5], [np.nan, 3.0], [1.0, 0.0]])
    q = np.array([[0.25, 0.75], [0.5, 0.5], [-1.0, 0.0]])
    found = kl_divergence(p, q, mask=[True, False, False])
    assert found.tolist() == [kl_divergence(p[0], q[0]), 0.0, 0.0]
    found = kl_divergence([0.5, 0.5], p, mask=[True, False, False])
    assert found.tolist() == [0.0, 0.0, 0.0]
    found = jeffreys_divergence(p.T, q.T, axis=0, mask=[True, False, False], from_logits=True)
    assert found[0] > 0.0
    assert found[1:].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("mask", [[1, 0], [True], [[True, False]]])
def test_a_mask_of_another_type_or_shape_is_refused(mask):
    with pytest.raises(ValueError, match=r"mask has the type .* expected bool and \(2,\)"):
        kl_divergence(np.full((2, 2), 0.5), np.full((2, 2), 0.5), mask=mask)


@pytest.mark.parametrize(
    ("p", "options", "message"),
    [
        ([[0.5, 0.5], [2.0, -1.0]], {}, r"p holds -1 at \(1, 1\).*softmax"),
        ([[0.5, 0.5], [0.5, 0.6]], {}, "row 1 of p sums to 1.1"),
        ([[0.5, 0.5], [np.nan, 0.6]], {}, "p holds nan"),
        ([[0.0, 0.5], [np.nan, 0.6]], {"from_logits": True}, "row 1 of p holds nan"),
        ([[0.0, 0.5], [np.inf, 0.6]], {"from_logits": True}, "row 1 of p holds inf"),
        (np.array([[1j, 0.0]]), {"from_logits": True}, "p holds values of the type complex128"),
        ([["a", "b"]], {"from_logits": True}, "p holds values of the type <U1"),
        ([[0.0, 0.5], [-np.inf, -np.inf]], {"from_logits": True}, "row 1 of p holds -inf"),
        ([[0.5, 0.5], [0.5, 0.5]], {"axis": 2}, "axis is 2"),
        ([[], []], {}, "p is empty"),
        ([[], []], {"from_logits": True}, "p is empty"),
    ],
)
def test_what_is_no_law_is_named(p, options, message):
    with pytest.raises(ValueError, match=message):
        kl_divergence(p, np.full(np.shape(p), 0.5), **options)


def test_kinds_and_orders_that_do_not_go_together_are_refused():
    p = [0.5, 0.5]
    with pytest.raises(ValueError, match="kind is 'hellinger'; expected one of 'kl'"):
        divergence(p, p, "hellinger")
    with pytest.raises(ValueError, match="order is None with the kind 'renyi'"):
        divergence(p, p, "renyi")
    with pytest.raises(ValueError, match="order is 2 with the kind 'kl'"):
        divergence(p, p, "kl", 2)
    for order in (-0.5, math.nan):
        with pytest.raises(ValueError, match="not negative"):
            renyi_divergence(p, p, order)


def test_float32_in_many_outcomes_keeps_five_digits():
    rng = np.random.default_rng(2)
    logits = (3 * rng.normal(size=(2, 2, 50_000))).astype(np.float32)
    p, q = logits.astype(float)
    log_p, log_q = (z - logsumexp(z, axis=-1, keepdims=True) for z in (p, q))
    expected = (np.exp(log_p) * (log_p - log_q)).sum(-1)
    assert np.allclose(kl_divergence(*logits, from_logits=True), expected, rtol=1e-12)
    single = softmax(logits, axis=-1)
    assert single.dtype == np.float32
    assert np.allclose(kl_divergence(*single), expected, rtol=1e-5)
    assert np.allclose(kl_divergence(*single.swapaxes(1, 2), axis=0), expected, rtol=1e-5)


def test_js_makes_a_kernel_and_jeffreys_does_not():
    """exp(−βD) has no negative eigenvalue for Jensen-Shannon; for Jeffreys it goes below −0.095."""
    rng = np.random.default_rng(0)
    least = {"js": 0.0, "jeffreys": 0.0}
    for _ in range(20):
        points = rng.dirichlet(np.full(3, 0.1), 6)
        for kind in least:
            gram = np.exp(-0.3 * np.stack([divergence(points, point, kind) for point in points]))
            least[kind] = min(least[kind], np.linalg.eigvalsh(gram)[0])
    assert least["js"] > -1e-12
    assert least["jeffreys"] < -0.095
