"""A source whose views went through maps that can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from infometer.contracts import InformationSource
from infometer.sources.arguments import check_source

__all__ = ["Transformed"]

Map = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, repr=False)
class Transformed:
    """(f(X), g(Y)) for injective, piecewise smooth f and g: I(f(X);g(Y)) = I(X;Y).

    That f and g are injective is for the one who gives them to know.

    Parameters
    ----------
    source : InformationSource
        The pair (X, Y).
    of_x, of_y : callable, optional
        f and g, from an array of n rows to one of n rows. Those that are functions of a module, or
        `functools.partial` of such, can be sent to other processes. Without one a view stays.

    Raises
    ------
    ValueError

    References
    ----------
    Czyż et al., "Beyond Normal: On the Evaluation of Mutual Information Estimators",
    NeurIPS 2023, theorem 2.1.

    Examples
    --------
    >>> from infometer.sources import CorrelatedGaussian, half_cube
    >>> source = Transformed(CorrelatedGaussian.from_correlation(0.75, 1), of_y=half_cube)
    >>> round(source.mutual_information, 6)
    0.413339
    >>> source
    Transformed(CorrelatedGaussian(dx=1, dy=1, mutual_information=0.413339..., rotate=True,
        rotation_seed=0), of_y=half_cube)
    """

    source: InformationSource
    of_x: Map | None = None
    of_y: Map | None = None

    def __post_init__(self) -> None:
        check_source("source", self.source)
        for name, given in (("of_x", self.of_x), ("of_y", self.of_y)):
            if given is not None and not callable(given):
                raise ValueError(f"{name} is {given!r}; give a function of an array, or None")

    def __repr__(self) -> str:
        maps = {"of_x": self.of_x, "of_y": self.of_y}
        told = [f"{name}={_told(given)}" for name, given in maps.items() if given is not None]
        return f"Transformed({', '.join([repr(self.source), *told])})"

    @property
    def mutual_information(self) -> float:
        """I(X;Y) of the source, in nats."""
        return self.source.mutual_information

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` independent pairs: the draws of the source, mapped."""
        x, y = self.source.sample(n, random_state)
        return _mapped("of_x", self.of_x, x), _mapped("of_y", self.of_y, y)


def _mapped(name: str, given: Map | None, values: np.ndarray) -> np.ndarray:
    if given is None:
        return values
    made = np.asarray(given(values))
    if made.ndim == 0 or len(made) != len(values):
        raise ValueError(
            f"{name} made an array of shape {made.shape} of one of shape {values.shape}; "
            "it must give one row for each row"
        )
    return made


def _told(given: Any) -> str:
    """A function by its name: the same in every process, unlike its address."""
    if isinstance(given, partial):
        arguments = [*map(repr, given.args), *(f"{k}={v!r}" for k, v in given.keywords.items())]
        return f"{_told(given.func)}({', '.join(arguments)})"
    return str(getattr(given, "__qualname__", repr(given)))
