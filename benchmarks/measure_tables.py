"""What ``infometer measure`` makes of real tables, with gaps, text, identifiers and dates.

``python -m benchmarks.measure_tables``; the tables are looked for in the folder that the variable
INFOMETER_DATA names, and none of them is copied: only what the command said of them is kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.publishing import machine
from infometer.tables import read_table

RESULTS = Path(__file__).parent / "results" / "measure"
CASES = (
    ("concepts/dedeyne2008_exemplars.csv.gz", "category", ()),
    ("concepts/hyperlex.csv.gz", "score_0_6", ()),
    ("concepts/hyperlex.csv.gz", "score_0_6", ("--without", "score_0_10")),
    ("preferences/tennis_atp_2010_2024.parquet", "surface", ()),
    ("preferences/tennis_atp_2010_2024.parquet", "minutes", ("--without", "score")),
    ("multimodal/crema_d_votes.parquet", "intended", ()),
    ("multimodal/mustard.parquet", "sarcasm", ()),
    ("multimodal/cmu_mosi_transcripts.csv.gz", "label", ()),
    ("molecules/tox21.csv.gz", "SR-p53", ()),
    ("molecules/tox21.csv.gz", "SR-p53", ("--missing", "category")),
    ("molecules/esol.csv.gz", "logS", ()),
    ("psychophysics/mlds_quadruples.csv.gz", "resp", ()),
    ("text_classification/cola_train.parquet", "label", ()),
    ("preferences/qa_feedback_dev_pairs.parquet", "question", ()),
    ("text_lm/books_index.csv", "split", ()),
)


def measured(path: Path, target: str, options: tuple[str, ...]) -> tuple[Any, str, float]:
    """The JSON of the command, or nothing; its last line on stderr; and the seconds it took."""
    call = [sys.executable, "-c", "from infometer.cli import main; main()", "measure", str(path)]
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        ended = subprocess.run(
            [*call, "--target", target, *options, "--json", "--out", folder],
            capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
    seconds = time.monotonic() - start
    if ended.returncode not in (0, 2):
        raise RuntimeError(f"{path.name}: status {ended.returncode}\n{ended.stderr}")
    return (json.loads(ended.stdout) if ended.stdout else None), ended.stderr.strip(), seconds


def section(path: Path, name: str, target: str, options: tuple[str, ...]) -> str:
    """The page's part about one table."""
    frame = read_table(path)
    document, error, seconds = measured(path, target, options)
    command = " ".join(["infometer measure", Path(name).name, "--target", target, *options])
    head = f"## `{command}`\n\n{frame.shape[0]} rows × {frame.shape[1]} columns, {seconds:.0f} s.\n"
    if document is None:
        return f"{head}\nRefused: {error.removeprefix('infometer: ')}"
    kinds: dict[str, list[str]] = {}
    for row in document["tables"]["How each column was read"]:
        kinds.setdefault(row["read_as"], []).append(f"`{row['column']}`")
    read = "; ".join(f"{kind}: {', '.join(names)}" for kind, names in kinds.items())
    counts = Counter(finding["severity"] for finding in document["findings"])
    findings = [
        f"- *{f['severity']}*, {f['where']}: {f['what']} {f['evidence']}"
        for f in document["findings"]
    ]
    count = ", ".join(f"{n} {severity}" for severity, n in sorted(counts.items())) or "none"
    told = [f"**{document['answer']}**", f"Read as {read}.", f"Findings: {count}."]
    return "\n\n".join([head.strip(), *told, "\n".join(findings)])


def main() -> None:
    """Measure all tables that are there, and write the page."""
    folder = os.environ.get("INFOMETER_DATA")
    if folder is None:
        sys.exit("INFOMETER_DATA names no folder; set it to the one with the tables")
    there = [case for case in CASES if (Path(folder) / case[0]).exists()]
    if not there:
        sys.exit(f"none of the tables is in the folder {folder}")
    parts = []
    for name, target, options in there:
        print(name, target, *options, flush=True)
        parts.append(section(Path(folder) / name, name, target, options))
    text = (
        "# Real tables, as the command reads them\n\n"
        "Nothing was cleaned before. What was said is printed whole; a refusal is one line.\n"
    )
    RESULTS.mkdir(parents=True, exist_ok=True)
    page = "\n\n".join([text.strip(), *parts, machine()])
    (RESULTS / "tables.md").write_text(page + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
