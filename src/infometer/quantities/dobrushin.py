"""The Dobrushin coefficient: how much of a difference between inputs a Markov kernel lets pass."""

from __future__ import annotations

from typing import Any

from scipy.spatial.distance import cdist

from infometer.quantities.laws import read_kernel

__all__ = ["dobrushin_coefficient"]

BLOCK_ROWS = 64
"""Rows compared at once with all that follow them: the memory is 64 n numbers, not n²."""

MOST_DIFFERENCES = 10**12
"""Of single probabilities; about a quarter of an hour on one core."""


def dobrushin_coefficient(kernel: Any) -> float:
    r"""Greatest total variation between two rows of a Markov kernel.

    .. math:: \eta_{TV}(K) = \max_{x, x'} \tfrac12 \sum_y |K(x, y) - K(x', y)|

    It is the least constant with :math:`TV(pK, qK) \le \eta_{TV}\, TV(p, q)` for all input laws,
    and :math:`D_f(pK \| qK) \le \eta_{TV}\, D_f(p \| q)` holds for every f-divergence: the
    Kullback-Leibler divergence, squared Hellinger distance, χ², Jensen-Shannon, but not for the
    Rényi divergences, which are no f-divergences.

    Parameters
    ----------
    kernel : array-like or MarkovKernel, shape (n, m)
        Each row is a law.

    Returns
    -------
    float
        From 0, where all rows are the same, to 1, where two rows share no outcome.

    Raises
    ------
    ValueError
        If a row is no law, or the pairs of rows have more than 10^12 probabilities to compare.

    References
    ----------
    R. L. Dobrushin, "Central limit theorem for nonstationary Markov chains I", Theory of
    Probability and its Applications 1 (1956); for f-divergences: J. E. Cohen, J. H. B. Kemperman
    and G. Zbăganu, "Comparisons of Stochastic Matrices" (1998).

    Examples
    --------
    The binary symmetric channel with the flip probability ε has ``|1 − 2ε|``.

    >>> round(dobrushin_coefficient([[0.9, 0.1], [0.1, 0.9]]), 6)
    0.8
    """
    rows = read_kernel(kernel)
    n, m = rows.shape
    if n * (n - 1) // 2 * m > MOST_DIFFERENCES:
        raise ValueError(
            f"kernel has the shape {n} × {m}: {n * (n - 1) // 2:.1e} pairs of rows are too many; "
            "1 - kernel.min(axis=0).sum() is an upper bound that costs one pass"
        )
    greatest = max(
        cdist(rows[start : start + BLOCK_ROWS], rows[start:], "cityblock").max()
        for start in range(0, n, BLOCK_ROWS)
    )
    return min(float(greatest) / 2.0, 1.0)  # above 1 it is rounding
