"""Partial information by trained networks (BATCH): classifiers and an alignment of their rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from infometer.contracts import Estimate
from infometer.estimators.fitting import fit_module
from infometer.estimators.neural.alignment import (
    aligned_law,
    common_masses,
    conditional_law_information,
)
from infometer.estimators.neural.critics import perceptron
from infometer.estimators.neural.held_out import Parts, held_out_parts
from infometer.estimators.neural.scaling import scaled
from infometer.estimators.partial_estimate import FIGURES, WEIGHTS, PartialEstimate
from infometer.estimators.seeded import seeded
from infometer.estimators.views import View
from infometer.resampling import integer_seed, student_interval

__all__ = ["Alignment", "aligned_information"]

HIDDEN, DIMENSION, BATCH, ALIGNED = 64, 10, 256, 128
HELD_OUT, VALIDATION = 0.4, 0.15
CLASSIFIER_STEPS, ALIGNMENT_STEPS, PATIENCE = 1000, 60, 10
FEWEST = 20
"""Rows of each label: they are parted into training, calibration and measurement."""
STEEPEST = 4.0
"""Scores beyond this would take Sinkhorn's sweeps, and training would find laws that miss P."""
NETWORKS = (
    "the unique parts are those of the best alignment that was found: they are rather too large, "
    "redundancy and synergy too small; intervals are those of the trained networks, not of training"
)


class Features(NamedTuple):
    """Both views as columns for a network, and the labels."""

    first: np.ndarray
    second: np.ndarray
    labels: np.ndarray


