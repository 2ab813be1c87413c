"""
What two views share about a label, and what only both tell
===========================================================

Two views of one thing may say the same about it, each something of its own, or something that
only both together say. Partial information decomposition (BROJA) splits I(X1,X2;Y) in these four.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import infometer
from infometer.quantities import partial_information

# %%
# Of a law the four are exact, with a certified gap. Two gates of fair bits, and a fair bit that is
# seen through two noisy channels: the worse channel has nothing that the better one lacks, and yet
# both together tell more.

gates = {"AND": lambda a, b: a & b, "XOR": lambda a, b: a ^ b}
laws = {}
for name, gate in gates.items():
    laws[name] = np.zeros((2, 2, 2))
    for a, b in np.ndindex(2, 2):
        laws[name][a, b, gate(a, b)] = 0.25
channels = [np.array([[1 - flip, flip], [flip, 1 - flip]]) for flip in (0.1, 0.2)]
laws["a bit, flipped in 10 % and 20 %"] = 0.5 * np.einsum("ya,yb->aby", *channels)
exact = {name: partial_information(law) for name, law in laws.items()}
for name, found in exact.items():
    print(f"{name}\n{found}\n")

# %%
# Of samples they are estimates: here the left and the right half of scans of digits, each brought
# to ten clusters, and whether the digit is even. Hardly anything is unique to a half: what one
# shows by itself the other shows too, and as much again shows only in both together. The null
# permutes the label: small p-values say that an atom is there.

digits = load_digits()
left, right = (digits.images[:, :, part].reshape(len(digits.target), -1) for part in
               (slice(0, 4), slice(4, 8)))  # fmt: skip
even = np.where(digits.target % 2, "odd", "even")
halves = infometer.partial_information(
    left, right, even, x1_type="continuous", x2_type="continuous", n_clusters=10,
    n_permutations=50, unit="bits", random_state=0,
)  # fmt: skip
print(halves)
print(halves.to_frame()[["quantity", "value_nats", "low", "high"]].round(3).to_string(index=False))

# %%
# The bar is I(X1,X2;Y). The lines below it are what each view tells alone: where they lie over each
# other, the views share it; where neither lies, it is synergy.

figure, axes = plt.subplots(2, 2, figsize=(12, 6), layout="constrained")
for ax, (name, found) in zip(axes.flat, exact.items(), strict=False):
    found.plot(ax, unit="bits")
    ax.get_legend().set_title(name)
halves.plot(axes.flat[-1])
axes.flat[-1].get_legend().set_title("digit even or odd: left and right half")
