"""The checks that all sources make of their arguments, each with one message."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from infometer.contracts import InformationSource

__all__ = ["check_integer", "check_real", "check_source", "check_uniforms", "generator"]


def check_integer(name: str, value: Any, least: int = 1) -> None:
    """Raise unless `value` is an integer of at least `least`; a bool is none.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> check_integer("n", 0)
    Traceback (most recent call last):
    ValueError: n is 0; it must be an integer of at least 1
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} is {value!r}; it must be an integer of at least {least}")


def check_real(
    name: str,
    value: Any,
    low: float,
    high: float = math.inf,
    closed: Literal["[]", "[)", "(]", "()"] = "()",
) -> None:
    """Raise unless `value` is a number between `low` and `high`; `closed` says with which ends.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> check_real("sigma", 0.0, 0)
    Traceback (most recent call last):
    ValueError: sigma is 0.0; it must be a number in (0, inf)
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float | np.integer | np.floating)
        or not (low <= value <= high)
        or (value == low and closed[0] == "(")
        or (value == high and closed[1] == ")")
    ):
        interval = f"{closed[0]}{low:g}, {high:g}{closed[1]}"
        raise ValueError(f"{name} is {value!r}; it must be a number in {interval}")


def check_source(name: str, value: Any) -> None:
    """Raise unless `value` can be sampled and has a known information.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> check_source("source", 3)
    Traceback (most recent call last):
    ValueError: source is 3; give a value with mutual_information and sample(n, random_state), ...
    """
    if not isinstance(value, InformationSource):
        raise ValueError(
            f"{name} is {value!r}; give a value with mutual_information and "
            "sample(n, random_state), such as CorrelatedGaussian(2, 2, 1.0)"
        )


def check_uniforms(name: str, value: Any, dimensions: int) -> NDArray[np.float64]:
    """Return the latents of a map as an array, after checking their shape and range.

    Parameters
    ----------
    name : str
    value : array-like (n, dimensions)
    dimensions : int

    Returns
    -------
    ndarray (n, dimensions)

    Raises
    ------
    ValueError
        Another shape, or an entry that is missing or outside [0, 1].

    Examples
    --------
    >>> check_uniforms("u", [[0.5, 1.5]], 2)
    Traceback (most recent call last):
    ValueError: u has entries outside [0, 1] (or missing): bring Gaussian latents there by their
    distribution function, scipy.special.ndtr
    """
    u = np.asarray(value, dtype=float)
    if u.ndim != 2 or u.shape[1] != dimensions:
        raise ValueError(f"{name} has shape {u.shape}; it must be (n, {dimensions})")
    if not np.all((u >= 0) & (u <= 1)):
        raise ValueError(
            f"{name} has entries outside [0, 1] (or missing): bring Gaussian latents there by "
            "their distribution function, scipy.special.ndtr"
        )
    return u


def generator(random_state: Any = None) -> np.random.Generator:
    """Open the stream of draws that `random_state` stands for.

    Parameters
    ----------
    random_state : int, None, RandomState or Generator
        An int gives the same draws each time; the two objects are advanced by what is drawn.

    Returns
    -------
    numpy.random.Generator

    Raises
    ------
    ValueError

    Examples
    --------
    >>> bool(generator(3).random() == generator(3).random())
    True
    """
    if isinstance(random_state, np.random.Generator | np.random.RandomState | None) or (
        isinstance(random_state, int | np.integer) and random_state >= 0
    ):
        return np.random.default_rng(random_state)
    raise ValueError(
        f"random_state is {random_state!r}; give a non-negative int, None, "
        "numpy.random.RandomState or numpy.random.Generator"
    )
