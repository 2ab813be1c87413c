"""Gigabytes and minutes of a transformer under two-party encryption, from its config alone."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from infometer.attention.cost_fit import fit_unit_costs, operation_counts, unidentified_pairs
from infometer.attention.cost_measurements import MeasuredCost
from infometer.attention.cost_report import CostReport
from infometer.attention.transformer_config import shape_of_config
from infometer.attention.transformer_shape import TransformerShape
from infometer.attention.unit_costs import CostProtocol, cost_protocol
from infometer.attention.variants import Variant
from infometer.quantities.whole_numbers import read_count

__all__ = ["PrivateInferenceCost"]

SIZES = ("n_layers", "d_model", "n_heads", "vocab_size")


@dataclass(frozen=True)
class PrivateInferenceCost:
    r"""What a forward pass costs when neither party may see the other's data.

    .. math:: \text{bytes} = \sum_j c_j \, n_j(L, H, T, d, \ldots)

    with the counts n of `private_operations` and a protocol's unit costs c; seconds likewise.

    Parameters
    ----------
    protocol : "bumblebee-2pc", path, mapping or CostProtocol
        Unit costs. The table that ships was fitted to published totals.

    Raises
    ------
    ValueError
        As `cost_protocol`.

    References
    ----------
    N. K. Jha and B. Reagen, *Entropy-Guided Attention for Private LLMs*, 2025, arXiv 2501.03489,
    and *AERO*, 2024, arXiv 2410.13060. W.-j. Lu et al., *BumbleBee: Secure Two-party Inference
    Framework for Large Transformers*, NDSS 2025.

    Examples
    --------
    >>> gpt2 = {"n_layers": 12, "d_model": 768, "n_heads": 12, "vocab_size": 50000}
    >>> cost = PrivateInferenceCost().estimate(gpt2, 128)
    >>> round(cost.gigabytes, 1), cost.largest.name
    (25.3, 'GELU')
    """

    protocol: CostProtocol | str | os.PathLike[str] | Mapping[str, Any] = "bumblebee-2pc"

    def __post_init__(self) -> None:
        object.__setattr__(self, "protocol", cost_protocol(self.protocol))

    @property
    def table(self) -> CostProtocol:
        """The protocol, read."""
        return cost_protocol(self.protocol)

    @property
    def coefficients(self) -> Mapping[str, float]:
        """Bytes for one of each operation."""
        return self.table.unit_bytes

    def estimate(
        self, config: Any, seq_len: int, variant: str | Variant | None = None
    ) -> CostReport:
        """What one forward pass over T tokens costs.

        Parameters
        ----------
        config : path, mapping, config of Transformers, or TransformerShape
            As `shape_of_config` takes it.
        seq_len : int
            T.
        variant : str or Variant, optional
            Its blocks in place of the model's own.

        Returns
        -------
        CostReport

        Raises
        ------
        ValueError
            What `shape_of_config` refuses; a length below 1; an operation that the protocol has
            no unit cost of.
        """
        length = read_count(seq_len, "seq_len", "tokens")
        if not isinstance(variant, str | Variant | None):
            raise ValueError(
                f"variant is {variant!r}; expected a name such as 'SM+LN+R', or a Variant"
            )
        return CostReport.of(shape_of_config(config), length, self.table, variant)

    @classmethod
    def fit(
        cls,
        rows: Iterable[MeasuredCost],
        *,
        tied: Mapping[str, tuple[str, float]] | None = None,
        name: str = "fitted",
        description: str = "",
        network: str = "",
    ) -> Self:
        """Fit the unit costs of a protocol to measured totals.

        Parameters
        ----------
        rows : iterable of MeasuredCost
            Of one protocol, machine and network; all with seconds, or none.
        tied : mapping of str to (str, float), optional
            Assumed: the unit cost of an operation as so many times that of another.
        name, description, network : str
            Kept in the protocol.

        Returns
        -------
        PrivateInferenceCost
            Its protocol has the errors of the fit, the ranges of sizes, and the operations that
            the totals do not tell apart.

        Raises
        ------
        ValueError
            No more rows than unit costs; seconds for some rows only.

        Examples
        --------
        >>> from infometer.attention.cost_measurements import measured_costs, published_costs
        >>> fitted = PrivateInferenceCost.fit(measured_costs(published_costs()))
        >>> round(fitted.table.errors["largest_bytes"], 3)
        0.012
        """
        measured = list(rows)
        if not measured or not all(isinstance(row, MeasuredCost) for row in measured):
            raise ValueError(
                "rows holds no measured costs, or something else beside; expected MeasuredCost "
                "objects, such as measured_costs makes of a table"
            )
        counts = operation_counts(measured)
        sent = np.array([row.bytes for row in measured])
        found = fit_unit_costs(counts, sent, tied)
        fits = {"bytes": found}
        times = [row.seconds for row in measured if row.seconds is not None]
        if times and len(times) < len(measured):
            raise ValueError(
                f"rows has seconds for {len(times)} of {len(measured)} models; give all or none"
            )
        if times:
            fits["seconds"] = fit_unit_costs(counts, np.array(times), tied)
        errors = {}
        for kind, fit in fits.items():
            errors[f"largest_{kind}"] = float(np.abs(fit.errors).max())
            errors[f"mean_{kind}"] = float(np.abs(fit.errors).mean())
            errors[f"left_out_{kind}"] = float(np.abs(fit.left_out_errors).max())
        protocol = CostProtocol(
            name,
            found.unit_costs,
            fits["seconds"].unit_costs if times else {},
            description,
            network,
            unidentified_pairs(counts, sent),
            _ranges(measured),
            errors,
        )
        return cls(protocol)


def _ranges(rows: list[MeasuredCost]) -> dict[str, tuple[float, float]]:
    sizes = [{"seq_len": row.seq_len, **_sizes(row.shape)} for row in rows]
    return {
        name: (min(one[name] for one in sizes), max(one[name] for one in sizes))
        for name in ("seq_len", *SIZES)
    }


def _sizes(shape: TransformerShape) -> dict[str, int]:
    fields = dataclasses.asdict(shape)
    return {name: fields[name] for name in SIZES}
