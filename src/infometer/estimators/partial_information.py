"""Partial information decomposition from samples: redundant, unique and synergistic information."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from joblib import Parallel, delayed

from infometer.contracts import Estimate, nats_per
from infometer.estimators.clustered_views import cluster_view
from infometer.estimators.partial_estimate import ATOMS, FIGURES, WEIGHTS, PartialEstimate
from infometer.estimators.row_groups import read_groups
from infometer.estimators.samples import require_count
from infometer.estimators.views import View, ViewType, read_views
from infometer.extras import require
from infometer.quantities import partial_information as exact_partial_information
from infometer.quantities.partial_information import LARGEST
from infometer.resampling import (
    generator,
    group_codes,
    root_seed,
    shuffle_groups,
    splits_error,
    student_interval,
    subsampling_splits,
)

__all__ = ["partial_information"]

ROUGH = 1e-6
"""The certified gap in nats of figures that only an error or a null is made from."""
ROWS_PER_CELL = 5
MANY_SYMBOLS = 64
FEWEST_ROWS = 12
FEWEST_GROUPS = 3
"""They are dealt out to halves and to thirds."""


def partial_information(
    x1: Any,
    x2: Any,
    y: Any,
    *,
    method: Literal["cluster", "batch"] = "cluster",
    x1_type: ViewType = "auto",
    x2_type: ViewType = "auto",
    n_clusters: int = 20,
    n_components: int = 5,
    n_permutations: int = 0,
    level: float = 0.95,
    groups: Any = None,
    block: int | None = None,
    unit: str = "nats",
    random_state: Any = None,
    n_jobs: int | None = None,
) -> PartialEstimate:
    r"""Redundant, unique and synergistic information of two views about a label (BROJA).

    "cluster" counts symbols: labels as they are, numbers as clusters of their principal
    components. On the table of counts the decomposition is exact, to a certified gap. What is
    measured is what the symbols tell: redundancy and sums are no more than those of the views, but
    what clusters lose of one view is unique to the other. The plug-in θ of so few rows is too
    large, the synergy most of all; with the mean of θ over halves of the rows, for bias ∝ 1/n,

    .. math:: \hat\theta = 2 \theta_n - \bar\theta_{n/2}.

    So the figure of an atom that is 0 may stand a little below it (``clipped`` does not). "batch"
    trains networks instead of counting (extra ``torch``): for views of many columns, where
    clusters lose what they tell; see `infometer.estimators.neural.aligned_information`.

    The null permutes y against both views together, so that nothing tells anything of it; the
    rows of a view stay beside those of the other. It says whether an atom is there at all, not
    what its bias is: of a strong synergy, the null has a larger bias than the figure.

    A view that alone carries the label in some rows need not have unique information: what the
    other view tells of the same label elsewhere is redundant to it, and the rest synergy (see
    `infometer.quantities.partial_information`). ``conditional1`` and ``conditional2`` are what
    each view adds.

    Parameters
    ----------
    x1, x2 : array-like or DataFrame, shapes (n, d1) and (n, d2)
        The views; row i of both and of y is one sample.
    y : array-like, shape (n,)
        Labels.
    method : {"cluster", "batch"}
    x1_type, x2_type : {"auto", "continuous", "discrete"}
        "auto" finds the type of each column.
    n_clusters, n_components : int
        At most; of the columns of numbers of a view, where the method is "cluster".
    n_permutations : int
        Of the null; 0 for none.
    level : float
        Of the intervals, by subsampling with the clusters held fixed.
    groups : array-like, shape (n,), optional
        Rows of one group depend on each other.
    block : int, optional
        So many consecutive rows are one group, for rows in order of time.
    unit : {"nats", "bits"}
        What is shown.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional

    Returns
    -------
    PartialEstimate
        Its ``null`` has its own mean taken off, as the figures have their bias.

    Raises
    ------
    ValueError
        For missing values, unequal lengths, fewer than 12 rows or 3 groups, numbers as y, or
        n1 and n2 symbols and k labels with (n1 + n2) k above 3000; near it, it takes minutes.

    References
    ----------
    P. P. Liang et al., "Quantifying & modeling multimodal interactions: an information
    decomposition framework", NeurIPS 2023, has both methods; the correction is ours.

    Examples
    --------
    Y = X1 xor X2 of fair bits, log 2 = 0.693 of synergy:

    >>> x1, x2 = np.random.default_rng(0).integers(0, 2, (2, 400))
    >>> found = partial_information(x1, x2, x1 ^ x2, random_state=0)
    >>> round(found.synergy.value, 2), round(abs(found.redundancy.value), 2)
    (0.69, 0.0)
    """
    if method not in ("cluster", "batch"):
        raise ValueError(f"method is {method!r}; it must be 'cluster' or 'batch'")
    nats_per(unit)  # which refuses other units
    require_count(n_permutations, "n_permutations", 0)
    first, second, target = read_views(x1=(x1, x1_type), x2=(x2, x2_type), y=(y, "auto"))
    if not target.is_symbol:
        raise ValueError("y holds numbers; expected labels: bin them, or give them as text")
    if len(target) < FEWEST_ROWS:
        raise ValueError(f"y has {len(target)} rows; expected at least {FEWEST_ROWS}")
    root = root_seed(random_state)
    codes = group_codes(read_groups(groups, block, len(target)), len(target))
    if codes is not None and len(np.unique(codes)) < FEWEST_GROUPS:
        raise ValueError(
            f"the rows are of {len(np.unique(codes))} groups or blocks; expected at least "
            f"{FEWEST_GROUPS}: intervals and the correction are from halves and thirds of them"
        )
    if method == "batch" and target.labels.shape[1]:
        return _batch(first, second, target, n_permutations, level, codes, unit, root)
    table = _Symbols(
        cluster_view(first, n_clusters, n_components, root),
        cluster_view(second, n_clusters, n_components, root),
        _labels(target),
    )
    table.require_size()
    notes = table.notes() + first.notes + second.notes
    return _counted(table, codes, n_permutations, level, unit, root, n_jobs, notes)


def _counted(
    table: _Symbols, groups: np.ndarray | None, n_permutations: int, level: float, unit: str,
    root: int, n_jobs: int | None, notes: tuple[str, ...],
) -> PartialEstimate:  # fmt: skip
    figures = table.decompose(np.arange(table.n))
    splits = subsampling_splits(table.n, groups=groups, random_state=root)
    parts = _part_figures(table, splits, n_jobs)
    halves = np.mean([p for p, s in zip(parts, splits, strict=True) if s.max() == 1], axis=(0, 1))
    nulls = _nulls(table, n_permutations, groups, root, n_jobs)
    made = {}
    for number, (name, quantity) in enumerate(FIGURES.items()):
        found = splits_error([part[:, number] for part in parts], splits, groups=groups)
        plug_in, value = float(figures[number]), float(2.0 * figures[number] - halves[number])
        p_value, null = _against(nulls[:, number], plug_in, level)
        made[name] = Estimate(
            quantity, value, unit=unit, standard_error=found.standard_error,
            interval=student_interval(value, found.standard_error or 0.0, found.contrasts, level),
            level=level, p_value=p_value, null=null, n_samples=table.n, method="BROJA of clusters",
            parameters={
                "clusters1": table.shape[0], "clusters2": table.shape[1], "plug_in": plug_in
            },
            warnings=notes,
        )  # fmt: skip
    return PartialEstimate(**made, unit=unit)


def _against(
    null: np.ndarray, plug_in: float, level: float
) -> tuple[float | None, tuple[float, float] | None]:
    """The p-value, and the null with its mean, which is its bias, taken off."""
    if not len(null):
        return None, None
    p_value = (1 + int((null >= plug_in - ROUGH).sum())) / (1 + len(null))
    return p_value, (0.0, float(np.quantile(null, level) - null.mean()))


@dataclass(frozen=True)
class _Symbols:
    """Symbols of both views and of the target, whose counts are decomposed."""

    first: np.ndarray
    second: np.ndarray
    labels: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int]:
        n1, n2, k = (int(code.max()) + 1 for code in (self.first, self.second, self.labels))
        return n1, n2, k

    @property
    def n(self) -> int:
        return len(self.labels)

    def counts(self, rows: np.ndarray, order: np.ndarray | None = None) -> np.ndarray:
        labels = self.labels if order is None else self.labels[order]
        place = np.ravel_multi_index((self.first, self.second, labels), self.shape)
        found = np.bincount(place[rows], minlength=int(np.prod(self.shape)))
        return found.reshape(self.shape)

    def decompose(
        self, rows: np.ndarray, order: np.ndarray | None = None, tol: float = 1e-9
    ) -> np.ndarray:
        """The atoms and their sums, shape (9,), in nats."""
        found = exact_partial_information(self.counts(rows, order), tol=tol)
        return np.asarray(WEIGHTS @ [getattr(found, atom) for atom in ATOMS])

    def require_size(self) -> None:
        n1, n2, k = self.shape
        if (n1 + n2) * k > LARGEST:
            raise ValueError(
                f"x1 and x2 have {n1} and {n2} symbols and y {k} labels, (n1 + n2) k = "
                f"{(n1 + n2) * k}; it must be {LARGEST} at most: merge rare symbols and labels, "
                "take fewer n_clusters of numbers, or method='batch'"
            )

    def notes(self) -> tuple[str, ...]:
        """What makes the figures uncertain beyond their intervals."""
        n1, n2, k = self.shape
        found = []
        if self.n < ROWS_PER_CELL * n1 * n2 * k:
            empty = int((self.counts(np.arange(self.n)) == 0).sum())
            found.append(
                f"{self.n} rows for {n1} x {n2} x {k} cells, of which {empty} are empty: fewer "
                f"than {ROWS_PER_CELL} a cell, and the correction of the synergy is a large part "
                "of it; take fewer clusters or more rows"
            )
        for name, size in (("x1", n1), ("x2", n2)):
            if size > MANY_SYMBOLS:
                found.append(
                    f"{name} has {size} symbols, more than {MANY_SYMBOLS}; merge the rare ones"
                )
        return tuple(found)


def _labels(target: View) -> np.ndarray:
    return target.symbols if target.labels.shape[1] else np.zeros(len(target), dtype=int)


def _part_figures(table: _Symbols, splits: np.ndarray, n_jobs: int | None) -> list[np.ndarray]:
    """The figures (parts, 9) of every part of every split."""
    rows = [np.flatnonzero(split == part) for split in splits for part in range(split.max() + 1)]
    found = Parallel(n_jobs=n_jobs)(delayed(table.decompose)(part, None, ROUGH) for part in rows)
    ends = np.cumsum([split.max() + 1 for split in splits])[:-1]
    return np.split(np.array(found), ends)


def _nulls(
    table: _Symbols, count: int, groups: np.ndarray | None, root: int, n_jobs: int | None
) -> np.ndarray:
    """The figures (count, 9) under permutations of y."""

    def order(repeat: int) -> np.ndarray:
        rng = generator(root, "permutation", repeat)
        return rng.permutation(table.n) if groups is None else shuffle_groups(groups, rng)

    rows = np.arange(table.n)
    found = Parallel(n_jobs=n_jobs)(
        delayed(table.decompose)(rows, order(repeat), ROUGH) for repeat in range(count)
    )
    return np.array(found).reshape(count, len(FIGURES))


def _batch(
    first: View, second: View, target: View, n_permutations: int, level: float,
    groups: np.ndarray | None, unit: str, root: int,
) -> PartialEstimate:  # fmt: skip
    if n_permutations or groups is not None:
        raise ValueError(
            "n_permutations and groups are of the method 'cluster'; with 'batch' each permutation "
            "would train four networks anew: leave them out"
        )
    require("torch", "torch")
    from infometer.estimators.neural.aligned_information import aligned_information

    return aligned_information(first, second, _labels(target), level, unit, root)
