"""
What does each column of a table know about the target?
=======================================================

A table as tables are: an identifier, a date, gaps, a copy in other units, labels that are nearly
all different. Which columns tell something about the target, how much, and what do they add up to?
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer

from infometer.measure import measure_table
from infometer.tables import read_table

# %%
# Six measurements of 569 tumours, made untidy, and written as CSV, which has no types.

data = load_breast_cancer(as_frame=True)
table = data.data[
    ["worst perimeter", "mean area", "mean texture", "worst smoothness", "mean symmetry"]
].copy()
rng = np.random.default_rng(0)
table["mean area, sq in"] = table["mean area"] / 645.16
table["shuffled"] = rng.permutation(table["mean area"])
table["patient"] = [f"p{i:04d}" for i in rng.permutation(len(table))]
days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 365, len(table)), unit="D")
table["seen on"] = days.strftime("%Y-%m-%d")
table["fee"] = [f"{fee:,}" for fee in rng.integers(500, 5000, len(table))]
table.loc[rng.random(len(table)) < 0.15, "mean texture"] = np.nan
table["diagnosis"] = data.target_names[data.target]

with tempfile.TemporaryDirectory() as folder:
    table.to_csv(Path(folder) / "tumours.csv", index=False)
    frame = read_table(Path(folder) / "tumours.csv")

# %%
# ``infometer measure tumours.csv --target diagnosis`` says this, and makes a page of it:

result = measure_table(frame, "diagnosis", top=4, random_state=0)
print(result.answer("bits"))
print(result.to_frame()[["column", "read_as", "value_nats", "adjusted_p_value", "why"]].to_string())

# %%
# How each column was read, what was left out and what looks odd is said, and never mended in
# silence: the fees are text, since "1,200" could be two numbers.

for finding in result.report().findings:
    print(f"{finding.severity}, {finding.where}: {finding.what} {finding.evidence}")

# %%
# Three pictures. Each column alone, blue where it tells something beyond chance. The best columns
# together, below the dashed sum of what each tells alone: sizes of the same nuclei repeat each
# other. And the pairs: blue where two columns tell the same, orange where they tell more together.

for title, draw in result.report("bits").figures.items():
    figure, ax = plt.subplots(figsize=getattr(draw, "figsize", (8, 4.5)), layout="constrained")
    draw(ax)
    ax.set_title(title)
plt.show()
