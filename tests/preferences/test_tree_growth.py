import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from infometer.backends import BackendError, OpenAICompatible, Recording, Replay, RuleBased
from infometer.preferences import continuation_messages, grow_prefix_tree

PROMPT = "Say four words."


class Words:
    """Ends every response after four words, each with a full stop; stops before a stop string."""

    name = "words"

    def __init__(self, vocabulary=1000, most_requests=None):
        self.vocabulary, self.most_requests, self.asked = vocabulary, most_requests, []

    def generate(self, messages, *, n=1, temperature=0.0, max_tokens=512, stop=None, seed=None):
        if len(self.asked) == self.most_requests:
            raise BackendError("the server is down")
        self.asked.append((messages[-1]["content"], temperature, stop))
        text = messages[-1]["content"].removeprefix(PROMPT)
        there = text.count(".")
        unfinished = bool(text) and not text.endswith(".")
        rng = np.random.default_rng(seed)
        words = [f"w{rng.integers(self.vocabulary)}." for _ in range(4 - there)]
        written = "." + "".join(words[1:]) if unfinished else "".join(words)
        return [written.partition(stop[0])[0] if stop else written]


def grow(backend, **changes):
    given = {"depth": 3, "separators": ["."], "continuation": "completion", "random_state": 0}
    return grow_prefix_tree(backend, PROMPT, **{**given, **changes})


@pytest.mark.parametrize(("branching", "depth"), [(2, 3), (3, 2), (2, 6)])
def test_a_full_tree_of_whole_responses(branching, depth):
    tree = grow(Words(10**9), branching=branching, depth=depth)
    assert len(tree.leaves) == branching ** min(depth, 4)
    assert all(leaf.count(".") == 4 for leaf in tree.leaves)
    assert tree.depths.max() == min(depth, 4)
    children = np.bincount(tree.parents[1:], minlength=len(tree.parents))
    assert set(children[(tree.depths < depth) & ~tree.complete]) == {branching}


def test_hot_until_the_first_separator_and_cooler_after_it():
    backend = Words()
    tree = grow(backend, temperatures=(1.5, 0.5))
    assert len(backend.asked) == 2 * len(tree.leaves)
    heads = [ask for ask in backend.asked if ask[2] is not None]
    assert {ask[1] for ask in heads} == {1.5}
    assert all(ask[0] == PROMPT or ask[0].endswith(".") for ask in heads)
    assert {ask[1] for ask in backend.asked if ask[2] is None} == {0.5}


def test_equal_temperatures_need_one_request_a_response():
    backend = Words()
    tree = grow(backend, temperatures=(1.0, 1.0))
    assert len(backend.asked) == len(tree.leaves) == 8
    assert {ask[2] for ask in backend.asked} == {None}


def test_same_seed_same_tree_and_another_seed_another():
    first, again, other = (grow(Words(), random_state=seed) for seed in (0, 0, 1))
    assert first.texts == again.texts
    assert first.texts != other.texts


def test_siblings_with_the_same_text_are_one_node():
    tree = grow(Words(vocabulary=2), depth=4, branching=3)
    children = list(zip(tree.parents.tolist(), tree.segments, strict=True))
    assert len(set(children)) == len(children)
    assert len(tree.leaves) == len(set(tree.leaves)) <= 16


def test_an_interrupted_tree_goes_on_from_its_record(tmp_path):
    whole, path = Words(), tmp_path / "record.jsonl"
    expected = grow(whole)
    with pytest.raises(BackendError, match="down"):
        grow(Recording(Words(most_requests=5), path))
    rest = Words()
    assert grow(Recording(rest, path)).texts == expected.texts
    assert rest.asked == whole.asked[5:]
    assert grow(Replay(path)).texts == expected.texts
    with pytest.raises(BackendError, match="not among the 16 requests"):
        grow(Replay(path), random_state=1)


@contextmanager
def serving(backend):
    """A server of completions on this machine; its address."""

    class Completions(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            messages = [{"role": "user", "content": asked["prompt"]}]
            settings = {name: asked.get(name) for name in ("temperature", "stop", "seed")}
            (text,) = backend.generate(messages, **settings)
            body = json.dumps({"choices": [{"text": text, "finish_reason": "stop"}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Completions)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_gives_the_same_tree_and_its_cache_gives_it_again(tmp_path):
    words = Words()
    with serving(words) as url:
        settings = {"api": "completions", "cache": tmp_path / "answers.sqlite"}
        backend = OpenAICompatible(url, "words", max_retries=0, **settings)
        tree = grow(backend)
        asked = len(words.asked)
        assert grow(backend).texts == tree.texts == grow(Words()).texts
        backend.close()
    assert len(words.asked) == asked == 16


def test_rules_know_siblings_by_their_number():
    rules = RuleBased({"continue": lambda asked: f"\n- {asked['alternative']}\n" * 2})
    tree = grow_prefix_tree(rules, "List.", depth=2, temperatures=(1, 1))
    assert len(tree.leaves) == 4
    assert "".join(tree.leaves).count("- 1") == 7


def test_a_backend_that_always_says_the_same_gives_one_response():
    tree = grow_prefix_tree(
        RuleBased({"continue": lambda asked: "" if asked["text"] else "Yes."}),
        "Is it?", depth=2, branching=4,
    )  # fmt: skip
    assert tree.leaves == ("Yes.",)
    with pytest.raises(ValueError, match="cannot be compared with itself"):
        tree.pairs(1)


def test_an_answer_may_end_where_another_goes_on():
    def rule(asked):
        return ["One. Two. Three.", ""][asked["alternative"]]

    tree = grow_prefix_tree(
        RuleBased({"continue": rule}), "Count.", depth=2, separators=[". "], temperatures=(1, 1)
    )
    assert set(tree.leaves) == {"One. Two. Three.", "One. "}


def test_how_a_beginning_is_put():
    assert continuation_messages("Q: ", "A", "completion") == [{"role": "user", "content": "Q: A"}]
    filled = continuation_messages("Q", "A", "prefill")
    assert [message["role"] for message in filled] == ["user", "assistant"]
    assert [message["role"] for message in continuation_messages("Q", "", "prefill")] == ["user"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"depth": 0}, "depth is 0; expected at least 1"),
        ({"branching": 1}, "branching is 1; expected at least 2"),
        ({"max_tokens": 0}, "max_tokens is 0"),
        ({"separators": "\n"}, "expected a sequence of texts"),
        ({"separators": [""]}, "expected a sequence of texts, not empty"),
        ({"temperatures": (0.0, 0.5)}, "expected two numbers above 0"),
        ({"temperatures": (1.0,)}, "expected two numbers above 0"),
        ({"continuation": "append"}, "continuation is 'append'"),
    ],
)
def test_bad_settings_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        grow(Words(), **changes)


def test_a_backend_that_writes_nothing_is_named():
    with pytest.raises(ValueError, match="rules wrote nothing in 2 answers to the prompt 'Why"):
        grow_prefix_tree(RuleBased({"continue": lambda _: ""}), "Why?", depth=2)
