"""Directed information of Markov order k, from the counts of what follows k symbols."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import chi2

from infometer.estimators.directed_flow import Flow, Flows

__all__ = ["MarkovEstimator", "conditional_flow", "markov_flows", "require_rows_a_cell"]

MarkovEstimator = Literal["miller-madow", "plug-in"]

FEWEST = 2
"""Rows for each cell that occurs: with fewer the figure is its own bias."""

SMALL = 5
"""Rows for each cell that occurs: with fewer the chi-square p-value is rough."""


def markov_flows(
    x: np.ndarray,
    y: np.ndarray,
    z: np.ndarray | None = None,
    *,
    depth: int,
    estimator: MarkovEstimator = "miller-madow",
) -> Flows:
    r"""Directed information where no symbol depends on more than k = depth before it.

    .. math:: \hat I(X_{t-k}^t; Y_t | Y_{t-k}^{t-1}), \quad
        \hat I(Y_{t-k}^{t-1}; X_t | X_{t-k}^{t-1}), \quad
        \hat I(X_t; Y_t | X_{t-k}^{t-1}, Y_{t-k}^{t-1}),

    each also given :math:`Z_{t-k}^t` under a condition.

    Parameters
    ----------
    x, y : ndarray of int, shape (n,)
    z : ndarray of int, shape (n,), optional
    depth : int
    estimator : {"miller-madow", "plug-in"}

    Returns
    -------
    Flows

    Examples
    --------
    >>> x = np.random.default_rng(0).integers(0, 2, 1001)
    >>> flows = markov_flows(x[1:], x[:-1], depth=1)  # y is x a step later: log 2
    >>> round(flows.forward.value, 3), round(flows.reverse.value, 3)
    (0.691, -0.001)
    """
    n = len(x) - depth
    known = [] if z is None else [z[depth:], *_past(z, depth)]
    now_x, past_x = x[depth:], _past(x, depth)
    now_y, past_y = y[depth:], _past(y, depth)
    own_x, own_y = _code(n, *past_x, *known), _code(n, *past_y, *known)
    return Flows(
        conditional_flow(_code(n, now_x, *past_x), now_y, own_y, estimator),
        conditional_flow(_code(n, *past_y), now_x, own_x, estimator),
        conditional_flow(now_x, now_y, _code(n, *past_x, *past_y, *known), estimator),
    )


def conditional_flow(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, estimator: MarkovEstimator = "miller-madow"
) -> Flow:
    r"""I(A;B|C) of symbols, where steps depend on each other.

    .. math:: \frac1n \sum_t \log \frac{n_{abc} \, n_c}{n_{ac} \, n_{bc}}, \quad
        \text{less} \quad \frac{m_{abc} - m_{ac} - m_{bc} + m_c}{2n}

    for the Miller-Madow figure, of n_s rows like row t and m cells that occur. Where A tells
    nothing, 2n times the former is chi-square with Σ_c (a_c − 1)(b_c − 1) degrees of freedom, of
    the symbols that occur with c: also where B drives A, for it is a likelihood ratio.

    Parameters
    ----------
    a, b, c : ndarray of int, shape (n,)
    estimator : {"miller-madow", "plug-in"}

    Returns
    -------
    Flow

    Examples
    --------
    >>> a = np.tile([0, 0, 1, 1], 25)
    >>> round(conditional_flow(a, a, np.zeros(100, dtype=int), "plug-in").value, 6)
    0.693147
    """
    n = len(a)
    given = {"c": [c], "ac": [a, c], "bc": [b, c], "abc": [a, b, c]}
    codes = {name: _code(n, *columns) for name, columns in given.items()}
    sizes = {name: np.bincount(code)[code] for name, code in codes.items()}
    log = {name: np.log(size) for name, size in sizes.items()}
    terms = log["abc"] + log["c"] - log["ac"] - log["bc"]
    plug_in = float(terms.mean())
    cells = {name: int(code.max()) + 1 for name, code in codes.items()}
    bias = (cells["abc"] - cells["ac"] - cells["bc"] + cells["c"]) / (2 * n)
    seen = [_distinct(codes[name], codes["c"]) for name in ("ac", "bc")]
    freedom = int(((seen[0] - 1) * (seen[1] - 1)).sum())
    value = plug_in - bias if estimator == "miller-madow" else plug_in
    pearson = float((np.expm1(terms) * (1 - 1 / sizes["c"])).sum())
    return Flow(
        value,
        plug_in - freedom / (2 * n),
        terms,
        terms,
        value,
        min(float((log["c"] - log[name]).mean()) for name in ("ac", "bc")),
        freedom,
        float(chi2.sf(pearson, freedom)) if freedom else 1.0,
        _few_rows(n, cells["abc"], bias) if freedom else (),
    )


def _past(symbols: np.ndarray, depth: int) -> list[np.ndarray]:
    return [symbols[depth - back : len(symbols) - back] for back in range(1, depth + 1)]


def _code(n: int, *columns: np.ndarray) -> np.ndarray:
    """One integer for each distinct row of columns of n, numbered from 0."""
    joined = np.zeros(n, dtype=np.int64)
    for column in columns:
        joined = pd.factorize(joined * (int(column.max()) + 1) + column)[0].astype(np.int64)
    return joined


def _distinct(codes: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """How many codes occur in each stratum; each code occurs in one."""
    first = np.unique(codes, return_index=True)[1]
    return np.bincount(strata[first])


def require_rows_a_cell(*sequences: np.ndarray, depth: int) -> None:
    """Raise where sequences are too short to count what follows `depth` symbols of all of them.

    Examples
    --------
    >>> require_rows_a_cell(np.arange(10), depth=1)
    Traceback (most recent call last):
    ValueError: depth 1 makes a table of which 9 cells occur in 9 rows, fewer than two rows ...
    """
    n = len(sequences[0]) - depth
    columns = [column for s in sequences for column in (s[depth:], *_past(s, depth))]
    count = int(_code(n, *columns).max()) + 1
    if depth and count * FEWEST > n:
        raise ValueError(
            f"depth {depth} makes a table of which {count:,} cells occur in {n:,} rows, fewer than "
            "two rows a cell, so that the plug-in figure would be its own bias: lower depth, merge "
            "rare symbols, or take method='ctw', which finds the depth by itself"
        )


def _few_rows(n: int, cells: int, bias: float) -> tuple[str, ...]:
    if n >= SMALL * cells:
        return ()
    return (
        f"{n} rows for {cells} cells of the table of counts, fewer than {SMALL} a cell: the "
        f"chi-square p-value is rough, and the plug-in bias of about {bias:.3f} nats is not small; "
        "lower depth, or give n_permutations",
    )
