"""Preferences: ``python -m benchmarks.preferences``, with choix installed.

Every part is a module ``preferences_<part>`` with ``run(results, scratch)``; a part that was
stopped goes on where it was. ``design`` and ``rewards`` read the folder that INFOMETER_DATA names.
"""

from __future__ import annotations

from benchmarks.parts import run_parts

PARTS = ("rates", "design", "rewards", "scale", "peers", "coverage")

if __name__ == "__main__":
    run_parts("preferences", PARTS, __doc__)
