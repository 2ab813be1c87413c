"""Transfer entropy: what the past of one series tells of another beyond that one's own past."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from infometer.contracts import Estimate
from infometer.estimators.conditional_information import estimate_conditional
from infometer.estimators.named_estimators import Settings
from infometer.estimators.row_groups import read_groups
from infometer.estimators.samples import require_count
from infometer.estimators.views import View, ViewType, read_views, varying_view

__all__ = ["transfer_entropy"]


def transfer_entropy(
    source: Any,
    target: Any,
    *,
    lag: int = 1,
    source_history: int = 1,
    target_history: int = 1,
    estimator: Any = "auto",
    source_type: ViewType = "auto",
    target_type: ViewType = "auto",
    k: int = 3,
    standardize: bool = True,
    interval: Literal["auto", "subsample", "pointwise"] | None = "auto",
    level: float = 0.95,
    n_permutations: int = 0,
    block: int | None = None,
    unit: str = "nats",
    random_state: Any = None,
    n_jobs: int | None = None,
) -> Estimate:
    r"""T(X→Y) in nats: what the past of the source tells of the target beyond its own past.

    With the lag u, and l and m rows of history of the source and the target:

    .. math:: T(X \to Y) =
        I(Y_t; X_{t-u}, \dots, X_{t-u-l+1} \mid Y_{t-1}, \dots, Y_{t-m}).

    Of jointly Gaussian series it is half the logarithm of the ratio of Granger's causality. It is
    a statement on prediction: a common cause that is not in the histories looks like transfer, and
    so does a target history that is too short.

    Parameters
    ----------
    source : array-like, Series or DataFrame, shape (n,) or (n, dx)
        One series, a row for each step, evenly spaced and in order of time.
    target : array-like, Series or DataFrame, shape (n,) or (n, dy)
        At the same steps.
    lag : int
        Steps from the last row of the source that counts to the present of the target.
    source_history, target_history : int
        Rows of the past that count. Every row adds a dimension.
    estimator : str or estimator
        As of `conditional_mutual_information`, which is given the present of the target as x, the
        past of the source as y and the past of the target as z.
    source_type, target_type : {"auto", "continuous", "discrete"}
    k : int
        Neighbours, where the estimator has them.
    standardize : bool
        Bring columns of numbers to unit variance first, so that units do not matter.
    interval : {"auto", "subsample", "pointwise", None}
    level : float
    n_permutations : int
        Of the source's past among rows with nearly the same past of the target; 0 for none, but
        for the chi-square of counts.
    block : int, optional
        So many consecutive rows are one group, for the interval; permutations among rows of the
        same past cannot keep groups whole, so that `n_permutations` beside it raises. Without it
        rows are taken as independent of each other, which holds where the histories hold all the
        memory that the series have. Give it for slow, oscillating or densely sampled series, and
        as long as their memory: else the interval is too short. A p-value of such series is too
        small, and no block can mend it.
    unit : {"nats", "bits"}
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    Estimate
        Of ``"T(X→Y)"``; `n_samples` is the number of rows that have their whole history.

    Raises
    ------
    ValueError
        As of `conditional_mutual_information`, and for series shorter than their history.

    References
    ----------
    T. Schreiber, "Measuring information transfer", Phys. Rev. Lett. 85, 461 (2000), eq. 4.

    Examples
    --------
    The target repeats the coin of the source a step later, T(X→Y) = log 2 = 0.6931:

    >>> import numpy as np
    >>> coin = np.random.default_rng(0).integers(0, 2, 2001)
    >>> round(transfer_entropy(coin[1:], coin[:-1]).value, 3)
    0.693
    >>> transfer_entropy(coin[:-1], coin[1:]).value < 0.01
    True
    """
    settings = Settings(k, standardize, interval, level, n_permutations, random_state, n_jobs, unit)
    histories = {"source_history": source_history, "target_history": target_history}
    for name, length in {"lag": lag, **histories}.items():
        require_count(length, name, 1)
    views = read_views(source=(source, source_type), target=(target, target_type))
    start = max(lag + source_history - 1, target_history)
    if len(views[0]) <= start:
        raise ValueError(
            f"source and target have {len(views[0])} rows; lag {lag} and histories of "
            f"{source_history} and {target_history} rows need more than {start}"
        )
    embedded = [
        _delayed(views[1], "target", range(1), start),
        _delayed(views[0], "source", range(lag, lag + source_history), start),
        _delayed(views[1], "target_past", range(1, 1 + target_history), start),
    ]
    groups = read_groups(None, block, len(embedded[0]))
    found = estimate_conditional(estimator, embedded, settings, groups)
    return replace(
        found, quantity="T(X→Y)", parameters={"lag": lag, **found.parameters, **histories}
    )


def _delayed(view: View, name: str, delays: range, start: int) -> View:
    """The rows so many steps before each row from `start` on, side by side."""
    n = len(view)

    def past(columns: np.ndarray) -> np.ndarray:
        return np.hstack([columns[start - delay : n - delay] for delay in delays])

    return varying_view(name, past(view.numbers), past(view.labels))
