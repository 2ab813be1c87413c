import dataclasses
import json
import math

import pytest

from infometer.questions import balance_positions, check_questions, read_questions
from infometer.questions.gates.context_needed import CONTEXT_NEEDED
from infometer.questions.writing import write_questions

TELEQNA = {
    "question 0": {
        "question": "What is decoded first?", "option 1": "The weakest user",
        "option 2": "The strongest user", "option 3": "Noise",
        "answer": "option 1: The weakest user", "explanation": "", "category": "Lexicon",
    },
    "question 1": {"question": "Is noise white?", "option 1": "False", "option 2": "True",
                   "answer": "option 2: True"},
    "question 2": {"question": "Who?", "option 1": "I", "answer": "option 9: you"},
}  # fmt: skip


def test_sets_of_others_are_judged_by_what_needs_no_evidence(tmp_path):
    path = tmp_path / "TeleQnA.txt"
    path.write_text(json.dumps(TELEQNA))
    found = check_questions(path)
    assert [q.kind for q in found.questions] == ["multiple_choice", "true_false"]
    assert found.questions[1].options == ("True", "False")
    assert found.questions[1].answer == "True"
    assert len(found.unreadable) == 1
    yields = found.yields.set_index("gate")
    assert yields.loc["schema", "pass"] == 2
    assert yields.loc["evidence", "not_run"] == 2
    assert "evidence" in found.answer()
    assert {"reading", "evidence"} <= {finding.where for finding in found.findings}


def test_questions_come_back_from_a_file_and_bad_lines_are_told(tmp_path, small_world):
    questions, _ = small_world
    path = tmp_path / "set.jsonl"
    write_questions(path, questions)
    lines = path.read_text(encoding="utf-8").splitlines()
    torn = json.loads(lines[1]) | {"answer": "option 9: none"}
    path.write_text("\n".join([lines[0], json.dumps(torn), "{", "", "[1]", *lines[2:]]))
    again, unreadable = read_questions(path)
    assert again == [questions[0], *questions[2:]]
    assert [line.partition(":")[0] for line in unreadable] == ["line 2", "line 3", "line 5"]


def test_the_context_of_others_questions_is_what_a_judge_reads(tmp_path, reader):
    told = "Station Skalomi transmits in the amber band."
    record = {"question": "Which band is that of station Skalomi?", "options": ["amber", "azure"],
              "answer": "amber", "context": told}  # fmt: skip
    path = tmp_path / "set.json"
    path.write_text(json.dumps([record, {**record, "context": "Noise is white."}]))
    found = check_questions(path, judge=reader, gates=[CONTEXT_NEEDED])
    assert [result.verdict for q in found.questions for result in q.gates] == ["pass", "fail"]
    assert found.questions[0].pvi_bits == pytest.approx(math.log2(2 * 0.97), abs=1e-3)


def test_a_file_without_a_question_is_refused(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text('{"kind": 1, "level": 2, "evidence": 3}')
    with pytest.raises(ValueError, match="holds no usable question"):
        check_questions(path)
    with pytest.raises(ValueError, match="questions is empty"):
        check_questions([])


def test_a_report_has_yields_and_examples_of_what_failed(small_world, reader):
    questions, chunks = small_world
    spoilt = [dataclasses.replace(questions[0], key=9), *questions[1:]]
    found = check_questions(spoilt, documents=chunks, judge=reader)
    report = found.report()
    assert report.answer.startswith(f"{len(questions) - 1} of {len(questions)} questions")
    rejected = report.tables["Rejected, for example"]
    assert rejected["gate"].tolist() == ["key"]
    kinds = report.tables["What the questions are"]
    assert kinds["questions"].sum() == len(questions)
    assert kinds["accepted"].sum() == len(questions) - 1
    frame = found.to_frame()
    assert frame.loc[0, "rejected_by"] == "key"
    assert frame.loc[0, "evidence"] == "not run"
    assert (frame["schema"] == "pass").all()
    assert set(report.figures) == {"What each gate says", "Where the key stands"}
    assert json.dumps(found.to_dict())
    yields = found.yields
    judged = yields[["pass", "fail", "not_run", "rejected_before", "does_not_apply"]].sum(axis=1)
    assert set(judged) == {len(questions)}


def test_figures_are_drawn(small_world):
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    report = check_questions(small_world[0]).report()
    for draw in report.figures.values():
        assert draw(Figure().add_subplot()).patches


def test_shuffling_leaves_the_question_and_what_speaks_of_places(small_world):
    questions, _ = small_world
    moved = balance_positions(questions, random_state=3)
    assert moved == balance_positions(questions[::-1], random_state=3)[::-1]
    assert moved != questions
    for before, after in zip(questions, moved, strict=True):
        assert set(after.options) == set(before.options)
        assert after.answer == before.answer
    bound = dataclasses.replace(
        questions[0], options=("one", "two", "three", "All of the above"), key=3
    )
    assert balance_positions([bound]) == [bound]
