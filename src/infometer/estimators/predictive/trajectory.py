"""V-information epoch by epoch: overfitting turns it negative while accuracy still rises."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from infometer.contracts import Estimate
from infometer.estimators.predictive.labels import read_labels
from infometer.estimators.predictive.log_score_information import v_information
from infometer.estimators.predictive.probabilities import label_log_probabilities
from infometer.extras import axes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EpochTrajectory", "epoch_trajectory"]

BITS = math.log(2.0)


@dataclass(frozen=True, eq=False)
class EpochTrajectory:
    """What a classifier knew of held-out items at the end of each epoch of its training.

    Parameters
    ----------
    information : tuple of Estimate
        I_V(X→Y), nats, of each epoch.
    accuracy : tuple of float
    null_entropy : Estimate
        H_V(Y|∅) by the class frequencies of the training items.
    """

    information: tuple[Estimate, ...]
    accuracy: tuple[float, ...]
    null_entropy: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Estimates as mappings, nats, and accuracies."""
        return {
            "information": [estimate.to_dict() for estimate in self.information],
            "accuracy": list(self.accuracy),
            "null_entropy": self.null_entropy.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row an epoch, from 1 on: V-information with its error in bits, and accuracy."""
        import pandas as pd

        errors = [estimate.standard_error for estimate in self.information]
        return pd.DataFrame(
            {
                "epoch": range(1, len(self.information) + 1),
                "information_bits": [estimate.bits for estimate in self.information],
                "standard_error_bits": [math.nan if e is None else e / BITS for e in errors],
                "accuracy": self.accuracy,
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw V-information in bits and accuracy by epoch.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes
            Of V-information; accuracy has a scale of its own on the right.
        """
        ax = axes(ax, 6, 3)
        frame = self.to_frame()
        ax.errorbar(
            frame["epoch"], frame["information_bits"], frame["standard_error_bits"], fmt="o-"
        )
        ax.axhline(0.0, color="0.6", lw=0.8, ls="--")
        ax.set(xlabel="epoch", ylabel="V-information (bits)")
        right = ax.twinx()
        right.plot(frame["epoch"], frame["accuracy"], "s--", color="C1")
        right.set_ylabel("accuracy", color="C1")
        return ax


def epoch_trajectory(
    classifier: Any,
    X: Any,
    y: Any,
    X_test: Any,
    y_test: Any,
    *,
    groups: Any = None,
    floor: float = 1e-12,
) -> EpochTrajectory:
    """Train a clone of a classifier, and measure V-information on other items after each epoch.

    Parameters
    ----------
    classifier : classifier
        That tells its epochs through ``on_epoch(epoch, classifier)``, as `ModuleClassifier` and
        `TextTransformerClassifier` do; its own ``on_epoch`` is not called.
    X, y : array-like
        Items to train on, and their labels.
    X_test, y_test : array-like
        Items to measure on.
    groups : array-like, shape (m,), optional
        Of the items to measure on: those of one group depend on each other.
    floor : float
        Least probability of a label that is taken as it is.

    Returns
    -------
    EpochTrajectory

    Raises
    ------
    ValueError
        For a classifier without epochs, or labels that it is not trained on.

    References
    ----------
    K. Ethayarajh, Y. Choi and S. Swayamdipta, "Understanding dataset difficulty with V-usable
    information", ICML (2022), section 4.1.

    Examples
    --------
    >>> from torch import nn
    >>> from infometer.estimators.neural import ModuleClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((400, 2))
    >>> y = X[:, 0] > 0
    >>> linear = ModuleClassifier(nn.Linear, max_epochs=3, lr=0.1)
    >>> found = epoch_trajectory(linear, X[:200], y[:200], X[200:], y[200:])
    >>> frame = found.to_frame()
    >>> frame["epoch"].tolist(), bool(frame["information_bits"].is_monotonic_increasing)
    ([1, 2, 3], True)
    """
    if "on_epoch" not in getattr(classifier, "get_params", dict)():
        raise ValueError(
            f"classifier is {classifier!r}; expected one that tells its epochs through on_epoch, "
            "such as infometer.estimators.neural.ModuleClassifier"
        )
    labels = read_labels(y, len(y))
    asked = read_labels(y_test, len(y_test), "y_test")
    classes, counts = np.unique(labels, return_counts=True)
    shares = np.tile(counts / len(labels), (len(asked), 1))
    null = label_log_probabilities(shares, asked, classes.tolist()).values
    told, accuracy = [], []

    def on_epoch(epoch: int, current: Any) -> None:
        p = current.predict_proba(X_test)
        own = label_log_probabilities(p, asked, current.classes_.tolist(), floor=floor)
        told.append(v_information(own.values, null, groups=groups))
        accuracy.append(float(np.mean(current.classes_[p.argmax(axis=1)] == asked)))

    clone(classifier).set_params(on_epoch=on_epoch).fit(X, labels)
    return EpochTrajectory(
        tuple(one.information for one in told), tuple(accuracy), told[-1].null_entropy
    )
