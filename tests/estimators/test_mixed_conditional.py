import numpy as np
import pytest
from scipy.special import digamma

from infometer.estimators import (
    FrenzelPompe,
    Gao,
    MesnerShalizi,
    frenzel_pompe_terms,
    gao_terms,
    mesner_shalizi_terms,
)
from infometer.resampling import subsampling_error


def rectified(n, d, seed):
    return np.maximum(np.random.default_rng(seed).standard_normal((n, d)).round(1), 0)


def by_definition(x, y, z, k):
    dx, dy, dz = (np.abs(v[:, None] - v[None]).max(-1) for v in (x, y, z))
    joint = np.maximum(np.maximum(dx, dy), dz)
    total = 0.0
    for i in range(len(x)):
        radius = np.sort(joint[i])[k]
        near = (joint[i] == 0).sum() if radius == 0 else k

        def count(distances, radius=radius):
            return (distances == 0).sum() if radius == 0 else (distances < radius).sum()

        total += digamma(near) + digamma(count(dz[i]))
        total -= digamma(count(np.maximum(dx[i], dz[i]))) + digamma(count(np.maximum(dy[i], dz[i])))
    return total / len(x)


def test_terms_are_those_of_the_formula():
    x, y, z = rectified(150, 1, 0), rectified(150, 2, 1), rectified(150, 1, 2)
    assert mesner_shalizi_terms(x, y, z, 4).mean() == pytest.approx(by_definition(x, y, z, 4))


def test_it_is_frenzel_and_pompe_where_nothing_repeats():
    x, y, z = np.random.default_rng(0).standard_normal((3, 200, 1))
    assert np.array_equal(mesner_shalizi_terms(x, y, z), frenzel_pompe_terms(x, y, z))
    found = MesnerShalizi(random_state=0).fit(x, y, z).estimate_
    same = FrenzelPompe(random_state=0).fit(x, y, z).estimate_
    assert (found.value, found.interval) == (same.value, same.interval)
    assert found.quantity == "I(X;Y|Z)"


def test_without_a_condition_it_is_gao():
    x, y = rectified(200, 1, 0), rectified(200, 2, 1)
    assert np.array_equal(mesner_shalizi_terms(x, y, np.empty((200, 0))), gao_terms(x, y))
    found = MesnerShalizi(interval=None).fit(x, y).estimate_
    assert found.value == Gao(interval=None).fit(x, y).estimate_.value
    assert found.quantity == "I(X;Y)"


def test_a_chain_through_labels_leaves_nothing():
    """4 draws of 1000 rows; without the condition the figure is about 0.3."""
    figures = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        z = rng.integers(0, 3, (1000, 1)).astype(float)
        x, y = 2 * z + rng.standard_normal((2, 1000, 1))
        figures.append(MesnerShalizi(interval=None).fit(x, y, z).estimate_.value)
    assert np.mean(figures) == pytest.approx(0, abs=0.03)


def test_the_null_permutes_within_labels():
    rng = np.random.default_rng(0)
    z = rng.integers(0, 2, (200, 1)).astype(float)
    x, y = 3 * z + rng.standard_normal((2, 200, 1))
    estimator = MesnerShalizi(interval=None, n_permutations=19, random_state=0)
    assert estimator.fit(x, y, z).estimate_.p_value > 0.05
    assert estimator.fit(x, x + y, z).estimate_.p_value == 0.05


def test_the_interval_is_that_of_the_parts_of_its_own_terms():
    x, y, z = (rectified(300, 1, seed) for seed in range(3))
    found = MesnerShalizi(standardize=False, random_state=0).fit(x, y, z).estimate_
    error = subsampling_error(
        lambda rows: mesner_shalizi_terms(x[rows], y[rows], z[rows]).mean(), 300, random_state=0
    )
    assert found.standard_error == pytest.approx(error.standard_error)
