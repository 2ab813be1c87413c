"""What became of the drafts, as tables of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from infometer.questions.drafting import DraftLog

__all__ = ["drafting_tables"]


def drafting_tables(log: DraftLog | None) -> dict[str, pd.DataFrame]:
    """Drafts by kind and level, why paths gave none, and what of the documents was not read."""
    if log is None:
        return {}
    drafts = [
        {"drafts": name, "paths tried": log.tried[name], "drafted": count}
        for name, count in log.drafted.items()
    ]
    refusals = sorted(log.refusals.items(), key=lambda item: (-item[1], item[0]))
    left_out = [
        {"document": document, "left out": what, "pieces": count}
        for document, kinds in log.left_out.items()
        for what, count in kinds.items()
    ]
    return {
        "What was drafted": pd.DataFrame(drafts),
        "Why paths gave no question": pd.DataFrame(refusals, columns=["reason", "paths"]),
        "What of the documents was left out": pd.DataFrame(left_out),
    }
