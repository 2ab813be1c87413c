"""What the intervals are counted on: laws of known truth, and the estimators measured on them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple, get_args

import numpy as np
from scipy.integrate import quad
from scipy.linalg import solve_discrete_lyapunov
from scipy.special import xlogy

from infometer.contracts import Estimate, InformationSource
from infometer.estimators import (
    KSG,
    Binning,
    DiscreteEntropy,
    DiscreteInformation,
    EntropySum,
    FrenzelPompe,
    Gao,
    GaussianCopula,
    GaussianInformation,
    KernelDensityInformation,
    KozachenkoLeonenko,
    MesnerShalizi,
    Ross,
    WeightedKozachenkoLeonenko,
    kl_divergence,
    total_correlation,
    transfer_entropy,
)
from infometer.estimators.discrete_entropy import EntropyMethod
from infometer.sources import (
    CorrelatedGaussian,
    GammaExponential,
    GaussianMixture,
    StudentT,
    SymmetricLabelNoise,
    UniformAdditiveNoise,
    UniformBins,
)
from infometer.sources.mixtures import quadrature_information

N = 500
BLOCK = 25
COUNTS: tuple[EntropyMethod, ...] = get_args(EntropyMethod)
Sample = tuple[np.ndarray, ...]


class Law(NamedTuple):
    """A way to draw n rows, and the truth in nats."""

    name: str
    truth: float
    draw: Callable[[int, np.random.Generator], Sample]


class Case(NamedTuple):
    """An estimator on a law; `exact` where the interval is to hold the truth as well."""

    family: str
    law: Law
    measure: Callable[..., Estimate]
    exact: bool = False

    @property
    def name(self) -> str:
        """What it is called in the table."""
        return f"{self.family} | {self.law.name}"


def of_source(name: str, source: InformationSource) -> Law:
    """The law of a source."""
    return Law(name, source.mutual_information, lambda n, rng: source.sample(n, rng))


def gaussian(rho: float, d: int) -> Law:
    """d pairs of coordinates with the correlation rho, turned."""
    return of_source(f"Gaussian {d}×{d} ρ={rho:g}", CorrelatedGaussian.from_correlation(rho, d))


def cubed(rho: float) -> Law:
    """A Gaussian pair behind monotone maps."""
    law = gaussian(rho, 1)

    def draw(n: int, rng: np.random.Generator) -> Sample:
        x, y = law.draw(n, rng)
        return np.exp(x), y**3

    return Law(f"exp and cube of Gaussian ρ={rho:g}", law.truth, draw)


def parabola(sigma: float) -> Law:
    """Y = X² + σξ, in which no monotone trend is."""

    def density(y: float) -> float:
        def integrand(x: float) -> float:
            return math.exp(-x * x / 2 - (y - x * x) ** 2 / (2 * sigma**2))

        return 2 * quad(integrand, 0, 8, limit=200)[0] / (2 * math.pi * sigma)

    grid = np.linspace(-6 * sigma, 40, 8001)
    entropy = -np.trapezoid([float(xlogy(p, p)) for p in map(density, grid)], grid)

    def draw(n: int, rng: np.random.Generator) -> Sample:
        x = rng.standard_normal((n, 1))
        return x, x**2 + sigma * rng.standard_normal((n, 1))

    truth = float(entropy) - 0.5 * math.log(2 * math.pi * math.e * sigma**2)
    return Law(f"parabola σ={sigma:g}", truth, draw)


def table(name: str, law: np.ndarray) -> Law:
    """Two labels whose joint probabilities are those of a table."""
    p = np.asarray(law, dtype=float)
    product = p.sum(axis=1, keepdims=True) * p.sum(axis=0)

    def draw(n: int, rng: np.random.Generator) -> Sample:
        cells = rng.choice(p.size, size=n, p=p.ravel())
        return (cells // p.shape[1])[:, None], cells % p.shape[1]

    return Law(name, float(xlogy(p, p / product).sum()), draw)


def noisy_label(k: int, noise: float) -> Law:
    """A uniform label of K kinds, and the same flipped now and then."""
    source = SymmetricLabelNoise(k, noise)

    def draw(n: int, rng: np.random.Generator) -> Sample:
        x, y = source.sample(n, rng)
        return x[:, None], y

    return Law(f"noisy label K={k} e={noise:g}", source.mutual_information, draw)


def symbols(name: str, p: np.ndarray) -> Law:
    """One label with the probabilities p."""
    return Law(
        name,
        float(-xlogy(p, p).sum()),
        lambda n, rng: (rng.choice(len(p), size=(n, 1), p=p),),
    )


def chain() -> Law:
    """X → Z → Y, Gaussian: nothing is left once Z is known."""

    def draw(n: int, rng: np.random.Generator) -> Sample:
        x, first, second = rng.standard_normal((3, n, 1))
        z = x + first
        return x, z + second, z

    return Law("Gaussian chain", 0.0, draw)


def collider() -> Law:
    """Two independent causes of Z."""

    def draw(n: int, rng: np.random.Generator) -> Sample:
        x, y, noise = rng.standard_normal((3, n, 1))
        return x, y, x + y + noise

    return Law("Gaussian collider", 0.5 * math.log(4 / 3), draw)


def mixed_collider(sigma: float = 0.5) -> Law:
    """Two fair coins and their noisy sum: I(X;Y|Z) = I(X;Z|Y) − I(X;Z)."""
    pair, four = (
        quadrature_information(np.array(centers)[:, None], sigma)
        for centers in ([0.0, 1.0], [0.0, 1.0, 1.0, 2.0])
    )

    def draw(n: int, rng: np.random.Generator) -> Sample:
        x, y = rng.integers(0, 2, (2, n, 1))
        return x, y, x + y + sigma * rng.standard_normal((n, 1))

    return Law("coins and noisy sum", 2 * pair - four, draw)


def zero_inflated(share: float, rho: float) -> Law:
    """A Gaussian pair of which a share of the rows, known from both sides, is 0: atom and density.

    I = H(share) + (1 − share) I(Gaussian).
    """
    entropy = -float(xlogy(share, share) + xlogy(1 - share, 1 - share))
    pair = gaussian(rho, 1)

    def draw(n: int, rng: np.random.Generator) -> Sample:
        x, y = pair.draw(n, rng)
        there = rng.random((n, 1)) >= share
        return x * there, y * there

    return Law(f"zeros {share:g}, else ρ={rho:g}", entropy + (1 - share) * pair.truth, draw)


def normal(d: int) -> Law:
    """Standard normal rows and their differential entropy."""
    return Law(
        f"normal d={d}",
        d / 2 * math.log(2 * math.pi * math.e),
        lambda n, rng: (rng.standard_normal((n, d)),),
    )


def uniform(d: int) -> Law:
    """Uniform rows on the unit cube, h = 0."""
    return Law(f"uniform d={d}", 0.0, lambda n, rng: (rng.random((n, d)),))


def two_normals(mean: float, deviation: float) -> Law:
    """Rows of N(0, 1) and of N(mean, deviation²)."""
    truth = math.log(deviation) + (1 + mean**2) / (2 * deviation**2) - 0.5

    def draw(n: int, rng: np.random.Generator) -> Sample:
        x, y = rng.standard_normal((2, n, 1))
        return x, mean + deviation * y

    return Law(f"N(0,1) to N({mean:g},{deviation**2:g})", truth, draw)


def equicorrelated(d: int, rho: float) -> Law:
    """d Gaussian columns, any two with the correlation rho: TC = −½ log det R."""
    r = np.full((d, d), rho) + (1 - rho) * np.eye(d)
    root = np.linalg.cholesky(r)
    return Law(
        f"{d} columns ρ={rho:g}",
        float(-0.5 * np.linalg.slogdet(r)[1]),
        lambda n, rng: (rng.standard_normal((n, d)) @ root.T,),
    )


def coupled_series(coupling: float, memory: float = 0.5) -> Law:
    """X and Y with memory, and Y driven by the last X; T(X→Y) of histories of one row."""
    step = np.array([[memory, 0.0], [coupling, memory]])
    cov = solve_discrete_lyapunov(step, np.eye(2))
    ahead = (step @ cov)[1, 1]  # Cov(Y_t, Y_{t−1})
    truth = 0.5 * math.log(cov[1, 1] - ahead**2 / cov[1, 1])

    def draw(n: int, rng: np.random.Generator) -> Sample:
        rows = np.zeros((n + 50, 2))
        for t, noise in enumerate(rng.standard_normal((n + 49, 2)), start=1):
            rows[t] = step @ rows[t - 1] + noise
        return rows[50:, 0], rows[50:, 1]

    return Law(f"coupled series c={coupling:g}", truth, draw)


def fitted(kind: Callable[..., Any], seeded: bool = True, **settings: Any) -> Callable[..., Any]:
    """Fit the estimator of that kind to a sample."""

    def measure(*sample: np.ndarray, random_state: int) -> Estimate:
        seed = {"random_state": random_state} if seeded else {}
        found: Estimate = kind(**settings, **seed).fit(*sample).estimate_
        return found

    return measure


def neighbor_cases() -> Iterator[Case]:
    """Nearest-neighbour information, without and with a condition."""
    heavy = [
        of_source("Student ν=1", StudentT(1, 1, 1.0)),
        of_source("Student ν=3 ρ=0.6", StudentT(1, 1, 3.0, 0.6)),
        of_source("Student 2×2 ν=1", StudentT(2, 2, 1.0)),
        of_source("Student 2×2 ν=3", StudentT(2, 2, 3.0)),
        of_source("gamma-exponential 1", GammaExponential(1.0)),
        of_source("uniform noise 0.75", UniformAdditiveNoise(0.75)),
        of_source("uniform noise 0.1", UniformAdditiveNoise(0.1)),
        of_source("uniform noise 0.01", UniformAdditiveNoise(0.01)),
        parabola(0.5),
    ]
    plain = [gaussian(rho, d) for d in (1, 2) for rho in (0.0, 0.6, 0.9)]
    wide = [gaussian(0.99, 1), *(gaussian(rho, d) for d in (3, 5) for rho in (0.0, 0.3, 0.6, 0.9))]
    for law in plain:
        yield Case("KSG", law, fitted(KSG), exact=True)
    for law in (gaussian(0.0, 1), gaussian(0.6, 1), gaussian(0.6, 2)):
        yield Case("KSG variant 2", law, fitted(KSG, variant=2), exact=True)
    for law in (*wide, *heavy):
        yield Case("KSG", law, fitted(KSG))
    mixture = (
        GaussianMixture(np.array(centers)[:, None], 1.0)
        for centers in ([-1.0, 1.0], [0.0, 2.0, 4.0])
    )
    for source in mixture:
        law = of_source(f"{len(source.centers)} centres", source)
        yield Case("Ross", law, fitted(Ross), exact=True)
        yield Case("Gao", law, fitted(Gao), exact=True)
    flat = of_source("bins of a uniform K=5", UniformBins(5))
    yield from (Case(kind.__name__, flat, fitted(kind)) for kind in (Ross, Gao))
    for law in (gaussian(0.6, 1), TWO, FOUR):
        yield Case("Gao", law, fitted(Gao), exact=True)
    yield Case("Gao", zero_inflated(0.4, 0.6), fitted(Gao))
    for law in (chain(), collider()):
        yield Case("FrenzelPompe", law, fitted(FrenzelPompe))
    yield Case("MesnerShalizi", collider(), fitted(MesnerShalizi))
    yield Case("MesnerShalizi", mixed_collider(), fitted(MesnerShalizi))


def model_cases() -> Iterator[Case]:
    """Estimators that put a law, a kernel or a grid on the data."""
    plain = [gaussian(rho, d) for d in (1, 2, 5) for rho in (0.0, 0.6, 0.9)]
    others = [
        of_source("Student ν=1", StudentT(1, 1, 1.0)),
        of_source("Student ν=3", StudentT(1, 1, 3.0)),
        of_source("Student ν=3 ρ=0.6", StudentT(1, 1, 3.0, 0.6)),
        of_source("gamma-exponential 1", GammaExponential(1.0)),
        of_source("uniform noise 0.75", UniformAdditiveNoise(0.75)),
        of_source("uniform noise 0.1", UniformAdditiveNoise(0.1)),
        of_source("Student 2×2 ν=3", StudentT(2, 2, 3.0)),
        parabola(0.5),
        cubed(0.6),
    ]
    for kind in (GaussianInformation, GaussianCopula):
        for law in (*plain, *others):
            yield Case(kind.__name__, law, fitted(kind), exact=law in plain)
    yield Case("EntropySum", gaussian(0.6, 2), fitted(EntropySum, k=10), exact=True)
    for rho in (0.0, 0.6, 0.9):
        yield Case("EntropySum", gaussian(rho, 1), fitted(EntropySum), exact=True)
        yield Case("KernelDensityInformation", gaussian(rho, 1), fitted(KernelDensityInformation))
        binning = fitted(Binning, bins=10, interval="subsample")
        yield Case("Binning", gaussian(rho, 1), binning)


def count_cases() -> Iterator[Case]:
    """Labels and their counts."""
    laws = [
        TWO, FOUR, table("independent 2×2", np.outer([0.5, 0.5], [0.3, 0.7])),
        table("independent 4×4", np.full((4, 4), 1 / 16)),
        table("independent 10×10", np.full((10, 10), 0.01)), noisy_label(4, 0.3),
        noisy_label(10, 0.1), noisy_label(10, 0.5), noisy_label(20, 0.5),
    ]  # fmt: skip
    zipf = 1 / np.arange(1, 21)
    single = [
        symbols("uniform 4", np.full(4, 0.25)), symbols("uniform 10", np.full(10, 0.1)),
        symbols("Zipf 20", zipf / zipf.sum()), symbols("uniform 200", np.full(200, 0.005)),
    ]  # fmt: skip
    many = ("K=10", "K=20", "10×10", "uniform 200")
    for method in COUNTS:
        # where every symbol was seen twice, that of Chao and Shen is the plug-in figure
        unbiased = method in ("miller-madow", "grassberger")
        for law in laws:
            exact = unbiased and not any(name in law.name for name in many)
            yield Case(f"I {method}", law, fitted(DiscreteInformation, method=method), exact)
        for law in single:
            exact = unbiased and not any(name in law.name for name in many)
            measure = fitted(DiscreteEntropy, seeded=False, method=method)
            yield Case(f"H {method}", law, measure, exact)


def other_cases() -> Iterator[Case]:
    """Differential entropies, divergences, total correlation and transfer entropy."""
    for law in (normal(1), normal(3), uniform(1)):
        yield Case("KozachenkoLeonenko", law, fitted(KozachenkoLeonenko))
    for law in (normal(1), normal(5)):
        yield Case("WeightedKozachenkoLeonenko", law, fitted(WeightedKozachenkoLeonenko, k=10))
    for law in (two_normals(0, 1), two_normals(1, 1), two_normals(0, 2), two_normals(0, 0.5)):
        yield Case("kl_divergence", law, kl_divergence)
    for law in (equicorrelated(3, 0.0), equicorrelated(3, 0.5)):
        yield Case("total_correlation", law, total_correlation)
    for law in (coupled_series(0.0), coupled_series(0.5)):
        yield Case("transfer_entropy", law, partial(transfer_entropy, block=BLOCK))


TWO = table("2×2", np.array([[0.4, 0.1], [0.1, 0.4]]))
FOUR = table("4×4", np.full((4, 4), 0.03) + 0.13 * np.eye(4))


def cases() -> dict[str, Case]:
    """All cases by name."""
    found = [*neighbor_cases(), *model_cases(), *count_cases(), *other_cases()]
    return {case.name: case for case in found}
