"""Kernels of two sequences that make each other, letter by letter, and their joint law."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from infometer.quantities.directed_information import MOST_CELLS
from infometer.quantities.laws import JointLaw, read_rows
from infometer.quantities.whole_numbers import read_count

__all__ = ["CausalKernels"]

MOST_STATES = 10**5
"""More pasts are not asked of functions: some seconds."""

Past = tuple[int, ...]
Kernel = Callable[[Past, Past], Sequence[float] | np.ndarray]


@dataclass(frozen=True, eq=False)
class CausalKernels:
    r"""The law of two sequences as a source and a channel that read the past through a state.

    .. math:: p(x^n, y^n) = \prod_t p(x_t \mid s_t)\, p(y_t \mid x_t, s_t), \qquad
              s_{t+1} = f(s_t, x_t, y_t)

    The first state is known, and each letter pair moves it in one way, as a unifilar channel does;
    a source that reads s_t where it holds past outputs is a feedback.

    Parameters
    ----------
    source : array-like, shape (k, a)
        p(x | s) of each of the k states.
    channel : array-like, shape (k, a, b)
        p(y | x, s).
    next_state : array-like of int, shape (k, a, b)
        f(s, x, y).
    start : int
        s_1.

    Raises
    ------
    ValueError
        If the shapes do not fit, a row is no law, or a state does not exist.

    Examples
    --------
    Fair bits through a channel that flips one in ten; there is nothing to remember:

    >>> kernels = CausalKernels([[0.5, 0.5]], [[[0.9, 0.1], [0.1, 0.9]]], np.zeros((1, 2, 2), int))
    >>> kernels.law(1).p.tolist()
    [[0.45, 0.05], [0.05, 0.45]]
    """

    source: np.ndarray
    channel: np.ndarray
    next_state: np.ndarray
    start: int = 0

    def __post_init__(self) -> None:
        source, channel = read_rows(self.source, "source"), read_rows(self.channel, "channel")
        states = np.asarray(self.next_state)
        shapes = source.shape, channel.shape, states.shape
        if source.ndim != 2 or channel.shape[:-1] != source.shape or states.shape != channel.shape:
            raise ValueError(
                "source, channel and next_state have the shapes {}, {} and {}; expected (k, a), "
                "(k, a, b) and (k, a, b) for k states, a inputs and b outputs".format(*shapes)
            )
        named = [*states.ravel().tolist(), self.start]
        strange = [state for state in named if state not in range(len(source))]
        if strange:
            raise ValueError(
                f"next_state or start names the state {strange[0]}; expected whole numbers from 0 "
                f"to {len(source) - 1}"
            )
        found = {"source": source, "channel": channel, "next_state": states.astype(np.int64)}
        for name, value in {**found, "start": int(self.start)}.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_functions(cls, source: Kernel, channel: Kernel, memory: int = 1) -> CausalKernels:
        """The kernels that two functions of the last letters describe.

        Parameters
        ----------
        source : callable
            ``source(x, y)`` gives the law of x_t: a row of probabilities. `x` and `y` are tuples
            of the last `memory` letters, numbers from 0 on, the newest last; at the beginning they
            are shorter, and empty at t = 1.
        channel : callable
            ``channel(x, y)`` gives the law of y_t; here x_t is the last letter of `x`.
        memory : int
            How many letters back they read. The states are the pasts of this length, and the
            shorter ones.

        Returns
        -------
        CausalKernels

        Raises
        ------
        ValueError
            If a function returns no law, or rows of different lengths.

        Examples
        --------
        Each input repeats the last output nine times in ten: feedback.

        >>> kernels = CausalKernels.from_functions(
        ...     source=lambda x, y: [[0.9, 0.1], [0.1, 0.9]][y[-1]] if y else [0.5, 0.5],
        ...     channel=lambda x, y: [[0.8, 0.2], [0.2, 0.8]][x[-1]],
        ... )
        >>> kernels.law(2).marginal([2, 1]).round(6).tolist()  # of y1 and x2
        [[0.45, 0.05], [0.05, 0.45]]
        """
        a, b = len(source((), ())), len(channel((0,), ()))
        _check_states(a, b, memory)
        states: dict[tuple[Past, Past], int] = {((), ()): 0}
        pasts = list(states)
        sources, channels, following = [], [], []
        for x, y in pasts:  # which grows as new ones are met
            sources.append(np.asarray(source(x, y), dtype=float))
            channels.append([np.asarray(channel((*x, i), y), dtype=float) for i in range(a)])
            for i, j in product(range(a), range(b)):
                past = ((*x, i)[-memory:], (*y, j)[-memory:]) if memory else ((), ())
                if past not in states:
                    states[past] = len(states)
                    pasts.append(past)
                following.append(states[past])
        _check_lengths(sources, "source")
        _check_lengths([row for rows in channels for row in rows], "channel")
        channel_array = np.array(channels)
        return cls(np.array(sources), channel_array, np.reshape(following, channel_array.shape))

    @property
    def moves(self) -> np.ndarray:
        """P(x, y, s' | s), shape (k, a, b, k)."""
        if self.channel.size * len(self.source) > MOST_CELLS:
            raise ValueError(
                f"the {len(self.source)} states give {self.channel.size * len(self.source):,} "
                f"transition probabilities; at most {MOST_CELLS:,} are kept: describe the kernels "
                "with fewer states, or take the law of few steps"
            )
        arrives = self.next_state[..., None] == np.arange(len(self.source))
        return (self.source[:, :, None] * self.channel)[..., None] * arrives

    def law(self, n: int) -> JointLaw:
        """The joint law of n steps, with axes x1, …, xn, y1, …, yn: (ab)ⁿ cells, 2²⁶ at most."""
        n, (_, a, b) = read_count(n, "n", "steps"), self.channel.shape
        if (a * b) ** n > MOST_CELLS:
            raise ValueError(
                f"n is {n}: the law has ({a}·{b})^{n} cells; expected {MOST_CELLS:,} at most: "
                "kernel_directed_information needs no joint law"
            )
        p, state = np.ones(1), np.array([self.start])
        for _ in range(n):
            p = p[:, None, None] * self.source[state][:, :, None] * self.channel[state]
            p, state = p.ravel(), self.next_state[state].ravel()
        order = [*range(0, 2 * n, 2), *range(1, 2 * n, 2)]
        names = tuple(f"{letter}{t}" for letter in "xy" for t in range(1, n + 1))
        return JointLaw(p.reshape([a, b] * n).transpose(order), names)


def _check_states(a: int, b: int, memory: int) -> None:
    count = sum((a * b) ** length for length in range(memory + 1))
    if memory < 0 or count > MOST_STATES:
        raise ValueError(
            f"memory is {memory}, which asks for {count:,} states; expected 0 or more letters and "
            f"{MOST_STATES:,} states at most: give source, channel and next_state as arrays, with "
            "a state that holds only what the kernels read"
        )


def _check_lengths(rows: Sequence[np.ndarray], name: str) -> None:
    lengths = {row.shape for row in rows}
    if len(lengths) > 1:
        raise ValueError(
            f"{name} returned rows of the shapes {', '.join(map(str, sorted(lengths)))}; expected "
            "one probability for each letter, always as many"
        )
