"""Conditional mutual information of views of any kind: the front door."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np

from infometer.contracts import Estimate
from infometer.estimators.discrete_conditional import DiscreteConditionalInformation
from infometer.estimators.discrete_entropy import EntropyMethod
from infometer.estimators.frenzel_pompe import FrenzelPompe
from infometer.estimators.label_embedding import rare_labels
from infometer.estimators.mixed_conditional import MesnerShalizi
from infometer.estimators.named_estimators import Named, Settings, estimate_views, shared_columns
from infometer.estimators.rounded_numbers import repeated_rows, spread_views
from infometer.estimators.row_groups import read_groups
from infometer.estimators.views import View, ViewType, read_views
from infometer.resampling import root_seed

__all__ = ["conditional_mutual_information"]

CONDITIONAL_INFORMATION = MappingProxyType(
    {
        "frenzel-pompe": Named(FrenzelPompe, "numbers"),
        "mesner-shalizi": Named(MesnerShalizi, "anything"),
        **{
            method: Named(partial(DiscreteConditionalInformation, method), "symbols")
            for method in get_args(EntropyMethod)
        },
    }
)


def conditional_mutual_information(
    x: Any,
    y: Any,
    z: Any,
    *,
    estimator: Any = "auto",
    x_type: ViewType = "auto",
    y_type: ViewType = "auto",
    z_type: ViewType = "auto",
    k: int = 3,
    standardize: bool = True,
    interval: Literal["auto", "subsample", "pointwise"] | None = "auto",
    level: float = 0.95,
    n_permutations: int = 0,
    groups: Any = None,
    block: int | None = None,
    sample_weight: Any = None,
    unit: str = "nats",
    random_state: Any = None,
    n_jobs: int | None = None,
) -> Estimate:
    r"""I(X;Y|Z) in nats from samples of any kind: what x and y share that z does not tell.

    .. math:: I(X;Y|Z) = \mathbb E \log \frac{p(x, y|z)}{p(x|z) p(y|z)}.

    "auto" takes the estimator of what the views hold, and ``method`` tells which and why:

    - numbers alone: Frenzel and Pompe;
    - labels alone: the counts in the strata of z, with the correction of Miller and Madow;
    - both, or values that all views repeat in more than k rows: Mesner and Shalizi.

    A constant condition leaves I(X;Y). Nearest neighbours may show a little less than 0 where there
    is nothing: nothing is clipped. In more than 10 columns in all their figure is far too small,
    and a warning says so.

    Parameters
    ----------
    x : array-like, Series or DataFrame, shape (n,) or (n, dx)
        Samples, one a row. Of text, numbers, truth values, categories or times.
    y : array-like, Series or DataFrame, shape (n,) or (n, dy)
    z : array-like, Series or DataFrame, shape (n,) or (n, dz)
        The condition.
    estimator : str or estimator
        "auto", "frenzel-pompe", "mesner-shalizi", a method of counts ("plug-in", "miller-madow",
        "grassberger", "chao-shen", "shrinkage"), or an estimator with its own settings, such as
        ``FrenzelPompe(k=5)``.
    x_type, y_type, z_type : {"auto", "continuous", "discrete"}
        "auto" finds the type of each column: text, truth values, categories and whole numbers of
        at most 20 values are labels, all else is numbers. What was found stands in ``parameters``.
    k : int
        Neighbours, where the estimator has them.
    standardize : bool
        Bring columns of numbers to unit variance first, so that units do not matter.
    interval : {"auto", "subsample", "pointwise", None}
        "auto" is the interval that the estimator has by itself; None is quick.
    level : float
        Of the interval.
    n_permutations : int
        Of y among rows of nearly the same z, for the p-value and the null; 0 for none, but for the
        chi-square of counts.
    groups : array-like, shape (n,), optional
        Rows of one group depend on each other: they are drawn together, for the interval. They
        cannot be permuted among rows of nearly the same z: with `n_permutations` they raise.
    block : int, optional
        So many consecutive rows are one group, for rows in order of time.
    sample_weight : array-like, shape (n,), optional
        For an estimator of your own that takes weights.
    unit : {"nats", "bits"}
        What the repr shows; the value is in nats.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    Estimate
        Of ``"I(X;Y|Z)"``.

    Raises
    ------
    ValueError
        For unequal lengths, missing values, a law in place of samples, too few rows, an
        estimator that does not take such views, or permutations of groups or blocks.

    References
    ----------
    S. Frenzel and B. Pompe, Phys. Rev. Lett. 99, 204101 (2007); O. C. Mesner and C. R. Shalizi,
    IEEE Trans. Inf. Theory 67, 464 (2021): see `FrenzelPompe` and `MesnerShalizi`.

    Examples
    --------
    >>> import numpy as np
    >>> x, y, noise = np.random.default_rng(0).standard_normal((3, 1000))
    >>> z = x + y + noise  # x and y meet in z: I(X;Y|Z) = ½ log 4/3 = 0.1438
    >>> conditional_mutual_information(x, y, z, random_state=0)
    0.139 ± 0.020 nats (95 % 0.098 to 0.180; Frenzel-Pompe (continuous) k=3 k_perm=5, n=1000)
    """
    settings = Settings(k, standardize, interval, level, n_permutations, random_state, n_jobs, unit)
    views = read_views(x=(x, x_type), y=(y, y_type), z=(z, z_type))
    rows = read_groups(groups, block, len(views[0]))
    return estimate_conditional(estimator, views, settings, rows, sample_weight)


def estimate_conditional(
    estimator: Any,
    views: list[View],
    settings: Settings,
    groups: np.ndarray | None = None,
    sample_weight: Any = None,
) -> Estimate:
    """I(X;Y|Z) of the three `views` by the estimator of that name, or by the one for them."""
    name, why, notes = estimator, "", (*shared_columns(views), *repeated_rows(views))
    if isinstance(estimator, str) and estimator == "auto":
        root = root_seed(settings.random_state)
        settings = replace(settings, random_state=root)
        views, spread = spread_views(views, settings.k, root)
        name, why, more = _choice(views, settings.k)
        notes = (*more, *spread, *notes)
    found = estimate_views(
        name,
        CONDITIONAL_INFORMATION,
        views,
        settings,
        why=why,
        notes=notes,
        groups=groups,
        sample_weight=sample_weight,
    )
    return replace(found, quantity="I(X;Y|Z)")


def _choice(views: list[View], k: int) -> tuple[str, str, tuple[str, ...]]:
    """The estimator of three views, why it is that one, and what to know of it."""
    kinds = {view.kind for view in views} - {"constant"}
    if kinds <= {"discrete"}:
        return "miller-madow", "discrete", ()
    if kinds != {"continuous"}:
        return "mesner-shalizi", "mixed", rare_labels(views, k)
    return "frenzel-pompe", "continuous", ()
