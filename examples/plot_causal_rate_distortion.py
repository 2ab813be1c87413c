"""
The price of not seeing the future
==================================

A source told letter by letter, as it comes, needs more information than one told in blocks:
directed information counts what a causal encoder spends. Here a bit that flips with probability
0.2 is told with a share D of mistakes.
"""

import matplotlib.pyplot as plt
import numpy as np

from infometer.quantities import binary_markov_causal_rate, causal_rate_distortion

# %%
# One slope gives one point: the optimal kernels, what each letter spends, and how far at most the
# figure is from the minimum. The last letter, which no later one builds on, is told worse.

flip, horizon = 0.2, 8
source = [0.5, 0.5], [[1 - flip, flip], [flip, 1 - flip]]
wrong = 1 - np.eye(2)
found = causal_rate_distortion(*source, wrong, slope=np.log(9), horizon=horizon)
print(found)
print(found.to_frame().round(4).to_string(index=False))

# %%
# Eight letters told causally against the same eight told as one block, which is one letter of an
# alphabet of 256 with a horizon of one: the same distortion costs more without the future. The
# line is the closed form of very many letters, where the first, dearer one no longer counts.

slopes = np.geomspace(0.8, 5, 9)
causal = [causal_rate_distortion(*source, wrong, slope, horizon) for slope in slopes]
words = (np.arange(256)[:, None] >> np.arange(8)) & 1
switches = (words[:, 1:] != words[:, :-1]).sum(axis=1)
law = 0.5 * flip**switches * (1 - flip) ** (7 - switches)
mistakes = (words[:, None] != words[None]).sum(axis=2)
stay = np.tile(law, (256, 1))
block = [causal_rate_distortion(law, stay, mistakes, slope, 1, tol=1e-4) for slope in slopes]

grid = np.linspace(0.001, 0.4, 200)
figure, ax = plt.subplots(figsize=(6.5, 4.2), layout="constrained")
ax.plot(
    grid,
    binary_markov_causal_rate(flip, grid),
    color="0.5",
    ls="--",
    label="very many letters, causal",
)
letters = [(c.distortion_per_letter, c.rate_per_letter) for c in causal]
ax.plot(*np.transpose(letters), "o-", color="C0", label="eight letters, causal")
blocks = [(b.distortion / 8, b.rate / 8) for b in block]
ax.plot(*np.transpose(blocks), "s-", color="C1", label="eight letters, one block")
ax.set(xlabel="share of wrong bits", ylabel="nats a letter", ylim=(0, None))
ax.legend(frameon=False)
