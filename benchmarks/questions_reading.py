"""Fifty accepted questions read beside the documents: how many can be answered, and rightly.

``questions_reading.csv`` is the record: ids and verdicts, no word of the documents. Problems of the
solver are not among them. The draw is by a seed that was fixed before anything was read.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import beta

from benchmarks.publishing import markdown, publish
from benchmarks.questions_set import accepted
from infometer.questions import Question

RECORD = Path(__file__).with_suffix(".csv")
SEED, MOST = 2026, 50


def drawn(questions: list[Question]) -> list[str]:
    """Ids of those to read, in their order."""
    ids = sorted(question.id for question in questions if question.problem is None)
    return [ids[i] for i in np.random.default_rng(SEED).choice(len(ids), MOST, replace=False)]


def share(what: str, good: int, n: int) -> dict[str, object]:
    """With the 95 per cent interval of Jeffreys."""
    low, high = (float(beta.ppf(q, good + 0.5, n - good + 0.5)) for q in (0.025, 0.975))
    return {"what": what, "good": good, "read": n, "share": good / n, "low": low,
            "high": high if good < n else 1.0}  # fmt: skip


def run(results: Path, scratch: Path) -> None:
    """Check that the record is of this set; write ``reading.csv``, ``.md``."""
    record = pd.read_csv(RECORD, keep_default_na=False)
    same = drawn(accepted(scratch)[0]) == record["id"].tolist()
    n = len(record)
    rows = [
        share(name, int((record[name] == "yes").sum()), n) for name in ("answerable", "correct")
    ]
    rows += [
        share(f"correct, {kind}", int((own["correct"] == "yes").sum()), len(own))
        for kind, own in record.groupby("kind")
    ]
    remarks = record.loc[record["remark"] != "", ["id", "kind", "level", "answerable", "correct",
                                                  "remark"]]  # fmt: skip
    text = TEXT.format(
        n=n,
        seed=SEED,
        same="They are the draw from the set as it is built now."
        if same
        else "THE SET IS BUILT DIFFERENTLY NOW: these are not the draw from it.",
        shares=markdown(pd.DataFrame(rows)),
        remarks=markdown(remarks),
    )
    publish(results, "reading", pd.DataFrame(rows), title="Fifty questions read", text=text)


TEXT = """\
{n} accepted questions, drawn by the seed {seed} before any was looked at, and read by one of the
developers beside the documents. {same} Answerable: who has the named section can decide, and there
is one way to understand the question. Correct: the key is right, and no other option is. Shares
with 95 per cent intervals (Jeffreys):

{shares}

What was remarked, faults and lesser things:

{remarks}

All verdicts stand in `benchmarks/questions_reading.csv`. One reader is no panel, and whoever wrote
the rules reads them kindly; the file names every question, so that others can read them again."""
