import json

import pandas as pd
import pytest

from infometer.preferences import simulated_tournament

pytest.importorskip("matplotlib")
pytest.importorskip("typer")


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Work in a folder with a table of comparisons."""
    simulated_tournament().head(200).to_csv(tmp_path / "table.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the pictures out."""
    for name in ("write_html", "save_figures"):
        monkeypatch.setattr(f"infometer.reporting.{name}", lambda *arguments: None)


def rank(command, *arguments):
    code, out, error = command("comparisons", "rank", *arguments, "--json")
    assert code == 0, error
    return json.loads(out), error


def test_a_table_leaves_a_page_tables_and_what_to_buy(command, work):
    told, error = rank(command, "table.csv", "--buy", 7)
    folder = work / "infometer-comparisons-rank"
    assert told["answer"] in " ".join(error.split())
    following = pd.read_csv(folder / "next.csv")
    assert following.columns.tolist() == ["first", "second", "gain_nats"]
    assert len(following) == 7
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    for name in ("ranking", "uncertainty", "leverage", "raters"):
        assert len(pd.read_csv(folder / f"{name}.csv"))


@pytest.mark.usefixtures("undrawn")
def test_the_example_says_that_it_is_simulated(command, work):
    told, error = rank(command, "--buy", 2, "--out", work / "here")
    where = {finding["where"]: finding for finding in told["findings"]}
    assert "simulated" in where["example"]["what"]
    assert "zoe" in where["raters"]["evidence"]
    assert error.rstrip().endswith("next.csv")


@pytest.mark.usefixtures("undrawn")
def test_the_best_are_told_apart(command, work):
    told, _ = rank(command, "table.csv", "--top", 4, "--buy", 3)
    assert "To tell the best 4 apart, compare" in told["answer"]
    assert (told["settings"]["top"], told["settings"]["criterion"]) == (4, "a")
    following = pd.read_csv(work / "infometer-comparisons-rank" / "next.csv")
    assert set(following["first"]) | set(following["second"]) < set("ABCDEFGH")


@pytest.mark.usefixtures("undrawn", "work")
def test_winners_and_losers(command):
    frame = pd.read_csv("table.csv").query("winner != 'tie'")
    first_won = frame["winner"] == "first"
    pd.DataFrame(
        {
            "better": frame["first"].where(first_won, frame["second"]),
            "worse": frame["second"].where(first_won, frame["first"]),
        }
    ).to_csv("pairs.csv", index=False)
    told, _ = rank(command, "pairs.csv", "--chosen", "better", "--rejected", "worse", "--buy", 1)
    position = next(finding for finding in told["findings"] if finding["where"] == "position")
    assert "lists winners" in position["what"]
    plain, _ = rank(command, "table.csv", "--prior-precision", 0.5, "--buy", 1, "--seed", 1)
    assert plain["settings"]["prior_precision"] == 0.5


@pytest.mark.usefixtures("undrawn", "work")
def test_what_is_missing_is_left_out_and_told(command):
    frame = pd.read_csv("table.csv")
    frame.loc[:9, "winner"] = None
    frame.to_csv("gaps.csv", index=False)
    told, _ = rank(command, "gaps.csv", "--buy", 1)
    assert any("10 of 200 rows are left out" in finding["what"] for finding in told["findings"])
    code, _, error = command("comparisons", "rank", "gaps.csv", "--missing", "error")
    assert code == 2
    assert "missing values in winner (10)" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--chosen", "first"), "--chosen and --rejected go together"),
        (("--top", "3", "--criterion", "d"), "top is 3 with criterion 'd'"),
        (("--winner", "who"), "no column 'who'"),
        (("--half-life", "30"), "half_life needs times"),
        (("--method", "gaussian"), "the comparisons are choices"),
    ],
)
@pytest.mark.usefixtures("work")
def test_bad_input_ends_in_a_line(command, arguments, message):
    code, _, error = command("comparisons", "rank", "table.csv", *arguments)
    assert code == 2
    assert message in error
    assert "Traceback" not in error


@pytest.mark.usefixtures("undrawn")
def test_names_of_a_csv_stay_as_they_are_written(command, work):
    rows = [("007", "7", "007"), ("7", "NA", "NA"), ("NA", "007", "tie"), ("1.0", "7", "1.0")] * 3
    pd.DataFrame(rows, columns=["first", "second", "winner"]).to_csv("spies.csv", index=False)
    rank(command, "spies.csv", "--buy", 1)
    ranking = pd.read_parquet(work / "infometer-comparisons-rank" / "ranking.parquet")
    assert sorted(ranking["name"]) == ["007", "1.0", "7", "NA"]
