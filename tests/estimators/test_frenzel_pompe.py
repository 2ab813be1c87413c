import numpy as np
import pytest
from scipy.special import digamma
from scipy.stats import kstest

from infometer.contracts import HighDimensionWarning
from infometer.estimators import KSG, FrenzelPompe, frenzel_pompe_terms


def collider(n, seed):
    """z = x + y + noise: x and y meet in z, I(X;Y|Z) = ½ log 4/3."""
    x, y, noise = np.random.default_rng(seed).standard_normal((3, n, 1))
    return x, y, x + y + noise


def chain(n, seed):
    """x to z to y: nothing is left once z is known."""
    x, first, second = np.random.default_rng(seed).standard_normal((3, n, 1))
    return x, x + first + second, x + first


def by_definition(x, y, z, k):
    dx, dy, dz = (np.abs(v[:, None] - v[None]).max(-1) for v in (x, y, z))
    total = 0.0
    for i in range(len(x)):
        radius = np.sort(np.maximum(np.maximum(dx[i], dy[i]), dz[i]))[k]
        n_z = (dz[i] < radius).sum() - 1
        n_xz = ((dx[i] < radius) & (dz[i] < radius)).sum() - 1
        n_yz = ((dy[i] < radius) & (dz[i] < radius)).sum() - 1
        total += digamma(n_z + 1) - digamma(n_xz + 1) - digamma(n_yz + 1)
    return digamma(k) + total / len(x)


def test_terms_are_those_of_the_paper():
    rng = np.random.default_rng(0)
    x, y, z = (rng.standard_normal((150, d)) for d in (1, 2, 2))
    assert frenzel_pompe_terms(x, y, z, 4).mean() == pytest.approx(by_definition(x, y, z, 4))


def test_without_a_condition_it_is_ksg():
    x, _, z = collider(300, 0)
    found = FrenzelPompe(n_permutations=9, random_state=0).fit(x, z).estimate_
    ksg = KSG(n_permutations=9, random_state=0).fit(x, z).estimate_
    assert found.quantity == "I(X;Y)"
    for name in ("value", "standard_error", "interval", "null", "p_value", "ceiling"):
        assert getattr(found, name) == pytest.approx(getattr(ksg, name), abs=1e-12)
    constant = FrenzelPompe(interval=None).fit(x, z, np.ones(300)).estimate_
    assert constant.value == pytest.approx(ksg.value, abs=1e-12)
    assert constant.quantity == "I(X;Y|Z)"


def test_a_collider_makes_dependence():
    """4 draws of 4000 rows, whose mean has an error of 0.008."""
    figures = [frenzel_pompe_terms(*collider(4000, seed)).mean() for seed in range(4)]
    assert np.mean(figures) == pytest.approx(0.143841, abs=0.02)
    assert abs(KSG(interval=None).fit(*collider(4000, 0)[:2]).estimate_.value) < 0.03


def common_cause(n, seed):
    z, first, second = np.random.default_rng(seed).standard_normal((3, n, 1))
    return z + first, z + second, z


@pytest.mark.parametrize(("case", "bias"), [(common_cause, -0.005), (chain, -0.012)])
def test_a_known_middle_leaves_nothing_but_a_small_bias(case, bias):
    """12 draws of 4000 rows, whose mean has an error of 0.003."""
    figures = [frenzel_pompe_terms(*case(4000, seed)).mean() for seed in range(12)]
    assert np.mean(figures) == pytest.approx(bias, abs=0.006)


def test_p_values_find_a_collider_and_pass_a_chain():
    def p(case, seed):
        model = FrenzelPompe(interval=None, n_permutations=39, random_state=seed)
        return model.fit(*case(200, seed)).estimate_.p_value

    assert [p(collider, seed) for seed in range(3)] == [1 / 40] * 3
    chains = np.array([p(chain, seed) for seed in range(40)])
    even = chains - np.random.default_rng(0).uniform(0, 1 / 40, 40)
    assert kstest(even, "uniform").pvalue > 0.01


def test_a_global_permutation_would_see_dependence_in_a_common_cause():
    """y follows z, x follows z: permuting y among all rows breaks y from z and shifts the null."""
    found = FrenzelPompe(interval=None, n_permutations=39, random_state=0)
    assert found.fit(*common_cause(300, 0)).estimate_.p_value > 0.05


def test_units_and_swap_do_not_matter():
    x, y, z = collider(200, 1)
    base = FrenzelPompe(interval=None).fit(x, y, z).estimate_.value
    assert FrenzelPompe(interval=None).fit(y, x, z[:, 0]).estimate_.value == pytest.approx(base)
    scaled = FrenzelPompe(interval=None).fit(1000 * x, y, 0.01 * z + 7).estimate_.value
    assert scaled == pytest.approx(base)


def test_interval_null_and_jobs():
    one, two = (
        FrenzelPompe(n_permutations=5, random_state=3, n_splits=3, n_jobs=jobs)
        .fit(*collider(200, 0))
        .estimate_
        for jobs in (1, 2)
    )
    assert one == two
    assert one.interval[0] < 0.143841 < one.interval[1]
    assert one.null[0] < one.value


def test_bad_conditions():
    x, y, z = collider(50, 0)
    with pytest.raises(ValueError, match="Z has 49 rows and X has 50; expected as many of each"):
        FrenzelPompe().fit(x, y, z[:-1])
    z[3] = np.nan
    with pytest.raises(ValueError, match="Z contains NaN or infinity"):
        FrenzelPompe().fit(x, y, z)
    with pytest.raises(ValueError, match=r"rows of \(X, y, Z\) have more than k=3 identical"):
        FrenzelPompe().fit(np.repeat(x, 5, axis=0), np.repeat(y, 5, axis=0), np.repeat(y, 5))


def test_a_wide_condition_is_told():
    x, y, _ = collider(100, 0)
    z = np.random.default_rng(1).standard_normal((100, 12))
    with pytest.warns(HighDimensionWarning, match="14 dimensions with those of Z"):
        found = FrenzelPompe(interval=None).fit(x, y, z).estimate_
    assert "condition on fewer columns" in found.warnings[0]


@pytest.mark.parametrize(
    ("k_perm", "message"),
    [
        (0, "k_perm is 0; it must be a whole number, at least 2"),
        (1, "k_perm is 1; it must be a whole number, at least 2"),
        (2.5, "k_perm is 2.5; it must be a whole number"),
        (31, "k_perm is 31 and X has 30 rows; it must be at most 30"),
    ],
)
def test_rows_are_permuted_among_at_least_two_and_at_most_all(k_perm, message):
    x, y, z = np.random.default_rng(0).standard_normal((3, 30, 1))
    with pytest.raises(ValueError, match=message):
        FrenzelPompe(interval=None, n_permutations=9, k_perm=k_perm).fit(x, y, z)
    for least in (2, 30):
        found = FrenzelPompe(interval=None, n_permutations=9, k_perm=least).fit(x, y, z).estimate_
        assert 0 < found.p_value <= 1
