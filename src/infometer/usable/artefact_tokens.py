"""Words that give a label away: the pointwise V-information that is lost without them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binom, false_discovery_control

from infometer.contracts import Finding
from infometer.extras import axes
from infometer.resampling import group_codes
from infometer.usable.cell_means import cell_means, independent_sums
from infometer.usable.text_rows import read_texts
from infometer.usable.token_drops import Model, TextModels, TokenDrops, read_models, token_drops
from infometer.usable.words import WORD, Tokenizer, token_spans

__all__ = ["TokenArtefacts", "token_artefacts"]

BITS = math.log(2.0)
ROUNDING = 1e-9  # nats; a smaller drop counts as none


@dataclass(frozen=True, eq=False)
class TokenArtefacts:
    """How much of what a model reads off a text each of its tokens carries, from `token_artefacts`.

    Parameters
    ----------
    frame : DataFrame
        One row for every token and class, the largest drops of each class first: ``n`` items of
        the class hold the token, which are ``share`` of all items that do; ``drop_bits`` is their
        mean drop in PVI with ``standard_error_bits``, ``low_bits`` and ``high_bits``;
        ``helps`` the share of them whose label gets less likely without it. ``p_value`` is that of
        the sign test that it helps as often as it harms, ``adjusted_p_value`` after Benjamini and
        Hochberg over all rows.
    totals : DataFrame
        The same over all classes: one row for every token.
    level : float
        Of the intervals.
    n_predictions : int
        Changed texts that the model was asked about.
    findings : tuple of Finding
    """

    frame: pd.DataFrame
    totals: pd.DataFrame
    level: float
    n_predictions: int
    findings: tuple[Finding, ...] = ()

    def top(self, k: int = 10) -> pd.DataFrame:
        """The k largest drops of each class among those that pass the test at 1 - level."""
        passed = self.frame["adjusted_p_value"] <= 1 - self.level
        return self.frame[passed & (self.frame["drop_bits"] > 0)].groupby("class").head(k)

    def to_frame(self) -> pd.DataFrame:
        """One row for every token and class."""
        return self.frame

    def to_dict(self) -> dict[str, Any]:
        """All rows as plain values."""
        return {
            "tokens": self.frame.to_dict("records"),
            "totals": self.totals.to_dict("records"),
            "level": self.level,
            "n_predictions": self.n_predictions,
            "findings": [vars(finding) for finding in self.findings],
        }

    def plot(self, ax: Any = None, k: int = 10) -> Any:
        """Draw the k largest drops of each class with their intervals.

        Parameters
        ----------
        ax : matplotlib Axes, optional
        k : int

        Returns
        -------
        matplotlib Axes
        """
        rows = self.frame.groupby("class").head(k).reset_index(drop=True)
        ax = axes(ax, 6, 1.2 + 0.22 * len(rows))
        for place, (label, part) in enumerate(rows.groupby("class")):
            middle = part["drop_bits"]
            reach = [middle - part["low_bits"], part["high_bits"] - middle]
            ax.errorbar(middle, part.index, xerr=reach, fmt="o", color=f"C{place}", label=label)
        ax.set_yticks(rows.index, rows["token"])
        ax.invert_yaxis()
        ax.axvline(0.0, color="0.6", lw=0.8)
        ax.set(xlabel="mean drop in PVI without the token (bits)")
        ax.legend(title="class", frameon=False)
        return ax


def token_artefacts(
    predict_proba: Model | Sequence[Model],
    texts: Any,
    labels: Any,
    *,
    classes: Sequence[Hashable],
    folds: Any = None,
    groups: Any = None,
    side: Hashable | None = None,
    tokenizer: Tokenizer = WORD,
    min_count: int = 5,
    floor: float = 1e-12,
    level: float = 0.95,
    batch_size: int = 20_000,
    progress: Callable[[int, int], None] | None = None,
) -> TokenArtefacts:
    r"""Mean drop in PVI of the items of each class when a token is taken out, without retraining.

    .. math:: \Delta(t, c) = \frac{1}{n_{tc}} \sum_{i: y_i = c, t \in x_i}
        \big[\log g'[x_i](y_i) - \log g'[x_i \setminus t](y_i)\big],

    with every occurrence of t taken out at once. A token with a large drop in one class gives
    that class away: see whether it should.

    Parameters
    ----------
    predict_proba : callable or sequence of callables
        Class probabilities (m, K) of texts in the form of `texts`; one for every fold if `folds`
        is given. Of items that a model was trained on the drops are too large.
    texts : sequence of str, or pairs of shape (n, 2)
    labels : array-like, shape (n,)
    classes : sequence of K labels
        Of the columns that `predict_proba` gives, in their order.
    folds : array-like of int, shape (n,), optional
        Item i is asked of ``predict_proba[folds[i]]``, which has not seen it.
    groups : array-like, shape (n,), optional
        Items of one group, such as copies, depend on each other: intervals and tests count them as
        one.
    side : {0, 1} or name of a column
        Of pairs: the text to take tokens out of.
    tokenizer : str or callable
        A regular expression, or what cuts a text into its pieces. Upper and lower case differ.
    min_count : int
        A token is shown for a class if it occurs in more than so many items of that class.
    floor : float
        Smallest probability that is taken as it is.
    level : float
        Of the intervals.
    batch_size : int
        Changed texts held in memory at a time; equal ones of a batch are asked about once.
    progress : callable, optional
        Called with the number of changed texts done and of all.

    Returns
    -------
    TokenArtefacts

    Raises
    ------
    ValueError
        For labels that are no class, folds without a model, missing texts.

    References
    ----------
    K. Ethayarajh, S. Choi and S. Swayamdipta, "Understanding dataset difficulty with V-usable
    information", ICML (2022), section 4.3. Their code counts a token's items in all classes where
    the paper says in the class.

    Examples
    --------
    A model that takes any text with "not" for a contradiction, with probability 0.9:

    >>> def model(texts):
    ...     told = np.array(["not" in text.split() for text in texts])
    ...     return np.where(told[:, None], [0.1, 0.9], [0.5, 0.5])
    >>> texts = [f"a dog is not {word}" for word in ("big", "old", "red", "wet", "ill", "shy")]
    >>> found = token_artefacts(model, texts, [1] * 6, classes=[0, 1])
    >>> found.to_frame()[["token", "class", "n", "drop_bits"]].round(3).values.tolist()[0]
    ['not', 1, 6, 0.848]
    """
    rows, names = read_texts(texts), list(classes)
    given = np.asarray(labels)
    asked = TextModels(*read_models(predict_proba, folds, len(rows)), names, floor, given, rows)
    place = rows.place(side)
    spans = [token_spans(text, tokenizer) for text in rows.sides[place].tolist()]
    counts = Counter(token for item in spans for token in item)
    tokens = sorted(token for token, count in counts.items() if count > min_count)
    drops = token_drops(asked, spans, tokens, place, batch_size, progress)
    codes = pd.Index(names).get_indexer(pd.Index(given))
    more: dict[str, Any] = {
        "groups": group_codes(groups, len(given)), "min_count": min_count, "level": level
    }  # fmt: skip
    every = np.zeros(len(given), dtype=int)
    return TokenArtefacts(
        _table(drops, codes, names, tokens, **more),
        _table(drops, every, [None], tokens, **more).drop(columns=["class", "share"]),
        level,
        len(drops.values),
        asked.findings(),
    )


def _table(
    drops: TokenDrops,
    codes: np.ndarray,
    names: list[Any],
    tokens: list[str],
    *,
    groups: np.ndarray | None,
    min_count: int,
    level: float,
) -> pd.DataFrame:
    """A row for each token and class with more than `min_count` items."""
    cells = drops.tokens * len(names) + codes[drops.items]
    n_cells = len(tokens) * len(names)
    values = np.where(np.abs(drops.values) < ROUNDING, 0.0, drops.values)
    own = None if groups is None else groups[drops.items]
    found = cell_means(values, cells, n_cells, groups=own, level=level)
    helps = np.bincount(cells, values > 0, minlength=n_cells)
    kept = np.flatnonzero(found.n > min_count)
    p_value = _sign_test(values, cells, n_cells, own)[kept]
    occurrences = found.n.reshape(-1, len(names)).sum(axis=1)
    frame = pd.DataFrame(
        {
            "token": [tokens[cell // len(names)] for cell in kept],
            "class": pd.Series([names[cell % len(names)] for cell in kept]),
            "n": found.n[kept],
            "share": found.n[kept] / occurrences[kept // len(names)],
            "drop_bits": found.mean[kept] / BITS,
            "standard_error_bits": found.standard_error[kept] / BITS,
            "low_bits": found.low[kept] / BITS,
            "high_bits": found.high[kept] / BITS,
            "helps": helps[kept] / found.n[kept],
            "p_value": p_value,
            "adjusted_p_value": false_discovery_control(p_value) if len(kept) else p_value,
        }
    )
    order = np.lexsort((-frame["drop_bits"], kept % len(names)))
    return frame.iloc[order].reset_index(drop=True)


def _sign_test(
    values: np.ndarray, cells: np.ndarray, n_cells: int, groups: np.ndarray | None
) -> np.ndarray:
    """Two-sided p-value of each cell that its independent sums are as often above as below 0."""
    parts, sums, _ = independent_sums(values, cells, groups)
    above = np.bincount(parts, sums > ROUNDING, minlength=n_cells)
    below = np.bincount(parts, sums < -ROUNDING, minlength=n_cells)
    tail = binom.cdf(np.minimum(above, below), above + below, 0.5)
    return np.asarray(np.minimum(1.0, 2 * tail))
