import math
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from infometer.benchmark import run, summary, tasks
from infometer.contracts import Estimate
from infometer.estimators import KSG, GaussianCopula, GaussianInformation
from infometer.sources import CorrelatedGaussian, Task, UniformBins

BY_NAME = {task.name: task for task in tasks()}
FEW = [
    BY_NAME[name]
    for name in ("1v1-normal-0.75", "swissroll_x-normal_cdf-1v1-normal-0.75", "1v1-additive-0.75")
]


def pearson(x, y):
    """The three lines by which a user's own estimator enters."""
    rho = np.corrcoef(x[:, 0], y[:, 0])[0, 1]
    return -0.5 * np.log1p(-(rho**2))


def picky(x, y):
    if x.shape[1] > 1:
        raise FloatingPointError("one column only")
    return 0.25


ESTIMATORS = {"KSG": KSG(n_splits=2), "CCA": GaussianInformation(), "own": pearson, "picky": picky}


def table_of(**arguments):
    return run(ESTIMATORS, FEW, n=150, seeds=(0, 7), **arguments).drop(columns="seconds")


@pytest.fixture(scope="module")
def expected():
    return table_of()


def test_one_row_for_each_in_order(expected):
    named = list(expected[["task", "estimator", "seed"]].itertuples(index=False, name=None))
    assert named == [(t.name, e, s) for t in FEW for e in ESTIMATORS for s in (0, 7)]
    assert expected["true_nats"].unique() == pytest.approx([0.413339, 1 / 3], abs=1e-6)
    assert expected.groupby("task", sort=False)[["dim_x", "dim_y"]].max().to_numpy().tolist() == [
        [1, 1], [2, 1], [1, 1],
    ]  # fmt: skip
    np.testing.assert_array_equal(
        expected["error_nats"], expected["value_nats"] - expected["true_nats"]
    )


def test_seeds_are_literal_and_all_see_the_same_sample(expected):
    x, y = FEW[0].sample(150, random_state=7)
    rows = expected[(expected["task"] == FEW[0].name) & (expected["seed"] == 7)]
    figures = rows.set_index("estimator")["value_nats"]
    assert figures["own"] == pearson(x, y)
    assert figures["CCA"] == GaussianInformation().fit(x, y).estimate_.value
    assert figures["KSG"] == KSG().fit(x, y).estimate_.value


def test_what_an_estimate_says_stands_in_its_row(expected):
    x, y = FEW[0].sample(150, random_state=0)
    estimate = GaussianCopula().fit(x, y).estimate_
    row = run([GaussianCopula()], FEW[:1], n=150).iloc[0]
    assert row["estimator"] == "GaussianCopula()"
    assert (row["low"], row["high"]) == estimate.interval
    assert row["p_value"] == estimate.p_value
    assert row["bound"] == "lower"
    assert row["method"] == "Gaussian copula"
    assert row["seconds"] > 0
    assert math.isnan(row["ceiling"])
    assert expected["ceiling"].notna().sum() == 6


def test_failures_are_rows(expected):
    failed = expected[expected["failure"].notna()]
    assert set(failed["task"]) == {FEW[1].name}
    assert set(failed["failure"]) == {"FloatingPointError: one column only"}
    assert failed["value_nats"].isna().all()
    assert failed["error_nats"].isna().all()
    assert not failed["saturated"].any()


@pytest.mark.parametrize(
    "error", [ValueError, RuntimeError, MemoryError, np.linalg.LinAlgError, TypeError, ImportError]
)
def test_whatever_is_raised_is_told(error):
    def raises(x, y):
        raise error("why")

    assert run([raises], FEW[:1], n=10)["failure"].tolist() == [f"{error.__name__}: why"]


def test_what_is_no_information_is_a_failure():
    def seconds(x, y):
        return Estimate("time", 3.0, unit="s")

    row = run([seconds], FEW[:1], n=10).iloc[0]
    assert row["failure"].startswith("ValueError: time is in s")
    assert math.isnan(row["value_nats"])


def test_our_warnings_stand_in_the_row_and_nowhere_else():
    task = BY_NAME["multinormal-dense-25-25-0.5"]
    filters = list(warnings.filters)
    table = run([KSG(interval=None)], [task], n=60)
    assert table["warnings"].item().startswith("50 dimensions in a nearest-neighbour estimate")
    assert warnings.filters == filters


@pytest.mark.parametrize(("backend", "n_jobs"), [("loky", 2), ("threading", 3)])
def test_the_same_table_for_any_number_of_workers(backend, n_jobs, expected):
    filters = list(warnings.filters)
    with joblib.parallel_config(backend, n_jobs=n_jobs):
        pd.testing.assert_frame_equal(table_of(), expected)
    assert warnings.filters == filters


def test_the_same_table_from_a_dask_cluster(expected):
    distributed = pytest.importorskip("dask.distributed")
    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        pd.testing.assert_frame_equal(table_of(), expected)


def test_the_seed_of_an_estimator_does_not_hang_on_its_company():
    chance = {"a": KSG(n_splits=2), "b": KSG(n_splits=3)}
    both = run(chance, FEW[:1], n=100, seeds=(0, 1)).set_index(["estimator", "seed"])
    alone = run({"b": KSG(n_splits=3)}, FEW, n=100, seeds=(1,)).iloc[0]
    assert alone["low"] == both.loc[("b", 1), "low"]
    assert both.loc[("b", 1), "low"] != both.loc[("b", 0), "low"]


