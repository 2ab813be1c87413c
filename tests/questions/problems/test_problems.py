"""Problems solved: known optima, other solvers, limits."""

import numpy as np
import pytest
from scipy.optimize import linprog, minimize, minimize_scalar

from infometer.questions.problems import (
    EnergyEfficiencyProblem,
    InfeasibleProblemError,
    NomaProblem,
    OmaProblem,
    WaterFillingProblem,
    downlink_rates,
    draft_problem_questions,
    read_problem,
    two_user_outage,
    uplink_rates,
)

TWO = ["0.2 linear", "1 linear"]
TEN = {"noise": "1 W", "power": "10 W"}


def linear(numbers):
    return tuple(f"{number!r} linear" for number in map(float, numbers))


def rates_of(numbers):
    return tuple(f"{number!r} bit/s/Hz" for number in map(float, numbers))


def drawn(seed, users=4):
    rng = np.random.default_rng(seed)
    return rng.permutation(rng.exponential(size=users) + 0.05), rng.uniform(0.1, 0.6, size=users)


def test_the_known_sum_rate():
    found = NomaProblem(TWO, **TEN, rates=["1 bit/s/Hz", "1 bit/s/Hz"]).solve()
    np.testing.assert_allclose(found.variables, (7.5, 2.5), rtol=1e-12)
    np.testing.assert_allclose(found.rates, (1, 1.807355), atol=5e-7)
    assert found.value == pytest.approx(2.807355, abs=5e-7)


def test_the_known_least_power():
    found = NomaProblem(TWO, "1 W", "minimum power", rates=["1 bit/s/Hz", "2 bit/s/Hz"]).solve()
    np.testing.assert_allclose(found.variables, (8, 3), rtol=1e-12)
    assert found.value == pytest.approx(11)


def test_the_known_largest_smallest_rate():
    found = NomaProblem(TWO, "1 W", "max-min rate", power="10 W").solve()
    assert found.value == pytest.approx(1.238114, abs=5e-7)
    np.testing.assert_allclose(found.variables, (8.641101, 1.358899), atol=5e-7)


def test_the_known_water_level():
    found = WaterFillingProblem(["1 linear", "0.5 linear", "0.1 linear"], "1 W", "5 W").solve()
    np.testing.assert_allclose(found.variables, (3, 2, 0), atol=1e-12)
    assert found.value == pytest.approx(3)


@pytest.mark.parametrize("seed", range(6))
def test_no_solver_finds_a_larger_sum_rate(seed):
    """In q_k = Σ_{j ≥ k} p_j the sum is concave and the constraints are linear."""
    gains, rates = drawn(seed)
    problem = NomaProblem(linear(gains), "1 W", power="20 W", rates=rates_of(rates))
    order = np.argsort(gains)
    floors, growth = 1 / gains[order], np.exp2(rates[order])

    def loss(q):
        after = np.append(q[1:], 0.0)
        return -np.log2((q + floors) / (after + floors)).sum()

    constraints = [
        {"type": "ineq", "fun": lambda q: 20 - q[0]},
        {"type": "ineq", "fun": lambda q: q + floors - growth * (np.append(q[1:], 0.0) + floors)},
    ]
    start = np.linspace(18, 6, len(gains))
    other = minimize(loss, start, method="SLSQP", constraints=constraints, options={"ftol": 1e-12})
    found = problem.solve()
    assert found.value == pytest.approx(-other.fun, abs=1e-5)
    assert sum(found.variables) == pytest.approx(20)
    assert (np.array(found.rates) >= rates - 1e-12).all()


