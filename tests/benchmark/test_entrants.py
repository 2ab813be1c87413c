import threading

import joblib
import numpy as np
import pytest

from infometer.benchmark import run, tasks
from infometer.benchmark.entrants import named_estimators
from infometer.estimators import KSG, GaussianInformation
from infometer.sources import Task, UniformAdditiveNoise

ONE = tasks()[:1]


def zero(x, y):
    return 0.0


class Locked:
    def __init__(self):
        self.lock = threading.Lock()

    def __call__(self, x, y):
        return 0.0


@pytest.mark.parametrize(
    ("estimators", "named"),
    [
        ({}, r"^estimators is empty; give at least one, such as \{'KSG'"),
        ([], r"^estimators is empty"),
        ("KSG", r"^estimators is 'KSG'; give a mapping"),
        (GaussianInformation(), r"^estimators is GaussianInformation\(\); give a mapping"),
        ({"ksg": KSG}, r"^estimators has the class KSG for 'ksg'; give an object of it, KSG\(\)"),
        ([KSG], r"^estimators has the class KSG"),
        ({"a": 3}, r"^estimators has 3 for 'a'; give an object with fit"),
        ({1: zero}, r"^estimators has the name 1"),
        ([zero, zero], r"^estimators has 2 named 'zero'; give each a name of its own: \{"),
        ([KSG(k=4), KSG(k=4)], r"^estimators has 2 named 'KSG\(k=4\)'"),
    ],
)
def test_estimators_that_are_none_are_refused_at_once(estimators, named):
    with pytest.raises(ValueError, match=named):
        run(estimators, ONE)


def test_a_sequence_names_its_estimators():
    assert list(named_estimators([zero, KSG(k=4), KSG(), Locked()])) == [
        "zero", "KSG(k=4)", "KSG()", "Locked",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ([], r"^tasks is empty"),
        (UniformAdditiveNoise(0.5), r"^tasks has UniformAdditiveNoise\(epsilon=0.5\); give values"),
        ([ONE[0], ONE[0]], r"^tasks has 2 named '1v1-normal-0.75'"),
        (["1v1-normal-0.75"], r"^tasks has '1v1-normal-0.75'; give values with name"),
        ([Task], r"^tasks has <class"),
    ],
)
def test_tasks_that_are_none_are_refused(given, named):
    with pytest.raises(ValueError, match=named):
        run([zero], given)


@pytest.mark.parametrize("seeds", [(), (0, 0), (-1,), (0.5,), (True,), 3, "01", (None,)])
def test_seeds_that_are_none_are_refused(seeds):
    with pytest.raises(ValueError, match=r"^seeds is .* give different integers of at least 0"):
        run([zero], ONE, n=10, seeds=seeds)


@pytest.mark.parametrize("n", [1, 0, 2.5, True])
def test_a_bad_n_is_refused(n):
    with pytest.raises(ValueError, match=r"^n is .* integer of at least 2"):
        run([zero], ONE, n=n)


def test_what_cannot_be_sent_to_a_process_is_refused_only_there():
    with pytest.raises(ValueError, match=r"^estimators has 'locked', which cannot be sent"):
        run({"locked": Locked()}, ONE, n=10, n_jobs=2)
    with joblib.parallel_config("threading", n_jobs=2):
        table = run({"locked": Locked(), "closure": lambda x, y: np.ptp(x) * 0}, ONE, n=10)
    assert table["value_nats"].tolist() == [0, 0]
