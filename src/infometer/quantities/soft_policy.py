"""The soft-optimal policy of sequences: the reference tilted by a reward, letter by letter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from infometer.contracts import nats_per
from infometer.extras import axes
from infometer.quantities.laws import read_kernel, read_rows
from infometer.quantities.probabilities import real_array
from infometer.quantities.tilted_law import TiltedLaw, tilted_law
from infometer.quantities.whole_numbers import read_count

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "SoftPolicy",
    "read_reference",
    "soft_optimal_policy",
    "soft_policy_of",
]

MOST_SEQUENCES = 10**7
CHUNK = 2**16


@dataclass(frozen=True, eq=False, repr=False)
class SoftPolicy:
    """The policy with the best expected reward minus β KL, and what it buys and costs.

    Parameters
    ----------
    beta : float
    expected_reward, kl, value : float
        E r; KL(π‖π_ref) in nats; and their combination E r − β KL = β log Z.
    step_kl : ndarray, shape (horizon,)
        The parts of the KL, one a letter: ``E KL(π(·|y^{t−1}) ‖ π_ref(·|y^{t−1}))``, nats.
    policies : tuple of ndarray, the t-th of shape (k_t, v)
        π(y_t | past), one row a past: from `soft_optimal_policy` the whole past in lexicographic
        order, the earliest letter first; from `soft_optimal_chain` the last letter. The first has
        one row.
    """

    beta: float
    expected_reward: float
    kl: float
    value: float
    step_kl: np.ndarray
    policies: tuple[np.ndarray, ...]

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values; policies left out."""
        figures = ("beta", "expected_reward", "kl", "value")
        found: dict[str, Any] = {name: getattr(self, name) for name in figures}
        return found | {"step_kl": self.step_kl.tolist()}

    def to_frame(self) -> pd.DataFrame:
        """One row for every letter."""
        import pandas as pd

        steps = np.arange(1, len(self.step_kl) + 1)
        return pd.DataFrame({"step": steps, "kl_nats": self.step_kl})

    def plot(self, ax: Any = None, unit: str = "nats") -> Any:
        """Draw how far the policy goes from the reference at each letter."""
        scale = 1.0 / nats_per(unit)
        ax = axes(ax, 5, 3)
        ax.bar(np.arange(1, len(self.step_kl) + 1), self.step_kl * scale)
        ax.set(xlabel="letter", ylabel=f"KL from the reference ({unit})")
        ax.set_title(f"in all {self.kl * scale:.4g} {unit}", fontsize="medium")
        ax.xaxis.get_major_locator().set_params(integer=True)
        return ax

    def __repr__(self) -> str:
        return (
            f"SoftPolicy(expected reward {self.expected_reward:.6g} at {self.kl:.6g} nats over "
            f"{len(self.policies)} letters; beta {self.beta:.6g})"
        )


