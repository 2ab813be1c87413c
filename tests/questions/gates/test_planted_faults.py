"""Every gate finds its fault, no other gate does, and good questions pass them all."""

import pytest

from infometer.questions import check_questions, planted_faults
from infometer.questions.gates import GATES
from infometer.questions.gating import is_due, rejected_by
from infometer.questions.option_order import balance_positions
from infometer.questions.problems import draft_problem_questions

EACH = [gate.name for gate in GATES if gate.kind != "set" and gate.name != "truth balance"]
ANSWERS_ONLY = {"key agreement"}  # a scorer that reads sees a wrong key too


@pytest.fixture(scope="module")
def good(small_world):
    questions, chunks = small_world
    problems = balance_positions(draft_problem_questions(5))
    return [*questions, *problems], chunks


def checked(questions, chunks, judge, gates=GATES):
    return check_questions(questions, documents=chunks, judge=judge, gates=gates)


def test_good_questions_pass_every_gate(good, reader):
    found = checked(*good, reader)
    assert not found.rejected, found.yields
    assert [r.verdict for r in found.set_results if r.gate == "positions"] == ["pass"]
    due = {result.gate for asked in found.questions for result in asked.gates if is_due(result)}
    assert not due


@pytest.mark.parametrize("name", EACH)
def test_only_its_gate_catches_a_planted_question(good, reader, name):
    questions, chunks = good
    fault = planted_faults(questions, chunks)[name]
    reader.scores = name not in ANSWERS_ONLY
    found = checked(fault.questions, chunks, reader)
    assert fault.bad
    assert {asked.id for asked in found.rejected} == fault.bad
    assert {gate for asked in found.rejected for gate in rejected_by(asked)} == {name}
    others = [gate for gate in GATES if gate.name != name]
    if name != "key":  # nothing else can be asked where there is no key
        assert not checked(fault.questions, chunks, reader, others).rejected


def test_too_many_true_statements_lose_their_surplus_and_nothing_else(good, reader):
    questions, chunks = good
    fault = planted_faults(questions, chunks)["truth balance"]
    found = checked(fault.questions, chunks, reader)
    assert {gate for asked in found.rejected for gate in rejected_by(asked)} == {"truth balance"}
    assert sum(asked.kind == "true_false" for asked in found.accepted) == 1
    assert "6 of 6 statements are true" in found.rejected[0].gates[-1].reason


def test_keys_at_one_place_fail_as_a_set_and_reject_nothing(good, reader):
    questions, chunks = good
    found = checked(planted_faults(questions, chunks)["positions"].questions, chunks, reader)
    assert not found.rejected
    assert {r.gate for r in found.set_results if r.verdict == "fail"} == {"positions"}
    assert any(finding.severity == "error" for finding in found.findings)


def test_a_stop_after_keys_alone_is_a_leak_and_nothing_else(make_world):
    questions, chunks = make_world(80)
    fault = planted_faults(questions, chunks)["leak"]
    found = check_questions(fault.questions, documents=chunks)
    assert not found.rejected
    verdicts = {result.gate: result for result in found.set_results}
    assert verdicts["positions"].verdict == "pass"
    assert verdicts["leak"].verdict == "fail"
    assert found.leak.bits > 1.5
    assert f"{found.leak.bits:.3f} bits" in verdicts["leak"].reason


def test_options_that_tell_nothing_pass_where_they_are_many(make_world):
    questions, chunks = make_world(300)
    found = check_questions(questions, documents=chunks)
    assert found.leak.interval[1] < 0.05
    assert {result.verdict for result in found.set_results} == {"pass"}


def test_a_leak_that_few_questions_cannot_tell_is_not_run(good):
    found = check_questions(good[0], documents=good[1])
    (leak,) = [result for result in found.set_results if result.gate == "leak"]
    assert leak.verdict == "not run"
    assert "undecided by so few" in leak.reason


def test_who_guesses_lets_hardly_a_question_pass(good, guesser):
    guesser.scores = False
    found = checked(*good, guesser)
    judged = {"pass": 0, "fail": 0}
    for asked in found.questions:
        for result in asked.gates:
            if result.gate == "key agreement" and asked.kind == "multiple_choice":
                judged[result.verdict] = judged.get(result.verdict, 0) + 1
    assert judged["pass"] <= 3  # of 24, each with probability 0.016
    assert judged["fail"] >= 21


def test_without_a_backend_nothing_passes_what_needs_one(good):
    found = check_questions(good[0], documents=good[1])
    yields = found.yields.set_index("gate")
    for gate in ("key agreement", "context needed", "hops"):
        assert yields.loc[gate, "pass"] == 0
        assert yields.loc[gate, "not_run"] > 0
    needed = check_questions(good[0], documents=good[1], require=["context needed"])
    assert {asked.problem is None for asked in needed.rejected} == {True}
    assert len(needed.rejected) == len(good[0]) - 5
