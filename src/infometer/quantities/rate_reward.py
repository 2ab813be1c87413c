"""The rate-reward function: the least information that a policy needs about its input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from infometer.quantities.labelled_tables import refuse_other_labels
from infometer.quantities.laws import read_law
from infometer.quantities.rate_distortion import rate_distortion
from infometer.quantities.rate_distortion_curve import draw_rates, mark_no_rate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RateRewardCurve", "rate_reward"]


@dataclass(frozen=True, eq=False, repr=False)
class RateRewardCurve:
    """Points of the rate-reward curve, in the order in which they were asked for.

    Parameters
    ----------
    rate : ndarray, shape (k,)
        I(X;Y) of the policies, in nats.
    reward : ndarray, shape (k,)
        Their expected reward.
    slope : ndarray, shape (k,)
        dR/dW, in nats per unit of reward.
    gap : ndarray, shape (k,)
        No policy of this reward has a rate below ``rate - gap``.
    policy : ndarray, shape (k, n, m)
        The law of the output for every input.
    output_law : ndarray, shape (k, m)
    free_reward : float
        The most that an output which ignores the input earns: the rate is 0 up to there.
    largest_reward : float
        The most there is.

    Examples
    --------
    >>> rate_reward([0.5, 0.5], [[1, 0], [0, 1]], slopes=[np.log(9)]).reward.round(6).tolist()
    [0.9]
    """

    rate: np.ndarray
    reward: np.ndarray
    slope: np.ndarray
    gap: np.ndarray
    policy: np.ndarray
    output_law: np.ndarray
    free_reward: float
    largest_reward: float

    def __repr__(self) -> str:
        shown = [
            f"W {w:.6g} → R {r:.6g} nats"
            for w, r in zip(self.reward[:3], self.rate[:3], strict=True)
        ]
        more = [f"{len(self.rate) - 3} more"] if len(self.rate) > 3 else []
        return (
            f"{type(self).__name__}({'; '.join(shown + more)}; gap {self.gap.max():.1g} at most; "
            f"free up to {self.free_reward:.6g}, largest {self.largest_reward:.6g})"
        )

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values."""
        return {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in vars(self).items()
        }

    def to_frame(self) -> pd.DataFrame:
        """A row for each point: reward, rate, slope and gap."""
        import pandas as pd

        columns = {
            "reward": self.reward,
            "rate_nats": self.rate,
            "slope": self.slope,
            "gap_nats": self.gap,
        }
        return pd.DataFrame(columns)

    def plot(self, ax: Any = None, unit: str = "nats") -> Any:
        """Draw the rate against the reward, joined by what mixing two neighbours attains."""
        ax = draw_rates(self.reward, self.rate, ax, unit)
        if np.isfinite(self.free_reward):
            mark_no_rate(ax, self.free_reward, "free")
        ax.axvline(self.largest_reward, color="0.8", lw=1, zorder=0)
        ax.set_xlabel("expected reward W")
        return ax


def rate_reward(
    p_x: Any, reward: Any, slopes: Any = None, *, rewards: Any = None, tol: float = 1e-9
) -> RateRewardCurve:
    r"""Least information about the input that a policy of this expected reward needs.

    .. math:: R(W) = \min_{\pi(y | x) :\; E\, r \ge W} I(X;Y),

    the rate-distortion function with d = −r. It is not the frontier of reward and divergence from a
    reference policy: here the reference is the policy's own law of outputs.

    Parameters
    ----------
    p_x : array-like, shape (n,)
        Law of the input.
    reward : array-like, shape (n, m)
        r(x, y); −infinity forbids a pair.
    slopes : array-like, shape (k,), optional
        dR/dW in nats per unit of reward, from 0 to infinity; two rows where the curve is straight.
    rewards : array-like, shape (k,), optional
        W, instead of slopes.
    tol : float
        The gap to reach, in nats.

    Returns
    -------
    RateRewardCurve

    Raises
    ------
    ValueError, RuntimeError
        As `rate_distortion` of −r.

    Examples
    --------
    Two thirds of the reward come without a look at the input.

    >>> curve = rate_reward([1 / 3] * 3, [[1, 0.5, 0], [0, 1, 0], [0, 0.5, 1]], slopes=[0, 3])
    >>> curve.reward.round(6).tolist(), curve.rate.round(6).tolist()
    ([0.666667, 0.853312], [0.0, 0.428985])
    """
    refuse_other_labels(p_x=(p_x, 0), reward=(reward, 0))
    values = np.asarray(reward, dtype=float)
    if (np.isnan(values) | (values == np.inf)).any():
        raise ValueError("reward holds NaN or inf; expected numbers, or -inf to forbid a pair")
    asked = None if rewards is None else -_read_rewards(rewards, p_x, values)
    curve = rate_distortion(p_x, -values, slopes, distortions=asked, tol=tol)
    return RateRewardCurve(
        rate=curve.rate,
        reward=0.0 - curve.distortion,
        slope=curve.slope,
        gap=curve.gap,
        policy=curve.kernel,
        output_law=curve.output_law,
        free_reward=0.0 - curve.d_max,
        largest_reward=0.0 - curve.d_min,
    )


def _read_rewards(rewards: Any, p_x: Any, reward: np.ndarray) -> np.ndarray:
    asked = np.atleast_1d(np.asarray(rewards, dtype=float))
    p = read_law(p_x, "p_x")
    if reward.ndim == 2 and len(reward) == len(p):
        largest = float(p @ reward.max(axis=1))
        if not (asked <= largest + 1e-12 * max(1.0, abs(largest))).all():
            raise ValueError(
                f"rewards holds {asked.max():g}; expected at most {largest:.9g}, the largest "
                "reward that any policy earns"
            )
    return asked
