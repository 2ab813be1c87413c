"""A set of comparisons as a graph: items, who was compared with whom, and what is known before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array, diags_array
from scipy.sparse.csgraph import connected_components

from infometer.preferences.graph_arguments import checked_pairs, one_each, positive_numbers
from infometer.preferences.outcomes import TIE, outcome_codes

__all__ = ["ComparisonGraph", "Kind", "Noise"]

Kind = Literal["binary", "cardinal"]
Noise = Literal["variance", "fisher"]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ComparisonGraph:
    r"""Comparisons of items, an edge each, and the edges of what is believed before.

    .. math:: P(u \succ v) = \sigma(\beta (r_u - r_v)) \quad \text{or} \quad
        \delta = r_u - r_v + \mathrm{Logistic}(0, 1/\beta), \qquad
        r_u - r_v \sim N(0, \sigma_e^2) \text{ on prior edges}

    Rewards r are known up to a constant, so edges carry differences. With ``prior_precision`` every
    reward is N(0, 1/prior_precision) as well.

    Parameters
    ----------
    n_items : int
    pairs : array of int, shape (m, 2)
        The item that was shown first, and the second. Repeats are comparisons of their own.
    outcomes : sequence, shape (m,), optional
        Binary: 1 or "first", 0 or "second", 0.5 or "tie", NaN or "skip". Cardinal: δ, NaN where
        skipped. None for a design without answers.
    kind : {"binary", "cardinal"}
    beta : float
        Inverse temperature β of the choices.
    noise : {"variance", "fisher"}
        Precision of a cardinal δ under Gaussian noise: 3β²/π², of the logistic law's variance, or
        β²/3, its Fisher information.
    variances : array, shape (m,), optional
        Of each cardinal δ, where they are known.
    weights : array, shape (m,), optional
        How many times each comparison counts; above 0.
    prior_edges : array of int, shape (e, 2), optional
        Pairs that are alike before any comparison (inductive bias).
    prior_variances : array, shape (e,), optional
        σ² of their differences.
    prior_precision : float
        Of every reward around 0; 0 for none.
    prompts : sequence, shape (n_items,), optional
        What each item answers: rewards are comparable within a prompt only.
    raters : sequence, shape (m,), optional
        Who gave each answer.
    times : array, shape (m,), optional
        When, in a unit of yours.
    names : sequence of str, shape (n_items,), optional

    Raises
    ------
    ValueError
        Self-comparisons, items out of range, comparisons across prompts that no prior edges link,
        variances, weights or β that are not above 0, and outcomes of the other kind.

    Examples
    --------
    A comparison of variance 2, one of variance 3 and a prior edge of variance 1, in a triangle:

    >>> graph = ComparisonGraph(n_items=3, pairs=[(1, 2), (0, 2)], kind="cardinal",
    ...                         variances=[2, 3], prior_edges=[(0, 1)], prior_variances=[1])
    >>> graph
    ComparisonGraph(3 items, 2 comparisons, 1 prior edges)
    >>> graph.laplacian().diagonal().round(3).tolist()
    [1.333, 1.5, 0.833]
    """

    n_items: int
    pairs: np.ndarray
    outcomes: np.ndarray | None = None
    kind: Kind = "binary"
    beta: float = 1.0
    noise: Noise = "variance"
    variances: np.ndarray | None = None
    weights: np.ndarray | None = None
    prior_edges: np.ndarray = field(default_factory=lambda: np.empty((0, 2), np.int64))
    prior_variances: np.ndarray = field(default_factory=lambda: np.empty(0))
    prior_precision: float = 0.0
    prompts: np.ndarray | None = None
    raters: np.ndarray | None = None
    times: np.ndarray | None = None
    names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.n_items < 1:
            raise ValueError(f"n_items is {self.n_items}; it must be at least 1")
        if self.kind not in ("binary", "cardinal"):
            raise ValueError(f"kind is {self.kind!r}; it must be 'binary' or 'cardinal'")
        if self.noise not in ("variance", "fisher"):
            raise ValueError(f"noise is {self.noise!r}; it must be 'variance' or 'fisher'")
        if not (np.isfinite(self.beta) and self.beta > 0):
            raise ValueError(f"beta is {self.beta}; it must be above 0")
        if not (np.isfinite(self.prior_precision) and self.prior_precision >= 0):
            raise ValueError(f"prior_precision is {self.prior_precision}; it must be at least 0")
        if self.variances is not None and self.kind == "binary":
            raise ValueError("variances belong to cardinal comparisons; give kind='cardinal'")
        put = object.__setattr__
        put(self, "pairs", checked_pairs(self.pairs, self.n_items, "pairs"))
        put(self, "prior_edges", checked_pairs(self.prior_edges, self.n_items, "prior_edges"))
        m, e = len(self.pairs), len(self.prior_edges)
        put(self, "prior_variances", positive_numbers(self.prior_variances, e, "prior_variances"))
        for name in ("variances", "weights"):
            if getattr(self, name) is not None:
                put(self, name, positive_numbers(getattr(self, name), m, name))
        if self.outcomes is not None:
            put(self, "outcomes", self._checked_outcomes())
        for name, n in (("raters", m), ("times", m), ("prompts", self.n_items)):
            if getattr(self, name) is not None:
                put(self, name, one_each(getattr(self, name), n, name))
        if self.times is not None and not np.isfinite(self.times.astype(float)).all():
            raise ValueError("times holds values that are not finite; expected a number each")
        if self.names is not None:
            put(self, "names", tuple(str(name) for name in self.names))
            one_each(self.names, self.n_items, "names")
        if self.prompts is not None:
            self._check_prompts()

    def _checked_outcomes(self) -> np.ndarray:
        if self.kind == "binary":
            codes = outcome_codes(self.outcomes)
        else:
            codes = np.asarray(self.outcomes, dtype=float)
            if np.isinf(codes).any():
                raise ValueError("outcomes holds infinite strengths; expected finite numbers")
        if codes.shape != (len(self.pairs),):
            raise ValueError(
                f"outcomes has shape {codes.shape}; expected ({len(self.pairs)},), one a comparison"
            )
        return codes

    def _check_prompts(self) -> None:
        alike = coo_array(
            (np.ones(len(self.prior_edges)), self.prior_edges.T), shape=(self.n_items,) * 2
        )
        linked = connected_components(alike, directed=False)[1]
        codes, (u, v) = self.prompt_codes, self.pairs.T
        across = (codes[u] != codes[v]) & (linked[u] != linked[v])
        if across.any():
            i = int(np.flatnonzero(across)[0])
            raise ValueError(
                f"pairs holds {int(across.sum())} comparisons across prompts, the first of "
                f"{self.name_of(self.pairs[i, 0])} with {self.name_of(self.pairs[i, 1])}; rewards "
                "are comparable within a prompt only: leave these out, or give prior_edges that "
                "link the prompts"
            )

    @classmethod
    def from_preferences(
        cls,
        frame: pd.DataFrame,
        *,
        chosen: str = "chosen",
        rejected: str = "rejected",
        **columns: Any,
    ) -> ComparisonGraph:
        """Read a table of winners and losers; see `read_chosen_rejected`."""
        from infometer.preferences.reading import read_chosen_rejected

        return read_chosen_rejected(frame, chosen=chosen, rejected=rejected, **columns)

    @classmethod
    def from_embeddings(
        cls,
        X: Any,
        pairs: Any,
        *,
        k: int = 10,
        length_scale: float | None = None,
        **given: Any,
    ) -> ComparisonGraph:
        """Items near each other in X (n, d) are alike before all; see `neighbor_edges`."""
        from infometer.preferences.kernel_edges import neighbor_edges

        edges, variances = neighbor_edges(X, k, length_scale)
        return cls(
            n_items=len(X), pairs=pairs, prior_edges=edges, prior_variances=variances, **given
        )

    @classmethod
    def from_prefix_tree(
        cls, trees: Any, pairs: Any, outcomes: Any = None, **options: Any
    ) -> ComparisonGraph:
        """Responses that share beginnings, their trees as prior edges; see `prefix_tree_graph`."""
        from infometer.preferences.prefix_tree_graph import prefix_tree_graph

        return prefix_tree_graph(trees, pairs, outcomes, **options)

    def __repr__(self) -> str:
        return (
            f"ComparisonGraph({self.n_items} items, {len(self.pairs)} comparisons, "
            f"{len(self.prior_edges)} prior edges)"
        )

    def name_of(self, item: int) -> str:
        """The item's name, or its number where it has none."""
        return str(int(item)) if self.names is None else self.names[item]

    @property
    def prompt_codes(self) -> np.ndarray:
        """Prompts numbered from 0 in the order of appearance; all 0 without. Shape (n_items,)."""
        if self.prompts is None:
            return np.zeros(self.n_items, np.int64)
        return np.asarray(pd.factorize(self.prompts, use_na_sentinel=False)[0])

    @property
    def answered(self) -> np.ndarray:
        """Which comparisons have an answer: all of a design, else those not skipped. Shape (m,)."""
        if self.outcomes is None:
            return np.ones(len(self.pairs), dtype=bool)
        return ~np.isnan(self.outcomes)

    @property
    def has_ties(self) -> bool:
        """Whether a binary comparison ended in a tie."""
        return (
            self.kind == "binary"
            and self.outcomes is not None
            and bool((self.outcomes == TIE).any())
        )

    @property
    def strength_precision(self) -> float:
        """Precision of a cardinal δ of unknown variance: 3β²/π² or β²/3 (`noise`)."""
        return self.beta**2 * (3.0 / np.pi**2 if self.noise == "variance" else 1.0 / 3.0)

    def comparison_precisions(self) -> np.ndarray:
        r"""Precision w of what each comparison tells about its difference; 0 where it was skipped.

        Cardinal: 1/variance, by default 3β²/π² or β²/3 (`noise`). Binary: β²/4, the Fisher
        information of a label between equals; `reward_posterior` finds that of the rewards.

        Returns
        -------
        ndarray, shape (m,)
        """
        if self.kind == "binary":
            one = np.full(len(self.pairs), self.beta**2 / 4.0)
        elif self.variances is not None:
            one = 1.0 / self.variances
        else:
            one = np.full(len(self.pairs), self.strength_precision)
        counts = 1.0 if self.weights is None else self.weights
        return one * counts * self.answered

    def edges(self, precisions: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """All edges that bind: the answered comparisons, then the prior edges.

        Parameters
        ----------
        precisions : ndarray, shape (m,), optional
            Of the comparisons, in place of `comparison_precisions`.

        Returns
        -------
        pairs : ndarray of int, shape (k, 2)
        precisions : ndarray, shape (k,)
            1/σ², above 0.
        """
        w = self.comparison_precisions() if precisions is None else precisions
        kept = w > 0
        return (
            np.concatenate([self.pairs[kept], self.prior_edges]),
            np.concatenate([w[kept], 1.0 / self.prior_variances]),
        )

    def laplacian(self, precisions: np.ndarray | None = None) -> csr_array:
        r"""L = τ⁻² I + Σ_e w_e b_e b_eᵀ with b_e = e_u − e_v: the posterior precision of Gaussians.

        Parameters
        ----------
        precisions : ndarray, shape (m,), optional
            Of the comparisons, in place of `comparison_precisions`.

        Returns
        -------
        csr_array, shape (n_items, n_items)
        """
        adjacency = self.adjacency(precisions)
        degrees = np.asarray(adjacency.sum(axis=1)) + self.prior_precision
        return csr_array(diags_array(degrees) - adjacency)

    def adjacency(self, precisions: np.ndarray | None = None) -> csr_array:
        """Precisions between items, those of parallel edges added up; as `laplacian` has it.

        Returns
        -------
        csr_array, shape (n_items, n_items)
        """
        pairs, w = self.edges(precisions)
        rows, columns = np.concatenate([pairs, pairs[:, ::-1]]).T
        return coo_array((np.tile(w, 2), (rows, columns)), shape=(self.n_items,) * 2).tocsr()

    def components(self) -> np.ndarray:
        """Which connected part each item is in, by comparisons and prior edges. Shape (n_items,).

        Rewards of different parts cannot be compared, but for ``prior_precision``.
        """
        return np.asarray(connected_components(self.laplacian(), directed=False)[1])
