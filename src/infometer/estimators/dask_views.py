"""The front doors on Dask arrays: a named estimator of sums, and no search for the types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from infometer.contracts import Estimate
from infometer.estimators.dask_arrays import is_dask
from infometer.estimators.named_estimators import Names, Settings, make_estimator, maker

__all__ = ["estimate_dask"]


def estimate_dask(
    estimator: Any,
    names: Names,
    views: Mapping[str, Any],
    settings: Settings,
    **given: Any,
) -> Estimate:
    """Hand Dask arrays to an estimator that takes them; all other estimators need the rows.

    Parameters
    ----------
    estimator : str or scikit-learn estimator
        A name in `names`, or an estimator with its own settings.
    names : mapping of str to Named
    views : mapping of str to Dask array or array-like, shapes (n,) or (n, d)
    settings : Settings
    **given
        What holds for rows in memory alone: expected to be None.

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        For an estimator that needs the rows, or one of `given`.
    """
    those = [name for name, named in names.items() if hasattr(maker(named), "partial_fit")]
    here = next(name for name, values in views.items() if is_dask(values))
    text = isinstance(estimator, str)
    if (text and estimator not in those) or not (text or hasattr(estimator, "partial_fit")):
        raise ValueError(
            f"{here} is a Dask {type(views[here]).__name__} and estimator is {estimator!r}, which "
            f"needs all rows at once; expected one of {', '.join(those)}, whose sums are found "
            f"chunk by chunk, or rows in memory: {here}.compute()"
        )
    for name, value in given.items():
        if value is not None:
            raise ValueError(
                f"{name} is given and {here} is a Dask {type(views[here]).__name__}; expected rows "
                f"in memory for it: leave {name} out, or give {here}.compute()"
            )
    first, *others = views.values()
    found = make_estimator(estimator, names, settings).fit(_columns(first), *others).estimate_
    if settings.interval is None:
        found = replace(found, standard_error=None, interval=None)
    return replace(found, unit=settings.unit)


def _columns(values: Any) -> Any:
    """Rows (n, d), of which scikit-learn's X is made."""
    rows = values if is_dask(values) else np.asarray(values)
    if rows.ndim != 1:
        return rows
    return rows.to_frame() if hasattr(rows, "to_frame") else rows[:, None]
