"""The weights of a Laplacian, and what its rows sum to: read off a matrix, and checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array, diags_array

__all__ = ["weights_and_row_sums"]


def weights_and_row_sums(matrix: csr_array, row_sums: Any) -> tuple[csr_array, np.ndarray]:
    """W and e of the matrix diag(e + W1) − W, checked.

    Parameters
    ----------
    matrix : csr_array, shape (n, n)
    row_sums : float or array, shape (n,), or None
        e; None to sum the rows, where what rounding may have made counts as 0.

    Returns
    -------
    weights : csr_array, shape (n, n)
    row_sums : ndarray, shape (n,)

    Examples
    --------
    >>> matrix = csr_array(np.array([[3.0, -2.0], [-2.0, 2.0]]))
    >>> weights, row_sums = weights_and_row_sums(matrix, None)
    >>> weights.toarray().tolist(), row_sums.tolist()
    ([[0.0, 2.0], [2.0, 0.0]], [1.0, 0.0])
    """
    n = matrix.shape[0]
    if matrix.shape != (n, n):
        raise ValueError(f"laplacian has shape {matrix.shape}; expected a square")
    if not np.isfinite(matrix.data).all():
        raise ValueError("laplacian holds values that are not finite")
    diagonal = matrix.diagonal()
    weights = csr_array(diags_array(diagonal) - matrix)
    weights.eliminate_zeros()
    if weights.nnz and weights.data.min() < 0:
        raise ValueError("laplacian has entries above 0 off its diagonal; expected minus weights")
    if weights.nnz and abs(weights - weights.T).max() > 1e-9 * weights.data.max():
        raise ValueError("laplacian is not symmetric; give D - W of undirected edges")
    if row_sums is None:
        sums = np.asarray(matrix.sum(axis=1))
        noise = np.finfo(float).eps * (4 + np.diff(weights.indptr)) * diagonal
        sums[np.abs(sums) <= noise] = 0.0
    else:
        sums = np.array(np.broadcast_to(np.asarray(row_sums, dtype=float), (n,)))
    if (sums < 0).any() or not np.isfinite(sums).all():
        row = int(np.flatnonzero(~(sums >= 0))[0])
        raise ValueError(
            f"row {row} of the laplacian sums to {sums[row]:g}; expected at least 0: its diagonal "
            "must hold the weights of the row, and a prior on top"
        )
    return weights, sums
