import json

import pandas as pd
import pytest

SMALL = ("--per-level", 2, "--problems", 1)


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the pictures out."""
    for name in ("write_html", "save_figures"):
        monkeypatch.setattr(f"infometer.reporting.{name}", lambda *arguments: None)


def test_without_documents_the_example_is_asked_about(command, work):
    code, out, error = command("questions", "build", *SMALL, "--json")
    assert code == 0, error
    document = json.loads(out)
    lines = (work / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    assert document["answer"].startswith(f"{len(lines)} of ")
    assert "Not run, so nothing is known of it: key agreement" in document["answer"]
    folder = work / "questions.jsonl.report"
    assert document["answer"] in (folder / "report.html").read_text(encoding="utf-8")
    table = pd.read_csv(folder / "questions.csv")
    assert table["accepted"].sum() == len(lines)
    assert "schema" in pd.read_parquet(folder / "gates.parquet")["gate"].tolist()

    code, out, error = command("questions", "check", "questions.jsonl", "--json")
    assert code == 0, error
    assert json.loads(out)["answer"].startswith(f"{len(lines)} of {len(lines)} ")


def test_own_documents_are_quoted_and_checked(command, work, undrawn):
    from infometer.questions import example_document

    sections = example_document().sections
    text = "\n\n".join(f"# {part.title}\n\n" + "\n\n".join(part.paragraphs) for part in sections)
    (work / "own.md").write_text(text, encoding="utf-8")
    code, _, error = command("questions", "build", "own.md", "--out", "own.jsonl", *SMALL)
    assert code == 0, error
    assert "own.md#" in (work / "own.jsonl").read_text(encoding="utf-8")
    needed = ("--require", "evidence", "--json")
    code, out, error = command("questions", "check", "own.jsonl", "--docs", "own.md", *needed)
    assert code == 0, error
    kept, _, n = json.loads(out)["answer"].split()[:3]
    assert kept == n
    code, out, error = command("questions", "check", "own.jsonl", *needed)
    assert code == 0, error
    assert json.loads(out)["answer"].startswith("1 of ")  # the solver's, which quotes nothing


def test_sets_of_others_are_checked(command, work, undrawn):
    lines = [["Which is first?", ["the weak", "the strong", "the Weak.", "none"], "1"], ["?"]]
    (work / "oran.json").write_text("\n".join(map(json.dumps, lines)))
    code, out, error = command("questions", "check", "oran.json", "--page", "page", "--json")
    assert code == 0, error
    document = json.loads(out)
    assert document["answer"].startswith("0 of 1 questions")
    assert "options (1)" in document["answer"]
    assert (work / "page" / "gates.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("build", "none.md"), "none.md"),
        (("build", "--out", "."), "--out is '.', a folder"),
        (("build", "--backend", "http://localhost:1"), "name its model with --model"),
        (("build", "--judge", "nowhere"), "--judge is 'nowhere'; give rules"),
        (("build", "--require", "taste"), "require names ['taste']"),
        (("check", "none.jsonl"), "none.jsonl"),
        (("check", "empty.jsonl"), "holds no usable question"),
    ],
)
def test_what_does_not_fit_ends_in_one_line(command, work, arguments, message):
    (work / "empty.jsonl").write_text("")
    code, _, error = command("questions", *arguments)
    assert code == 2
    assert message in error
    assert error.count("\n") == 1


def test_a_backend_that_fails_ends_in_one_line(command, work, monkeypatch):
    from infometer.backends import BackendError, RuleBased

    def gone(*arguments, **options):
        raise BackendError("the server is gone")

    monkeypatch.setattr(RuleBased, "generate", gone)
    code, _, error = command("questions", "build", *SMALL)
    assert code == 2
    assert error == (
        "infometer: the server is gone; what it answered before is kept: the same command goes on "
        "from there\n"
    )


def test_ctrl_c_ends_with_130(command, work, monkeypatch):
    def stopped(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("infometer.questions.pipeline.draft_questions", stopped)
    code, _, error = command("questions", "build", *SMALL)
    assert code == 130
    assert "the same command takes up what it has kept" in error
    assert not (work / "questions.jsonl").exists()
