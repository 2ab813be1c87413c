"""
Who drives whom, and who only seems to
======================================

A common cause makes one series predict another on which it has no effect. What the past of each
node of a small network tells of every other is computed exactly, from the law and not from
samples: in pairs, and with the other nodes causally conditioned on.
"""

import matplotlib.pyplot as plt
import numpy as np

from infometer.quantities import directed_information, gaussian_granger

# %%
# A vector autoregression in which z reaches x one step later and y two steps later, and y reaches
# w. x acts on nothing.

nodes = "zxyw"
Z, X, Y, W = range(4)
lags = np.zeros((2, 4, 4))  # lags[k - 1, i, j]: the effect of j on i, k steps later
lags[0, range(4), range(4)] = [0.6, 0.3, 0.3, 0.3]
lags[0, X, Z], lags[1, Y, Z], lags[0, W, Y] = 1.0, 1.0, 0.8
noise = np.diag([1.0, 0.3, 0.5, 0.5])

# %%
# The transfer entropy of every ordered pair, which is the rate of its delayed directed information:
# alone, and with the two other nodes.


def arrows(condition_on):
    return {
        (i, j): gaussian_granger(lags, noise, i, j, condition_on).transfer_entropy / np.log(2)
        for i, j in np.ndindex(4, 4)
        if i != j
    }


panels = {
    "in pairs": arrows(condition_on=()),
    "given all other nodes": arrows(condition_on=None),
}
for i, j in panels["in pairs"]:
    pair, given = (bits[i, j] for bits in panels.values())
    print(
        f"{nodes[i]} → {nodes[j]}   in pairs {pair:.3f}   given the others {given:.3f} bits a step"
    )

# %%
# The same with letters: a fair bit z reaches x at once, and y one step later. Whoever sees x alone
# can predict y; whoever sees z learns nothing more from x.

law = np.zeros((2,) * 6)  # x1, x2, y1, y2, z1, z2
for x1, x2, y1, y2, z1, z2 in np.ndindex(law.shape):
    law[x1, x2, y1, y2, z1, z2] = 0.5**4 * (0.9, 0.1)[x1 != z1] * (0.8, 0.2)[y2 != z1]
print("x → y      ", directed_information(law, x=[0, 1], y=[2, 3]))
print("x → y ‖ z  ", directed_information(law, x=[0, 1], y=[2, 3], condition_on=[4, 5]))

# %%
# The blue arrows, which the network has, are in both pictures. Those from x, in red, are only in
# the first, and so is the grey one, an effect that goes through y. Even the second picture is
# prediction: a common cause that is not among the nodes cannot be conditioned on.

places = {Z: (0.0, 1.0), X: (-1.0, 0.0), Y: (1.0, 0.0), W: (0.0, -1.0)}
direct, indirect = {(Z, X), (Z, Y), (Y, W)}, {(Z, W)}
figure, axes = plt.subplots(1, 2, figsize=(9, 4.4), layout="constrained")
for ax, (title, bits) in zip(axes, panels.items(), strict=True):
    for (i, j), value in bits.items():
        if value < 5e-4:
            continue
        color = "C0" if (i, j) in direct else "0.5" if (i, j) in indirect else "C3"
        style = {
            "arrowstyle": "-|>", "mutation_scale": 16, "color": color, "lw": 1 + 6 * value,
            "shrinkA": 17, "shrinkB": 17,
        }  # fmt: skip
        ax.annotate("", places[j], places[i], arrowprops=style)
        ax.text(
            *(0.65 * np.array(places[i]) + 0.35 * np.array(places[j])),
            f"{value:.2f}", color=color, ha="center", va="center", fontsize=10,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )  # fmt: skip
    for node, place in places.items():
        ax.plot(*place, "o", ms=28, mfc="white", mec="k")
        ax.text(*place, nodes[node], ha="center", va="center", fontsize=13)
    ax.set(title=title, xlim=(-1.5, 1.5), ylim=(-1.4, 1.4), aspect="equal")
    ax.axis("off")
figure.suptitle(
    "Transfer entropy in bits a step; blue: a direct effect, grey: through y, red: none"
)
