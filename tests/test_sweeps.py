import math
import os
import signal
import sqlite3
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from infometer.resampling import generator
from infometer.sweeps import RowStore, sweep
from infometer.tables import read_table

SPECIAL = [math.nan, math.inf, -math.inf, -0.0, 0.1 + 0.2, 5e-324, 1.7976931348623157e308]


def draw(random_state, n, family="normal"):
    value = generator(random_state).standard_normal(n).sum()
    return {"family": family, "value": float(value), "seed": random_state}


def two_rows(random_state, n):
    return [{"part": part, "value": np.float64(n) / 3, "count": np.int64(n)} for part in "ab"]


GRID = {"n": [3, 1, 2], "family": ["normal", "uniform"]}


def test_special_floats_and_integers_survive(tmp_path):
    rows = [{"x": value, "i": 2**62 + 1, "s": "NaN", "b": True, "none": None} for value in SPECIAL]
    with RowStore(tmp_path / "r.sqlite", {}) as store:
        store.put(("k", 1), rows)
    with RowStore(tmp_path / "r.sqlite", {}) as store:
        frame = store.to_frame()
        store.export(tmp_path / "out", "rows")
    for back in (frame, read_table(tmp_path / "out" / "rows.parquet")):
        assert [math.copysign(1, x) for x in back["x"]] == [math.copysign(1, x) for x in SPECIAL]
        np.testing.assert_array_equal(back["x"], SPECIAL)
        assert back["i"].dtype == np.int64
        assert back["i"].tolist() == [2**62 + 1] * len(SPECIAL)
        assert back["s"].tolist() == ["NaN"] * len(SPECIAL)
        assert back["b"].dtype == bool
    np.testing.assert_array_equal(read_table(tmp_path / "out" / "rows.csv")["x"], SPECIAL)


def test_put_replaces_all_rows_of_a_task_and_keeps_its_place(tmp_path):
    with RowStore(tmp_path / "r.sqlite", {}) as store:
        store.put({"b": 1, "a": 2.0}, [{"x": 1}, {"x": 2}])
        store.put(("other",), [{"x": 9}])
        store.put({"a": np.float64(2.0), "b": np.int64(1)}, [{"x": 3}])
        assert store.to_frame()["x"].tolist() == [3, 9]
        assert store.keys() == [{"a": 2.0, "b": 1}, ("other",)]
        assert not store.has(("another",))
        assert store.to_frame([("other",)])["x"].tolist() == [9]


def test_what_cannot_be_stored_is_refused_and_nothing_is_written(tmp_path):
    with RowStore(tmp_path / "r.sqlite", {}) as store:
        with pytest.raises(TypeError, match="of type object cannot be stored"):
            store.put(("k",), [{"x": 1}, {"x": object()}])
        assert store.keys() == []


def test_other_settings_are_refused_with_every_difference(tmp_path):
    path = tmp_path / "r.sqlite"
    RowStore(path, {"n": 100, "k": 3, "same": [1]}).close()
    with pytest.raises(ValueError, match="other settings") as caught:
        RowStore(path, {"n": 200, "noise": 0.1, "same": (1,)})
    message = str(caught.value)
    assert "n: 100 in the file, 200 given" in message
    assert "k: 3 in the file, absent given" in message
    assert "noise: absent in the file, 0.1 given" in message
    assert "same" not in message
    assert "another path" in message


def test_a_foreign_or_damaged_file_is_refused_untouched(tmp_path):
    foreign = tmp_path / "foreign.sqlite"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE settings (name, value)")
    connection.commit()
    connection.close()
    text = tmp_path / "text.sqlite"
    text.write_text("these are no rows, " * 100)
    for path, reason in [(foreign, "another program"), (text, "not a database")]:
        before = path.read_bytes()
        with pytest.raises(ValueError, match=reason):
            RowStore(path, {})
        assert path.read_bytes() == before
    with pytest.raises(ValueError, match="is a folder"):
        RowStore(tmp_path, {})


def test_a_truncated_file_is_refused(tmp_path):
    path = tmp_path / "r.sqlite"
    with RowStore(path, {"n": 1}) as store:
        for i in range(50):
            store.put((i,), [{"x": "tea" * 200}])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match=r"r\.sqlite' cannot hold rows.*another path"):
        RowStore(path, {"n": 1})


