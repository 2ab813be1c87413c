import sqlite3
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from infometer.backends.request_cache import RequestCache, request_key
from infometer.sweeps import RowStore


def fill(path, worker):
    cache = RequestCache(path)
    for number in range(10):
        cache.put({"number": number}, f"{number} of any")
        cache.put({"worker": worker, "number": number}, f"{number} of {worker}")


def test_an_answer_comes_back_as_it_was(tmp_path):
    path = tmp_path / "folder" / "c.sqlite"
    text = '{"λ": "\\ud83d", "x": [1.0, null]}\n'
    RequestCache(path).put({"a": "\ud83d", "b": [1]}, text)
    assert RequestCache(path).get({"b": [1], "a": "\ud83d"}) == text
    assert RequestCache(path).get({"b": [1.0], "a": "\ud83d"}) is None


def test_the_first_answer_stays(tmp_path):
    cache = RequestCache(tmp_path / "c.sqlite")
    cache.put({"a": 1}, "first")
    cache.put({"a": 1}, "second")
    assert cache.get({"a": 1}) == "first"
    assert len(cache) == 1


def test_keys_tell_all_requests_apart():
    requests = [{}, {"a": 1}, {"a": "1"}, {"a": [1]}, {"a": {"b": 1}}, {"a": None}, {"b": 1}]
    assert len({request_key(request) for request in requests}) == len(requests)


def test_threads_and_processes_write_at_once(tmp_path):
    path = tmp_path / "c.sqlite"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, [path] * 4, range(4)))
    with ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as pool:
        list(pool.map(fill, [path] * 2, range(4, 6)))
    cache = RequestCache(path)
    assert len(cache) == 10 + 6 * 10
    assert cache.get({"worker": 5, "number": 9}) == "9 of 5"


def test_other_files_are_left_alone(tmp_path):
    text, rows, other = tmp_path / "a.txt", tmp_path / "rows.sqlite", tmp_path / "other.sqlite"
    text.write_text("not a database, but long enough to be taken for one " * 40)
    RowStore(rows, {}).close()
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    for path in (text, rows, other):
        before = path.read_bytes()
        with pytest.raises(ValueError, match="cannot hold answers"):
            RequestCache(path)
        assert path.read_bytes() == before
    with pytest.raises(ValueError, match="is a folder"):
        RequestCache(tmp_path)
