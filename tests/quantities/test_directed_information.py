import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.quantities import (
    CausalKernels,
    JointLaw,
    directed_information,
    kernel_directed_information,
)

BITS = math.log(2.0)
FAIR = [0.5, 0.5]
few = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def bit(p):
    return [1 - p, p]


def flip(p):
    return [bit(p), bit(1 - p)]


def h(p):
    return -(p * math.log(p) + (1 - p) * math.log(1 - p))


SYSTEMS = {
    "A": (lambda x, y: FAIR, lambda x, y: flip(0.11)[x[-1]]),
    "B": (lambda x, y: flip(0.3)[x[-1]] if x else FAIR, lambda x, y: flip(0.2)[x[-1]]),
    "C": (lambda x, y: flip(0.1)[y[-1]] if y else FAIR, lambda x, y: flip(0.2)[x[-1]]),
    "D": (lambda x, y: FAIR, lambda x, y: flip(0.1)[x[-2]] if y else FAIR),
    "E": (
        lambda x, y: bit(0.2 + 0.3 * x[-1] + 0.4 * y[-1]) if x else FAIR,
        lambda x, y: bit(0.1 + 0.6 * x[-1] + 0.2 * (y[-1] if y else 0)),
    ),
}
KNOWN_BITS = [  # forward, reverse, mutual information
    ("A", 5, 2.5004202, 0.0, 2.5004202),
    ("B", 5, 1.3270996, 0.0, 1.3270996),
    ("C", 5, 0.6973450, 1.4310031, 2.1283481),
    ("D", 5, 2.1240176, 0.0, 2.1240176),
    ("E", 4, 0.9027299902, 0.2355491967, 1.1382791869),
]
PRINTED = {"A": 1e-7, "B": 1e-7, "C": 1e-7, "D": 1e-7, "E": 1e-10}


def kernels_of(name):
    return CausalKernels.from_functions(*SYSTEMS[name])


def names(letter, n):
    return [f"{letter}{t}" for t in range(1, n + 1)]


def flow_of(law, n):
    return directed_information(law, names("x", n), names("y", n))


def mutual_information(p, n_x):
    """I of the first `n_x` axes and the rest, apart from the code under test."""
    table = p.reshape(math.prod(p.shape[:n_x]), -1)
    rest = table.sum(1, keepdims=True) * table.sum(0)
    seen = table > 0
    return float((table[seen] * np.log(table[seen] / rest[seen])).sum())


def random_law(seed, shape):
    return np.random.default_rng(seed).dirichlet(np.full(math.prod(shape), 0.3)).reshape(shape)


@pytest.mark.parametrize(("name", "n", "forward", "reverse", "together"), KNOWN_BITS)
@pytest.mark.parametrize("way", ["enumeration", "recursion"])
def test_the_known_values(name, n, forward, reverse, together, way):
    kernels = kernels_of(name)
    by_law = way == "enumeration"
    flow = flow_of(kernels.law(n), n) if by_law else kernel_directed_information(kernels, n)
    found = np.array([flow.forward, flow.reverse, flow.mutual_information]) / BITS
    assert found == pytest.approx([forward, reverse, together], abs=PRINTED[name])


def test_a_delayed_channel_has_no_instantaneous_part():
    flow = flow_of(kernels_of("D").law(5), 5)
    assert flow.instantaneous == pytest.approx(0.0, abs=1e-12)
    assert flow.forward == pytest.approx(4 * (math.log(2) - h(0.1)))
    assert flow.delayed == pytest.approx(flow.forward)


@given(seeds, st.sampled_from([(2, 2, 2, 2), (2, 3, 3, 2), (2, 2, 2, 2, 2, 2), (3, 1, 2, 2)]))
@few
def test_conservation_bounds_and_split_hold_for_any_law(seed, shape):
    n = len(shape) // 2
    p = random_law(seed, shape)
    flow = directed_information(p, range(n), range(n, 2 * n))
    together = mutual_information(p, n)
    assert flow.mutual_information == pytest.approx(together, abs=1e-12)
    assert 0 <= flow.forward <= together + 1e-12
    assert 0 <= flow.instantaneous <= flow.forward + 1e-12
    shifted = directed_information(  # y one step later against x: I(X^{n−1} → Y^n) by itself
        p[None, ..., None], [0, *range(1, n + 1)], [*range(n + 1, 2 * n + 1), 2 * n + 1]
    )
    assert flow.delayed == pytest.approx(shifted.forward, abs=1e-12)


