"""V-entropy and V-information from the log-probabilities of two models, item by item."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from infometer.contracts import Estimate, Finding
from infometer.estimators.predictive.mean_estimate import mean_estimate
from infometer.extras import axes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["VInformation", "v_entropy", "v_information"]

BITS = math.log(2.0)


@dataclass(frozen=True, eq=False, repr=False)
class VInformation:
    """How much a predictive family V can read off X about Y: as a mean, and item by item.

    Parameters
    ----------
    information : Estimate
        I_V(X→Y) = H_V(Y|∅) - H_V(Y|X), the mean of `pvi`.
    null_entropy, conditional_entropy : Estimate
        H_V(Y|∅) and H_V(Y|X).
    log_p, log_p_null : ndarray, shape (n,)
        log g'[x_i](y_i) and log g[∅](y_i), nats, of models that have not seen item i.
    labels, predicted : ndarray, shape (n,), optional
    probabilities : ndarray, shape (n, K), optional
        g'[x_i], out of sample, with columns in the order of `classes`.
    classes : tuple
    in_sample : Estimate, optional
        The same figure on the items that the models were trained on: `gap` is what it is too high.
    seed_spread : float, optional
        Standard deviation of the figure over random seeds of training, nats.
    findings : tuple of Finding

    Examples
    --------
    >>> v_information([-0.1, -0.2, -0.3], [-0.7, -0.7, -0.7])
    VInformation(I_V(X→Y) 0.721 ± 0.083 bits of 1.010, n=3)
    """

    information: Estimate
    null_entropy: Estimate
    conditional_entropy: Estimate
    log_p: np.ndarray
    log_p_null: np.ndarray
    labels: np.ndarray | None = None
    predicted: np.ndarray | None = None
    probabilities: np.ndarray | None = None
    classes: tuple[Any, ...] = ()
    in_sample: Estimate | None = None
    seed_spread: float | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def pvi(self) -> np.ndarray:
        """log g'[x_i](y_i) - log g[∅](y_i), nats, shape (n,)."""
        return self.log_p - self.log_p_null

    @property
    def correct(self) -> np.ndarray | None:
        """Whether g' guesses each label; None where its guesses are not known."""
        if self.predicted is None or self.labels is None:
            return None
        return self.predicted == self.labels

    @property
    def accuracy(self) -> float | None:
        """Share of labels that g' guesses."""
        return None if self.correct is None else float(self.correct.mean())

    @property
    def gap(self) -> float | None:
        """In-sample less held-out V-information, nats: what overfitting adds."""
        return None if self.in_sample is None else self.in_sample.value - self.information.value

    def __repr__(self) -> str:
        figure = self.information
        error = "" if figure.standard_error is None else f" ± {figure.standard_error / BITS:.3f}"
        right = "" if self.accuracy is None else f", {100 * self.accuracy:.1f} % guessed"
        return (
            f"VInformation({figure.quantity} {figure.bits:.3f}{error} bits of "
            f"{self.null_entropy.bits:.3f}{right}, n={len(self.log_p)})"
        )

    def to_dict(self) -> dict[str, Any]:
        """The figures of the whole set: estimates as mappings, nats."""
        return {
            "information": self.information.to_dict(),
            "null_entropy": self.null_entropy.to_dict(),
            "conditional_entropy": self.conditional_entropy.to_dict(),
            "accuracy": self.accuracy,
            "gap_nats": self.gap,
            "seed_spread_nats": self.seed_spread,
        }

    def to_frame(self) -> pd.DataFrame:
        """One row an item: its label and guess where known, its entropies and PVI in bits."""
        import pandas as pd

        known = {"label": self.labels, "predicted": self.predicted, "correct": self.correct}
        return pd.DataFrame(
            {name: column for name, column in known.items() if column is not None}
            | {
                "null_entropy_bits": -self.log_p_null / BITS,
                "conditional_entropy_bits": -self.log_p / BITS,
                "pvi_bits": self.pvi / BITS,
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw how the pointwise values spread, in bits, right and wrong guesses apart.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes
        """
        ax = axes(ax, 6, 3)
        bits, correct = self.pvi / BITS, self.correct
        low, high = np.percentile(bits, 1), bits.max()
        edges = np.linspace(min(low, high - 1e-6), high + 1e-9, 41)
        shown = np.maximum(bits, edges[0])
        if correct is None:
            ax.hist(shown, edges, color="C0", label="items")
        else:
            parts, colors = [shown[correct], shown[~correct]], ["C0", "C3"]
            ax.hist(parts, edges, stacked=True, color=colors, label=["guessed right", "wrong"])
        mean = self.information.bits
        ax.axvline(mean, color="black", lw=1.2, label=f"mean {mean:.2f} bits")
        ax.axvline(0.0, color="0.6", lw=0.8, ls="--")
        ax.set(xlabel="pointwise V-information (bits; lowest percent in the first bar)")
        ax.set_ylabel("items")
        ax.legend(frameon=False)
        return ax


def _read_log_probabilities(values: Any, base: float, name: str) -> np.ndarray:
    logs = np.asarray(values, dtype=float)
    if logs.ndim != 1 or not len(logs):
        raise ValueError(
            f"{name} has shape {logs.shape}; expected the log-probability of each item's own "
            "label, shape (n,); of class probabilities take label_log_probabilities"
        )
    bad = np.flatnonzero(~np.isfinite(logs))
    if len(bad):
        raise ValueError(
            f"{name} has {len(bad)} values that are NaN or infinite, the first at {bad[0]}; a "
            "probability of 0 has no finite log: floor it (label_log_probabilities does)"
        )
    if base <= 1:
        raise ValueError(f"base is {base}; it is that of the logarithms given, such as 2 or math.e")
    if len(logs) > 1 and (logs >= 0).all() and (logs > 0).any():
        raise ValueError(
            f"{name} has no value below 0 (from {logs.min():.3g} to {logs.max():.3g}); expected "
            "log p(y): entropies −log p need their sign turned, probabilities their logarithm"
        )
    return logs * math.log(base)


def v_entropy(
    log_p: Any, *, base: float = math.e, groups: Any = None, level: float = 0.95
) -> Estimate:
    """H_V(Y|X) = -E log g[x](y), of a model g from items that it was not trained on.

    It estimates E[-log g[x](y)] of this model without bias, so H_V(Y|X) = inf_g from above.

    Parameters
    ----------
    log_p : array-like, shape (n,)
        log g[x_i](y_i).
    base : float
        Of the logarithms given: math.e, or 2 for figures in bits.
    groups : array-like, shape (n,), optional
        Items of one group depend on each other.
    level : float
        Of the interval.

    Returns
    -------
    Estimate
        Nats.

    Raises
    ------
    ValueError
        For what are no finite logarithms of probabilities.

    References
    ----------
    Y. Xu, S. Zhao, J. Song, R. Stewart and S. Ermon, "A theory of usable information under
    computational constraints", ICLR (2020), definition 2.

    Examples
    --------
    >>> v_entropy([-1.0, -1.0, -2.0, -2.0], base=2).bits
    1.5
    """
    logs = _read_log_probabilities(log_p, base, "log_p")
    return mean_estimate(-logs, "H_V(Y|X)", groups=groups, level=level, unit="bits")


def v_information(
    log_p: Any,
    log_p_null: Any,
    *,
    base: float = math.e,
    groups: Any = None,
    level: float = 0.95,
) -> VInformation:
    r"""I_V(X→Y) = H_V(Y|∅) - H_V(Y|X) from the log-probabilities of two models on held-out items.

    .. math:: \mathrm{PVI}(x \to y) = \log g'[x](y) - \log g[\varnothing](y),
        \qquad \hat I_V = \tfrac1n \sum_i \mathrm{PVI}(x_i \to y_i).

    The mean is unbiased for this pair of models. For I_V itself it is too low by the excess risk of
    g' less that of g: an overfitted g' can bring it below 0.

    Parameters
    ----------
    log_p : array-like, shape (n,)
        log g'[x_i](y_i), of the model that sees x.
    log_p_null : array-like, shape (n,)
        log g[∅](y_i), of the model of the same family trained without x.
    base : float
        Of the logarithms given: math.e, or 2 for figures in bits.
    groups : array-like, shape (n,), optional
        Items of one group depend on each other.
    level : float
        Of the intervals.

    Returns
    -------
    VInformation
        With the p-value of no usable information (one-sided, Student).

    Raises
    ------
    ValueError
        For what are no finite logarithms of probabilities, or for unequal lengths.

    References
    ----------
    K. Ethayarajh, Y. Choi and S. Swayamdipta, "Understanding dataset difficulty with V-usable
    information", ICML (2022), eqs. 3 and 4.

    Examples
    --------
    A bit sent through a channel that flips one in ten:

    >>> right, wrong = math.log(0.9), math.log(0.1)
    >>> found = v_information([right] * 9 + [wrong], [math.log(0.5)] * 10)
    >>> round(found.information.bits, 6), (found.pvi[[0, 9]] / math.log(2)).round(6).tolist()
    (0.531004, [0.847997, -2.321928])
    """
    seen = _read_log_probabilities(log_p, base, "log_p")
    null = _read_log_probabilities(log_p_null, base, "log_p_null")
    if seen.shape != null.shape:
        raise ValueError(
            f"log_p has {len(seen)} items and log_p_null {len(null)}; both models are asked for "
            "the same items"
        )
    shared: dict[str, Any] = {"groups": groups, "level": level, "unit": "bits"}
    null_entropy = mean_estimate(-null, "H_V(Y|∅)", **shared)
    information = mean_estimate(seen - null, "I_V(X→Y)", tested=True, **shared)
    conditional = mean_estimate(-seen, "H_V(Y|X)", **shared)
    return VInformation(information, null_entropy, conditional, seen, null)
