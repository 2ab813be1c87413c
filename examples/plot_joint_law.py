"""
What three logic gates tell
===========================

Two fair bits go into a gate and one comes out. The joint law of all three is known, so every figure
here is exact: how much each input tells of the output, alone and beside the other, and whether the
three are ruled by redundancy or by synergy.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from infometer.quantities import (
    JointLaw,
    mutual_information,
    o_information,
    total_correlation,
    usable_information,
)

# %%
# A law is a table with one axis a variable. ``JointLaw`` gives the axes names; a DataFrame, such
# as ``pandas.crosstab`` makes, has them already, and whole numbers in it are read as counts.


def gate(output):
    """The law of two fair bits and what comes out."""
    p = np.zeros((2, 2, 2))
    for a, b in np.ndindex(2, 2):
        p[a, b, output(a, b)] = 1 / 4
    return JointLaw(p, ("a", "b", "out"))


copies = np.zeros((2, 2, 2))
copies[0, 0, 0] = copies[1, 1, 1] = 1 / 2
laws = {
    "XOR": gate(lambda a, b: a ^ b),
    "AND": gate(lambda a, b: a & b),
    "three copies": JointLaw(copies, ("a", "b", "out")),
}
rows = {
    name: {
        "I(a; out)": mutual_information(law, "a", "out"),
        "I(a; out | b)": mutual_information(law, "a", "out", given="b"),
        "I(a, b; out)": mutual_information(law, ["a", "b"], "out"),
        "total correlation": total_correlation(law),
        "O-information": o_information(law),
    }
    for name, law in laws.items()
}
bits = pd.DataFrame(rows).T / np.log(2)
print(bits.round(3).to_string())

# %%
# The inputs of XOR tell nothing alone and all together; of three copies, one tells all and the
# other adds nothing. AND lies between. A feature selector that looks at one column at a time sees
# only the first bar of each group.

figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), width_ratios=[2, 1], layout="constrained")
bits.iloc[:, :3].plot.bar(ax=axes[0], rot=0, color=["C0", "C1", "0.6"], width=0.7)
axes[0].set(title="What the inputs tell of the output", ylabel="bits", ylim=(0, 1.35))
axes[0].legend(ncols=3, frameon=False, loc="upper center")
omega = bits["O-information"]
axes[1].barh(omega.index, omega, color=["C3" if value > 0 else "C2" for value in omega])
axes[1].invert_yaxis()
axes[1].axvline(0, color="k", lw=0.8)
axes[1].set(title="O-information", xlabel="← synergy   bits   redundancy →", xlim=(-1.2, 1.2))

# %%
# What that is worth to whoever has to guess the output of AND from one input: 2 to the power of
# minus H(out | a) bounds the accuracy of the best rule from below, Fano's inequality from above.

found = usable_information(laws["AND"].marginal([0, 2]))
print(found)
figure, ax = plt.subplots(figsize=(7, 2.4), layout="constrained")
found.plot(ax)
ax.set(title="Guessing AND from one of its inputs")
