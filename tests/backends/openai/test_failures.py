"""Whatever the server does, nothing is lost and each retry is on record."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from infometer.backends import BackendError

MESSAGES = [{"role": "user", "content": "hello"}]
GOOD = ["HELLO"]


@pytest.mark.parametrize("code", [408, 409, 425, 429, 500, 502, 503, 504])
def test_a_status_that_passes_is_asked_again(server, connect, acts, waits, code):
    server.will(acts.status(code, "too busy"), acts.status(code, "still busy"))
    backend = connect(backoff_s=0.5)
    assert backend.generate(MESSAGES) == GOOD
    first, second = backend.incidents
    assert (first.kind, first.attempt, first.status) == ("retry", 1, code)
    assert "too busy" in first.reason
    assert (second.attempt, second.reason) == (2, f"status {code}: still busy")
    assert [first.wait_s, second.wait_s] == waits
    assert 0.25 <= waits[0] <= 0.5 <= waits[1] <= 1.0  # twice as long, jitter in (1/2, 1]
    assert first.request == second.request


def test_the_jitter_is_the_requests_own(server, connect, acts, waits):
    for text in ("one", "two", "one"):
        server.will(acts.status(503))
        connect().generate([{"role": "user", "content": text}])
    assert waits[0] == waits[2] != waits[1]


def test_retry_after_makes_a_wait_longer_and_never_shorter(server, connect, acts, waits):
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    server.will(
        acts.status(429, Retry_After="7"),
        acts.status(429, Retry_After=in_a_minute),
        acts.status(429, Retry_After="0"),
        acts.status(429, Retry_After="soon"),
    )
    assert connect(max_retries=4).generate(MESSAGES) == GOOD
    assert waits[0] == 7.0
    assert 50 < waits[1] <= 60
    assert 1.0 <= waits[2] <= 2.0
    assert 2.0 <= waits[3] <= 4.0


def test_a_server_that_asks_for_an_hour_is_not_waited_for(server, connect, acts, waits):
    server.will(acts.status(429, "quota is used up", Retry_After="3600"))
    with pytest.raises(BackendError, match=r"quota is used up.*3600 s; run again after that"):
        connect().generate(MESSAGES)
    assert waits == []


@pytest.mark.parametrize("code", [400, 401, 403, 404, 413, 422])
def test_a_status_that_stays_fails_at_once_with_the_servers_message(
    server, connect, acts, waits, code
):
    server.will(acts.status(code, "max_tokens is too large"))
    with pytest.raises(BackendError, match=f"status {code}: max_tokens is too large"):
        connect().generate(MESSAGES)
    assert len(server.requests) == 1
    assert waits == []


def test_a_redirect_is_not_followed(server, connect, acts):
    server.will(acts.status(307, Location="http://127.0.0.1:9/v1"))
    with pytest.raises(BackendError, match="status 307"):
        connect().generate(MESSAGES)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("drops", "RemoteProtocolError"), ("cuts", "RemoteProtocolError"), ("stalls", "ReadTimeout")],
)
def test_a_broken_connection_is_made_again(server, connect, acts, name, reason):
    server.will(getattr(acts, name))
    backend = connect(timeout_s=0.3)
    assert backend.generate(MESSAGES) == GOOD
    (incident,) = backend.incidents
    assert (incident.kind, incident.status) == ("retry", None)
    assert reason in incident.reason


def test_a_server_that_is_not_there(server, connect, waits):
    backend = connect()
    server.stop()
    with pytest.raises(BackendError, match=r"no usable answer in 3 attempts .*ConnectError"):
        backend.generate(MESSAGES)
    assert [incident.kind for incident in backend.incidents] == ["retry", "retry", "failure"]
    assert len(waits) == 2


MALFORMED = {
    "empty": (b"", "no JSON"),
    "truncated": (b'{"choices": [{"mess', "no JSON"),
    "page": (b"<html>Bad gateway</html>", "Bad gateway"),
    "latin": (b'{"choices": "\xe9"}', "no JSON"),
    "deep": (b"[" * 100_000, "no JSON"),
    "list": (b"[]", "no choices"),
    "no choices": (b'{"object": "x"}', "no choices"),
    "empty choices": (b'{"choices": []}', "no choices"),
    "null choice": (b'{"choices": [null]}', "content is None"),
    "null message": (b'{"choices": [{"message": null}]}', "content is None"),
    "null content": (
        b'{"choices": [{"message": {"content": null}, "finish_reason": "length"}]}',
        "finish_reason 'length'",
    ),
    "parts": (b'{"choices": [{"message": {"content": ["x"]}}]}', "content is"),
    "too many": (
        b'{"choices": [{"message": {"content": "x"}}, {"message": {"content": "y"}}]}',
        "2 choices where 1",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_answer_is_asked_again_then_told(server, connect, acts, tmp_path, name):
    content, told = MALFORMED[name]
    backend = connect(cache=tmp_path / "c.sqlite")
    server.will(acts.raw(content, "text/html"))
    assert backend.generate(MESSAGES) == GOOD
    assert told in backend.incidents[0].reason

    server.will(*[acts.raw(content)] * 3)
    with pytest.raises(BackendError, match="no usable answer in 3 attempts") as caught:
        backend.generate([{"role": "user", "content": "again"}])
    assert told in str(caught.value)
    assert backend.generate([{"role": "user", "content": "again"}]) == ["AGAIN"]  # was not cached


def test_an_empty_text_is_an_answer(server, connect, acts):
    server.will(acts.sends({"choices": [{"message": {"content": ""}}]}))
    assert connect().generate(MESSAGES) == [""]


def test_json_of_another_content_type_is_still_json(server, connect, acts):
    server.will(acts.raw(b'{"choices": [{"message": {"content": "x"}}]}', "text/plain"))
    assert connect().generate(MESSAGES) == ["x"]
