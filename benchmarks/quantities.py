"""The exact quantities beside other libraries: ``python -m benchmarks.quantities``.

Every part is a module ``quantities_<part>`` whose ``compare`` gives a table of seconds, ratios and
figures, both sides asked in turns. The peer of the context trees has the environment of ``make
bench-estimators``.
"""

from __future__ import annotations

import argparse
import inspect
from importlib import import_module
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from benchmarks.publishing import markdown, publish

PARTS = {
    "categorical": "Categorical entropies of a large vocabulary",
    "rate": "Rate-distortion and capacity",
    "broja": "Partial information decomposition",
    "directed_information": "Exact directed information",
    "context_trees": "Directed information by context trees",
}
ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "quantities"
PEERS = ROOT / ".venv-peers" / "bin" / "python"


def run(part: str, results: Path, peers: Path) -> None:
    """Compare and leave the table, a page and a picture of the ratios."""
    module = import_module(f"benchmarks.quantities_{part}")
    has_peers = "python" in inspect.signature(module.compare).parameters
    table = module.compare(peers) if has_peers else module.compare()
    text = (module.__doc__ or "").partition("\n\n")
    publish(
        results,
        part,
        table,
        title=PARTS[part],
        text=f"{text[0]}\n\n{text[2].strip()}\n\n{markdown(shown(table))}\n\n"
        "The ratio is of the medians of the seconds, the peer's over ours; the tick is its target.",
        figure=draw_ratios(table),
    )
    print(table.to_string(index=False, float_format="{:.5g}".format))


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its floats to six digits, however small they are."""
    return table.map(
        lambda value: f"{value:.6g}" if isinstance(value, float) and not pd.isna(value) else value
    )


def draw_ratios(table: pd.DataFrame) -> Figure:
    """A bar for each row: how many times ours the peer takes, with the target as a tick."""
    rows = table[table["ratio"].notna()].iloc[::-1].reset_index(drop=True)
    figure = Figure(figsize=(9, 0.55 * len(rows) + 1.2), layout="constrained")
    ax = figure.add_subplot()
    ax.barh(rows.index, rows["ratio"] - 1.0, left=1.0, height=0.6, color="C0")
    for place, target in rows["target"].dropna().items():
        ax.plot([target, target], [place - 0.4, place + 0.4], color="black", linewidth=2)
    for place, ratio in rows["ratio"].items():
        ax.annotate(f" {ratio:.3g}×", (max(ratio, 1.0), place), va="center")
    ax.axvline(1.0, color="gray", linewidth=1)
    threads = rows["threads"].map(" ({} threads)".format) if "threads" in rows else ""
    ax.set_yticks(rows.index, rows["task"] + "\nbeside " + rows["peer"] + threads, fontsize=8)
    ax.set_xscale("log")
    ax.margins(x=0.15)
    ax.set_xlabel("times as fast as the peer (tick: target)")
    return figure


def main() -> None:
    """Run the named parts, by default all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--peers", type=Path, default=PEERS, help="Python of the peers")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; choose of {', '.join(PARTS)}")
    given.results.mkdir(parents=True, exist_ok=True)
    for part in given.parts or PARTS:
        run(part, given.results, given.peers.absolute())


if __name__ == "__main__":
    main()
