"""What reward a KL budget buys: the frontier of KL-regularised policies, and its coefficient."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import optimize

from infometer.contracts import nats_per
from infometer.extras import axes
from infometer.quantities.labelled_tables import refuse_other_labels
from infometer.quantities.laws import read_rows
from infometer.quantities.probabilities import real_array
from infometer.quantities.tilted_law import TiltedLaw, highest_reward, tilted_law

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RewardFrontier", "kl_coefficient", "kl_reward_frontier"]


@dataclass(frozen=True, eq=False, repr=False)
class RewardFrontier:
    """Points of the frontier of reward against KL, from `kl_reward_frontier`.

    Of several prompts, reward, KL and value are means over them.

    Parameters
    ----------
    betas : ndarray, shape (k,)
        KL coefficients, each the slope of the frontier at its point.
    expected_reward, kl, value : ndarray, shape (k,)
        W = E r; K in nats; and W − βK, the mean of β log Z.
    policies : ndarray, shape (k, v) or (k, b, v)
    reference_reward, highest_reward : float
        The two ends of the frontier: at β → ∞ and at β → 0.
    """

    betas: np.ndarray
    expected_reward: np.ndarray
    kl: np.ndarray
    value: np.ndarray
    policies: np.ndarray
    reference_reward: float
    highest_reward: float

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values; policies left out."""
        columns = self.to_frame().to_dict("list")
        ends = {"reference_reward": self.reference_reward, "highest_reward": self.highest_reward}
        return {str(name): values for name, values in columns.items()} | ends

    def to_frame(self) -> pd.DataFrame:
        """One row for every β."""
        import pandas as pd

        columns = {"expected_reward": self.expected_reward, "kl_nats": self.kl, "value": self.value}
        return pd.DataFrame({"beta": self.betas, **columns})

    def plot(self, ax: Any = None, unit: str = "nats") -> Any:
        """Draw the expected reward over the KL from the reference, with both ends."""
        scale = 1.0 / nats_per(unit)
        ax = axes(ax, 5, 3.5)
        order = np.argsort(self.kl)
        x, y = self.kl[order] * scale, self.expected_reward[order]
        ax.plot(x, y, marker=".", ms=4, label="KL-regularised optimum")
        ax.axhline(self.reference_reward, color="0.6", lw=1, ls=":", label="reference")
        ax.axhline(self.highest_reward, color="0.6", lw=1, ls="--", label="best response")
        ax.set(xlabel=f"KL from the reference ({unit})", ylabel="expected reward")
        ax.legend(frameon=False)
        return ax

    def __repr__(self) -> str:
        return (
            f"RewardFrontier({len(self.betas)} points; reward {self.expected_reward.min():.6g} to "
            f"{self.expected_reward.max():.6g} of {self.reference_reward:.6g} to "
            f"{self.highest_reward:.6g}, at {self.kl.min():.6g} to {self.kl.max():.6g} nats)"
        )


