"""
What reward a nat buys, and what best of n pays for it
======================================================

A policy that is kept near a reference pays for reward in KL. No policy is above the frontier
W(K); best of n, the tuning without training, is always beneath it.
"""

import matplotlib.pyplot as plt
import numpy as np

from infometer.quantities import (
    best_of_n,
    gaussian_best_of_n,
    gaussian_reward_frontier,
    kl_coefficient,
    kl_reward_frontier,
)

# %%
# A reference with eight responses, the better the rarer. The slope of its frontier at a point is
# the β that a KL-regularised training needs to come there.

reward = np.arange(8) / 7
reference = 0.7 ** np.arange(8)
reference /= reference.sum()
betas = np.geomspace(0.005, 100, 80)
frontier = kl_reward_frontier(reference, reward, betas)
print(frontier)
for nats in (0.5, 1.0, 2.0):
    beta = kl_coefficient(reference, reward, nats)
    bought = kl_reward_frontier(reference, reward, beta).expected_reward[0]
    print(f"{nats} nats: beta {beta:.3f}, expected reward {bought:.3f}")

# %%
# Best of n at its exact KL, and at the bound log n - (n - 1)/n that is often given for it: with
# few responses the bound says more nats than are spent, and in the end than can be.

draws = 2 ** np.arange(11)
finite = [best_of_n(reference, reward, n) for n in draws]
normal = [gaussian_best_of_n(n) for n in draws]

figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
nats = np.linspace(0, 6, 200)
axes[0].plot(nats, gaussian_reward_frontier(nats), label="frontier √(2K)")
frontier.plot(axes[1])
for ax, points in zip(axes, (normal, finite), strict=True):
    kl, gain = [p.kl for p in points], [p.expected_reward for p in points]
    ax.plot(kl, gain, "o", color="C1", label="best of n")
    for n, x, y in list(zip(draws, kl, gain, strict=True))[1:8:2]:
        ax.annotate(f"n={n}", (x, y), (6, -10), textcoords="offset points", fontsize="small")
bounds = [p.kl_bound for p in finite]
axes[1].plot(bounds, gain, "x", color="0.5", label="best of n, at the bound of its KL")
axes[0].set(title="normal reward", ylabel="expected reward (standard deviations)")
axes[0].set(xlabel="KL from the reference (nats)")
axes[1].set(title="eight responses, the better the rarer")
for ax in axes:
    ax.legend(frameon=False, loc="lower right", fontsize="small")