@pytest.mark.parametrize("seed", range(3))
def test_least_powers_are_those_of_a_linear_program(seed):
    cvxpy = pytest.importorskip("cvxpy")
    gains, rates = drawn(seed)
    order = np.argsort(gains)
    powers = cvxpy.Variable(len(gains), nonneg=True)
    inside = [
        powers[k] >= (2 ** rates[order][k] - 1) * (cvxpy.sum(powers[k + 1 :]) + 1 / gains[order][k])
        for k in range(len(gains))
    ]
    least = cvxpy.Problem(cvxpy.Minimize(cvxpy.sum(powers)), inside).solve(solver="CLARABEL")
    found = NomaProblem(linear(gains), "1 W", "minimum power", rates=rates_of(rates)).solve()
    assert found.value == pytest.approx(least, rel=1e-6)
    np.testing.assert_allclose(found.rates, rates, rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_water_filling_is_that_of_a_convex_solver(seed):
    cvxpy = pytest.importorskip("cvxpy")
    gains, _ = drawn(seed)
    powers = cvxpy.Variable(len(gains), nonneg=True)
    rate = cvxpy.sum(cvxpy.log1p(cvxpy.multiply(gains, powers))) / np.log(2)
    most = cvxpy.Problem(cvxpy.Maximize(rate), [cvxpy.sum(powers) <= 3]).solve(solver="CLARABEL")
    assert WaterFillingProblem(linear(gains), "1 W", "3 W").solve().value == pytest.approx(most)


@pytest.mark.parametrize("seed", range(4))
def test_all_rates_are_equal_where_the_smallest_is_largest(seed):
    gains, _ = drawn(seed)
    found = NomaProblem(linear(gains), "1 W", "max-min rate", power="7 W").solve()
    np.testing.assert_allclose(found.rates, found.value, rtol=1e-9)
    assert sum(found.variables) == pytest.approx(7)


@pytest.mark.parametrize("power", [0.5, 100.0])
@pytest.mark.parametrize("share", [0.4, 1.0])
def test_energy_efficiency_is_the_best_over_all_powers(power, share):
    """For each total power the sum of rates is that of water-filling: one line to search."""
    gains, _ = drawn(3)
    problem = EnergyEfficiencyProblem(linear(gains), "1 W", f"{power} W", "2 W", share)

    def loss(total):
        rate = WaterFillingProblem(linear(gains), "1 W", f"{total!r} W").solve().value
        return -rate / (2 + total / share)

    search = minimize_scalar(
        lambda t: loss(float(t)), bounds=(1e-6, power), method="bounded", options={"xatol": 1e-9}
    )
    assert problem.solve().value == pytest.approx(-search.fun, rel=1e-6)


def test_shares_of_the_time_are_those_of_a_linear_program():
    gains, rates = drawn(1, users=3)
    problem = OmaProblem(linear(gains), "1 W", "10 W", "sum rate", rates=rates_of(rates / 4))
    full = np.log2(1 + 10 * gains)
    other = linprog(-full, A_ub=-np.diag(full), b_ub=-rates / 4, A_eq=np.ones((1, 3)), b_eq=[1])
    assert problem.solve().value == pytest.approx(-other.fun)
    equal = OmaProblem(linear(gains), "1 W", "10 W").solve()
    np.testing.assert_allclose(equal.rates, full / 3)
    fair = OmaProblem(linear(gains), "1 W", "10 W", "max-min rate").solve()
    np.testing.assert_allclose(fair.rates, fair.value)
    assert sum(fair.variables) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(5))
def test_superposition_is_never_worse_than_taking_turns(seed):
    gains, _ = drawn(seed)
    noma = NomaProblem(linear(gains), "1 W", "max-min rate", power="9 W").solve().value
    oma = OmaProblem(linear(gains), "1 W", "9 W", "max-min rate").solve().value
    assert noma >= oma - 1e-12


def test_users_may_come_in_any_order():
    one = NomaProblem(["1 linear", "0.2 linear"], **TEN, rates=["1 bit/s/Hz", "1 bit/s/Hz"])
    np.testing.assert_allclose(one.solve().variables, (2.5, 7.5))
    assert one.order == (2, 1)


def test_units_make_no_difference():
    watts = NomaProblem(["0.2 linear", "1 linear"], "1 W", power="10 W").solve()
    decibels = NomaProblem(
        ["-6.989700043360188 dB", "0 dB"], "30 dBm", power="40 dBm"
    ).solve()  # fmt: skip
    np.testing.assert_allclose(decibels.variables, watts.variables, atol=1e-12)


def test_rates_out_of_reach_say_what_they_need():
    problem = NomaProblem(TWO, **TEN, rates=["1 bit/s/Hz", "2 bit/s/Hz"])
    with pytest.raises(InfeasibleProblemError, match="need 11 W, and there are 10 W"):
        problem.solve()
    oma = OmaProblem(TWO, "1 W", "10 W", "sum rate", rates=["1 bit/s/Hz", "2 bit/s/Hz"])
    with pytest.raises(InfeasibleProblemError, match="of the time"):
        oma.solve()


