"""
Feature selection with p-values, and without copies
===================================================

Which measurements of a tumour tell whether it is malignant? One by one nearly all of them do, and
many of them tell the same. Noise that is mixed in shows whether a method can tell.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from infometer.estimators import MutualInformationSelector

# %%
# Ten mean measurements of 569 tumours, and a shuffled copy of each, which tells nothing.

data = load_breast_cancer(as_frame=True)
X = data.data.filter(like="mean")
rng = np.random.default_rng(0)
shuffled = {f"shuffled {name}": rng.permutation(X[name]) for name in X}
X = pd.concat([X, pd.DataFrame(shuffled)], axis=1)
y = data.target_names[data.target]

# %%
# One by one: mutual information in nats, with p-values of permutations and the correction of
# Benjamini and Hochberg. Numbers enter by their ranks, so units do not matter.

alone = MutualInformationSelector(random_state=0).fit(X, y)
table = pd.DataFrame(
    {"nats": alone.scores_, "adjusted p": alone.adjusted_pvalues_}, index=X.columns
)
table["kept"] = alone.get_support()
print(table.round(4).to_string())

# %%
# Together: each next feature has to tell something beyond those that were chosen. Radius,
# perimeter and area tell nearly the same, so that few are needed.

together = MutualInformationSelector(criterion="jmi", random_state=0).fit(X, y)
print(list(X.columns[together.order_]))

# %%
# As a step of a pipeline, which chooses anew in each fold:

for selector in (
    MutualInformationSelector(random_state=0),
    MutualInformationSelector(3, random_state=0),
    MutualInformationSelector(3, criterion="jmi"),
):
    model = make_pipeline(selector, StandardScaler(), LogisticRegression())
    accuracy = cross_val_score(model, X, y, cv=5).mean()
    print(f"{accuracy:.3f}  {selector.criterion}, n_features={selector.n_features}")

# %%
# The bars are the features one by one, in nats; those chosen together carry their place.

figure, ax = plt.subplots(figsize=(7, 5), layout="constrained")
ranked = np.argsort(alone.scores_)
colours = np.where(alone.get_support(), "C0", "0.7")[ranked]
ax.barh(X.columns[ranked], alone.scores_[ranked], color=colours)
for place, feature in enumerate(together.order_, start=1):
    at = int(np.flatnonzero(ranked == feature)[0])
    ax.text(alone.scores_[feature] + 0.005, at, str(place), va="center", weight="bold")
ax.set(xlabel="I(X;Y), nats; blue: adjusted p ≤ 0.05", title="Numbers: the order chosen together")
ax.tick_params(axis="y", labelsize=7)
