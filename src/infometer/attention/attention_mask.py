"""Which keys each query may see, read block by block and never spread out over the heads."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["HIDDEN", "AttentionMask"]

HIDDEN = -1e30
"""The logit of a key that may not be seen: finite, so that nothing becomes ∞ − ∞."""


@dataclass(frozen=True, eq=False)
class AttentionMask:
    """A mask of attention, with or without causality, for blocks of queries and keys.

    Parameters
    ----------
    mask : Tensor, shape (B or 1, H or 1, Tq, Tk), optional
        Bool, True may be seen; or floating, added to the logits, where half the lowest number of
        its dtype and all below it hide the key.
    causal : bool
        Query i sees the keys 0 to i, of those that `mask` shows.
    n_queries, n_keys : int
    device : torch.device
        Where the queries are.

    Examples
    --------
    >>> AttentionMask(None, True, 4, 4, torch.device("cpu")).counts().tolist()
    [[[1, 2, 3, 4]]]
    """

    mask: Tensor | None
    causal: bool
    n_queries: int
    n_keys: int
    device: torch.device

    @classmethod
    def of(cls, mask: Tensor | None, causal: bool, query: Tensor, key: Tensor) -> AttentionMask:
        """Check a mask of queries (B, H, Tq, d) and keys (B, G, Tk, d).

        Raises
        ------
        ValueError
            For other shapes and dtypes, a mask that is trained, or a causal head whose numbers of
            queries and keys differ.
        """
        n_queries, n_keys = query.shape[2], key.shape[2]
        full = (*query.shape[:3], n_keys)
        if causal and n_queries != n_keys:
            raise ValueError(
                f"causal is True with {n_queries} queries and {n_keys} keys: which of the keys the "
                "first query stands at is not told; give a mask"
            )
        if mask is None:
            return cls(None, causal, n_queries, n_keys, query.device)
        if mask.dtype != torch.bool and not mask.is_floating_point():
            raise ValueError(
                f"mask holds {mask.dtype}; expected bool (True may be seen) or floating (added to "
                "the logits)"
            )
        if mask.requires_grad:
            raise ValueError(
                "mask requires a gradient, which the streaming entropy does not give: use "
                "attention_entropy of the probabilities, or mask.detach()"
            )
        shape = (1,) * (4 - mask.ndim) + tuple(mask.shape)
        if len(shape) != 4 or any(s not in (1, f) for s, f in zip(shape, full, strict=True)):
            raise ValueError(
                f"mask has the shape {tuple(mask.shape)}; expected one that broadcasts to "
                f"(B, H, Tq, Tk), {full}"
            )
        mask = mask.to(query.device).reshape(shape).expand(-1, -1, n_queries, n_keys)
        return cls(mask, causal, n_queries, n_keys, query.device)

    def seen(self, rows: slice, keys: slice) -> Tensor | None:
        """Which keys of a block are seen, shape (B or 1, H or 1, rows, keys); None for all."""
        block = None if self.mask is None else self._shown(self.mask[:, :, rows, keys])
        if not self.causal or keys.stop <= rows.start + 1:
            return block
        i = torch.arange(rows.start, rows.stop, device=self.device)
        past = torch.arange(keys.start, keys.stop, device=self.device) <= i[:, None]
        return past[None, None] if block is None else block & past

    def apply_(self, logits: Tensor, rows: slice, keys: slice) -> Tensor:
        """Add the mask to a block of logits, in place; what is hidden becomes `HIDDEN`."""
        if self.mask is not None and self.mask.dtype != torch.bool:
            logits += self.mask[:, :, rows, keys].to(logits.dtype)
        seen = self.seen(rows, keys)
        return logits if seen is None else logits.masked_fill_(~seen, HIDDEN)

    def key_blocks(self, rows: slice, width: int) -> list[slice]:
        """The blocks of keys, `width` wide, that any of the rows may see."""
        first, stop = 0, min(rows.stop, self.n_keys) if self.causal else self.n_keys
        if self.mask is not None:
            shown = self._shown(self.mask[:, :, rows, :stop]).flatten(0, 2).any(0).nonzero()
            first, stop = (int(shown[0]), int(shown[-1]) + 1) if len(shown) else (0, 0)
        return [slice(start, min(start + width, stop)) for start in range(first, stop, width)]

    def counts(self, block_size: int = 128) -> Tensor:
        """How many keys each query may see, shape (B or 1, H or 1, Tq)."""
        if self.mask is None:
            numbers = torch.arange(1, self.n_queries + 1, device=self.device)
            return (numbers if self.causal else torch.full_like(numbers, self.n_keys))[None, None]
        blocks = []
        for start in range(0, self.n_queries, block_size):
            rows = slice(start, min(start + block_size, self.n_queries))
            seen = self.seen(rows, slice(0, self.n_keys))
            assert seen is not None
            blocks.append(seen.sum(-1))
        return torch.cat(blocks, dim=-1)

    def first_seen(self, row_valid: Tensor) -> Tensor:
        """The first key that a valid query of each sequence sees, shape (B,)."""
        if self.mask is None:
            return torch.zeros(len(row_valid), dtype=torch.long, device=self.device)
        seen = torch.zeros(len(row_valid), self.n_keys, dtype=torch.bool, device=self.device)
        for start in range(0, self.n_queries, 128):
            rows = slice(start, min(start + 128, self.n_queries))
            shown = self.seen(rows, slice(0, self.n_keys))
            assert shown is not None
            seen |= (shown.any(1) & row_valid[:, rows, None]).any(1)
        return seen.int().argmax(-1)

    def apply_to_key(self, logits: Tensor, keys: Tensor) -> Tensor:
        """The mask on logits (B, H, Tq) of one key a sequence, whose number is in `keys` (B,)."""
        if self.mask is not None:
            sequences = torch.arange(len(keys), device=self.device)
            column = self.mask.expand(len(keys), -1, -1, -1)[sequences, :, :, keys]
            if column.dtype != torch.bool:
                logits = logits + column.to(logits.dtype)
            logits = logits.masked_fill(~self._shown(column), HIDDEN)
        if self.causal:
            future = keys[:, None] > torch.arange(self.n_queries, device=self.device)
            logits = logits.masked_fill(future[:, None], HIDDEN)
        return logits

    @staticmethod
    def _shown(block: Tensor) -> Tensor:
        if block.dtype == torch.bool:
            return block
        return ~(block <= torch.finfo(block.dtype).min / 2)
