"""Mutual information as a sum of nearest-neighbour entropies, as compressed planes use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from infometer.estimators.kozachenko_leonenko import kozachenko_leonenko_terms
from infometer.estimators.pair import Interval, PairEstimator
from infometer.estimators.ross import label_entropy
from infometer.estimators.samples import standardize
from infometer.estimators.weighted_kozachenko_leonenko import weighted_terms

__all__ = ["EntropySum", "class_entropy_terms", "entropy_sum_terms", "whiten"]

Terms = Callable[[np.ndarray, int], np.ndarray]


def whiten(x: np.ndarray, name: str = "X") -> tuple[np.ndarray, float]:
    """The view times Cov^(−1/2), turned, and the ½ log det Cov that its entropy lost, in nats.

    The columns are standardised first, so that no choice of units makes them look dependent.

    Parameters
    ----------
    x : ndarray, shape (n, d)
    name : str
        For the message.

    Returns
    -------
    whitened : ndarray, shape (n, d)
    log_volume : float

    Raises
    ------
    ValueError
        Where the columns are linearly dependent: the view has no density in d dimensions.

    Examples
    --------
    >>> x, log_volume = whiten(np.array([[-3.0], [3.0], [-3.0], [3.0]]))
    >>> x.ravel().tolist(), round(log_volume, 4)
    ([-1.0, 1.0, -1.0, 1.0], 1.0986)
    """
    centred = standardize(x, name)
    eigenvalues, vectors = np.linalg.eigh(np.atleast_2d(centred.T @ centred / len(x)))
    rank = int((eigenvalues > eigenvalues[-1] * len(x) * np.finfo(float).eps).sum())
    if rank < x.shape[1]:
        raise ValueError(
            f"the columns of {name} are linearly dependent (rank {rank} of {x.shape[1]}), so it "
            "has no density; expected independent columns: drop one (probabilities of K classes "
            "have only K − 1 free coordinates) or compress first"
        )
    root = vectors / np.sqrt(eigenvalues) @ vectors.T
    return centred @ root, float(np.log(x.std(axis=0)).sum() + 0.5 * np.log(eigenvalues).sum())


def entropy_sum_terms(x: np.ndarray, y: np.ndarray, k: int, terms: Terms) -> np.ndarray:
    """Pointwise h(X) + h(Y) − h(X,Y), every view whitened; the mean estimates I(X;Y) in nats.

    Parameters
    ----------
    x : ndarray, shape (n, dx)
    y : ndarray, shape (n, dy)
    k : int
    terms : callable
        ``terms(view, k)`` gives the pointwise entropies (n,).

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> from infometer.estimators import kozachenko_leonenko_terms
    >>> from infometer.sources import CorrelatedGaussian
    >>> x, y = CorrelatedGaussian(2, 2, mutual_information=1.0).sample(2000, random_state=0)
    >>> round(float(entropy_sum_terms(x, y, 3, kozachenko_leonenko_terms).mean()), 2)
    1.05
    """

    def entropy(view: np.ndarray, name: str) -> np.ndarray:
        white, log_volume = whiten(view, name)
        return terms(white, k) + log_volume

    joint = entropy(np.hstack([x, y]), "(X, y)")
    return entropy(x, "X") + entropy(y, "y") - joint


def class_entropy_terms(x: np.ndarray, labels: np.ndarray, k: int, terms: Terms) -> np.ndarray:
    """Pointwise h(X) − h(X|Y=y); the mean h(X) − Σ p_y h(X|y) estimates I(X;Y) in nats.

    Parameters
    ----------
    x : ndarray, shape (n, d)
    labels : ndarray, shape (n,)
    k : int
    terms : callable

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        Where a class has too few rows for k neighbours.

    Examples
    --------
    Two classes that do not overlap share all log 2 nats of their label.

    >>> from infometer.estimators import kozachenko_leonenko_terms
    >>> labels = np.repeat([0, 1], 1000)
    >>> x = np.random.default_rng(0).standard_normal((2000, 1)) + 20 * labels[:, None]
    >>> round(float(class_entropy_terms(x, labels, 3, kozachenko_leonenko_terms).mean()), 2)
    0.69
    """
    white = whiten(x)[0]
    found = terms(white, k)
    classes, counts = np.unique(labels, return_counts=True)
    if counts.min() < k + 2:
        rare = ", ".join(
            f"{c} ({m} rows)" for c, m in zip(classes, counts, strict=True) if m < k + 2
        )
        raise ValueError(
            f"classes of y with too few rows for k={k} neighbours: {rare}; each needs {k + 2}: "
            "merge rare classes, leave their rows out, or lower k"
        )
    for label in classes:
        rows = labels == label
        found[rows] -= terms(white[rows], k)
    return found


class EntropySum(PairEstimator):
    """I(X;Y) = h(X) + h(Y) − h(X,Y), or h(X) − Σ p_y h(X|y) for labels, by nearest neighbours.

    The weighted entropies keep their biases small one by one; KSG lets three larger biases
    cancel. It has no meaning for views with atoms: repeated values are refused.

    Parameters
    ----------
    k : int
        Neighbours; at least twice the joint dimension for the weighted entropy.
    entropy : {"weighted", "nearest"}
        Berrett-Samworth-Yuan, or Kozachenko-Leonenko's k-th neighbour.
    y_type : {"auto", "discrete", "continuous"}
        Integers with at most 20 values, text and booleans are labels.
    interval : {"subsample", "pointwise", None}
    level : float
    n_splits : int
        Random splits in halves and in thirds for the interval; fewer are cheaper, and wider.
    n_permutations : int
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Attributes
    ----------
    estimate_ : Estimate
    local_information_ : ndarray, shape (n,)

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((2000, 1))
    >>> y = 0.6 * x + 0.8 * rng.standard_normal((2000, 1))  # I(X;Y) = 0.2231 nats
    >>> abs(float(EntropySum(k=5, random_state=0).fit(x, y).estimate_) - 0.2231) < 0.1
    True
    """

    def __init__(
        self,
        k: int = 5,
        *,
        entropy: Literal["weighted", "nearest"] = "weighted",
        y_type: Literal["auto", "discrete", "continuous"] = "auto",
        interval: Interval = "subsample",
        level: float = 0.95,
        n_splits: int = 10,
        n_permutations: int = 0,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.k = k
        self.entropy = entropy
        self.y_type = y_type
        self.interval = interval
        self.level = level
        self.n_splits = n_splits
        self.n_permutations = n_permutations
        self.random_state = random_state
        self.n_jobs = n_jobs

    @property
    def _method(self) -> str:  # type: ignore[override]
        names = {"weighted": "weighted entropies", "nearest": "nearest-neighbour entropies"}
        if self.entropy not in names:
            raise ValueError(f"entropy is {self.entropy!r}; it must be 'weighted' or 'nearest'")
        return names[self.entropy]

    def _reads_labels(self, y: np.ndarray) -> bool:
        if self.y_type not in ("auto", "discrete", "continuous"):
            raise ValueError(
                f"y_type is {self.y_type!r}; it must be 'auto', 'discrete' or 'continuous'"
            )
        self._labels = {"auto": "auto", "discrete": "always", "continuous": "never"}[self.y_type]  # type: ignore[assignment]
        return super()._reads_labels(y)

    def _terms(self, x: np.ndarray, y: np.ndarray, discrete: bool) -> np.ndarray:
        terms = weighted_terms if self.entropy == "weighted" else kozachenko_leonenko_terms
        if discrete:
            return class_entropy_terms(x, y, self.k, terms)
        return entropy_sum_terms(x, y, self.k, terms)

    def _ceiling(self, y: np.ndarray, discrete: bool) -> float | None:
        return label_entropy(y) if discrete else None
