"""Directed information of sequences against rates known in closed form."""

import math

import joblib
import numpy as np
import pandas as pd
import pytest

import infometer
from infometer.estimators import context_tree, directed_information


def h(p):
    return -p * math.log(p) - (1 - p) * math.log(1 - p)


def flips(n, p, rng):
    return np.cumsum(rng.random(n) < p) % 2


def system_a(n, rng):
    """A binary symmetric channel."""
    x = rng.integers(0, 2, n)
    return x, x ^ (rng.random(n) < 0.11)


def system_b(n, rng):
    """A Markov chain through a binary symmetric channel."""
    x = flips(n, 0.3, rng)
    return x, x ^ (rng.random(n) < 0.2)


def system_c(n, rng):
    """A channel with errors 0.2 whose output comes back as its input with errors 0.1."""
    forth, back = rng.random(n) < 0.2, rng.random(n) < 0.1
    x = np.r_[0, np.cumsum(forth[:-1].astype(int) + back[:-1])] % 2
    return x, x ^ forth


def system_d(n, rng):
    """A channel with a delay."""
    x = rng.integers(0, 2, n + 1)
    return x[1:], x[:-1] ^ (rng.random(n) < 0.1)


LOG2, N = math.log(2), 20_000
RATE_B = 0.2619594890 * LOG2
RATES = {  # forward, reverse, instantaneous
    system_a: (LOG2 - h(0.11), 0.0, LOG2 - h(0.11)),
    system_b: (RATE_B, 0.0, h(0.38) - h(0.2)),  # Y's past adds nothing to X's: H(Y_t|X_{t-1})
    system_c: (h(0.26) - h(0.2), h(0.26) - h(0.1), h(0.26) - h(0.2)),
    system_d: (LOG2 - h(0.1), 0.0, 0.0),
}


def data(system, n=N, seed=0):
    return system(n, np.random.default_rng(seed))


@pytest.mark.parametrize("system", RATES, ids=lambda system: system.__name__)
@pytest.mark.parametrize("estimator", ["E1", "E2", "E3", "E4", "miller-madow", "plug-in"])
def test_the_rates_of_the_four_systems(system, estimator):
    method = "ctw" if estimator.startswith("E") else "plugin"
    found = directed_information(*data(system), method=method, estimator=estimator, depth=3)
    # 20,000 steps: a standard deviation of 0.005 at most (√2 times that of E1 for E2 to E4), and
    # a bias of 0.003
    for estimate, rate in zip(found.estimates[:2], RATES[system][:2], strict=True):
        assert estimate.value == pytest.approx(rate, abs=0.02)
        assert estimate.value == pytest.approx(rate, abs=4.5 * estimate.standard_error + 0.003)
    assert found.instantaneous.value == pytest.approx(RATES[system][2], abs=0.02)


@pytest.mark.parametrize("estimator", ["E1", "E2", "E3", "E4"])
def test_the_terms_are_those_of_the_paper(estimator):
    """Equations 35 to 38 of Jiao et al., of which the library computes only what they need."""
    x, y = data(system_c, 500)
    pair = context_tree(np.column_stack([x, y]), 2).law().reshape(-1, 2, 2)
    law_y, law_x = context_tree(y, 2).law(), pair.sum(axis=2)
    t, x, y = np.arange(498), x[2:], y[2:]
    given_x = pair / law_x[:, :, None]
    by_hand = {
        "E1": -np.log(law_y[t, y]) + np.log(pair[t, x, y]) - np.log(law_x[t, x]),
        "E2": (law_x * np.log(law_x)).sum(axis=1) * -1
        - (law_y * np.log(law_y)).sum(axis=1)
        + (pair * np.log(pair)).sum(axis=(1, 2)),
        "E3": (given_x * np.log(given_x / law_y[:, None])).sum(axis=2)[t, x],
        "E4": (pair * np.log(pair / (law_y[:, None] * law_x[:, :, None]))).sum(axis=(1, 2)),
    }
    # E2 is H(Q_y) + H(Q_x|past) - H(Q_xy)
    found = directed_information(data(system_c, 500)[0], data(system_c, 500)[1], depth=2,
                                 estimator=estimator)  # fmt: skip
    assert found.forward.value == pytest.approx(by_hand[estimator].mean(), abs=1e-12)


