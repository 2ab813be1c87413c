"""Each gate on the real set: faults that are planted in it, and alarms on questions that stand.

Whoever answers and scores is simulated: it knows the key where all quotes stand in what it is
given, says so with probability 0.95, and guesses evenly otherwise. Real models do worse, and their
figures would be theirs; these show that the gates see what they are for.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from benchmarks.publishing import markdown, publish
from benchmarks.questions_set import accepted
from infometer.backends import TokenLogprobs
from infometer.questions import Chunk, PlantedFault, Question, check_questions, planted_faults
from infometer.questions.gating import rejected_by

RIGHT = 0.95


class SimulatedReader:
    """Knows what a question rests on, and the key where it is given all of that."""

    name = "simulated reader"

    def __init__(self, questions: Sequence[Question]) -> None:
        self._known = {
            q.question: (q.answer, [part.quote for part in q.evidence]) for q in questions
        }

    def probabilities(self, context: str, question: str, options: list[str]) -> np.ndarray:
        """Of each option."""
        told = [option for option in options if question.endswith(f" It is {option}.")]
        answer, quotes = self._known.get(question, ("", ["\0"]))
        if told or (answer in options and all(quote in context for quote in quotes)):
            key = options.index(told[0] if told else answer)
            return np.where(np.arange(len(options)) == key, RIGHT, (1 - RIGHT) / (len(options) - 1))
        return np.full(len(options), 1 / len(options))

    def generate(self, messages: Sequence[Any], **how: Any) -> list[str]:
        """One letter by lot, by these probabilities."""
        task = json.loads(messages[-1]["content"])
        options = list(task["options"].values())
        p = self.probabilities(task["context"], task["question"], options)
        draw = np.random.default_rng(crc32(messages[-1]["content"].encode()))
        letters = list(task["options"])
        return [json.dumps({"answer": letters[draw.choice(len(letters), p=p)]})]

    def score(self, prompt: str, continuations: Sequence[str]) -> list[TokenLogprobs]:
        """Their logarithms."""
        context, _, rest = prompt.rpartition("Question: ")
        question, *lines = rest.removesuffix("\nAnswer:").split("\n")
        p = self.probabilities(context, question, [line[3:] for line in lines])
        return [
            TokenLogprobs((text,), (math.log(each),))
            for text, each in zip(continuations, p, strict=True)
        ]


def alarms(questions: list[Question], chunks: list[Chunk], reader: SimulatedReader) -> pd.DataFrame:
    """How many of the questions that stand each gate judges, and fails."""
    found = check_questions(questions, documents=chunks, judge=reader)
    yields = found.yields.assign(judged=lambda t: t["pass"] + t["fail"])
    rows = yields[["gate", "judged", "fail"]].rename(columns={"fail": "false alarms"})
    whole = [
        {"gate": r.gate, "judged": int(r.verdict != "not run"),
         "false alarms": int(r.verdict == "fail")}
        for r in found.set_results
    ]  # fmt: skip
    return pd.concat([rows, pd.DataFrame(whole)], ignore_index=True)


def caught(fault: PlantedFault, chunks: list[Chunk], reader: SimulatedReader) -> dict[str, Any]:
    """How many of the planted questions their gate fails, and how many none rejects."""
    found = check_questions(fault.questions, documents=chunks, judge=reader)
    verdicts = {result.gate: result.verdict for result in found.set_results}
    if fault.gate in verdicts:
        seen = int(verdicts[fault.gate] == "fail")
        return {"gate": fault.gate, "planted": 1, "caught": seen, "missed by all": 1 - seen}
    if not fault.bad:
        left = [q.answer for q in found.accepted if q.kind == "true_false"]
        return {"gate": fault.gate, "planted": 1, "caught": int(len(left) == 1),
                "missed by all": int(len(left) > 1)}  # fmt: skip
    bad = [q for q in found.questions if q.id in fault.bad]
    own = sum(any(r.gate == fault.gate and r.verdict == "fail" for r in q.gates) for q in bad)
    return {"gate": fault.gate, "planted": len(bad), "caught": own,
            "missed by all": sum(not rejected_by(q) for q in bad)}  # fmt: skip


def run(results: Path, scratch: Path) -> None:
    """Plant and count; write ``faults.csv``, ``.md``."""
    start = time.perf_counter()
    questions, chunks = accepted(scratch)
    reader = SimulatedReader(questions)
    planted = planted_faults(questions, chunks)
    found = pd.DataFrame([caught(fault, chunks, reader) for fault in planted.values()])
    table = alarms(questions, chunks, reader).merge(found, on="gate", how="left")
    text = TEXT.format(
        n=len(questions), right=RIGHT, rows=markdown(table), seconds=time.perf_counter() - start
    )
    publish(results, "faults", table, title="What gates see and what they cry out at", text=text)


TEXT = """\
The {n} accepted questions, and the same with the fault of one gate planted in every second question
that can have it (`planted_faults`). "False alarms" are fails on the questions that stand as they
are; "caught" are fails of the fault's own gate; "missed by all" are planted questions that no gate
rejects. Of gates of whole sets, and of truth balance, the set is counted.

{rows}

Who answers and scores is simulated: right with probability {right} where every quote is in what it
is given, else guessing. So the false alarms of key agreement are those of a reader who errs in one
answer of twenty, and no figure here is one of a language model. The questions that stand have
passed the gates that need no model: their false alarms are nought by construction, and what they
rejected of the drafts stands in `set.md`.

{seconds:.0f} seconds."""
