"""Usable information: ``python -m benchmarks.usable``, with cleanlab and pyzipper installed.

Every part is a module ``usable_<part>`` with ``run(results, scratch)``; a part that was stopped
goes on where it was. All but ``cost`` read texts in the folder that INFOMETER_DATA names.
"""

from __future__ import annotations

from benchmarks.parts import run_parts

PARTS = ("published", "texts", "flips", "teleqna", "training", "cost")

if __name__ == "__main__":
    run_parts("usable", PARTS, __doc__)
