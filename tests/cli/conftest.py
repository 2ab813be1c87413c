"""What the tests of commands share: a call in this process, one in its own, and one demo run."""

import os
import subprocess
import sys

import pytest
from filelock import FileLock

from infometer.cli import main

MAIN = "from infometer.cli import main; main()"


ENVIRONMENT = {
    **os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "300", "PYTHONIOENCODING": "utf-8",
}  # fmt: skip


@pytest.fixture
def command(monkeypatch, capsys):
    """Run ``infometer ARGS`` here; gives exit status, stdout and stderr."""

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["infometer", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


@pytest.fixture(scope="session")
def start():
    """Start ``infometer ARGS`` in a process of its own, after some code."""

    def start(*arguments, before="", **settings):
        return subprocess.Popen(
            [sys.executable, "-c", f"{before}\n{MAIN}", *map(str, arguments)],
            env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            encoding="utf-8", **settings,
        )  # fmt: skip

    return start


@pytest.fixture(scope="session")
def process(start):
    """Run ``infometer ARGS`` in a process of its own to its end."""

    def process(*arguments, **settings):
        run = start(*arguments, **settings)
        out, error = run.communicate(timeout=300)
        return subprocess.CompletedProcess(run.args, run.returncode, out, error)

    return process


@pytest.fixture(scope="session")
def demo(tmp_path_factory, process):
    """Give the folder of one ``infometer plane --json`` with its defaults, and what it told."""
    own = tmp_path_factory.getbasetemp()
    root = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = root / "plane-demo"
    with FileLock(f"{folder}.lock"):
        if not (folder / "status").exists():
            ended = process("plane", "--json", "--out", folder / "out")
            (folder / "stdout").write_text(ended.stdout, encoding="utf-8")
            (folder / "stderr").write_text(ended.stderr, encoding="utf-8")
            (folder / "status").write_text(str(ended.returncode))
    return folder
