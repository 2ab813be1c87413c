import dataclasses
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from infometer.backends import BackendError, RuleBased, ScoringNotSupportedError, TokenLogprobs
from infometer.questions import (
    QuestionPipeline,
    check_questions,
    chunk_documents,
    example_document,
    read_questions,
)
from infometer.questions.drafting import RULES
from infometer.questions.gates import GATES
from infometer.questions.gating import is_due, rejected_by

DOCUMENTS = [example_document()]
RULE_BASED = RuleBased(RULES)
FEW = {"per_level": 1, "problems": 0}


def built(folder, pipeline=None, **options):
    path = folder / "set.jsonl"
    options = {"per_level": 3, "problems": 2, **options}
    report = (pipeline or QuestionPipeline(RULE_BASED)).run(DOCUMENTS, path, **options)
    return report, path, folder / "set.rejected.jsonl"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return built(tmp_path_factory.mktemp("made"))


def test_what_stands_and_what_does_not_is_written_with_every_verdict(made):
    report, path, rejected = made
    questions, unreadable = read_questions(path)
    assert questions == list(report.accepted)
    assert not unreadable
    assert len(questions) > 10
    assert [q.id for q in questions] == sorted(q.id for q in questions)
    fallen = [json.loads(line) for line in rejected.read_text(encoding="utf-8").splitlines()]
    assert [record["id"] for record in fallen] == [q.id for q in report.rejected]
    assert all(record["rejected_by"] for record in fallen)
    n_each = len(report.yields)
    assert {len(q.gates) for q in report.questions} == {n_each}
    assert sum(q.problem is not None for q in questions) == 2
    assert sorted(os.listdir(path.parent)) == ["set.jsonl", "set.rejected.jsonl"]


def test_rules_never_pass_what_they_cannot_judge(made):
    report = made[0]
    silent = {"key agreement", "context needed", "hops"}
    verdicts = {(r.gate, r.verdict) for q in report.questions for r in q.gates}
    assert not {(gate, "pass") for gate in silent} & verdicts
    assert all(name in report.answer() for name in silent)
    assert {finding.where for finding in report.findings} >= silent


def test_the_same_documents_give_the_same_bytes(made, tmp_path):
    again = built(tmp_path)
    for ours, theirs in zip(made[1:], again[1:], strict=True):
        assert ours.read_bytes() == theirs.read_bytes()
    other = built(tmp_path / "other", random_state=1)
    assert other[1].read_bytes() != made[1].read_bytes()


def test_keys_stand_at_every_place_alike(made):
    places = [q.key for q in made[0].accepted if q.kind == "multiple_choice"]
    counts = [places.count(place) for place in range(4)]
    assert max(counts) - min(counts) <= 1


def test_the_written_set_is_found_as_good_as_it_was(made):
    found = check_questions(made[1], documents=chunk_documents(DOCUMENTS))
    assert len(found.accepted) == len(found.questions) == len(made[0].accepted)


class Model:
    """Drafts by the rules and answers that every first option is right; counts what it is asked."""

    name = "model"

    def __init__(self, fail_at=None):
        self.asked = 0
        self.fail_at = fail_at

    def generate(self, messages, **how):
        self.asked += 1
        if self.asked == self.fail_at:
            raise BackendError("the server is gone")
        task = json.loads(messages[-1]["content"])
        if task["task"] == "answer":
            return ['{"answer": "A"}']
        return RULE_BASED.generate(messages, **how)

    def score(self, prompt, continuations):
        raise ScoringNotSupportedError("no scores here")


def test_a_judge_sees_the_options_in_the_order_in_which_they_are_written(tmp_path):
    class Scorer(Model):
        name = "scorer"

        def __init__(self):
            super().__init__()
            self.seen = []

        def score(self, prompt, continuations):
            lines = prompt.partition("Question: ")[2].splitlines()
            self.seen.append(tuple(line[3:] for line in lines if line[1:3] == ". "))
            return [TokenLogprobs((text,), (-1.0,)) for text in continuations]

    judge = Scorer()
    gates = tuple(gate for gate in GATES if gate.name != "key agreement")
    report, *_ = built(tmp_path, QuestionPipeline(RULE_BASED, gates, judge), problems=0)
    judged = [q for q in report.questions if q.pvi_bits is not None]
    assert len(judged) > 9
    assert {q.options for q in judged} == set(judge.seen)
    places = [q.key for q in judged if q.kind == "multiple_choice"]
    assert max(map(places.count, range(4))) - min(map(places.count, range(4))) <= 1


