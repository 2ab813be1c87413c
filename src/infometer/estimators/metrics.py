"""Mutual information of a live stream of tensors, as metrics of torchmetrics.

Their states are of fixed size and sum over batches and over the processes of a data-parallel run,
so that every process computes the figure of all pairs. Needs the ``torch`` extra.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torchmetrics import Metric

from infometer.contracts import Estimate
from infometer.estimators.contingency_table import ContingencyTable
from infometer.estimators.count_entropy import EntropyMethod
from infometer.estimators.discrete_information import DiscreteInformation
from infometer.estimators.gaussian import GaussianInformation
from infometer.estimators.moments import Moments
from infometer.estimators.samples import require_count

__all__ = ["DiscreteInformationMetric", "GaussianInformationMetric"]


class _InformationMetric(Metric):
    """What both share: `compute` is the value of `estimate`, where there is one yet."""

    is_differentiable = False
    higher_is_better = None
    full_state_update = False

    def _estimate(self) -> Estimate:
        raise NotImplementedError

    def estimate(self) -> Estimate:
        """The figure of all pairs of all processes, with its interval and its p-value.

        Every process has to ask for it, as for `compute`.

        Raises
        ------
        ValueError
            Where the pairs are too few.
        """
        with self.sync_context(should_sync=self._to_sync, should_unsync=self._should_unsync):
            return self._estimate()

    def compute(self) -> Tensor:
        """I(X;Y) in nats, a scalar; NaN while the pairs are too few for a figure."""
        try:
            value = self._estimate().value
        except ValueError:
            value = float("nan")
        return torch.tensor(value, dtype=torch.float64, device=self.device)


class DiscreteInformationMetric(_InformationMetric):
    """I(X;Y) of two labels, from a table of counts, as `DiscreteInformation` has it.

    Parameters
    ----------
    n_x, n_y : int
        Labels are 0 to n_x − 1 and 0 to n_y − 1.
    method : {"miller-madow", "plug-in", "grassberger", "chao-shen", "shrinkage"}
    level : float
        Of the interval of `estimate`.
    **kwargs
        Of `torchmetrics.Metric`.

    Examples
    --------
    >>> metric = DiscreteInformationMetric(2, 2, method="plug-in")
    >>> for x, y in (([0, 0, 1], [0, 0, 1]), ([1], [1])):
    ...     metric.update(torch.tensor(x), torch.tensor(y))
    >>> round(float(metric.compute()), 6)  # log 2
    0.693147
    """

    table: Tensor

    def __init__(
        self,
        n_x: int,
        n_y: int,
        *,
        method: EntropyMethod = "miller-madow",
        level: float = 0.95,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        require_count(n_x, "n_x", 1)
        require_count(n_y, "n_y", 1)
        self.n_x, self.n_y, self.method, self.level = n_x, n_y, method, level
        self.add_state("table", torch.zeros(n_x, n_y, dtype=torch.int64), dist_reduce_fx="sum")

    def update(self, x: Tensor, y: Tensor) -> None:
        """Count pairs of whole labels `x` and `y`, of one shape.

        Raises
        ------
        ValueError
            For unequal shapes, numbers that are not whole, and labels out of range.
        """
        if x.shape != y.shape:
            raise ValueError(
                f"x has shape {tuple(x.shape)} and y {tuple(y.shape)}; expected one label of each"
            )
        x, y = _labels(x, "x", self.n_x), _labels(y, "y", self.n_y)
        counts = torch.bincount(x * self.n_y + y, minlength=self.n_x * self.n_y)
        self.table = self.table + counts.view(self.n_x, self.n_y).to(self.table.device)

    def _estimate(self) -> Estimate:
        table = self.table.cpu().numpy()
        if not table.any():
            raise ValueError("no pairs were counted; call update first")
        estimator = DiscreteInformation(self.method, level=self.level)
        return estimator._of_sum(ContingencyTable.of_table(table))


def _labels(labels: Tensor, name: str, n: int) -> Tensor:
    if labels.is_floating_point() or labels.is_complex():
        raise ValueError(f"{name} is {labels.dtype}; expected whole labels, such as torch.long")
    labels = labels.detach().reshape(-1).long()
    if len(labels) and (labels.min() < 0 or labels.max() >= n):
        raise ValueError(
            f"{name} holds labels from {int(labels.min())} to {int(labels.max())}; expected 0 to "
            f"{n - 1}: give n_{name} as the number of labels, and leave out what is padded"
        )
    return labels


class GaussianInformationMetric(_InformationMetric):
    """I(X;Y) of jointly Gaussian views, from their moments, as `GaussianInformation` has it.

    The moments are of 64-bit floats whatever the tensors are, and on the metric's own device.

    Parameters
    ----------
    dx, dy : int
        Columns of each view.
    level : float
        Of the interval of `estimate`.
    **kwargs
        Of `torchmetrics.Metric`.

    References
    ----------
    T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance",
    Amer. Statist. 37, 242 (1983), eq. 2.1.

    Examples
    --------
    >>> rng = torch.Generator().manual_seed(1)
    >>> metric = GaussianInformationMetric(1, 1)
    >>> for _ in range(10):
    ...     x, noise = torch.randn(2, 300, generator=rng)
    ...     metric.update(x, 0.6 * x + 0.8 * noise)  # I(X;Y) = 0.2231 nats
    >>> metric.compute()
    tensor(0.219..., dtype=torch.float64)
    """

    moments: Tensor
    low: Tensor
    high: Tensor

    def __init__(self, dx: int, dy: int, *, level: float = 0.95, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        require_count(dx, "dx", 1)
        require_count(dy, "dy", 1)
        self.dx, self.dy, self.level = dx, dy, level
        d = dx + dy
        empty = torch.zeros(d + 1, d + 1, dtype=torch.float64)
        ends = torch.full((d,), torch.inf, dtype=torch.float64)
        self.add_state("moments", empty, dist_reduce_fx=_merged)
        self.add_state("low", ends, dist_reduce_fx="min")
        self.add_state("high", -ends, dist_reduce_fx="max")

    def update(self, x: Tensor, y: Tensor) -> None:
        """Add rows `x` (n, dx) and `y` (n, dy); (n,) where a view has one column.

        Raises
        ------
        ValueError
            For other shapes, and for NaN or infinity.
        """
        views = [_rows(x, "x", self.dx), _rows(y, "y", self.dy)]
        if len(views[0]) != len(views[1]):
            raise ValueError(
                f"x has {len(views[0])} rows and y has {len(views[1])}; expected as many of each"
            )
        rows = torch.cat(views, dim=1).to(self.moments)
        if len(rows) == 0:
            return
        self.moments = _merged(torch.stack([self.moments, _moments(rows)]))
        self.low = torch.minimum(self.low, rows.amin(0))
        self.high = torch.maximum(self.high, rows.amax(0))

    def _estimate(self) -> Estimate:
        moments = self.moments.cpu().numpy()
        if not (n := int(moments[0, 0])):
            raise ValueError("no rows were added; call update first")
        low, high = self.low.cpu().numpy(), self.high.cpu().numpy()
        total = Moments.of_scatter(n, moments[1:, 1:], low, high, (self.dx, self.dy))
        return GaussianInformation(level=self.level)._of_sum(total)


def _rows(view: Tensor, name: str, d: int) -> Tensor:
    rows = view.detach()[:, None] if view.ndim == 1 and d == 1 else view.detach()
    if rows.ndim != 2 or rows.shape[1] != d:
        raise ValueError(
            f"{name} has shape {tuple(view.shape)}; expected (n, {d}), of d{name} = {d} columns"
        )
    if not torch.isfinite(rows).all():
        raise ValueError(f"{name} holds NaN or infinity; expected finite numbers")
    return rows


def _moments(rows: Tensor) -> Tensor:
    """Rows, mean and scatter in one matrix, [[n, mean], [mean, scatter]]."""
    n, mean = len(rows), rows.mean(dim=0)
    centred = rows - mean
    found = torch.empty(len(mean) + 1, len(mean) + 1).to(rows)
    found[0, 0], found[0, 1:], found[1:, 0] = n, mean, mean
    found[1:, 1:] = centred.T @ centred
    return found


def _merged(stacked: Tensor) -> Tensor:
    """The moments of all rows from those of parts, shape (parts, d + 1, d + 1)."""
    total = stacked[0].clone()
    for part in stacked[1:]:
        both = total[0, 0] + part[0, 0]
        share = part[0, 0] / both.clamp(min=1)
        shift = part[0, 1:] - total[0, 1:]
        total[1:, 1:] += part[1:, 1:] + total[0, 0] * share * torch.outer(shift, shift)
        total[0, 1:] += share * shift
        total[1:, 0] = total[0, 1:]
        total[0, 0] = both
    return total
