"""Questions by rule: right by construction, with verbatim evidence, the same bytes every time."""

import json

import numpy as np
import pytest

from infometer.backends import RuleBased
from infometer.questions import RULES, draft_questions, draft_with_roles, example_document
from infometer.questions.chunks import chunk_documents
from infometer.questions.derivations import derive
from infometer.questions.draft_schema import check_draft
from infometer.questions.falsification import falsifications
from infometer.questions.long_forms import wrong_long_forms
from infometer.questions.quantities_in_text import find_quantities, neighbours, other_values
from infometer.questions.rivals import rival_terms
from infometer.questions.statements import Statement
from infometer.questions.verbs import main_clause


@pytest.fixture(scope="module")
def drafted():
    return draft_questions([example_document()], RuleBased(RULES), per_level=4, random_state=0)


def test_the_levels_and_kinds_that_were_asked_for(drafted):
    questions, log = drafted
    assert sum(log.drafted.values()) == len(questions)
    assert log.drafted["true_false, easy"] == log.drafted["multiple_choice, easy"] == 4
    hops = {"easy": 1, "medium": 2, "hard": 3}
    for question in questions:
        chunks = {part.chunk for part in question.evidence}
        assert len(chunks) == hops[question.level] or (
            question.level == "hard" and len(chunks) == question.hops == 1
        )


def test_every_quote_stands_verbatim_in_its_chunk(drafted):
    chunks = {chunk.id: chunk.text for chunk in chunk_documents([example_document()])}
    for question in drafted[0]:
        assert all(part.quote in chunks[part.chunk] for part in question.evidence)


def test_true_and_false_are_balanced_and_agree_with_the_quotes(drafted):
    asked = [q for q in drafted[0] if q.kind == "true_false" and "____" not in q.question]
    for question in asked:
        verbatim = all(part.quote in question.question for part in question.evidence)
        assert verbatim == (question.answer == "True")
    answers = [q.answer for q in drafted[0] if q.kind == "true_false"]
    assert abs(answers.count("True") - answers.count("False")) <= 3


def test_four_different_options_and_no_wrong_one_fills_the_gap(drafted):
    quotes = " ".join(part.quote for question in drafted[0] for part in question.evidence)
    for question in drafted[0]:
        if question.kind == "multiple_choice":
            assert len({option.lower() for option in question.options}) == 4
        if "____" in question.question and question.origin in ("rules: term", "rules: number"):
            stem = question.question.partition("”: “")[2].removesuffix("”?")
            filled = [stem.replace("____", option) in quotes for option in question.options]
            assert filled == [place == question.key for place in range(4)]


def test_the_same_bytes_twice_and_others_for_another_seed(drafted):
    again, _ = draft_questions([example_document()], RuleBased(RULES), per_level=4, random_state=0)
    records = [json.dumps(question.to_record()) for question in drafted[0]]
    assert records == [json.dumps(question.to_record()) for question in again]
    other, _ = draft_questions([example_document()], RuleBased(RULES), per_level=4, random_state=1)
    assert {question.id for question in other} != {question.id for question in again}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("The BS sends at least one block to users.",
         "The BS sends at most one block to users."),
        ("The scheduler can serve users by their reports.",
         "The scheduler cannot serve users by their reports."),
        ("The MAC scheduler assigns blocks to the users.",
         "The MAC scheduler does not assign blocks to the users."),
        ("YeAH does not depend on the queue of a router.",
         "YeAH depends on the queue of a router."),
        ("The machine has three states for its timers.",
         "The machine has four states for its timers."),
    ],
)  # fmt: skip
def test_minimal_falsifications(text, changed):
    statement = Statement(text, "a#1", "“A”", main_clause(text))
    found = {change.text for seed in range(12) for change in falsifications(statement, {}, seed)}
    assert changed in found
    assert text not in found


@pytest.mark.parametrize(
    "text",
    [
        "Only the MAC scheduler assigns blocks to all users.",
        "TS 36.213 has the rules of Release 8.",
    ],
)
def test_what_may_stay_true_is_not_falsified(text):
    statement = Statement(text, "a#1", "“A”", main_clause(text))
    assert falsifications(statement, {}, 0) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The power is 23 dBm.", 0.199526),
        ("The gain is 3 dB.", 1.99526),
        ("The carrier has a bandwidth of 20 MHz.", -101.0),
        ("It uses a carrier frequency of 3 GHz.", 9.99308),
        ("A report is sent every 5 ms.", 200.0),
        ("The link carries 8 Mbps.", 1.0),
    ],
)
def test_derived_figures(text, value):
    assert derive(text, find_quantities(text)[-1]).value == pytest.approx(value, rel=1e-5)


def test_numbers_in_names_and_ranges_are_no_quantities():
    text = "IEEE 802.11 of Layer 2 and Release 15 users wait 3 to 5 ms or about 9 ms, not 7 ms."
    assert [(q.number, q.unit) for q in find_quantities(text)] == [("7", "ms")]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("It takes 7 slots.", "4 5 6 8 9 10"),
        ("It is -20 dBm.", "-50 -40 -30 -10 0 10"),
        ("It is 46 dBm.", "37 40 43 49 52 55"),
        ("It is 12.5 %.", "11.0 11.5 12.0 13.0 13.5 14.0"),
        ("It is 90 %.", "84 86 88 92 94 96"),
        ("It lasts 200 ms.", "20 50 100 500 1000 2000"),
        ("It lasts 0.5 ms.", "0.05 0.1 0.2 1.0 2.0 5.0"),
        ("It has 64 bytes.", "8 16 32 128 256 512"),
        ("It takes 3 slots.", ""),
        ("It has 10 frames.", "4 6 8 12 14 16"),
    ],
)
def test_neighbours_go_on_with_the_number_as_it_is_written(text, row):
    (quantity,) = find_quantities(text)
    below, above = neighbours(quantity)
    assert " ".join([*below[::-1], *above]) == row


