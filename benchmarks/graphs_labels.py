"""What neighbours' labels tell in real graphs, beside the figures known for them.

``python -m benchmarks.graphs_labels``; the graphs are looked for in the folder that the variable
INFOMETER_DATA names.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmarks.graphs_data import NAMES, load, there
from infometer.graphs import (
    adjusted_homophily,
    edge_homophily,
    label_informativeness,
    neighbour_labels,
)
from infometer.quantities import usable_information

RESULTS = Path(__file__).parent / "results" / "graphs"
KNOWN_INFORMATIVENESS = {
    "cora": 0.59, "citeseer": 0.45, "chameleon": 0.05, "squirrel": 0.00, "actor": 0.00,
}  # fmt: skip
"""As Platonov et al. (NeurIPS 2023) have it, to two digits."""
NOTE = (
    "Score is the network usable information of a neighbour's label, 2 to the −H bits; accuracy is "
    "that of guessing by it. The last column is the published label informativeness."
)


def figures(name: str) -> dict[str, float | str]:
    """One row of the table."""
    graph = load(name)
    told = usable_information(neighbour_labels(graph))
    return {
        "graph": NAMES[name],
        "edge homophily": edge_homophily(graph),
        "adjusted homophily": adjusted_homophily(graph),
        "label informativeness": label_informativeness(graph),
        "score": told.score,
        "accuracy": told.accuracy,
        "published": KNOWN_INFORMATIVENESS[name],
    }


def main() -> None:
    """Write the table."""
    frame = pd.DataFrame([figures(name) for name in there(tuple(KNOWN_INFORMATIVENESS))])
    RESULTS.mkdir(parents=True, exist_ok=True)
    frame.round(4).to_csv(RESULTS / "labels.csv", index=False)
    off = (frame["label informativeness"] - frame["published"]).abs().max()
    print(f"{frame.round(4).to_string(index=False)}\n\n{NOTE}\nLargest difference: {off:.4f}")


if __name__ == "__main__":
    main()
