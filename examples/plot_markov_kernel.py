"""
What a noisy channel leaves, step after step
============================================

A symbol that passes one noisy channel after another is forgotten. How fast? The data-processing
inequality says that no divergence ever grows; the Dobrushin coefficient, one number of the channel,
says by how much all of them must shrink.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from infometer.quantities import MarkovKernel, check_data_processing

# %%
# Eight keys in a ring: a key comes out as itself four times in ten, and as either neighbour three
# times in ten. ``@`` composes kernels in the order of the arrows: what the first typist wrote is
# typed by a second, and so on.

n = 8
keys = np.eye(n)
typist = MarkovKernel(0.4 * keys + 0.3 * np.roll(keys, 1, axis=1) + 0.3 * np.roll(keys, -1, axis=1))
uniform = np.full(n, 1 / n)
print(typist.capacity())

# %%
# One typist alone need not forget anything about two keys that are far apart: the coefficient is 1.
# That of four typists is 0.56, and every four more leave at most this share of what there was. Two
# laws are followed, each one key nine times in ten and any key otherwise.

p, q = 0.9 * keys[[0, n // 2]] + 0.1 * uniform
path, four = MarkovKernel.identity(n), (typist @ typist @ typist @ typist).dobrushin()
rows = []
for step in range(41):
    kl, tv = (check_data_processing(path, p, q, kind) for kind in ("kl", "tv"))
    rows.append(
        {
            "typists": step,
            "information": path.mutual_information(uniform),
            "kl": kl.after,
            "kl_share": kl.ratio,
            "tv_share": tv.ratio,
            "coefficient": path.dobrushin(),
            "by_fours": four ** (step // 4),
        }
    )
    path = path @ typist
table = pd.DataFrame(rows).set_index("typists")
print(table.loc[[0, 1, 2, 4, 8, 16, 32]].to_string(float_format="{:.5f}".format))

# %%
# On the left, what is left; on the right, its share of what there was. Of total variation two keys
# that are opposite each other keep as much as any two laws can: the coefficient is attained. Of KL
# the share is well below it. Nothing here is estimated: the laws are known.

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
left.plot(table["information"], color="k", label="I(first key; last key)")
left.plot(table["kl"], color="C0", label="KL between two laws")
left.set(xlabel="typists", ylabel="nats", yscale="log", title="What is left")
right.plot(table["kl_share"], color="C0", label="KL")
right.plot(table["tv_share"], color="C2", lw=5, alpha=0.5, label="total variation")
right.plot(table["coefficient"], color="C3", ls="--", label="bound: Dobrushin coefficient")
right.step(
    table.index, table["by_fours"], color="0.5", where="post", label="bound: that of four typists"
)
right.set(xlabel="typists", ylabel="share", yscale="log", title="Share of what there was")
for ax, place in ((left, "upper right"), (right, "lower left")):
    ax.legend(frameon=False, loc=place)
