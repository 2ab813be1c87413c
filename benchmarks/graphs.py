"""Network usable information: ``python -m benchmarks.graphs``, with torch_geometric installed.

Every part is a module ``graphs_<part>`` with ``run(results, scratch)``; a part that was stopped
goes on where it was. ``links`` and ``nodes`` read the graphs in the folder that the variable
INFOMETER_DATA names.
"""

from __future__ import annotations

import os

from benchmarks.parts import run_parts

PARTS = ("scenarios", "nodes", "links")


def main() -> None:
    """Run the named parts, by default all."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # seconds are those of one core
    run_parts("graphs", PARTS, __doc__)


if __name__ == "__main__":
    main()
