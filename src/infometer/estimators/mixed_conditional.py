"""The conditional mutual information of Mesner and Shalizi, for atoms and densities at once."""

from __future__ import annotations

import numpy as np

from infometer.estimators.frenzel_pompe import FrenzelPompe, conditional_terms
from infometer.estimators.neighborhoods import Neighborhoods

__all__ = ["MesnerShalizi", "mesner_shalizi_terms"]


def mesner_shalizi_terms(x: np.ndarray, y: np.ndarray, z: np.ndarray, k: int = 3) -> np.ndarray:
    r"""Pointwise terms of Mesner and Shalizi, whose mean estimates I(X;Y|Z) in nats.

    With ρ the distance to the k-th neighbour in max(‖x‖∞, ‖y‖∞, ‖z‖∞), and k̃ = k; but where ρ = 0,
    k̃ is the number of rows at that very point, the row itself among them. Counted are the other
    rows nearer than ρ, or at the same value if ρ = 0:

    .. math:: \psi(\tilde k) + \psi(n_z + 1) - \psi(n_{xz} + 1) - \psi(n_{yz} + 1).

    Where no row repeats, these are the terms of Frenzel and Pompe; without a condition n_z + 1 = n,
    and they are those of `gao_terms`. The paper counts the rows at ρ too and cuts the mean off at
    0; this is the form of Gao's own code, and nothing is cut off.

    Parameters
    ----------
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy)
    z : ndarray, shape (n, dz)
        May have no columns.
    k : int
        Neighbours, less than n.

    Returns
    -------
    ndarray, shape (n,)

    References
    ----------
    O. C. Mesner and C. R. Shalizi, "Conditional mutual information estimation for mixed, discrete
    and continuous data", IEEE Trans. Inf. Theory 67, 464 (2021), algorithm 1.

    Examples
    --------
    A fair coin that is the exclusive or of two others tells each of the other, log 2 = 0.6931:

    >>> x, y = np.random.default_rng(0).integers(0, 2, (2, 1000, 1)).astype(float)
    >>> round(float(mesner_shalizi_terms(x, y, (x != y).astype(float)).mean()), 2)
    0.69
    """
    return np.asarray(conditional_terms(x, y, z, k, None)[1][0])


class MesnerShalizi(FrenzelPompe):
    """I(X;Y|Z) of any numbers, atoms too: ⟨ψ(k̃) + ψ(n_z + 1) − ψ(n_xz + 1) − ψ(n_yz + 1)⟩.

    For counts, zero-inflated columns, and numbers of which some columns are labels, which are read
    as numbers here; `infometer.conditional_mutual_information` takes labels of any type. The
    p-value is of permutations of y among rows with the same or nearly the same Z.

    Parameters
    ----------
    k : int
        Neighbours.
    standardize : bool
        Bring every column to unit variance first, so that units do not matter.
    interval : {"subsample", "pointwise", None}
    level : float
    n_splits : int
        Random splits in halves and in thirds for the interval; fewer are cheaper, and wider.
    n_permutations : int
        0 for no p-value.
    k_perm : int
        Rows nearest in Z, itself and all that tie among them, among which y is permuted; at
        least 2.
    algorithm : {"auto", "tree", "window", "blocks"}
        How neighbours are searched, as of `neighborhoods`; the figure is the same.
    device : torch.device or str, optional
        Search on this device with torch.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Attributes
    ----------
    estimate_ : Estimate
        Of I(X;Y|Z), or of I(X;Y) without Z.
    local_information_ : ndarray, shape (n,)
    algorithm_ : str
        The search that was taken.

    Examples
    --------
    Two labels and the sum of their values with noise, I(X;Y|Z) = 0.1319 by quadrature:

    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.integers(0, 2, (2, 1000, 1))
    >>> z = x + y + 0.5 * rng.standard_normal((1000, 1))
    >>> MesnerShalizi(random_state=0).fit(x, y, z).estimate_
    0.127 ± 0.016 nats (95 % 0.095 to 0.160; Mesner-Shalizi k=3 k_perm=5, n=1000)
    """

    _method = "Mesner-Shalizi"
    _labels = "auto"

    def _reads_labels(self, y: np.ndarray) -> bool:
        return False

    def _check(self, found: Neighborhoods) -> None:
        """Repeated rows are what this estimator is for."""
