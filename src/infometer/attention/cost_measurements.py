"""Measured costs of private inference: those that papers publish, or a table of one's own."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from importlib import resources

import pandas as pd

from infometer.attention.transformer_config import shape_of_config
from infometer.attention.transformer_shape import TransformerShape
from infometer.quantities.whole_numbers import read_count

__all__ = ["MeasuredCost", "measured_costs", "published_costs"]

SIZES = ("n_layers", "d_model", "n_heads", "vocab_size")
COMPARED = (
    "n_layers", "d_model", "n_heads", "n_key_heads", "head_dim", "d_ff", "gated", "norm",
    "n_experts", "causal", "has_values",
)  # fmt: skip
NEEDED = ("seq_len", *SIZES, "variant", "gigabytes")


@dataclass(frozen=True)
class MeasuredCost:
    """What one forward pass of a model cost under encryption.

    Parameters
    ----------
    shape : TransformerShape
    seq_len : int
        T.
    bytes : float
        Sent by both parties together.
    seconds : float, optional

    Raises
    ------
    ValueError
        A cost that is not above 0 or not finite, or a length that is no number of tokens.

    Examples
    --------
    >>> shape = TransformerShape(12, 768, 12, 12, 64, 3072, 50000)
    >>> MeasuredCost(shape, 128, -1.0)
    Traceback (most recent call last):
    ...
    ValueError: bytes is -1.0; expected a number above 0
    """

    shape: TransformerShape
    seq_len: int
    bytes: float
    seconds: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.shape, TransformerShape):
            raise ValueError(
                f"shape is a {type(self.shape).__name__}; expected a TransformerShape, as "
                "shape_of_config reads it"
            )
        read_count(self.seq_len, "seq_len", "tokens")
        for name in ("bytes", "seconds"):
            value = getattr(self, name)
            if value is None and name == "seconds":
                continue
            if not isinstance(value, int | float) or not 0 < value < math.inf:
                raise ValueError(f"{name} is {value}; expected a number above 0")


def published_costs() -> pd.DataFrame:
    """The measured totals of the AERO and the entropy-guided-attention papers.

    Returns
    -------
    DataFrame
        A row for each of the 25 measured models: sizes, ``variant``, ``value_free`` (He and
        Hofmann's block, with one LayerNorm in the model), ``perplexity`` (missing where training
        failed; of Languini after 4.8 · 10⁹ tokens), FLOPs as printed, ``gigabytes`` (10⁹ bytes)
        and ``minutes``. Models with temperatures and regularised ones cost what their variant
        without costs, and the papers print the same totals for them.

    References
    ----------
    N. K. Jha and B. Reagen, *AERO*, 2024, arXiv 2410.13060, and *Entropy-Guided Attention for
    Private LLMs*, 2025, arXiv 2501.03489.

    Examples
    --------
    >>> published_costs()[["variant", "gigabytes", "minutes"]].head(2)
       variant  gigabytes  minutes
    0  SM+LN+G      25.32     8.21
    1  SM+LN+R       9.44     6.06
    """
    table = resources.files("infometer.attention") / "data" / "published_costs.csv"
    with table.open(encoding="utf-8") as lines:
        return pd.read_csv(lines)


def measured_costs(table: pd.DataFrame) -> list[MeasuredCost]:
    """Read measured costs from a table.

    Parameters
    ----------
    table : DataFrame
        Columns ``seq_len, n_layers, d_model, n_heads, vocab_size, variant, gigabytes``, and if
        there are any ``minutes`` and ``value_free``, as of `published_costs`.

    Returns
    -------
    list of MeasuredCost
        A row each.

    Raises
    ------
    ValueError
        A missing column, and what `TransformerShape` and `MeasuredCost` refuse.

    Examples
    --------
    >>> len(measured_costs(published_costs()))
    25
    """
    missing = [name for name in NEEDED if name not in table]
    if missing:
        raise ValueError(f"table has no column {', '.join(missing)}; it needs {', '.join(NEEDED)}")
    return [_measured(row) for _, row in table.iterrows()]


def published_for(shape: TransformerShape, seq_len: int) -> dict[str, dict[str, float]]:
    """What the papers print for a model of these sizes, by variant.

    Parameters
    ----------
    shape : TransformerShape
    seq_len : int

    Returns
    -------
    dict of str to dict
        ``published_gigabytes`` and ``published_perplexity`` of each variant; empty where no model
        of these sizes, its vocabulary within 2 %, was measured at this length.

    Examples
    --------
    >>> small = TransformerShape(12, 768, 12, 12, 64, 3072, 50257)
    >>> published_for(small, 128)["SM+LN+G"]
    {'published_gigabytes': 25.32, 'published_perplexity': 2.69}
    """
    table = published_costs()
    same = [
        row.seq_len == seq_len and row.shape.has_values and _same_sizes(row.shape, shape)
        for row in measured_costs(table)
    ]
    return {
        str(row["variant"]): {
            f"published_{name}": float(row[name]) for name in ("gigabytes", "perplexity")
        }
        for _, row in table[same].iterrows()
    }


def _same_sizes(measured: TransformerShape, asked: TransformerShape) -> bool:
    same = all(getattr(measured, name) == getattr(asked, name) for name in COMPARED)
    return same and abs(asked.vocab_size / measured.vocab_size - 1.0) < 0.02


def _measured(row: pd.Series) -> MeasuredCost:
    shape = shape_of_config({name: int(row[name]) for name in SIZES})
    shape = shape.with_variant(str(row["variant"]))
    if row.get("value_free", False):
        shape = dataclasses.replace(shape, has_values=False, extra_norms=1)
    minutes = row.get("minutes")
    seconds = None if minutes is None or pd.isna(minutes) else 60.0 * float(minutes)
    return MeasuredCost(shape, int(row["seq_len"]), 1e9 * float(row["gigabytes"]), seconds)
