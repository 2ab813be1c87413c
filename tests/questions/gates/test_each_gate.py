"""What single gates say of single questions, at their thresholds."""

import dataclasses
import json
import math

import numpy as np
import pytest

from infometer.backends import BackendError
from infometer.questions import Chunk, Evidence, GateInputs, GateResult, Question
from infometer.questions.gates import GATES
from infometer.questions.gates.duplicates import earlier_duplicates
from infometer.questions.gates.lengths import length_outlier
from infometer.questions.gates.options import option_similarity
from infometer.questions.gates.positions import position_p_value
from infometer.questions.gates.truth_balance import surplus
from infometer.questions.problems import draft_problem_questions

GATE = {gate.name: gate for gate in GATES}
CHOICE = Question(
    "q1", "multiple_choice", "easy", "Who is decoded first?",
    ("the weakest user", "the strongest user", "the nearest user", "no user at all"), 0,
    (Evidence("a#1", "SIC decodes the weakest user first."),), ("SIC",),
)  # fmt: skip
CHUNK = Chunk("a#1", "a", "", "In NOMA, SIC decodes  the weakest\nuser first. Then the next.")
INPUTS = GateInputs({"a#1": CHUNK})


def verdict(gate, inputs=INPUTS, **changes):
    result = GATE[gate](dataclasses.replace(CHOICE, **changes), inputs)
    assert result.gate == gate
    return result


def test_a_good_question_passes_what_needs_no_backend():
    for gate in ("schema", "key", "options", "evidence", "lengths"):
        assert verdict(gate).verdict == "pass"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"question": ""}, "question is empty"),
        ({"id": ""}, "id is empty"),
        ({"kind": "essay"}, "kind is 'essay'"),
        ({"kind": "true_false"}, "not True and False"),
        ({"level": "extreme"}, "level is 'extreme'"),
        ({"level": "medium"}, "level is medium with 1 hops"),
        ({"level": "easy", "path": ("a", "b", "c")}, "level is easy with 2 hops"),
        ({"level": "medium", "path": ("a", "b", "c")}, "2 hops with evidence of 1 chunks"),
        ({"options": ("one",)}, "1 options, not 2 to 26"),
        ({"options": ("one", " ", "two")}, "an option is empty"),
    ],
)
def test_schema_names_what_is_wrong(changes, reason):
    found = verdict("schema", **changes)
    assert found.verdict == "fail"
    assert reason in found.reason


@pytest.mark.parametrize("key", [-1, 4])
def test_a_key_beside_the_options_fails(key):
    assert verdict("key", key=key).verdict == "fail"


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("the users' power", "The users power", True),
        ("an optimisation", "optimization", True),
        ("intended receiver", "the intended receivers", True),
        ("increases the rate", "decreases the rate", False),
        ("synchronous", "asynchronous", False),
        ("IPv4 header", "IPv6 header", False),
        ("2.4 GHz", "2.5 GHz", False),
        ("SNR", "SINR", False),
        ("a before b", "b before a", False),
        ("a + b", "a - b", False),
        ("x < 1", "x > 1", False),
        ("!!", "!!", True),
        ("!!", "??", False),
    ],
)
def test_options_that_say_the_same_are_told_from_terms_that_differ(first, second, alike):
    assert (option_similarity(first, second) >= 0.9) == alike
    assert option_similarity(first, second) == option_similarity(second, first)
    found = verdict("options", options=(first, second))
    assert found.verdict == ("fail" if alike else "pass")


def test_evidence_is_verbatim_but_for_white_space():
    assert "1 quotes found" in verdict("evidence").reason
    wrong = verdict("evidence", evidence=(Evidence("a#1", "SIC decodes the strongest user"),))
    assert (wrong.verdict, "does not say" in wrong.reason) == ("fail", True)
    assert verdict("evidence", evidence=(Evidence("b#9", "SIC"),)).verdict == "fail"
    assert verdict("evidence", evidence=(Evidence("a#1", " "),)).verdict == "fail"
    assert verdict("evidence", evidence=()).verdict == "not run"
    assert verdict("evidence", GateInputs()).reason == "no documents to look in"


