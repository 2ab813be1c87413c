import numpy as np
import pandas as pd
import pytest

import infometer
from infometer.estimators import (
    KSG,
    FrenzelPompe,
    conditional_mutual_information,
    mutual_information,
)


def collider(n, seed=0):
    """z = x + y + noise: I(X;Y|Z) = ½ log 4/3."""
    x, y, noise = np.random.default_rng(seed).standard_normal((3, n))
    return x, y, x + y + noise


def quick(*views, **settings):
    return conditional_mutual_information(*views, interval=None, **settings)


def test_the_verb_is_flat_and_the_same_with_a_third_view():
    assert infometer.conditional_mutual_information is conditional_mutual_information
    found = quick(*collider(300), k=4, unit="bits")
    assert mutual_information(*collider(300), k=4, interval=None, unit="bits") == found
    assert found.quantity == "I(X;Y|Z)"
    assert found.parameters["z_type"] == "continuous"


def test_numbers_are_for_frenzel_and_pompe():
    x, y, z = collider(4000)
    found = quick(x, y, z)
    assert found.method == "Frenzel-Pompe (continuous)"
    assert found.value == pytest.approx(0.143841, abs=0.03)
    own = quick(x, y, z, estimator="frenzel-pompe")
    given = conditional_mutual_information(x, y, z, estimator=FrenzelPompe(interval=None))
    assert found.value == own.value == given.value


def test_labels_are_for_the_counts_of_the_strata():
    x, y = np.random.default_rng(0).integers(0, 2, (2, 1000))
    found = conditional_mutual_information(x, y, np.where(x == y, "same", "other"))
    assert found.method == "miller-madow (discrete)"
    assert found.value == pytest.approx(np.log(2), abs=0.01)


def test_labels_among_numbers_are_for_mesner_and_shalizi():
    """Given the label, x and y are independent; of any type and any names."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 3, 1000)
    x, y = 2 * label + rng.standard_normal((2, 1000))
    found = quick(x, y, np.array(["u", "v", "w"])[label])
    assert found.method == "Mesner-Shalizi (mixed)"
    assert found.value == pytest.approx(0, abs=0.05)
    assert quick(x, y, np.array(["w", "u", "v"])[label]).value == found.value
    assert mutual_information(x, y, interval=None).value > 0.3
    both = pd.DataFrame({"label": label, "noise": rng.standard_normal(1000)})
    assert quick(x, y, both).value == pytest.approx(0, abs=0.06)
    assert quick(1024 * x, y / 8, both).value == quick(x, y, both).value


def test_values_that_all_views_repeat_are_spread():
    x, y, z = collider(2000)
    found = quick(x.round(1), y.round(1), z.round(1), random_state=0)
    assert found.method == "Frenzel-Pompe (continuous)"
    assert found.value == pytest.approx(0.1438, abs=0.04)
    assert sum("values repeat" in note for note in found.warnings) == 3


@pytest.mark.parametrize("kind", ["continuous", "discrete", "mixed"])
def test_a_constant_condition_leaves_the_information(kind):
    x, y = collider(300)[:2]
    x, y = {"continuous": (x, x + y), "discrete": (x > 0, x + y > 0), "mixed": (x > 0, x + y)}[kind]
    found = quick(x, y, np.ones(300))
    plain = mutual_information(x, y, interval=None)
    assert found.value == pytest.approx(plain.value, abs=0.03 if kind == "mixed" else 1e-12)
    assert found.parameters["z_type"] == "constant"


def test_a_constant_view_has_0_nats():
    x, y, z = collider(100)
    for views in ((np.ones(100), y, z), (x, np.ones(100), z), (x, ["a"] * 100, z > 0)):
        found = conditional_mutual_information(*views)
        assert (found.value, found.warnings) == (0.0, ())


def test_shared_columns_are_infinite_unless_the_condition_holds_them():
    x, y, z = collider(300)
    assert "infinite" in quick(x, np.column_stack([x, y]), z).warnings[0]
    assert quick(x, np.column_stack([x, y]), x).warnings == ()


def test_what_cannot_be_is_refused():
    x, y, z = collider(50)
    with pytest.raises(ValueError, match="z has 49 rows"):
        conditional_mutual_information(x, y, z[1:])
    with pytest.raises(ValueError, match=r"estimator is .ksg.; .*frenzel-pompe"):
        conditional_mutual_information(x, y, z, estimator="ksg")
    with pytest.raises(ValueError, match="z is discrete and FrenzelPompe takes numbers"):
        conditional_mutual_information(x, y, z > 0, estimator="frenzel-pompe")
    with pytest.raises(ValueError, match="k and an estimator are both given"):
        conditional_mutual_information(x, y, z, estimator=KSG(), k=4)
