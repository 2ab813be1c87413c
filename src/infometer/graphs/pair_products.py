"""The terms of a pair's similarity, one for each column of an embedding."""

from __future__ import annotations

import numpy as np

__all__ = ["pair_products"]


def pair_products(z: np.ndarray, matrix: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    r"""The terms of the similarity :math:`z_i^T H z_j`, one a column, both ways alike.

    .. math:: \tfrac12 \left[(H z_i) \circ z_j + z_i \circ (H z_j)\right]

    In the paper the first of the two; its weighted sum changes where i and j are swapped.

    Parameters
    ----------
    z : ndarray of float, shape (n, d)
    matrix : ndarray of float, shape (d, d)
        Symmetric.
    pairs : ndarray of int, shape (m, 2)

    Returns
    -------
    ndarray, shape (m, d)
        Its rows have the sums `pair_scores`.

    Examples
    --------
    >>> z = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> pair_products(z, np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0, 1]])).tolist()
    [[0.5, 0.5]]
    """
    i, j = pairs.T
    turned = z @ matrix.astype(z.dtype, copy=False)
    found = turned[i] * z[j]
    found += z[i] * turned[j]
    found *= 0.5
    return np.asarray(found)
