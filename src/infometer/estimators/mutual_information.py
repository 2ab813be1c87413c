"""Mutual information of two views of any kind: the types are found, the estimator follows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal, get_args

from infometer.contracts import Estimate
from infometer.estimators.conditional_information import conditional_mutual_information
from infometer.estimators.dask_arrays import is_dask
from infometer.estimators.dask_views import estimate_dask
from infometer.estimators.discrete_entropy import EntropyMethod
from infometer.estimators.discrete_information import DiscreteInformation
from infometer.estimators.gao import Gao
from infometer.estimators.gaussian import GaussianInformation
from infometer.estimators.gaussian_copula import GaussianCopula
from infometer.estimators.ksg import KSG
from infometer.estimators.label_embedding import rare_labels
from infometer.estimators.named_estimators import Named, Settings, estimate_views, shared_columns
from infometer.estimators.pair import MOST_DIMENSIONS
from infometer.estimators.ross import Ross
from infometer.estimators.rounded_numbers import repeated_rows, spread_views
from infometer.estimators.row_groups import read_groups
from infometer.estimators.views import View, ViewType, read_views
from infometer.resampling import root_seed

__all__ = ["mutual_information"]


def _neural(name: str, **settings: Any) -> Any:
    """An estimator that needs the ``torch`` extra, which is imported only here."""
    return getattr(import_module("infometer.estimators.neural"), name)(**settings)


MUTUAL_INFORMATION = MappingProxyType(
    {
        "ksg": Named(KSG, "numbers"),
        "ross": Named(Ross, "numbers and symbols"),
        "gao": Named(Gao, "anything"),
        "gaussian": Named(GaussianInformation, "numbers"),
        "gaussian-copula": Named(GaussianCopula, "numbers"),
        **{
            method: Named(partial(DiscreteInformation, method), "symbols")
            for method in get_args(EntropyMethod)
        },
        "infonce": Named(partial(_neural, "InfoNCE"), "numbers"),
        "donsker-varadhan": Named(partial(_neural, "DonskerVaradhan"), "numbers"),
        "mine": Named(partial(_neural, "DonskerVaradhan", ema_rate=0.01), "numbers"),
        "nwj": Named(partial(_neural, "NWJ"), "numbers"),
        "jensen-shannon": Named(partial(_neural, "JensenShannon"), "numbers"),
        "smile": Named(partial(_neural, "SMILE"), "numbers"),
        "nishiyama": Named(partial(_neural, "Nishiyama"), "numbers"),
        "club": Named(partial(_neural, "CLUB"), "numbers"),
        "latent": Named(partial(_neural, "LatentInformation"), "numbers"),
    }
)


def mutual_information(
    x: Any,
    y: Any,
    z: Any = None,
    *,
    estimator: Any = "auto",
    x_type: ViewType = "auto",
    y_type: ViewType = "auto",
    z_type: ViewType = "auto",
    k: int = 3,
    standardize: bool = True,
    interval: Literal["auto", "subsample", "pointwise"] | None = "auto",
    level: float = 0.95,
    n_permutations: int = 0,
    groups: Any = None,
    block: int | None = None,
    sample_weight: Any = None,
    unit: str = "nats",
    random_state: Any = None,
    n_jobs: int | None = None,
) -> Estimate:
    r"""I(X;Y) in nats from samples of any kind: how much each view tells about the other.

    .. math:: I(X;Y) = \mathbb E \log \frac{p(x, y)}{p(x) p(y)}.

    "auto" takes the estimator of what the views hold, and ``method`` tells which and why:

    - labels and labels: their counts, with the correction of Miller and Madow;
    - numbers and labels: Ross;
    - numbers and numbers: KSG up to 10 columns in all, beyond them the Gaussian copula;
    - numbers and labels in one view: Gao.

    Numbers that repeat (rounded ones, counts, many zeros) are spread at random up to the next value
    that occurs, which changes no information and is told in ``warnings``: neighbours on a grid tie,
    and ties look like information. Whole rows that repeat are told too.

    Nearest neighbours may show a little less than 0 where there is nothing: nothing is clipped. A
    constant column carries 0 nats. I(X;X) of numbers is infinite, and no entropy: h is another
    quantity than H.

    Parameters
    ----------
    x : array-like, Series or DataFrame, shape (n,) or (n, dx)
        Samples, one a row. Of text, numbers, truth values, categories or times. Dask arrays for an
        estimator of sums, which is named: "gaussian", or a method of counts, for labels of any
        type.
    y : array-like, Series or DataFrame, shape (n,) or (n, dy)
    z : array-like, Series or DataFrame, shape (n,) or (n, dz), optional
        A condition: the answer is that of `conditional_mutual_information`.
    estimator : str or estimator
        "auto", "ksg", "ross", "gao", "gaussian", "gaussian-copula", a method of counts ("plug-in",
        "miller-madow", "grassberger", "chao-shen", "shrinkage"), a bound by a trained critic
        ("infonce", "donsker-varadhan", "mine", "nwj", "jensen-shannon", "smile", "nishiyama",
        "club") or "latent", of the ``torch`` extra, or an estimator with its own settings, such as
        ``KSG(k=5)``.
    x_type, y_type, z_type : {"auto", "continuous", "discrete"}
        "auto" finds the type of each column: text, truth values, categories and whole numbers of
        at most 20 values are labels, all else is numbers. What was found stands in ``parameters``.
    k : int
        Neighbours, where the estimator has them.
    standardize : bool
        Bring columns of numbers to unit variance first, so that units do not matter.
    interval : {"auto", "subsample", "pointwise", None}
        "auto" is the interval that the estimator has by itself; None is quick.
    level : float
        Of the interval.
    n_permutations : int
        For the p-value and the null; 0 for none, but for the chi-square of counts.
    groups : array-like, shape (n,), optional
        Rows of one group depend on each other: they are drawn and permuted together.
    block : int, optional
        So many consecutive rows are one group, for rows in order of time.
    sample_weight : array-like, shape (n,), optional
        For the Gaussian estimators and those of counts.
    unit : {"nats", "bits"}
        What the repr shows; the value is in nats.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    Estimate
        Of ``"I(X;Y)"``, or ``"I(X;Y|Z)"`` with a condition.

    Raises
    ------
    ValueError
        For unequal lengths, missing values, a law in place of samples, too few rows, or an
        estimator that does not take such views.

    References
    ----------
    A. Kraskov, H. Stögbauer and P. Grassberger, Phys. Rev. E 69, 066138 (2004); B. C. Ross, PLoS
    ONE 9, e87357 (2014); W. Gao et al., NeurIPS 2017: see `KSG`, `Ross` and `Gao`.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal(2000)
    >>> y = 0.6 * x + 0.8 * rng.standard_normal(2000)  # I(X;Y) = 0.2231 nats
    >>> mutual_information(x, y, random_state=0)
    0.207 ± 0.021 nats (95 % 0.163 to 0.250; KSG (continuous) k=3 variant=1, n=2000)
    >>> mutual_information(x > 0, y, interval=None).parameters["x_type"]
    'discrete'
    """
    if z is not None:
        return conditional_mutual_information(
            x, y, z, estimator=estimator, x_type=x_type, y_type=y_type, z_type=z_type, k=k,
            standardize=standardize, interval=interval, level=level,
            n_permutations=n_permutations, groups=groups, block=block,
            sample_weight=sample_weight, unit=unit, random_state=random_state, n_jobs=n_jobs,
        )  # fmt: skip
    settings = Settings(k, standardize, interval, level, n_permutations, random_state, n_jobs, unit)
    if is_dask(x) or is_dask(y):
        return estimate_dask(
            estimator, MUTUAL_INFORMATION, {"x": x, "y": y}, settings,
            groups=groups, block=block, sample_weight=sample_weight,
        )  # fmt: skip
    views = read_views(x=(x, x_type), y=(y, y_type))
    name, why, notes = estimator, "", (*shared_columns(views), *repeated_rows(views))
    if isinstance(estimator, str) and estimator == "auto":
        settings = replace(settings, random_state=root_seed(random_state))
        views, spread = spread_views(views, k, settings.random_state)
        name, why, more = _choice(views, k)
        notes = (*more, *spread, *notes)
    return estimate_views(
        name,
        MUTUAL_INFORMATION,
        views,
        settings,
        why=why,
        notes=notes,
        groups=read_groups(groups, block, len(views[0])),
        sample_weight=sample_weight,
    )


def _choice(views: list[View], k: int) -> tuple[str, str, tuple[str, ...]]:
    """The estimator of two views, why it is that one, and what to know of it."""
    symbols = [view.is_symbol for view in views]
    dimensions = sum(view.numbers.shape[1] for view in views)
    if all(symbols):
        return "miller-madow", "discrete", ()
    if "mixed" in (view.kind for view in views):
        return "gao", "mixed", rare_labels(views, k)
    if not any(symbols) and dimensions > MOST_DIMENSIONS:
        return "gaussian-copula", f"{dimensions} dimensions", (_copula(dimensions),)
    if any(symbols):
        return "ross", "continuous and discrete", ()
    return "ksg", "continuous", ()


def _copula(dimensions: int) -> str:
    return (
        f"{dimensions} dimensions, more than {MOST_DIMENSIONS}, are too many for neighbours; the "
        "Gaussian copula sees what the ranks of pairs of columns share and no other dependence: "
        "compress x and y first (PCACompressor, AutoencoderCompressor), or give an estimator"
    )
