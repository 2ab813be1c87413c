import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from scipy.stats import entropy

from infometer.quantities import conditional_entropy, joint_entropy

shapes = array_shapes(min_dims=3, max_dims=3, max_side=4)
seeds = st.integers(0, 2**32 - 1)


def some_law(shape, seed):
    """A law of this shape, with cells of 0 and of 1e-20 among others."""
    rng = np.random.default_rng(seed)
    cells = rng.gamma(0.5, size=shape) * (rng.random(shape) < 0.7)
    cells.flat[0] += 1e-20
    return cells / cells.sum()


@given(shapes, seeds)
@settings(max_examples=30, deadline=None)
def test_it_is_the_entropy_that_scipy_has_and_obeys_the_chain_rule(shape, seed):
    p = some_law(shape, seed)
    assert joint_entropy(p) == pytest.approx(entropy(p.ravel()), abs=1e-13)
    assert joint_entropy(p, of=[2, 0]) == pytest.approx(entropy(p.sum(1).ravel()), abs=1e-13)
    chain = [
        joint_entropy(p, of=0),
        conditional_entropy(p, of=1, given=0),
        conditional_entropy(p, of=2, given=[0, 1]),
    ]
    assert joint_entropy(p) == pytest.approx(sum(chain), abs=1e-13)
    assert conditional_entropy(p, of=2, given=()) == joint_entropy(p, of=2)


@given(shapes, seeds)
@settings(max_examples=30, deadline=None)
def test_knowing_more_leaves_no_more_entropy(shape, seed):
    p = some_law(shape, seed)
    left = [conditional_entropy(p, 0, z) for z in ((), 1, [1, 2])]
    assert 0 <= left[2] <= left[1] + 1e-13 <= left[0] + 2e-13 <= np.log(shape[0]) + 3e-13


def test_conditional_entropy_is_the_mean_entropy_of_the_rows():
    p = some_law((3, 4, 2), 0)
    rows = p.sum(axis=2)
    expected = entropy(rows, axis=1) @ rows.sum(1)  # scipy divides each row by its sum
    assert conditional_entropy(p, of=1, given=0) == pytest.approx(expected, rel=1e-13)


def test_the_limits():
    assert joint_entropy([0, 7, 0]) == 0.0
    assert joint_entropy(np.eye(4) / 4) == pytest.approx(np.log(4), rel=1e-15)
    assert conditional_entropy(np.eye(4) / 4, of=0, given=1) == 0.0


def test_variables_by_name_and_what_is_refused():
    table = pd.crosstab(
        pd.Series(["a", "a", "b"], name="first"), pd.Series([1, 2, 1], name="second")
    )
    assert conditional_entropy(table, "second", given="first") == pytest.approx(2 / 3 * np.log(2))
    with pytest.raises(ValueError, match="of names 'third'; the variables of this law are 'first'"):
        joint_entropy(table, of="third")
    with pytest.raises(ValueError, match="of names no variable"):
        joint_entropy(table, of=())
    with pytest.raises(ValueError, match="of and given both name 'first'"):
        conditional_entropy(table, ["first", "second"], given="first")
