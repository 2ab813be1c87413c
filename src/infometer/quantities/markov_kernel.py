"""Markov kernels between finite sets: the morphisms of FinStoch, and what they do to a law."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from infometer.quantities.bayesian_inverse import bayesian_inverse
from infometer.quantities.channel_capacity import ChannelCapacity, channel_capacity
from infometer.quantities.dobrushin import dobrushin_coefficient
from infometer.quantities.labelled_tables import is_labelled, short_list
from infometer.quantities.laws import read_kernel
from infometer.quantities.mutual_information import mutual_information
from infometer.quantities.push_forward import input_law, push_forward

__all__ = ["MarkovKernel"]

LARGEST_CELLS = 10**7
"""Of a kernel made here: 80 MB. A copy has n × n² cells, so n is at most 215."""


@dataclass(frozen=True, eq=False, repr=False)
class MarkovKernel:
    r"""A law of the target for every symbol of the source: a row-stochastic matrix K(x, y).

    Composition is the product of matrices, in the order of the arrows: ``first @ second`` is
    :math:`(KL)(x, z) = \sum_y K(x, y) L(y, z)`, which category theory writes L ∘ K. A law of
    the source is a row vector on the left, ``p @ kernel``; a function of the target a column on
    the right, and ``kernel @ f`` its conditional expectation. NumPy takes a kernel for its
    matrix, and so does every function of `infometer.quantities` that takes a kernel.

    Parameters
    ----------
    matrix : array-like or DataFrame, shape (n, m)
        Each row is a law; what rounding its sum is from 1 is divided out. The index and the
        columns of a DataFrame are the labels. It is copied, and cannot be written to.
    source, target : sequence of hashable, of length n and m, optional
        Labels of the rows and of the columns. Where both have labels, the target of the first
        of two composed kernels must be the source of the second.

    Attributes
    ----------
    matrix : ndarray, shape (n, m)
    source, target : tuple or None

    Raises
    ------
    ValueError
        If a row is no law (the message says which), or labels are too few or not unique.

    References
    ----------
    T. Fritz, "A synthetic approach to Markov kernels, conditional independence and theorems on
    sufficient statistics", Advances in Mathematics 370 (2020).

    Examples
    --------
    A binary symmetric channel, twice: 0.9 · 0.1 + 0.1 · 0.9 are flipped.

    >>> channel = MarkovKernel([[0.9, 0.1], [0.1, 0.9]])
    >>> twice = channel @ channel
    >>> twice.push([1, 0]).round(6).tolist()
    [0.82, 0.18]
    >>> round(channel.mutual_information([0.5, 0.5]), 6), round(channel.dobrushin(), 6)
    (0.368064, 0.8)
    """

    matrix: np.ndarray
    source: tuple[Hashable, ...] | None = None
    target: tuple[Hashable, ...] | None = None

    def __post_init__(self) -> None:
        given: Any = self.matrix
        rows, columns = self.source, self.target
        if is_labelled(given) and given.ndim == 2:
            rows = given.index if rows is None else rows
            columns = given.columns if columns is None else columns
        matrix = read_kernel(given, "matrix")
        matrix = matrix / matrix.sum(axis=1, keepdims=True)
        matrix.setflags(write=False)
        object.__setattr__(self, "matrix", matrix)
        object.__setattr__(self, "source", _labels(rows, matrix.shape[0], "source"))
        object.__setattr__(self, "target", _labels(columns, matrix.shape[1], "target"))

    @classmethod
    def identity(cls, n: int) -> MarkovKernel:
        """Give back each of n symbols as it is: the unit of composition."""
        return cls.from_function(lambda i: i, n, n)

    @classmethod
    def copy(cls, n: int) -> MarkovKernel:
        """Give each of n symbols twice: the pair (i, i) is the column i n + i of n²."""
        return cls.from_function(lambda i: i * n + i, n, n * n)

    @classmethod
    def discard(cls, n: int) -> MarkovKernel:
        """Forget which of n symbols it was: a column of ones."""
        return cls.from_function(lambda i: 0, n, 1)

    @classmethod
    def from_function(cls, function: Callable[[int], int], n: int, m: int) -> MarkovKernel:
        """Take symbol i of n to the symbol ``function(i)`` of m: a deterministic kernel."""
        _refuse_large(n, m, "keep the function, and apply it to the symbols themselves")
        matrix = np.zeros((n, m))
        for i in range(n):
            j = operator.index(function(i))
            if not 0 <= j < m:
                raise ValueError(f"function({i}) is {j}; expected a symbol from 0 to {m - 1}")
            matrix[i, j] = 1.0
        return cls(matrix)

    def __matmul__(self, second: Any) -> MarkovKernel:
        """Compose: this kernel first, then the second."""
        if not isinstance(second, MarkovKernel):
            return NotImplemented
        if self.matrix.shape[1] != second.matrix.shape[0]:
            raise ValueError(
                f"a kernel of {_arrow(self)} symbols cannot come before one of {_arrow(second)}: "
                "the target of the first must be the source of the second"
            )
        if None not in (self.target, second.source) and self.target != second.source:
            raise ValueError(
                f"the target of the first kernel is {short_list(self.target)} and the source of "
                f"the second {short_list(second.source)}: reindex one so that they are the same"
            )
        return MarkovKernel(self.matrix @ second.matrix, self.source, second.target)

    def tensor(self, other: MarkovKernel) -> MarkovKernel:
        """Run both side by side: the Kronecker product, on pairs (i, j) in the place i m + j."""
        (n, m), (k, l) = self.matrix.shape, other.matrix.shape  # noqa: E741
        _refuse_large(n * k, m * l, "push independent laws through each factor alone")
        return MarkovKernel(
            np.kron(self.matrix, other.matrix),
            _pairs(self.source, other.source, n, k),
            _pairs(self.target, other.target, m, l),
        )

    def push(self, p: Any) -> np.ndarray:
        """Law of the target, shape (m,), when the source has the law p; see `push_forward`."""
        return push_forward(self, p)

    def joint(self, p: Any) -> np.ndarray:
        """Joint law p(x) K(x, y) of source and target, shape (n, m)."""
        law = input_law(p, self.matrix, self)
        if law.ndim != 1:
            raise ValueError(f"p has the shape {law.shape}; expected one law: a vector")
        return law[:, None] * self.matrix

    def bayes_inverse(self, p: Any, fill: Any = None) -> MarkovKernel:
        """Give the law of the source for each symbol of the target; see `bayesian_inverse`."""
        inverse = bayesian_inverse(self, p, fill)
        return MarkovKernel(inverse, self.target, self.source)

    def is_deterministic(self, tol: float = 0.0) -> bool:
        """Whether each probability is within `tol` of 0 or of 1."""
        return bool((abs(self.matrix - self.matrix.round()) <= tol).all())

    def mutual_information(self, p: Any) -> float:
        """I(X;Y) in nats when the source has the law p: H(pK) - Σ p(x) H(K_x)."""
        return mutual_information(self.joint(p))

    def dobrushin(self) -> float:
        """Greatest total variation between two rows; see `dobrushin_coefficient`."""
        return dobrushin_coefficient(self.matrix)

    def capacity(self) -> ChannelCapacity:
        """Greatest mutual information over all laws of the source; see `channel_capacity`."""
        return channel_capacity(self.matrix)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.matrix, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        labels = [
            f", {name}={short_list(found)}"
            for name, found in (("source", self.source), ("target", self.target))
            if found is not None
        ]
        rows = np.array2string(self.matrix, precision=4, threshold=64, prefix="MarkovKernel(")
        return f"MarkovKernel({rows}{''.join(labels)})"


def _labels(given: Any, size: int, name: str) -> tuple[Hashable, ...] | None:
    if given is None:
        return None
    labels = tuple(given)
    if len(labels) != size or len(set(labels)) < size:
        raise ValueError(
            f"{name} is {short_list(labels)}, {len(set(labels))} different labels; expected {size}"
        )
    return labels


def _pairs(
    first: Sequence | None, second: Sequence | None, n: int, k: int
) -> tuple[Hashable, ...] | None:
    if first is None and second is None:
        return None
    return tuple((a, b) for a in (first or range(n)) for b in (second or range(k)))


def _refuse_large(n: int, m: int, instead: str) -> None:
    if n * m > LARGEST_CELLS:
        raise ValueError(
            f"a kernel of {n} × {m} probabilities is too large to be made here (the most is "
            f"{LARGEST_CELLS:.0e}): {instead}"
        )


def _arrow(kernel: MarkovKernel) -> str:
    return "{} → {}".format(*kernel.matrix.shape)
