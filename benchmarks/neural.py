"""The neural estimators beside the truth and beside benchmark-mi: ``python -m benchmarks.neural``.

Every part is a module ``neural_<part>`` with ``run(results, scratch, peers)``; a part that was
stopped goes on where it was. The peers' environment is that of ``make bench-estimators``.
"""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from pathlib import Path

PARTS = ("tasks", "coverage", "peers")
ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "neural"
SCRATCH = ROOT / "benchmarks" / "scratch" / "neural"
PEERS = ROOT / ".venv-peers" / "bin" / "python"


def main() -> None:
    """Run the named parts, by default all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--scratch", type=Path, default=SCRATCH, help="folder of work in progress")
    parser.add_argument("--peers", type=Path, default=PEERS, help="Python of the peers")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; choose of {', '.join(PARTS)}")
    for folder in (given.results, given.scratch):
        folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault(
        "OMP_NUM_THREADS", "1"
    )  # one thread a process, as many as there are cores
    for part in given.parts or PARTS:
        run = import_module(f"benchmarks.neural_{part}").run
        run(given.results, given.scratch, given.peers.absolute())


if __name__ == "__main__":
    main()
