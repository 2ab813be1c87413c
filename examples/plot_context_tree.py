"""
Who leads: two sequences that answer each other
===============================================

Two sequences of symbols depend on each other. How much does each tell of the other's next symbol,
and how many steps does it take to say so?
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import infometer

# %%
# A talk of two: y repeats x with an error in five, and x takes up what y said last with an error
# in ten. The rates are known: h(0.26) − h(0.2) forward, h(0.26) − h(0.1) back, for x repeats itself
# with 0.74.


def h(p):
    return -p * np.log(p) - (1 - p) * np.log(1 - p)


truth = {"forward": h(0.26) - h(0.2), "reverse": h(0.26) - h(0.1)}
rng = np.random.default_rng(0)
forth, back = rng.random(30_000) < 0.2, rng.random(30_000) < 0.1
x = np.r_[0, np.cumsum(forth[:-1].astype(int) + back[:-1])] % 2
y = x ^ forth

# %%
# ``directed_information`` takes the sequences as they come, text or numbers. Context-tree weighting
# finds by itself how much of the past counts, up to ``depth`` symbols. Shifting one sequence
# against the other gives p-values.

words = np.array(["no", "yes"])
print(infometer.directed_information(words[x[:2000]], y[:2000], n_permutations=99, random_state=0))

# %%
# With more steps both rates settle, and y leads: x is told more by y's past than y by x.

rows = []
for n in np.unique(np.geomspace(100, 30_000, 25).astype(int)):
    found = infometer.directed_information(x[:n], y[:n])
    rows += [found.forward.to_row(direction="forward"), found.reverse.to_row(direction="reverse")]
table = pd.DataFrame(rows)

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
labels = {"forward": "x → y", "reverse": "y → x, a step later"}
for color, (direction, shown) in zip(("C0", "C1"), table.groupby("direction"), strict=True):
    ax.fill_between(shown["n"], shown["low"], shown["high"], color=color, alpha=0.2, lw=0)
    ax.plot(shown["n"], shown["value_nats"], color=color, label=labels[direction])
    ax.axhline(truth[direction], color=color, lw=1, ls="--")
ax.axhline(0, color="0.7", lw=1)
ax.set(xscale="log", xlabel="steps", ylabel="directed information (nats a step)", ylim=(-0.1, 0.5))
ax.legend(title="95 % intervals; dashed: exact", frameon=False, loc="upper right")

# %%
# The other way to count needs the order to be given: here one symbol of the past is all there is.

print(infometer.directed_information(x, y, method="plugin", depth=1).to_frame().round(4).T)
