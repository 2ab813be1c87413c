"""What MutualInformationSelector selects where nothing is to be found, and where something is.

``python -m benchmarks.estimators_selection``; a run that was killed goes on where it was.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.publishing import machine, markdown
from infometer.estimators import MutualInformationSelector
from infometer.resampling import generator
from infometer.sweeps import sweep
from infometer.tables import write_table

RESULTS = Path(__file__).parent / "results" / "estimators"
SCRATCH = Path(__file__).parent / "scratch" / "estimators"
TARGETS = ("numbers", "labels")
CRITERIA = ("univariate", "mrmr", "jmi")
NEIGHBORS = (3, 20)
ROLES = ("main", "in company", "second", "copy of main")
N_NULL, N_INFORMATIVE = 200, 500


def nothing(n: int, target: str, rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Seven columns of numbers, one with many zeros, and two of labels; none tells of y."""
    X = pd.DataFrame(rng.standard_normal((n, 7)))
    X["zeros"] = np.maximum(rng.standard_normal(n), 0.0)
    X["coin"], X["letter"] = rng.integers(0, 2, n), rng.choice(list("abcde"), n)
    y = rng.standard_normal(n) if target == "numbers" else rng.integers(0, 3, n)
    return X.rename(columns=str), y


def three_features(
    n: int, target: str, rng: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Three features tell of y, one of them alone nothing; one is a copy of another with noise."""
    X = pd.DataFrame(rng.standard_normal((n, 8)), columns=[*ROLES, *map(str, range(4))])
    X["copy of main"] = X["main"] + 0.3 * X["copy of main"]
    a, b, c = X["main"], np.sign(X["in company"]), X["second"]
    if target == "numbers":  # |a| + ab is one law for b = 1 and for b = -1
        return X, np.asarray(np.abs(a) + a * b + c + 0.3 * rng.standard_normal(n))
    parity = rng.random(n) < 0.5 + 0.2 * np.sign(a) + 0.3 * np.sign(a) * b
    return X, np.asarray(parity + 2 * (rng.random(n) < 0.5 + 0.4 * np.sign(c)))


def null_selection(random_state: int, target: str, criterion: str, seed: int) -> dict[str, Any]:
    """Whether anything is selected where nothing tells of y."""
    X, y = nothing(N_NULL, target, generator(random_state, "data"))
    selector = MutualInformationSelector(criterion=criterion, random_state=random_state).fit(X, y)
    return {"selected": int(selector.get_support().sum())}


def informed_selection(
    random_state: int, target: str, criterion: str, k: int, seed: int
) -> dict[str, Any]:
    """Which of three features, a copy and four of noise are selected."""
    X, y = three_features(N_INFORMATIVE, target, generator(random_state, "data"))
    selector = MutualInformationSelector(criterion=criterion, k=k, random_state=random_state).fit(
        X, y
    )
    chosen = set(selector.get_feature_names_out())
    return {**{role: role in chosen for role in ROLES}, "noise": bool(chosen - set(ROLES))}


def error_table(rows: pd.DataFrame) -> pd.DataFrame:
    """How often anything is selected, with the standard error of that share."""
    table = rows.assign(error=rows["selected"] > 0).groupby(
        ["target", "criterion"], sort=False, as_index=False
    ).agg(data_sets=("error", "size"), error_rate=("error", "mean"))  # fmt: skip
    share = table["error_rate"]
    return table.assign(standard_error=np.sqrt(share * (1 - share) / table["data_sets"]))


def power_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The share of data sets in which each role is selected."""
    cells = rows.groupby(["target", "criterion", "k"], sort=False)
    shares = cells[[*ROLES, "noise"]].mean().reset_index()
    shares.insert(3, "data_sets", cells.size().to_numpy())
    return shares


TEXT = """\
## Where nothing is to be found

{n_null} rows, ten features that tell nothing of y: seven columns of numbers, one with half zeros,
and two of labels. `error_rate` is the share of data sets in which anything is selected; the level
is 5 %. The greedy criteria have the same first step on the null, and so only one stands here.

{errors}

## Where something is

{n_informative} rows of eight features. y depends on `main` and on `second`; on `in company` only
together with `main`, alone it tells exactly nothing. `copy of main` has noise of 0.3 added and
tells nothing beyond `main`. The shares of data sets in which each is selected, and in which any of
the four of noise is. For numbers y = |a| + a·sign(b) + c + 0.3 e; for labels y is one of four.

{power}

{machine}
"""


def main() -> None:
    """Run both simulations and write ``selection.md`` and two tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--null", type=int, default=500, help="data sets without information")
    parser.add_argument("--informative", type=int, default=60, help="data sets with information")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--scratch", type=Path, default=SCRATCH, help="folder of work in progress")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    given = parser.parse_args()
    for folder in (given.results, given.scratch):
        folder.mkdir(parents=True, exist_ok=True)
    null = sweep(
        null_selection,
        {"target": TARGETS, "criterion": ("univariate", "jmi"), "seed": range(given.null)},
        given.scratch / "selection_null.sqlite", n_jobs=given.jobs,
    )  # fmt: skip
    informed = sweep(
        informed_selection,
        {"target": TARGETS, "criterion": CRITERIA, "k": NEIGHBORS,
         "seed": range(given.informative)},
        given.scratch / "selection_informed.sqlite", n_jobs=given.jobs,
    )  # fmt: skip
    errors, power = error_table(null), power_table(informed)
    write_table(errors, given.results / "selection_errors.csv")
    write_table(power, given.results / "selection_power.csv")
    page = TEXT.format(
        n_null=N_NULL, n_informative=N_INFORMATIVE,
        errors=markdown(errors), power=markdown(power), machine=machine(),
    )  # fmt: skip
    text = f"# What MutualInformationSelector selects\n\n{page}"
    (given.results / "selection.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
