"""The set itself: what is drafted, what each gate says, and the same bytes from two processes."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish
from benchmarks.questions_documents import SOURCES, fetch
from infometer.backends import RuleBased
from infometer.questions import (
    RULES,
    Chunk,
    Document,
    Question,
    QuestionPipeline,
    chunk_documents,
    read_documents,
    read_questions,
)
from infometer.questions.set_figures import draw_yields
from infometer.tables import write_table

PER_LEVEL, PROBLEMS, SEED = 60, 10, 0


def documents(scratch: Path) -> list[Document]:
    """The three, read."""
    return read_documents(fetch(scratch))


def accepted(scratch: Path) -> tuple[list[Question], list[Chunk]]:
    """The questions that stand, and the chunks that they quote; built where they are not there."""
    path = scratch / "first.jsonl"
    if not path.exists():
        build(scratch, path)
    return read_questions(path)[0], chunk_documents(documents(scratch))


def build(scratch: Path, path: Path) -> None:
    """Build the set, and write beside it what the report says."""
    start = time.perf_counter()
    made = QuestionPipeline(RuleBased(RULES)).run(
        documents(scratch), path, per_level=PER_LEVEL, problems=PROBLEMS, random_state=SEED
    )
    seconds = time.perf_counter() - start
    assert made.drafting is not None
    log = {
        "seconds": seconds,
        "drafted": dict(made.drafting.drafted),
        "tried": dict(made.drafting.tried),
        "refusals": dict(made.drafting.refusals),
        "yields": made.yields.to_dict("records"),
        "set": [vars(result) for result in made.set_results],
    }
    path.with_suffix(".log").write_text(json.dumps(log), encoding="utf-8")


def run(results: Path, scratch: Path) -> None:
    """Build it twice at once, in two processes; write ``set.csv``, ``.md``, ``.svg``."""
    fetch(scratch)
    paths = [scratch / f"{name}.jsonl" for name in ("first", "second")]
    command = [sys.executable, "-m", "benchmarks.questions_set", str(scratch)]
    builds = [subprocess.Popen([*command, str(path)]) for path in paths]
    if any(process.wait() for process in builds):
        sys.exit("a process that built the set failed")
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    logs = [json.loads(path.with_suffix(".log").read_text(encoding="utf-8")) for path in paths]
    _write(results, paths[0], hashes, logs)


def _write(results: Path, path: Path, hashes: list[str], logs: list[dict[str, Any]]) -> None:
    questions, log = read_questions(path)[0], logs[0]
    rejected = read_questions(path.with_name("first.rejected.jsonl"))[0]
    yields = pd.DataFrame(log["yields"])
    figure = Figure(figsize=(8, 5), layout="constrained")
    draw_yields(yields, figure.add_subplot())
    kinds = kinds_table(questions)
    write_table(kinds, results / "kinds.csv")
    text = TEXT.format(
        sources="\n".join(f"- {s.package} {s.version}, {Path(s.path).name}" for s in SOURCES),
        per_level=PER_LEVEL,
        problems=PROBLEMS,
        drafted=len(questions) + len(rejected),
        accepted=len(questions),
        yields=markdown(yields),
        whole="\n".join(
            f"- {one['gate']}: {one['verdict']}; {one['reason']}" for one in log["set"]
        ),
        kinds=markdown(kinds),
        drafts=markdown(_counts(log)),
        refusals=markdown(pd.DataFrame(log["refusals"].items(), columns=["refusal", "drafts"])),
        same="The same bytes" if len(set(hashes)) == 1 else "NOT the same bytes",
        sha=hashes[0],
        seconds=" and ".join(f"{one['seconds']:.0f}" for one in logs),
    )
    publish(results, "set", yields, title="A question set from three documents", text=text,
            figure=figure)  # fmt: skip


def kinds_table(questions: list[Question]) -> pd.DataFrame:
    """Questions by kind, level, hops and the rule that wrote them."""
    counts = Counter((q.kind, q.level, q.hops, q.origin.partition(": ")[2]) for q in questions)
    columns = ["kind", "level", "hops", "rule", "questions"]
    return pd.DataFrame([(*key, n) for key, n in sorted(counts.items())], columns=columns)


def _counts(log: dict[str, Any]) -> pd.DataFrame:
    rows = [(name, n, log["tried"][name]) for name, n in log["drafted"].items()]
    return pd.DataFrame(rows, columns=["kind, level", "drafted", "paths tried"])


TEXT = """\
Three documents that packages of Debian 12 ship:

{sources}

ns-3 is under the GNU GPL version 2 by the copyright file of its package; the document of DPDK is
under the three-clause BSD licence by its own first line, as is all of DPDK that its package's
copyright file does not except. Nothing of them is kept here.

`QuestionPipeline(RuleBased(RULES))`, {per_level} questions wanted of each kind and level and
{problems} problems of the solver; {drafted} were drafted, {accepted} are accepted. Rules draft and
nothing judges: the gates that take a model are not run, which is no pass.

{yields}

As a set:

{whole}

What is accepted:

{kinds}

Hard four-option questions and most medium ones are not there to be had: they take a figure, a
formula or an abbreviation that the path runs into, and the rules refuse what they cannot put so
that it has one answer.

{drafts}

{refusals}

{same} from two processes, sha256 {sha}; {seconds} seconds, the two at once."""


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
