import os
import time

import pytest

import infometer
from infometer.cli import app


def test_version_and_help_are_quick(process):
    for arguments, says in [(["--version"], infometer.__version__), (["--help"], "plane"),
                            (["plane", "--help"], "--noise-to-signal")]:  # fmt: skip
        before = os.times()
        start = time.monotonic()
        ended = process(*arguments)
        wall, after = time.monotonic() - start, os.times()
        used = after.children_user + after.children_system
        used -= before.children_user + before.children_system
        assert ended.returncode == 0
        assert says in ended.stdout
        assert ended.stderr == ""
        assert min(wall, used) < 3.0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["nosuch"], "nosuch"), (["plane", "--nosuch"], "--nosuch"),
     (["plane", "--epochs", "many"], "--epochs"), (["plane", "--epochs", "0"], "--epochs"),
     (["plane", "--unit", "hartleys"], "hartleys"), (["plane", "--seed", "-1"], "--seed")],
)  # fmt: skip
def test_a_wrong_call_ends_in_one_line_and_2(command, arguments, says):
    code, out, error = command(*arguments)
    assert (code, out) == (2, "")
    assert error.startswith("infometer: ")
    assert says in error
    assert error.count("\n") == 1


def test_a_bare_call_shows_the_help(command):
    code, out, error = command()
    assert code == 2
    assert "plane" in out + error
    assert "infometer: \n" not in error


@pytest.mark.parametrize(
    ("absent", "extra", "arguments"),
    [("typer", "cli", []), ("torch", "torch", ["plane"]), ("matplotlib", "report", ["plane"])],
)
def test_a_missing_extra_is_told_with_the_line_that_installs_it(
    process, tmp_path, absent, extra, arguments
):
    block = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] == {absent!r}:\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Absent())"
    )
    ended = process(*arguments, before=block, cwd=tmp_path)
    assert ended.returncode == 3
    line = f'{absent} is not installed; run: pip install "infometer[{extra}]"\n'
    assert (ended.stdout, ended.stderr) == ("", line)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [(ValueError("x is 3"), 2, "infometer: x is 3"), (OSError("disk full"), 2, "disk full"),
     (FloatingPointError("the loss is nan"), 2, "the loss is nan"),
     (KeyboardInterrupt(), 130, "Stopped; the same command takes up what it has kept")],
)  # fmt: skip
def test_errors_of_the_user_end_without_a_traceback(command, monkeypatch, error, code, says):
    def fail(**settings):
        raise error

    monkeypatch.setattr(app, "app", fail)
    found, out, told = command("plane")
    assert (found, out) == (code, "")
    assert says in told
    assert "Traceback" not in told


def test_ctrl_c_within_a_command_ends_with_130(command, monkeypatch):
    def stopped(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("infometer.bottleneck.plane_run.PlaneRun.prepare", stopped)
    code, out, told = command("plane")
    assert (code, out) == (130, "")
    assert told == "Stopped; the same command takes up what it has kept, or begins anew.\n"


def test_our_own_mistakes_keep_their_traceback(command, monkeypatch):
    def fail(**settings):
        raise ZeroDivisionError

    monkeypatch.setattr(app, "app", fail)
    with pytest.raises(ZeroDivisionError):
        command("plane")
