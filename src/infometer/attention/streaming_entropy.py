"""The entropy of attention from queries and keys, block by block, without a table of T × T."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from infometer.attention.attention_mask import HIDDEN, AttentionMask
from infometer.quantities.whole_numbers import read_count

__all__ = ["attention_entropy_from_qk", "streaming_rows"]

BLOCK_LOGITS = {"cpu": 1 << 18}
"""Logits held at once, if a block of queries and as many keys has fewer: what a cache holds."""
BLOCK_LOGITS_ELSEWHERE = 1 << 23
"""32 MB: on accelerators fewer and larger blocks are faster."""


def attention_entropy_from_qk(
    q: Tensor,
    k: Tensor,
    *,
    scale: float | None = None,
    mask: Tensor | None = None,
    causal: bool = False,
    temperature: Tensor | float | None = None,
    block_size: int = 128,
) -> Tensor:
    r"""Entropy of each row of attention, in nats, in memory that grows as T and not as T².

    .. math:: E_i = \log \sum_j e^{s_{ij}} - \sum_j a_{ij} s_{ij}, \qquad
              s_{ij} = \frac{\text{scale}}{t_i}\, q_i \cdot k_j + m_{ij}, \qquad
              \frac{\partial E_i}{\partial s_{ij}} = -a_{ij} (\log a_{ij} + E_i)

    The sums run over blocks of keys with a running maximum; blocks that no query of theirs may see
    are passed over, and the backward pass computes each block again. Half precision is computed in
    float32, under autocast too. Differentiable once, with respect to q, k and the temperature.

    Parameters
    ----------
    q : Tensor, shape (B, H, Tq, d)
    k : Tensor, shape (B, G, Tk, d)
        G divides H: query head h reads the key head ⌊hG/H⌋.
    scale : float, optional
        1/√d by default.
    mask : Tensor, broadcastable to (B, H, Tq, Tk), optional
        Bool, True may be seen; or floating, added to the logits, where half the lowest number of
        its dtype and all below it hide the key.
    causal : bool
        Query i sees the keys 0 to i of those that `mask` shows; for Tq = Tk.
    temperature : float or Tensor, broadcastable to (B, H, Tq), optional
        Above 0; (H, 1) gives one for each head. It divides q · k and not the mask.
    block_size : int
        Queries in a block.

    Returns
    -------
    Tensor, shape (B, H, Tq)
        NaN for a row that sees no key, with the gradient 0.

    Raises
    ------
    ValueError
        What are no tensors, shapes that do not go together, a temperature that is not above 0, a
        mask that is trained.

    References
    ----------
    N. K. Jha and B. Reagen, "Entropy-guided attention for private LLMs", arXiv 2501.03489, eq. 9.
    M. Milakov and N. Gimelshein, "Online normalizer calculation for softmax", 2018, algorithm 3.

    Examples
    --------
    >>> q = torch.zeros(1, 2, 128, 4)
    >>> entropy = attention_entropy_from_qk(q, q, causal=True)  # uniform: log i
    >>> round(float(entropy.mean()), 6), round(float(entropy[0, 0, 9].exp()), 4)
    (3.878168, 10.0)
    """
    size = read_count(block_size, "block_size", "queries in a block")
    seen = _checked(q, k, mask, causal)
    return streaming_rows(scaled_queries(q, scale, temperature), k, seen, size).entropy


class StreamedRows(NamedTuple):
    """Entropy (B, H, Tq) of each row, in nats, and log Σ exp of its logits, without a gradient."""

    entropy: Tensor
    log_normalizer: Tensor


def streaming_rows(
    q: Tensor, k: Tensor, mask: AttentionMask, block_size: int = 128
) -> StreamedRows:
    """As `attention_entropy_from_qk`, of queries from `scaled_queries`, with the normalisers.

    Examples
    --------
    >>> q = torch.zeros(1, 1, 4, 2)
    >>> streaming_rows(q, q, AttentionMask.of(None, False, q, q)).log_normalizer.exp()
    tensor([[[4., 4., 4., 4.]]])
    """
    with torch.autocast(q.device.type, enabled=False):
        return StreamedRows(*_StreamingEntropy.apply(q, k.to(q.dtype), mask, block_size))


def scaled_queries(
    q: Tensor, scale: float | None = None, temperature: Tensor | float | None = None
) -> Tensor:
    """The queries times scale over temperature, at least float32: their products are the logits.

    Examples
    --------
    >>> scaled_queries(torch.ones(1, 1, 1, 4), temperature=2.0)
    tensor([[[[0.2500, 0.2500, 0.2500, 0.2500]]]])
    """
    q = q if q.dtype == torch.float64 else q.float()
    q = q * (q.shape[-1] ** -0.5 if scale is None else scale)
    if temperature is None:
        return q
    t = torch.as_tensor(temperature, dtype=q.dtype, device=q.device)
    sizes = zip(reversed(t.shape), reversed(q.shape[:3]), strict=False)
    if t.ndim > 3 or any(size not in (1, whole) for size, whole in sizes):
        raise ValueError(
            f"temperature has the shape {tuple(t.shape)}; expected one that broadcasts to "
            f"(B, H, Tq), {tuple(q.shape[:3])}, such as (H, 1) for one a head"
        )
    if not bool((t > 0).all()):
        raise ValueError(f"temperature goes down to {float(t.min()):.3g}; expected all above 0")
    return q / t[..., None]


def _checked(q: Tensor, k: Tensor, mask: Tensor | None, causal: bool) -> AttentionMask:
    if not isinstance(q, Tensor) or not isinstance(k, Tensor):
        raise ValueError(
            f"q is of type {type(q).__name__} and k of {type(k).__name__}; expected tensors: make "
            "them with torch.as_tensor, or give probabilities to attention_entropy"
        )
    sizes, others = tuple(q.shape), tuple(k.shape)
    together = len(sizes) == len(others) == 4 and sizes[0] == others[0] and sizes[3] == others[3]
    if not together or not others[1] or sizes[1] % others[1]:
        raise ValueError(
            f"q has the shape {sizes} and k {others}; expected (B, H, Tq, d) and (B, G, Tk, d) "
            "with G dividing H"
        )
    return AttentionMask.of(mask, causal, q, k)


class _StreamingEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, q: Tensor, k: Tensor, mask: AttentionMask, block_size: int
    ) -> tuple[Tensor, Tensor]:
        entropy, top, log_z = (q.new_empty(q.shape[:3]) for _ in range(3))
        for rows in _row_blocks(q, block_size):
            found = _online_entropy(q, k, mask, rows)
            entropy[:, :, rows], top[:, :, rows], log_z[:, :, rows] = found
        ctx.save_for_backward(q, k, entropy, top, log_z)
        ctx.mask, ctx.block_size = mask, block_size
        log_normalizer = top + log_z
        ctx.mark_non_differentiable(log_normalizer)
        return entropy, log_normalizer

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor, _: Tensor) -> tuple[Tensor, Tensor, None, None]:
        q, k, entropy, top, log_z = ctx.saved_tensors
        empty = log_z == -math.inf
        grad, entropy, log_z = (x.masked_fill(empty, 0.0) for x in (grad, entropy, log_z))
        grad_q, grad_k = torch.zeros_like(q), torch.zeros_like(k)
        with torch.autocast(q.device.type, enabled=False):
            for rows in _row_blocks(q, ctx.block_size):
                for keys in ctx.mask.key_blocks(rows, _width(q, rows)):
                    log_a = _logits(q, k, ctx.mask, rows, keys)
                    log_a -= top[:, :, rows, None]
                    log_a -= log_z[:, :, rows, None]
                    a = log_a.exp()
                    grad_s = log_a.add_(entropy[:, :, rows, None]).mul_(a)
                    grad_s *= -grad[:, :, rows, None]
                    _add_products(grad_s, q, k, rows, keys, grad_q, grad_k)
        return grad_q, grad_k, None, None


def _online_entropy(
    q: Tensor, k: Tensor, mask: AttentionMask, rows: slice
) -> tuple[Tensor, Tensor, Tensor]:
    """Entropy, maximum μ and log Z of a block of rows.

    With the running maximum μ of the logits: Z = Σ exp(s − μ), W = Σ exp(s − μ)(s − μ), and in the
    end E = log Z − W / Z. Apart, μ and log Z keep digits that their sum loses.
    """
    shape = (*q.shape[:2], rows.stop - rows.start)
    top = q.new_full(shape, HIDDEN / 10)  # above what is hidden: exp of the difference is 0
    z, w = q.new_zeros(shape), q.new_zeros(shape)
    for keys in mask.key_blocks(rows, _width(q, rows)):
        s = _logits(q, k, mask, rows, keys)
        higher = torch.maximum(top, s.amax(-1))
        s -= higher[..., None]
        p = s.exp()
        drop = top - higher
        shrink = drop.exp()
        w = shrink * (w + drop * z) + s.mul_(p).sum(-1)
        z = shrink * z + p.sum(-1)
        top = higher
    log_z = z.log()
    return log_z - w / z, top, log_z


def _logits(q: Tensor, k: Tensor, mask: AttentionMask, rows: slice, keys: slice) -> Tensor:
    """The logits of a block, shape (B, H, rows, keys); the heads of a group share their keys."""
    block = _by_group(q[:, :, rows], k) @ k[:, :, keys].transpose(-1, -2)
    return mask.apply_(block.view(*q.shape[:2], -1, block.shape[-1]), rows, keys)


def _add_products(
    grad_s: Tensor, q: Tensor, k: Tensor, rows: slice, keys: slice, grad_q: Tensor, grad_k: Tensor
) -> None:
    by_group = _by_group(grad_s, k)
    grad_q[:, :, rows] += (by_group @ k[:, :, keys]).view_as(grad_q[:, :, rows])
    grad_k[:, :, keys] += by_group.transpose(-1, -2) @ _by_group(q[:, :, rows], k)


def _by_group(block: Tensor, k: Tensor) -> Tensor:
    """(B, H, rows, n) as (B, G, H/G · rows, n)."""
    return block.reshape(*k.shape[:2], -1, block.shape[-1])


def _row_blocks(q: Tensor, block_size: int) -> Iterator[slice]:
    for start in range(0, q.shape[2], block_size):
        yield slice(start, min(start + block_size, q.shape[2]))


def _width(q: Tensor, rows: slice) -> int:
    """Keys in a block: as many as `BLOCK_LOGITS` allows, and not fewer than queries."""
    n_rows = rows.stop - rows.start
    allowed = BLOCK_LOGITS.get(q.device.type, BLOCK_LOGITS_ELSEWHERE)
    return max(n_rows, allowed // (q.shape[0] * q.shape[1] * n_rows))
