"""What a model costs under encryption: each operation, the sum, and what variants would save."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Self

import pandas as pd

from infometer.attention import cost_figures
from infometer.attention.cost_answer import cost_answer, cost_estimates, shown_breakdown
from infometer.attention.cost_caveats import bytes_range, cost_caveats
from infometer.attention.cost_measurements import published_for
from infometer.attention.flops import attention_flops, ffn_flops
from infometer.attention.operation_costs import OperationCost, operation_costs
from infometer.attention.transformer_shape import TransformerShape
from infometer.attention.unit_costs import CostProtocol
from infometer.attention.variants import Variant
from infometer.contracts import Estimate, Finding, Report
from infometer.extras import axes

__all__ = ["CostReport"]

VARIANTS = ("SM+LN+R", "SM+LN", "SM+G", "SM+R", "SM+ScFFN", "SM+ScFuFFN")
"""Those whose costs differ; scales, temperatures and the regulariser cost nothing or next to it."""


@dataclass(frozen=True)
class CostReport:
    """The cost of one forward pass under encryption.

    Parameters
    ----------
    shape : TransformerShape
    seq_len : int
        T.
    protocol : CostProtocol
    operations : tuple of OperationCost
    flops : mapping of {"attention", "ffn"} to int
    caveats : tuple of Finding
        What a reader must know.
    variant : str, optional
        The blocks that were asked for in place of the model's own.

    Examples
    --------
    >>> from infometer.attention.private_cost import PrivateInferenceCost
    >>> gpt2 = {"n_layers": 12, "d_model": 768, "n_heads": 12, "vocab_size": 50000}
    >>> cost = PrivateInferenceCost().estimate(gpt2, 128, "SM+ScFuFFN")
    >>> cost
    6.44 GB, about 4.8 minutes
    (bumblebee-2pc; 12 layers of width 768 with 12 heads, SM+ScFuFFN, 128 tokens)
    """

    shape: TransformerShape
    seq_len: int
    protocol: CostProtocol
    operations: tuple[OperationCost, ...]
    flops: Mapping[str, int]
    caveats: tuple[Finding, ...]
    variant: str | None = None

    @classmethod
    def of(
        cls,
        shape: TransformerShape,
        seq_len: int,
        protocol: CostProtocol,
        variant: str | Variant | None = None,
    ) -> Self:
        """The cost of a shape, or of its sizes in the blocks of a variant."""
        costed = shape if variant is None else shape.with_variant(variant)
        lost_gate = shape.gated and not costed.gated
        return cls(
            shape=costed,
            seq_len=seq_len,
            protocol=protocol,
            operations=operation_costs(costed, seq_len, protocol),
            flops={
                "attention": attention_flops(costed, seq_len),
                "ffn": ffn_flops(costed, seq_len),
            },
            caveats=cost_caveats(costed, seq_len, protocol, lost_gate=lost_gate),
            variant=None if variant is None else Variant.of(variant).name,
        )

    def __repr__(self) -> str:
        minutes = "" if self.minutes is None else f", about {self.minutes:g} minutes"
        model = ", ".join(filter(None, (self.shape.describe(), self.variant)))
        return (
            f"{self.gigabytes:.3g} GB{minutes} ({self.protocol.name}; {model}, "
            f"{self.seq_len} tokens)"
        )

    @property
    def bytes(self) -> float:
        """Sent by both parties together."""
        return sum(one.bytes for one in self.operations)

    @property
    def bytes_range(self) -> tuple[float, float]:
        """Smallest and largest, as unit costs that no measurement tells apart may be split."""
        return bytes_range(self.shape, self.seq_len, self.protocol)

    @property
    def gigabytes(self) -> float:
        """10⁹ bytes."""
        return self.bytes / 1e9

    @property
    def seconds(self) -> float | None:
        """On the machines and the network of the protocol; None where it has no times."""
        parts = [one.seconds for one in self.operations if one.seconds is not None]
        return sum(parts) if len(parts) == len(self.operations) else None

    @property
    def minutes(self) -> float | None:
        """Of `seconds`, to the two figures that they are good for."""
        return None if self.seconds is None else float(f"{self.seconds / 60:.2g}")

    @property
    def largest(self) -> OperationCost:
        """The operation that sends most."""
        return max(self.operations, key=lambda one: one.bytes)

    def breakdown(self) -> pd.DataFrame:
        """A row for each operation, the largest first, with its share of the bytes."""
        frame = pd.DataFrame([asdict(one) for one in self.operations])
        frame.insert(3, "share", frame["bytes"] / (self.bytes or math.nan))
        return frame.sort_values("bytes", ascending=False, ignore_index=True)

    def to_frame(self) -> pd.DataFrame:
        """The `breakdown`."""
        return self.breakdown()

    def to_dict(self) -> dict[str, Any]:
        """All figures as plain values."""
        return {
            "bytes": self.bytes,
            "bytes_range": list(self.bytes_range),
            "seconds": self.seconds,
            "flops": dict(self.flops),
            "operations": [asdict(one) for one in self.operations],
            "shape": self.shape.to_dict(),
            "seq_len": self.seq_len,
            "variant": self.variant,
            "protocol": self.protocol.to_dict(),
            "caveats": [vars(one) for one in self.caveats],
        }

    def alternatives(self) -> dict[str, CostReport]:
        """The costs of this model in the blocks of each variant that sends less."""
        names = list(VARIANTS) if self.shape.n_experts == 1 else ["SM+LN+R", "SM+G", "SM+R"]
        if self.shape.n_experts == 1 and self.shape.n_layers > 1:
            names.append(f"SM+ScFuFFN_i{self.shape.n_layers // 2}")
        costs = {
            name: CostReport.of(self.shape, self.seq_len, self.protocol, name) for name in names
        }
        return {name: cost for name, cost in costs.items() if cost.bytes < self.bytes * (1 - 1e-9)}

    def savings(self) -> pd.DataFrame:
        """What each variant would save.

        Returns
        -------
        DataFrame
            A row for each variant that sends less, in the order of their papers: ``gigabytes`` and
            what they may be at least and at most (`bytes_range`), ``saved_gigabytes``,
            ``times_less``, ``minutes`` and, where the papers trained this very shape at this
            length, their ``published_gigabytes`` and ``published_perplexity``.

        Examples
        --------
        >>> from infometer.attention.private_cost import PrivateInferenceCost
        >>> gpt2 = {"n_layers": 12, "d_model": 768, "n_heads": 12, "vocab_size": 50257}
        >>> savings = PrivateInferenceCost().estimate(gpt2, 128).savings().set_index("variant")
        >>> savings["saved_gigabytes"].round(1)[["SM+LN+R", "SM+ScFuFFN"]].tolist()
        [15.9, 18.9]
        """
        known = published_for(self.shape, self.seq_len)
        rows = [
            {
                "variant": name,
                "gigabytes": cost.gigabytes,
                "least_gigabytes": cost.bytes_range[0] / 1e9,
                "most_gigabytes": cost.bytes_range[1] / 1e9,
                "saved_gigabytes": self.gigabytes - cost.gigabytes,
                "times_less": self.bytes / cost.bytes,
                "minutes": cost.minutes,
                **known.get(name, {}),
            }
            for name, cost in self.alternatives().items()
        ]
        return pd.DataFrame(rows)

    def plot(self, ax: Any = None) -> Any:
        """Draw where the bytes go, in this model and in each variant that sends less."""
        alternatives = self.alternatives()
        ax = axes(ax, 8, cost_figures.height(len(alternatives) + 1))
        return cost_figures.draw_costs({self.variant or "as it is": self, **alternatives}, ax)

    def answer(self) -> str:
        """A few sentences: how much, what dominates, and what would save most."""
        return cost_answer(self)

    def estimates(self) -> tuple[Estimate, ...]:
        """Gigabytes, minutes where the protocol has times, and FLOPs."""
        return cost_estimates(self)

    def report(self) -> Report:
        """The answer with its estimates, caveats, tables and the picture."""
        drawn: Any = partial(_draw, self)
        drawn.caption = cost_figures.CAPTION
        drawn.figsize = (8.0, cost_figures.height(len(self.alternatives()) + 1))
        return Report(
            question="What does a forward pass cost when neither party sees the other's data?",
            answer=self.answer(),
            estimates=self.estimates(),
            findings=self.caveats,
            tables={
                "What costs": shown_breakdown(self),
                "What each variant would save": self.savings(),
            },
            figures={"Where the bytes go": drawn},
            settings={
                "seq_len": self.seq_len,
                "variant": self.variant or "the model's own blocks",
                "protocol": self.protocol.name,
                "protocol_description": self.protocol.description,
                **self.shape.to_dict(),
            },
        )


def _draw(cost: CostReport, ax: Any) -> Any:
    return cost.plot(ax)