@pytest.fixture
def few_paths(monkeypatch):
    """Try one path for each question, as every answer of a model is synced to the disk."""
    monkeypatch.setattr("infometer.questions.drafting.ATTEMPTS", 1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Build a set by a model that is never interrupted: how often it is asked, and the set."""
    model = Model()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("infometer.questions.drafting.ATTEMPTS", 1)
        _, path, _ = built(tmp_path_factory.mktemp("whole"), QuestionPipeline(model), **FEW)
    return model.asked, path


def test_a_model_is_asked_once_and_goes_on_where_it_failed(whole, tmp_path, few_paths):
    asked, path = whole
    broken = Model(fail_at=4)
    with pytest.raises(BackendError, match="the server is gone"):
        built(tmp_path / "broken", QuestionPipeline(broken), **FEW)
    mended = Model()
    _, again, _ = built(tmp_path / "broken", QuestionPipeline(mended), **FEW)
    assert again.read_bytes() == path.read_bytes()
    assert 3 + mended.asked == asked
    idle = Model()
    built(path.parent, QuestionPipeline(idle), **FEW)
    assert idle.asked == 0


def test_a_judge_that_fails_leaves_gates_to_be_run_later(tmp_path):
    class Gone(Model):
        name = "judge"

        def generate(self, messages, **how):
            self.asked += 1
            raise BackendError("no connection")

    gone = Gone()
    pipeline = QuestionPipeline(RULE_BASED, judge=gone)
    report, *_ = built(tmp_path, pipeline, problems=0)
    due = [r for q in report.questions for r in q.gates if r.gate == "key agreement" and is_due(r)]
    assert due
    assert all("no connection" in result.reason for result in due)
    scoring = {r.reason for q in report.questions for r in q.gates if r.gate == "context needed"}
    assert any("no scores here" in reason for reason in scoring)
    assert report.accepted
    strict = dataclasses.replace(pipeline, require=("key agreement",))
    report, *_ = built(tmp_path, strict, problems=0)
    assert not report.accepted
    assert {by for q in report.rejected for by in rejected_by(q, strict.require)} >= {
        "key agreement"
    }


SLOW = """
import time, json
from infometer.backends import RuleBased
from infometer.questions import QuestionPipeline, example_document
from infometer.questions import drafting
from infometer.questions.drafting import RULES
drafting.ATTEMPTS = 1

class Slow:
    name = "model"
    def generate(self, messages, **how):
        time.sleep(0.02)
        task = json.loads(messages[-1]["content"])
        if task["task"] == "answer":
            return ['{{"answer": "A"}}']
        print("asked", flush=True)
        return RuleBased(RULES).generate(messages, **how)
    def score(self, prompt, continuations):
        from infometer.backends import ScoringNotSupportedError
        raise ScoringNotSupportedError("no scores here")

QuestionPipeline(Slow()).run([example_document()], {path!r}, per_level=1)
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_killed_it_loses_nothing(whole, tmp_path, few_paths):
    path = tmp_path / "killed" / "set.jsonl"
    code = SLOW.format(path=str(path))
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    for _ in range(3):
        assert run.stdout.readline() == "asked\n"
    time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    assert not path.exists()
    rest = Model()
    _, killed, _ = built(path.parent, QuestionPipeline(rest), **FEW)
    assert killed.read_bytes() == whole[1].read_bytes()
    assert rest.asked <= whole[0] - 2


def test_a_gate_that_is_none_cannot_be_required():
    with pytest.raises(ValueError, match="require names \\['taste'\\]"):
        QuestionPipeline(RULE_BASED, require=("taste",))