def kl_reward_frontier(reference: Any, reward: Any, betas: Any) -> RewardFrontier:
    r"""The policies that no other beats at the same KL from the reference, one for every β.

    .. math:: \max_\pi E_\pi r - \beta\, KL(\pi \| \pi_{ref}) = \beta \log Z, \quad
              \pi^* = \pi_{ref} e^{r/\beta} / Z, \quad Z = E_{ref}\, e^{r/\beta}

    The frontier W(K) of reward against KL is concave, with the slope dW/dK = β. As β → 0 the
    policy is the reference among the responses with the highest reward, as β → ∞ the reference.

    Parameters
    ----------
    reference : array-like, shape (v,) or (b, v)
        The law of a response, of every prompt where there are several.
    reward : array-like, of the shape of reference
        Finite.
    betas : float or array-like, shape (k,)
        β > 0, the reward that a nat is worth.

    Returns
    -------
    RewardFrontier

    Raises
    ------
    ValueError
        If a law is no law, the shapes differ, a reward is not finite, or a β not positive.

    Notes
    -----
    One β for all prompts gives the best mean reward at a mean KL.

    References
    ----------
    T. Korbak et al., "On reinforcement learning and distribution matching for fine-tuning
    language models with no catastrophic forgetting", NeurIPS 2022, section 2.

    Examples
    --------
    >>> found = kl_reward_frontier([0.5, 0.3, 0.2], [0.0, 1.0, 2.0], betas=[0.5, 1.0])
    >>> found.to_frame().round(4)
       beta  expected_reward  kl_nats   value
    0   0.5           1.7641   0.9155  1.3064
    1   1.0           1.3501   0.3228  1.0272
    """
    law, r = _read(reference, reward)
    found = np.atleast_1d(np.asarray(betas, dtype=float))
    if found.ndim != 1 or not found.size or not (np.isfinite(found) & (found > 0)).all():
        raise ValueError(
            f"betas is {betas}; expected positive numbers, one or a list: towards 0 the policy is "
            "the best response, towards infinity the reference"
        )
    tilted = tilted_law(law, r, found.reshape(-1, *(1,) * law.ndim))
    rewards, kl, value = (
        figure.mean(axis=tuple(range(1, figure.ndim)))
        for figure in ((tilted.policy * r).sum(-1), _divergence(tilted), tilted.value)
    )
    ends = float((law * r).sum(-1).mean()), float(highest_reward(law, r).mean())
    return RewardFrontier(found, rewards, kl, value, tilted.policy, *ends)


def kl_coefficient(reference: Any, reward: Any, kl: float) -> float:
    r"""The β at which the KL-regularised policy is K nats from the reference.

    .. math:: KL(\pi_{ref} e^{r/\beta} / Z \,\|\, \pi_{ref}) = K

    Parameters
    ----------
    reference : array-like, shape (v,) or (b, v)
        The law of a response, of every prompt where there are several.
    reward : array-like, of the shape of reference
    kl : float
        K > 0 in nats, of several prompts their mean; less than −log of the probability, under the
        reference, of the responses with the highest reward: no policy of this kind is further.

    Returns
    -------
    float
        In units of reward per nat.

    Raises
    ------
    ValueError
        As `kl_reward_frontier` does, and if no β has this KL.

    Examples
    --------
    >>> round(kl_coefficient([0.5, 0.3, 0.2], [0.0, 1.0, 2.0], kl=0.3228343), 5)
    1.0
    """
    law, r = _read(reference, reward)
    best = np.where((law > 0) & (r == highest_reward(law, r)[..., None]), law, 0.0).sum(-1)
    most = 0.0 - float(np.log(best).mean())
    if most < 1e-12:
        raise ValueError(
            f"kl is {kl}, and no response is better than another under this reward: the policy is "
            "the reference, at 0 nats for any beta"
        )
    if not 0 < kl < most * (1.0 - 1e-12):
        raise ValueError(
            f"kl is {kl}; expected nats above 0 and below {most:.6g}, where the policy is the best "
            "response alone"
        )

    def excess(log_beta: float) -> float:
        return float(_divergence(tilted_law(law, r, math.exp(log_beta))).mean()) - kl

    spread = math.log((highest_reward(law, r) - (law * r).sum(-1)).max())
    low, high = spread - 1.0, spread + 1.0
    while excess(low) < 0:
        low -= 2.0 * (high - low)
    while excess(high) > 0:
        high += 2.0 * (high - low)
    return math.exp(optimize.brentq(excess, low, high, xtol=1e-14))


def _read(reference: Any, reward: Any) -> tuple[np.ndarray, np.ndarray]:
    refuse_other_labels(reference=(reference, -1), reward=(reward, -1))
    law, r = read_rows(reference, "reference"), real_array(reward, "reward").astype(float)
    if law.ndim > 2 or r.shape != law.shape:
        raise ValueError(
            f"reference and reward have the shapes {law.shape} and {r.shape}; expected the same, "
            "(v,) or one row a prompt"
        )
    if not np.isfinite(r).all():
        raise ValueError(
            "reward has entries that are not finite; give such responses probability 0"
        )
    return law, r


def _divergence(tilted: TiltedLaw) -> np.ndarray:
    """KL from the reference, along the last axis."""
    return np.maximum((tilted.policy * tilted.log_ratio).sum(-1), 0.0)
