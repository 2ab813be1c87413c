import json

import pytest

from infometer.backends import (
    BackendError,
    NoRuleError,
    Recording,
    Replay,
    RuleBased,
    ScoringNotSupportedError,
    TextBackend,
    TokenLogprobs,
    task_messages,
)

HELLO = [{"role": "user", "content": "Grüß dich \ud83d"}]


class Counting:
    """Numbers its answers."""

    name = "counting"

    def __init__(self):
        self.calls = 0

    def generate(self, messages, *, n=1, **settings):
        self.calls += 1
        return [f"answer {self.calls} \ud83d"] * n

    def score(self, prompt, continuations):
        self.calls += 1
        return [TokenLogprobs((text,), (-0.1 * self.calls,)) for text in continuations]


def test_a_replay_says_what_was_recorded(tmp_path):
    path = tmp_path / "folder" / "r.jsonl"
    recorded = Recording(Counting(), path)
    said = [
        recorded.generate(HELLO),
        recorded.generate(HELLO, n=2, seed=1),
        recorded.generate(HELLO, stop=["x"]),
    ]
    scored = recorded.score("p", ["a", "b"])
    replay = Replay(path)
    assert isinstance(replay, TextBackend)
    assert isinstance(recorded, TextBackend)
    assert replay.name == recorded.name == "counting"
    assert replay.score("p", ("a", "b")) == scored
    assert replay.generate(HELLO, stop=("x",)) == said[2]
    assert replay.generate(HELLO, n=2, seed=1) == said[1] == ["answer 2 \ud83d"] * 2
    assert replay.generate(HELLO, temperature=0) == said[0]


def test_what_is_on_record_is_not_asked_again(tmp_path):
    path, backend = tmp_path / "r.jsonl", Counting()
    for _ in range(2):
        recording = Recording(backend, path)
        assert recording.generate(HELLO) == recording.generate(HELLO) == ["answer 1 \ud83d"]
    assert backend.calls == 1
    assert len(path.read_bytes().splitlines()) == 2


def test_the_same_calls_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        recording = Recording(Counting(), tmp_path / name)
        recording.generate(HELLO)
        recording.score("p", ["a"])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_request_that_is_not_on_record_is_named(tmp_path):
    path = tmp_path / "r.jsonl"
    Recording(Counting(), path).generate(HELLO)
    replay = Replay(path)
    with pytest.raises(BackendError, match=r"1 requests on record.*\"seed\": 9"):
        replay.generate(HELLO, seed=9)
    with pytest.raises(BackendError, match="continuations"):
        replay.score("p", ["a"])


def test_a_refusal_is_replayed_as_one(tmp_path):
    path = tmp_path / "r.jsonl"
    recording = Recording(RuleBased({}), path)
    for make in (lambda: recording, lambda: recording, lambda: Replay(path)):
        with pytest.raises(ScoringNotSupportedError, match="rules give no"):
            make().score("p", ["a"])
        with pytest.raises(NoRuleError, match="'draft'"):
            make().generate(task_messages("draft", "", {}))
    assert len(path.read_text().splitlines()) == 3


def test_other_failures_are_not_recorded(tmp_path):
    class Failing(Counting):
        def generate(self, messages, **settings):
            raise BackendError("gone")

    path = tmp_path / "r.jsonl"
    with pytest.raises(BackendError, match="gone"):
        Recording(Failing(), path).generate(HELLO)
    assert Recording(Counting(), path).generate(HELLO) == ["answer 1 \ud83d"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", "line 1"),
        ("[]", "line 1"),
        ('{"backend": "x"}\n{"request": {}, "ans', "line 2"),
        ('{"backend": "x"}\n{"answer": []}', "line 2"),
        ('{"backend": "x"}\n{"request": {}, "refusal": "SystemExit"}', "line 2"),
    ],
)
def test_what_is_no_record_is_refused(tmp_path, lines, message):
    path = tmp_path / "r.jsonl"
    path.write_text(lines)
    for read in (Replay, lambda path: Recording(Counting(), path)):
        with pytest.raises(ValueError, match=message):
            read(path)
    assert path.read_text() == lines


def test_a_record_of_another_backend_is_not_gone_on_with(tmp_path):
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps({"backend": "other"}) + "\n")
    with pytest.raises(ValueError, match="record of 'other'"):
        Recording(Counting(), path)
