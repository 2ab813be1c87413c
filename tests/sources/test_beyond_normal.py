import dataclasses
import pickle

import numpy as np
import pytest

from infometer.estimators import gaussian_terms
from infometer.sources import StudentT, Task, beyond_normal_tasks

PRINTED = """
1v1-normal-0.75 0.4133 1 1
normal_cdf-1v1-normal-0.75 0.4133 1 1
1v1-additive-0.1 1.7094 1 1
1v1-additive-0.75 0.3333 1 1
1v1-bimodal-0.75 0.4133 1 1
wiggly-1v1-normal-0.75 0.4133 1 1
half_cube-1v1-normal-0.75 0.4133 1 1
student-identity-1-1-1 0.2242 1 1
asinh-student-identity-1-1-1 0.2242 1 1
swissroll_x-normal_cdf-1v1-normal-0.75 0.4133 2 1
multinormal-dense-2-2-0.5 0.2939 2 2
multinormal-dense-3-3-0.5 0.4133 3 3
multinormal-dense-5-5-0.5 0.5928 5 5
multinormal-dense-25-25-0.5 1.2922 25 25
multinormal-dense-50-50-0.5 1.6243 50 50
multinormal-sparse-2-2-2-2.0 1.0217 2 2
multinormal-sparse-3-3-2-2.0 1.0217 3 3
multinormal-sparse-5-5-2-2.0 1.0217 5 5
multinormal-sparse-25-25-2-2.0 1.0217 25 25
student-identity-2-2-1 0.4319 2 2
student-identity-2-2-2 0.1931 2 2
student-identity-3-3-2 0.2909 3 3
student-identity-3-3-3 0.1787 3 3
student-identity-5-5-2 0.4482 5 5
student-identity-5-5-3 0.2985 5 5
normal_cdf-multinormal-sparse-3-3-2-2.0 1.0217 3 3
normal_cdf-multinormal-sparse-5-5-2-2.0 1.0217 5 5
normal_cdf-multinormal-sparse-25-25-2-2.0 1.0217 25 25
half_cube-multinormal-sparse-3-3-2-2.0 1.0217 3 3
half_cube-multinormal-sparse-5-5-2-2.0 1.0217 5 5
half_cube-multinormal-sparse-25-25-2-2.0 1.0217 25 25
spiral-multinormal-sparse-3-3-2-2.0 1.0217 3 3
spiral-multinormal-sparse-5-5-2-2.0 1.0217 5 5
spiral-multinormal-sparse-25-25-2-2.0 1.0217 25 25
spiral-normal_cdf-multinormal-sparse-3-3-2-2.0 1.0217 3 3
spiral-normal_cdf-multinormal-sparse-5-5-2-2.0 1.0217 5 5
spiral-normal_cdf-multinormal-sparse-25-25-2-2.0 1.0217 25 25
asinh-student-identity-2-2-1 0.4319 2 2
asinh-student-identity-3-3-2 0.2909 3 3
asinh-student-identity-5-5-2 0.4482 5 5
"""
TASKS = beyond_normal_tasks()
BY_NAME = {task.name: task for task in TASKS}
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


def test_the_forty_stand_as_they_are_printed():
    rows = [f"{t.name} {t.mutual_information:.4f} {t.dim_x} {t.dim_y}" for t in TASKS]
    assert rows == PRINTED.strip().splitlines()
    assert len(BY_NAME) == 40


@every_task
def test_samples_have_their_shape_and_their_seed(task):
    x, y = task.sample(20, random_state=3)
    assert x.shape == (20, task.dim_x)
    assert y.shape == (20, task.dim_y)
    assert np.isfinite(x).all()
    assert np.isfinite(y).all()
    again, other = task.sample(20, random_state=3), task.sample(20, random_state=4)
    np.testing.assert_array_equal(x, again[0])
    np.testing.assert_array_equal(y, again[1])
    assert not np.array_equal(x, other[0])


@every_task
def test_survives_pickling(task):
    back = pickle.loads(pickle.dumps(task))
    assert back == task
    assert repr(back) == repr(task)
    assert " at 0x" not in repr(task)


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("spiral-multinormal-sparse-3-3-2-2.0", 0.236),
        ("spiral-multinormal-sparse-5-5-2-2.0", 0.379),
        ("spiral-normal_cdf-multinormal-sparse-3-3-2-2.0", 0.840),
        ("normal_cdf-multinormal-sparse-3-3-2-2.0", 0.962),
    ],
)
def test_what_canonical_correlations_see_tells_the_variants_apart(name, canonical):
    """Figures of 4 × 10 000 rows; the other readings of the suite are 0.05 or more away."""
    x, y = BY_NAME[name].sample(20_000, random_state=0)
    assert float(gaussian_terms(x, y).mean()) == pytest.approx(canonical, abs=0.025)


def test_a_task_is_frozen_and_refuses_what_is_none():
    source = StudentT(2, 2, 3.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        TASKS[0].name = "another"
    with pytest.raises(ValueError, match=r"^name is ''"):
        Task("", source, 2, 2)
    with pytest.raises(ValueError, match=r"^source is 'normal'; give a value with"):
        Task("normal", "normal", 1, 1)
    with pytest.raises(ValueError, match=r"^dim_x is 0"):
        Task("student", source, 0, 2)


def test_a_task_whose_columns_are_others_than_it_says_is_told():
    with pytest.raises(ValueError, match=r"drew y of shape \(5, 2\) and has dim_y = 3"):
        Task("student", StudentT(2, 2, 3.0), 2, 3).sample(5)
