"""What was answered is not asked again: in another run, from many threads, after a kill."""

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from infometer.backends import json_endpoint

FIFTY = """
import sys
from infometer.backends import OpenAICompatible
backend = OpenAICompatible(sys.argv[1], "tiny", cache=sys.argv[2])
for number in range(50):
    backend.generate([{"role": "user", "content": f"question {number}"}])
    print(number, flush=True)
print(backend.usage.cache_hits, flush=True)
"""


def ask(backend, text):
    return backend.generate([{"role": "user", "content": text}])


def asked(server):
    return Counter(request.messages[-1]["content"] for request in server.requests)


def test_a_repeated_request_costs_nothing(server, connect, tmp_path):
    first, second = (connect(cache=tmp_path / "c.sqlite") for _ in range(2))
    assert ask(first, "a") == ask(first, "a") == ask(second, "a") == ["A"]
    assert len(server.requests) == 1
    used = second.usage
    assert (used.cache_hits, used.requests, used.prompt_tokens, used.seconds) == (1, 0, 0, 0.0)
    assert first.usage.prompt_tokens == 10


def test_a_request_that_differs_in_anything_is_another(server, connect, tmp_path):
    cache = tmp_path / "c.sqlite"
    message = [{"role": "user", "content": "a"}]
    for settings in ({}, {"seed": 1}, {"temperature": 0.5}, {"max_tokens": 7}, {"stop": ["x"]}):
        connect(cache=cache).generate(message, **settings)
    connect(cache=cache, extra_body={"top_k": 1}).generate(message)
    connect(cache=cache, api="completions").generate(message)
    assert len(server.requests) == 7
    connect(cache=cache).generate(message, temperature=0)  # 0 and 0.0 are the same
    assert len(server.requests) == 7


def test_without_a_cache_each_call_is_a_request(server, connect):
    backend = connect()
    ask(backend, "a")
    ask(backend, "a")
    assert len(server.requests) == 2


def test_many_threads_share_a_backend(server, connect, tmp_path):
    backend = connect(cache=tmp_path / "c.sqlite", max_concurrency=4)
    texts = [f"question {number}" for number in range(24)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda text: ask(backend, text), texts))
    assert answers == [[text.upper()] for text in texts]
    assert backend.usage.requests == 24
    assert backend.usage.completion_tokens == 72
    assert backend.usage.seconds > 0


def test_many_threads_send_no_more_at_once_than_allowed(server, connect):
    server.delay_s = 0.03
    backend = connect(max_concurrency=3)
    with ThreadPoolExecutor(9) as pool:
        list(pool.map(lambda text: ask(backend, text), "abcdefghi"))
    assert server.most_busy == 3


def test_an_interrupt_leaves_the_cache_whole(server, connect, tmp_path, monkeypatch):
    backend = connect(cache=tmp_path / "c.sqlite")
    ask(backend, "a")

    def interrupted(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(json_endpoint.JsonEndpoint, "post", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ask(backend, "b")
    again = connect(cache=tmp_path / "c.sqlite")
    assert ask(again, "a") == ["A"]
    assert ask(again, "b") == ["B"]
    assert asked(server) == {"a": 1, "b": 1}


def test_a_killed_run_goes_on_where_it_was(server, tmp_path):
    command = [sys.executable, "-c", FIFTY, server.url, str(tmp_path / "c.sqlite")]
    server.delay_s = 0.004
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        told = [int(run.stdout.readline()) for _ in range(20)]
        os.kill(run.pid, signal.SIGKILL)
    before = asked(server)
    assert told == list(range(20))
    assert 20 <= len(before) < 50

    again = subprocess.run(command, capture_output=True, text=True, check=True)
    counts = asked(server)
    assert len(counts) == 50
    repeated = [text for text, count in counts.items() if count > 1]
    assert len(repeated) <= 1  # the one that was under way
    assert not set(repeated) & {f"question {number}" for number in told}
    assert int(again.stdout.split()[-1]) == len(before) - len(repeated)
