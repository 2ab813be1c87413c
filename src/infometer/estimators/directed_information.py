"""Directed information of two sequences of symbols: how much each tells of the other's next one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import numpy as np

from infometer.contracts import nats_per
from infometer.estimators.circular_shift import shift_nulls
from infometer.estimators.directed_estimate import DirectedInformationEstimate
from infometer.estimators.directed_flow import Flows, batch_length, flow_estimate
from infometer.estimators.markov_directed import (
    MarkovEstimator,
    markov_flows,
    require_rows_a_cell,
)
from infometer.estimators.samples import require_count
from infometer.estimators.symbol_sequences import SymbolSequence, read_sequences
from infometer.estimators.universal_directed import UniversalEstimator, universal_flows

__all__ = ["directed_information"]

METHODS: dict[str, tuple[Callable[..., Flows], tuple[str, ...]]] = {
    "ctw": (universal_flows, ("E1", "E2", "E3", "E4")),
    "plugin": (markov_flows, ("miller-madow", "plug-in")),
}
"""What finds the flows, and its estimators; the first is that of "auto"."""

FEWEST_STEPS = 4
"""That have a whole past."""

MOST_LABELS = 100
"""Of larger alphabets only the size is told."""


def directed_information(
    x: Any,
    y: Any,
    *,
    condition_on: Any = None,
    method: Literal["ctw", "plugin"] = "ctw",
    estimator: Literal["auto"] | UniversalEstimator | MarkovEstimator = "auto",
    depth: int = 3,
    n_permutations: int = 0,
    block: int | None = None,
    level: float = 0.95,
    unit: str = "nats",
    random_state: Any = None,
    n_jobs: int | None = None,
) -> DirectedInformationEstimate:
    r"""Rates of I(X→Y) and of the delayed I(Y→X), in nats a step, from one pair of sequences.

    .. math:: I(X \to Y) = \lim \frac1n \sum_t I(X^t; Y_t | Y^{t-1}), \qquad
        I(Y \to X) = \lim \frac1n \sum_t I(Y^{t-1}; X_t | X^{t-1}),

    which together make the rate of I(X;Y). At each step x comes first: what x and y now tell of
    each other, the instantaneous part, counts as forward. Given z, which comes before both, it is
    :math:`I(X \to Y \| Z)`, of :math:`I(X^t; Y_t | Y^{t-1}, Z^t)`.

    It is a statement on prediction: a common cause that is not given looks like a flow.

    Parameters
    ----------
    x, y : array-like, Series or DataFrame, shape (n,) or (n, d)
        Symbols of any type, one at each step; several columns are one symbol together.
    condition_on : array-like, Series or DataFrame, shape (n,) or (n, d), optional
        The sequence z.
    method : {"ctw", "plugin"}
        "ctw" predicts by context-tree weighting, which weighs all memories up to `depth`; "plugin"
        counts what follows each `depth` symbols.
    estimator : {"auto", "E1", "E2", "E3", "E4", "miller-madow", "plug-in"}
        Of "ctw" by default E1, :math:`-\log Q(y_t|y^{t-1}) + \log Q(x_t,y_t|x^{t-1},y^{t-1}) -
        \log Q(x_t|x^{t-1},y^{t-1})`, which has the least variance and is too small while the
        trees learn; E3 and E4 are never below 0, and too large by about as much. Of "plugin" the
        plug-in figure without its first bias, after Miller and Madow.
    depth : int
        Symbols of the past that count.
    n_permutations : int
        Circular shifts of one sequence against the other, for p-values; they keep the memory that
        each has of itself. What is compared is E3 of "ctw" whatever the estimator. Where the other
        direction or z is strong, the p-values are too large. With 0, "plugin" gives those of
        chi-square, which hold there too, and "ctw" none.
    block : int, optional
        Steps whose mean is taken as independent of the next such mean; ⌈√n⌉ where nothing is said.
    level : float
        Of the intervals.
    unit : {"nats", "bits"}
        What is shown.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    DirectedInformationEstimate
        `n_samples` counts the steps that have a whole past; the labels of the alphabets stand in
        `parameters`.

    Raises
    ------
    ValueError
        For sequences that are of unequal length, shorter than their past or continuous, and for a
        plug-in table with fewer than two rows a cell.

    References
    ----------
    J. Massey, "Causality, feedback and directed information", Proc. ISITA (1990); J. Jiao et al.,
    "Universal estimation of directed information", IEEE Trans. Inf. Theory 59, 6220 (2013).

    Examples
    --------
    A coin that y repeats a step later, with one error in ten: log 2 − h(0.1) = 0.368.

    >>> rng = np.random.default_rng(0)
    >>> x = rng.integers(0, 2, 5001)
    >>> y = x[:-1] ^ (rng.random(5000) < 0.1)
    >>> found = directed_information(x[1:], y, depth=2)
    >>> found.forward
    0.357 ± 0.010 nats (95 % 0.337 to 0.378; ctw E1 depth=2, n=4998)
    """
    chosen = _chosen(method, estimator)
    nats_per(unit)  # which refuses other units
    require_count(depth, "depth", 0)
    require_count(n_permutations, "n_permutations", 0)
    given = read_sequences(x=x, y=y, condition_on=condition_on)
    _require_steps(given, depth)
    symbols = [sequence.symbols for sequence in given.values()]
    if method == "plugin":
        require_rows_a_cell(*symbols, depth=depth)
    flows = partial(METHODS[method][0], depth=depth, estimator=chosen)
    found = flows(*symbols)
    told: list[dict[str, Any]] = [{}] * len(found)
    test = "chi-square" if method == "plugin" else None
    if n_permutations:
        test = "circular shifts" if method == "plugin" else "circular shifts, of E3"
        options = {"level": level, "random_state": random_state, "n_jobs": n_jobs}
        told = _nulls(flows, symbols, found, n_permutations=n_permutations, **options)
    shared: dict[str, Any] = {
        "method": f"{method} {chosen}",
        "unit": unit,
        "level": level,
        "block": batch_length(len(symbols[0]) - depth) if block is None else block,
        "parameters": {
            "depth": depth,
            "p_value": test,
            **{f"{name}_labels": _labels(sequence) for name, sequence in given.items()},
        },
    }
    return DirectedInformationEstimate(
        *(
            flow_estimate(flow, quantity=name, **shared, **null)
            for flow, name, null in zip(
                found, _quantities(condition_on is not None), told, strict=True
            )
        )
    )


def _chosen(method: str, estimator: str) -> str:
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; it must be 'ctw' or 'plugin'")
    estimators = METHODS[method][1]
    if estimator != "auto" and estimator not in estimators:
        told = ", ".join(map(repr, estimators))
        raise ValueError(
            f"estimator is {estimator!r} and method {method!r}; of this method it must be 'auto' "
            f"or one of {told}"
        )
    return estimators[0] if estimator == "auto" else estimator


def _require_steps(given: dict[str, SymbolSequence], depth: int) -> None:
    steps = len(given["x"])
    if steps < depth + FEWEST_STEPS:
        raise ValueError(
            f"x and y have {steps} symbols and depth is {depth}; expected at least "
            f"{depth + FEWEST_STEPS}, for the first {depth} are only past: lower depth"
        )


def _quantities(conditional: bool) -> tuple[str, str, str]:
    given = "‖Z" if conditional else ""
    return f"I(X→Y{given})", f"I(Y→X{given}) delayed", f"I(X;Y{given}) instantaneous"


def _labels(sequence: SymbolSequence) -> Any:
    """The label of each number; of a large alphabet only its size."""
    count = len(sequence.labels)
    return list(sequence.labels) if count <= MOST_LABELS else f"{count} labels"


def _nulls(
    flows: Callable[..., Flows], symbols: list[np.ndarray], found: Flows, **options: Any
) -> list[dict[str, Any]]:
    """The p-value of each flow, and its null where the figure itself is what is compared."""
    x, y, *z = symbols

    def statistics(shift: int) -> list[float]:
        moved = flows(np.roll(x, shift), y, *z)
        other = flows(x, np.roll(y, shift), *z) if z else moved  # that leaves x beside z
        return [
            moved.forward.statistic,
            other.reverse.statistic,
            moved.instantaneous.statistic,
        ]

    observed = [flow.statistic for flow in found]
    nulls = shift_nulls(statistics, len(x), observed, **options)
    return [
        {
            "p_value": null.p_value,
            "null": (null.mean, null.upper) if flow.statistic == flow.value else None,
        }
        for flow, null in zip(found, nulls, strict=True)
    ]
