"""Directed information by context-tree weighting beside the package directed_information 0.1.

Ours takes 100,000 steps, the peer 2,000, for it needs minutes for more: `seconds` are of 100,000
steps for both, the peer's in proportion. On system B, a Markov chain that flips with 0.3 through a
channel that errs with 0.2, the rate is known: 0.2619594890 bits.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.estimators_calls import Call, Library
from infometer.estimators import directed_information
from infometer.resampling import generator

PEER = "benchmarks.quantities_context_trees_peer"
STEPS, PEER_STEPS, DEPTH, ROUNDS, TARGET = 100_000, 2_000, 5, 3, 10
VALUE_STEPS, VALUE_DEPTH = 10_000, 3
TRUTH = 0.2619594890 * math.log(2)


def coupled(n: int, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A chain that stays with 0.7, through a channel right with 0.8; of two symbols system B."""
    rng = generator(seed, "context trees", size)
    moves = np.where(rng.random(n) < 0.3, rng.integers(1, size, n), 0)
    errors = np.where(rng.random(n) < 0.2, rng.integers(1, size, n), 0)
    x = np.cumsum(moves) % size
    return x, (x + errors) % size


def write(folder: Path, x: np.ndarray, y: np.ndarray) -> Path:
    """Leave the sequences where the peer reads them, once each."""
    path = folder / f"{len(list(folder.iterdir()))}.npz"
    np.savez(path, x=x, y=y)
    return path


def race(peer: Library, folder: Path, size: int, estimator: str) -> dict[str, object]:
    """Seconds of both, asked in turn; the value of both on the peer's steps."""
    x, y = coupled(STEPS, size, 0)
    short = x[:PEER_STEPS], y[:PEER_STEPS]
    data = write(folder, *short)
    asked = Call("forward_rate", {"estimator": estimator, "depth": DEPTH, "size": size})
    ours, theirs = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        directed_information(x, y, estimator=estimator, depth=DEPTH)
        ours.append(time.perf_counter() - start)
        answer = peer.ask(asked, data)
        theirs.append(answer.seconds * STEPS / PEER_STEPS)
    value = directed_information(*short, estimator=estimator, depth=DEPTH).forward.value
    return {
        "task": f"{estimator}, {size} symbols, depth {DEPTH}, {STEPS} steps",
        "ours_s": np.median(ours),
        "peer": "directed_information 0.1",
        "peer_s": np.median(theirs),
        "ratio": np.median(theirs) / np.median(ours),
        "target": TARGET,
        "value": value,
        "peer_value": answer.value,
        "truth": math.nan,
    }


def values(
    peer: Library, folder: Path, estimator: str, seeds: range = range(5)
) -> dict[str, object]:
    """The rates that both find on system B, over some seeds, beside the truth."""
    asked = Call("forward_rate", {"estimator": estimator, "depth": VALUE_DEPTH, "size": 2})
    ours, theirs, seconds = [], [], []
    for seed in seeds:
        x, y = coupled(VALUE_STEPS, 2, seed)
        start = time.perf_counter()
        found = directed_information(x, y, estimator=estimator, depth=VALUE_DEPTH)
        answer = peer.ask(asked, write(folder, x, y))
        seconds.append((time.perf_counter() - start - answer.seconds, answer.seconds))
        ours.append(found.forward.value)
        theirs.append(answer.value)
    own_s, peer_s = np.median(seconds, axis=0)
    return {
        "task": f"{estimator} on system B, mean of {len(seeds)}, {VALUE_STEPS} steps",
        "ours_s": own_s,
        "peer": "directed_information 0.1",
        "peer_s": peer_s,
        "ratio": peer_s / own_s,
        "target": math.nan,
        "value": np.mean(ours),
        "peer_value": np.mean(theirs),
        "truth": TRUTH,
    }


def compare(python: str | Path = ".venv-peers/bin/python") -> pd.DataFrame:
    """The table of seconds and of values, in nats a step."""
    with TemporaryDirectory() as name, Library(PEER, python) as peer:
        folder = Path(name)
        rows = [race(peer, folder, size, e) for size in (2, 4) for e in ("E1", "E3")]
        rows += [values(peer, folder, estimator) for estimator in ("E1", "E2", "E3", "E4")]
    return pd.DataFrame(rows)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default=".venv-peers/bin/python", help="their interpreter")
    print(compare(parser.parse_args().peers).to_string(index=False, float_format="%.4g"))


if __name__ == "__main__":
    main()
