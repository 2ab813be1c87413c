"""A task: a source by the name it has in a benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from infometer.contracts import InformationSource
from infometer.sources.arguments import check_integer, check_source

__all__ = ["Task"]


@dataclass(frozen=True)
class Task:
    """A named source, and how many columns its two views have.

    Parameters
    ----------
    name : str
    source : InformationSource
    dim_x, dim_y : int
        Columns of x and of y; every sample is checked against them.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> from infometer.sources import CorrelatedGaussian
    >>> task = Task("two nats", CorrelatedGaussian(3, 2, mutual_information=2.0), 3, 2)
    >>> task.mutual_information
    2.0
    >>> x, y = task.sample(10, random_state=0)
    >>> x.shape, y.shape
    ((10, 3), (10, 2))
    """

    name: str
    source: InformationSource
    dim_x: int
    dim_y: int

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise ValueError(f"name is {self.name!r}; it must be text that is not empty")
        check_source("source", self.source)
        check_integer("dim_x", self.dim_x)
        check_integer("dim_y", self.dim_y)

    @property
    def mutual_information(self) -> float:
        """I(X;Y), in nats."""
        return self.source.mutual_information

    def sample(self, n: int, random_state: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw `n` independent pairs: ``x`` of shape (n, dim_x) and ``y`` of shape (n, dim_y)."""
        x, y = self.source.sample(n, random_state)
        for name, view, d in (("x", x, self.dim_x), ("y", y, self.dim_y)):
            if (view.shape[1] if view.ndim == 2 else 1) != d:
                raise ValueError(
                    f"task {self.name!r} drew {name} of shape {view.shape} and has "
                    f"dim_{name} = {d}; give the number of its columns"
                )
        return x, y
