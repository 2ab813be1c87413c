"""
The exact information of a noisy layer
======================================

For inputs that are equally likely, a layer with Gaussian noise, L = t(X) + σξ, is a mixture of
Gaussians whose centres are known. Its information needs no estimate of a density: only the noise is
drawn. Here the "layer" is 500 points in three dimensions, in five clusters that are the labels.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from infometer.bottleneck import gaussian_mixture_information, smallest_noise

rng = np.random.default_rng(0)
labels = np.repeat(np.arange(5), 100)
clusters = 3.0 * rng.standard_normal((5, 3))
centers = clusters[labels] + 0.5 * rng.standard_normal((500, 3))

# %%
# With little noise all points can be told apart and I(X;L) stands at log n; then the points of a
# cluster melt into one and log 5, what the clusters tell, is left; in much noise nothing is.

rows = []
for sigma in np.geomspace(0.01, 30, 25):
    found = gaussian_mixture_information(centers, sigma, labels, random_state=0)
    low, high = found.sandwich
    rows.append(
        {
            "sigma": sigma,
            "I(X;L)": found.input.value,
            "standard error": found.input.standard_error,
            "low": low,
            "high": high,
            "I(L;Y)": found.labels.value,
            "labels at random": found.labels.null[0],
        }
    )
table = pd.DataFrame(rows)
print(table[::4].round(3).to_string(index=False))

# %%
# The sandwich bounds I(X;L) by distances between the centres alone, without a draw. The dashed
# curve is what labels in random order would give: with little noise each point tells its label,
# whatever the label means. Read I(L;Y) against that curve, not against 0.

figure, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
ax.fill_between(table["sigma"], table["low"], table["high"], color="0.88", label="sandwich")
ax.plot(table["sigma"], table["I(X;L)"], label="I(X;L)")
ax.plot(table["sigma"], table["I(L;Y)"], label="I(L;Y)")
ax.plot(table["sigma"], table["labels at random"], color="C1", ls="--", label="labels at random")
for name, ceiling in (("log n", np.log(500)), ("H(Y) = log 5", np.log(5))):
    ax.axhline(ceiling, color="0.4", lw=1, ls=":")
    ax.annotate(name, (30, ceiling), xytext=(0, 3), textcoords="offset points", ha="right")
threshold = smallest_noise(centers, 0.7, random_state=0)
ax.axvline(threshold, color="C3", lw=1, label="smallest σ with I(X;L) < 0.7 log n")
ax.set(xscale="log", xlabel="σ", ylabel="nats", ylim=(0, 1.08 * np.log(500)))
ax.legend(frameon=False)
