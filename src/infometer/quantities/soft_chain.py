"""The soft-optimal policy for a reward that adds up over letters, by a backward recursion."""

from __future__ import annotations

from typing import Any

import numpy as np

from infometer.quantities.probabilities import real_array
from infometer.quantities.soft_policy import SoftPolicy, read_reference, soft_policy_of
from infometer.quantities.tilted_law import tilted_law
from infometer.quantities.whole_numbers import read_count

__all__ = ["soft_optimal_chain"]

MOST_CELLS = 10**8
"""Of the policies of all letters: with what they are made from, 1.6 GB."""


def soft_optimal_chain(
    initial: Any, transition: Any, step_reward: Any, beta: float, horizon: int
) -> SoftPolicy:
    r"""The best policy for a reward that adds up over letters: a Markov chain, in O(n v²).

    .. math:: r(y^n) = \sum_t r_t(y_t), \qquad
              U_t(y) = r_t(y) + \beta \log \sum_{y'} \pi_{ref}(y'|y)\, e^{U_{t+1}(y')/\beta},
              \qquad \pi^*_t(y'|y) \propto \pi_{ref}(y'|y)\, e^{U_{t+1}(y')/\beta}

    A reward of more than single letters fits where the letter holds what it must remember, such as
    a pair of letters or a letter with a count.

    Parameters
    ----------
    initial : array-like, shape (v,)
        The law of the first letter under the reference, a Markov chain.
    transition : array-like, shape (v, v)
        π_ref(y_{t+1} | y_t), one row a letter.
    step_reward : array-like, shape (v,) or (horizon, v)
        Of each letter, at every step alike or one row a step.
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
        If a law is no law, shapes do not fit, a reward is not finite, β is not positive, or the
        policies have more than 10^8 probabilities.

    References
    ----------
    E. Todorov, "Efficient computation of optimal actions", PNAS 106 (2009).

    Examples
    --------
    >>> found = soft_optimal_chain([0.6, 0.4], [[0.8, 0.2], [0.4, 0.6]], [0.0, 1.0],
    ...                            beta=1.0, horizon=100)
    >>> found
    SoftPolicy(expected reward 83.0157 at 22.1665 nats over 100 letters; beta 1)
    """
    law, kernel = read_reference(initial, transition, beta)
    horizon = read_count(horizon, "horizon", "letters")
    if horizon * law.size**2 > MOST_CELLS:
        raise ValueError(
            f"{law.size} letters over horizon {horizon} are {horizon * law.size**2:.3g} "
            f"probabilities of the policy, and {MOST_CELLS:.0e} are the most: lower horizon (far "
            "from its end the policy hardly changes), or merge letters"
        )
    r = real_array(step_reward, "step_reward").astype(float)
    if r.shape not in ((law.size,), (horizon, law.size)) or not np.isfinite(r).all():
        raise ValueError(
            f"step_reward has the shape {r.shape}; expected ({law.size},) or "
            f"({horizon}, {law.size}), and finite numbers"
        )
    rows = np.broadcast_to(r, (horizon, law.size))
    ahead, steps = np.zeros(law.size), []
    for step in reversed(range(horizon)):
        steps.append(tilted_law(kernel if step else law[None], rows[step] + ahead, beta))
        ahead = steps[-1].value
    mass, step_kl, total = np.ones(1), [], 0.0
    for row, found in zip(rows, reversed(steps), strict=True):
        joint = mass[:, None] * found.policy
        step_kl.append(float((joint * found.log_ratio).sum()))
        mass = joint.sum(axis=0)
        total += float(mass @ row)
    return soft_policy_of(beta, total, float(ahead[0]), step_kl, steps)
