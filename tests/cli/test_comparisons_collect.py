import socket
import uuid
from importlib import import_module

import pandas as pd
import pytest

pytest.importorskip("sqlalchemy", reason="needs the collect extra")
pytest.importorskip("starlette", reason="needs the collect extra")


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Work in a folder with two drinks and one answer on them."""
    from infometer.preferences.collecting import AnswerStore, read_items
    from infometer.preferences.collecting.database import database_url
    from infometer.preferences.collecting.store import Answer

    monkeypatch.chdir(tmp_path)
    (tmp_path / "drinks.txt").write_text("tea\ncoffee\n")
    store = AnswerStore.open(database_url("sqlite:///answers.db"), read_items("drinks.txt"))
    with store.transaction() as transaction:
        transaction.add(Answer(str(uuid.uuid4()), 1, 0, "second", "Ann"))
    store.close()
    return tmp_path


def test_answers_are_written_as_the_table_that_rank_reads(command, work):
    code, out, error = command("comparisons", "collect", "drinks.txt", "--export", "out.csv")
    assert code == 0, error
    assert out.startswith("1 answers: ")
    [row] = pd.read_csv(work / "out.csv").to_dict("records")
    assert (row["first"], row["second"], row["winner"], row["rater"]) == (
        "coffee", "tea", "tea", "Ann",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["absent.csv"], "there is no such file"),
        (["drinks.json"], "must be a .csv"),
        (["drinks.txt", "--db", "answers.db"], "expected sqlite:///answers.db"),
        (["drinks.txt", "--db", "postgresql://ann:secret@127.0.0.1:1/answers"], "db postgresql"),
        (
            ["drinks.txt", "--db", "postgresql://ann@127.0.0.1:1/answers?password=secret"],
            "db postgresql",
        ),
        (["drinks.txt", "--question", "Which is hotter?"], "answers to 'Which is better?'"),
    ],
)
def test_what_cannot_be_ends_in_one_line(command, work, arguments, told):
    code, out, error = command("comparisons", "collect", *arguments, "--export", "out.csv")
    assert code == 2
    assert told in error
    assert len(error.splitlines()) == 1
    assert "secret" not in out + error
    assert not (work / "out.csv").exists()


def test_another_program_at_the_port_is_told(command, work):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, error = command("comparisons", "collect", "drinks.txt", "--port", port)
    assert code == 2
    assert f"--port {port} cannot be had" in error


def test_a_token_of_the_environment_is_never_printed_when_refused(command, work, monkeypatch):
    monkeypatch.setenv("INFOMETER_COLLECT_TOKEN", "guessme")
    code, out, error = command("comparisons", "collect", "drinks.txt", "--port", 0)
    assert code == 2
    assert "token has 7 characters" in error
    assert "guessme" not in out + error


def test_without_the_extra_it_says_what_to_install(command, work, monkeypatch):
    def lacking(name):
        if name.partition(".")[0] == "uvicorn":
            raise ModuleNotFoundError("No module named 'uvicorn'", name="uvicorn")
        return import_module(name)

    monkeypatch.setattr("infometer.extras.import_module", lacking)
    code, _, error = command("comparisons", "collect", "drinks.txt")
    assert code == 3
    assert error.strip() == 'uvicorn is not installed; run: pip install "infometer[collect]"'
