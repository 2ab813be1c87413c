"""Feature selection by mutual information, as a step of a scikit-learn pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from infometer.contracts import Finding
from infometer.estimators.column_information import Column, label_column, number_column
from infometer.estimators.greedy_selection import Criterion, greedy_order, greedy_selection
from infometer.estimators.samples import require_count, require_finite
from infometer.estimators.selection import relevance, relevance_p_values
from infometer.estimators.views import View, ViewType, read_view
from infometer.resampling import root_seed

__all__ = ["MutualInformationSelector"]

CRITERIA = ("univariate", "mrmr", "jmi")


class MutualInformationSelector(SelectorMixin, BaseEstimator):
    """Keep the features that tell something of y, one by one or together.

    Every pair of a feature and y gets the estimator of its types: counts with the correction of
    Miller and Madow, Ross, or Kraskov-Stögbauer-Grassberger. Numbers enter by the normal scores
    of their ranks, so that neither units nor any increasing change matter, ties in random order:
    that adds no information and loses none, and serves zero-inflated and rounded columns. Labels
    that occur once are read as one label, for one row shows nothing of its law. A constant feature
    tells 0 nats.

    Parameters
    ----------
    n_features : "auto" or int
        How many to keep. "auto" keeps what tells something: "univariate" the features whose
        adjusted p-value is at most `alpha`, the others those found before nothing more is added,
        see `greedy_selection`.
    criterion : {"univariate", "mrmr", "jmi"}
        "univariate" looks at each feature alone. "mrmr" takes one after the other and penalises
        what it shares with those chosen; "jmi" looks at each together with those chosen, and so
        finds what tells something only in company.
    discrete_features : "auto", bool, mask of shape (m,), or indices
        Which features are labels. "auto": text, truth values, categories and whole numbers of at
        most 20 values.
    discrete_target : "auto" or bool
    alpha : float
        The false discovery rate of "univariate"; of the others, the level of every step.
    k : int
        Neighbours. 3 has the least bias in `scores_`; 10 or 20 have far less variance, and find
        weaker dependence among many features.
    n_permutations : "auto" or int
        Of y, for the p-values. "auto" makes as many as the adjustment needs: m / alpha for
        "univariate", 2 / alpha − 1 for the others, and none where `n_features` is a number. Those
        of "univariate" are shared by all features of numbers, and stop early for what tells
        nothing; labels with large cells have the G-test instead.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Attributes
    ----------
    scores_ : ndarray, shape (m,)
        I(X_j;Y) in nats, for every criterion; not clipped at 0.
    order_ : ndarray of int
        The features kept, the first chosen first.
    pvalues_ : ndarray, shape (m,), or None
        "univariate" only: of the hypothesis that X_j and y are independent.
    adjusted_pvalues_ : ndarray, shape (m,), or None
        "univariate": after Benjamini and Hochberg. Else with n_features="auto": of the largest
        gain over all candidates, at the last step where the feature was one.
    discrete_features_ : ndarray of bool, shape (m,)
        Which features were read as labels.
    discrete_target_ : bool
    n_permutations_ : int
    findings_ : tuple of Finding
        What a user should know, such as too few permutations for so many features.
    n_features_in_ : int
    feature_names_in_ : ndarray of str

    References
    ----------
    B. C. Ross, "Mutual information between discrete and continuous data sets", PLoS ONE 9, e87357
    (2014). Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc.
    B 57, 289 (1995). For the criteria see `greedy_order`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((1000, 4))
    >>> y = 0.6 * X[:, 2] + 0.8 * rng.standard_normal(1000)  # I(X_2;Y) = 0.2231 nats
    >>> selector = MutualInformationSelector(random_state=0).fit(X, y)
    >>> selector.get_support().tolist(), round(float(selector.scores_[2]), 2)
    ([False, False, True, False], 0.23)
    """

    scores_: np.ndarray
    order_: np.ndarray
    pvalues_: np.ndarray | None
    adjusted_pvalues_: np.ndarray | None
    n_features_in_: int

    def __init__(
        self,
        n_features: int | Literal["auto"] = "auto",
        *,
        criterion: Literal["univariate"] | Criterion = "univariate",
        discrete_features: Any = "auto",
        discrete_target: bool | Literal["auto"] = "auto",
        alpha: float = 0.05,
        k: int = 3,
        n_permutations: int | Literal["auto"] = "auto",
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_features = n_features
        self.criterion = criterion
        self.discrete_features = discrete_features
        self.discrete_target = discrete_target
        self.alpha = alpha
        self.k = k
        self.n_permutations = n_permutations
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any) -> Self:
        """Score the features and choose.

        Parameters
        ----------
        X : array-like or DataFrame of any types, shape (n, m)
        y : array-like of numbers or labels, shape (n,)

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For missing values, too few rows, or settings that make no sense together.
        """
        require_finite(X, "X")
        if y is not None:
            require_finite(y, "y")
        checked, target = validate_data(self, X, y, dtype=None)
        frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(checked)
        labels = y if isinstance(y, pd.Series) else pd.Series(target)
        self._check(len(frame), frame.shape[1])
        views = [
            read_view(frame.iloc[:, [j]], f"X[{name!r}]", kind)
            for j, (name, kind) in enumerate(
                zip(frame.columns, _kinds(self.discrete_features, frame.shape[1]), strict=True)
            )
        ]
        answer = read_view(labels.to_frame(), "y", _kind(self.discrete_target))
        self.discrete_features_ = np.array([view.kind == "discrete" for view in views])
        self.discrete_target_ = answer.kind == "discrete"
        root = root_seed(self.random_state)
        columns = [_column(view, root, "feature") for view in views]
        y_column = _column(answer, root, "target")
        self.n_permutations_ = self._resolution(len(columns))
        self.scores_ = relevance(columns, y_column, self.k, self.n_jobs)
        self.pvalues_ = self.adjusted_pvalues_ = None
        if self.criterion == "univariate":
            self._choose_alone(columns, y_column, root)
        else:
            self._choose_together(columns, y_column, root)
        self.findings_ = (*self._few_permutations(), *_lone_labels([*views, answer]))
        return self

    def _choose_alone(self, columns: Sequence[Column], y: Column, root: int) -> None:
        if self.n_permutations_:
            self.pvalues_ = relevance_p_values(
                columns, y, self.scores_, k=self.k, n_permutations=self.n_permutations_,
                random_state=root, n_jobs=self.n_jobs,
            )  # fmt: skip
            self.adjusted_pvalues_ = false_discovery_control(self.pvalues_)
        best = np.argsort(-self.scores_, kind="stable")
        if self.n_features == "auto":
            assert self.adjusted_pvalues_ is not None
            self.order_ = best[self.adjusted_pvalues_[best] <= self.alpha]
        else:
            self.order_ = best[: self.n_features]

    def _choose_together(self, columns: Sequence[Column], y: Column, root: int) -> None:
        assert self.criterion != "univariate"
        if self.n_features == "auto":
            found = greedy_selection(
                columns, y, self.criterion, alpha=self.alpha, k=self.k,
                n_permutations=self.n_permutations_, random_state=root,
                n_jobs=self.n_jobs,
            )  # fmt: skip
            self.order_, self.adjusted_pvalues_ = found.order, found.p_values
        else:
            self.order_ = greedy_order(
                columns, y, self.n_features, self.criterion, k=self.k, n_jobs=self.n_jobs
            )

    def _get_support_mask(self) -> np.ndarray:
        check_is_fitted(self)
        return np.isin(np.arange(self.n_features_in_), self.order_)

    def _check(self, n: int, m: int) -> None:
        require_count(self.k, "k", 1)
        if n < self.k + 2:
            raise ValueError(
                f"X has n_samples = {n} (1 sample counts as none); k={self.k} neighbours need at "
                f"least {self.k + 2}: add rows or lower k"
            )
        if self.criterion not in CRITERIA:
            raise ValueError(f"criterion is {self.criterion!r}; it must be one of {CRITERIA}")
        if not 0.0 < self.alpha < 1.0:
            raise ValueError(f"alpha is {self.alpha!r}; it must lie between 0 and 1, such as 0.05")
        if self.n_features != "auto":
            require_count(self.n_features, "n_features", 1)
            if self.n_features > m:
                raise ValueError(f"n_features is {self.n_features} and X has {m}; give at most {m}")
        if self.n_permutations != "auto":
            require_count(self.n_permutations, "n_permutations", int(self.n_features == "auto"))

    def _resolution(self, m: int) -> int:
        """As many permutations as let the smallest p-value, 1 / (1 + N), pass the adjustment."""
        if self.n_permutations != "auto":
            return int(self.n_permutations)
        if self.n_features != "auto":
            return 0
        return int(
            np.ceil(m / self.alpha if self.criterion == "univariate" else 2 / self.alpha - 1)
        )

    def _few_permutations(self) -> tuple[Finding, ...]:
        compared = len(self.scores_) if self.criterion == "univariate" else 1
        needed = int(np.ceil(compared / self.alpha - 1 - 1e-9))
        if self.adjusted_pvalues_ is None or self.n_permutations_ >= needed:
            return ()
        return (
            Finding(
                "warning", "n_permutations",
                "Too few permutations to find one feature that tells something among all of them.",
                f"The smallest p-value is {1 / (1 + self.n_permutations_):.2g}; one of {compared} "
                f"at alpha={self.alpha:g} needs {self.alpha / compared:.2g}.",
                f"Give n_permutations={needed} or more, or 'auto'.",
            ),
        )  # fmt: skip

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags


def _kind(discrete: Any) -> ViewType:
    if isinstance(discrete, bool | np.bool_):
        return "discrete" if discrete else "continuous"
    if discrete != "auto":
        raise ValueError(f"discrete_target is {discrete!r}; it must be 'auto', True or False")
    return "auto"


def _kinds(discrete: Any, m: int) -> list[ViewType]:
    """The type of every feature, from ``"auto"``, one bool, a mask or indices."""
    if isinstance(discrete, str) and discrete == "auto":
        return ["auto"] * m
    given = np.asarray(discrete)
    if given.dtype == bool and given.shape in ((), (m,)):
        mask = np.broadcast_to(given, m)
    elif given.dtype.kind in "iu" and given.ndim == 1 and np.isin(given, np.arange(-m, m)).all():
        mask = np.isin(np.arange(m), given % m)
    else:
        raise ValueError(
            f"discrete_features is {discrete!r}; expected 'auto', True, False, a mask of {m} "
            f"truth values, or indices below {m}"
        )
    return ["discrete" if flag else "continuous" for flag in mask]


def _column(view: View, root: int, role: str) -> Column:
    if view.is_symbol:
        return label_column(view.symbols)
    return number_column(view.numbers[:, 0], root, role)


def _lone_labels(views: Sequence[View]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            "info", view.name, "Labels that occur once were read as one label.",
            f"{lone} of {len(view)} rows have a label of their own.",
            "Merge rare labels, or leave out a column that only names the rows.",
        )
        for view in views
        if view.kind == "discrete" and (lone := int((np.bincount(view.symbols) == 1).sum()))
    )  # fmt: skip
