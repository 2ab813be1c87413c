"""What holds for the package as a whole; import-linter holds the floors (see `make test`)."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
EMPTY_WORDS = {"utils", "util", "helpers", "common", "misc", "core"}
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:home|root|Users|work|mnt)/\w+")


def run_python(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("infometer", "torch matplotlib sklearn scipy pandas"),
        ("infometer.contracts", "torch matplotlib sklearn scipy pandas"),
        ("infometer.quantities", "torch matplotlib sklearn pandas"),
        ("infometer.estimators", "torch matplotlib"),
        ("infometer.sources", "torch matplotlib"),
        ("infometer.reporting", "torch matplotlib jinja2"),
    ],
)
def test_an_import_brings_only_what_it_needs(module, heavy):
    loaded = run_python(f"import sys, {module}; print(*sys.modules)")
    assert module in loaded
    assert not set(heavy.split()) & set(loaded)


def test_the_import_takes_less_than_a_second():
    timed = "import time; t = time.perf_counter(); import infometer; print(time.perf_counter() - t)"
    assert min(float(run_python(timed)[0]) for _ in range(3)) < 1.0


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_file_is_short_and_named_after_what_it_holds(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert path.stem not in EMPTY_WORDS
    assert path.parent.name not in EMPTY_WORDS


def test_no_tracked_file_names_a_folder_of_one_machine():
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    tracked = [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    assert len(tracked) > 50
    found = {
        str(path.relative_to(ROOT)): match.group()
        for path in tracked
        if (match := MACHINE_PATH.search(path.read_text(encoding="utf-8", errors="ignore")))
    }
    assert not found


def test_the_wheel_holds_all_that_the_package_reads(tmp_path):
    wheel = pytest.importorskip("hatchling.builders.wheel")
    built = next(wheel.WheelBuilder(str(ROOT)).build(directory=str(tmp_path)))
    packed = set(zipfile.ZipFile(built).namelist())
    source = ROOT / "src"
    read = {
        path.relative_to(source).as_posix()
        for path in (source / "infometer").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {"page.html.j2", "page.css", "py.typed"} <= {Path(name).name for name in packed}
    assert read <= packed
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in packed)
