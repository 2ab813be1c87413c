"""Joint laws of two batches of rows, one for each class, with given marginals: by Sinkhorn."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["aligned_law", "common_masses", "conditional_law_information"]

SWEEPS, TOLERANCE = 200, 1e-3
"""At most so many, until no more than this mass stands in a wrong row."""
WITH_GRADIENT = 3
"""Sweeps at the end that the gradient goes through; those before only find where they start."""


def common_masses(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """P(i, y) and P(j, y) of two batches with the same mass for every class.

    A law with both marginals exists only where Σ_i p(y|x1_i) = Σ_j p(y|x2_j), which two classifiers
    do not give by themselves: both are brought to the mean of the two.

    Parameters
    ----------
    first, second : Tensor, shapes (n1, k) and (n2, k)
        p(y|x1_i) and p(y|x2_j), above 0.

    Returns
    -------
    (Tensor, Tensor)
        Each sums to 1.

    Examples
    --------
    >>> first, second = torch.tensor([[0.9, 0.1], [0.5, 0.5]]), torch.tensor([[0.5, 0.5]])
    >>> [p.sum(0).numpy().round(4).tolist() for p in common_masses(first.double(), second)]
    [[0.6, 0.4], [0.6, 0.4]]
    """
    masses = [p.mean(0) for p in (first, second)]
    common = (masses[0] + masses[1]) / 2
    found = [p / len(p) * (common / mass) for p, mass in zip((first, second), masses, strict=True)]
    return found[0], found[1]


def aligned_law(scores: Tensor, first: Tensor, second: Tensor) -> Tensor:
    r"""Log of Q(i, j, y) = e^{s(i, j, y)} u(i, y) v(j, y) with Q(i, y) and Q(j, y) as given.

    Parameters
    ----------
    scores : Tensor, shape (n1, n2, k)
        s.
    first, second : Tensor, shapes (n1, k) and (n2, k)
        Q(i, y) and Q(j, y), above 0, as `common_masses` gives them.

    Returns
    -------
    Tensor, shape (n1, n2, k)
        The sums over i are exact; of those over j 1e-3 in all is wrong, or 200 sweeps are done.

    Examples
    --------
    >>> half = torch.full((2, 1), 0.5)
    >>> aligned_law(torch.zeros(2, 2, 1), half, half).exp().flatten().tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    log_first, log_second = first.log()[:, None], second.log()[None]

    def sweep(columns: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        rows = log_first - (values + columns).logsumexp(1, keepdim=True)
        return rows, log_second - (values + rows).logsumexp(0, keepdim=True)

    columns = torch.zeros_like(log_second)
    with torch.no_grad():
        before = None
        for _ in range(SWEEPS):
            rows, columns = sweep(columns, scores)
            if before is not None and _misplaced(first, before - rows) < TOLERANCE:
                break
            before = rows
    for _ in range(WITH_GRADIENT):
        rows, columns = sweep(columns, scores)
    return torch.as_tensor(scores + rows + columns)


def _misplaced(first: Tensor, change: Tensor) -> float:
    """How much mass the row sums lack or have too much, if their logs are off by `change`."""
    return float((first * change[:, 0].expm1()).abs().sum())


def conditional_law_information(log_law: Tensor) -> tuple[Tensor, Tensor]:
    r"""I_Q(X2;Y|X1) and I_Q(X1;Y|X2) of a law of rows i, rows j and classes, in nats.

    .. math:: I_Q(X_2;Y|X_1) = \sum Q(i,j,y) \log \frac{Q(i,j,y)\, Q(i)}{Q(i,y)\, Q(i,j)}.

    Parameters
    ----------
    log_law : Tensor, shape (n1, n2, k)

    Returns
    -------
    (Tensor, Tensor)
        Of no dimension.

    Examples
    --------
    >>> law = torch.tensor([[[0.5, 0.0]], [[0.0, 0.5]]])  # X2 is constant, Y is X1
    >>> [round(abs(value.item()), 4) for value in conditional_law_information((law + 1e-30).log())]
    [0.0, 0.6931]
    """
    law, pair = log_law.exp(), log_law.logsumexp(2, keepdim=True)
    found = [
        (law * (log_law - pair - log_law.logsumexp(other, keepdim=True)
                + log_law.logsumexp((other, 2), keepdim=True))).sum()
        for other in (1, 0)
    ]  # fmt: skip
    return found[0], found[1]