def test_e1_with_the_entropy_of_x_in_place_of_that_of_y_finds_another_number():
    """The formula of the package directed_information 0.1: on system B its limit is 0.1594 bits.

    It takes −log Q(x) of X's own chain, h(0.3), where −log Q(y) belongs, so that it converges to
    h(0.3) − h(0.2) and not to the rate of 0.26196 bits.
    """
    x, y = data(system_b)
    pair, depth = context_tree(np.column_stack([x, y]), 3), 3
    steps = np.arange(N - depth)
    law_x = context_tree(x, depth).law()[steps, x[depth:]]
    given_x = pair.law([1], shown=[0])
    given_x /= given_x.sum(axis=1, keepdims=True)
    wrong = np.mean(-np.log(law_x) + np.log(given_x[steps, y[depth:]]))
    assert (h(0.3) - h(0.2)) / LOG2 == pytest.approx(0.1594, abs=5e-5)
    assert wrong == pytest.approx(h(0.3) - h(0.2), abs=0.015)
    right = directed_information(x, y).forward
    assert right.bits == pytest.approx(0.26196, abs=0.02)
    assert right.value - wrong > 0.05


def test_forward_and_reverse_make_the_mutual_information():
    x, y = data(system_c, 4000)
    found = directed_information(x, y, depth=2)
    own = sum(context_tree(s, 2).log_probability() for s in (x, y))
    both = context_tree(np.column_stack([x, y]), 2).log_probability()
    assert found.mutual_information == pytest.approx((both - own) / 3998, abs=1e-12)
    turned = directed_information(y, x, depth=2)
    assert turned.mutual_information == pytest.approx(found.mutual_information, abs=1e-12)
    assert turned.instantaneous.value == pytest.approx(found.instantaneous.value, abs=1e-12)


