"""Reward models that are torch modules, trained on comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from infometer.estimators.fitting import FitHistory, fit_module
from infometer.estimators.placement import as_model_tensor, model_device
from infometer.estimators.training_run import module_modes
from infometer.preferences.comparison_graph import Kind

__all__ = ["NeuralReward", "bradley_terry_loss", "fit_reward_module"]

BATCH = 4096


def bradley_terry_loss(
    r_first: Tensor,
    r_second: Tensor,
    outcomes: Tensor,
    *,
    kind: Kind = "binary",
    beta: float = 1.0,
) -> Tensor:
    r"""Mean −log-likelihood of comparisons, in nats, with Δ = r_first − r_second.

    .. math:: -y \log \sigma(\beta\Delta) - (1 - y) \log \sigma(-\beta\Delta)
        \quad \text{or} \quad
        -\log \beta - \log \sigma(\beta(\delta - \Delta)) - \log \sigma(-\beta(\delta - \Delta))

    for labels y and for strengths of preference δ, which follow a logistic law of scale 1/β around
    Δ.

    Parameters
    ----------
    r_first, r_second : Tensor, shape (b,)
    outcomes : Tensor, shape (b,)
        Binary: y from 0 to 1, ½ for a tie, and the share of raters who prefer the first where there
        are several. Cardinal: δ.
    kind : {"binary", "cardinal"}
    beta : float
        Inverse temperature of the choices.

    Returns
    -------
    Tensor, a scalar

    References
    ----------
    T. Qiu et al., "Reward generalization in RLHF: a topological perspective", Findings of ACL
    (2025), section 3.

    Examples
    --------
    >>> r = torch.zeros(2)
    >>> round(bradley_terry_loss(r, r, torch.tensor([1.0, 0.5])).item(), 6)
    0.693147
    """
    margin = beta * (r_first - r_second)
    if kind == "binary":
        return binary_cross_entropy_with_logits(margin, outcomes.to(margin))
    z = beta * outcomes.to(margin) - margin
    return (softplus(z) + softplus(-z)).mean() - float(np.log(beta))


@dataclass(frozen=True, eq=False)
class NeuralReward:
    """A trained module as a reward, centred: its mean over what it was trained on is 0.

    Parameters
    ----------
    module : torch.nn.Module
    shift : float
        Taken off the module's output.
    history : FitHistory
    """

    module: nn.Module
    shift: float
    history: FitHistory

    def reward(self, X: Any) -> np.ndarray:
        """The reward of each row of X, (n, ...), with the module in evaluation mode. Shape (n,)."""
        return _outputs(self.module, X) - self.shift


def fit_reward_module(
    module: nn.Module,
    first: Any,
    second: Any,
    outcomes: Any,
    *,
    kind: Kind = "binary",
    beta: float = 1.0,
    validation: Sequence[Any] | None = None,
    random_state: Any = 0,
    **training: Any,
) -> NeuralReward:
    """Train a module, in place, that gives one number a row, by `bradley_terry_loss`.

    Both sides of a batch go through the module in one pass. Rewards are known up to a constant:
    they are centred afterwards.

    Parameters
    ----------
    module : torch.nn.Module
        Of rows (b, ...) it gives (b,) or (b, 1).
    first, second : ndarray or Tensor, shape (m, ...)
        What was shown first, and second: features, or tokens.
    outcomes : array, shape (m,)
        Labels from 0 to 1, or strengths δ of ``kind="cardinal"``; none missing.
    kind : {"binary", "cardinal"}
    beta : float
    validation : (first, second, outcomes), optional
        Held-out comparisons, for ``patience``.
    random_state : int, None, RandomState or Generator
    **training
        Of `infometer.estimators.fitting.fit_module`: lr, patience, checkpoint, device, … By default
        ``max_epochs=20`` and ``batch_size=128``.

    Returns
    -------
    NeuralReward

    Raises
    ------
    ValueError
        For outcomes that are missing or out of range, sides of different shapes, β that is not
        above 0, and a module that gives no single number a row.

    Examples
    --------
    Of many raters, a share as large as each reward difference says prefers the first:

    >>> a, b = np.random.default_rng(0).normal(size=(2, 512, 2))
    >>> share = 1 / (1 + np.exp(-(a - b) @ [2, -1]))
    >>> fitted = fit_reward_module(nn.Linear(2, 1), a, b, share, lr=0.1, max_epochs=40)
    >>> [round(w, 1) for w in fitted.module.weight[0].tolist()]
    [2.0, -1.0]
    >>> float(fitted.reward(np.concatenate([a, b])).mean().round(6)) + 0.0
    0.0
    """
    if not (np.isfinite(beta) and beta > 0):
        raise ValueError(f"beta is {beta}; it must be above 0")
    if kind not in ("binary", "cardinal"):
        raise ValueError(f"kind is {kind!r}; it must be 'binary' or 'cardinal'")
    _outputs(module, first[:2])
    data = _comparisons(module, (first, second, outcomes), kind, "first, second and outcomes")
    held_out = None if validation is None else _comparisons(module, validation, kind, "validation")
    if "max_steps" not in training:
        training.setdefault("max_epochs", 20)
    history = fit_module(
        module,
        partial(_loss, kind=kind, beta=beta),
        data,
        validation=held_out,
        random_state=random_state,
        **{"batch_size": 128, **training},
    )
    shift = np.concatenate([_outputs(module, side) for side in data[:2]]).mean()
    return NeuralReward(module, float(shift), history)


def _loss(
    module: nn.Module, first: Tensor, second: Tensor, outcomes: Tensor, *, kind: Kind, beta: float
) -> Tensor:
    r_first, r_second = module(torch.cat([first, second])).reshape(-1).chunk(2)
    return bradley_terry_loss(r_first, r_second, outcomes, kind=kind, beta=beta)


def _outputs(module: nn.Module, X: Any) -> np.ndarray:
    """One number a row, in evaluation mode and in batches. Shape (n,)."""
    rows, device, found = as_model_tensor(module, X), model_device(module), []
    with module_modes(module, train=False), torch.no_grad():
        for batch in rows.split(BATCH):
            values = module(batch.to(device))
            if values.shape not in ((len(batch),), (len(batch), 1)):
                raise ValueError(
                    f"module gives shape {tuple(values.shape)} for {len(batch)} rows; expected "
                    f"({len(batch)},) or ({len(batch)}, 1), one number a row"
                )
            found.append(values.reshape(-1).double().cpu().numpy())
    return np.concatenate(found)


def _comparisons(module: nn.Module, given: Sequence[Any], kind: Kind, name: str) -> list[Tensor]:
    first, second, outcomes = (as_model_tensor(module, side) for side in given)
    if first.shape != second.shape or outcomes.shape != first.shape[:1]:
        raise ValueError(
            f"{name} have the shapes {tuple(first.shape)}, {tuple(second.shape)} and "
            f"{tuple(outcomes.shape)}; expected (m, ...) twice and (m,)"
        )
    if not bool(torch.isfinite(outcomes).all()):
        raise ValueError(
            f"outcomes of {name} hold values that are not finite; leave skipped comparisons out"
        )
    if kind == "binary" and not bool(((outcomes >= 0) & (outcomes <= 1)).all()):
        raise ValueError(
            f"outcomes of {name} are not all from 0 to 1; for strengths give kind='cardinal'"
        )
    return [first, second, outcomes]
