"""A loss that keeps the entropy of every attention head within a band about its threshold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn

from infometer.attention.band_penalty import (
    LayerPenalty,
    Shape,
    head_mean_penalty,
    row_sum_penalty,
)
from infometer.attention.entropy import attention_entropy
from infometer.attention.regularizer_settings import (
    check_choice,
    checked_layers,
    checked_schedule,
    checked_target,
    checked_thresholds,
)

__all__ = ["EntropyRegularizer", "RegularizerOutput"]

PENALTIES = {"head_mean": head_mean_penalty, "row_sum": row_sum_penalty}
REFERENCES = ("log_T", "causal")
SHAPES = ("paper", "hinge2")

PerLayer = Mapping[int, Tensor] | Sequence[Tensor]


class RegularizerOutput(NamedTuple):
    """The regulariser's loss, and how far every head is from its threshold.

    Parameters
    ----------
    loss : Tensor, shape ()
        Add it to the task's loss; λ is in it.
    active_fraction : Tensor, shape ()
        The share of heads (of rows, for ``"row_sum"``) outside the band: 0 says that the
        regulariser does nothing.
    deviation : Tensor, shape (layers, H)
        Mean entropy less its threshold, in nats, of each layer that is regularised.
    """

    loss: Tensor
    active_fraction: Tensor
    deviation: Tensor


class EntropyRegularizer(nn.Module):
    r"""Penalise heads whose entropy leaves a band about a threshold.

    .. math:: \frac{\lambda}{LH} \sum_{l,h} \delta_{lh}^2\, 1(|\delta_{lh}| > \gamma E_{max}),
        \qquad \delta_{lh} = E_{lh} - \theta_{lh} E_{max}

    A threshold that is learned follows the entropy of its head as much as it moves it: freeze the
    thresholds (`learn_theta`) to steer heads, and watch ``active_fraction``.

    Parameters
    ----------
    num_layers, num_heads : int
    gamma : float
        Half the width of the band, as a fraction of the largest entropy.
    theta_init : float or array-like, shape (L, H)
        Thresholds as fractions of the largest entropy, in [0, 1]; the paper does not state its
        start. Of shape (H,) or (1, H) with `share_layers`.
    learn_theta : bool
    share_layers : bool
        One row of thresholds for all layers, as the example of the released code has it.
    reduction : {"head_mean", "row_sum"}
        The band of the mean over batch and rows (Algorithm 1), or the sum over batch and rows of
        what each row pays (the released code).
    reference : {"log_T", "causal"}
        The largest entropy: log T, which no row of a causal head but the last can reach, or the
        log of the number of keys that the row may see.
    shape : {"paper", "hinge2"}
        As in `band_penalty`.
    target : array-like, shape (L, H), optional
        Entropies in nats, such as those of another model, in place of thresholds: `theta` is None.
    layers : sequence of int, optional
        The layers that are regularised, over whose number the loss is averaged. Default: all.
    schedule : (float, float), optional
        The part of the training within which the loss counts, such as (0.1, 0.8).
    weight : float
        λ. The papers' 1e-5 goes with ``"row_sum"``: for a batch of 128 × 128 rows it is the
        0.16 that stands here for a mean.

    Attributes
    ----------
    theta : Parameter, shape (L, H) or (1, H), or None

    Raises
    ------
    ValueError
        Arguments outside their range, or thresholds of another shape.

    References
    ----------
    N. K. Jha and B. Reagen, *Entropy-Guided Attention for Private LLMs*, 2025, Algorithm 1.

    Examples
    --------
    >>> uniform = torch.ones(4, 4).tril() / torch.arange(1.0, 5.0)[:, None]
    >>> first, second = torch.stack([uniform, torch.eye(4)]), torch.eye(4).expand(2, 4, 4)
    >>> regularizer = EntropyRegularizer(2, 2, weight=1.0)
    >>> round(regularizer([first[None], second[None]]).loss.item(), 6)
    0.36034
    """

    theta: nn.Parameter | None
    target: Tensor | None

    def __init__(
        self,
        num_layers: int,
        num_heads: int,
        *,
        gamma: float = 0.2,
        theta_init: Any = 0.5,
        learn_theta: bool = True,
        share_layers: bool = False,
        reduction: Literal["head_mean", "row_sum"] = "head_mean",
        reference: Literal["log_T", "causal"] = "log_T",
        shape: Shape = "paper",
        target: Any = None,
        layers: Sequence[int] | None = None,
        schedule: tuple[float, float] | None = None,
        weight: float = 0.16,
    ) -> None:
        super().__init__()
        check_choice("reduction", reduction, tuple(PENALTIES))
        check_choice("reference", reference, REFERENCES)
        check_choice("shape", shape, SHAPES)
        for name, value in (("gamma", gamma), ("weight", weight)):
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} is {value}; it must be a finite number, 0 or more")
        self.num_layers, self.num_heads = num_layers, num_heads
        self.gamma, self.weight = gamma, weight
        self.reduction, self.reference, self.shape = reduction, reference, shape
        self.layers = checked_layers(layers, num_layers)
        self.schedule = checked_schedule(schedule)
        if target is None:
            start = checked_thresholds(theta_init, num_layers, num_heads, share_layers)
            self.theta = nn.Parameter(start, requires_grad=learn_theta)
            self.target = None
        else:
            self.theta = None
            self.register_buffer("target", checked_target(target, num_layers, num_heads))

    def counts_at(self, progress: float | None) -> bool:
        """Whether the loss counts when this part of the training, from 0 to 1, is done."""
        if self.schedule is None:
            return True
        if progress is None or not 0.0 <= progress <= 1.0:
            raise ValueError(
                f"progress is {progress}; with a schedule give the part of the training that is "
                "done, from 0 to 1: step / max_steps"
            )
        return self.schedule[0] <= progress <= self.schedule[1]

    def forward(
        self,
        attention: PerLayer,
        n_keys: Tensor | PerLayer | None = None,
        progress: float | None = None,
    ) -> RegularizerOutput:
        """Give the loss of one forward pass of the model.

        `attention` holds each layer's entropies in nats, (B, H, T), or probabilities before
        dropout, (B, H, T, T): all layers in order, or a mapping with those that are regularised.
        `n_keys`, of shapes that broadcast to (B, H, T), is how many keys each row may see, and 0
        for the rows that don't count, such as padding; default: 1 to T, a causal mask.
        """
        weight = self.weight if self.counts_at(progress) else 0.0
        found = [self._layer(i, _of_layer(attention, i, self), n_keys) for i in self.layers]
        penalty = torch.stack([layer.penalty.mean() for layer in found]).mean()
        return RegularizerOutput(
            loss=weight * penalty,
            active_fraction=torch.stack([layer.active for layer in found]).mean(),
            deviation=torch.stack([layer.deviation for layer in found]),
        )

    def _layer(
        self, layer: int, attention: Tensor, n_keys: Tensor | PerLayer | None
    ) -> LayerPenalty:
        rows = attention_entropy(attention) if attention.ndim == 4 else attention
        if rows.ndim != 3 or rows.shape[1] != self.num_heads:
            raise ValueError(
                f"attention of layer {layer} has shape {tuple(attention.shape)}; expected "
                f"entropies (B, {self.num_heads}, T) or probabilities (B, {self.num_heads}, T, T)"
            )
        own = n_keys if n_keys is None or isinstance(n_keys, Tensor) else n_keys[layer]
        length = rows.shape[2]
        if own is None:
            own = torch.arange(1, length + 1)
        own = own.to(rows.device).expand(rows.shape)
        rows = rows.to(torch.promote_types(rows.dtype, torch.float32))
        if self.reference == "causal":
            ceiling = own.clamp(min=1).to(rows.dtype).log()
        else:
            ceiling = torch.full_like(rows, math.log(length))
        level = self._level(layer, ceiling, own > 0)
        penalty = PENALTIES[self.reduction]
        return penalty(rows, level, self.gamma * ceiling, own > 0, self.shape)

    def _level(self, layer: int, ceiling: Tensor, counted: Tensor) -> Tensor:
        """What each row's entropy is compared with, shape (B, H, T)."""
        if self.theta is not None:
            return self.theta[layer % len(self.theta)][:, None] * ceiling
        assert self.target is not None
        kept = torch.where(counted, ceiling, 0.0)
        mean = kept.sum(dim=(0, 2)) / counted.sum(dim=(0, 2)).clamp(min=1)
        tiny = torch.finfo(ceiling.dtype).tiny
        return (self.target[layer] / mean.clamp(min=tiny))[:, None] * ceiling

    def extra_repr(self) -> str:
        """What ``repr`` shows between the brackets."""
        return (
            f"{self.num_layers}, {self.num_heads}, gamma={self.gamma}, weight={self.weight}, "
            f"reduction={self.reduction!r}, reference={self.reference!r}, shape={self.shape!r}"
        )


def _of_layer(attention: PerLayer, layer: int, regularizer: EntropyRegularizer) -> Tensor:
    if isinstance(attention, Mapping):
        if layer not in attention:
            raise ValueError(f"attention lacks layer {layer}; it has layers {sorted(attention)}")
    elif len(attention) != regularizer.num_layers:
        raise ValueError(
            f"attention holds {len(attention)} layers; expected {regularizer.num_layers}, or a "
            "mapping of layer to tensor. A model of Transformers gives its attentions after "
            'set_attn_implementation("eager") only; regularized_loss needs none'
        )
    return attention[layer]
