import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state

from infometer.benchmark.asking import ask
from infometer.contracts import Estimate
from infometer.estimators import GaussianInformation

X = np.random.default_rng(0).standard_normal((200, 1))
Y = X + np.random.default_rng(1).standard_normal((200, 1))


class Chance(BaseEstimator):
    """A figure that is drawn, as those of trained estimators are."""

    def __init__(self, random_state=None, inner=None):
        self.random_state = random_state
        self.inner = inner

    def fit(self, X, y):
        inner = 0.0 if self.inner is None else self.inner.fit(X, y).estimate_
        self.estimate_ = inner + check_random_state(self.random_state).random_sample()
        return self


class Other:
    """The habit of another library."""

    def __init__(self):
        self.calls = 0

    def estimate(self, x, y):
        self.calls += 1
        return np.float32(0.5)


def test_the_three_habits():
    assert ask(GaussianInformation(), X, Y, 0).method == "canonical correlations"
    assert ask(Other(), X, Y, 0) == Estimate("I(X;Y)", 0.5, n_samples=200)
    assert ask(lambda x, y: len(x) / 400, X, Y, 0).value == 0.5
    given = Estimate("I(X;Y)", 1.0, bound="lower")
    assert ask(lambda x, y: given, X, Y, 0) is given


def test_a_seed_is_given_only_where_there_is_none_and_inside_too():
    seed = 2**62 + 5
    drawn = ask(Chance(), X, Y, seed).value
    assert drawn == ask(Chance(), X, Y, seed).value != ask(Chance(), X, Y, seed + 1).value
    assert ask(Chance(random_state=3), X, Y, seed) == ask(Chance(random_state=3), X, Y, seed + 1)
    nested = Chance(random_state=3, inner=Chance())
    assert ask(nested, X, Y, seed).value == ask(nested, X, Y, seed).value
    assert ask(nested, X, Y, seed).value != ask(nested, X, Y, seed + 1).value


@pytest.mark.parametrize("estimator", [Chance(inner=Chance()), GaussianInformation(), Other()])
def test_the_user_s_object_stays_as_it_was(estimator):
    before = {name: repr(value) for name, value in vars(estimator).items()}
    ask(estimator, X, Y, 5)
    assert {name: repr(value) for name, value in vars(estimator).items()} == before


def test_what_gives_no_figure_is_an_error():
    with pytest.raises(TypeError):
        ask(lambda x, y: None, X, Y, 0)
    with pytest.raises(AttributeError, match="estimate_"):
        ask(Pipeline([("no", "passthrough")]), X, Y, 0)