@given(seeds)
@few
def test_it_agrees_with_dit(seed):
    dit = pytest.importorskip("dit")
    p = random_law(seed, (2, 2, 2, 2, 2, 2))  # x1 x2 y1 y2 z1 z2
    d = dit.Distribution.from_ndarray(p)
    flow = directed_information(p, [0, 1], [2, 3], condition_on=[4, 5])

    def information(x, y, given):
        return (
            BITS * dit.shannon.mutual_information(d, x, y)
            if not given
            else BITS
            * (
                dit.shannon.conditional_entropy(d, x, given)
                + dit.shannon.conditional_entropy(d, y, given)
                - dit.shannon.conditional_entropy(d, x + y, given)
            )
        )

    steps = [information([0], [2], [4]), information([0, 1], [3], [2, 4, 5])]
    assert flow.forward_steps == pytest.approx(steps, abs=1e-9)
    assert flow.reverse_steps == pytest.approx([0, information([2], [1], [0, 4, 5])], abs=1e-9)
    instant = [information([0], [2], [4]), information([1], [3], [0, 2, 4, 5])]
    assert flow.instantaneous_steps == pytest.approx(instant, abs=1e-9)


def random_kernels(rng, source=None, channel=None):
    """Kernels of full memory over two steps: the table of a law for every past."""
    source = rng.dirichlet(np.ones(2), (3, 3)) if source is None else source
    channel = rng.dirichlet(np.ones(2), (3, 3, 2)) if channel is None else channel

    def old(letters):
        return letters[0] + 1 if letters else 0

    kernels = CausalKernels.from_functions(
        lambda x, y: source[old(x), old(y)], lambda x, y: channel[old(x[:-1]), old(y), x[-1]]
    )
    return source, channel, kernels.law(2)


@given(seeds, st.floats(0.05, 0.95))
@few
def test_concave_in_the_source_and_convex_in_the_channel(seed, weight):
    rng = np.random.default_rng(seed)
    source, channel, law = random_kernels(rng)
    *_, other_source = random_kernels(rng, channel=channel)
    *_, other_channel = random_kernels(rng, source=source)

    def bend(other):
        mixed = JointLaw(weight * law.p + (1 - weight) * other.p, law.names)
        ends = weight * flow_of(law, 2).forward + (1 - weight) * flow_of(other, 2).forward
        return flow_of(mixed, 2).forward - ends

    assert bend(other_source) >= -1e-12
    assert bend(other_channel) <= 1e-12


@given(seeds)
@few
def test_labels_and_an_independent_coordinate_of_x_change_nothing(seed):
    rng = np.random.default_rng(seed)
    p = random_law(seed, (2, 3, 3, 2))
    flow = directed_information(p, [0, 1], [2, 3])
    relabelled = p[::-1][:, rng.permutation(3)][:, :, rng.permutation(3)]
    assert directed_information(relabelled, [0, 1], [2, 3]).forward == pytest.approx(flow.forward)
    noise = rng.dirichlet(np.ones(4)).reshape(2, 2)
    wider = np.einsum("abcd,ij->aibjcd", p, noise).reshape(4, 6, 3, 2)
    found = directed_information(wider, [0, 1], [2, 3])
    assert found.forward == pytest.approx(flow.forward)
    assert found.reverse == pytest.approx(flow.reverse)


def test_a_copy_of_an_autonomous_source_has_its_entropy_and_no_reverse_flow():
    kernels = CausalKernels.from_functions(SYSTEMS["B"][0], lambda x, y: np.eye(2)[x[-1]])
    flow = flow_of(kernels.law(4), 4)
    assert flow.forward == pytest.approx(math.log(2) + 3 * h(0.3))
    assert flow.reverse == pytest.approx(0.0, abs=1e-12)


