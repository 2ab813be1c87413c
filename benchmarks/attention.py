"""Attention entropy: ``python -m benchmarks.attention``; text from the folder of INFOMETER_DATA.

Every part is a module ``attention_<part>`` with ``run(results, scratch)``; a part that was stopped
goes on where it was.
"""

from __future__ import annotations

from benchmarks.parts import run_parts

PARTS = ("cost", "training", "steering", "probing")

if __name__ == "__main__":
    run_parts("attention", PARTS, __doc__)
