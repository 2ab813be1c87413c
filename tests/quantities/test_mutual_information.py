import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score

from infometer.quantities import (
    JointLaw,
    conditional_entropy,
    joint_entropy,
    joint_law,
    mutual_information,
)

seeds = st.integers(0, 2**32 - 1)


def some_law(shape, seed):
    rng = np.random.default_rng(seed)
    cells = rng.gamma(0.5, size=shape) * (rng.random(shape) < 0.8)
    cells.flat[0] += 1e-6
    return cells / cells.sum()


def coin_entropy(e):
    return -e * np.log(e) - (1 - e) * np.log(1 - e)


def of_bits(label):
    """The law of two fair bits and the label, given by the probability that it is 1."""
    ones = np.array([[label(a, b) for b in (0, 1)] for a in (0, 1)])
    return np.stack([1 - ones, ones], axis=-1) / 4


def seen_through(first, second):
    """A fair bit y and what two binary symmetric channels show of it, as (x1, x2, y)."""
    one, two = ([[1 - e, e], [e, 1 - e]] for e in (first, second))
    return np.einsum("ay,by->aby", one, two) / 2


def chain(kernel, n):
    """The law of n letters, given p(next | all so far) and the law of the first."""
    p = np.array(kernel(()))
    for _ in range(n - 1):
        nexts = np.array([kernel(past) for past in np.ndindex(p.shape)])
        p = p[..., None] * nexts.reshape(*p.shape, -1)
    return p


# I(X1;Y|X2), I(X2;Y|X1), I(X1;X2), I(X1;X2|Y), I(X1,X2;Y) in nats
PAIRS = {
    "xor": (of_bits(lambda a, b: a ^ b), (0.693147, 0.693147, 0, 0.693147, 0.693147)),
    "and": (of_bits(lambda a, b: a & b), (0.346574, 0.346574, 0, 0.130812, 0.562335)),
    "noisy xor": (
        of_bits(lambda a, b: 0.9 if a ^ b else 0.1),
        (0.368064, 0.368064, 0, 0.368064, 0.368064),
    ),
    "two views": (seen_through(0.1, 0.2), (0.247974, 0.072654, 0.120090, 0, 0.440719)),
}


@pytest.mark.parametrize(("law", "expected"), PAIRS.values(), ids=PAIRS)
def test_two_views_and_a_label(law, expected):
    found = (
        mutual_information(law, 0, 2, given=1),
        mutual_information(law, 1, 2, given=0),
        mutual_information(law, 0, 1),
        mutual_information(law, given=2),
        mutual_information(law, [0, 1], 2),
    )
    assert found == pytest.approx(expected, abs=5e-7)


def test_what_a_prompt_has_told_after_each_letter():
    # Of prompt X and letters Y1..Y4; y1 is uniform, then each prompt has a kernel of its own.
    kernels = [[[0.9, 0.1], [0.3, 0.7]], [[0.5, 0.5], [0.6, 0.4]]]
    p = chain(lambda past: [0.5, 0.5] if len(past) < 2 else kernels[past[0]][past[-1]], 5)
    bits = [mutual_information(p, 0, range(1, t + 1)) / np.log(2) for t in (1, 2, 3, 4)]
    assert bits == pytest.approx([0, 0.1067234, 0.2068579, 0.2961033], abs=5e-8)


def test_the_second_letter_of_a_chain_of_order_2_tells_more_of_the_past():
    # (W_{t-2}, W_{t-1}, W_t, W_{t+1}), the first two stationary
    ones = np.array([[0.9, 0.2], [0.6, 0.1]])
    kernel = np.stack([1 - ones, ones], axis=-1)
    start = np.array([[1 / 6, 3 / 8], [3 / 8, 1 / 12]])
    assert np.einsum("ab,abc->bc", start, kernel) == pytest.approx(start)
    law = JointLaw(np.einsum("ab,abc,bcd->abcd", start, kernel, kernel), ("a", "b", "now", "next"))
    past = ["a", "b"]
    assert mutual_information(law, past, "now") == pytest.approx(0.1683699011, abs=5e-11)
    both = mutual_information(law, past, ["now", "next"])
    assert both == pytest.approx(0.1987220175, abs=5e-11)
    surplus = mutual_information(law, past, "next", given="now")
    assert surplus == pytest.approx(0.0303521165, abs=5e-11)
    first = mutual_information(law, past, "now")
    assert surplus == pytest.approx(both - first, abs=1e-14)
    # 0.521301027 has been given for H(next|now): it is the entropy rate, given one letter more
    rate = conditional_entropy(law, "next", given=["b", "now"])
    e, f, g = (coin_entropy(x) for x in (0.1, 0.2, 0.6))
    assert rate == pytest.approx(e / 4 + 3 / 8 * (f + g), abs=1e-14)
    assert rate == pytest.approx(0.521301027, abs=5e-10)
    assert conditional_entropy(law, "next", given="now") == pytest.approx(rate + surplus, abs=1e-14)


