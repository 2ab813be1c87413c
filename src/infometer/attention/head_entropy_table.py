"""Entropy, ceiling and sink of every head of a model, with how sure each mean is."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any, Literal, Self

import numpy as np
import pandas as pd

from infometer.attention.bands import EntropyBands, entropy_band
from infometer.attention.ceilings import causal_max_entropy
from infometer.contracts import Estimate, Finding, Report
from infometer.extras import axes
from infometer.resampling import student_interval

__all__ = ["HeadEntropyTable", "Reference"]

Reference = Literal["causal", "observed", "log_T"] | float

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class HeadEntropyTable:
    """What was measured of every head: arrays of shape (L, H), entropies in nats.

    Parameters
    ----------
    mean : ndarray
        Over all rows, that is queries, that are no padding and see a key; NaN without any.
    ceiling : ndarray
        The mean of log n over the same rows, where a row may see n keys: no head can have more.
    std : ndarray
        Of the rows' entropies.
    standard_error : ndarray
        Of the mean. Rows of a sequence depend on each other, so that sequences are what is
        counted; NaN with fewer than two.
    sink_share : ndarray
        The mean attention on the first token.
    n_rows, n_sequences, nan_count, n_empty_rows : ndarray of int
        Rows and sequences in the mean; rows that are NaN; rows that see no key. The last two are
        in no mean.
    layers : tuple of int
        The numbers of the L layers.
    longest : int
        The largest number of keys that any row saw.

    Examples
    --------
    >>> table = HeadEntropyTable.of_means([[3.83, 2.68], [1.38, 0.61]], n_tokens=128)
    >>> table.bands().counts.tolist()
    [1, 1, 1, 1]
    >>> table.normalized.round(3).tolist()
    [[0.988, 0.691], [0.356, 0.157]]
    """

    mean: np.ndarray
    ceiling: np.ndarray
    std: np.ndarray
    standard_error: np.ndarray
    sink_share: np.ndarray
    n_rows: np.ndarray
    n_sequences: np.ndarray
    nan_count: np.ndarray
    n_empty_rows: np.ndarray
    layers: tuple[int, ...]
    longest: int

    def __post_init__(self) -> None:
        shape = self.mean.shape
        if len(shape) != 2 or len(self.layers) != shape[0]:
            raise ValueError(
                f"mean has the shape {shape} with {len(self.layers)} layers; expected (L, H)"
            )
        for name, array in self._arrays().items():
            if array.shape != shape:
                raise ValueError(f"{name} has the shape {array.shape}; expected {shape} as mean")

    @classmethod
    def of_means(cls, mean: Any, *, n_tokens: int | None = None) -> Self:
        """A table of published means, shape (L, H), of which nothing else is known.

        Parameters
        ----------
        mean : array-like of float
            In nats.
        n_tokens : int, optional
            T of the causal rows, whose ceiling is log Γ(T + 1) / T.

        Raises
        ------
        ValueError
            Means that are no table, empty, below 0 or infinite.
        """
        mean = np.array(mean, dtype=float)
        if mean.ndim != 2 or not mean.size or (mean < 0).any() or np.isinf(mean).any():
            raise ValueError(
                f"mean has the shape {mean.shape}"
                + (f" and goes from {mean.min():g} to {mean.max():g}" if mean.size else "")
                + "; expected entropies in nats, a row for each layer and a column for each head"
            )
        unknown, zero = np.full(mean.shape, np.nan), np.zeros(mean.shape, dtype=int)
        ceiling = math.nan if n_tokens is None else causal_max_entropy(n_tokens)
        return cls(
            mean, np.full(mean.shape, ceiling), unknown, unknown, unknown,
            zero, zero, zero, zero, tuple(range(len(mean))), n_tokens or 0,
        )  # fmt: skip

    @property
    def normalized(self) -> np.ndarray:
        """Mean over ceiling, shape (L, H): 1 for heads that are uniform on all they may see."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.ceiling > 0, self.mean / self.ceiling, np.nan)

    def maximum(self, reference: Reference = "causal") -> np.ndarray:
        """The largest entropy of each head, shape (L, H), in nats.

        Parameters
        ----------
        reference : {"causal", "observed", "log_T"} or float
            The ceiling under the mask; the largest mean of any head; log of the longest row, which
            no causal head can reach; or a figure in nats.
        """
        if not isinstance(reference, str | Real) or isinstance(reference, bool):
            raise ValueError(
                f"reference is {reference!r}; it must be 'causal', 'observed', 'log_T' or nats"
            )
        if isinstance(reference, str):
            known = {
                "causal": self.ceiling,
                "observed": np.nanmax(self.mean) if np.isfinite(self.mean).any() else np.nan,
                "log_T": math.log(self.longest) if self.longest else np.nan,
            }
            if reference not in known:
                raise ValueError(
                    f"reference is {reference!r}; it must be 'causal', 'observed', 'log_T' or nats"
                )
            found = np.broadcast_to(known[reference], self.mean.shape)
            if np.isnan(found[np.isfinite(self.mean)]).any():
                raise ValueError(
                    f"reference is {reference!r}, which is not known of this table; give n_tokens "
                    "to of_means, reference='observed' or the largest entropy in nats"
                )
            return found
        if not 0 < reference < math.inf:
            raise ValueError(f"reference is {reference}; expected an entropy above 0, in nats")
        return np.full(self.mean.shape, float(reference))

    def bands(self, reference: Reference = "causal") -> EntropyBands:
        """How many heads stand in each quarter of the largest entropy; `reference` as `maximum`."""
        band = entropy_band(self.mean, self.maximum(reference))
        named = reference if isinstance(reference, str) else f"{reference:g} nats"
        return EntropyBands(band, self.layers, named)

    def diagnose(
        self,
        reference: Reference = "causal",
        *,
        progress: float | None = None,
        loss_drop: float | None = None,
        warmup: float = 0.05,
    ) -> list[Finding]:
        """Overload, collapse, sinks and NaN, with layer, heads, reason and remedy.

        Parameters are those of `infometer.attention.diagnosis.diagnose`.
        """
        from infometer.attention.diagnosis import diagnose

        return diagnose(self, reference, progress=progress, loss_drop=loss_drop, warmup=warmup)

    def estimate(self, layer: int, head: int) -> Estimate:
        """The mean entropy of a head, by its layer's number, with Student's interval."""
        if layer not in self.layers or not 0 <= head < self.mean.shape[1]:
            raise ValueError(
                f"layer {layer}, head {head} is not in the table; it has the layers {self.layers} "
                f"and the heads 0 to {self.mean.shape[1] - 1}"
            )
        at = self.layers.index(layer), head
        n, error, ceiling = int(self.n_sequences[at]), self.standard_error[at], self.ceiling[at]
        sure = bool(np.isfinite(error))
        mean = float(self.mean[at])
        return Estimate(
            f"attention entropy of layer {layer}, head {head}",
            mean,
            standard_error=float(error) if sure else None,
            interval=student_interval(mean, float(error), n - 1, LEVEL) if sure else None,
            level=LEVEL,
            ceiling=float(ceiling) if np.isfinite(ceiling) else None,
            n_samples=int(self.n_rows[at]),
            method="mean over rows",
            parameters={"sequences": n},
        )

    def to_frame(self) -> pd.DataFrame:
        """A row for each head: the columns of all tables of estimates, and what is counted."""
        rows = []
        for i, layer in enumerate(self.layers):
            for head in range(self.mean.shape[1]):
                row = self.estimate(layer, head).to_row(layer=layer, head=head)
                row |= {"quantity": "attention entropy", "normalized": self.normalized[i, head]}
                rest = {n: a[i, head] for n, a in self._arrays().items() if n not in SHARED}
                rows.append(row | rest)
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """All arrays as lists."""
        lists = {name: array.tolist() for name, array in self._arrays().items()}
        return {**lists, "layers": list(self.layers), "longest": self.longest}

    def plot(self, ax: Any = None) -> Any:
        """Draw the heat map of the mean entropies, in nats."""
        from infometer.attention.head_entropy_figures import draw_heat_map

        return draw_heat_map(self, axes(ax, 8, 4.5))

    def report(self, reference: Reference = "causal", *, unit: str = "nats") -> Report:
        """The answer with heat map, bands and findings; pictures in `unit`."""
        from infometer.attention.head_entropy_report import head_entropy_report

        return head_entropy_report(self, reference, unit=unit)

    def _arrays(self) -> dict[str, np.ndarray]:
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: array for name, array in found.items() if isinstance(array, np.ndarray)}


SHARED = ("mean", "ceiling", "standard_error", "n_rows")
"""Arrays that stand in the columns of every table of estimates."""
