import pytest

from infometer.backends import (
    NoRuleError,
    RuleBased,
    ScoringNotSupportedError,
    TextBackend,
    task_messages,
)


def test_a_task_is_answered_by_the_rule_of_its_name_and_sees_only_its_payload():
    seen = []
    backend = RuleBased({"count": lambda payload: seen.append(dict(payload)) or "2", "other": str})
    messages = task_messages("count", "Count the users.", {"text": "SIC für zwei", "k": [1, None]})
    assert backend.generate(messages, n=2, temperature=1.0, seed=3) == ["2", "2"]
    assert seen == [{"text": "SIC für zwei", "k": [1, None]}]
    assert isinstance(backend, TextBackend)


def test_without_a_rule_it_says_which_there_are():
    backend = RuleBased({"draft": str, "entities": str})
    with pytest.raises(NoRuleError, match=r"'judge'.*draft, entities"):
        backend.generate(task_messages("judge", "Is it so?", {}))


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"role": "user", "content": "Is it so?"}],
        [{"role": "user", "content": '["draft"]'}],
        [{"role": "user", "content": '{"task": 3}'}],
        [*task_messages("draft", "", {}), {"role": "assistant", "content": '{"task": "draft"}'}],
        [*task_messages("draft", "", {}), {"role": "user", "content": "and now?"}],
    ],
)
def test_what_is_no_task_is_not_guessed_at(messages):
    with pytest.raises(NoRuleError, match="no task"):
        RuleBased({"draft": str}).generate(messages)


def test_it_does_not_score():
    with pytest.raises(ScoringNotSupportedError, match="LocalModel"):
        RuleBased({}).score("a", ["b"])


def test_a_rule_is_a_callable():
    with pytest.raises(TypeError, match="'draft'"):
        RuleBased({"draft": "text"})


@pytest.mark.parametrize(
    ("task", "payload", "message"),
    [
        ("", {}, "task is empty"),
        ("count", {"task": "x"}, "'task' of its own"),
        ("count", {"x": float("nan")}, "'count' is no JSON"),
        ("count", {"x": {1, 2}}, "'count' is no JSON"),
    ],
)
def test_a_payload_that_is_no_json_is_refused(task, payload, message):
    with pytest.raises(ValueError, match=message):
        task_messages(task, "", payload)
