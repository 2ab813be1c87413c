"""
Bounds by trained critics
=========================

What the bounds of I(X;Y) show as there is more and more to find: which stop at a ceiling, which
vary, and which lie above the truth.
"""

import matplotlib.pyplot as plt
import pandas as pd

from infometer.estimators.neural import CLUB, SMILE, DonskerVaradhan, InfoNCE
from infometer.sources import CorrelatedGaussian

# %%
# Five and five Gaussian columns, turned so that no single pair of columns shows it all. Each critic
# is trained for 400 steps on 2400 of 4000 rows and measured on 1200 others. In blocks of 64 rows
# InfoNCE cannot show more than log 64 = 4.16 nats.

methods = {
    "InfoNCE": InfoNCE,
    "Donsker-Varadhan": DonskerVaradhan,
    "SMILE": SMILE,
    "CLUB": CLUB,
}
rows = []
for nats in (0.0, 1.0, 2.0, 4.0, 6.0):
    x, y = CorrelatedGaussian(5, 5, nats).sample(4000, random_state=0)
    for name, method in methods.items():
        made = method(max_steps=400, batch_size=64, random_state=0)
        rows.append(made.fit(x, y).estimate_.to_row(name=name, truth=nats))
table = pd.DataFrame(rows)
print(table.pivot(index="truth", columns="name", values="value_nats").round(2).to_string())

# %%
# The lower bounds fall behind as the information grows: what 2400 rows teach a critic, and what
# 1200 rows can prove, is limited. InfoNCE stops at its ceiling and says so (``saturated``). CLUB is
# an upper bound, with a model of y given x that is right here: from 1 nat on it is far above.

figure, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
for place, name in enumerate(methods):
    part = table[table["name"] == name]
    errors = [part["value_nats"] - part["low"], part["high"] - part["value_nats"]]
    ax.errorbar(
        part["truth"] + 0.04 * place, part["value_nats"], yerr=errors, fmt="o-", ms=4, lw=1,
        capsize=3, label=name,
    )  # fmt: skip
ax.plot([0, 6], [0, 6], color="0.5", lw=1, label="truth")
ceiling = table.loc[table["name"] == "InfoNCE", "ceiling"].iloc[0]
ax.axhline(ceiling, color="C0", lw=1, ls=":", label="ceiling of InfoNCE, log 64")
ax.set(
    xlabel="true I(X;Y), nats",
    ylabel="figure with 95 % interval, nats",
    ylim=(-0.3, 9),
)
ax.legend(loc="upper left", fontsize=8)
