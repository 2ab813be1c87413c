"""
A figure that narrows as batches arrive
=======================================

Rows come in batches and are not kept: the counts of pairs of labels, and the moments of numbers,
are all that the figure, its interval and its p-value need.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from infometer.estimators import DiscreteInformation, GaussianInformation
from infometer.sources import CorrelatedGaussian

# %%
# Two streams with 0.05 nats: pairs of labels that agree a little more often than by chance, and
# Gaussian views of three columns each. ``partial_fit`` takes a batch; ``estimate_`` is found when
# it is asked for, and equals that of ``fit`` on all rows so far.

rng = np.random.default_rng(0)
source = CorrelatedGaussian(3, 3, mutual_information=0.05)
agree = 0.6568  # of two fair coins: log 2 + p log p + (1 - p) log(1 - p) = 0.05


def coins(n):
    y = rng.integers(0, 2, n)
    return np.where(rng.random(n) < agree, y, 1 - y)[:, None], y


streams = {
    "labels": (DiscreteInformation(), coins),
    "numbers": (GaussianInformation(), lambda n: source.sample(n, random_state=rng)),
}
rows = []
for name, (estimator, batch) in streams.items():
    for _ in range(200):
        estimator.partial_fit(*batch(100))
        rows.append(estimator.estimate_.to_row(stream=name))
table = pd.DataFrame(rows)
shown = table[table["n"].isin([100, 1000, 10_000, 20_000])]
columns = ["stream", "n", "value_nats", "standard_error", "low", "high"]
print(shown[columns].round(4).to_string(index=False))

# %%
# What two machines counted adds up: ``merge`` takes the counts of the other, and the interval is
# that of the rows of both.

here, there = (DiscreteInformation().partial_fit(*coins(10_000)) for _ in range(2))
print(here.estimate_)
print(here.merge(there).estimate_)

# %%
# The interval is that of one look. Whoever looks after every batch, and stops as soon as it leaves
# 0, will be misled more often than it says: decide on the number of rows before.

figure, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, layout="constrained")
for ax, (name, shown) in zip(axes, table.groupby("stream"), strict=True):
    ax.fill_between(shown["n"], shown["low"], shown["high"], color="0.85", label="95 % interval")
    ax.plot(shown["n"], shown["value_nats"], color="k", lw=1, label="I(X;Y) so far")
    ax.axhline(0.05, color="C3", lw=1, ls="--", label="truth")
    ax.set(title=name, xlabel="rows so far", xscale="log")
axes[0].set(ylabel="nats", ylim=(-0.05, 0.2))
axes[0].legend(loc="upper right", frameon=False)
