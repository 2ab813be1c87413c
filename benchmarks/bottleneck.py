"""The figures that the information-plane room stands by: ``python benchmarks/bottleneck.py``.

Every part is a module ``bottleneck_<part>`` with ``run(results, scratch, n_jobs)``. A part that was
killed goes on where it was from what it left in the scratch folder.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

PARTS = ("algorithm1", "critic", "coverage", "mnist", "budget")
RESULTS = Path(__file__).parent / "results" / "bottleneck"
SCRATCH = Path(__file__).parent / "scratch" / "bottleneck"


def main() -> None:
    """Run the named parts, by default all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--scratch", type=Path, default=SCRATCH, help="folder of work in progress")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; choose of {', '.join(PARTS)}")
    for folder in (given.results, given.scratch):
        folder.mkdir(parents=True, exist_ok=True)
    for part in given.parts or PARTS:
        import_module(f"benchmarks.bottleneck_{part}").run(given.results, given.scratch, given.jobs)


if __name__ == "__main__":
    # pandas looks for the package `bottleneck`: it must not find this file in its place.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    main()
