"""Best of n: a reward model chooses among responses, and what that is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import gammaln

from infometer.extras import axes
from infometer.preferences.decoding import finite_numbers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BestOfNCurve", "best_of_n", "best_of_n_curve"]


@dataclass(frozen=True, eq=False, repr=False)
class BestOfNCurve:
    """What the best of n is worth, from `best_of_n_curve`.

    Parameters
    ----------
    n : ndarray of int, shape (k,)
    expected_reward : ndarray, shape (k,)
        Mean true reward of the chosen response.
    standard_error : ndarray, shape (k,)
        Over prompts; NaN for one.
    kl_bound : ndarray, shape (k,)
        log n − (n − 1)/n nats: at most so far is the best of n from the law of single responses.
    """

    n: np.ndarray
    expected_reward: np.ndarray
    standard_error: np.ndarray
    kl_bound: np.ndarray

    def __repr__(self) -> str:
        return (
            f"BestOfNCurve(reward {self.expected_reward[0]:.4g} at n = {self.n[0]} to "
            f"{self.expected_reward[-1]:.4g} at n = {self.n[-1]})"
        )

    def to_dict(self) -> dict[str, Any]:
        """The columns of `to_frame` as lists."""
        return {str(name): values for name, values in self.to_frame().to_dict("list").items()}

    def to_frame(self) -> pd.DataFrame:
        """One row for every n."""
        import pandas as pd

        return pd.DataFrame(
            {
                "n": self.n,
                "expected_reward": self.expected_reward,
                "standard_error": self.standard_error,
                "kl_bound_nats": self.kl_bound,
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the expected reward over n, with its standard errors."""
        ax = axes(ax, 5, 3)
        ax.errorbar(self.n, self.expected_reward, self.standard_error, marker=".", capsize=2)
        ax.set_xscale("log", base=2)
        ax.set(xlabel="n", ylabel="true reward of the best of n")
        return ax


def best_of_n(rewards: Any) -> np.ndarray:
    """Which of N responses to each prompt has the highest reward: argmax_j r_ij.

    Parameters
    ----------
    rewards : array-like, shape (m, N)
        Finite; of ties the first is taken.

    Returns
    -------
    ndarray of int, shape (m,)

    Raises
    ------
    ValueError
        For other shapes, and rewards that are not finite.

    Examples
    --------
    >>> best_of_n([[0.1, 0.7, 0.3], [2.0, -1.0, 0.0]]).tolist()
    [1, 0]
    """
    return np.asarray(_reward_rows(rewards, "rewards").argmax(axis=1))


def best_of_n_curve(
    rewards: Any, true_rewards: Any, sizes: Sequence[int] | None = None
) -> BestOfNCurve:
    r"""Expected true reward of the response that a reward model finds best of n, without bias.

    .. math:: \hat E_n = \sum_{j=1}^{N} \frac{\binom{N-j}{n-1}}{\binom{N}{n}} \, r^*_{(j)},

    with :math:`r^*_{(j)}` the true reward of the response that the model ranks j-th: the mean over
    all subsets of n of the N responses. Ties of the model are broken at random, in expectation.

    Parameters
    ----------
    rewards, true_rewards : array-like, shape (m, N)
        The model's, and those it is judged by: m prompts, N responses each.
    sizes : sequence of int, optional
        n, from 1 to N; by default 1, 2, 4, … and N.

    Returns
    -------
    BestOfNCurve

    Raises
    ------
    ValueError
        For other shapes, rewards that are not finite, and sizes out of range.

    References
    ----------
    R. Nakano et al., "WebGPT", arXiv:2112.09332 (2021), appendix I: the estimator; A. Beirami et
    al., arXiv:2401.01879 (2024), theorem 1: the bound of the KL.

    Examples
    --------
    Of three responses the model ranks the worst first:

    >>> curve = best_of_n_curve([[3.0, 2.0, 1.0]], [[0.0, 3.0, 6.0]], sizes=[1, 2, 3])
    >>> curve.expected_reward.round(4).tolist()
    [3.0, 1.0, 0.0]
    >>> curve.kl_bound.round(4).tolist()
    [0.0, 0.1931, 0.4319]
    """
    model = _reward_rows(rewards, "rewards")
    true = _reward_rows(true_rewards, "true_rewards")
    if model.shape != true.shape:
        raise ValueError(
            f"rewards and true_rewards have the shapes {model.shape} and {true.shape}; expected "
            "the same, (m, N)"
        )
    m, most = model.shape
    n = np.array(sizes if sizes is not None else _doubling(most))
    if n.ndim != 1 or n.size == 0 or n.dtype.kind not in "iu" or n.min() < 1 or n.max() > most:
        raise ValueError(f"sizes are {sizes!r}; expected whole numbers from 1 to {most}")
    ranked = np.stack([_ranked(*rows) for rows in zip(model, true, strict=True)])
    each = ranked @ _order_weights(most, n).T
    spread = each.std(axis=0, ddof=1) / np.sqrt(m) if m > 1 else np.full(len(n), np.nan)
    return BestOfNCurve(n, each.mean(axis=0), spread, np.log(n) - (n - 1) / n)


def _doubling(most: int) -> list[int]:
    powers = [2**k for k in range(most.bit_length()) if 2**k < most]
    return [*powers, most]


def _ranked(model: np.ndarray, true: np.ndarray) -> np.ndarray:
    """True rewards by the model's rank, best first; those that tie all have their mean."""
    levels, level = np.unique(-model, return_inverse=True)
    means = np.bincount(level, true) / np.bincount(level)
    return np.asarray(np.repeat(means, np.bincount(level, minlength=len(levels))))


def _order_weights(most: int, n: np.ndarray) -> np.ndarray:
    """Probability that the j-th of `most` is the first of a subset of n. Shape (k, most)."""
    below = most - np.arange(1.0, most + 1)
    left = below - (n[:, None] - 1)
    possible = left >= 0
    left = np.where(possible, left, 0)
    log_choices = gammaln(below + 1) - gammaln(n[:, None]) - gammaln(left + 1)
    log_all = gammaln(most + 1) - gammaln(n + 1) - gammaln(most - n + 1)
    return np.where(possible, np.exp(log_choices - log_all[:, None]), 0.0)


def _reward_rows(rewards: Any, name: str) -> np.ndarray:
    given = finite_numbers(rewards, name)
    if given.ndim != 2 or 0 in given.shape:
        raise ValueError(
            f"{name} has shape {given.shape}; expected (m, N): one row a prompt, one column a "
            "response"
        )
    return given
