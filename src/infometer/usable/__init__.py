"""What usable information is for: which items teach, which mislead, which leak; and what to do.

From pointwise V-information (`infometer.estimators.predictive`): artefacts, slices, suspect labels,
an order, weights and a selection for training.
"""

__all__: list[str] = []
