"""MutualInformationSelector: what it keeps, what it says, and that pipelines take it."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_wine
from sklearn.feature_selection import mutual_info_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from infometer.estimators import MutualInformationSelector


@pytest.fixture
def table():
    """Features by role, and a target of text."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 200)
    told = y + 0.5 * rng.standard_normal(200)
    frame = pd.DataFrame(
        {
            "told": told,
            "again": told,
            "noise": rng.standard_normal(200),
            "constant": np.full(200, 0.1),
            "colour": pd.Categorical(np.where(rng.random(200) < 0.8, y, 1 - y)).rename_categories(
                ["red", "blue"]
            ),
            "row": [f"row {i}" for i in range(200)],
        }
    )
    return frame, np.array(["no", "yes"])[y]


def test_it_keeps_what_tells_something_and_gives_a_constant_exactly_nothing(table):
    selector = MutualInformationSelector(random_state=0).fit(*table)
    assert set(selector.get_feature_names_out()) == {"told", "again", "colour"}
    assert selector.scores_[3] == selector.scores_[5] == 0.0
    assert selector.pvalues_[3] == selector.pvalues_[5] == 1.0
    assert selector.scores_[0] == selector.scores_[1]
    assert selector.pvalues_[0] == selector.pvalues_[1]
    assert selector.discrete_features_.tolist() == [False] * 4 + [True] * 2
    assert selector.discrete_target_
    adjusted = false_discovery_control(selector.pvalues_)
    assert selector.adjusted_pvalues_.tolist() == adjusted.tolist()
    (finding,) = selector.findings_
    assert "'row'" in finding.where
    assert "200 of 200" in finding.evidence


@pytest.mark.parametrize("criterion", ["mrmr", "jmi"])
def test_the_greedy_criteria_leave_out_the_copy(table, criterion):
    selector = MutualInformationSelector(criterion=criterion, random_state=0).fit(*table)
    assert selector.order_.tolist() == [0, 4]
    assert selector.pvalues_ is None
    assert (selector.adjusted_pvalues_ <= 0.05).tolist() == selector.get_support().tolist()
    two = MutualInformationSelector(2, criterion=criterion).fit(*table)
    assert two.order_.tolist() == [0, 4]
    assert two.adjusted_pvalues_ is None


def test_neither_units_nor_the_names_of_labels_matter(table):
    frame, y = table
    one = MutualInformationSelector(random_state=0).fit(frame, y)
    changed = frame.assign(
        told=1e-9 * frame["told"], again=np.exp(frame["again"]), noise=frame["noise"] ** 3 + 1e6
    )
    two = MutualInformationSelector(random_state=0).fit(changed, (y == "yes").astype(int))
    assert two.scores_ == pytest.approx(one.scores_, abs=1e-12)
    assert two.pvalues_ == pytest.approx(one.pvalues_, abs=1e-12)


def test_figures_are_near_those_of_scikit_learn():
    X, y = load_wine(return_X_y=True)
    selector = MutualInformationSelector(5, discrete_features=False).fit(X, y)
    assert selector.pvalues_ is None
    assert selector.scores_ == pytest.approx(mutual_info_classif(X, y, random_state=0), abs=0.1)
    assert selector.get_support().sum() == 5
    assert selector.scores_[selector.get_support()].min() >= np.sort(selector.scores_)[-5]


def test_the_false_discovery_rate_is_kept_where_nothing_tells_anything():
    rng, any_found = np.random.default_rng(1), 0
    for seed in range(40):
        X, y = rng.standard_normal((40, 4)), rng.integers(0, 2, 40)
        any_found += MutualInformationSelector(random_state=seed).fit(X, y).get_support().any()
    assert any_found / 40 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 40)


def test_a_pipeline_a_search_and_a_column_transformer_take_it(table):
    frame, y = table
    numbers = ["told", "again", "noise", "constant"]
    pipeline = make_pipeline(MutualInformationSelector(), LogisticRegression())
    search = GridSearchCV(
        pipeline,
        {"mutualinformationselector__n_features": [1, 3],
         "mutualinformationselector__criterion": ["univariate", "mrmr"]},
        cv=2,
    )  # fmt: skip
    assert search.fit(frame[numbers], y).best_score_ > 0.7
    columns = ColumnTransformer([("best", MutualInformationSelector(1), numbers)])
    columns.set_output(transform="pandas")
    assert columns.fit_transform(frame, y).columns.tolist() == ["best__told"]
    kept = MutualInformationSelector(2, criterion="jmi").set_output(transform="pandas")
    assert kept.fit_transform(frame, y).dtypes["colour"] == "category"


@pytest.mark.parametrize("given", [[0], np.array([True, False]), [-2]])
def test_types_may_be_told(given):
    rng = np.random.default_rng(0)
    X, y = np.column_stack([rng.integers(0, 30, 100), rng.random(100)]), rng.random(100)
    selector = MutualInformationSelector(1, discrete_features=given, discrete_target=False)
    assert selector.fit(X, y).discrete_features_.tolist() == [True, False]
    assert not selector.discrete_target_


def test_too_few_permutations_are_told_and_the_default_is_enough():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((50, 4)), rng.standard_normal(50)
    (finding,) = MutualInformationSelector(n_permutations=50, random_state=0).fit(X, y).findings_
    assert "n_permutations=79" in finding.remedy
    for criterion in ("univariate", "jmi"):
        fitted = MutualInformationSelector(criterion=criterion, random_state=0).fit(X, y)
        assert fitted.findings_ == ()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"n_features": 3}, "n_features is 3 and X has 2"),
        ({"n_features": 0}, "n_features is 0; it must be a whole number"),
        ({"criterion": "best"}, "criterion is 'best'; it must be one of"),
        ({"alpha": 5}, "alpha is 5; it must lie between"),
        ({"k": 0}, "k is 0"),
        ({"k": 40}, "n_samples = 40"),
        ({"n_permutations": 0}, "n_permutations is 0; it must be a whole number, at least 1"),
        ({"discrete_features": [5]}, "discrete_features is"),
        ({"discrete_target": "maybe"}, "discrete_target is 'maybe'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, told):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=told):
        MutualInformationSelector(**settings).fit(rng.standard_normal((40, 2)), rng.random(40))


def test_missing_values_are_named():
    frame = pd.DataFrame({"a": [0.1, np.nan, 3.0, 4.0, 5.0, 6.0], "b": np.arange(6.0)})
    with pytest.raises(ValueError, match=r"X contains NaN or infinity .*'a': 1"):
        MutualInformationSelector().fit(frame, np.arange(6))
