"""What the agreement is looked at on: small samples by name, and pairs of calls on them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from benchmarks import estimators_formulas as formulas
from benchmarks.estimators_calls import Call
from infometer.estimators.samples import standardize
from infometer.resampling import generator
from infometer.sources import CorrelatedGaussian

N, RHO = 1000, 0.6
SHAPES = ((1, 1), (2, 3), (5, 5), (20, 20))
SHIFTED = ((1, N), (3, N), (3, 3 * N // 2))
NEIGHBORS = (3, 5)
METHODS = {
    "plug-in": "discrete",
    "miller-madow": "miller_madow",
    "grassberger": "grassberger",
    "chao-shen": "chao_shen",
    "shrinkage": "shrink",
}
Arrays = Mapping[str, np.ndarray]


class Case(NamedTuple):
    """Ours beside theirs on the sample `data`; `formula` is theirs where it is not ours."""

    quantity: str
    data: str
    ours: Call
    theirs: Call
    formula: Callable[..., float] | None = None


def gaussian(dx: int, dy: int) -> Arrays:
    """Standardised Gaussians, the first coordinates correlated pair by pair."""
    source = CorrelatedGaussian.from_correlation(RHO, max(dx, dy))
    x, y = source.sample(N, generator(0, "agreement", dx, dy))
    return {"x": standardize(x[:, :dx]), "y": standardize(y[:, :dy])}


def classes() -> Arrays:
    """A column that three classes move, one of them rare."""
    rng = generator(0, "agreement", "classes")
    y = rng.choice(3, size=N, p=[0.55, 0.4, 0.05])
    return {"x": standardize(2.0 * y[:, None] + rng.standard_normal((N, 1))), "y": y}


def collider() -> Arrays:
    """Two independent causes x and y of z."""
    x, y, noise = generator(0, "agreement", "collider").standard_normal((3, N, 1))
    return {name: standardize(v) for name, v in (("x", x), ("y", y), ("z", x + y + noise))}


def shifted(d: int, m: int) -> Arrays:
    """Rows of N(0, 1) and m of N(½, 1), in the units in which both together have variance 1."""
    rng = generator(0, "agreement", "shifted", d, m)
    rows = standardize(rng.standard_normal((N + m, d)) + np.repeat([0.0, 0.5], [N, m])[:, None])
    return {"x": rows[:N], "y": rows[N:]}


def symbols(n: int = 200) -> Arrays:
    """Six symbols beside nine, some of them rare."""
    rng = generator(0, "agreement", "symbols")
    x = rng.choice(6, size=n, p=[0.4, 0.3, 0.15, 0.1, 0.03, 0.02])
    return {"x": x, "y": x + rng.choice(4, size=n, p=[0.6, 0.25, 0.1, 0.05])}


SAMPLES: Mapping[str, Arrays] = {
    **{f"Gaussian {dx}+{dy}": gaussian(dx, dy) for dx, dy in SHAPES},
    **{f"Gaussian {d}": {"x": gaussian(d, 1)["x"]} for d in (1, 3)},
    **{f"shifted {d}, m={m}": shifted(d, m) for d, m in SHIFTED},
    "three classes": classes(),
    "collider": collider(),
    "symbols": symbols(),
    "symbols of x": {"x": symbols()["x"]},
}


def neighbor_cases() -> Iterator[Case]:
    """KSG in several shapes, its conditional form, and Ross."""
    for k in NEIGHBORS:
        for dx, dy in SHAPES:
            peers = ["npeet-plus mi", "infomeasure mi", "benchmark-mi KSG"]
            if dx == dy == 1:
                peers.append("scikit-learn mutual_info_regression")
            ours = Call("KSG", {"k": k})
            yield from (
                Case("I(X;Y)", f"Gaussian {dx}+{dy}", ours, Call(name, {"k": k})) for name in peers
            )
    k3 = {"k": 3}
    for peer in ("npeet-plus cmi", "infomeasure cmi"):
        yield Case("I(X;Y|Z)", "collider", Call("FrenzelPompe", k3), Call(peer, k3))
    for peer, formula in (
        ("scikit-learn mutual_info_classif", None),
        ("npeet-plus micd", formulas.entropy_less_entropy_by_class),
    ):
        yield Case("I(X;Y)", "three classes", Call("Ross", k3), Call(peer, k3), formula)


def density_cases() -> Iterator[Case]:
    """Differential entropies and divergences by nearest neighbours."""
    k3 = {"k": 3}
    entropies = (
        (Call("npeet-plus entropy", k3), formulas.entropy_in_cubes),
        (Call("infomeasure entropy", {**k3, "p": math.inf}), formulas.entropy_in_cubes),
        (Call("infomeasure entropy", {**k3, "p": 2}), formulas.entropy_in_balls),
    )
    ours = Call("KozachenkoLeonenko", k3)
    for d in (1, 3):
        for theirs, other in entropies:
            yield Case("h(X)", f"Gaussian {d}", ours, theirs, other)
    ours = Call("kl_divergence", k3)
    for d, m in SHIFTED:
        for peer, formula in (
            ("npeet-plus kldiv", None if d == 1 else formulas.divergence_in_cubes),
            ("infomeasure kld", formulas.cross_entropy_less_entropy),
        ):
            yield Case("D(P‖Q)", f"shifted {d}, m={m}", ours, Call(peer, k3), formula)


def symbol_cases() -> Iterator[Case]:
    """Entropy and information of symbols, from their counts."""
    others: dict[str, Callable[..., float]] = {"grassberger": formulas.grassberger_1988}
    for method, approach in METHODS.items():
        yield Case(
            "H(X)", "symbols of x", Call("DiscreteEntropy", {"method": method}),
            Call("infomeasure discrete entropy", {"approach": approach}), others.get(method),
        )  # fmt: skip
    others["shrinkage"] = formulas.cross_entropies_with_shrunk
    for method, approach in METHODS.items():
        yield Case(
            "I(X;Y)", "symbols", Call("DiscreteInformation", {"method": method}),
            Call("infomeasure discrete mi", {"approach": approach}), others.get(method),
        )  # fmt: skip


CASES = (*neighbor_cases(), *density_cases(), *symbol_cases())
