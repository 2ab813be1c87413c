"""Rows that depend on each other, in the estimators that share `PairEstimator` and the entropies.

Copies of a row are the plainest dependence: an error that knows of them is that of the originals.
"""

import numpy as np
import pytest
from scipy.signal import lfilter

from infometer.estimators import (
    KSG,
    Binning,
    DiscreteEntropy,
    DiscreteInformation,
    EntropySum,
    Gao,
    GaussianCopula,
    GaussianInformation,
    KernelDensityInformation,
    KozachenkoLeonenko,
    Ross,
)


def correlated(n, seed, rho=0.6):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 1))
    return x, rho * x + np.sqrt(1 - rho**2) * rng.standard_normal((n, 1))


def slow_pair(seed, n=300, phi=0.9, rho=0.6):
    """Two slow series, correlated at equal times: I(X;Y) = 0.2231 nats in every row."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((n + 100, 2))
    noise[:, 1] = rho * noise[:, 0] + np.sqrt(1 - rho**2) * noise[:, 1]
    return np.split(lfilter([1.0], [1.0, -phi], noise, axis=0)[100:], 2, axis=1)


BLOCKS = np.arange(300) // 15


@pytest.mark.parametrize(
    "estimator",
    [
        KSG(random_state=0, n_splits=2),
        Gao(random_state=0, n_splits=2),
        EntropySum(random_state=0, n_splits=2),
        KernelDensityInformation(random_state=0, n_splits=2),
        Binning(5, interval="subsample", random_state=0),
        GaussianInformation(),
        GaussianCopula(),
    ],
)
def test_groups_move_the_error_and_not_the_figure(estimator):
    x, y = slow_pair(0)
    plain = estimator.fit(x, y).estimate_
    grouped = estimator.fit(x, y, groups=BLOCKS).estimate_
    assert grouped.value == pytest.approx(plain.value, abs=1e-12)
    assert grouped.standard_error != plain.standard_error
    assert grouped.interval[0] < grouped.value < grouped.interval[1]
    alone = estimator.fit(x, y, groups=np.arange(300)).estimate_
    assert (alone.standard_error, alone.interval) == (plain.standard_error, plain.interval)


@pytest.mark.parametrize(
    ("estimator", "least"),
    [(KSG(random_state=0, interval="pointwise"), 0), (KSG(random_state=0), 0), (Binning(), None)],
)
def test_one_group_has_no_interval_but_a_reason(estimator, least):
    x, y = slow_pair(0)
    found = estimator.fit(x, y, groups=["all"] * 300).estimate_
    assert found.interval is None
    assert found.standard_error is None
    if least is not None:
        assert any("group" in warning for warning in found.warnings)


@pytest.mark.parametrize("estimator", [GaussianInformation(), GaussianCopula()])
def test_the_gaussian_error_of_copies_is_that_of_the_originals(estimator):
    x, y = correlated(300, 0)
    once = estimator.fit(x, y).estimate_
    copies, groups = [np.repeat(v, 4, axis=0) for v in (x, y)], np.repeat(np.arange(300), 4)
    naive = estimator.fit(*copies).estimate_
    aware = estimator.fit(*copies, groups=groups).estimate_
    assert naive.standard_error == pytest.approx(once.standard_error / 2, rel=0.05)
    assert aware.standard_error == pytest.approx(once.standard_error, rel=0.15)
    width = np.diff(aware.interval)[0] / np.diff(once.interval)[0]
    assert width == pytest.approx(1.0, rel=0.15)


def test_the_cluster_robust_interval_covers_where_the_plain_one_does_not():
    """150 pairs of slow series of 600 in blocks of 30; 95 % nominal, whose error is 1.8 %."""
    covered = {"rows": 0, "blocks": 0}
    for seed in range(150):
        x, y = slow_pair(seed, 600, phi=0.8)
        for name, groups in (("rows", None), ("blocks", np.arange(600) // 30)):
            low, high = GaussianInformation().fit(x, y, groups=groups).estimate_.interval
            covered[name] += low <= 0.223144 <= high
    assert covered["rows"] / 150 < 0.85
    assert covered["blocks"] / 150 > 0.88


def test_labels_of_copies():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3, 200)
    y = np.where(rng.random(200) < 0.7, x, rng.integers(0, 3, 200))
    copies, groups = [np.repeat(v, 5) for v in (x, y)], np.repeat(np.arange(200), 5)
    once = DiscreteInformation("plug-in").fit(x[:, None], y).estimate_
    naive = DiscreteInformation("plug-in").fit(copies[0][:, None], copies[1]).estimate_
    aware = (
        DiscreteInformation("plug-in").fit(copies[0][:, None], copies[1], groups=groups).estimate_
    )
    assert aware.value == pytest.approx(once.value)
    assert naive.standard_error < 0.5 * once.standard_error
    assert aware.standard_error == pytest.approx(once.standard_error, rel=0.02)
    entropy = [
        DiscreteEntropy("plug-in").fit(v[:, None], groups=g).estimate_.standard_error
        for v, g in ((x, None), (copies[0], groups))
    ]
    assert entropy[0] == pytest.approx(entropy[1], rel=0.2)
    single = DiscreteInformation().fit(x[:, None], y, groups=["all"] * 200).estimate_
    assert (single.interval, single.p_value, single.standard_error) == (None, None, None)
    assert "one group" in single.warnings[0]


def test_the_chi_square_of_clustered_labels_is_uniform():
    """150 tables of 100 clusters of 6; p ≤ 0.1 in 15 ± 3.7, row by row in a quarter."""
    small = {"rows": 0, "clusters": 0}
    groups = np.repeat(np.arange(100), 6)
    for seed in range(150):
        rng = np.random.default_rng(seed)
        base, noise = rng.standard_normal((2, 100)), rng.standard_normal((2, 600))
        x, y = (base[:, groups] + 0.5 * noise > 0).astype(int)
        for name, labels in (("rows", None), ("clusters", groups)):
            found = DiscreteInformation().fit(x[:, None], y, groups=labels).estimate_
            small[name] += found.p_value <= 0.1
    assert small["rows"] >= 32
    assert 5 <= small["clusters"] <= 27


def test_a_class_that_whole_groups_hold_leaves_no_interval():
    x = np.random.default_rng(0).standard_normal((120, 1))
    y = (np.arange(120) < 12).astype(int)
    found = Ross(random_state=0).fit(x, y, groups=np.arange(120) // 12).estimate_
    assert found.interval is None
    assert "a class (1) would have 0 rows" in found.warnings[0]


def test_permutations_of_few_groups_tell_their_least_p_value():
    x, y = slow_pair(0)
    found = GaussianInformation(n_permutations=99, random_state=0).fit(
        x, y, groups=np.arange(300) // 75
    )
    assert any("4 groups have 24 orders" in warning for warning in found.estimate_.warnings)


def test_entropies_take_groups_too():
    x = slow_pair(0)[0]
    wide, plain = (
        KozachenkoLeonenko(random_state=0).fit(x, groups=g).estimate_ for g in (BLOCKS, None)
    )
    assert wide.value == plain.value
    assert np.diff(wide.interval)[0] > 1.1 * np.diff(plain.interval)[0]
    with pytest.raises(ValueError, match="groups has 2 labels for 300 rows"):
        KozachenkoLeonenko().fit(x, groups=["a", "b"])
