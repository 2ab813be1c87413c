import numpy as np
import pandas as pd
import pytest
from scipy.special import digamma

import infometer
from infometer.contracts import Estimate, HighDimensionWarning
from infometer.estimators import KSG, DiscreteInformation, Gao, Ross, mutual_information
from infometer.estimators.mutual_information import MUTUAL_INFORMATION
from infometer.estimators.named_estimators import maker

THREE_CLASSES = 0.619144
"""I(X;Y) of X ~ N(2Y, 1) and three equally frequent labels, by quadrature."""


def classes(n, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    return 2.0 * y + rng.standard_normal(n), y


def gaussian(n, rho=0.6, seed=0):
    x, noise = np.random.default_rng(seed).standard_normal((2, n))
    return x, rho * x + np.sqrt(1 - rho**2) * noise


def quick(*views, **settings):
    return mutual_information(*views, interval=None, **settings)


def test_the_verb_is_flat_and_lazy():
    assert infometer.mutual_information is mutual_information
    assert "mutual_information" in dir(infometer)


def test_two_continuous_views_are_for_ksg():
    x, y = gaussian(500)
    found = mutual_information(x, y, random_state=0)
    same = KSG(random_state=0).fit(x[:, None], y).estimate_
    assert found.method == "KSG (continuous)"
    assert (found.value, found.interval, found.ceiling) == (
        same.value,
        same.interval,
        same.ceiling,
    )
    assert found.parameters["x_type"] == found.parameters["y_type"] == "continuous"
    assert found.quantity == "I(X;Y)"


def test_labels_and_numbers_are_for_ross_on_either_side():
    x, y = classes(3000)
    found, swapped = quick(x, y), quick(y, x)
    assert found.value == swapped.value == Ross(interval=None).fit(x[:, None], y).estimate_.value
    assert found.value == pytest.approx(THREE_CLASSES, abs=0.03)
    assert found.method == "Ross (continuous and discrete)"
    assert quick(x, np.array(["u", "v", "w"])[y]).value == found.value


def test_labels_and_labels_are_for_their_counts():
    x, y = np.repeat([0, 0, 1, 1], [40, 10, 10, 40]), np.repeat([0, 1, 0, 1], [40, 10, 10, 40])
    assert mutual_information(x, y, estimator="plug-in").value == pytest.approx(0.192745, abs=1e-6)
    found = mutual_information(x.astype(str), y > 0)
    assert found.value == DiscreteInformation().fit(x[:, None], y).estimate_.value
    assert found.p_value < 1e-8
    assert found.method == "miller-madow (discrete)"


def test_a_view_of_labels_and_numbers_is_for_gao():
    """X = (label, noise) tells of Y ~ N(2 label, 1) what the label tells."""
    y, label = classes(3000)
    noise = np.random.default_rng(1).standard_normal(3000)
    x = pd.DataFrame({"label": np.array(["u", "v", "w"])[label], "noise": noise})
    found = quick(x, y)
    assert found.method == "Gao (mixed)"
    assert found.parameters["x_type"] == "mixed (1 continuous, 1 discrete)"
    assert found.parameters["standardize"] is True
    assert found.value == pytest.approx(THREE_CLASSES, abs=0.06)
    assert quick(x, label).value == pytest.approx(np.log(3), abs=0.02)


def test_numbers_that_repeat_are_spread_and_that_is_told():
    """Zeros of both views: (0, 0) is an atom, and KSG alone has no distance there."""
    x, y = gaussian(2000)
    found = quick(np.maximum(x, 0), np.maximum(y, 0), n_permutations=5, random_state=0)
    assert found.method == "KSG (continuous)"
    assert 0.1 < found.value < 0.2231
    told = [note for note in found.warnings if "values repeat" in note]
    assert [note[0] for note in told] == ["x", "y"]
    assert quick(np.maximum(x, 0), y > 0).method == "Ross (continuous and discrete)"
    assert quick(x, y).warnings == ()


@pytest.mark.parametrize("step", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("rho", [0.0, 0.6])
@pytest.mark.parametrize("both", [False, True])
def test_rounding_shows_no_information(step, rho, both):
    """Bare KSG and Gao show 0.1 to 0.5 nats too much on some of these."""
    rng = np.random.default_rng(0)
    x, noise = rng.standard_normal((2, 2000))
    y = rho * x + np.sqrt(1 - rho**2) * noise
    x, y = step * np.floor(x / step), step * np.floor(y / step) if both else y
    found = quick(x, y, random_state=0).value
    assert found == pytest.approx(-0.5 * np.log(1 - rho**2), abs=0.06)


def test_a_few_zeros_in_both_views_are_no_obstacle():
    x, y = gaussian(1000)
    x[:20] = y[:20] = 0.0  # 2 % of the rows at one point
    assert 0.2 < quick(x, y, random_state=0).value < 0.4
    assert quick(x, np.arange(1000) % 2, random_state=0).value < 0.05


def test_ages_and_an_independent_number_share_nothing():
    rng = np.random.default_rng(0)
    age, number, label = (
        rng.integers(18, 90, 2000),
        rng.standard_normal(2000),
        rng.random(2000) < 0.5,
    )
    for other in (number, label):
        found = mutual_information(age, other, random_state=0)
        assert found.interval[0] < 0 < found.interval[1]


def test_rows_that_were_copied_are_told():
    x, y = gaussian(300)
    rows = np.repeat(np.arange(300), 3)
    assert any("900 of 900 rows of (x, y) stand more than once" in note
               for note in quick(x[rows], y[rows]).warnings)  # fmt: skip
    assert not any("more than once" in note for note in quick(x.round(1), y.round(1)).warnings)


def test_many_columns_are_for_the_gaussian_copula_which_says_what_it_sees():
    x = np.random.default_rng(0).standard_normal((400, 6))
    y = x + np.random.default_rng(1).standard_normal((400, 6))
    found = mutual_information(x, y)
    assert found.method == "Gaussian copula (12 dimensions)"
    assert found.value == pytest.approx(3 * np.log(2), abs=0.3)
    assert any("compress x and y first" in note for note in found.warnings)
    with pytest.warns(HighDimensionWarning):
        mutual_information(x, y, estimator="ksg", interval=None)


@pytest.mark.parametrize("scale", [2.0**-30, 1024.0, 1e3 / 7])
@pytest.mark.parametrize("mixed", [True, False])
def test_the_units_of_a_column_change_nothing(scale, mixed):
    x, y = gaussian(300)
    first = pd.DataFrame({"a": x, "b": np.arange(300) % 3 if mixed else x**2 + y})
    scaled = first.assign(a=scale * first.a)
    tolerance = 1e-9 if scale == 1e3 / 7 else 0
    assert quick(scaled, y).value == pytest.approx(quick(first, y).value, abs=tolerance)
    assert quick(first, scale * y).value == pytest.approx(quick(first, y).value, abs=tolerance)


def test_names_of_labels_and_the_order_of_rows_change_nothing_in_a_mixed_view():
    x, y = gaussian(200)
    label = np.random.default_rng(2).integers(0, 9, 200)
    order = np.random.default_rng(3).permutation(200)

    def figure(names, rows=slice(None)):
        return quick(pd.DataFrame({"x": x, "l": names[label]}).iloc[rows], y[rows]).value

    expected = figure(np.array(list("abcdefghi")))
    assert figure(np.array(list("fbiacgehd"))) == expected
    assert figure(np.array(list("abcdefghi")), order) == pytest.approx(expected, abs=1e-12)


def test_rare_labels_are_told_in_a_mixed_view():
    x, y = gaussian(100)
    frame = pd.DataFrame({"x": x, "l": ["rare", *["often"] * 99]})
    assert "1 row has labels" in quick(frame, y).warnings[0]
    assert quick(frame.iloc[1:], y[1:]).warnings == ()


@pytest.mark.parametrize("other", [gaussian(50)[0], np.arange(50) % 3, ["a"] * 50])
def test_a_constant_view_has_0_nats_and_no_warning(other):
    for views in ((np.ones(50), other), (other, np.ones(50))):
        found = mutual_information(*views)
        assert (found.value, found.interval, found.warnings) == (0.0, (0.0, 0.0), ())
    mixed = pd.DataFrame({"a": gaussian(50)[0], "b": np.arange(50) % 2})
    assert mutual_information(mixed, np.ones(50)).value == 0.0


def test_the_information_of_numbers_with_themselves_is_flagged():
    x, y = gaussian(500)
    found = quick(np.column_stack([x, y]), x)
    assert "infinite" in found.warnings[0]
    assert "share 1 column " in found.warnings[0]
    assert quick(x, x).value == pytest.approx(digamma(500) - digamma(3))
    assert quick(x, x).saturated
    assert mutual_information(y > 0, y > 0).warnings == ()


def test_a_unit_changes_what_is_shown_and_no_number():
    x, y = np.repeat([0, 1], 50), np.repeat([0, 1], 50)
    found = mutual_information(x, y, estimator="plug-in", unit="bits")
    assert found.value == pytest.approx(np.log(2))
    assert found.bits == pytest.approx(1)
    assert repr(found).startswith("1.000")


def test_an_estimator_brings_its_own_settings():
    x, y = gaussian(300)
    estimator = KSG(k=7, interval=None)
    found = mutual_information(x, y, estimator=estimator)
    assert (found.method, found.parameters["k"]) == ("KSG", 7)
    assert not hasattr(estimator, "estimate_")
    labelled = pd.DataFrame({"x": x, "l": np.arange(300) % 2})
    given = mutual_information(labelled, y, estimator=Gao(interval=None))
    assert given.value == quick(labelled, y).value
    with pytest.raises(ValueError, match="k and an estimator are both given"):
        mutual_information(x, y, estimator=estimator, k=4)


class Half:
    """An estimator of someone else."""

    def fit(self, X, y):
        self.estimate_ = Estimate("I(X;Y)", 0.5, parameters={"shapes": (X.shape, y.shape)})
        return self


def test_an_estimator_may_be_the_users_own():
    x, y = gaussian(30)
    assert mutual_information(x, y > 0, estimator=Half()).parameters["shapes"] == ((30, 1), (30, 1))


@pytest.mark.parametrize("name", ["ross", "gao"])
def test_a_name_takes_the_settings_of_the_function(name):
    x, y = classes(200)
    found = mutual_information(
        x, y, estimator=name, k=5, level=0.9, n_permutations=19, random_state=0
    )
    assert found.parameters["k"] == 5
    assert (found.level, found.p_value) == (0.9, 0.05)


def test_blocks_are_groups_of_consecutive_rows():
    x, y = gaussian(240)
    block = mutual_information(x, y, block=8, random_state=0)
    groups = mutual_information(x, y, groups=np.arange(240) // 8, random_state=0)
    assert block == groups
    assert block.interval != mutual_information(x, y, random_state=0).interval


def test_weights_are_for_those_that_take_them():
    x, y = gaussian(100)
    whole = quick(x > 0, y > 0, estimator="plug-in", sample_weight=np.full(100, 2.0))
    assert whole.value == pytest.approx(quick(x > 0, y > 0, estimator="plug-in").value)
    with pytest.raises(ValueError, match=r"KSG does not take it; .*gaussian.*plug-in"):
        mutual_information(x, y, sample_weight=np.ones(100))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"estimator": "kraskov"}, "estimator is 'kraskov'; .*ksg, ross"),
        ({"estimator": KSG}, "expected a name or an estimator"),
        ({"estimator": "plug-in"}, "x is continuous and DiscreteInformation takes labels"),
        ({"estimator": "ross"}, "Ross takes labels"),
        ({"k": 0}, "k is 0"),
        ({"k": 2.5}, "k is 2.5"),
        ({"k": 50}, "k=50 needs at least 52"),
        ({"level": 95}, "level is 95"),
        ({"unit": "bans"}, "unit is 'bans'"),
        ({"interval": "bootstrap"}, "interval is 'bootstrap'"),
        ({"estimator": "gaussian", "interval": "subsample"}, "GaussianInformation does not have"),
        ({"groups": np.zeros(50), "block": 2}, "both given"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        mutual_information(*gaussian(50), **settings)


def test_labels_are_no_numbers_and_a_lone_label_is_told():
    x, y = classes(60)
    with pytest.raises(ValueError, match="y is discrete and KSG takes numbers"):
        mutual_information(x, y, estimator="ksg")
    with pytest.raises(ValueError, match=r"x has 1 label.*merge rare labels.*'gao'"):
        mutual_information(["lone", *map(str, y[1:])], x)


def test_trained_estimators_have_names_too():
    neural = pytest.importorskip("infometer.estimators.neural")
    names = ["infonce", "mine", "nwj", "jensen-shannon", "smile", "nishiyama", "club", "latent"]
    made = {type(MUTUAL_INFORMATION[name].make()) for name in names}
    assert {neural.InfoNCE, neural.DonskerVaradhan, neural.LatentInformation} < made
    assert len(made) == 8
    assert MUTUAL_INFORMATION["mine"].make().ema_rate == 0.01
    assert not any(isinstance(maker(MUTUAL_INFORMATION[name]), type) for name in names)
    x, y = np.random.default_rng(0).standard_normal((2, 60))
    found = mutual_information(x, x + y, estimator="infonce", level=0.9, random_state=0)
    assert (found.method, found.bound, found.level) == ("InfoNCE", "lower", 0.9)
    with pytest.raises(ValueError, match="groups is given and InfoNCE does not take it"):
        mutual_information(x, y, estimator="infonce", groups=np.arange(60))
