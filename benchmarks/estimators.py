"""The estimators beside the libraries in use: ``python benchmarks/estimators.py``.

Every part is a module ``estimators_<part>`` with ``run(results, peers, slow)``. The peers need
older packages than we do, and so an environment of their own: ``make bench-estimators`` makes it.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

PARTS = ("agreement", "speed", "cost")
ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "estimators"
PEERS = ROOT / ".venv-peers" / "bin" / "python"
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "JAX_PLATFORMS": "cpu",
}


def hold_to_one_core() -> None:
    """One thread on one core, here and in every process that is started from here."""
    os.environ.update(ONE_THREAD)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main() -> None:
    """Run the named parts, by default all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--peers", type=Path, default=PEERS, help="Python of the peers")
    parser.add_argument("--slow", action="store_true", help="also what takes a minute a call")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; choose of {', '.join(PARTS)}")
    if not given.peers.exists():
        parser.error(f"no Python at {given.peers}: make bench-estimators makes it")
    given.results.mkdir(parents=True, exist_ok=True)
    hold_to_one_core()
    for part in given.parts or PARTS:
        run = import_module(f"benchmarks.estimators_{part}").run
        run(given.results, given.peers.absolute(), given.slow)


if __name__ == "__main__":
    # pandas looks for the package `bottleneck`: it must not find the file beside this one.
    sys.path[0] = str(ROOT)
    main()