def test_lengths_compare_the_key_with_the_longest_and_the_shortest():
    assert length_outlier((35, 20, 20), 0) == 1.5
    assert length_outlier((10, 20, 20), 0) == 1.5
    assert length_outlier((10, 20, 20), 1) == 1.0
    texts = ("a" * 35, "b" * 20, "c" * 20, "d" * 5)
    assert verdict("lengths", options=texts).verdict == "fail"
    assert verdict("lengths", options=("a" * 34, *texts[1:])).verdict == "pass"


def test_a_key_drawn_by_lot_is_seldom_an_outlier():
    rng = np.random.default_rng(0)
    lengths = np.exp(rng.normal(3.3, 0.3, size=(4000, 4))).astype(int)
    alarms = [length_outlier(tuple(row), 0) >= 1.5 for row in lengths.tolist()]
    assert np.mean(alarms) < 0.06


def test_duplicates_are_measured_against_what_is_kept():
    texts = ["alpha beta gamma delta", "epsilon zeta", "delta alpha gamma beta", "zeta epsilon"]
    assert earlier_duplicates(texts) == [(-1, 0.0), (-1, 0.0), (0, 1.0), (1, 1.0)]
    assert earlier_duplicates(["only one"]) == [(-1, 0.0)]


def test_a_statement_and_its_denial_are_one_question():
    told = "Station Skalomi transmits in the amber band of the city at night."
    pair = [
        dataclasses.replace(CHOICE, id=str(key), kind="true_false", question=told, key=key,
                            options=("True", "False"))
        for key in (0, 1)
    ]  # fmt: skip
    assert [r.verdict for r in GATE["duplicates"].among(pair, INPUTS)] == ["pass", "fail"]


@pytest.mark.parametrize(
    ("n_true", "n_false", "kept"),
    [(30, 18, 22), (18, 30, 22), (55, 45, 55), (56, 44, 53), (1, 0, 1), (7, 0, 1), (2, 1, 2)],
)
def test_the_surplus_leaves_at_most_55_of_100(n_true, n_false, kept):
    many, few = max(n_true, n_false), min(n_true, n_false)
    left = many - surplus(n_true, n_false)
    assert left == kept
    assert left <= max(few + 1, 0.55 * (left + few) + 1e-9)


def test_what_goes_from_a_surplus_does_not_hang_on_the_order():
    statements = [
        dataclasses.replace(CHOICE, id=f"s{i}", kind="true_false", options=("True", "False"),
                            question=f"Fact {i} holds.", key=int(i > 7))
        for i in range(12)
    ]  # fmt: skip

    def dropped(questions):
        results = GATE["truth balance"].among(questions, INPUTS)
        return {q.id for q, r in zip(questions, results, strict=True) if r.verdict == "fail"}

    assert len(dropped(statements)) == 3
    assert dropped(statements) == dropped(statements[::-1])
    assert dropped(statements) <= {f"s{i}" for i in range(8)}


def test_even_places_pass_for_any_number_and_bad_ones_fail():
    rng = np.random.default_rng(1)
    drawn = [{4: rng.multinomial(9, [0.25] * 4)} for _ in range(200)]
    alarms = np.mean([position_p_value(counts) < 0.05 for counts in drawn])
    assert alarms < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 200)
    assert position_p_value({4: np.array([12, 0, 0, 0])}) < 0.01
    assert position_p_value({2: np.array([1, 0]), 4: np.array([0, 0, 1, 0])}) == 1.0


def test_a_solver_judges_problems_and_nothing_else():
    (asked,) = draft_problem_questions(1)
    gate = GATE["problem"]
    assert gate(asked, INPUTS).verdict == "pass"
    assert gate(CHOICE, INPUTS).reason.startswith("does not apply")
    wrong = gate(dataclasses.replace(asked, key=(asked.key + 1) % 4), INPUTS)
    assert wrong.verdict == "fail"
    number, unit = asked.answer.split(" ")
    twice = tuple(f"{float(number) * (1 + step / 1e5)} {unit}" for step in range(4))
    assert "4 options correct" in gate(dataclasses.replace(asked, options=twice), INPUTS).reason
    torn = gate(dataclasses.replace(asked, problem={"problem": {"type": "noma"}}), INPUTS)
    assert torn.verdict == "fail"


