"""Usable information on held-out items while a classifier trains, beside its accuracy."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from infometer.contracts import Finding, OverconfidenceWarning
from infometer.estimators.predictive import VInformation, v_information
from infometer.estimators.predictive.mean_estimate import mean_estimate
from infometer.tracing.activations import Inputs, record_activations

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CurvePoint", "VInformationCurve"]

BITS = float(np.log(2.0))


@dataclass(frozen=True, eq=False)
class CurvePoint:
    """What the model knew about the held-out items after `step` optimiser steps."""

    step: int
    found: VInformation

    @property
    def metrics(self) -> dict[str, float]:
        """The figures that a trainer logs, by name; bits."""
        return {
            "held_out/v_information_bits": self.found.information.bits,
            "held_out/conditional_entropy_bits": self.found.conditional_entropy.bits,
            "held_out/accuracy": float(self.found.accuracy or 0.0),
        }


class VInformationCurve:
    r"""The V-information of a classifier on held-out items, step by step of its training.

    .. math:: \hat I_V(s) = \hat H(Y) - \tfrac1n \sum_i -\log g_s[x_i](y_i)

    of the model g_s after s steps. It falls where The model grows more certain than right., which
    accuracy does not show: `OverconfidenceWarning` says so once, when the figure is below its best
    by more than the 95 % interval of the paired difference, and accuracy is not.

    Parameters
    ----------
    inputs : Tensor or ndarray, shape (n, ...); or tuple or mapping of them
        Held out: positional or keyword arguments of the model, which gives logits of shape (n, K),
        bare or as ``output["logits"]``.
    labels : array-like of int, shape (n,)
        From 0 to K - 1.
    null_probabilities : array-like, shape (K,), optional
        g[∅], such as the shares of the classes in training; by default those in `labels`.
    batch_size : int

    Raises
    ------
    ValueError
        For labels that are no classes, or one that has no probability.

    References
    ----------
    K. Ethayarajh, Y. Choi and S. Swayamdipta, "Understanding dataset difficulty with V-usable
    information", ICML (2022), section 3.2.

    Examples
    --------
    >>> curve = VInformationCurve(np.zeros((4, 1)), [0, 1, 1, 1])
    >>> curve.measure(0, nn.Linear(1, 2)).null_entropy.bits
    0.8112781244591328
    """

    def __init__(
        self, inputs: Inputs, labels: Any, *, null_probabilities: Any = None, batch_size: int = 512
    ) -> None:
        self.inputs = inputs
        self.labels = _read_labels(labels)
        self.null = _read_null(null_probabilities, self.labels)
        self.batch_size = batch_size
        self.points: list[CurvePoint] = []
        self.findings: tuple[Finding, ...] = ()

    def measure(self, step: int, model: nn.Module) -> VInformation:
        """Add the point of this step; the model is left bit for bit as it was.

        Parameters
        ----------
        step : int
        model : torch.nn.Module

        Returns
        -------
        VInformation
        """
        logits = record_activations(
            model, {"model": model}, self.inputs, what=_logits, batch_size=self.batch_size
        )["model"]
        if logits.ndim != 2 or len(logits) != len(self.labels) or logits.shape[1] != len(self.null):
            raise ValueError(
                f"the model gives shape {logits.shape} for {len(self.labels)} labels of "
                f"{len(self.null)} classes; expected logits of shape "
                f"({len(self.labels)}, {len(self.null)})"
            )
        log_p = torch.log_softmax(torch.from_numpy(logits).double(), dim=1).numpy()
        rows = np.arange(len(self.labels))
        found = v_information(log_p[rows, self.labels], np.log(self.null[self.labels]))
        found = replace(found, labels=self.labels, predicted=logits.argmax(axis=1))
        self.points.append(CurvePoint(step, found))
        self._look_for_overconfidence()
        return found

    def to_frame(self) -> pd.DataFrame:
        """One row a point: step, V-information with its standard error and interval, accuracy."""
        import pandas as pd

        return pd.DataFrame(
            point.found.information.to_row(step=point.step)
            | {
                "conditional_entropy_nats": point.found.conditional_entropy.value,
                "accuracy": point.found.accuracy,
            }
            for point in self.points
        )

    def _look_for_overconfidence(self) -> None:
        now = self.points[-1]
        best = max(self.points, key=lambda point: point.found.information.value)
        change = mean_estimate(now.found.pvi - best.found.pvi, "change of I_V(X→Y)")
        low, high = change.interval or (0.0, 0.0)
        accuracies = float(best.found.accuracy or 0.0), float(now.found.accuracy or 0.0)
        if not high < 0 or accuracies[1] < accuracies[0] or self.findings:
            return
        finding = Finding(
            "warning",
            f"step {now.step}",
            "the model grows more certain than right",
            f"Since step {best.step} V-information on held-out items fell by {-change.bits:.3f} "
            f"bits (95 % {-high / BITS:.3f} to {-low / BITS:.3f}), while accuracy went from "
            f"{100 * accuracies[0]:.1f} to {100 * accuracies[1]:.1f} %.",
            "Stop there, regularise more, or calibrate the probabilities.",
        )
        self.findings = (finding,)
        message = f"{finding.where}: {finding.what} {finding.evidence} {finding.remedy}"
        warnings.warn(message, OverconfidenceWarning, stacklevel=3)


def _logits(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> Tensor:
    return output if isinstance(output, Tensor) else output["logits"]


def _read_labels(labels: Any) -> np.ndarray:
    given = np.asarray(labels)
    if given.ndim != 1 or not len(given) or given.dtype.kind not in "iu" or given.min() < 0:
        raise ValueError(
            f"labels have shape {given.shape} and dtype {given.dtype}; expected classes from 0 on, "
            "shape (n,): the columns of the model's logits"
        )
    return given.astype(np.int64)


def _read_null(probabilities: Any, labels: np.ndarray) -> np.ndarray:
    if probabilities is None:
        probabilities = np.bincount(labels) / len(labels)
    null = np.asarray(probabilities, dtype=float)
    if null.ndim != 1 or not np.isclose(null.sum(), 1.0, atol=1e-4) or not (null >= 0).all():
        raise ValueError(
            f"null_probabilities are {null.tolist()}; expected one a class with the sum 1"
        )
    if labels.max() >= len(null) or (null[labels] == 0).any():
        raise ValueError(
            f"labels go to {labels.max()}, and null_probabilities are {null.tolist()}; expected "
            "one above 0 for every class that occurs"
        )
    return null
