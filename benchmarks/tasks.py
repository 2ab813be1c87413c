"""The forty tasks of "Beyond Normal": estimators beside the truth and the suite's samples.

``python -m benchmarks.tasks``; ``python -m benchmarks.tasks --workers`` times what a second process
gains, for which nothing else may run on the machine.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.tasks_classic import classic
from benchmarks.tasks_heavy_tails import heavy_tails
from benchmarks.tasks_workers import workers

RESULTS = Path(__file__).parent / "results" / "tasks"
SCRATCH = Path(__file__).parent / "scratch" / "tasks"


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workers", action="store_true", help="only time one worker and two")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--scratch", type=Path, default=SCRATCH, help="folder of work in progress")
    given = parser.parse_args()
    for folder in (given.results, given.scratch):
        folder.mkdir(parents=True, exist_ok=True)
    if given.workers:
        workers(given.results)
        return
    classic(given.results, given.scratch)
    heavy_tails(given.results, given.scratch)


if __name__ == "__main__":
    main()
