"""Probabilities from logits, by a line fitted to pairs that were held out."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

__all__ = ["platt_line"]


def platt_line(positive: np.ndarray, negative: np.ndarray) -> tuple[float, float]:
    r"""Slope a and offset c of :math:`p = 1 / (1 + e^{-(a s + c)})`, where both kinds weigh alike.

    Fitted by logistic regression with a ridge of 1 on the standardised scores, which keeps the
    slope finite where the scores part both kinds.

    Parameters
    ----------
    positive, negative : ndarray of float, shape (p,) and (m,)
        Scores of pairs that are links, and of pairs that are none.

    Returns
    -------
    slope, offset : float
        For a base rate r add :math:`\ln \frac{r}{1 - r}` to the offset.

    References
    ----------
    J. Platt, "Probabilistic outputs for support vector machines" (1999).

    Examples
    --------
    >>> slope, offset = platt_line(np.array([1.0, 2.0, 3.0]), np.array([-1.0, -2.0, -3.0]))
    >>> round(slope, 2), round(abs(offset), 6)
    (0.56, 0.0)
    """
    scores = np.concatenate([positive, negative]).astype(float)
    middle, spread = float(scores.mean()), float(scores.std()) or 1.0
    line = LogisticRegression(class_weight="balanced").fit(
        (scores[:, None] - middle) / spread, np.repeat([1, 0], [len(positive), len(negative)])
    )
    slope = float(line.coef_[0, 0]) / spread
    return slope, float(line.intercept_[0]) - slope * middle
