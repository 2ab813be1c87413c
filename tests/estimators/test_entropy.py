import numpy as np
import pandas as pd
import pytest

import infometer
from infometer.estimators import DiscreteEntropy, KozachenkoLeonenko, entropy

LAWS = {
    "uniform": (lambda rng, n: rng.uniform(0, 3, n), np.log(3)),
    "normal": (lambda rng, n: 2 * rng.standard_normal(n), 0.5 * np.log(2 * np.pi * np.e * 4)),
    "exponential": (lambda rng, n: rng.exponential(1, n), 1.0),
    "laplace": (lambda rng, n: rng.laplace(0, 0.5, n), 1 + np.log(1.0)),
    "normal pair": (lambda rng, n: rng.standard_normal((n, 2)), np.log(2 * np.pi * np.e)),
}


@pytest.mark.parametrize("law", LAWS)
def test_numbers_have_the_h_of_their_law(law):
    """4 draws of 2000 rows, whose mean has an error of about 0.02."""
    sample, truth = LAWS[law]
    found = [entropy(sample(np.random.default_rng(s), 2000), interval=None) for s in range(4)]
    assert np.mean([estimate.value for estimate in found]) == pytest.approx(truth, abs=0.06)
    assert found[0].quantity == "h(X)"
    assert "neither an H" in found[0].warnings[0]


def test_numbers_and_labels_go_to_their_estimators():
    assert infometer.entropy is entropy
    x = np.random.default_rng(0).standard_normal((300, 1))
    found = entropy(x[:, 0].tolist(), random_state=0)
    same = KozachenkoLeonenko(random_state=0).fit(x).estimate_
    assert (found.value, found.interval) == (same.value, same.interval)
    assert found.method == "Kozachenko-Leonenko (continuous)"
    labels = np.random.default_rng(0).choice(["a", "b", "c"], 300)
    counted = entropy(labels, unit="bits")
    assert counted.value == DiscreteEntropy().fit(labels[:, None]).estimate_.value
    assert (counted.quantity, counted.method) == ("H(X)", "miller-madow (discrete)")
    assert counted.bits == pytest.approx(np.log2(3), abs=0.02)
    assert entropy(labels, estimator="chao-shen").method == "chao-shen"


def test_a_constant_has_no_H_and_an_h_of_minus_infinity():
    assert entropy(["a"] * 9).value == entropy([1] * 9).value == 0.0
    spike = entropy([0.5] * 9)
    assert (spike.quantity, spike.value) == ("h(X)", -np.inf)
    assert any("constant" in note for note in spike.warnings)
    beside = np.column_stack([np.random.default_rng(0).standard_normal(50), np.full(50, 0.5)])
    assert entropy(beside).value == -np.inf


def test_identifiers_are_told():
    assert "label of its own" in " ".join(entropy([f"row {i}" for i in range(30)]).warnings)


def test_what_has_no_entropy_is_refused():
    mixed = pd.DataFrame({"a": [0.5, 1.5, 2.5], "b": ["u", "v", "u"]})
    with pytest.raises(ValueError, match=r"mixed.*measure them apart"):
        entropy(mixed)
    with pytest.raises(ValueError, match=r"looks like a law.*infometer.quantities"):
        entropy([0.5, 0.25, 0.25])
    with pytest.raises(ValueError, match="identical twin"):
        entropy([0.5, 0.5, *np.random.default_rng(0).standard_normal(50)])
    with pytest.raises(ValueError, match="KozachenkoLeonenko does not take it"):
        entropy(np.random.default_rng(0).standard_normal(50), sample_weight=np.ones(50))
