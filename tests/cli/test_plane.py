import json
import math
import pickle
import random
import signal
import sqlite3
import sys
import time

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import save_file

RNG = np.random.default_rng(0)
SMALL = ("--epochs", 1, "--points", 3, "--evaluation-rows", 60)
FILES = {"report.html", "plane.parquet", "plane.csv", "figures"}
LONGER = ("--epochs", 8, "--points", 16, "--evaluation-rows", 150)

UNDRAWN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
import infometer.bottleneck.plane_run as plane_run, infometer.reporting as reporting
plane_run.CHECKPOINT_EVERY_S = 0.2
reporting.write_html = reporting.save_figures = lambda *arguments: None
"""

NETWORKS = """
import torch
from torch import nn
from infometer.bottleneck import GaussianNoise

class Plain(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3))

class Noisy(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(6, 5), nn.Tanh(), GaussianNoise(0.3), nn.Linear(5, 3))

class Sized(nn.Linear):
    pass

def none():
    return None
"""


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the pictures out, which take longer than the small runs."""
    for name in ("write_html", "save_figures"):
        monkeypatch.setattr(f"infometer.reporting.{name}", lambda *arguments: None)


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Work in a folder with an .npz of three classes and some networks."""
    x = RNG.standard_normal((150, 6)).astype(np.float32)
    np.savez(tmp_path / "data.npz", x=x, y=np.digitize(x[:, 0], [-0.5, 0.5]) * 10)
    (tmp_path / "networks_of_mine.py").write_text(NETWORKS)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("networks_of_mine", None)


def rows(folder):
    return pd.read_parquet(folder / "plane.parquet")


def strict(text):
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def test_the_demo_ends_well_and_leaves_its_files(demo):
    error = (demo / "stderr").read_text(encoding="utf-8")
    assert (demo / "status").read_text() == "0", error
    assert {path.name for path in (demo / "out").iterdir()} >= FILES
    assert len(list((demo / "out" / "figures").glob("*.svg"))) >= 4
    assert error.splitlines()[-1] == f"The page: {(demo / 'out' / 'report.html').resolve()}"
    frame = pd.read_csv(demo / "out" / "plane.csv")
    np.testing.assert_array_equal(frame["value_nats"], rows(demo / "out")["value_nats"])


def test_the_demo_gives_strict_json(demo):
    found = strict((demo / "stdout").read_text(encoding="utf-8"))
    assert found["answer"].startswith("“logits”")
    assert len(found["estimates"]) == 8


def test_the_demo_is_not_saturated(demo):
    frame = rows(demo / "out")
    about_input = frame[(frame["quantity"] == "I(X;L)") & (frame["method"] == "Gaussian mixture")]
    assert len(about_input) == 19 * 4  # of 20 points two are the same step
    assert about_input["saturated"].mean() < 0.5
    labels = frame[(frame["quantity"] == "I(L;Y)")]
    assert (labels["value_nats"] < math.log(10)).all()
    assert frame.groupby("step")["accuracy"].first().iloc[-1] > 0.9


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (400, 800)])
def test_the_page_of_the_demo_in_a_browser(demo, open_page, width, height):
    page = demo / "out" / "report.html"
    driver = open_page(page, width, height)
    driver.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert driver.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = [m for m in messages if m["method"] == "Network.requestWillBeSent"]
    urls = {m["params"]["request"]["url"] for m in asked}
    assert {url for url in urls if not url.startswith("data:")} == {page.resolve().as_uri()}
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    answer = driver.find_element("class name", "answer")
    assert answer.text.startswith("“logits”")
    assert 0 <= answer.rect["y"] < answer.rect["y"] + answer.rect["height"] < height


@pytest.mark.usefixtures("undrawn")
def test_hardly_any_noise_is_flagged_in_every_row(command, tmp_path):
    few = ("--noise-to-signal", "1e-3", "--network-noise", "1e-3", "--epochs", 4)
    few += ("--points", 6, "--evaluation-rows", 150)
    code, out, _ = command("plane", *few, "--out", tmp_path / "out")
    assert code == 0
    assert "Nothing can be read from this plane" in " ".join(out.split())
    frame = rows(tmp_path / "out")
    about_input = frame[(frame["quantity"] == "I(X;L)") & (frame["method"] == "Gaussian mixture")]
    assert about_input["saturated"].all()


def finished(folder):
    """How many steps stand in the store of a run that goes on."""
    try:
        with sqlite3.connect(f"file:{folder / 'rows.sqlite'}?mode=ro", uri=True) as store:
            return store.execute("SELECT count(*) FROM tasks").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def stop(start, folder, number, points, delay):
    """Start the run and send it a signal a while after it has measured so many steps."""
    run = start("plane", *LONGER, "--out", folder, before=UNDRAWN)
    while finished(folder) < points and run.poll() is None:
        time.sleep(0.01)
    time.sleep(delay)
    run.send_signal(number)
    error = run.communicate(timeout=120)[1]
    return run.returncode, error


def test_a_run_killed_again_and_again_ends_with_the_same_rows(start, process, tmp_path):
    draw = random.Random(0)
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    for points in (1, 4, 7):
        code, _ = stop(start, broken, signal.SIGKILL, points, 0.2 * draw.random())
        assert code == -signal.SIGKILL
        assert finished(broken) >= points
    code, error = stop(start, broken, signal.SIGINT, 9, 0.0)
    assert code == 130
    assert error.endswith("Stopped; the same command takes up what it has kept, or begins anew.\n")
    assert "Traceback" not in error
    assert (broken / "training.safetensors").exists()
    for folder in (broken, whole):
        ended = process("plane", *LONGER, "--out", folder, before=UNDRAWN)
        assert ended.returncode == 0, ended.stderr
    pd.testing.assert_frame_equal(rows(broken), rows(whole), check_exact=True)


@pytest.mark.usefixtures("undrawn")
def test_another_run_in_the_same_folder_is_refused(command, work):
    call = ("plane", "data.npz", *SMALL, "--out", "out")
    assert command(*call)[0] == 0
    code, out, error = command(*call, "--lr", 0.01)
    assert (code, out) == (2, "")
    assert "was made with other settings: lr: 0.001 in the file, 0.01 given" in error
    code, _, error = command("plane", *SMALL, "--out", "out")
    assert code == 2
    assert "data: " in error
    assert command(*call)[0] == 0


def archive(name, **changes):
    arrays = {"x": RNG.standard_normal((40, 3)).astype(np.float32), "y": np.arange(40) % 2}
    arrays.update(changes)
    np.savez(name, **{k: v for k, v in arrays.items() if v is not None})


class Marker:
    def __reduce__(self):
        return open, ("marker", "w")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"y": None}, "it has no array 'y'"),
        ({"y": np.array([Marker()] * 40, dtype=object)}, "array 'y' holds Python objects"),
        ({"x": np.full((40, 3), np.nan)}, "40 rows of x contain NaN, infinity"),
        ({"y": np.arange(39) % 2}, "x has 40 rows and y 39"),
        ({"y": np.zeros(40, int)}, "y has 1 classes"),
        ({"y": np.arange(40)}, "the rarest with 1 rows"),
        ({"y": np.linspace(0, 1, 40)}, "y is float64"),
        ({"y": np.array(["a", "b"] * 20)}, "it must be integer labels"),
        ({"x": np.zeros(40)}, "x has shape (40,)"),
        ({"x": np.zeros((0, 3)), "y": np.zeros(0, int)}, "0 rows"),
    ],
)
def test_bad_data_end_in_one_line_and_2(command, work, changes, says):
    archive("bad.npz", **changes)
    code, out, error = command("plane", "bad.npz", "--out", "out")
    assert (code, out) == (2, "")
    assert error.startswith("infometer: ")
    assert says in error
    assert error.count("\n") == 1
    assert not (work / "marker").exists()
    assert not (work / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["absent.npz"], "there is no such file"),
        (["networks_of_mine.py"], "networks_of_mine.py"),
        (["--at", "a,b"], "--at is 'a,b'"),
        (["--at=-1,5"], "steps count from 0"),
        (["--at", "100000"], "the training has only"),
        (["--at", "1", "--every", "2"], "give one of --at, --every and --budget"),
        (["--budget", "0"], "budget is 0"),
        (["--noise-to-signal", "much"], "--noise-to-signal is 'much'"),
        (["--noise-to-signal", "-1"], "noise_to_signal is -1"),
        (["--network-noise", "0"], "noise_to_signal is 0"),
        (["--layers", "nine"], "no layer 'nine'"),
        (["--model", "networks_of_mine"], "give module:Class"),
        (["--model", "nowhere_at_all:Net"], "cannot be imported"),
        (["--model", "networks_of_mine:Other"], "cannot be imported"),
        (["--model", "networks_of_mine:Sized"], "called without arguments"),
        (["--model", "networks_of_mine:none"], "not a torch.nn.Module"),
        (["--model", "networks_of_mine:Plain", "--noise", "model"], "no noise of their own"),
        (["--checkpoints", "."], "needs --model"),
        (["--checkpoints", "gone", "--model", "networks_of_mine:Plain"], "no such folder"),
    ],
)
def test_a_wrong_option_is_told_in_one_line_and_the_right_one_works_after(
    command, work, arguments, says
):
    data = [] if arguments[0].endswith((".npz", ".py")) else ["data.npz"]
    code, out, error = command("plane", *data, *arguments, "--epochs", 1, "--out", "out")
    assert (code, out) == (2, "")
    assert says in error
    assert error.count("\n") == 1
    assert not (work / "out" / "rows.sqlite").exists()


@pytest.mark.usefixtures("undrawn", "work")
def test_a_loss_that_diverges_ends_in_one_line(command):
    code, _, error = command("plane", "data.npz", *SMALL, "--lr", "1e20")
    assert code == 2
    assert "Lower lr" in error


@pytest.mark.usefixtures("undrawn")
def test_networks_of_the_user_train_with_noise_injected_or_their_own(command, work):
    for name, layers, noise in [("Plain", {"0", "2"}, {"network"}), ("Noisy", {"2"}, {"network"})]:
        call = ("data.npz", *SMALL, "--model", f"networks_of_mine:{name}", "--out", name)
        code, _, error = command("plane", *call, "--noise-to-signal", 0)
        assert code == 0, error
        frame = rows(work / name)
        assert set(frame["layer"]) == layers
        assert set(frame["noise"]) == noise
        assert frame["step"].nunique() == 3


@pytest.mark.usefixtures("undrawn")
def test_checkpoints_are_measured_at_their_steps(command, work, monkeypatch):
    monkeypatch.syspath_prepend(work)
    import networks_of_mine

    (work / "weights").mkdir()
    torch.manual_seed(0)
    for step in (1, 20, 300):
        save_file(networks_of_mine.Plain().state_dict(), f"weights/step_{step}.safetensors")
    call = ("plane", "data.npz", "--model", "networks_of_mine:Plain", "--checkpoints", "weights")
    code, _, error = command(*call, "--evaluation-rows", 60, "--out", "out")
    assert code == 0, error
    frame = rows(work / "out")
    assert frame["step"].unique().tolist() == [1, 20, 300]
    assert set(frame["noise"]) == {"measuring"}
    assert set(frame["n"]) == {60}
    save_file(networks_of_mine.Plain().state_dict(), "weights/step_20.safetensors")
    code, _, error = command(*call, "--evaluation-rows", 60, "--out", "out")
    assert code == 2
    assert "made with other settings: checkpoints" in error

    (work / "weights" / "step_400.pt").write_bytes(pickle.dumps(Marker()))
    code, _, error = command(*call, "--evaluation-rows", 60, "--out", "other")
    assert code == 2
    assert "step_400.pt cannot be read as weights" in error
    assert not (work / "marker").exists()


@pytest.mark.usefixtures("undrawn")
def test_a_budget_and_given_steps_choose_the_points(command, work):
    assert command("plane", "data.npz", *SMALL, "--at", "0,2", "--out", "at")[0] == 0
    assert rows(work / "at")["step"].unique().tolist() == [0, 2]
    assert command("plane", "data.npz", *SMALL, "--every", 1, "--out", "every")[0] == 0
    assert rows(work / "every")["step"].unique().tolist() == [0, 1, 2]
    assert command("plane", "data.npz", *SMALL, "--budget", 0.2, "--out", "budget")[0] == 0
    assert rows(work / "budget")["step"].iloc[0] == 0


@pytest.mark.usefixtures("undrawn")
def test_the_answer_may_be_shown_in_bits(command, work):
    code, out, _ = command("plane", "data.npz", *SMALL, "--unit", "bits", "--out", "out")
    assert code == 0
    assert " bits" in out