@pytest.mark.parametrize(("flip", "surplus"), [(0.1, 0.3680642072), (0, np.log(2)), (0.5, 0)])
def test_a_chain_with_a_delay_of_two_tells_it_with_the_second_letter(flip, surplus):
    def kernel(past):
        one = 0.5 if len(past) < 2 else (1 - flip if past[-2] else flip)
        return [1 - one, one]

    p = chain(kernel, 4)  # W_{t-1}, W_t, W_{t+1}, W_{t+2}
    second, third = (mutual_information(p, 0, y, given=1) for y in (2, [2, 3]))
    assert (second, third) == pytest.approx((surplus, surplus), abs=5e-11)


def test_a_chain_of_order_1_has_told_all_with_the_first_letter():
    rng = np.random.default_rng(0)
    kernels = rng.dirichlet(np.ones(3), size=4)
    p = chain(lambda past: kernels[past[-1] if past else 3], 4)
    assert mutual_information(p, 0, [2, 3], given=1) < 1e-15 < mutual_information(p, 0, [2, 3])


def test_a_latent_plan_shows_in_the_second_letter_alone():
    m = 5
    p = np.einsum("z,w,zn->zwn", np.full(m, 1 / m), [0.3, 0.7], np.eye(m))
    assert mutual_information(p, 0, 1) == pytest.approx(0, abs=1e-15)
    assert mutual_information(p, 0, 2, given=1) == pytest.approx(np.log(m), rel=1e-14)


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_what_holds_for_any_law(seed):
    rng = np.random.default_rng(seed)
    p = some_law(tuple(rng.integers(1, 5, 4)), seed)

    def information(x, y, given=()):
        return mutual_information(p, x, y, given)

    assert information(0, [1, 2]) == pytest.approx(information([2, 1], 0), abs=1e-13)
    chained = information(0, 1, 3) + information(0, 2, [1, 3])
    assert information(0, [1, 2], given=3) == pytest.approx(chained, abs=1e-13)
    assert information(0, 1) <= min(joint_entropy(p, 0), joint_entropy(p, 1)) + 1e-13
    lost = joint_entropy(p, 0) - conditional_entropy(p, 0, given=[1, 2])
    assert information(0, [1, 2]) == pytest.approx(lost, abs=1e-13)
    product = np.einsum("i,j->ij", p.sum((1, 2, 3)), p.sum((0, 2, 3)))
    pair = p.sum((2, 3))
    some = pair > 0
    divergence = (pair[some] * np.log(pair[some] / product[some])).sum()
    assert information(0, 1) == pytest.approx(divergence, abs=1e-13)


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_processing_adds_nothing(seed):
    rng = np.random.default_rng(seed)
    pair, channel = some_law((4, 5), seed), rng.dirichlet(np.full(3, 0.3), size=5)
    p = np.einsum("xy,yz->xyz", pair, channel)
    assert mutual_information(p, 0, 2) <= mutual_information(p, 0, 1) + 1e-13
    assert mutual_information(p, 0, 2, given=1) < 1e-13
    relabelled = pair[rng.permutation(4)][:, rng.permutation(5)]
    assert mutual_information(relabelled) == pytest.approx(mutual_information(pair), abs=1e-13)


def test_of_counts_it_is_the_score_of_scikit_learn():
    counts = np.random.default_rng(0).integers(0, 9, size=(6, 4))
    expected = mutual_info_score(None, None, contingency=counts)
    assert mutual_information(counts) == pytest.approx(expected, rel=1e-13)


@pytest.mark.filterwarnings("ignore")
def test_dit_has_the_same_figures():
    dit = pytest.importorskip("dit")
    p = some_law((2, 3, 2, 2), 1)
    law = dit.Distribution(list(np.ndindex(p.shape)), p.ravel())
    for x, y, z in (([0], [1], []), ([0, 3], [2], []), ([0], [1], [2, 3]), ([0, 1], [2], [3])):
        bits = dit.multivariate.coinformation(law, [x, y], z)
        assert mutual_information(p, x, y, z) == pytest.approx(bits * np.log(2), abs=1e-9)


def test_what_is_refused():
    law = joint_law(some_law((2, 2, 2), 0))
    with pytest.raises(ValueError, match="x and y both name 0"):
        mutual_information(law, 0, [0, 1])
    with pytest.raises(ValueError, match="y names 1; the variables of this law are 0"):
        mutual_information([0.5, 0.5])
    with pytest.raises(ValueError, match="law sums to 100"):
        mutual_information([[40.0, 10.0], [10.0, 40.0]])