class Voter:
    """Answers with the next of the given options; None is a failure."""

    name = "voter"

    def __init__(self, *votes, options=CHOICE.options):
        self.votes = iter(votes)
        self.options = options
        self.orders = []
        self.contexts = []

    def generate(self, messages, **how):
        task = json.loads(messages[-1]["content"])
        options = task["options"]
        self.contexts.append(task["context"])
        self.orders.append(tuple(options.values()))
        if (vote := next(self.votes)) is None:
            raise BackendError("no connection")
        letter = next(name for name, text in options.items() if text == self.options[vote])
        return [f'{{"answer": "{letter}"}}']


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ((0, 0, 0, 0, 0), "pass"),
        ((0, 1, 0, 0, 0), "pass"),
        ((0, 1, 0, 0, 2), "fail"),
        ((0, 0, 0, 0, None), "pass"),
        ((1, 1, None, None, None), "fail"),
        ((0, 0, 0, None, 1), "not run"),
        ((None,) * 5, "not run"),
    ],
)
def test_key_agreement_counts_what_can_still_be_decided(votes, expected):
    judge = Voter(*votes)
    found = verdict("key agreement", dataclasses.replace(INPUTS, judge=judge))
    assert found.verdict == expected
    assert len(set(judge.orders)) > 1
    assert found.reason.startswith(str(votes[: len(judge.orders)].count(0)))


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ("TTTTTTTT", "pass"),
        ("TFTTTTTTT", "pass"),
        ("TFTTF", "fail"),
        ("TTTTT" + "-" * 4, "not run"),
    ],
)
def test_a_statement_takes_eight_of_nine_answers(votes, expected):
    asked = dataclasses.replace(CHOICE, kind="true_false", options=("True", "False"))
    places = {"T": 0, "F": 1, "-": None}
    judge = Voter(*(places[vote] for vote in votes), options=asked.options)
    found = GATE["key agreement"](asked, dataclasses.replace(INPUTS, judge=judge))
    assert found.verdict == expected
    assert len(judge.orders) == len(votes)
    if expected != "not run":
        assert found.figure == votes.count("T") / len(votes)


def test_who_guesses_passes_a_statement_with_probability_under_three_per_cent():
    asked = dataclasses.replace(CHOICE, kind="true_false", options=("True", "False"))
    rng = np.random.default_rng(0)
    passed = 0
    for _ in range(600):
        judge = Voter(*rng.integers(2, size=9).tolist(), options=asked.options)
        found = GATE["key agreement"](asked, dataclasses.replace(INPUTS, judge=judge))
        passed += found.verdict == "pass"
    assert passed / 600 < 10 / 512 + 3 * math.sqrt(0.02 / 600)


def test_the_figure_that_decided_stands_on_the_record():
    twins = GATE["duplicates"].among([CHOICE, dataclasses.replace(CHOICE, id="q2")], INPUTS)
    assert [result.figure for result in twins] == [None, 1.0]
    assert verdict("lengths").figure == pytest.approx(0.96, abs=0.2)
    told = dataclasses.replace(CHOICE, gates=(GateResult("context needed", "pass", "", 1.25),))
    record = told.to_record()
    assert record["pvi_bits"] == record["gates"][0]["figure"] == 1.25
    assert Question.from_record(record) == told
    assert CHOICE.to_record()["pvi_bits"] is None


def test_the_context_of_a_question_without_evidence_is_read():
    asked = dataclasses.replace(CHOICE, evidence=(), context="The weakest user is decoded first.")
    judge = Voter(0, 0, 0, 0)
    found = GATE["key agreement"](asked, GateInputs(judge=judge))
    assert found.verdict == "pass"
    assert set(judge.contexts) == {asked.context}
    assert Question.from_record(asked.to_record()) == asked


def test_answers_that_are_no_letter_are_asked_for_again():
    class Mumbler:
        name = "mumbler"
        said = 0

        def generate(self, messages, **how):
            Mumbler.said += 1
            return ["Well …"]

    found = verdict("key agreement", dataclasses.replace(INPUTS, judge=Mumbler()))
    assert (found.verdict, Mumbler.said) == ("not run", 15)
    assert "5 without an answer" in found.reason
