"""
How random is a softmax? Eight answers
======================================

The categorical entropies say how far a draw and its copy are from two independent draws. One for
each divergence; some follow the temperature of a softmax, some only count its outcomes.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np

from infometer.contracts import InfometerWarning
from infometer.quantities import categorical_entropies

# %%
# The logits of one row of a language model with 50 000 tokens, at 80 temperatures from almost 0,
# where the likeliest token is drawn for sure, to 100, where all are alike.

vocabulary = 50_000
logits = 3.0 * np.random.default_rng(0).normal(size=vocabulary)
temperature = np.geomspace(0.02, 100, 80)
rows = logits / temperature[:, None]

kinds = ("kl", "js", "tv", "hellinger2", "renyi", "chi2")
with warnings.catch_warnings():
    warnings.simplefilter("ignore", InfometerWarning)  # two of them count the support: see below
    found = categorical_entropies(rows, kinds, orders=(0.5, 2, 3), from_logits=True)

shown = np.searchsorted(temperature, [0.02, 0.1, 1, 10])
print("temperature " + "".join(f"{temperature[i]:12.3g}" for i in shown))
for name, values in found.items():
    print(f"{name:12s}" + "".join(f"{values[i]:12.4g}" for i in shown))

# %%
# Each is drawn relative to what it is for 50 000 tokens that are all alike. Shannon's, the
# Gini-Simpson index (tv), those of Hellinger and Jensen-Shannon and Rényi's of order ½ go from 0 to
# 1 with the temperature. χ² and Rényi's of order 2 count the tokens that are possible at all, which
# is each of them at any temperature; Rényi's of order 3 even grows as the law becomes sure, since
# it hangs on the rarest token. They are no measure of randomness, and they come with a warning.

uniform = np.full(vocabulary, 1 / vocabulary)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", InfometerWarning)
    most = categorical_entropies(uniform, kinds, orders=(0.5, 2, 3))

labels = {
    "kl": "KL: Shannon",
    "js": "Jensen-Shannon",
    "tv": "TV: Gini-Simpson",
    "hellinger2": "Hellinger²",
    "renyi_0.5": "Rényi ½",
    "renyi_2": "Rényi 2",
    "renyi_3": "Rényi 3, without bound",
    "chi2": "χ²",
}
counting = ("renyi_2", "renyi_3", "chi2")
figure, axes = plt.subplots(1, 2, figsize=(10, 4.2), sharex=True, sharey=True, layout="constrained")
for name, label in labels.items():
    ax = axes[int(name in counting)]
    style = "k:" if name == "chi2" else "-"
    ax.plot(temperature, found[name] / most[name], style, lw=2, label=label)
for ax, title in zip(axes, ["follow the temperature", "count the support"], strict=True):
    ax.axvline(1.0, color="0.8", lw=1, zorder=0)
    ax.set(title=title, xlabel="temperature of the softmax", xscale="log", ylim=(-0.05, 2.05))
    ax.legend(frameon=False, loc="upper right")
axes[0].set_ylabel("categorical entropy / that of the uniform law")