def test_uplink_rates_add_up_to_one_channel():
    gains, powers = np.array([0.5, 2.0, 1.0]), np.array([3.0, 1.0, 2.0])
    rates = uplink_rates(gains, powers, 0.5)
    assert rates.sum() == pytest.approx(np.log2(1 + (gains * powers).sum() / 0.5))
    assert rates[0] == pytest.approx(np.log2(1 + 1.5 / 0.5)), "the weakest meets only noise"


def test_downlink_rates_by_hand():
    rates = downlink_rates(np.array([2.0, 1.0]), np.array([1.0, 3.0]), 1.0)
    np.testing.assert_allclose(rates, [np.log2(3), np.log2(1 + 3 / 2)])


def test_outage_is_the_share_of_drawn_channels():
    n, powers, rates = 200_000, (8.0, 2.0), (1.0, 1.5)
    gains = np.random.default_rng(0).exponential((0.2, 1.0), size=(n, 2))
    need = np.exp2(rates) - 1
    reads_weak = powers[0] * gains / (powers[1] * gains + 1) >= need[0]
    strong = reads_weak[:, 1] & (powers[1] * gains[:, 1] >= need[1])
    drawn_outage = 1 - np.array([reads_weak[:, 0].mean(), strong.mean()])
    known = two_user_outage((0.2, 1.0), powers, rates, 1.0)
    np.testing.assert_allclose(known, drawn_outage, atol=4 * np.sqrt(0.25 / n))
    assert two_user_outage((0.2, 1.0), (1.0, 2.0), (1.0, 1.0), 1.0) == (1.0, 1.0)


@pytest.mark.parametrize(
    "problem",
    [
        NomaProblem(TWO, **TEN, rates=["1 bit/s/Hz", "1 bit/s/Hz"]),
        NomaProblem(TWO, "1 W", "max-min rate", power="10 W"),
        WaterFillingProblem(TWO, "1 W", "5 W"),
        EnergyEfficiencyProblem(TWO, "1 W", "5 W", "1 W", 0.5),
        OmaProblem(TWO, "1 W", "5 W", "max-min rate"),
    ],
)
def test_a_record_brings_the_problem_back(problem):
    assert read_problem(problem.to_record()) == problem


def test_draws_without_a_solution_are_drawn_anew():
    asked = draft_problem_questions(45)
    assert len({question.id for question in asked}) == 45
    assert draft_problem_questions(5) == asked[:5]


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: NomaProblem(["0.2", "1"], **TEN), "'0.2' has no unit"),
        (lambda: NomaProblem([0.2, 1], **TEN), "a text of a number and its unit"),
        (lambda: NomaProblem(TWO, "1 W", power="10"), "power '10' has no unit"),
        (lambda: NomaProblem(TWO, "1 W", power="10 dB"), "has the unit 'dB'"),
        (lambda: NomaProblem(["-7 linear"], **TEN), "has the unit dB"),
        (lambda: NomaProblem("1 linear", **TEN), "expected a list"),
        (lambda: NomaProblem(TWO, **TEN, rates=["1 bit/s/Hz"]), "1 numbers for 2 users"),
        (lambda: NomaProblem(TWO, "1 W"), "power is None"),
        (lambda: NomaProblem(TWO, "1 W", "minimum power"), "rates is None"),
        (lambda: NomaProblem(TWO, **TEN, objective="fast"), "objective is 'fast'"),
        (lambda: NomaProblem(["0 linear"], **TEN), "above 0"),
        (lambda: WaterFillingProblem(TWO, "1 W", "0 W"), "above 0"),
        (lambda: EnergyEfficiencyProblem(TWO, "1 W", "1 W", "0 W"), "circuit_power"),
        (lambda: OmaProblem(TWO, "0 W", "1 W"), "noise is '0 W'"),
        (lambda: read_problem({"type": "knapsack"}), "type is 'knapsack'"),
        (lambda: read_problem({"type": "noma", "gain": TWO}), "does not fit"),
    ],
)
def test_bad_input_is_named(made, message):
    with pytest.raises(ValueError, match=message):
        made()
