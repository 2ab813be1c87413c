"""Partial information from samples of laws whose atoms are known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

import infometer
from infometer.estimators import PartialEstimate, partial_information
from infometer.estimators.clustered_views import cluster_view
from infometer.estimators.views import read_view
from infometer.quantities import partial_information as exact

ATOMS = ("redundancy", "unique1", "unique2", "synergy")


def values(found):
    return np.array([getattr(found, atom).value for atom in ATOMS])


def samples(name, n, seed=0):
    rng = np.random.default_rng(seed)
    x1, x2 = rng.integers(0, 2, (2, n))
    if name == "AND":
        return x1, x2, x1 & x2
    if name == "XOR":
        return x1, x2, x1 ^ x2
    return x1 ^ (rng.random(n) < 0.1), x1 ^ (rng.random(n) < 0.2), x1


TRUTH = {
    "AND": np.array([0.311278, 0.0, 0.0, 0.5]) * np.log(2),
    "XOR": np.array([0.0, 0.0, 0.0, 1.0]) * np.log(2),
    "BSC": np.array([0.278072, 0.252933, 0.0, 0.104818]) * np.log(2),
}


@pytest.mark.parametrize("name", TRUTH)
def test_samples_of_known_laws(name):
    found = partial_information(*samples(name, 2000), random_state=0)
    for atom, truth in zip(ATOMS, TRUTH[name], strict=True):
        estimate = getattr(found, atom)
        assert abs(estimate.value - truth) < 4 * estimate.standard_error + 0.01, atom
    assert found.information.value == pytest.approx(values(found).sum())
    assert found.conditional1.value == pytest.approx(values(found)[[1, 3]].sum())
    assert not found.warnings


def law_of_clusters(x1, x2, codes1, codes2, shifts):
    """The law of the clusters of two normal views, between the borders that the rows show."""
    masses = []
    for x, codes, shift in ((x1, codes1, shifts[0]), (x2, codes2, shifts[1])):
        order = np.argsort(x)
        changes = np.flatnonzero(np.diff(codes[order]))
        borders = np.concatenate([[-np.inf], (x[order][changes] + x[order][changes + 1]) / 2,
                                  [np.inf]])  # fmt: skip
        masses.append([np.diff(norm.cdf(borders - sign * shift)) for sign in (-1, 1)])
    return 0.5 * np.stack([np.outer(masses[0][y], masses[1][y]) for y in (0, 1)], axis=-1)


def test_gaussian_views_against_the_law_of_their_clusters():
    rng, n, shifts = np.random.default_rng(1), 1500, (0.8, 0.4)
    y = rng.integers(0, 2, n)
    x1, x2 = ((2 * y - 1) * shift + rng.standard_normal(n) for shift in shifts)
    found = partial_information(x1, x2, y, n_clusters=8, random_state=0)
    codes = [
        cluster_view(read_view(x, name), 8, random_state=0) for x, name in ((x1, "x1"), (x2, "x2"))
    ]
    truth = exact(law_of_clusters(x1, x2, *codes, shifts))
    for atom in ATOMS:
        estimate = getattr(found, atom)
        error = abs(estimate.value - getattr(truth, atom))
        assert error < 3.5 * estimate.standard_error + 0.005, atom
    counted = found.synergy.parameters["plug_in"]
    assert abs(found.synergy.value - truth.synergy) < (counted - truth.synergy) / 2


def test_the_correction_takes_the_bias_off_where_there_is_nothing():
    rng = np.random.default_rng(2)
    synergies = []
    for _ in range(10):
        x1, x2, y = rng.integers(0, 6, 300), rng.integers(0, 6, 300), rng.integers(0, 2, 300)
        found = partial_information(x1, x2, y, random_state=0)
        synergies.append((found.synergy.value, found.synergy.parameters["plug_in"]))
    corrected, plug_in = np.mean(synergies, axis=0)
    assert abs(corrected) < 0.015 < 0.03 < plug_in


def test_the_null_permutes_y_against_both_views():
    x1, x2, y = samples("XOR", 200)
    nothing = np.random.default_rng(3).permutation(y)
    there = partial_information(x1, x2, y, n_permutations=39, random_state=0)
    not_there = partial_information(x1, x2, nothing, n_permutations=39, random_state=0)
    assert there.synergy.p_value == pytest.approx(1 / 40)
    assert not_there.synergy.p_value > 0.05
    assert there.synergy.null[0] == 0.0 < there.synergy.null[1] < 0.1
    assert there.redundancy.p_value > 0.05


def test_views_of_several_columns_text_and_frames():
    rng = np.random.default_rng(4)
    x1, x2, y = samples("BSC", 800)
    text = pd.DataFrame({"a": np.where(x1, "yes", "no")})
    mixed = np.column_stack([3.0 * x2 + 0.1 * rng.standard_normal(800), np.full(800, 2.5)])
    found = partial_information(text, mixed, np.where(y, "cat", "dog"), n_clusters=2,
                                random_state=0)  # fmt: skip
    np.testing.assert_allclose(
        values(found), values(partial_information(x1, x2, y, random_state=0)), atol=1e-4
    )
    assert infometer.partial_information is partial_information


def test_what_the_clusters_of_a_view_lose_is_unique_to_the_other():
    rng = np.random.default_rng(8)
    y = rng.integers(0, 2, 400)
    copy = y + 0.01 * rng.standard_normal(400)
    found = partial_information(y, copy, y, x2_type="continuous", n_clusters=1, random_state=0)
    assert found.unique1.value == pytest.approx(np.log(2), abs=0.01)
    assert found.redundancy.value == pytest.approx(0.0, abs=1e-9)


def test_constant_views_and_targets_tell_nothing():
    x1, x2, y = samples("AND", 100)
    alone = partial_information(np.ones(100), x2, y, random_state=0)
    assert values(alone)[[0, 1, 3]] == pytest.approx(0.0, abs=1e-9)
    for method in ("cluster", "batch"):
        nothing = partial_information(x1, x2, np.ones(100), method=method, random_state=0)
        np.testing.assert_allclose(values(nothing), 0.0, atol=1e-9)


def test_rows_in_groups_have_wider_intervals():
    x1, x2, y = (np.repeat(column, 4) for column in samples("BSC", 250))
    groups = np.repeat(np.arange(250), 4)
    alone = partial_information(x1, x2, y, random_state=0)
    grouped = partial_information(x1, x2, y, groups=groups, random_state=0)
    assert grouped.redundancy.standard_error > 1.4 * alone.redundancy.standard_error


def test_the_same_draws_for_any_number_of_workers():
    rng = np.random.default_rng(5)
    x1, x2, y = rng.standard_normal(120), rng.standard_normal(120), rng.integers(0, 2, 120)
    options = {"n_clusters": 3, "n_permutations": 5, "random_state": 1}
    first, second = (partial_information(x1, x2, y, n_jobs=jobs, **options) for jobs in (None, 2))
    pd.testing.assert_frame_equal(first.to_frame(), second.to_frame(), rtol=1e-10)


def test_few_rows_and_many_symbols_are_told():
    rng = np.random.default_rng(6)
    words, y = rng.integers(0, 80, 200).astype(str), rng.integers(0, 2, 200)
    found = partial_information(words, rng.integers(0, 2, 200), y, random_state=0)
    assert any("fewer than 5 a cell" in note for note in found.warnings)
    assert any("symbols, more than 64" in note for note in found.warnings)
    assert found.warnings[0] in repr(found)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"method": "nets"}, "method is 'nets'"),
        ({"y": np.linspace(0, 1, 50)}, "y holds numbers; expected labels"),
        ({"x2": np.arange(40)}, "x2 has 40 rows"),
        ({"n_clusters": 0}, "n_clusters is 0"),
        ({"n_permutations": -1}, "n_permutations is -1"),
        ({"unit": "bit"}, "unit is 'bit'; it must be 'nats' or 'bits'"),
        ({"block": 30}, "the rows are of 2 groups or blocks; expected at least 3"),
        (
            {name: np.arange(50).astype(str) for name in ("x1", "x2", "y")},
            r"x1 and x2 have 50 and 50 symbols and y 50 labels, .* = 5000; it must be 3000",
        ),
        ({"method": "batch", "n_permutations": 9}, "would train four networks anew"),
    ],
)
def test_what_is_refused(change, message):
    rng = np.random.default_rng(7)
    given = {"x1": rng.random(50), "x2": rng.random(50), "y": rng.integers(0, 2, 50)}
    with pytest.raises(ValueError, match=message):
        partial_information(**{**given, **change})


def test_the_result_as_table_dict_and_picture():
    pytest.importorskip("matplotlib")
    found = partial_information(*samples("BSC", 500), unit="bits", random_state=0)
    assert isinstance(found, PartialEstimate)
    assert list(found.to_frame()["quantity"])[:4] == list(ATOMS)
    assert found.to_dict()["synergy"]["value"] == found.synergy.value
    assert "bits" in repr(found)
    ax = found.plot()
    widths = [bar.get_width() for bar in ax.patches]
    np.testing.assert_allclose(
        np.multiply(widths, np.log(2)), np.maximum(values(found)[[1, 0, 2, 3]], 0.0)
    )
    assert ax.get_xlabel() == "bits"
