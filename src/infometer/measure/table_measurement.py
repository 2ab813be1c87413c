"""What does each column of a table know about the target, alone, in pairs and together?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from infometer.estimators.pair import MOST_DIMENSIONS
from infometer.estimators.samples import require_count
from infometer.measure.column_estimate import adjusted
from infometer.measure.table_reading import Missing, ReadTable, read_table_columns
from infometer.measure.table_result import TableMeasurement
from infometer.measure.table_task import TableTask
from infometer.resampling import root_seed
from infometer.sweeps import sweep
from infometer.tables import fingerprint

__all__ = ["measure_table"]

MOST_CANDIDATES = 30
"""Columns that may be put together; each step looks at all of them."""
PERMUTATIONS = (199, 1999)
"""At least and at most; between them one for each column and 1 / alpha."""
COMPLETE = 0.8
"""Columns are put together as long as this share of the rows has them all."""
MUCH_BY_CHANCE = 0.1
"""Of a joint figure: more of it with the target shuffled, and the search ends."""
SMALL_LOSS = 0.03
"""Of a joint figure: less than neighbours may lose in one more dimension."""


def measure_table(
    frame: pd.DataFrame,
    target: str,
    *,
    columns: Sequence[str] | None = None,
    missing: Missing = "pairwise",
    top: int = 6,
    alpha: float = 0.05,
    level: float = 0.95,
    k: int = 3,
    max_rows: int | None = 5000,
    path: Path | None = None,
    random_state: Any = None,
    n_jobs: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> TableMeasurement:
    r"""I(X_j;Y) of every column with the target, which are significant, and what they add up to.

    Numbers enter by the normal scores of their ranks with ties in random order, as in
    `MutualInformationSelector`: units and increasing changes do not matter. Numbers with numbers
    get the estimator of Kraskov, Stögbauer and Grassberger, numbers with labels that of Ross,
    labels with labels their counts less the bias of Miller and Madow. P-values are those of
    permutations of the target, or of the G-test where cells are large, after Benjamini and
    Hochberg. The best columns are then looked at in pairs (`interaction_information`) and together:
    to those chosen comes the column that makes their joint information largest, until it adds
    none, at a level that is adjusted for the number of candidates.

    Parameters
    ----------
    frame : DataFrame, shape (n, m)
    target : str
    columns : sequence of str, optional
        By default all but the target. A column that is named is measured even if its values are
        all distinct, as those of an identifier are.
    missing : {"error", "pairwise", "category"}
        "pairwise" takes for every figure the rows that have all it needs. "category" reads missing
        as a label of its own, and of numbers as one more value, so that what it tells that a value
        is missing counts too. Rows without the target are always left out.
    top : int
        So many of the best columns are looked at in pairs and together; 1 for none.
    alpha : float
        The false discovery rate, and the level of each further column.
    level : float
        Of the intervals.
    k : int
        Neighbours; labels of at most k rows are read as one.
    max_rows : int, optional
        Of more rows so many are drawn at random; None for all.
    path : path, optional
        An SQLite file that keeps what is done, so that a call that was stopped goes on.
    random_state : int, None, RandomState or Generator
        Only an integer can go on.
    n_jobs : int, optional
    progress : callable, optional
        Called as ``progress(done, total)`` after every part.

    Returns
    -------
    TableMeasurement

    Raises
    ------
    ValueError
        For a target or column that is not there, a target that tells nothing, fewer than 20 rows,
        or no column left to measure.

    References
    ----------
    A. Kraskov, H. Stögbauer and P. Grassberger, Phys. Rev. E 69, 066138 (2004); B. C. Ross, PLoS
    ONE 9, e87357 (2014); Y. Benjamini and Y. Hochberg, J. R. Stat. Soc. B 57, 289 (1995).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame(rng.standard_normal((300, 2)), columns=["signal", "noise"])
    >>> frame["y"] = np.where(frame["signal"] + rng.standard_normal(300) > 0, "yes", "no")
    >>> measure_table(frame, "y", random_state=0).answer()
    'Of 2 columns 1 tells something about “y”: “signal”, 0.24 nats of 0.69 (35 %).'
    """
    for name, value, least in (("top", top, 1), ("k", k, 1), ("max_rows", max_rows, 20)):
        if value is not None:
            require_count(value, name, least)
    for name, share in (("alpha", alpha), ("level", level)):
        if not 0.0 < share < 1.0:
            raise ValueError(f"{name} is {share!r}; it must lie between 0 and 1")
    root = root_seed(random_state)
    table = read_table_columns(
        frame, target, columns, missing=missing, k=k, max_rows=max_rows, random_state=root
    )
    n_permutations = int(np.clip(np.ceil(len(table.measured) / alpha), *PERMUTATIONS))
    settings = {
        "target": target, "columns": None if columns is None else list(columns),
        "missing": missing, "top": top, "alpha": alpha, "level": level, "k": k,
        "max_rows": max_rows, "n_permutations": n_permutations,
    }  # fmt: skip
    task = TableTask(table.columns, table.target, k, level, n_permutations, root)
    with _kept(path) as file:
        mark = fingerprint(frame, repr(settings))
        run = _Run(task, file, mark, root, n_jobs, progress or (lambda done, total: None))
        return _measured(run, table, {**settings, "random_state": root})


@dataclass
class _Run:
    """The sweeps of one call, and how far it has come."""

    task: TableTask
    path: Path
    mark: str
    root: int
    n_jobs: int | None
    progress: Callable[[int, int], object]
    total: int = 0
    done: int = field(default=0, init=False)

    def __call__(self, part: str, groups: Sequence[Sequence[str]]) -> pd.DataFrame:
        """The rows of one part for these groups of columns."""
        before = self.done
        found = sweep(
            self.task,
            [{"part": part, "columns": list(group)} for group in groups],
            self.path,
            fingerprint=self.mark,
            random_state=self.root,
            n_jobs=self.n_jobs,
            progress=lambda done, total: self.progress(before + done, self.total),
        )
        self.done += len(groups)
        return found.drop(columns=["part", "columns"], errors="ignore")


@contextmanager
def _kept(path: Path | None) -> Iterator[Path]:
    if path is not None:
        yield Path(path)
        return
    with TemporaryDirectory() as folder:
        yield Path(folder) / "measure.sqlite"


def _measured(run: _Run, table: ReadTable, settings: dict[str, Any]) -> TableMeasurement:
    names, top = table.measured, min(settings["top"], len(table.measured))
    patterns = _same_rows(table)
    gaps = [name for name in names if not table.columns[name].present.all()]
    run.total = len(names) + len(patterns) + bool(gaps) + top * (top + 3) // 2
    alone = _ranked(table, run, patterns)
    missing = run("missing", [gaps]) if gaps else pd.DataFrame(columns=["column", "p_value"])
    missing["adjusted_p_value"] = adjusted(missing["p_value"].to_numpy(dtype=float))
    ranked = alone.loc[alone["rank"].notna(), "column"].tolist()
    best = ranked[:top]
    pairs = [[a, b] for i, a in enumerate(best) for b in best[i + 1 :]]
    found_pairs = run("pair", pairs) if pairs else pd.DataFrame()
    if pairs:
        found_pairs["adjusted_p_value"] = adjusted(found_pairs["p_value"].to_numpy(dtype=float))
    tells = bool((alone["adjusted_p_value"] <= settings["alpha"]).any())
    candidates = _candidates(run.task, ranked)
    together = _together(run, candidates, settings) if tells and candidates else pd.DataFrame()
    run.progress(run.total, run.total)
    left_out = tuple(name for name in ranked[:MOST_CANDIDATES] if tells and name not in candidates)
    return TableMeasurement(alone, found_pairs, together, missing, left_out, table, settings)


def _same_rows(table: ReadTable) -> list[list[str]]:
    """The measured columns in groups that are known in the same rows."""
    groups: dict[bytes, list[str]] = {}
    for name in table.measured:
        groups.setdefault(table.columns[name].present.tobytes(), []).append(name)
    return list(groups.values())


def _ranked(table: ReadTable, run: _Run, patterns: list[list[str]]) -> pd.DataFrame:
    """One row for every column, the measured first, by what they tell beyond chance."""
    names = table.measured
    alone = run("alone", [[name] for name in names]).assign(column=names)
    alone = alone.merge(run("chance", patterns).drop(columns="figure_nats"), on="column")
    alone["adjusted_p_value"] = adjusted(alone["p_value"].to_numpy())
    beyond = alone["value_nats"] - alone["null_nats"].clip(lower=0.0)
    alone = alone.loc[beyond.sort_values(ascending=False, kind="stable").index]
    alone["rank"] = np.arange(1, len(alone) + 1)
    others = [name for name in table.columns if name not in names]
    alone = pd.concat([alone, pd.DataFrame({"column": others})], ignore_index=True)
    read = [table.columns[name] for name in alone["column"]]
    alone["read_as"], alone["why"] = [c.kind for c in read], [c.why for c in read]
    alone["n_missing"] = [int((~column.present).sum()) for column in read]
    alone.loc[alone["read_as"] == "constant", "value_nats"] = 0.0
    alone["share_of_target"] = alone["value_nats"] / alone["target_entropy_nats"]
    first = ["rank", "column", "read_as", "value_nats"]
    return alone[[*first, *(name for name in alone if name not in first)]]


def _candidates(task: TableTask, ranked: list[str]) -> list[str]:
    """The best columns that nearly all rows have together."""
    chosen: list[str] = []
    for name in ranked[:MOST_CANDIDATES]:
        if len(task.complete([*chosen, name])) >= COMPLETE * len(task.target.values):
            chosen.append(name)
    return chosen


def _together(run: _Run, candidates: list[str], settings: dict[str, Any]) -> pd.DataFrame:
    """The joint information with the best next column, as long as it adds some."""
    run.task = replace(run.task, together=tuple(candidates))
    most = min(settings["top"], len(candidates), MOST_DIMENSIONS - 1)
    names: list[str] = []
    steps: list[dict[str, Any]] = []
    while len(names) < most and not (steps and steps[-1]["end"]):
        left = len(candidates) - len(names)
        names.append(str(run("next", [names])["column"].iloc[0]))
        step = {str(name): value for name, value in run("gain", [names]).iloc[0].items()}
        end = ""
        if len(names) > 1:  # any of those left might have been the best by chance
            step["gain_p_value"] = min(1.0, step["gain_p_value"] * left)
            end = _end(step, settings["alpha"])
        own = {"step": len(names), "column": names[-1]}
        steps.append({**own, **step, "kept": not end, "end": end})
    return pd.DataFrame(steps)


def _end(step: dict[str, Any], alpha: float) -> str:
    """Why the search ends here, if it does."""
    value, error, unrelated = step["value_nats"], step["gain_error_nats"], step["unrelated_nats"]
    if step["null_nats"] > MUCH_BY_CHANCE * value:
        return "too few rows a group"
    if np.isnan(error):
        return "not judged"
    if step["gain_p_value"] <= alpha:
        return ""
    if unrelated < -max(2 * error, SMALL_LOSS * value):
        return "neighbours fall short"
    return "no gain"
