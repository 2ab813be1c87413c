import pytest

from infometer.backends import OpenAICompatible, TextBackend

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "ask Ünal"}]


def test_a_chat_is_asked_and_answers(server, connect):
    backend = connect()
    answers = backend.generate(MESSAGES, n=2, max_tokens=9, temperature=1, stop=["\n"], seed=5)
    assert answers == ["ASK ÜNAL"] * 2
    (asked,) = server.requests
    assert asked.path == "/v1/chat/completions"
    assert (asked.model, asked.n, asked.max_tokens, asked.stop, asked.seed) == (
        "tiny", 2, 9, ["\n"], 5
    )  # fmt: skip
    assert asked.messages == MESSAGES
    assert isinstance(backend, TextBackend)
    assert backend.name == "openai-compatible:tiny"


def test_a_completion_is_given_the_contents_alone(server, connect):
    assert connect(api="completions").generate(MESSAGES) == ["BE BRIEF.\n\nASK ÜNAL"]
    (asked,) = server.requests
    assert asked.path == "/v1/completions"
    assert asked.prompt == "Be brief.\n\nask Ünal"


def test_half_a_character_is_sent_and_cached_like_any_text(connect, tmp_path):
    backend = connect(cache=tmp_path / "c.sqlite")
    for _ in range(2):
        assert backend.generate([{"role": "user", "content": "half \ud83d"}]) == ["HALF \ud83d"]
    assert backend.usage.cache_hits == 1


def test_what_is_not_given_is_not_sent(server, connect):
    connect().generate(MESSAGES)
    sent = vars(server.requests[0]).keys()
    assert sent == {"path", "headers", "model", "messages", "temperature", "max_tokens"}


def test_a_server_that_ignores_n_is_asked_until_there_are_n(server, connect, tmp_path):
    server.ignores_n = True
    backend = connect(cache=tmp_path / "c.sqlite")
    assert backend.generate(MESSAGES, n=3, seed=7) == ["ASK ÜNAL"] * 3
    assert [(vars(asked).get("n"), asked.seed) for asked in server.requests] == [
        (3, 7), (2, 8), (None, 9)
    ]  # fmt: skip
    backend.generate(MESSAGES, n=3)
    backend.generate(MESSAGES, n=3)
    assert len(server.requests) == 6  # without a seed, too, the three are not one in the cache


def test_a_truncated_answer_is_told_on_the_record(server, connect, tmp_path):
    cache = tmp_path / "c.sqlite"
    for _ in range(2):  # from the server, and from the cache
        backend = connect(cache=cache)
        assert backend.generate(MESSAGES, max_tokens=1) == ["ASK ÜNAL"]
        (incident,) = backend.incidents
        assert incident.kind == "truncated"
        assert "1 of 1 answers ended at max_tokens=1" in incident.reason
        assert backend.usage.truncated == 1
    assert len(server.requests) == 1


def test_extra_fields_go_along_and_none_takes_one_out(server, connect):
    backend = connect(api="completions", extra_body={"max_tokens": None, "top_k": 1})
    backend.generate(MESSAGES)
    assert server.requests[0].top_k == 1
    assert not hasattr(server.requests[0], "max_tokens")


def test_usage_adds_up_and_has_a_price(server, connect, acts):
    server.will(acts.status(500), acts.sends({"choices": [], "usage": {"prompt_tokens": 5}}))
    backend = connect()
    backend.generate(MESSAGES)
    used = backend.usage
    assert (used.requests, used.retries) == (3, 2)
    assert (used.prompt_tokens, used.completion_tokens) == (15, 3)
    assert used.uncounted == 0
    assert 0 < used.seconds < 10
    assert used.cost(2.0, 10.0) == pytest.approx((15 * 2 + 3 * 10) / 1e6)


def test_a_cost_is_not_made_up_where_tokens_are_not_told(server, connect, acts):
    server.will(acts.sends({"choices": [{"message": {"content": "x"}}]}))
    backend = connect()
    assert backend.generate(MESSAGES) == ["x"]
    assert backend.usage.uncounted == 1
    with pytest.raises(ValueError, match="told no tokens with 1 answers"):
        backend.usage.cost(1.0, 1.0)


def test_a_backend_without_a_path_in_its_address_speaks_v1(server, waits):
    backend = OpenAICompatible(server.url.removesuffix("/v1"), "tiny")
    backend.generate(MESSAGES)
    backend.close()
    assert server.requests[0].path == "/v1/chat/completions"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"api": "assistants"}, "api is 'assistants'"),
        ({"timeout_s": 0}, "timeout_s is 0"),
        ({"backoff_s": float("inf")}, "backoff_s is inf"),
        ({"max_retries": -1}, "max_retries is -1"),
        ({"max_concurrency": 0}, "max_concurrency is 0"),
        ({"top_logprobs": 2.5}, "top_logprobs is 2.5"),
    ],
)
def test_settings_that_cannot_be(connect, settings, message):
    with pytest.raises(ValueError, match=message):
        connect(**settings)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"messages": []}, "messages are empty"),
        ({"n": 0}, "n is 0"),
        ({"max_tokens": -1}, "max_tokens is -1"),
    ],
)
def test_calls_that_cannot_be(server, connect, changed, message):
    with pytest.raises(ValueError, match=message):
        connect().generate(**{"messages": MESSAGES, **changed})
    assert not server.requests


@pytest.mark.parametrize(
    "base_url",
    ["localhost:8000", "ftp://x/v1", "http://", "http://a:99999999/v1", "http://[::1/v1", ""],
)
def test_addresses_that_are_none(base_url):
    with pytest.raises(ValueError, match="base_url is no http"):
        OpenAICompatible(base_url, "tiny")
