"""What the next comparison of a pair is expected to tell about the rewards, in nats."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy.special import entr

from infometer.preferences.comparison_graph import ComparisonGraph
from infometer.preferences.designs import as_posterior
from infometer.preferences.label_law import averaged_label
from infometer.preferences.posterior import RewardPosterior

__all__ = ["gaussian_gain", "information_gain", "label_gain"]


def gaussian_gain(variance: np.ndarray, noise_variance: np.ndarray | float) -> np.ndarray:
    r"""Information of one comparison with Gaussian noise about rewards: nats.

    .. math:: I = \tfrac12 \ln(1 + R_{uv} / s^2)

    Parameters
    ----------
    variance : ndarray, shape (p,)
        R of the difference of rewards before the comparison; ∞ where nothing is known of it.
    noise_variance : ndarray or float
        s² of the comparison.

    Returns
    -------
    ndarray, shape (p,)

    Examples
    --------
    >>> gaussian_gain(np.array([2.0]), 1.0).round(6).tolist()
    [0.549306]
    """
    return np.asarray(0.5 * np.log1p(np.asarray(variance) / noise_variance))


def label_gain(
    mean: np.ndarray, variance: np.ndarray, beta: float, log_tie: float = -np.inf
) -> np.ndarray:
    r"""Information of one label about the difference of two rewards (BALD): nats, at most ln 2.

    .. math:: I = H(\mathbb E\, p) - \mathbb E\, H(p), \qquad p = \sigma(\beta (m + \sqrt R z)),
        \quad z \sim N(0, 1)

    With ties the label has three values, H three terms, and the most is ln 3.

    Parameters
    ----------
    mean, variance : ndarray, shape (p,)
        Of the difference of rewards.
    beta : float
        Inverse temperature of the choices.
    log_tie : float
        log ν of Davidson's ties; −∞ where labels are never ties.

    Returns
    -------
    ndarray, shape (p,)

    References
    ----------
    Houlsby, Huszár, Ghahramani and Lengyel, "Bayesian active learning for classification and
    preference learning", arXiv 1112.5745, 2011, eq. 2.

    Examples
    --------
    >>> label_gain(np.array([0.0]), np.array([0.5]), beta=1.0).round(6).tolist()
    [0.053196]
    """
    label = averaged_label(beta * np.asarray(mean), beta * np.sqrt(variance), log_tie)
    return np.asarray(np.maximum(entr(label.probabilities).sum(axis=0) - label.entropy, 0.0))


def information_gain(
    posterior: RewardPosterior | ComparisonGraph,
    pairs: Any,
    label: Literal["binary", "cardinal"] = "binary",
) -> np.ndarray:
    """What one more comparison of each pair is expected to tell about the rewards: nats.

    `label_gain` of a choice, `gaussian_gain` of a strength with the graph's noise; infinite for a
    strength, ln 2 for a choice, where nothing joins the two items yet.

    Parameters
    ----------
    posterior : RewardPosterior or ComparisonGraph
        A graph stands for its posterior; without outcomes for that of a design.
    pairs : array of int, shape (p, 2)
    label : {"binary", "cardinal"}
        What the next comparison will give: which is preferred, or by how much. Where answers so far
        ended in ties the next may as well. The position effect and raters are left aside.

    Returns
    -------
    ndarray, shape (p,)

    Examples
    --------
    >>> from infometer.preferences import ComparisonGraph
    >>> graph = ComparisonGraph(n_items=3, pairs=[(0, 1)], outcomes=[1], prior_precision=1.0)
    >>> information_gain(graph, [(0, 1), (0, 2)]).round(4).tolist()
    [0.1127, 0.1439]
    >>> information_gain(graph, [(0, 1), (0, 2)], label="cardinal").round(4).tolist()
    [0.1754, 0.2227]
    """
    if label not in ("binary", "cardinal"):
        raise ValueError(f"label is {label!r}; it must be 'binary' or 'cardinal'")
    belief = as_posterior(posterior)
    variance, graph = belief.pair_variance(pairs), belief.graph
    if label == "cardinal":
        return gaussian_gain(variance, 1.0 / graph.strength_precision)
    gains, joined = np.full(len(variance), np.log(2.0)), np.isfinite(variance)
    mean = belief.pair_mean(pairs)[joined]
    gains[joined] = label_gain(mean, variance[joined], graph.beta, belief.log_tie)
    return gains
