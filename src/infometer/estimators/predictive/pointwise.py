"""Pointwise V-information of a labelled set, by models that never saw the item asked about."""

from __future__ import annotations

from typing import Any, Literal

from sklearn.dummy import DummyClassifier

from infometer.estimators.predictive.cross_fitting import (
    FittedModel,
    Progress,
    Stage,
    cross_fit,
    stage,
)
from infometer.estimators.predictive.folds import (
    Folds,
    deal_folds,
    held_out_part,
    require_options,
)
from infometer.estimators.predictive.held_out_information import held_out_information
from infometer.estimators.predictive.item_forms import emptied
from infometer.estimators.predictive.item_inputs import read_items
from infometer.estimators.predictive.log_score_information import VInformation

__all__ = ["measured_on_folds", "pointwise_v_information"]


def pointwise_v_information(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    X_test: Any = None,
    y_test: Any = None,
    groups: Any = None,
    cv: Any = 5,
    null: Literal["frequencies", "empty"] = "frequencies",
    floor: float = 1e-12,
    seeds: int = 1,
    level: float = 0.95,
    random_state: Any = None,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> VInformation:
    r"""How much a family of models reads off each input about its label, held out.

    .. math:: \mathrm{PVI}(x_i \to y_i) = \log g'[x_i](y_i) - \log g[\varnothing](y_i), \qquad
        \hat I_V(X \to Y) = \frac1n \sum_i \mathrm{PVI}(x_i \to y_i)

    where g' and g are trained on folds that item i is not in, g without any input. The best model
    without input says the class frequencies of the training folds: that is g, unless
    ``null="empty"`` trains the same model on emptied inputs, as Ethayarajh et al. do. With
    `X_test` both are trained on (X, y) and asked about the test part only.

    The mean is that of models trained on a share 1 - 1/cv of the items, and the interval covers
    their mean, not the information of the best model there is: an overfitted g' brings the figure
    down, even below 0. PVI of training items is worthless: see `VInformation.gap`.

    Parameters
    ----------
    estimator : str, scikit-learn classifier or torch.nn.Module
        A name of `probe_family`, a classifier with ``predict_proba``, or a module that gives
        logits. Its random states are set from `random_state`.
    X : array-like
        Numbers (n, d), dense or sparse; n texts; n pairs of texts; or a frame with columns of
        numbers, texts and categories.
    y : array-like, shape (n,)
    X_test, y_test : array-like, optional
        Items to ask about instead of cross-fitting.
    groups : array-like, shape (n,), optional
        Items of one group depend on each other, such as copies, or pairs that share a premise: they
        stay in one fold, and the interval counts them as one.
    cv : int, splitter or iterable of (train, test)
        Folds, dealt evenly within each class. Each item must be asked about once.
    null : {"frequencies", "empty"}
    floor : float
        Least probability of a label that is taken as it is; how many fall below is told.
    seeds : int
        Trainings, each with folds and random numbers of its own, over which log-probabilities are
        averaged; their spread is ``seed_spread``.
    level : float
        Of the intervals.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional
    progress : callable, optional
        Called with the fits done and all fits.

    Returns
    -------
    VInformation
        Item by item in the order given; with what to know before believing it in ``findings``.

    Raises
    ------
    ValueError
        For missing values, fewer items of a class than folds, labels that are not trained on, a
        regressor, or a classifier without probabilities.

    See Also
    --------
    conditional_v_information : What an input adds to another.

    References
    ----------
    K. Ethayarajh, Y. Choi and S. Swayamdipta, "Understanding dataset difficulty with V-usable
    information", ICML (2022), algorithm 1; P. Bayle, A. Bayle, L. Janson and L. Mackey,
    "Cross-validation confidence intervals for test error", NeurIPS (2020).

    Examples
    --------
    Which bits of a channel that flips one in ten were flipped:

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> sent = rng.integers(2, size=1000)
    >>> received = sent ^ (rng.random(1000) < 0.1)
    >>> result = pointwise_v_information("linear", received, sent, random_state=0)
    >>> result
    VInformation(I_V(X→Y) 0.513 ± 0.030 bits of 0.996, 89.5 % guessed, n=1000)
    >>> bool((result.pvi[received != sent] < 0).all())
    True
    """
    if null not in ("frequencies", "empty") or (null == "empty" and isinstance(estimator, str)):
        raise ValueError(
            f"null is {null!r} and estimator {estimator!r}; expected 'frequencies', or 'empty' "
            "with a model of your own: of a family by name the best model without input is known"
        )
    require_options(level, floor)
    items, drawn = read_items(X), {"seeds": seeds, "random_state": random_state}
    if X_test is None and y_test is None:
        folds = deal_folds(items, y, groups=groups, cv=cv, **drawn)
    else:
        _require_whole_test(X_test, y_test, groups)
        folds = held_out_part(items, y, X_test, y_test, **drawn)
    blind = None if null == "frequencies" else emptied(folds.items)
    how: dict[str, Any] = {"n_jobs": n_jobs, "progress": progress}
    return measured_on_folds(estimator, folds, blind, floor=floor, level=level, **how)[0]


def measured_on_folds(
    estimator: Any,
    folds: Folds,
    blind_items: Any = None,
    *,
    floor: float = 1e-12,
    level: float = 0.95,
    n_jobs: int | None = None,
    progress: Progress | None = None,
    keep_models: bool = False,
) -> tuple[VInformation, tuple[FittedModel, ...]]:
    """Train with and without the input on every fold, and measure.

    Parameters
    ----------
    estimator, floor, level, n_jobs, progress
        As of `pointwise_v_information`.
    folds : Folds
    blind_items : what `read_items` gives, optional
        What the model without input is trained on; by default it says the class frequencies.
    keep_models : bool

    Returns
    -------
    (VInformation, tuple of FittedModel)
        The models that see the input, a fold each, where they are kept.
    """
    blind = Stage(DummyClassifier(strategy="prior"), folds.items)
    told, null = cross_fit(
        [
            stage(estimator, folds.items),
            blind if blind_items is None else stage(estimator, blind_items),
        ],
        folds.labels,
        folds.splits,
        groups=folds.groups,
        floor=floor,
        random_state=folds.seed,
        n_jobs=n_jobs,
        progress=progress,
        keep_models=keep_models,
    )
    result = held_out_information(told, null, folds.measurement(estimator, level, floor))
    return result, told.models


def _require_whole_test(X_test: Any, y_test: Any, groups: Any) -> None:
    if X_test is None or y_test is None:
        raise ValueError("X_test and y_test belong together, and one of them is missing")
    if groups is not None:
        raise ValueError(
            "groups was given with X_test; groups are of items in folds: for test items that "
            "depend on each other give log_p and log_p_null of the result to v_information"
        )