CALLS = []


def noted(factor):
    def estimate(x, y):
        CALLS.append(factor)
        return factor * float(x[0, 0])

    return estimate


def test_only_what_is_new_is_run_again(tmp_path):
    file = tmp_path / "rows.sqlite"
    CALLS.clear()
    first = run({"own": noted(1.0)}, FEW, n=20, path=file)
    again = run({"own": noted(1.0)}, FEW[::-1], n=20, path=file)
    assert len(CALLS) == 3
    pd.testing.assert_frame_equal(again[::-1].reset_index(drop=True), first)
    changed = run({"own": noted(2.0)}, FEW, n=20, path=file)
    np.testing.assert_array_equal(changed["value_nats"], 2 * first["value_nats"])
    assert len(CALLS) == 6
    run({"own": noted(1.0)}, FEW, n=20, seeds=(0, 1), path=file)
    assert len(CALLS) == 9
    renamed = Task(FEW[0].name, CorrelatedGaussian(1, 1, 0.1), 1, 1)
    assert run({"own": noted(1.0)}, [renamed], n=20, path=file)["true_nats"].item() == 0.1
    assert len(CALLS) == 10


def test_a_setting_of_an_estimator_that_changed_is_no_old_row(tmp_path):
    file = tmp_path / "rows.sqlite"
    values = [
        run({"KSG": KSG(k=k, interval=None)}, FEW[:1], n=50, path=file)["value_nats"].item()
        for k in (3, 4, 3)
    ]
    assert values[0] == values[2] != values[1]


KILLED = """
import sys, time
from pathlib import Path
from infometer.benchmark import run, tasks

def noted(x, y):
    with Path(sys.argv[2]).open("a") as log:
        log.write("call\\n")
    time.sleep(0.05)
    return float(x.mean())

if __name__ == "__main__":
    table = run([noted], tasks()[:10], n=10, seeds=(0, 1), path=sys.argv[1])
    table.drop(columns="seconds").to_csv(sys.argv[3], index=False)
"""


def test_a_killed_sweep_goes_on_where_it_was(tmp_path):
    (tmp_path / "sweep.py").write_text(KILLED)
    log, made = tmp_path / "calls.log", tmp_path / "table.csv"
    files = [tmp_path / "sweep.py", tmp_path / "rows.sqlite", log, made]
    command = [sys.executable, *map(str, files)]
    with subprocess.Popen(command) as process:
        waited = time.monotonic() + 60
        while time.monotonic() < waited and _calls(log) < 6:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert 6 <= _calls(log) < 20
    assert not made.exists()
    subprocess.run(command, check=True)
    # only the call that was under way, whose row was not yet in the file, is made again
    assert 20 <= _calls(log) <= 21
    whole = run({"noted": lambda x, y: float(x.mean())}, tasks()[:10], n=10, seeds=(0, 1))
    assert made.read_text() == whole.drop(columns="seconds").to_csv(index=False)


def _calls(log: Path) -> int:
    return len(log.read_text().splitlines()) if log.exists() else 0


def test_anything_with_a_name_and_a_law_is_a_task():
    class Labels:
        name = "labels"
        mutual_information = math.log(4)

        def sample(self, n, random_state):
            return UniformBins(4, d=2).sample(n, random_state)

    row = run([lambda x, y: np.log(len(np.unique(y)))], [Labels()], n=100).iloc[0]
    assert (row["dim_x"], row["dim_y"]) == (2, 1)
    assert row["error_nats"] == pytest.approx(0, abs=1e-15)


def test_progress_counts_rows():
    told = []
    run([pearson], FEW, n=10, seeds=(0, 1), progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 6) for done in range(7)]


def test_summary_keeps_the_order_and_hides_no_failure(expected):
    means = summary(expected)
    assert means.index.get_level_values("task").tolist() == [task.name for task in FEW]
    assert means["mean"].columns.tolist() == list(ESTIMATORS)
    figures = expected["value_nats"].to_numpy().reshape(3, 4, 2)
    np.testing.assert_allclose(means["mean"], figures.mean(axis=2))
    np.testing.assert_allclose(means["std"], figures.std(axis=2, ddof=1))
    assert means["mean"].isna().sum().tolist() == [0, 0, 0, 1]


def test_all_forty_run_on_few_rows():
    table = run({"copula": GaussianCopula()}, n=150)
    assert len(table) == 40
    assert table["failure"].isna().all()


class Kept:
    """A task that gives the very arrays that it keeps, and fails on one seed."""

    name, mutual_information = "kept", 0.0
    x, y = np.random.default_rng(0).standard_normal((2, 50, 1))

    def sample(self, n, random_state):
        if random_state == 7:
            raise OSError("the disk is gone")
        return self.x, self.y


def spoiling(x, y):
    x += 100.0
    return 0.0


def mean_of_x(x, y):
    return float(x.mean())


def test_what_an_estimator_does_to_its_arrays_is_nothing_to_the_next():
    table = run({"spoil": spoiling, "mean": mean_of_x}, [Kept()], n=50, seeds=iter((0, 1)))
    means = table.loc[table["estimator"] == "mean", "value_nats"]
    assert (means == Kept.x.mean()).all()
    assert len(table) == 4


def test_a_task_that_fails_is_a_row_too():
    table = run({"mean": mean_of_x}, [Kept()], n=50, seeds=(7, 8))
    assert table["failure"][0] == "OSError: the disk is gone"
    assert table["failure"].isna().tolist() == [False, True]
