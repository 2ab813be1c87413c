"""
Which labelled texts teach, and which mislead?
==============================================

A thousand sentences say what SciPy's functions do, and a label says which subpackage each stands
in. How many bits about the label can a linear model read off each sentence, which labels look
wrong, and which words give the label away? Six labels are exchanged on purpose, to be found again.
"""

import matplotlib.pyplot as plt
import numpy as np

from infometer.usable import (
    dataset_difficulty,
    pvi_select,
    read_labelled_table,
    review_table,
    scipy_summaries,
)

# %%
# Six rows get the label of another row.

texts = scipy_summaries()
planted = np.random.default_rng(0).choice(len(texts), 6, replace=False)
right = texts["label"].copy()
texts.loc[planted, "label"] = np.where(right[planted] == "stats", "linalg", "stats")
print(texts.loc[planted])

# %%
# Every row is asked of models that were trained on the others. Pointwise V-information is how many
# bits more likely the sentence makes its label than the label's frequency alone does; below 0 the
# sentence points away from it. The mean is the usable information of the set.

found = dataset_difficulty(
    read_labelled_table(texts, text="text", label="label"), random_state=0, n_jobs=2
)
print(found.result)
print(found.report().answer)

figure, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
found.plot(ax)

# %%
# What to read first: the labels that the models expect least. The decisions of a person go in the
# last columns, and :func:`infometer.usable.apply_review` brings them back into the table.

review = review_table(found, n=12)
review["planted"] = review["row"].isin(planted)
print(review[["text", "label", "guess", "guess_probability", "planted"]].to_string(index=False))
print(f"{review['planted'].sum()} of the 6 exchanged labels are among the first 12")

# %%
# The words that give a label away: how many bits a sentence of that label loses, on average, where
# the word is taken out. No model is trained again for it.

figure, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
found.artefacts.plot(ax, k=3)

# %%
# What to train on: without the lowest twentieth, which holds the wrong labels.

kept = pvi_select(found.result.pvi, drop_lowest=0.05)
print(f"{kept.sum()} of {len(kept)} rows kept; planted among them: {kept[planted].sum()}")

plt.show()
