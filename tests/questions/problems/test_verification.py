"""Answers verified: each verdict where it belongs, and the conditions of optimality."""

import numpy as np
import pytest

from infometer.questions.problems import (
    EnergyEfficiencyProblem,
    NomaProblem,
    OmaProblem,
    WaterFillingProblem,
    draft_problem_questions,
    kkt_residual,
    read_problem,
    verify_answer,
)

TWO = ["0.2 linear", "1 linear"]
RATES = ["1 bit/s/Hz", "1 bit/s/Hz"]
PROBLEM = NomaProblem(TWO, "1 W", power="10 W", rates=RATES)
OPTIMAL = [
    PROBLEM,
    NomaProblem(TWO, "1 W", "minimum power", rates=["1 bit/s/Hz", "2 bit/s/Hz"]),
    NomaProblem([*TWO, "2 linear"], "1 W", "max-min rate", power="10 W"),
    NomaProblem(["-90 dB", "-80 dB"], "-90 dBm", "minimum power", rates=RATES),
    WaterFillingProblem([*TWO, "0.1 linear"], "1 W", "5 W"),
    EnergyEfficiencyProblem(TWO, "1 W", "5 W", "1 W", 0.5),
    EnergyEfficiencyProblem(TWO, "1 W", "0.1 W", "1 W"),
    OmaProblem(TWO, "1 W", "10 W", "sum rate", rates=["0.2 bit/s/Hz", "0.2 bit/s/Hz"]),
    OmaProblem(TWO, "1 W", "10 W", "max-min rate"),
]


@pytest.mark.parametrize("problem", OPTIMAL, ids=lambda p: f"{p.to_record()['type']}")
def test_an_optimum_balances_and_another_point_does_not(problem):
    point = np.array(problem.solve().variables)
    assert kkt_residual(problem, point) < 1e-4
    moved = point[::-1] * 0.9 if problem.maximised else point * 1.5
    assert kkt_residual(problem, moved) > 0.02


@pytest.mark.parametrize("problem", OPTIMAL, ids=lambda p: f"{p.to_record()['type']}")
def test_the_solution_is_correct(problem):
    unit = {"power": "W", "share": "of the time"}[problem.variable_dimension]
    claimed = [f"{x:.6g} {unit}" for x in problem.solve().variables]
    verdict = verify_answer(problem, {"variables": claimed})
    assert verdict.verdict == "correct", verdict.reason
    assert verdict.gap < 1e-4


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        ({"variables": ["7500 mW", "2.5 W"], "value": "2.807 bit/s/Hz"}, "correct", "optimum"),
        ({"variables": ["38.7506 dBm", "33.9794 dBm"]}, "correct", "optimum"),
        ({"value": "2.807355 bit/s/Hz"}, "correct", "optimum"),
        ({"variables": ["8 W", "2 W"]}, "suboptimal", "4.4 % from the optimum"),
        ({"value": "2.5 bit/s/Hz"}, "suboptimal", "11 % from"),
        ({"variables": ["8 W", "3 W"]}, "infeasible", "total power is missed by 10 %"),
        ({"variables": ["5 W", "5 W"]}, "infeasible", "rate of user 1 is missed by"),
        ({"value": "3.4 bit/s/Hz"}, "infeasible", "out of reach"),
        ({"variables": ["7.5", "2.5"]}, "malformed", "has no unit"),
        ({"value": "2.8 W"}, "malformed", "has the unit 'W'"),
        ({"variables": ["7.5 W"]}, "malformed", "1 numbers; expected 2"),
        ({"variables": ["7.5 W", "2.5 W"], "value": "3 bit/s/Hz"}, "malformed", "variables give"),
        ({"infeasible": True}, "malformed", "is feasible"),
        ({}, "malformed", "expected value, variables or infeasible"),
        ({"value": "2.8 bit/s/Hz", "powers": []}, "malformed", "powers"),
        ("2.8 bit/s/Hz", "malformed", "expected value"),
    ],
)
def test_verdicts(answer, verdict, reason):
    found = verify_answer(PROBLEM, answer)
    assert found.verdict == verdict
    assert reason in found.reason


def test_an_order_of_decoding_is_flagged_beside_the_verdict():
    right = {"variables": ["7.5 W", "2.5 W"], "order": [1, 2]}
    assert not verify_answer(PROBLEM, right).sic_violated
    found = verify_answer(PROBLEM, {**right, "order": [2, 1]})
    assert found.sic_violated
    assert found.verdict == "correct"


def test_a_problem_without_a_feasible_point():
    problem = NomaProblem(TWO, "1 W", power="10 W", rates=["1 bit/s/Hz", "2 bit/s/Hz"])
    assert verify_answer(problem, {"infeasible": True}).verdict == "correct"
    assert verify_answer(problem, {"variables": ["8 W", "2 W"]}).verdict == "infeasible"


def test_nanowatts_are_not_all_the_same():
    """The test |claimed - optimum| / max(1, |optimum|) would call a hundredfold power correct."""
    problem = NomaProblem(["-90 dB", "-80 dB"], "-90 dBm", "minimum power", rates=RATES)
    best = problem.solve().value
    assert 1e-4 < best < 1e-2
    found = verify_answer(problem, {"value": f"{best * 1.5!r} W"})
    assert found.verdict == "suboptimal"
    tiny = NomaProblem(["0 dB", "10 dB"], "-90 dBm", "minimum power", rates=RATES)
    assert verify_answer(tiny, {"value": f"{tiny.solve().value * 100!r} W"}).verdict == "suboptimal"


def test_drafted_questions_are_right_and_their_other_options_wrong():
    asked = draft_problem_questions(20, random_state=1)
    assert len({question.id for question in asked}) == 20
    for question in asked:
        problem = read_problem(question.problem["problem"])
        verdicts = [verify_answer(problem, {"value": text}).verdict for text in question.options]
        assert [v == "correct" for v in verdicts] == [k == question.key for k in range(4)]
    assert asked == draft_problem_questions(20, random_state=1)
