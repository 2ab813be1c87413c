"""Entropy of samples of any kind: H of labels, h of numbers."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np

from infometer.contracts import Estimate
from infometer.estimators.dask_arrays import is_dask
from infometer.estimators.dask_views import estimate_dask
from infometer.estimators.discrete_entropy import DiscreteEntropy, EntropyMethod
from infometer.estimators.kozachenko_leonenko import KozachenkoLeonenko
from infometer.estimators.named_estimators import Named, Settings, estimate_views
from infometer.estimators.row_groups import read_groups
from infometer.estimators.views import View, ViewType, read_view
from infometer.estimators.weighted_kozachenko_leonenko import WeightedKozachenkoLeonenko

__all__ = ["entropy"]

ENTROPY = MappingProxyType(
    {
        "kozachenko-leonenko": Named(KozachenkoLeonenko, "numbers"),
        "weighted-kozachenko-leonenko": Named(WeightedKozachenkoLeonenko, "numbers"),
        **{
            method: Named(partial(DiscreteEntropy, method), "symbols")
            for method in get_args(EntropyMethod)
        },
    }
)


def entropy(
    x: Any,
    *,
    estimator: Any = "auto",
    x_type: ViewType = "auto",
    k: int = 3,
    interval: Literal["auto", "subsample"] | None = "auto",
    level: float = 0.95,
    groups: Any = None,
    block: int | None = None,
    sample_weight: Any = None,
    unit: str = "nats",
    random_state: Any = None,
    n_jobs: int | None = None,
) -> Estimate:
    r"""H(X) in nats of labels, or the differential entropy h(X) of numbers.

    .. math:: H(X) = -\sum_x p(x) \log p(x), \qquad h(X) = -\int p(x) \log p(x) \, dx.

    They are two quantities: H is never negative and blind to what the labels are called; h depends
    on the units, is negative for narrow densities, and I(X;X) is not it. "auto" takes the counts
    with the correction of Miller and Madow for labels, the estimator of Kozachenko and Leonenko
    for numbers, and says so in ``quantity`` and ``method``.

    Parameters
    ----------
    x : array-like, Series or DataFrame, shape (n,) or (n, d)
        Samples, one a row, of labels or of numbers; several columns are taken together. A Dask
        array where a method of counts is named.
    estimator : str or estimator
        "auto", "kozachenko-leonenko", "weighted-kozachenko-leonenko" (for more than 3 columns, with
        larger k), a method of counts ("plug-in", "miller-madow", "grassberger", "chao-shen",
        "shrinkage"), or an estimator with its own settings.
    x_type : {"auto", "continuous", "discrete"}
        "auto" finds the type of each column: text, truth values, categories and whole numbers of
        at most 20 values are labels, all else is numbers. What was found stands in ``parameters``.
    k : int
        Neighbours, where the estimator has them.
    interval : {"auto", "subsample", None}
    level : float
    groups : array-like, shape (n,), optional
        Rows of one group depend on each other.
    block : int, optional
        So many consecutive rows are one group, for rows in order of time.
    sample_weight : array-like, shape (n,), optional
        For labels.
    unit : {"nats", "bits"}
        What the repr shows; the value is in nats.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    Estimate
        Of ``"H(X)"`` or ``"h(X)"``.

    Raises
    ------
    ValueError
        For missing values, a law in place of samples, labels among numbers, or repeated rows of
        numbers.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> entropy(rng.choice(["a", "b", "c", "d"], 500), unit="bits")  # H = 2 bits
    1.997 ± 0.008 bits (95 % 1.977 to 2.004; miller-madow (discrete) n_symbols=4, n=500)
    >>> entropy(rng.uniform(0, 0.5, 2000), interval=None)  # h = -log 2 = -0.693
    -0.691 nats (Kozachenko-Leonenko (continuous) k=3, n=2000)
    """
    settings = Settings(
        k=k, interval=interval, level=level, unit=unit, random_state=random_state, n_jobs=n_jobs
    )
    if is_dask(x):
        return estimate_dask(
            estimator, ENTROPY, {"x": x}, settings,
            groups=groups, block=block, sample_weight=sample_weight,
        )  # fmt: skip
    view = _with_spikes(read_view(x, "x", x_type))
    if view.kind == "mixed":
        raise ValueError(
            f"x is {view.told}, and labels have H where numbers have h; expected one kind: measure "
            "them apart, as H(labels) and the mean of h(numbers) within each label, or give x_type"
        )
    name, why = estimator, ""
    if isinstance(estimator, str) and estimator == "auto":
        name = "miller-madow" if view.is_symbol else "kozachenko-leonenko"
        why = "discrete" if view.is_symbol else "continuous"
    return estimate_views(
        name,
        ENTROPY,
        [view],
        settings,
        why=why,
        notes=() if view.is_symbol else (_DIFFERENTIAL,),
        groups=read_groups(groups, block, len(view)),
        sample_weight=sample_weight,
    )


def _with_spikes(view: View) -> View:
    """The view with its constant columns of numbers: they carry no information, but h = -inf."""
    spikes = np.zeros((len(view), view.n_constant[0]))
    return View(view.name, np.hstack([view.numbers, spikes]), view.labels)


_DIFFERENTIAL = (
    "h is a differential entropy: it changes with the units of x, may be negative, and is neither "
    "an H nor I(X;X)"
)