def test_the_table_does_not_depend_on_jobs_order_or_resumption(tmp_path):
    one = sweep(draw, GRID, tmp_path / "1.sqlite", n_jobs=1, random_state=5)
    two = sweep(draw, GRID, tmp_path / "2.sqlite", n_jobs=2, random_state=5)
    sweep(draw, [{"family": "uniform", "n": 2}], tmp_path / "3.sqlite", random_state=5)
    resumed = sweep(draw, GRID, tmp_path / "3.sqlite", random_state=5)
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    pd.testing.assert_frame_equal(one, resumed, check_exact=True)
    assert one["n"].tolist() == [3, 3, 1, 1, 2, 2]
    assert one["seed"].nunique() == 6
    other = sweep(draw, GRID, tmp_path / "1.sqlite", random_state=6)
    assert not set(other["seed"]) & set(one["seed"])


def test_the_fingerprint_of_the_data_is_part_of_the_key(tmp_path):
    counts = []
    for data in ("a", "b", "a"):
        sweep(
            draw,
            GRID,
            tmp_path / "s.sqlite",
            fingerprint=data,
            progress=lambda *c: counts.append(c),
        )
    assert [done for done, _ in counts] == [*range(7), *range(7), 6]
    assert {total for _, total in counts} == {6}


def test_a_task_may_give_many_rows_and_numpy_numbers(tmp_path):
    frame = sweep(two_rows, {"n": [1, 2]}, tmp_path / "s.sqlite")
    assert frame["part"].tolist() == list("abab")
    assert frame["count"].tolist() == [1, 1, 2, 2]
    assert frame["value"].tolist() == [1 / 3, 1 / 3, 2 / 3, 2 / 3]


def contradict(random_state, n):
    return {"n": n + 1}


def test_a_row_that_contradicts_its_parameters_is_refused(tmp_path):
    with pytest.raises(ValueError, match="the task gave n = 2") as caught:
        sweep(contradict, {"n": [1]}, tmp_path / "s.sqlite")
    assert caught.value.__notes__ == ["in the task of the sweep with {'n': 1}"]


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"family": "normal"}, r"'family' the string 'normal'; give \['normal'\]"),
        ([{"n": 1}, {"n": 1}], "twice"),
        ({"random_state": [0]}, "'random_state'"),
    ],
)
def test_a_bad_grid_is_refused_before_a_file_is_made(tmp_path, grid, message):
    with pytest.raises(ValueError, match=message):
        sweep(draw, grid, tmp_path / "s.sqlite")
    assert not (tmp_path / "s.sqlite").exists()


def test_a_file_holds_one_task(tmp_path):
    sweep(partial(draw, family="normal"), {"n": [1]}, tmp_path / "s.sqlite")
    with pytest.raises(ValueError, match='task: "draw" in the file, "two_rows" given'):
        sweep(two_rows, {"n": [1]}, tmp_path / "s.sqlite")


def fail_at_four(random_state, n):
    if n == 4:
        raise KeyboardInterrupt
    return {"seed": random_state}


def test_an_interrupt_leaves_what_is_done(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        sweep(fail_at_four, {"n": range(6)}, tmp_path / "s.sqlite", n_jobs=1)
    with RowStore(tmp_path / "s.sqlite", {"task": "fail_at_four"}) as store:
        assert store.to_frame()["n"].tolist() == [0, 1, 2, 3]


KILLED = """
import sys, time, uuid
from pathlib import Path
from infometer.resampling import generator
from infometer.sweeps import sweep

folder, stop = Path(sys.argv[1]), int(sys.argv[2])

def task(random_state, n):
    if n == stop:
        (folder / "half-way").touch()
        time.sleep(60)
    (folder / f"ran-{n}-{uuid.uuid4().hex}").touch()
    return {"value": float(generator(random_state).standard_normal())}

frame = sweep(task, {"n": range(10)}, folder / "s.sqlite", n_jobs=1)
frame.to_csv(folder / "table.csv", index=False)
"""


def run_script(folder: Path, stop: int) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", KILLED, str(folder), str(stop)])


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a system with SIGKILL")
def test_a_killed_sweep_resumes_and_computes_nothing_twice(tmp_path):
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    killed.mkdir()
    whole.mkdir()
    process = run_script(killed, stop=5)
    deadline = time.monotonic() + 60
    while not (killed / "half-way").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert len(list(killed.glob("ran-*"))) == 5
    assert not (killed / "table.csv").exists()
    for folder in (killed, whole):
        assert run_script(folder, stop=-1).wait() == 0
        ran = sorted(int(path.name.split("-")[1]) for path in folder.glob("ran-*"))
        assert ran == list(range(10))
    assert (killed / "table.csv").read_bytes() == (whole / "table.csv").read_bytes()
