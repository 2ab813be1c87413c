import numpy as np
import pytest
from scipy.special import digamma
from scipy.stats import poisson

from infometer.estimators import Gao, Ross, gao_terms, ksg_terms, symbol_information


def three_centres(n, seed):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    return 2.0 * y[:, None] + rng.standard_normal((n, 1)), y


def zero_inflated(n, seed, zeros=0.3):
    """X exponential; Y is Poisson of mean X, or 0 with a chance of its own."""
    rng = np.random.default_rng(seed)
    x = rng.exponential(size=(n, 1))
    return x, np.where(rng.random((n, 1)) < zeros, 0, rng.poisson(x)).astype(float)


def by_definition(x, y, k, variant):
    n = len(x)
    dx, dy = (np.abs(v[:, None] - v[None]).max(-1) for v in (x, y))
    joint = np.maximum(dx, dy)
    total = 0.0
    for i in range(n):
        radius = np.sort(joint[i])[k]  # its own distance, 0, comes first
        near = k if radius > 0 else (joint[i] == 0).sum()
        if variant == "logarithm":
            total += (
                digamma(near) - np.log((dx[i] <= radius).sum()) - np.log((dy[i] <= radius).sum())
            )
        else:
            inside = [(d[i] < radius).sum() if radius > 0 else (d[i] == 0).sum() for d in (dx, dy)]
            total += digamma(near) - digamma(inside).sum()
    return total / n + (np.log(n) if variant == "logarithm" else digamma(n))


@pytest.mark.parametrize("variant", ["digamma", "logarithm"])
def test_terms_are_those_of_the_formula(variant):
    x, y = zero_inflated(150, 0, zeros=0.6)
    x[:60] = np.round(x[:60])  # some rows have their neighbours at distance 0, some have not
    assert gao_terms(x, y, 3, variant).mean() == pytest.approx(by_definition(x, y, 3, variant))
    two = np.hstack([x, y])
    assert gao_terms(two, y, 3, variant).mean() == pytest.approx(by_definition(two, y, 3, variant))


def test_labels_and_a_density():
    """Three centres, 0.619144 nats by quadrature; 6 draws of 2000 rows have an error of 0.006."""
    figures = [
        gao_terms(x, y[:, None].astype(float)).mean()
        for x, y in map(three_centres, [2000] * 6, range(6))
    ]
    assert np.mean(figures) == pytest.approx(0.619144, abs=0.02)
    x, y = three_centres(500, 9)
    ross = Ross(interval=None).fit(x, y).estimate_.value
    assert Gao(interval=None).fit(x, y).estimate_.value == pytest.approx(ross, abs=0.005)


def test_zero_inflated_counts():
    """The law by quadrature; 6 draws of 2000 rows have an error of 0.008."""
    values = np.arange(40)

    def law(x):
        return 0.7 * poisson.pmf(values, x) + 0.3 * (values == 0)

    x, width = (np.arange(20000) + 0.5) * 0.0015, 0.0015
    conditional = np.array([law(point) for point in x[::20]])
    density = np.exp(-x[::20]) * width * 20
    density /= density.sum()
    margin = density @ conditional
    ratio = np.log(np.maximum(conditional, 1e-300) / np.maximum(margin, 1e-300))
    truth = float(density @ (conditional * ratio).sum(axis=1))
    figures = [gao_terms(*zero_inflated(2000, seed)).mean() for seed in range(6)]
    assert np.mean(figures) == pytest.approx(truth, abs=0.025)


def test_labels_on_both_sides_are_miller_and_madows():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 4, 1000)
    y = np.where(rng.random(1000) < 0.3, rng.integers(0, 4, 1000), x)
    found = gao_terms(x[:, None].astype(float), y[:, None].astype(float)).mean()
    assert found == pytest.approx(symbol_information(x, y, "miller-madow"), abs=2e-4)
    assert found == pytest.approx(symbol_information(x, y, "plug-in"), abs=0.01)


def test_continuous_views_are_ksgs():
    x, y = np.random.default_rng(0).standard_normal((2, 300, 2))
    assert gao_terms(x, y, 4) == pytest.approx(ksg_terms(x, y, 4))


def test_the_printed_formula_is_low_for_small_k():
    x, y = three_centres(2000, 0)
    small, large = (
        Gao(k, variant="logarithm", interval=None).fit(x, y).estimate_.value for k in (3, 60)
    )
    assert small < 0.35
    assert 0.55 < large < 0.65


@pytest.mark.parametrize("variant", ["digamma", "logarithm"])
def test_its_ceiling(variant):
    x = np.random.default_rng(0).standard_normal((500, 1))
    found = Gao(variant=variant, interval=None).fit(x, x).estimate_
    assert 0.9 * found.ceiling < found.value <= found.ceiling + 1e-12


def test_columns_mixed_within_a_row_and_an_interval():
    x, y = zero_inflated(300, 1)
    x[x < 0.5] = 0.0
    found = Gao(random_state=0).fit(x, y).estimate_
    assert found.interval[0] < found.value < found.interval[1]
    assert not found.warnings


def test_unknown_variant():
    with pytest.raises(ValueError, match="variant is 3; it must be 'digamma' or 'logarithm'"):
        gao_terms(*zero_inflated(20, 0), 3, 3)
