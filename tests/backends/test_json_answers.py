import pytest

from infometer.backends import (
    AnswerAttempt,
    BackendError,
    MalformedAnswerError,
    RuleBased,
    ask_json,
    task_messages,
)


class Scripted:
    """Gives the answers of a list, one a call, and keeps what it was asked."""

    name = "scripted"

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def generate(self, messages, **settings):
        self.asked.append(list(messages))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return [answer]

    def score(self, prompt, continuations):
        raise NotImplementedError


def has_key(value):
    if not isinstance(value, dict) or "key" not in value:
        raise ValueError("has no key")


MESSAGES = [{"role": "user", "content": "Which one?"}]


@pytest.mark.parametrize(
    "text",
    [
        '{"key": 1}',
        ' \n{"key": 1}\n',
        'Sure:\n```json\n{"key": 1}\n```\nAnything else?',
        '```\n{"key": 1}\n```',
        'Of 3 options {A, B, C} and [1] I take {"key": 1}, not {"key": 2}.',
        '<think>{"idea": [}</think> {"key": 1}',
        'not {"key": NaN} but {"key": 1}',
        "[" * 20 + ' {"key": 1}',
    ],
)
def test_the_first_value_that_passes_is_found_in_what_models_write(text):
    answer = ask_json(Scripted(text), MESSAGES, has_key)
    assert answer.value == {"key": 1}
    assert answer.attempts == (AnswerAttempt(text),)


@pytest.mark.parametrize(
    "text",
    ["", "Sorry.", '{"key": 1', '{"key": Infinity}', "[" * 200_000, '{"key"', "{'key': 1}"],
)
def test_what_is_no_json_is_asked_for_again(text):
    backend = Scripted(text, '{"key": 2}')
    answer = ask_json(backend, MESSAGES, has_key)
    assert answer.value == {"key": 2}
    assert [attempt.text for attempt in answer.attempts] == [text, '{"key": 2}']
    assert "no JSON" in answer.attempts[0].problem
    asked_again = backend.asked[1]
    assert asked_again[:2] == [*MESSAGES, {"role": "assistant", "content": text}]
    assert "no JSON" in asked_again[2]["content"]


def test_the_backend_is_told_only_of_its_last_answer_and_nothing_is_lost():
    backend = Scripted('{"a": 1}', '{"b": 1}', "no")
    with pytest.raises(MalformedAnswerError, match=r"none of 3.*no JSON") as caught:
        ask_json(backend, MESSAGES, has_key)
    assert [attempt.text for attempt in caught.value.attempts] == ['{"a": 1}', '{"b": 1}', "no"]
    assert [attempt.problem for attempt in caught.value.attempts[:2]] == ["has no key"] * 2
    assert [len(messages) for messages in backend.asked] == [1, 3, 3]


def test_of_several_values_the_first_ones_problem_is_told():
    def check(value):
        raise ValueError(f"no {value['a']}")

    with pytest.raises(MalformedAnswerError, match=r"no 1$"):
        ask_json(Scripted('{"a": 1} or {"a": 2}'), MESSAGES, check, attempts=1)


def test_a_task_stays_a_task_when_it_is_asked_again():
    def draft(payload):
        return '{"key": 1}' if "has no key" in payload.get("correction", "") else "{}"

    messages = task_messages("draft", "Draft it.", {"text": "a"})
    answer = ask_json(RuleBased({"draft": draft}), messages, has_key)
    assert answer.value == {"key": 1}
    with pytest.raises(MalformedAnswerError):
        ask_json(RuleBased({"draft": lambda payload: "{}"}), messages, has_key)


def test_a_failing_backend_still_tells_what_it_answered_before():
    with pytest.raises(BackendError, match="gone") as caught:
        ask_json(Scripted("{}", BackendError("gone")), MESSAGES, has_key)
    assert "'{}'" in caught.value.__notes__[0]


def test_at_least_one_attempt():
    with pytest.raises(ValueError, match="attempts is 0"):
        ask_json(Scripted(), MESSAGES, has_key, attempts=0)
