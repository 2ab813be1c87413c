"""What holds for any data: symmetries of every estimator, and the laws of information on counts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.estimators import (
    conditional_mutual_information,
    entropy,
    kl_divergence,
    mutual_information,
    total_correlation,
)

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None, derandomize=True)


@st.composite
def tables(draw, columns):
    """Columns of labels, of 2 to 40 rows and 1 to 4 labels each."""
    rng = np.random.default_rng(draw(seeds))
    sizes = draw(st.lists(st.integers(1, 4), min_size=columns, max_size=columns))
    n = draw(st.integers(2, 40))
    return [np.array(list("abcd"))[rng.integers(0, size, n)] for size in sizes]


def plug_in(*views):
    return mutual_information(*views, estimator="plug-in").value


def plug_in_entropy(*columns):
    return entropy(pd.DataFrame(dict(enumerate(columns))), estimator="plug-in").value


def joined(*columns):
    return pd.DataFrame(dict(enumerate(columns)))


def views(kind, seed, n=60):
    """Two views that depend on each other, of one kind each."""
    rng = np.random.default_rng(seed)
    x, noise = rng.standard_normal((2, n))
    y, label = x + noise, np.array(["u", "v", "w"])[np.digitize(x + noise, [-1, 1])]
    label[:6] = ["u", "u", "v", "v", "w", "w"]
    return {
        "continuous": (x, y),
        "labels and numbers": (label, y),
        "discrete": (label, x > 0),
        "mixed": (pd.DataFrame({"x": x, "label": label}), y),
        "rectified": (np.maximum(x, 0), np.maximum(y, 0)),
    }[kind]


def quick(x, y):
    return mutual_information(x, y, interval=None, random_state=0).value


def at(view, rows):
    return view.iloc[rows] if isinstance(view, pd.DataFrame) else view[rows]


KINDS = ["continuous", "labels and numbers", "discrete", "mixed"]


@pytest.mark.parametrize("kind", [*KINDS, "rectified"])
@few
@given(seeds)
def test_information_is_symmetric(kind, seed):
    x, y = views(kind, seed)
    assert quick(x, y) == pytest.approx(quick(y, x), abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)  # what repeats is spread anew in another order
@few
@given(seeds)
def test_the_order_of_rows_says_nothing(kind, seed):
    x, y = views(kind, seed)
    order = np.random.default_rng(seed).permutation(len(y))
    assert quick(at(x, order), at(y, order)) == pytest.approx(quick(x, y), abs=1e-12)


@pytest.mark.parametrize("kind", ["continuous", "labels and numbers", "mixed"])
@few
@given(seeds, st.sampled_from([-4.0, 0.125, 1e3]), st.sampled_from([0.0, 1.0, -7.0]))
def test_shift_scale_and_sign_of_numbers_say_nothing(kind, seed, scale, shift):
    x, y = views(kind, seed)
    assert quick(x, scale * y + shift) == pytest.approx(quick(x, y), abs=1e-9)


@few
@given(tables(2), st.permutations("abcd"))
def test_names_of_labels_say_nothing(table, names):
    x, y = table
    renamed = pd.Series(x).map(dict(zip("abcd", names, strict=True)))
    assert plug_in(renamed, y) == pytest.approx(plug_in(x, y), abs=1e-12)


@few
@given(tables(2))
def test_plug_in_information_is_between_0_and_the_smaller_entropy(table):
    x, y = table
    assert -1e-12 <= plug_in(x, y) <= min(plug_in_entropy(x), plug_in_entropy(y)) + 1e-12
    assert plug_in(x, x) == pytest.approx(plug_in_entropy(x), abs=1e-12)


@few
@given(tables(3))
def test_the_chain_rule_is_exact_on_counts(table):
    x, y, z = table
    assert plug_in(joined(x, z), y) == pytest.approx(plug_in(z, y) + plug_in(x, y, z), abs=1e-12)


@few
@given(tables(3))
def test_conditional_information_is_not_negative_on_counts(table):
    assert plug_in(*table) >= -1e-12


@few
@given(tables(2))
def test_merging_labels_loses_information(table):
    x, y = table
    assert plug_in(np.where(x == "a", "b", x), y) <= plug_in(x, y) + 1e-12


@few
@given(tables(2))
def test_entropy_is_subadditive_on_counts(table):
    x, y = table
    both = plug_in_entropy(x, y)
    assert max(plug_in_entropy(x), plug_in_entropy(y)) - 1e-12 <= both
    assert both == pytest.approx(plug_in_entropy(x) + plug_in_entropy(y) - plug_in(x, y), abs=1e-12)


@few
@given(tables(3))
def test_total_correlation_adds_the_columns_one_by_one(table):
    x, y, z = table
    found = total_correlation(joined(x, y, z), estimator="plug-in").value
    assert found == pytest.approx(plug_in(x, y) + plug_in(joined(x, y), z), abs=1e-12)


@few
@given(tables(1), tables(1))
def test_divergence_is_0_of_the_same_frequencies_and_never_less(first, second):
    x, y = first[0], second[0]
    assert kl_divergence(x, y, x_type="discrete").value >= -1e-12
    assert kl_divergence(x, np.tile(x, 3), x_type="discrete").value == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("kind", ["continuous", "discrete", "rectified"])
@few
@given(seeds)
def test_a_constant_condition_changes_nothing(kind, seed):
    x, y = views(kind, seed)
    found = conditional_mutual_information(
        x, y, np.ones(len(y)), interval=None, random_state=0
    ).value
    assert found == pytest.approx(quick(x, y), abs=1e-12)


@few
@given(seeds)
def test_conditional_information_is_symmetric(seed):
    (x, y), z = views("continuous", seed), views("discrete", seed)[0]
    one = conditional_mutual_information(x, y, z, interval=None).value
    assert one == pytest.approx(conditional_mutual_information(y, x, z, interval=None).value)