def test_the_right_number_has_any_rank_alike():
    (quantity,) = find_quantities("It lasts 200 ms.")
    ranks = np.zeros(4)
    for seed in range(400):
        others = other_values(quantity, np.random.default_rng(seed))
        assert len({*others, "200"}) == 4
        ranks[sum(float(x) < 200 for x in others)] += 1
    assert np.abs(ranks - 100).max() < 4 * np.sqrt(400 * 0.25 * 0.75)


def shared_words(first, second):
    return len(set(first.split()) & set(second.split()))


def test_wrong_long_forms_keep_the_initials_and_hide_the_right_one_among_them():
    right = "Physical Downlink Control Channel"
    for seed in range(10):
        wrong = wrong_long_forms(right, [], np.random.default_rng(seed))
        options = [right, *wrong]
        assert len(set(options)) == 4
        assert {"".join(word[0] for word in text.split()) for text in options} == {"PDCC"}
        shared = [sorted(shared_words(a, b) for b in options if b != a) for a in options]
        assert shared == [shared[0]] * 4


def test_words_of_other_long_forms_come_first_and_one_word_is_not_enough():
    others = ["Premium Cell", "Priority Coding"]
    wrong = wrong_long_forms("Packet Count", others, np.random.default_rng(0))
    assert {word for text in wrong for word in text.split()} <= {
        "Packet", "Count", "Premium", "Cell", "Priority", "Coding",
    }  # fmt: skip
    assert wrong_long_forms("Layer 2", [], np.random.default_rng(0)) == []


def test_names_are_offered_as_often_as_they_are_asked_for():
    """Who has read many questions knows no name as a wrong one."""
    names = [f"{first}{last}" for first in "ABCDE" for last in "WXYZ"]
    counts = {name: 1 + place % 4 for place, name in enumerate(names)}
    terms = [{"surface": s, "type": "acronym", "count": n} for s, n in counts.items()]
    statement = Statement("It is none of those.", "a#1", "“A”", None)
    keys = np.array([s for s, n in counts.items() for _ in range(n)])
    key, wrong = dict.fromkeys(counts, 0), dict.fromkeys(counts, 0)
    draw = np.random.default_rng(0)
    for asked in draw.choice(keys, 4000):
        key[asked] += 1
        vocabulary = {"terms": terms, "acronyms": []}
        for other in rival_terms(str(asked), statement, vocabulary, draw)[:3]:
            wrong[other] += 1
    right = [key[name] / (key[name] + wrong[name]) for name in counts]
    assert max(abs(share - 0.25) for share in right) < 0.07  # even draws: 0.1 to 0.4


def test_a_draft_is_refused_with_what_is_wrong_with_it():
    payload = {"kind": "multiple_choice", "evidence": [{"chunk": "a#1", "text": "It is so."}]}
    draft = {"question": "Which?", "options": ["a", "b", "c", "d"], "key": 0,
             "evidence": [{"chunk": "a#1", "quote": "It is so."}]}  # fmt: skip
    check_draft(draft, payload)
    for name, value, message in (
        ("options", ["a", "A", "c", "d"], "four different"),
        ("key", 4, "key is 4"),
        ("evidence", [{"chunk": "a#1", "quote": "It is not so."}], "does not stand verbatim"),
        ("evidence", [{"chunk": "a#2", "quote": "It is so."}], "names no given chunk"),
        ("question", " ", "question is empty"),
    ):
        with pytest.raises(ValueError, match=message):
            check_draft({**draft, name: value}, payload)


def roles(answers, accept=True):
    """A model whose solver gives these answers in turn."""
    draft = {"question": "How much?", "options": ["1", "2", "3", "4"], "key": 1,
             "evidence": [{"chunk": "a#1", "quote": "It is 2."}]}  # fmt: skip
    turns = iter(answers)
    return RuleBased(
        {
            "draft_multiple_choice": lambda payload: json.dumps(draft),
            "formalise": lambda payload: '{"problem": "How much?"}',
            "solve": lambda payload: json.dumps({"answer": next(turns), "working": "1 + 1"}),
            "criticise": lambda payload: json.dumps({"accept": accept, "objection": "too easy"}),
        }
    )


def test_a_draft_is_taken_only_where_the_solver_finds_its_key():
    payload = {"kind": "multiple_choice", "evidence": [{"chunk": "a#1", "text": "It is 2."}]}
    assert draft_with_roles(roles(["3", "2"]), payload)["explanation"] == "1 + 1"
    refused = draft_with_roles(roles(["3", "3", "3"]), payload)["refused"]
    assert refused == "after 3 rounds: the solver found '3', not the key"
    refused = draft_with_roles(roles(["2", "2", "2"], accept=False), payload)["refused"]
    assert refused == "after 3 rounds: too easy"


def test_what_is_asked_for_wrongly_is_named():
    with pytest.raises(ValueError, match="documents has 0 entries"):
        draft_questions([], RuleBased(RULES))
    with pytest.raises(ValueError, match="kinds is"):
        draft_questions([example_document()], RuleBased(RULES), kinds=("essay",))
