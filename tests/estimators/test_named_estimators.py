"""An estimator that a front door cannot use is refused with a reason."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from infometer.estimators import (
    KSG,
    DiscreteInformation,
    GaussianInformation,
    KozachenkoLeonenko,
    conditional_mutual_information,
    entropy,
    mutual_information,
    transfer_entropy,
)

X, Y, Z = np.random.default_rng(0).standard_normal((3, 60))


class AnyArguments(KSG):
    """A user's own, of which fit takes what it is given."""

    def fit(self, *views, **rows):
        return super().fit(*views, **rows)


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (KozachenkoLeonenko(), r"estimates h\(X\); expected an estimator of I\(X;Y\), such as KSG"),
        (LinearRegression(), "LinearRegression left None in estimate_; expected an Estimate"),
    ],
)
def test_an_estimator_of_two_views_finds_their_mutual_information(estimator, message):
    with pytest.raises(ValueError, match=message):
        mutual_information(X, Y, estimator=estimator)


@pytest.mark.parametrize("estimator", [KSG(k=5), GaussianInformation(), LinearRegression()])
def test_a_condition_is_for_an_estimator_that_takes_one(estimator):
    """The third argument of two of these is a weight for each row, and z is none."""
    told = rf"{type(estimator).__name__} takes no condition; .* of I\(X;Y\|Z\), such as Frenzel"
    with pytest.raises(ValueError, match=told):
        conditional_mutual_information(X, Y, Z, estimator=estimator)
    with pytest.raises(ValueError, match="takes no condition"):
        transfer_entropy(X, Y, estimator=estimator)


def test_labels_of_a_condition_are_no_weights():
    x, y, z = (view > 0 for view in (X, Y, Z))
    with pytest.raises(ValueError, match="DiscreteInformation takes no condition"):
        conditional_mutual_information(x, y, z, estimator=DiscreteInformation())


def test_the_entropy_of_one_view_is_no_mutual_information():
    with pytest.raises(ValueError, match=r"KSG needs two views; .* of H\(X\) or h\(X\)"):
        entropy(X, estimator=KSG())
    assert entropy(X, estimator=KozachenkoLeonenko(interval=None)).quantity == "h(X)"


def test_a_fit_with_any_arguments_is_tried():
    found = mutual_information(X, Y, estimator=AnyArguments(interval=None))
    assert found.value == mutual_information(X, Y, interval=None).value
