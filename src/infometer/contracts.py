"""What everything in Infometer gives and takes; imports nothing of ours, so read it first.

An `Estimate` is one measured quantity with how sure it is, a `Finding` is one thing a user should
know, a `Report` is the whole answer to a question. The protocols say what a source and an
estimator are. Information is in nats in every bare number; ``unit`` only chooses what is shown.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = [
    "AttentionEntropyWarning",
    "DiscreteDataWarning",
    "Estimate",
    "Finding",
    "HighDimensionWarning",
    "InfometerWarning",
    "InformationEstimator",
    "InformationSource",
    "OverconfidenceWarning",
    "RepeatedComparisonsWarning",
    "Report",
    "UnstableWeightsWarning",
    "estimates_to_frame",
    "frame_to_estimates",
]

NATS_PER_UNIT = {"nats": 1.0, "bits": math.log(2.0)}
SATURATION = 0.8
"""A figure above this fraction of its ceiling says more about the ceiling than about the data."""


def nats_per(unit: str) -> float:
    """How many nats one of the unit is.

    Raises
    ------
    ValueError
        If it is neither "nats" nor "bits".

    Examples
    --------
    >>> round(nats_per("bits"), 6)
    0.693147
    """
    if unit not in NATS_PER_UNIT:
        raise ValueError(f"unit is {unit!r}; it must be 'nats' or 'bits'")
    return NATS_PER_UNIT[unit]


class InfometerWarning(UserWarning):
    """Every warning of this library; filter it to silence them all."""


class HighDimensionWarning(InfometerWarning):
    """A nearest-neighbour figure in more dimensions than its samples can fill."""


class DiscreteDataWarning(InfometerWarning):
    """Data that repeats few values was given to an estimator for continuous data."""


class OverconfidenceWarning(InfometerWarning):
    """Usable information on held-out items falls in training while accuracy does not."""


class RepeatedComparisonsWarning(InfometerWarning):
    """Rows of a table of comparisons repeat others in every column that was read."""


class AttentionEntropyWarning(InfometerWarning):
    """Attention heads overload, collapse or are NaN while a model trains."""


class UnstableWeightsWarning(InfometerWarning):
    """The weights of a weighted entropy estimator are so large that its variance explodes."""


@dataclass(frozen=True, repr=False)
class Estimate:
    """One quantity, how sure it is, and how it was found.

    Parameters
    ----------
    quantity : str
        The estimand as the literature writes it, such as ``"I(X;Y)"``.
    value : float
        In nats where the quantity is information, whatever `unit` shows; else in `unit`.
    unit : str
        ``"nats"`` or ``"bits"``: what the repr shows. Any other word names the unit of `value`.
    standard_error : float, optional
        In the unit of `value`, as are `interval`, `null` and `ceiling`.
    interval : (float, float), optional
        Covers the quantity with probability `level`.
    level : float
        Nominal coverage of `interval`.
    bound : {"lower", "upper"}, optional
        Set where the method bounds the quantity instead of estimating it.
    p_value : float, optional
        Of the hypothesis that there is no information.
    null : (float, float), optional
        Mean and upper `level` quantile of the figure where there is no information.
    ceiling : float, optional
        The largest figure that the method could have given here.
    n_samples : int, optional
        Rows that were used.
    method : str
        The estimator.
    parameters : mapping
        What `method` ran with.
    warnings : tuple of str
        What a reader of this figure must know.

    Examples
    --------
    >>> Estimate("I(X;Y)", 0.4133, standard_error=0.012, interval=(0.39, 0.437),
    ...          n_samples=5000, method="KSG", parameters={"k": 3})
    0.413 ± 0.012 nats (95 % 0.390 to 0.437; KSG k=3, n=5000)
    """

    quantity: str
    value: float
    unit: str = "nats"
    standard_error: float | None = None
    interval: tuple[float, float] | None = None
    level: float = 0.95
    bound: Literal["lower", "upper"] | None = None
    p_value: float | None = None
    null: tuple[float, float] | None = None
    ceiling: float | None = None
    n_samples: int | None = None
    method: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.bound not in (None, "lower", "upper"):
            raise ValueError(f"bound is {self.bound!r}; it must be None, 'lower' or 'upper'")
        if not 0.0 < self.level < 1.0:
            raise ValueError(f"level is {self.level}; it must lie between 0 and 1, such as 0.95")

    @property
    def is_information(self) -> bool:
        """Whether `value` is in nats."""
        return self.unit in NATS_PER_UNIT

    @property
    def nats(self) -> float:
        """The value in nats; a quantity that is no information raises."""
        if not self.is_information:
            raise ValueError(f"{self.quantity} is in {self.unit}: it has no value in nats or bits")
        return self.value

    @property
    def bits(self) -> float:
        """The value in bits; a quantity that is no information raises."""
        return self.nats / NATS_PER_UNIT["bits"]

    @property
    def saturated(self) -> bool:
        """Whether the value stands above 0.8 of its ceiling, and so may be cut off by it."""
        return self.ceiling is not None and self.value > SATURATION * self.ceiling

    def __float__(self) -> float:
        return float(self.value)

    def __repr__(self) -> str:
        scale = NATS_PER_UNIT.get(self.unit, 1.0)

        def shown(number: float) -> str:
            return f"{number / scale:.3f}"

        sign = {None: "", "lower": "≥ ", "upper": "≤ "}[self.bound]
        head = sign + shown(self.value)
        if self.standard_error is not None:
            head += f" ± {shown(self.standard_error)}"
        notes = []
        if self.interval is not None:
            low, high = self.interval
            notes.append(f"{100 * self.level:g} % {shown(low)} to {shown(high)}")
        if self.bound is not None:
            notes.append(f"{self.bound} bound")
        if self.saturated and self.ceiling is not None:
            notes.append(f"saturated, ceiling {shown(self.ceiling)}")
        if self.p_value is not None:
            notes.append(f"p={self.p_value:.3g}")
        how = [part for part in (self.method, self._shown_parameters()) if part]
        source = " ".join(how) + (f", n={self.n_samples}" if self.n_samples is not None else "")
        if source.strip(", "):
            notes.append(source.strip(", "))
        return f"{head} {self.unit}" + (f" ({'; '.join(notes)})" if notes else "")

    def _shown_parameters(self) -> str:
        simple = [
            f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
            for name, value in self.parameters.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        return " ".join(simple[:2])

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values, fit for JSON, with ``saturated`` beside them."""
        return {**dataclasses.asdict(self), "saturated": self.saturated}

    def to_row(self, **keys: Any) -> dict[str, Any]:
        """One row of the table of estimates: the room's keys, then the columns all rooms share."""
        low, high = self.interval if self.interval is not None else (math.nan, math.nan)
        return {
            **keys,
            "quantity": self.quantity,
            "value_nats": self.nats,
            "standard_error": math.nan if self.standard_error is None else self.standard_error,
            "low": low,
            "high": high,
            "level": self.level,
            "bound": self.bound,
            "ceiling": math.nan if self.ceiling is None else self.ceiling,
            "saturated": self.saturated,
            "n": self.n_samples,
            "method": self.method,
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Read back what `to_row` wrote; the room's keys are passed over."""

        def number(name: str) -> float | None:
            value = row[name]
            return None if value is None or math.isnan(value) else float(value)

        low, high, n = number("low"), number("high"), number("n")
        return cls(
            quantity=row["quantity"],
            value=float(row["value_nats"]),
            standard_error=number("standard_error"),
            interval=None if low is None or high is None else (low, high),
            level=float(row["level"]),
            bound=row["bound"] if row["bound"] in ("lower", "upper") else None,
            ceiling=number("ceiling"),
            n_samples=None if n is None else int(n),
            method=row["method"] if isinstance(row["method"], str) else "",
        )


def estimates_to_frame(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """The table of many estimates, one row each, in the columns that all rooms share."""
    import pandas as pd

    return pd.DataFrame([estimate.to_row() for estimate in estimates])


def frame_to_estimates(frame: pd.DataFrame) -> list[Estimate]:
    """Read the rows of a table of estimates back as `Estimate` objects."""
    rows = frame.astype(object).to_dict("records")
    return [Estimate.from_row({str(name): value for name, value in row.items()}) for row in rows]


@dataclass(frozen=True)
class Finding:
    """One thing that a user should know, with what shows it and what to do.

    Parameters
    ----------
    severity : {"info", "warning", "error"}
    where : str
        The layer, column or step that it is about.
    what : str
        One sentence.
    evidence : str
        The figures behind it.
    remedy : str
        What to do.
    """

    severity: Literal["info", "warning", "error"]
    where: str
    what: str
    evidence: str = ""
    remedy: str = ""

    def __post_init__(self) -> None:
        if self.severity not in ("info", "warning", "error"):
            raise ValueError(
                f"severity is {self.severity!r}; it must be 'info', 'warning' or 'error'"
            )


@dataclass(frozen=True)
class Report:
    """The answer to a user's question, in a form that any page, table or JSON can show.

    Parameters
    ----------
    question, answer : str
        A sentence each.
    estimates : tuple of Estimate
        The few figures that the answer rests on.
    findings : tuple of Finding
    tables : mapping of title to DataFrame
    figures : mapping of title to callable
        Each draws itself on the matplotlib ``Axes`` that it is given.
    settings : mapping
        What the run was asked for.
    provenance : mapping
        Versions, data fingerprint, time.
    """

    question: str
    answer: str
    estimates: tuple[Estimate, ...] = ()
    findings: tuple[Finding, ...] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    figures: Mapping[str, Callable[[Any], object]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class InformationSource(Protocol):
    """A law that can be sampled and whose information is known."""

    @property
    def mutual_information(self) -> float:
        """I(X;Y) of the law, in nats."""
        ...

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw ``n`` independent pairs: ``x`` of shape (n, dx) and ``y`` of shape (n, dy)."""
        ...


@runtime_checkable
class InformationEstimator(Protocol):
    """A scikit-learn estimator of information: `fit` leaves its answer in ``estimate_``."""

    estimate_: Estimate

    def fit(self, X: Any, y: Any = None) -> Self:
        """Estimate from samples ``X`` of shape (n, dx) and ``y`` of shape (n,) or (n, dy)."""
        ...