class Alignment(nn.Module):
    """Scores e1(x1, y) · e2(x2, y) / √10 of every pair of rows for every class, within ±4.

    Parameters
    ----------
    d1, d2 : int
        Columns of the views.
    n_classes : int

    Examples
    --------
    >>> tuple(Alignment(3, 2, n_classes=4)(torch.ones(5, 3), torch.ones(6, 2)).shape)
    (5, 6, 4)
    """

    def __init__(self, d1: int, d2: int, n_classes: int) -> None:
        super().__init__()
        self.n_classes = n_classes
        self.towers = nn.ModuleList(
            perceptron([d, HIDDEN, HIDDEN, n_classes * DIMENSION]) for d in (d1, d2)
        )

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Scores, shape (n1, n2, k)."""
        e1, e2 = (
            tower(x).reshape(len(x), self.n_classes, DIMENSION)
            for tower, x in zip(self.towers, (first, second), strict=True)
        )
        raw = torch.einsum("ikd,jkd->ijk", e1, e2) / math.sqrt(DIMENSION)
        return STEEPEST * torch.tanh(raw / STEEPEST)


def aligned_information(
    first: View, second: View, labels: np.ndarray, level: float, unit: str, random_state: int
) -> PartialEstimate:
    r"""Redundant, unique and synergistic information by networks, where counting is hopeless.

    Classifiers p(y|x1), p(y|x2), p(y|x1,x2) are trained, calibrated by one temperature on
    other rows, and measured on rows of neither: I(X;Y) is H(Y) less their log-loss. Of each batch
    of those, the law Q(i, j, y) with the marginals p(y|x1_i) and p(y|x2_j), both brought to one
    mass for each class, is found with the scores that were trained to make it tell least,

    .. math:: I_\cup = \tfrac12 (I(X_1;Y) + I_Q(X_2;Y|X_1) + I(X_2;Y) + I_Q(X_1;Y|X_2)).

    Parameters
    ----------
    first, second : View
    labels : ndarray of int, shape (n,)
    level : float
    unit : {"nats", "bits"}
    random_state : int

    Returns
    -------
    PartialEstimate
        Intervals are from the spread over batches of held-out rows; none below four batches.

    Raises
    ------
    ValueError
        If a label has fewer than 20 rows.

    References
    ----------
    P. P. Liang et al., "Quantifying & modeling multimodal interactions: an information
    decomposition framework", NeurIPS 2023, section 3.2. Its rows and columns cannot both be met
    where the two classifiers give a class different masses; here they are made the same.

    Examples
    --------
    >>> from infometer.estimators.views import read_views
    >>> x1, x2 = np.random.default_rng(0).integers(0, 2, (2, 500))
    >>> views = read_views(x1=(x1, "auto"), x2=(x2, "auto"))
    >>> found = aligned_information(*views, x1 ^ x2, 0.95, "nats", 0)
    >>> bool(abs(found.synergy.value - 0.693) < 0.05)
    True
    """
    rows_of_label = np.bincount(labels)
    if rows_of_label.min() < FEWEST:
        raise ValueError(
            f"y has {int((rows_of_label < FEWEST).sum())} labels with fewer than {FEWEST} rows "
            f"(one has {int(rows_of_label.min())}), too few to train, calibrate and measure on: "
            "merge rare labels, leave their rows out, or take method='cluster'"
        )
    columns = Features(_columns(first), _columns(second), labels)
    parts = held_out_parts(len(labels), HELD_OUT, VALIDATION, random_state)
    views = (columns.first, columns.second, np.hstack(columns[:2]))
    logs = [
        _log_probabilities(name, view, labels, parts, random_state)
        for name, view in zip(("x1", "x2", "both"), views, strict=True)
    ]
    model = _trained_alignment(columns, logs[:2], parts, random_state)
    batches = np.array_split(parts.held_out, max(1, len(parts.held_out) // BATCH))
    figures = np.array([_batch_atoms(model, columns, logs, rows) for rows in batches])
    return _estimates(figures, len(labels), level, unit)


def _columns(view: View) -> np.ndarray:
    """Numbers in one scale and labels as indicators, in single precision, at least one column."""
    parts = [np.eye(codes.max() + 1, dtype=np.float32)[codes] for codes in view.labels.T]
    if view.numbers.shape[1]:
        parts.append(scaled(view.numbers, "standard", view.name))
    return np.hstack(parts) if parts else np.zeros((len(view), 1), dtype=np.float32)


def _log_probabilities(
    name: str, view: np.ndarray, labels: np.ndarray, parts: Parts, seed: int
) -> np.ndarray:
    """Calibrated log p(y|x) of all rows (n, k) by a classifier trained on the first part."""
    with seeded(seed, "classifier", name):
        model = perceptron([view.shape[1], HIDDEN, HIDDEN, int(labels.max()) + 1])
    train, validation = ((view[rows], labels[rows]) for rows in parts[:2])
    fit_module(
        model, lambda net, x, y: cross_entropy(net(x), y), train, max_steps=CLASSIFIER_STEPS,
        batch_size=BATCH, validation=validation, patience=PATIENCE,
        random_state=integer_seed(seed, "classifier", name, "training"),
    )  # fmt: skip
    with torch.no_grad():
        logits = model(torch.as_tensor(view)).double()
    targets = torch.as_tensor(labels)

    def loss(log_temperature: float) -> float:
        cooled = logits[parts.validation] * math.exp(-log_temperature)
        return float(cross_entropy(cooled, targets[parts.validation]))

    found = minimize_scalar(loss, bounds=(-1.0, 4.0), method="bounded")
    return np.asarray((logits * math.exp(-found.x)).log_softmax(1).clamp(min=-30.0))


def _trained_alignment(
    columns: Features, logs: Sequence[np.ndarray], parts: Parts, seed: int
) -> Alignment:
    with seeded(seed, "alignment"):
        n_classes = int(columns.labels.max()) + 1
        model = Alignment(columns.first.shape[1], columns.second.shape[1], n_classes)

    def loss(model: Alignment, x1: Tensor, x2: Tensor, p1: Tensor, p2: Tensor) -> Tensor:
        law = aligned_law(model(x1, x2), *common_masses(p1, p2))
        return conditional_law_information(law)[0]

    rows = parts.train
    probabilities = [np.exp(log[rows]).astype(np.float32) for log in logs]
    fit_module(
        model, loss, [columns.first[rows], columns.second[rows], *probabilities],
        max_steps=ALIGNMENT_STEPS, batch_size=ALIGNED, lr=1e-2,
        random_state=integer_seed(seed, "alignment", "training"),
    )  # fmt: skip
    return model


def _batch_atoms(
    model: Alignment, columns: Features, logs: Sequence[np.ndarray], rows: np.ndarray
) -> np.ndarray:
    """The atoms of one batch, shape (4,), in nats."""
    labels = columns.labels
    shares = np.bincount(labels, minlength=int(labels.max()) + 1) / len(labels)
    told = [float((log[rows, labels[rows]] - np.log(shares[labels[rows]])).mean()) for log in logs]
    p1, p2 = (torch.as_tensor(np.exp(log[rows])) for log in logs[:2])
    with torch.no_grad():
        scores = model(*(torch.as_tensor(view[rows]) for view in columns[:2])).double()
        beyond = conditional_law_information(aligned_law(scores, *common_masses(p1, p2)))
    union = (told[0] + told[1] + float(beyond[0]) + float(beyond[1])) / 2
    return np.array([told[0] + told[1] - union, union - told[1], union - told[0], told[2] - union])


def _estimates(figures: np.ndarray, n: int, level: float, unit: str) -> PartialEstimate:
    """One estimate for each atom and sum from the atoms (batches, 4)."""
    values, count = figures @ WEIGHTS.T, len(figures)
    made = {}
    for (name, quantity), column in zip(FIGURES.items(), values.T, strict=True):
        value, error = float(column.mean()), None
        if count >= 4:
            error = float(column.std(ddof=1) / math.sqrt(count))
        made[name] = Estimate(
            quantity, value, unit=unit, standard_error=error, level=level, n_samples=n,
            interval=None if error is None else student_interval(value, error, count - 1, level),
            method="BATCH", parameters={"batches": count},
            warnings=(NETWORKS,) if error is not None else (NETWORKS, _few(count)),
        )  # fmt: skip
    return PartialEstimate(**made, unit=unit)


def _few(count: int) -> str:
    return f"no interval: {count} batches of held-out rows; four need some {10 * BATCH} rows"
