import pytest

from infometer.backends import BackendError, ScoringNotSupportedError
from infometer.backends.openai_format import read_echo


def test_a_chat_scores_first_tokens_with_one_request(server, connect):
    scored = connect(top_logprobs=5).score("A or B?", ["B", "A"])
    assert [(one.tokens, one.total) for one in scored] == [(("B",), -1.75), (("A",), -0.25)]
    (asked,) = server.requests
    assert (asked.logprobs, asked.top_logprobs, asked.max_tokens) == (True, 5, 1)
    assert asked.temperature == 1.0


@pytest.mark.parametrize("absent", ["C", "A and more", "a"])
def test_a_chat_makes_no_score_up(connect, absent):
    with pytest.raises(ScoringNotSupportedError, match=f"'{absent}' is not one.*top_logprobs"):
        connect().score("A or B?", ["A", absent])


def test_a_probability_that_is_not_told_is_absent(server, connect):
    server.first_tokens["B"] = -9999.0
    with pytest.raises(ScoringNotSupportedError, match=r"2 most probable.*'B'"):
        connect().score("A or B?", ["B"])


@pytest.mark.parametrize("logprobs", [None, {}, {"content": []}, {"content": None}])
def test_a_chat_without_log_probabilities(server, connect, acts, logprobs):
    server.will(acts.sends({"choices": [{"message": {"content": "A"}, "logprobs": logprobs}]}))
    with pytest.raises(ScoringNotSupportedError, match="no log-probabilities in a chat"):
        connect().score("A or B?", ["A"])
    assert len(server.requests) == 1


def test_completions_score_all_tokens_of_the_continuation(server, connect):
    backend = connect(api="completions")
    scored = backend.score("The band is", [" the lower band", " up."])
    assert scored[0].tokens == (" the", " lower", " band")
    assert scored[0].log_probabilities == (-0.5, -0.75, -0.625)
    assert scored[1].tokens == (" up", ".")
    assert scored[1].total == -0.5
    assert sorted(asked.prompt for asked in server.requests) == [
        "The band is the lower band", "The band is up."
    ]  # fmt: skip
    assert all(asked.echo and asked.logprobs == 1 for asked in server.requests)


def test_a_server_that_does_not_echo_is_found_out(server, connect, acts):
    told = {"tokens": ["Yes"], "token_logprobs": [0.0]}  # of the token that it wrote
    server.will(acts.sends({"choices": [{"text": "Yes", "logprobs": told}]}))
    with pytest.raises(ScoringNotSupportedError, match="does not echo"):
        connect(api="completions").score("Is it?", [" No"])


def echoed(prompt, continuation, tokens, written="!", first=None):
    values = [first, *(-float(place) for place in range(1, len(tokens)))]
    told = {"tokens": tokens, "token_logprobs": values}
    text = prompt + continuation + written
    scored = read_echo({"choices": [{"text": text, "logprobs": told}]}, prompt, continuation)
    return list(zip(scored.tokens, scored.log_probabilities, strict=True))


def test_the_continuation_is_cut_out_of_whatever_stands_around_it():
    found = [(" a", -2.0)]
    assert echoed("x a", " a", ["x", " a", " a", "!"]) == found
    assert echoed("x a", " a", ["x", " a", " a"], written="") == found  # nothing was written
    assert echoed("x a", " a", ["x", " a", " a", "</s>"], written="") == found
    assert echoed("x a", " a", ["x", " a", " a", ""], written="") == found
    assert echoed("x", " a", ["<s>", "x", " a", "!"]) == found
    assert echoed("≥", " a", ["\ufffd", "\ufffd", " a", "!"]) == found  # cut into bytes
    assert echoed("x", " λ", ["x", " ", "", "λ", "!"]) == [(" ", -1.0), ("", -2.0), ("λ", -3.0)]
    assert echoed("", "a", ["<s>", "a", "!"]) == [("a", -1.0)]


def test_a_token_across_the_boundary_belongs_to_neither():
    with pytest.raises(ScoringNotSupportedError, match="begin with the blank"):
        echoed("x ", "a", ["x", " a", "!"])


def test_without_a_prompt_the_first_token_has_no_probability():
    with pytest.raises(ScoringNotSupportedError, match="give a prompt"):
        echoed("", "a b", ["a", " b", "!"])


@pytest.mark.parametrize(
    ("tokens", "values"),
    [
        (["x", " a", "!"], [None, -1.0]),
        (["x", " a", "!"], [None, 0.5, -1.0]),
        (["x", " a", "!"], [None, "low", -1.0]),
        (["x", " a", "!"], [None, float("nan"), -1.0]),
        (["x", 3, "!"], [None, -1.0, -1.0]),
    ],
)
def test_malformed_scores_are_asked_again_then_told(server, connect, acts, tokens, values):
    told = {"tokens": tokens, "token_logprobs": values}
    server.will(*[acts.sends({"choices": [{"text": "x a!", "logprobs": told}]})] * 3)
    backend = connect(api="completions")
    with pytest.raises(BackendError, match="malformed"):
        backend.score("x", [" a"])
    assert len(backend.incidents) == 3


def test_nothing_and_empty_text(server, connect):
    backend = connect()
    assert backend.score("x", []) == []
    with pytest.raises(ValueError, match=r"continuations\[1\] is empty"):
        backend.score("x", ["a", ""])
    assert not server.requests


def test_no_more_requests_at_once_than_allowed(server, connect):
    server.delay_s = 0.03
    backend = connect(api="completions", max_concurrency=3)
    scored = backend.score("x", [f" a{place}" for place in range(9)])
    assert [one.tokens[0] for one in scored] == [f" a{place}" for place in range(9)]
    assert server.most_busy == 3


def test_scores_are_cached(server, connect, tmp_path):
    for api in ("chat", "completions"):
        for _ in range(2):
            backend = connect(api=api, cache=tmp_path / "c.sqlite")
            backend.score("x ", ["A", "B"]) if api == "chat" else backend.score("x", [" A"])
    assert backend.usage.cache_hits == 1
    assert backend.usage.requests == 0
    assert len(server.requests) == 2