def soft_optimal_policy(
    initial: Any, transition: Any, reward: Any, beta: float, horizon: int
) -> SoftPolicy:
    r"""The best policy for any reward of a whole sequence, by going through all sequences.

    .. math:: V_t(y^t) = \beta \log E_{ref}[e^{r/\beta} \mid y^t], \qquad
              \pi^*(y_t | y^{t-1}) = \pi_{ref}(y_t | y_{t-1})\, e^{(V_t - V_{t-1})/\beta}

    and V_0 = β log Z is the value.

    Parameters
    ----------
    initial : array-like, shape (v,)
        The law of the first letter under the reference, a Markov chain.
    transition : array-like, shape (v, v)
        π_ref(y_{t+1} | y_t), one row a letter.
    reward : array-like, shape (v,) * horizon, or callable
        Of every sequence, one axis a letter; or a function that takes sequences, an integer array
        of shape (m, horizon), and gives their m rewards.
    beta : float
        β > 0, the reward that a nat is worth.
    horizon : int
        The number of letters.

    Returns
    -------
    SoftPolicy

    Raises
    ------
    ValueError
        If a law is no law, shapes do not fit, a reward is not finite, β is not positive, or there
        are more than 10^7 sequences: `soft_optimal_chain` knows no such limit.

    References
    ----------
    S. Levine, "Reinforcement learning and control as probabilistic inference",
    arXiv:1805.00909 (2018), section 2.

    Examples
    --------
    The reward is the square of the number of ones.

    >>> found = soft_optimal_policy([0.6, 0.4], [[0.8, 0.2], [0.4, 0.6]],
    ...                             lambda y: y.sum(axis=1) ** 2, beta=1.0, horizon=3)
    >>> found
    SoftPolicy(expected reward 8.94574 at 1.87341 nats over 3 letters; beta 1)
    >>> found.policies[0].round(4).tolist()
    [[0.004, 0.996]]
    """
    law, kernel = read_reference(initial, transition, beta)
    horizon = read_count(horizon, "horizon", "letters")
    if law.size**horizon > MOST_SEQUENCES:
        raise ValueError(
            f"{law.size} letters over horizon {horizon} are {float(law.size) ** horizon:.3g} "
            f"sequences, and {MOST_SEQUENCES:.0e} are the most; give a reward that adds up over "
            "letters to soft_optimal_chain, with what it must remember as part of the letter"
        )
    r = _rewards(reward, law.size, horizon)
    steps, values = [], r
    for step in reversed(range(horizon)):
        rows = np.tile(kernel, (law.size ** (step - 1), 1)) if step else law[None]
        steps.append(tilted_law(rows, values.reshape(-1, law.size), beta))
        values = steps[-1].value
    mass, step_kl = np.ones(1), []
    for found in reversed(steps):
        joint = mass[:, None] * found.policy
        step_kl.append(float((joint * found.log_ratio).sum()))
        mass = joint.ravel()
    return soft_policy_of(beta, float(mass @ r), float(values[0]), step_kl, steps)


def read_reference(initial: Any, transition: Any, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """The reference's laws of the first letter and of the next; an error where they are none."""
    law, kernel = read_rows(initial, "initial"), read_kernel(transition, "transition")
    if law.ndim != 1 or kernel.shape != (law.size, law.size):
        raise ValueError(
            f"initial and transition have the shapes {law.shape} and {kernel.shape}; expected "
            "(v,) and (v, v)"
        )
    if not (isinstance(beta, Real) and 0 < beta < math.inf):
        raise ValueError(f"beta is {beta}; expected a positive number, the reward of a nat")
    return law, kernel


def _rewards(reward: Any, letters: int, horizon: int) -> np.ndarray:
    """The reward of every sequence, in lexicographic order."""
    shape = (letters,) * horizon
    if callable(reward):
        numbers = np.arange(letters**horizon)
        chunks = [numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK)]
        place = letters ** np.arange(horizon - 1, -1, -1)
        parts = [np.asarray(reward(c[:, None] // place % letters), dtype=float) for c in chunks]
        if any(part.shape != chunk.shape for part, chunk in zip(parts, chunks, strict=True)):
            raise ValueError(
                f"reward gave the shape {parts[0].shape} for sequences of shape "
                f"({len(chunks[0])}, {horizon}); expected one number a row"
            )
        found = np.concatenate(parts)
    else:
        found = real_array(reward, "reward").astype(float)
        if found.shape != shape:
            raise ValueError(
                f"reward has the shape {found.shape}; expected {shape}, one axis a letter, or a "
                "function of sequences"
            )
    if not np.isfinite(found).all():
        raise ValueError("reward has entries that are not finite; give such letters probability 0")
    return found.ravel()


def soft_policy_of(
    beta: float, reward: float, value: float, step_kl: list[float], steps: list[TiltedLaw]
) -> SoftPolicy:
    """The result from its parts, the last letter's tilted law first; KLs below 0 are rounding."""
    parts = np.maximum(step_kl, 0.0)
    policies = tuple(found.policy for found in reversed(steps))
    return SoftPolicy(float(beta), reward, float(parts.sum()), value, parts, policies)
