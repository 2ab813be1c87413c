"""A question set from three real documents: ``python -m benchmarks.questions``.

Every part is a module ``questions_<part>`` with ``run(results, scratch)``. The documents come from
packages of Debian and stay in the scratch folder; no result holds their words.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

PARTS = ("set", "leak", "faults", "reading")
ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "questions"
SCRATCH = ROOT / "benchmarks" / "scratch" / "questions"


def main() -> None:
    """Run the named parts, by default all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--scratch", type=Path, default=SCRATCH, help="folder of the documents")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; choose of {', '.join(PARTS)}")
    for folder in (given.results, given.scratch):
        folder.mkdir(parents=True, exist_ok=True)
    for part in given.parts or PARTS:
        import_module(f"benchmarks.questions_{part}").run(given.results, given.scratch)


if __name__ == "__main__":
    main()
