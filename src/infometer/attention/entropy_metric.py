"""Head entropies summed over batches and processes, in states of fixed size."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torchmetrics import Metric

from infometer.attention.attention_rows import AttentionRows
from infometer.attention.head_entropy_table import HeadEntropyTable
from infometer.quantities.whole_numbers import read_count
from infometer.tracing import AttentionCall

__all__ = ["HeadEntropy"]

SUMS = (
    "n_rows",
    "entropy",
    "entropy_square",
    "ceiling",
    "sink",
    "n_nan",
    "n_empty",
    "n_sequences",
    "sequence_square",
    "sequence_product",
    "sequence_rows_square",
)
"""What is summed for every head; the last three over sequences, of S², S n and n², where S is the
sum of a sequence's entropies and n its number of rows."""


class HeadEntropy(Metric):
    r"""Mean attention entropy of every head, over all rows that are no padding.

    .. math:: \bar E = \frac{\sum_s S_s}{\sum_s n_s}, \qquad
              \widehat{\operatorname{var}}\, \bar E = \frac{c}{c - 1}
              \frac{\sum_s (S_s - \bar E n_s)^2}{(\sum_s n_s)^2},

    where S_s sums the entropies of the n_s rows of sequence s, of c sequences. Rows of a sequence
    depend on each other; sequences are taken as independent. The rows of one call belong together:
    where a cache reads a sequence in parts, each part counts as one, and the error is too small.

    Parameters
    ----------
    n_layers, n_heads : int
        A layer may have fewer heads.
    **kwargs
        Of `torchmetrics.Metric`.

    References
    ----------
    W. G. Cochran, "Sampling techniques", 3rd ed., 1977, eq. 2.45: the variance of a ratio.

    Examples
    --------
    >>> metric = HeadEntropy(n_layers=1, n_heads=2)
    >>> q = torch.zeros(3, 2, 128, 4)
    >>> metric.update(AttentionCall(layer=0, query=q, key=q, scale=0.5, causal=True))
    >>> metric.compute().round(decimals=6).tolist()  # log Γ(129) / 128
    [[3.878168, 3.878168]]
    """

    is_differentiable = False
    higher_is_better = None
    full_state_update = False
    sums: Tensor
    longest: Tensor

    def __init__(self, n_layers: int, n_heads: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_layers = read_count(n_layers, "n_layers", "layers")
        self.n_heads = read_count(n_heads, "n_heads", "heads")
        empty = torch.zeros(len(SUMS), self.n_layers, self.n_heads, dtype=torch.float64)
        self.add_state("sums", empty, dist_reduce_fx="sum")
        self.add_state("longest", torch.zeros((), dtype=torch.long), dist_reduce_fx="max")

    def update(self, rows: AttentionCall | AttentionRows) -> None:
        """Add a batch of one layer.

        Parameters
        ----------
        rows : AttentionCall or AttentionRows
            A call of a live layer, from `infometer.tracing.attention_calls`; or what was measured
            of one, as `AttentionRows.of_attention` reads it off probabilities.

        Raises
        ------
        ValueError
            For a layer or heads beyond those of the metric.
        """
        if isinstance(rows, AttentionCall):
            rows = AttentionRows.of_call(rows)
        n_heads = rows.entropy.shape[1]
        if not 0 <= rows.layer < self.n_layers or n_heads > self.n_heads:
            raise ValueError(
                f"layer {rows.layer} with {n_heads} heads was given to a metric of "
                f"{self.n_layers} layers and {self.n_heads} heads; expected no more"
            )
        self.sums[:, rows.layer, :n_heads] += _sums(rows, self.sums.device)
        most = rows.n_keys.max().to(self.longest.device)
        self.longest = torch.maximum(self.longest, most)

    def compute(self) -> Tensor:
        """Mean entropies in nats, shape (L, H); NaN for a head without rows."""
        return self._sum("entropy") / self._sum("n_rows")

    def table(self) -> HeadEntropyTable:
        """All that is known of the layers that were seen, by all processes.

        Every process has to ask for it, as for `compute`.

        Raises
        ------
        ValueError
            If nothing was seen.
        """
        with self.sync_context(should_sync=self._to_sync, should_unsync=self._should_unsync):
            values = {name: self._sum(name).cpu().numpy() for name in SUMS}
            longest = int(self.longest)
        seen = values["n_rows"] + values["n_nan"] + values["n_empty"]
        layers = np.flatnonzero(seen.any(axis=1))
        if not len(layers):
            raise ValueError("no attention was seen; call update, or run the model, first")
        return _table({name: sums[layers] for name, sums in values.items()}, layers, longest)

    def _sum(self, name: str) -> Tensor:
        return self.sums[SUMS.index(name)]


def _sums(rows: AttentionRows, device: torch.device) -> Tensor:
    """The sums of one batch, shape (len(SUMS), H), on a device that has float64."""
    entropy, n_keys = rows.entropy.detach().to(device), rows.n_keys.to(device)
    sink = rows.sink_mass.detach().to(device)
    valid = rows.row_valid.to(device)[:, None, :].expand(entropy.shape)
    empty = (n_keys == 0).expand(entropy.shape)
    good = valid & ~empty & ~entropy.isnan()

    def kept(values: Tensor) -> Tensor:
        return torch.where(good, values.expand(good.shape).double(), 0.0)

    e, n = kept(entropy), good.sum(-1).double()
    sequence = e.sum(-1)
    summed = {
        "n_rows": n,
        "entropy": sequence,
        "entropy_square": e.square().sum(-1),
        "ceiling": kept(n_keys.double().log()).sum(-1),
        "sink": kept(sink).sum(-1),
        "n_nan": (valid & ~empty & entropy.isnan()).sum(-1).double(),
        "n_empty": (valid & empty).sum(-1).double(),
        "n_sequences": (n > 0).double(),
        "sequence_square": sequence.square(),
        "sequence_product": sequence * n,
        "sequence_rows_square": n.square(),
    }
    return torch.stack([summed[name].sum(0) for name in SUMS])


def _table(sums: dict[str, np.ndarray], layers: np.ndarray, longest: int) -> HeadEntropyTable:
    n, c = sums["n_rows"], sums["n_sequences"]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums["entropy"] / n
        variance = np.maximum(sums["entropy_square"] / n - mean**2, 0.0)
        scatter = sums["sequence_square"] - 2 * mean * sums["sequence_product"]
        scatter = np.maximum(scatter + mean**2 * sums["sequence_rows_square"], 0.0)
        error = np.where(c > 1, np.sqrt(c / (c - 1) * scatter) / n, np.nan)
        ceiling, sink = sums["ceiling"] / n, sums["sink"] / n
    counts = {name: sums[name].astype(int) for name in SUMS if name.startswith("n_")}
    return HeadEntropyTable(
        mean=mean,
        ceiling=ceiling,
        std=np.sqrt(variance),
        standard_error=error,
        sink_share=sink,
        n_rows=counts["n_rows"],
        n_sequences=counts["n_sequences"],
        nan_count=counts["n_nan"],
        n_empty_rows=counts["n_empty"],
        layers=tuple(int(layer) for layer in layers),
        longest=longest,
    )