@pytest.mark.parametrize("method", ["ctw", "plugin"])
def test_labels_of_any_type_and_unlike_alphabets(method):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 4, 4000)
    y = (x // 2) ^ (rng.random(4000) < 0.1)
    plain = directed_information(x, y, method=method, depth=1)
    text = pd.Series(x).map({0: "a", 1: "ü", 2: "", 3: "long"})
    named = directed_information(text, np.where(y, 7, -3), method=method, depth=1)
    assert named.forward.value == pytest.approx(plain.forward.value, abs=1e-12)
    assert plain.forward.value == pytest.approx(LOG2 - h(0.1), abs=0.04)
    assert set(named.forward.parameters["x_labels"]) == {"a", "ü", "", "long"}
    assert sorted(named.forward.parameters["y_labels"]) == [-3, 7]
    assert plain.forward.ceiling <= LOG2 + 1e-9


@pytest.mark.parametrize("options", [{}, {"estimator": "E4"}, {"method": "plugin"}])
def test_a_condition_removes_a_common_cause(options):
    rng = np.random.default_rng(1)
    z = rng.integers(0, 2, 8000)
    x = z ^ (rng.random(8000) < 0.1)
    y = np.r_[0, z[:-1]] ^ (rng.random(8000) < 0.1)  # z reaches x at once and y a step later
    apparent = directed_information(x, y, depth=1, **options).forward
    given = directed_information(x, y, condition_on=z, depth=1, **options).forward
    assert apparent.value == pytest.approx(LOG2 - h(0.18), abs=0.03)
    assert given.quantity == "I(X→Y‖Z)"
    assert abs(given.value) < 0.01
    assert given.interval[0] <= 0 <= given.interval[1]


def test_a_condition_that_is_constant_changes_nothing():
    x, y = data(system_c, 1000)
    free = directed_information(x, y, depth=2)
    given = directed_information(x, y, condition_on=np.zeros(1000), depth=2)
    for one, other in zip(free.estimates, given.estimates, strict=True):
        assert other.value == pytest.approx(one.value, abs=1e-12)


@pytest.mark.parametrize("options", [{}, {"estimator": "E2"}, {"method": "plugin"}])
def test_a_constant_sequence_carries_nothing(options):
    y = data(system_b, 500)[1]
    found = directed_information(["same"] * 500, y, n_permutations=9, random_state=0, **options)
    for estimate in found.estimates:
        assert estimate.value == pytest.approx(0.0, abs=1e-12)
        assert estimate.interval == pytest.approx((0.0, 0.0), abs=1e-9)
        assert estimate.p_value == 1.0
        assert not estimate.warnings


def uniformity(p_values):
    """The share of p-values up to 0.1."""
    return float(np.mean(np.array(p_values) <= 0.1))


def test_shifted_sequences_with_memory_find_nothing_in_independent_ones():
    found = []
    for seed in range(40):
        rng = np.random.default_rng([seed, 1])
        x, y = flips(300, 0.1, rng), flips(300, 0.2, rng)
        result = directed_information(x, y, depth=2, n_permutations=19, random_state=seed)
        found += [(result.forward.p_value, result.reverse.p_value)]
    # binomial of 40 with 0.1: a standard deviation of 0.05
    assert all(uniformity(column) <= 0.1 + 3 * 0.05 for column in np.transpose(found))
    assert all(0.35 < np.mean(column) < 0.65 for column in np.transpose(found))


def test_p_values_of_counts_hold_where_y_drives_x():
    found, shifted = [], []
    for seed in range(150):
        rng = np.random.default_rng([seed, 2])
        y = flips(500, 0.3, rng)
        x = np.r_[0, y[:-1]] ^ (rng.random(500) < 0.05)
        found.append(directed_information(x, y, method="plugin", depth=2).forward.p_value)
        if seed < 20:
            result = directed_information(x, y, depth=2, n_permutations=19, random_state=0)
            shifted.append((result.forward.p_value, result.reverse.p_value))
    assert uniformity(found) <= 0.1 + 3 * 0.025
    assert np.mean(found) == pytest.approx(0.5, abs=0.1)
    forward, reverse = np.transpose(shifted)
    assert np.mean(forward <= 0.05) <= 0.1  # shifts break the other link too: never too small
    assert (reverse == 0.05).all()


@pytest.mark.parametrize(("options", "least"), [({}, 0.85), ({"method": "plugin"}, 0.85)])
def test_intervals_hold_the_rate(options, least):
    held = []
    for seed in range(60):
        x, y = data(system_c, 2000, seed)
        found = directed_information(x, y, depth=1, **options)
        for estimate, rate in zip(found.estimates, RATES[system_c], strict=True):
            held.append(estimate.interval[0] <= rate <= estimate.interval[1])
    assert np.mean(held) >= least


def test_the_error_of_steps_that_depend_on_each_other_comes_from_blocks():
    """A channel that is good for a hundred steps and bad for a hundred."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, 20_000)
    noise = np.where(np.arange(20_000) // 100 % 2, 0.02, 0.4)
    y = x ^ (rng.random(20_000) < noise)
    short, long = (
        directed_information(x, y, method="plugin", depth=0, block=block).forward
        for block in (25, 200)
    )
    assert long.value == pytest.approx(LOG2 - h(0.21), abs=0.02)
    assert "batches of 25 steps still go together" in " ".join(short.warnings)
    assert not long.warnings


def test_a_link_that_begins_half_way_is_told():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, 4000)
    y = np.where(np.arange(4000) < 2000, rng.integers(0, 2, 4000), x)
    for method in ("ctw", "plugin"):
        found = directed_information(x, y, method=method, depth=1)
        assert "in the earlier half" in " ".join(found.forward.warnings)
        assert not directed_information(
            *data(system_b, 4000), method=method, depth=1
        ).forward.warnings


def test_alphabets_too_large_for_the_steps_are_told():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 20, 3000)
    found = directed_information(x, np.roll(x, 1), depth=1).forward  # log 20 = 2.996
    assert found.value < 2.0
    assert "have 400 symbols together" in " ".join(found.warnings)


def test_a_copy_reaches_the_ceiling():
    x = np.random.default_rng(0).integers(0, 2, 2000)
    found = directed_information(x, x, depth=1, unit="bits")
    assert found.forward.saturated
    assert found.forward.bits == pytest.approx(1.0, abs=0.03)
    assert "bits" in repr(found)


def test_the_seed_decides_the_shifts_for_any_number_of_workers():
    x, y = data(system_b, 300)
    one = directed_information(x, y, depth=1, n_permutations=30, random_state=3)
    with joblib.parallel_config("threading", n_jobs=2):
        two = directed_information(x, y, depth=1, n_permutations=30, random_state=3)
    assert one.to_dict() == two.to_dict()
    assert one.forward.p_value == pytest.approx(1 / 31)
    assert one.forward.null is None  # E1 is not what is compared
    with_null = directed_information(x, y, depth=1, n_permutations=30, random_state=3,
                                     estimator="E3").forward  # fmt: skip
    assert with_null.null[0] < with_null.null[1] < with_null.value


def test_the_result_is_a_table_and_a_picture():
    pytest.importorskip("matplotlib")
    found = infometer.directed_information(*data(system_c, 1000), method="plugin", depth=1)
    table = found.to_frame()
    assert table["quantity"].tolist() == ["I(X→Y)", "I(Y→X) delayed", "I(X;Y) instantaneous"]
    assert (table["p_value"] < 1e-6).all()
    axes = found.plot(unit="bits")
    assert axes.get_xlabel() == "bits a step, 95 % interval"
    dots = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert dots == pytest.approx([estimate.bits for estimate in found.estimates])
    shown = infometer.directed_information(*data(system_c, 100), depth=1, unit="bits")
    assert shown.plot().get_xlabel() == "bits a step, 95 % interval"
    with pytest.raises(ValueError, match="unit is 'bit'; it must be"):
        found.plot(unit="bit")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": [0, 1] * 40}, "x has 100, y has 80 symbols; expected as many of each"),
        ({"x": np.linspace(0, 1, 100) ** 2}, "holds fractions of 100 values.*transfer_entropy"),
        ({"x": [None, *"ab" * 49, "a"]}, "missing"),
        ({"depth": 98}, "x and y have 100 symbols and depth is 98; expected at least 102"),
        ({"depth": -1}, "depth is -1; it must be a whole number"),
        ({"method": "exact"}, "method is 'exact'; it must be 'ctw' or 'plugin'"),
        ({"estimator": "plug-in"}, "estimator is 'plug-in' and method 'ctw'.*'E1', 'E2'"),
        ({"method": "plugin", "depth": 6}, "fewer than two rows a cell.*method='ctw'"),
        ({"n_permutations": 500}, "n_permutations is 500 and 100 steps have 9. circular shifts"),
        ({"unit": "bit"}, "unit is 'bit'; it must be 'nats' or 'bits'"),
        ({"block": 0}, "block is 0; it must be a whole number"),
        ({"x": [0.25, 0.25, 0.5]}, "looks like a law"),
    ],
)
def test_bad_input_is_refused_by_name(change, message):
    rng = np.random.default_rng(0)
    given = {"x": rng.integers(0, 2, 100), "y": rng.integers(0, 2, 100), **change}
    with pytest.raises(ValueError, match=message):
        directed_information(given.pop("x"), given.pop("y"), **given)
