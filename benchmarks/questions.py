"""A question set from three real documents: ``python -m benchmarks.questions``.

Every part is a module ``questions_<part>`` with ``run(results, scratch)``. The documents come from
packages of Debian and stay in the scratch folder; no result holds their words.
"""

from __future__ import annotations

from benchmarks.parts import run_parts

PARTS = ("set", "leak", "faults", "reading")

if __name__ == "__main__":
    run_parts("questions", PARTS, __doc__)
