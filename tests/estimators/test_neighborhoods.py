"""Every search gives the numbers of every other, to the last bit."""

import numpy as np
import pytest

from infometer.estimators.neighborhoods import neighborhoods
from infometer.resampling import subsampling_splits

pytest.importorskip("numba")

N = 203


def cases():
    rng = np.random.default_rng(0)
    normal, cauchy = rng.standard_normal, rng.standard_cauchy
    labels = rng.integers(0, 3, N)
    two = [[0], [1]]
    return {
        "lines": ([normal((N, 1)), normal((N, 1))], two, None),
        "planes": ([normal((N, 2)), normal((N, 3))], two, None),
        "many columns": ([normal((N, 11)), normal((N, 9))], two, None),
        "a line and a space": ([normal((N, 1)), normal((N, 6))], two, None),
        "tied lines": ([rng.integers(0, 4, (N, 1)) / 3, rng.integers(0, 3, (N, 1)) / 3], two, None),
        "tied planes": (
            [rng.integers(0, 3, (N, 2)) / 3, rng.integers(0, 3, (N, 1)) / 3],
            two,
            None,
        ),
        "half zeros": ([normal((N, 1)).clip(0), normal((N, 1)).clip(0)], two, None),
        "heavy tails": ([cauchy((N, 2)) ** 3, cauchy((N, 3))], two, None),
        "far from 0": ([1e9 + normal((N, 2)), 1e9 + normal((N, 1))], two, None),
        "units apart": ([1e-200 * normal((N, 1)), 1e-200 * normal((N, 1))], two, None),
        "half zeros, small": (
            [normal((N, 2)).clip(0) / 99, normal((N, 1)).clip(0) / 99],
            two,
            None,
        ),
        "one far away": ([np.append(normal((N - 1, 2)), [[1e6, 1]], 0), normal((N, 2))], two, None),
        "one far away, small": (
            [np.append(normal((N - 1, 2)), [[99, 1]], 0) / 1e5, normal((N, 2)) / 1e5],
            two,
            None,
        ),
        "clusters": ([normal((N, 2)) + 1e5 * labels[:, None], normal((N, 3))], two, None),
        "condition": ([normal((N, s)) for s in (1, 2, 1)], [[2], [0, 2], [1, 2]], None),
        "classes on a line": ([normal((N, 1)) + labels[:, None]], [[0]], labels),
        "classes in a space": ([normal((N, 4))], [[0]], labels),
        "four lines": ([normal((N, 1)) for _ in range(4)], [[0], [1], [2], [3]], None),
    }


def splits_of(classes):
    return subsampling_splits(N, strata=classes, repeats=5, random_state=1)


@pytest.mark.parametrize("split", [False, True], ids=["whole", "split"])
@pytest.mark.parametrize("case", cases())
def test_all_searches_agree(case, split):
    views, margins, classes = cases()[case]
    splits = splits_of(classes) if split else None
    given = {"classes": classes, "splits": splits}
    expected = neighborhoods(views, margins, 3, algorithm="tree", **given)
    found = [
        neighborhoods(views, margins, 3, algorithm="blocks", n_jobs=j, **given) for j in (1, 2)
    ]
    if [view.shape[1] for view in views] == [1, 1]:
        found.append(neighborhoods(views, margins, 3, algorithm="window", **given))
    for other in found:
        for ours, theirs in zip(other[:3], expected[:3], strict=True):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("case", cases())
def test_torch_agrees(case):
    pytest.importorskip("torch")
    views, margins, classes = cases()[case]
    expected = neighborhoods(views, margins, 3, classes=classes, algorithm="tree")
    found = neighborhoods(views, margins, 3, classes=classes, device="cpu")
    assert found.algorithm == "torch"
    for ours, theirs in zip(found[:3], expected[:3], strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_more_parts_than_two_bits_hold_are_searched_one_by_one():
    views, margins, _ = cases()["planes"]
    splits = subsampling_splits(N, parts=(5,), repeats=2, random_state=0)
    assert neighborhoods(views, margins, 3, splits=splits).algorithm == "tree"
    with pytest.raises(ValueError, match=r"splits have 5 parts.*take 'auto' or 'tree'"):
        neighborhoods(views, margins, 3, splits=splits, algorithm="blocks")


def test_the_parts_are_what_the_rows_alone_give():
    views, margins, _ = cases()["planes"]
    splits = splits_of(None)
    found = neighborhoods(views, margins, 3, splits=splits)
    rows = np.flatnonzero(splits[7] == 2)
    alone = neighborhoods([view[rows] for view in views], margins, 3)
    np.testing.assert_array_equal(found.radii[8, rows], alone.radii[0])
    np.testing.assert_array_equal(found.counts[8][:, rows], alone.counts[0])


@pytest.mark.parametrize("algorithm", ["tree", "blocks"])
def test_points_at_one_place_are_searched_and_beyond_all_floats_refused(algorithm):
    zeros = neighborhoods([np.zeros((9, 1)), np.zeros((9, 2))], [[0], [1]], 1, algorithm=algorithm)
    assert (zeros.radii == 0).all()
    assert (zeros.near == 9).all()
    x = np.random.default_rng(0).standard_normal((30, 2))
    x[0], x[1] = 1.7e308, -1.7e308
    with pytest.raises(ValueError, match=r"views hold 1.7e\+308"):
        neighborhoods([x, x], [[0]], 1, algorithm=algorithm)


def test_windows_do_not_starve_where_rows_repeat():
    rng = np.random.default_rng(0)
    twins = np.repeat(rng.standard_normal((400, 2)), 10, axis=0)
    points = np.vstack([twins, [[9.0, 0.0], [9.5, 1e6]]])
    views = [points[:, :1], points[:, 1:]]
    found = neighborhoods(views, [[0], [1]], 1, algorithm="window")
    expected = neighborhoods(views, [[0], [1]], 1, algorithm="tree")
    for ours, theirs in zip(found[:3], expected[:3], strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_windows_are_for_two_lines():
    views, margins, _ = cases()["planes"]
    with pytest.raises(ValueError, match=r"algorithm is 'window'.*take 'auto'"):
        neighborhoods(views, margins, 3, algorithm="window")
    with pytest.raises(
        ValueError, match="'quick'; it must be 'auto', 'tree', 'window' or 'blocks'"
    ):
        neighborhoods(views, margins, 3, algorithm="quick")


def test_a_row_alone_in_its_class_is_named():
    views, margins, _ = cases()["classes in a space"]
    with pytest.raises(ValueError, match="row 4 is alone in its class"):
        neighborhoods(views, margins, 3, classes=np.arange(N) == 4)
