"""What trained classifiers share: the loss, the rows to stop by, probabilities in batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import _check_sample_weight
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from infometer.estimators.fitting import FitHistory, fit_module
from infometer.estimators.neural.held_out import require_share
from infometer.estimators.placement import as_model_tensor, model_device
from infometer.estimators.training_run import module_modes
from infometer.resampling import integer_seed

__all__ = ["class_probabilities", "label_codes", "train_classifier"]


def label_codes(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The classes in order, and the place of each label among them.

    Parameters
    ----------
    labels : ndarray, shape (n,)

    Returns
    -------
    (ndarray, ndarray of int), shapes (K,) and (n,)

    Raises
    ------
    ValueError
        For one class alone.

    Examples
    --------
    >>> label_codes(np.array(["b", "a", "b"]))[1].tolist()
    [1, 0, 1]
    """
    classes, codes = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"y has the one class {classes.tolist()[0]!r}; a classifier is trained on at least 2"
        )
    return classes, codes


def train_classifier(
    estimator: Any,
    model: nn.Module,
    inputs: np.ndarray,
    codes: np.ndarray,
    sample_weight: Any,
    seed: int,
    on_epoch: Callable[[int], object] | None = None,
) -> FitHistory:
    r"""Minimise the weighted cross-entropy of a module that gives logits, in place.

    .. math:: \frac1n \sum_i w_i \, [-\log \mathrm{softmax}(f(x_i))_{y_i}], \qquad
        \frac1n \sum_i w_i = 1.

    Parameters
    ----------
    estimator : estimator
        Has ``max_epochs, batch_size, lr, patience, validation_fraction`` and ``device``.
    model : torch.nn.Module
        Inputs (b, ...) to logits (b, K).
    inputs : ndarray, shape (n, ...)
    codes : ndarray of int, shape (n,)
        Places of the labels among the classes.
    sample_weight : array-like, shape (n,), optional
    seed : int
    on_epoch : callable, optional
        ``on_epoch(epoch)`` at the end of each.

    Returns
    -------
    FitHistory

    Raises
    ------
    ValueError
        For weights that are negative, missing, or not one an item.
    """
    weights = _check_sample_weight(sample_weight, codes, dtype=float, ensure_non_negative=True)
    weights = weights / weights.mean()
    data = (inputs, codes, weights)
    train, stopping = _parts(codes, estimator.patience, estimator.validation_fraction, seed)
    per_epoch = math.ceil(len(train) / estimator.batch_size)

    def on_step(step: int, loss: float) -> None:
        if on_epoch is not None and step and step % per_epoch == 0:
            on_epoch(step // per_epoch)

    return fit_module(
        model,
        _weighted_cross_entropy,
        [column[train] for column in data],
        max_epochs=estimator.max_epochs,
        batch_size=estimator.batch_size,
        lr=estimator.lr,
        validation=None if stopping is None else [column[stopping] for column in data],
        patience=estimator.patience,
        on_step=on_step,
        random_state=integer_seed(seed, "training"),
        device=estimator.device,
    )


def class_probabilities(model: nn.Module, inputs: np.ndarray, batch_size: int) -> np.ndarray:
    """softmax of the module's logits, in evaluation mode.

    Parameters
    ----------
    model : torch.nn.Module
    inputs : ndarray, shape (n, ...)
    batch_size : int

    Returns
    -------
    ndarray, shape (n, K)
        In double precision.

    Examples
    --------
    >>> class_probabilities(nn.Identity(), np.array([[0.0, 0.0], [0.0, np.log(3.0)]]), 1)
    array([[0.5 , 0.5 ],
           [0.25, 0.75]])
    """
    return np.concatenate(list(_batches(model, inputs, batch_size)))


@torch.no_grad()
def _batches(model: nn.Module, inputs: np.ndarray, batch_size: int) -> Iterator[np.ndarray]:
    device = model_device(model)
    with module_modes(model, train=False):
        for start in range(0, len(inputs), batch_size):
            batch = as_model_tensor(model, inputs[start : start + batch_size])
            logits = model(batch.to(device))
            yield logits.cpu().double().softmax(dim=1).numpy()


def _weighted_cross_entropy(
    model: nn.Module, inputs: Tensor, codes: Tensor, weights: Tensor
) -> Tensor:
    losses = cross_entropy(model(inputs), codes, reduction="none")
    return (weights * losses).mean()


def _parts(
    codes: np.ndarray, patience: int | None, share: float, seed: int
) -> tuple[np.ndarray, np.ndarray | None]:
    """Rows to train on and rows to stop by, which stand only where `patience` asks for them."""
    rows = np.arange(len(codes))
    if patience is None:
        return rows, None
    require_share(share, "validation_fraction")
    rng = np.random.RandomState(integer_seed(seed, "validation") % 2**32)
    rare = np.bincount(codes).min() < 2
    train, stopping = train_test_split(
        rows, test_size=share, stratify=None if rare else codes, random_state=rng
    )
    return train, stopping
