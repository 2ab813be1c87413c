"""The universal estimators of directed information by context-tree weighting, E1 to E4."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from scipy.special import entr, rel_entr

from infometer.estimators.context_tree import ContextTree, context_tree
from infometer.estimators.directed_flow import Flow, Flows

__all__ = ["UniversalEstimator", "universal_flows"]

UniversalEstimator = Literal["E1", "E2", "E3", "E4"]

LEARNING = 0.05
"""Of the ceiling: what the trees have yet to learn, where it is told."""


class _Prediction(NamedTuple):
    """The laws of the symbols of one sequence: without the other, with it, and of both."""

    present: np.ndarray
    without: np.ndarray
    with_other: np.ndarray
    joint: np.ndarray | None = None


def universal_flows(
    x: np.ndarray,
    y: np.ndarray,
    z: np.ndarray | None = None,
    *,
    depth: int,
    estimator: UniversalEstimator = "E1",
) -> Flows:
    r"""Directed information from the laws Q that context-tree weighting predicts.

    Forward, of the tree of y and that of the pairs (x, y), as means over the steps:

    .. math::
        E_1 &: -\log Q(y_t|y^{t-1}) + \log Q(x_t, y_t|x^{t-1}, y^{t-1})
               - \log Q(x_t|x^{t-1}, y^{t-1}) \\
        E_2 &: H(Q(\cdot|y^{t-1})) - H(Q(\cdot, \cdot|x^{t-1}, y^{t-1}))
               + H(Q(\cdot|x^{t-1}, y^{t-1})) \\
        E_3 &: KL(Q(\cdot|x^t, y^{t-1}) \| Q(\cdot|y^{t-1})) \\
        E_4 &: KL(Q(\cdot, \cdot|x^{t-1}, y^{t-1})
               \| Q(\cdot|y^{t-1}) \, Q(\cdot|x^{t-1}, y^{t-1})).

    Under a condition all laws are also given :math:`z^t`, by trees of which z is a part.

    Parameters
    ----------
    x, y : ndarray of int, shape (n,)
        Symbols, numbered from 0.
    z : ndarray of int, shape (n,), optional
        The condition.
    depth : int
    estimator : {"E1", "E2", "E3", "E4"}

    Returns
    -------
    Flows
        E1 pays for what the trees had to learn, and is too small; E3 and E4 read the learned laws
        as if they were true, and are too large by about as much. The second figure of each flow is
        the mean of E1 and E3. What is compared with shifted sequences is E3.

    References
    ----------
    J. Jiao, H. H. Permuter, L. Zhao, Y.-H. Kim and T. Weissman, "Universal estimation of directed
    information", IEEE Trans. Inf. Theory 59, 6220 (2013), equations 35 to 38.

    Examples
    --------
    >>> x = np.random.default_rng(0).integers(0, 2, 1000)
    >>> flows = universal_flows(x, x, depth=1)  # a copy: log 2 = 0.693
    >>> round(flows.forward.value, 3), round(flows.reverse.value, 3)
    (0.686, 0.002)
    """
    if z is None:
        z = np.zeros_like(x)
    sizes = [int(part.max()) + 1 for part in (x, y, z)]
    trees = [
        context_tree(np.column_stack(parts), depth, sizes=[sizes[i] for i in which])
        for parts, which in (((x, y, z), (0, 1, 2)), ((y, z), (1, 2)), ((x, z), (0, 2)))
    ]
    thin = _thin_contexts(trees[0])
    return Flows(*(_flow(part, estimator, thin) for part in _predictions(trees, estimator)))


def _predictions(trees: list[ContextTree], estimator: str) -> list[_Prediction]:
    pair, alone_y, alone_x = trees
    x, y = pair.symbols[:, 0], pair.symbols[:, 1]
    given_x = _normalized(pair.law([1], shown=[0, 2]))
    joint = None
    if estimator in ("E2", "E4"):
        joint = _normalized(pair.law([0, 1], shown=[2])).reshape(len(pair), *pair.sizes[:2])
    law_x, law_y = (_normalized(pair.law([part], shown=[2])) for part in (0, 1))
    return [
        _Prediction(y, _normalized(alone_y.law([0], shown=[1])), given_x, joint),
        _Prediction(x, _normalized(alone_x.law([0], shown=[1])), law_x),
        _Prediction(y, law_y, given_x, joint),
    ]


def _normalized(law: np.ndarray) -> np.ndarray:
    law /= law.sum(axis=1, keepdims=True)
    return law


def _flow(found: _Prediction, estimator: UniversalEstimator, notes: tuple[str, ...]) -> Flow:
    present, without, with_other, joint = found
    steps = np.arange(len(present))
    losses = -np.log(without[steps, present])
    densities = losses + np.log(with_other[steps, present])
    divergences = rel_entr(with_other, without).sum(axis=1)
    terms = {"E1": densities, "E3": divergences}.get(estimator)
    if terms is None:
        joint = with_other[:, None, :] if joint is None else joint
        terms = _entropies(without, joint) if estimator == "E2" else _divergences(without, joint)
    # What a step adds to the counts moves the laws of all later steps, each by 1/t of it.
    learning = np.log(len(steps) / (steps + 0.5))
    ceiling = min(float(losses.mean()), float(np.log(without.shape[1])))
    middle = float(densities.mean() + divergences.mean()) / 2
    return Flow(
        float(terms.mean()),
        middle,
        densities,
        terms + (densities - terms) * learning,
        float(divergences.mean()),
        ceiling,
        notes=notes or _still_learning(densities, divergences, ceiling),
    )


def _entropies(without: np.ndarray, joint: np.ndarray) -> np.ndarray:
    other = entr(joint.sum(axis=2)).sum(axis=1)
    return np.asarray(entr(without).sum(axis=1) - entr(joint).sum(axis=(1, 2)) + other)


def _divergences(without: np.ndarray, joint: np.ndarray) -> np.ndarray:
    apart = joint.sum(axis=2)[:, :, None] * without[:, None, :]
    return np.asarray(rel_entr(joint, apart).sum(axis=(1, 2)))


def _thin_contexts(pair: ContextTree) -> tuple[str, ...]:
    """What to say where even one symbol of the past leaves too few steps to learn a law from."""
    size = int(np.prod(pair.sizes))
    contexts = int(pair.nodes[min(1, pair.depth)].max()) + 1
    if len(pair) >= size * contexts or min(pair.sizes[:2]) == 1:
        return ()
    return (
        f"the sequences have {size} symbols together, and each of the {contexts} that can stand "
        f"before was seen {len(pair) / contexts:.0f} times: too few steps to learn such laws, so "
        "that the figure is too small and its interval misses what was not learned; merge rare "
        "symbols, or give more steps",
    )


def _still_learning(
    densities: np.ndarray, divergences: np.ndarray, ceiling: float
) -> tuple[str, ...]:
    low, high = float(densities.mean()), float(divergences.mean())
    chance = 2 * float(np.std(densities - divergences)) / np.sqrt(len(densities))
    if high - low <= max(2 * LEARNING * ceiling, chance):
        return ()
    return (
        f"the trees are still learning: {low:.3f} nats by code length (E1, too small) and "
        f"{high:.3f} by the laws they have learned (E3, too large); give more steps, fewer symbols "
        "or less depth",
    )
