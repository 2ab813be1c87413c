import json
import signal
import time

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_wine

N = 200
FILES = {"report.html", "figures", "rows.sqlite"} | {
    f"{name}.{suffix}"
    for name in ("measure", "pairs", "together")
    for suffix in ("csv", "parquet")
}  # fmt: skip


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Work in a folder with a table of wines that has an identifier, a date and gaps."""
    frame = load_wine(as_frame=True).frame.iloc[:, [0, 5, 6, 9, -1]].rename(columns={"target": "y"})
    rng = np.random.default_rng(0)
    frame["bottle"] = [f"b{i}" for i in range(len(frame))]
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, len(frame)), unit="D")
    frame["bought"] = days.strftime("%Y-%m-%d")
    frame.loc[::9, "alcohol"] = None
    frame["y"] = frame["y"].map({0: "red", 1: "white", 2: "rosé"})
    frame.to_csv(tmp_path / "wine.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the pictures out."""
    for name in ("write_html", "save_figures"):
        monkeypatch.setattr(f"infometer.reporting.{name}", lambda *arguments: None)


def test_a_table_gives_page_tables_pictures_and_json(command, work):
    code, out, error = command("measure", "wine.csv", "--target", "y", "--top", 3, "--json")
    assert code == 0, error
    folder = work / "infometer-measure"
    assert {path.name for path in folder.iterdir()} == FILES
    document = json.loads(out)
    assert document["answer"].startswith("Of 5 columns (1 more not measured) 4 tell something")
    assert " bits of " in document["answer"]
    assert document["answer"] in error.replace("\n", " ").replace("  ", " ")
    assert document["input_fingerprint"]
    assert document["settings"]["missing"] == "pairwise"
    read = {row["column"]: row for row in document["tables"]["How each column was read"]}
    assert read["bottle"]["read_as"] == "identifier"
    assert read["bought"]["read_as"] == "time"
    assert read["alcohol"]["n"] == 178 - 20
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert document["answer"] in page
    assert page.count("<svg") == 3
    table = pd.read_csv(folder / "measure.csv")
    assert table["column"].iloc[0] == "flavanoids"
    assert len(list((folder / "figures").iterdir())) == 6
    assert error.rstrip().endswith("report.html")


@pytest.mark.usefixtures("undrawn")
def test_options_reach_the_measurement(command, work):
    call = ("measure", "wine.csv", "--target", "y", "--json")
    code, out, error = command(
        *call, "--columns", "alcohol, flavanoids", "--missing", "category", "--rows", 100,
        "--top", 1, "--seed", 5, "--unit", "nats", "--out", "one",
    )  # fmt: skip
    assert code == 0, error
    document = json.loads(out)
    rows = document["tables"]["What each column tells"]
    assert {row["column"]: row["n"] for row in rows} == {"alcohol": 100, "flavanoids": 100}
    assert document["settings"]["random_state"] == 5
    assert " nats of " in document["answer"]
    code, out, _ = command(*call, "--without", "bottle,bought", "--top", 1, "--out", "two")
    assert code == 0
    assert len(json.loads(out)["tables"]["How each column was read"]) == 4


@pytest.mark.usefixtures("undrawn")
def test_the_same_command_takes_what_is_done(command, work, monkeypatch):
    call = ("measure", "wine.csv", "--target", "y", "--top", 2)
    assert command(*call)[0] == 0
    first = pd.read_csv("infometer-measure/measure.csv")

    def again(*arguments, **parameters):
        raise AssertionError("measured again")

    monkeypatch.setattr("infometer.measure.table_task.TableTask.__call__", again)
    assert command(*call)[0] == 0
    pd.testing.assert_frame_equal(pd.read_csv("infometer-measure/measure.csv"), first)
    with pytest.raises(AssertionError, match="measured again"):
        command(*call, "--seed", 1)


def test_ctrl_c_ends_with_130_and_keeps_what_is_done(start, work):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.standard_normal((3000, 10))).add_prefix("x")
    frame["y"] = frame.sum(axis=1) + rng.standard_normal(3000)
    frame.to_parquet("wide.parquet")
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    run = start("measure", "wide.parquet", "--target", "y", before=code)
    store = work / "infometer-measure" / "rows.sqlite"
    deadline = time.monotonic() + 60
    while not store.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert run.returncode == 130, error
    assert error == "Stopped; the same command takes up what it has kept, or begins anew.\n"
    assert store.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.csv", "--target", "y"], "there is no such file"),
        (["wine.xlsx", "--target", "y"], "must end in .csv"),
        (["wine.csv"], "--target"),
        (["wine.csv", "--target", "flavonoids"], "there are 'flavanoids'"),
        (["wine.csv", "--target", "bottle"], "it names the rows"),
        (["wine.csv", "--target", "y", "--columns", "color"], "columns names 'color'"),
        (["wine.csv", "--target", "y", "--without", "color"], "--without names 'color'"),
        (["wine.csv", "--target", "y", "--missing", "error"], "missing values in alcohol (20)"),
        (["wine.csv", "--target", "y", "--missing", "zero"], "--missing"),
        (["wine.csv", "--target", "y", "--rows", "5"], "max_rows is 5"),
    ],
)
def test_what_a_user_can_mend_ends_in_one_line(command, work, arguments, says):
    if arguments[0] == "wine.xlsx":
        (work / "wine.xlsx").write_bytes(b"")
    code, out, error = command("measure", *arguments, "--out", "out")
    assert (code, out) == (2, "")
    assert error.startswith("infometer: ")
    assert says in error
    assert error.count("\n") == 1
    assert not (work / "out").exists()