def common_cause():
    """Z_1 reaches X_1 at once and Y_2 one step later; X does nothing. Axes x1 x2 y1 y2 z1 z2."""
    p = np.zeros((2,) * 6)
    for x1, x2, y1, y2, z1, z2 in np.ndindex(p.shape):
        p[x1, x2, y1, y2, z1, z2] = 0.5**4 * flip(0.1)[z1][x1] * flip(0.2)[z1][y2]
    return p


def test_a_common_cause_makes_a_flow_that_conditioning_on_it_takes_away():
    error = 0.1 * 0.8 + 0.9 * 0.2  # of y2 given x1
    flow = directed_information(common_cause(), [0, 1], [2, 3])
    assert flow.forward == pytest.approx(math.log(2) - h(error))
    assert flow.delayed == pytest.approx(flow.forward)
    given_z = directed_information(common_cause(), [0, 1], [2, 3], condition_on=[4, 5])
    assert given_z.forward == pytest.approx(0.0, abs=1e-12)


@given(seeds)
@few
def test_conditioned_conservation(seed):
    """Forward and reverse add up to H(X‖Z) + H(Y‖Z) − H(X,Y‖Z); a constant Z is none."""
    p = random_law(seed, (2,) * 6)

    def entropy(axes):
        kept = p.sum(axis=tuple(set(range(6)) - set(axes))).ravel()
        return -float((kept[kept > 0] * np.log(kept[kept > 0])).sum())

    def causal(first, second):
        """H(first, second ‖ z): the entropy of each step given the past, and z until now."""
        return (
            entropy([*first, 4]) - entropy([4])
            + entropy([*first, *second, 4, 5]) - entropy([*first, 4, 5])
        )  # fmt: skip

    flow = directed_information(p, [0, 1], [2, 3], condition_on=[4, 5])
    expected = causal([0], [1]) + causal([2], [3]) - causal([0, 2], [1, 3])
    assert flow.mutual_information == pytest.approx(expected, abs=1e-12)
    alone = directed_information(p, [0, 1], [2, 3])
    with_constant = directed_information(p[..., None, None], [0, 1], [2, 3], condition_on=[6, 7])
    assert with_constant.forward == pytest.approx(alone.forward, abs=1e-12)


def test_a_frame_of_counts_is_read_by_its_names():
    rows = pd.DataFrame({"x": [0, 0, 1, 1, 0, 1], "y": [0, 0, 1, 1, 1, 1]})
    flow = directed_information(pd.crosstab(rows["x"], rows["y"]), "x", "y")
    assert (
        flow.forward
        == flow.instantaneous
        == pytest.approx(mutual_information(np.array([[2, 1], [0, 3]]) / 6, 1))
    )
    assert flow.reverse == 0.0


def test_the_result_as_rows_and_picture():
    flow = flow_of(kernels_of("C").law(3), 3)
    frame = flow.to_frame()
    assert frame["forward_nats"].sum() == flow.to_dict()["forward"] == flow.forward
    assert "3 steps" in repr(flow)
    pytest.importorskip("matplotlib")
    ax = flow.plot(unit="bits")
    tops = max(patch.get_y() + patch.get_height() for patch in ax.patches)
    assert tops == pytest.approx(flow.mutual_information / BITS)
    assert "bits" in ax.get_ylabel()
    with pytest.raises(ValueError, match="unit is 'bit'; it must be"):
        flow.plot(unit="bit")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0], [1, 2]), "x names 1 variables, y 2"),
        (([], []), "x names 0 variables"),
        (([0, 1], [2, 3], [4]), "condition_on 1"),
        (([0, 1], [1, 2]), "share 1"),
        (([0, 7], [1, 2]), "x names 7"),
    ],
)
def test_bad_groups_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        directed_information(np.full((2,) * 6, 1 / 64), *arguments)


def test_what_is_too_large_is_refused_before_it_is_read():
    law = np.broadcast_to(0.0, (2,) * 30)
    with pytest.raises(ValueError, match=r"1,073,741,824 cells.*kernel_directed_information"):
        directed_information(law, range(15), range(15, 30))
