"""The command line of a benchmark that has parts, each a module with ``run(results, scratch)``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run_parts(name: str, parts: Sequence[str], document: str | None) -> None:
    """Run the parts that the command line names, by default all: modules ``name_part``."""
    results, scratch = HERE / "results" / name, HERE / "scratch" / name
    parser = argparse.ArgumentParser(description=(document or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(parts)}")
    parser.add_argument("--results", type=Path, default=results, help="folder of the results")
    parser.add_argument("--scratch", type=Path, default=scratch, help="folder of work in progress")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(parts):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; choose of {', '.join(parts)}")
    for folder in (given.results, given.scratch):
        folder.mkdir(parents=True, exist_ok=True)
    for part in given.parts or parts:
        import_module(f"benchmarks.{name}_{part}").run(given.results, given.scratch)
