"""What a prequential code of labels came to: its length, its peers and its blocks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from infometer.contracts import Finding
from infometer.extras import axes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PrequentialCode"]

BITS = math.log(2.0)


@dataclass(frozen=True, eq=False, repr=False)
class PrequentialCode:
    """Labels sent block after block, each coded by a model of the blocks before it; nats.

    Parameters
    ----------
    log_p : ndarray, shape (n,)
        log p(y_i | x_i, earlier blocks), in the order of the items given.
    log_p_null : ndarray, shape (n,)
        The same by the smoothed class frequencies of the earlier blocks.
    block : ndarray of int, shape (n,)
        Which block each item was sent in; block 0 by the uniform code.
    classes : tuple
    findings : tuple of Finding

    Examples
    --------
    >>> logs = np.log([0.5, 0.5, 0.8, 0.8])
    >>> PrequentialCode(logs, np.log([0.5] * 4), np.array([0, 0, 1, 1]), ("no", "yes"))
    PrequentialCode(2.64 bits for 4 labels; 1.51 times shorter than the uniform code, 1.51 times
    than class frequencies)
    """

    log_p: np.ndarray
    log_p_null: np.ndarray
    block: np.ndarray
    classes: tuple[Any, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def code_length(self) -> float:
        """Of all labels, nats."""
        return float(-self.log_p.sum())

    @property
    def bits(self) -> float:
        """Of all labels."""
        return self.code_length / BITS

    @property
    def uniform_length(self) -> float:
        """n log K, nats."""
        return len(self.log_p) * math.log(len(self.classes))

    @property
    def frequency_length(self) -> float:
        """By the class frequencies of the earlier blocks, nats."""
        return float(-self.log_p_null.sum())

    @property
    def compression(self) -> float:
        """How many times shorter than the uniform code."""
        return self.uniform_length / self.code_length

    @property
    def frequency_compression(self) -> float:
        """How many times shorter than the code by class frequencies: below 1, x only misled."""
        return self.frequency_length / self.code_length

    def __repr__(self) -> str:
        return (
            f"PrequentialCode({self.bits:.2f} bits for {len(self.log_p)} labels; "
            f"{self.compression:.2f} times shorter than the uniform code, "
            f"{self.frequency_compression:.2f} times than class frequencies)"
        )

    def to_dict(self) -> dict[str, Any]:
        """Lengths in nats and compressions."""
        return {
            "code_length_nats": self.code_length,
            "uniform_length_nats": self.uniform_length,
            "frequency_length_nats": self.frequency_length,
            "compression": self.compression,
            "frequency_compression": self.frequency_compression,
            "n": len(self.log_p),
            "n_blocks": int(self.block.max()) + 1,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a block: items before it and in it, its code and that by frequencies, in nats."""
        import pandas as pd

        sizes = np.bincount(self.block)
        return pd.DataFrame(
            {
                "trained_on": np.cumsum(sizes) - sizes,
                "n": sizes,
                "code_length_nats": np.bincount(self.block, -self.log_p),
                "frequency_length_nats": np.bincount(self.block, -self.log_p_null),
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the bits a label of every block, by how many labels were known before.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes
        """
        ax = axes(ax, 6, 3)
        frame = self.to_frame().iloc[1:]
        scale = frame["n"] * BITS
        ax.plot(frame["trained_on"], frame["frequency_length_nats"] / scale, "o--", color="0.5")
        ax.plot(frame["trained_on"], frame["code_length_nats"] / scale, "o-", color="C0")
        ax.set_xscale("log")
        ax.set(xlabel="labels known before", ylabel="bits a label")
        ax.legend(["class frequencies", "model"], frameon=False)
        return ax
