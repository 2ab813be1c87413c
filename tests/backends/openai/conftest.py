"""A server on loopback that speaks OpenAI's interface, and misbehaves when it is told to."""

import json
import re
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from infometer.backends import OpenAICompatible, http_retries

KEY = "sk-secret-0123456789"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.fake.handle(self, body)

    def log_message(self, *arguments):
        pass

    def reply(self, status=200, answer=None, headers=None, raw=None, kind="application/json"):
        content = json.dumps(answer).encode() if raw is None else raw
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


class FakeServer:
    """Answers with the last message in capitals; what stands in `script` comes first."""

    def __init__(self):
        self.script, self.requests = deque(), []
        self.ignores_n = False
        self.first_tokens = {"A": -0.25, "B": -1.75, " A": -3.0}
        self.busy, self.most_busy = 0, 0
        self.released = threading.Event()
        self.delay_s = 0.0
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads, self._http.fake = True, self
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self):
        self.released.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def handle(self, handler, body):
        with self._lock:
            self.requests.append(
                SimpleNamespace(path=handler.path, headers=handler.headers, **body)
            )
            act = self.script.popleft() if self.script else None
            self.busy += 1
            self.most_busy = max(self.busy, self.most_busy)
        try:
            self.released.wait(self.delay_s)
            (act or self.answer)(handler, body)
        finally:
            with self._lock:
                self.busy -= 1

    def answer(self, handler, body):
        n = 1 if self.ignores_n else body.get("n", 1)
        choice = self.chat if handler.path.endswith("/chat/completions") else self.completion
        usage = {"prompt_tokens": 10, "completion_tokens": 3 * n}
        handler.reply(answer={"choices": [choice(body) for _ in range(n)], "usage": usage})

    def chat(self, body):
        text = body["messages"][-1]["content"].upper()
        choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        if body["max_tokens"] < len(text.split()):
            choice["finish_reason"] = "length"
        if body.get("logprobs"):
            top = [{"token": t, "logprob": v} for t, v in self.first_tokens.items()]
            choice["logprobs"] = {"content": [{**top[0], "top_logprobs": top}]}
        return choice

    def completion(self, body):
        prompt = body["prompt"]
        if not body.get("echo"):
            return {"text": prompt.upper(), "finish_reason": "stop"}
        tokens = [*re.findall(r"\s?\w+|\W", prompt), "!"]
        values = [None, *(-len(token) / 8 for token in tokens[1:])]
        return {"text": prompt + "!", "logprobs": {"tokens": tokens, "token_logprobs": values}}

    def will(self, *acts):
        """What the next requests get, one each."""
        self.script.extend(acts)


def status(code, message="not now", **headers):
    """An error in the usual form."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, body: handler.reply(code, {"error": {"message": message}}, named)


def sends(answer):
    """Any JSON as a good status."""
    return lambda handler, body: handler.reply(answer=answer)


def raw(content, kind="application/json"):
    """Any bytes as a good status."""
    return lambda handler, body: handler.reply(raw=content, kind=kind)


def drops(handler, body):
    """Breaks the connection off."""
    handler.close_connection = True


def cuts(handler, body):
    """Promises more bytes than it sends."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def stalls(handler, body):
    """Says nothing until the test is over."""
    handler.server.fake.released.wait(20)
    handler.close_connection = True


@pytest.fixture
def acts():
    """The ways to misbehave."""
    return SimpleNamespace(
        status=status, sends=sends, raw=raw, drops=drops, cuts=cuts, stalls=stalls
    )


@pytest.fixture
def server():
    fake = FakeServer()
    yield fake
    fake.stop()


@pytest.fixture
def waits(monkeypatch):
    """The waits between attempts, which are told and not slept."""
    told = []
    monkeypatch.setattr(http_retries, "time", SimpleNamespace(sleep=told.append))
    return told


@pytest.fixture
def key(monkeypatch):
    """The key, which stands in the environment."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    return KEY


@pytest.fixture
def connect(server, waits):
    """A function: a backend of the fake server, closed when the test is over."""
    made = []

    def make(**settings):
        settings = {"max_retries": 2, "timeout_s": 10.0, **settings}
        made.append(OpenAICompatible(server.url, "tiny", **settings))
        return made[-1]

    yield make
    for backend in made:
        backend.close()
