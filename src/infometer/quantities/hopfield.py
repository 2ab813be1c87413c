"""The modern Hopfield network: attention as the step down an energy, and how well it retrieves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_torch_array

from infometer.quantities.primitives import floating, log_softmax, logsumexp

__all__ = ["hopfield_energy", "hopfield_step", "retrieval_error_bound"]


def hopfield_energy(query: Any, patterns: Any, beta: float = 1.0) -> Any:
    r"""Energy of a query in a modern Hopfield network that stores patterns.

    .. math:: E(\xi) = -\beta^{-1} \log \sum_j \exp(\beta\, x_j \cdot \xi) + \tfrac12 \|\xi\|^2

    Parameters
    ----------
    query : array-like or tensor, shape (..., d)
    patterns : array-like or tensor, shape (n, d)
        The rows are what is stored: the keys of attention.
    beta : float
        Inverse temperature; attention has :math:`1/\sqrt{d}`.

    Returns
    -------
    float, ndarray or tensor, shape (...)
        Without the two constants of the paper, :math:`\beta^{-1} \log n + \frac12 \max_j
        \|x_j\|^2`, which make it not negative.

    Raises
    ------
    ValueError
        If the shapes do not fit, only one of both is a tensor, or beta is not positive.

    References
    ----------
    H. Ramsauer et al., "Hopfield networks is all you need", ICLR (2021), equation 2.

    Examples
    --------
    >>> patterns = [[1, 0], [0, 1], [-1, 0]]
    >>> round(hopfield_energy([0.5, 0.2], patterns, beta=2), 7)
    -0.6156296
    """
    xi, x = _read(query, patterns, beta)
    energy = 0.5 * (xi * xi).sum(-1) - logsumexp(beta * (xi @ x.T)) / beta
    return energy if is_torch_array(energy) or energy.ndim else float(energy)


def hopfield_step(query: Any, patterns: Any, beta: float = 1.0) -> Any:
    r"""One retrieval: :math:`\xi' = X^T \operatorname{softmax}(\beta X \xi)`, which is attention.

    It never raises `hopfield_energy`: it is the concave-convex procedure on it.

    Parameters
    ----------
    query : array-like or tensor, shape (..., d)
    patterns : array-like or tensor, shape (n, d)
        The rows are keys and values.
    beta : float
        Inverse temperature.

    Returns
    -------
    ndarray or tensor, shape (..., d)

    Raises
    ------
    ValueError
        As `hopfield_energy`.

    References
    ----------
    H. Ramsauer et al., ICLR (2021), equation 3 and theorem 1.

    Examples
    --------
    >>> hopfield_step([0.5, 0.2], [[1, 0], [0, 1], [-1, 0]], beta=2).round(7).tolist()
    [0.5134141, 0.3258692]
    """
    xi, x = _read(query, patterns, beta)
    weights = log_softmax(beta * (xi @ x.T))
    return array_namespace(weights).exp(weights) @ x


def retrieval_error_bound(patterns: Any, beta: float = 1.0, distance: Any = 0.0) -> np.ndarray:
    r"""Bound on how far from each stored pattern one step ends that starts near it.

    .. math:: \|\xi' - x_i\| \le 2M \min\bigl(1, (n-1)\, e^{-\beta (\Delta_i - 2 M r)}\bigr),
              \quad \Delta_i = x_i \cdot x_i - \max_{j \ne i} x_i \cdot x_j

    for every query with :math:`\|\xi - x_i\| \le r`, where M is the greatest norm of a pattern.

    Parameters
    ----------
    patterns : array-like, shape (n, d)
    beta : float
        Inverse temperature.
    distance : float or array-like, shape (n,)
        r, of all patterns or of each.

    Returns
    -------
    ndarray, shape (n,)
        2M, which holds for any two points among the patterns, says nothing; so does the bound of
        a pattern that is not separated (Δ ≤ 2 M r).

    Raises
    ------
    ValueError
        If a number is not finite, beta not positive or a distance negative.

    Notes
    -----
    Theorem 5 of the paper has for r the greater of :math:`\|\xi - x_i\|` and
    :math:`\|x_i^* - x_i\|`, with the fixed point :math:`x_i^*` near the pattern; its first bound
    holds without the latter, and needs no fixed point to exist. Give the greater one as
    `distance` for theirs. A NumPy function.

    References
    ----------
    H. Ramsauer et al., "Hopfield networks is all you need", ICLR (2021), theorem 5.

    Examples
    --------
    >>> corners = [[1, 0], [0, 1], [-1, 0], [0, -1]]
    >>> retrieval_error_bound(corners, beta=10, distance=0.1)[0].round(6)
    np.float64(0.002013)
    """
    x = _read_patterns(np.asarray(patterns, dtype=float), beta)
    r = np.asarray(distance, dtype=float)
    if r.shape not in ((), (len(x),)) or not (np.isfinite(r).all() and (r >= 0.0).all()):
        raise ValueError(
            f"distance is {distance!r}; expected a number from 0, or one for each of the "
            f"{len(x)} patterns"
        )
    overlaps = x @ x.T
    norms = np.diag(overlaps).copy()
    np.fill_diagonal(overlaps, -np.inf)
    greatest = math.sqrt(norms.max())
    log_others = math.log(len(x) - 1) if len(x) > 1 else -math.inf
    exponent = log_others - beta * (norms - overlaps.max(axis=1) - 2.0 * greatest * r)
    return 2.0 * greatest * np.exp(np.minimum(exponent, 0.0))


def _read(query: Any, patterns: Any, beta: float) -> tuple[Any, Any]:
    if is_torch_array(query) is not is_torch_array(patterns):
        given = "query" if is_torch_array(query) else "patterns"
        raise ValueError(f"only {given} is a tensor; give both as tensors, or both as arrays")
    x = _read_patterns(patterns, beta)
    xi = _finite(query, "query")
    if xi.ndim == 0 or xi.shape[-1] != x.shape[1]:
        raise ValueError(
            f"query has the shape {tuple(xi.shape)}; expected (..., {x.shape[1]}), as the patterns"
        )
    return xi, x


def _read_patterns(patterns: Any, beta: float) -> Any:
    x = _finite(patterns, "patterns")
    if x.ndim != 2 or 0 in x.shape:
        raise ValueError(
            f"patterns has the shape {tuple(x.shape)}; expected (n, d): one pattern a row"
        )
    if not 0.0 < beta < math.inf:
        raise ValueError(f"beta is {beta!r}; an inverse temperature is a positive number")
    return x


def _finite(values: Any, name: str) -> Any:
    found = floating(values)
    if not bool(array_namespace(found).isfinite(found).all()):
        raise ValueError(f"{name} holds NaN or infinity; expected finite numbers")
    return found
