"""Every item of a labelled set by what a family of models can read off it about its label."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from infometer.contracts import Finding
from infometer.estimators.predictive import (
    VInformation,
    probability_information,
)
from infometer.resampling import generator, root_seed
from infometer.usable.annotator_comparison import annotator_report
from infometer.usable.artefact_tokens import TokenArtefacts, token_artefacts
from infometer.usable.cross_fitted_texts import fold_models
from infometer.usable.label_suspicion import SuspectLabels, suspect_labels
from infometer.usable.labelled_table import LabelledTable
from infometer.usable.order import pvi_order
from infometer.usable.slices import SliceReport, slice_report
from infometer.usable.table_findings import table_findings

if TYPE_CHECKING:
    from infometer.contracts import Report

__all__ = ["Difficulty", "dataset_difficulty"]

BITS = math.log(2.0)
MOST_SLICES_OF_A_COLUMN = 50
MOST_ARTEFACT_ITEMS = 20_000
MOST_ITEMS_PERMUTED = 20_000
Probabilities = Callable[[Any], np.ndarray]


@dataclass(frozen=True, eq=False)
class Difficulty:
    """What a family of models can read off each text about its label, from `dataset_difficulty`.

    Parameters
    ----------
    table : LabelledTable
    result : VInformation
        Of its rows, by models that have not seen them.
    slices : SliceReport
        By label, length of the text, annotator and every other column of few values or numbers.
    suspects : SuspectLabels
    artefacts : TokenArtefacts or None
        None where no model could be asked about changed texts.
    findings : tuple of Finding
    settings : mapping
    """

    table: LabelledTable
    result: VInformation
    slices: SliceReport
    suspects: SuspectLabels
    artefacts: TokenArtefacts | None = None
    findings: tuple[Finding, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    def to_frame(self) -> pd.DataFrame:
        """Every row of the table: its columns, then its figures in bits.

        ``suspect_rank`` is 1 for the label most likely to be wrong, ``easy_first_rank`` is 1 for
        the item that the model finds easiest. A column of the table that has the name of a figure,
        such as ``predicted``, is given as ``table_predicted``.
        """
        figures = self.result.to_frame().drop(columns="label")
        if figures["predicted"].map(type).nunique() > 1:  # parquet holds one type a column
            figures["predicted"] = figures["predicted"].astype(str)
        ranked = self.suspects.to_frame().set_index("item")["rank"]
        easy = np.empty(len(figures), dtype=int)
        easy[pvi_order(self.result.pvi, random_state=0)] = np.arange(1, len(figures) + 1)
        figures = figures.assign(
            suspect_rank=ranked.reindex(range(len(figures))).to_numpy(), easy_first_rank=easy
        )
        taken = {name: f"table_{name}" for name in self.table.others if name in figures}
        return pd.concat([self.table.frame.rename(columns=taken), figures], axis=1)

    def lowest(self, n: int = 20) -> pd.DataFrame:
        """The n rows with the lowest pointwise V-information, with their texts."""
        return self.to_frame().nsmallest(n, "pvi_bits", keep="first")

    def by_annotator(self) -> pd.DataFrame | None:
        """`annotator_report` of the table; None where no annotators are known."""
        people = self.table.annotators
        return None if people is None else annotator_report(self.result, people, random_state=0)

    def to_dict(self) -> dict[str, Any]:
        """The figures of the whole set."""
        people = self.table.annotators
        agreement = None if people is None else people.agreement
        return {
            **self.result.to_dict(),
            "n_left_out": self.table.n_left_out,
            "agreement": None if agreement is None else agreement.to_dict(),
            "slices_that_differ": len(self.slices.told),
            "settings": dict(self.settings),
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw how the pointwise values spread.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes
        """
        return self.result.plot(ax)

    def report(self) -> Report:
        """The answer with its figures, tables and pictures."""
        from infometer.usable.difficulty_report import difficulty_report

        return difficulty_report(self)


def dataset_difficulty(
    table: LabelledTable,
    *,
    estimator: Any = "linear",
    probabilities: Any = None,
    classes: Sequence[Any] | None = None,
    model: Probabilities | None = None,
    cv: int = 5,
    random_state: Any = None,
    n_jobs: int | None = None,
    progress: Callable[[int, int, str], object] | None = None,
) -> Difficulty:
    """Bits that each text gives about its label, and what stands out: items, slices, tokens.

    Parameters
    ----------
    table : LabelledTable
        From `read_labelled_table`.
    estimator : {"linear", "mlp", "knn"} or classifier
        A `probe_family`, or a classifier of texts, cross-fitted.
    probabilities : array-like, shape (n, K), optional
        Instead: what a model of yours says of each row, having been trained on none of them.
    classes : sequence of K labels, optional
        Of the columns of `probabilities`, or of what `model` gives.
    model : callable, optional
        Instead: gives class probabilities of texts, in the form of ``table.texts``; trained on
        none of these rows.
    cv : int
        Folds.
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional
    progress : callable, optional
        ``progress(done, of, doing)``.

    Returns
    -------
    Difficulty

    Raises
    ------
    ValueError
        For probabilities that are none, labels that the model does not know, a class with fewer
        items than folds.

    Examples
    --------
    >>> from infometer.usable import read_labelled_table
    >>> frame = pd.DataFrame({"text": ["a good day", "a bad day"] * 40, "label": [1, 0] * 40})
    >>> frame["text"] += [f" number {i}" for i in range(80)]
    >>> frame.loc[7, "label"] = 1
    >>> found = dataset_difficulty(
    ...     read_labelled_table(frame, text="text", label="label"), random_state=0)
    >>> int(found.lowest(1)["row"].iloc[0])
    7
    """
    show = progress or (lambda done, of, doing: None)
    groups, seed = table.groups, root_seed(random_state)
    asked: tuple[Any, Any] | None
    if probabilities is None and model is None:
        fitted = fold_models(
            estimator, table.texts, table.labels, groups=groups, cv=cv, random_state=seed,
            n_jobs=n_jobs, progress=lambda done, of: show(done, of, "fitting"),
        )  # fmt: skip
        result, asked = fitted.result, (fitted.predict_proba, fitted.folds)
    else:
        result, asked = _given(table, probabilities, classes, model)
    artefacts, notes = None, table_findings(table)
    if asked is not None:
        models, folds = asked
        artefacts, drawn = _artefacts(table, result, models, folds, seed, show)
        notes += drawn
    slices = slice_report(
        result, _slices(table), groups=groups, min_items=_least_items(len(result.pvi)),
        n_permutations=9_999 if len(result.pvi) <= MOST_ITEMS_PERMUTED else 999,
        random_state=seed,
    )  # fmt: skip
    suspects = suspect_labels(result)
    figure = result.information
    return Difficulty(
        table=table,
        result=result,
        slices=slices,
        suspects=suspects,
        artefacts=artefacts,
        findings=_unique([*suspects.findings, *slices.findings, *notes]),
        settings={"models": figure.method, "folds": figure.parameters.get("folds")},
    )


def _given(
    table: LabelledTable,
    probabilities: Any,
    classes: Sequence[Any] | None,
    model: Probabilities | None,
) -> tuple[VInformation, tuple[Any, None] | None]:
    """What is told by someone else's probabilities, and the model to ask about changed texts."""
    if classes is None:
        raise ValueError("classes is None; name the labels of the columns of probabilities")
    result = probability_information(
        probabilities if model is None else model(table.texts),
        table.labels,
        classes,
        groups=table.groups,
        method="given probabilities" if model is None else "a model of its own",
    )
    return result, None if model is None else (model, None)


def _artefacts(
    table: LabelledTable,
    result: VInformation,
    models: Any,
    folds: np.ndarray | None,
    random_state: Any,
    show: Callable[[int, int, str], object],
) -> tuple[TokenArtefacts, list[Finding]]:
    """Token artefacts of the text, or of the second of a pair."""
    n, notes = len(result.pvi), []
    rows = np.arange(n)
    if n > MOST_ARTEFACT_ITEMS:
        draw = generator(random_state, "artefact items")
        rows = np.sort(draw.choice(n, MOST_ARTEFACT_ITEMS, replace=False))
        what = f"Tokens were taken out of {MOST_ARTEFACT_ITEMS} rows drawn of {n}."
        notes.append(Finding("info", "artefacts", what))
    texts = table.texts

    def taking(done: int, of: int) -> None:
        show(done, of, "taking tokens out")

    found = token_artefacts(
        models,
        texts.iloc[rows] if table.text2 is not None else [texts[i] for i in rows],
        table.labels[rows],
        classes=result.classes,
        folds=None if folds is None else folds[rows],
        groups=None if table.groups is None else table.groups[rows],
        side=None if table.text2 is None else 1,
        progress=taking,
    )
    return found, notes


def _slices(table: LabelledTable) -> pd.DataFrame:
    """Label, words in the text, and every other column of few values or of numbers."""
    frame = table.frame
    words = frame[table.text].map(lambda text: len(text.split()))
    if table.text2 is not None:
        words = words + frame[table.text2].map(lambda text: len(text.split()))
    columns: dict[str, Any] = {table.label: frame[table.label].astype(str)}
    columns["words" if "words" not in frame else f"words of {table.text}"] = words
    for name in table.others:
        column = frame[name]
        few = 1 < column.nunique() <= MOST_SLICES_OF_A_COLUMN
        if few or pd.api.types.is_numeric_dtype(column):
            missing = column.isna().any()
            columns[str(name)] = column.astype(object).fillna("(missing)") if missing else column
    return pd.DataFrame(columns)


def _least_items(n: int) -> int:
    return max(5, min(30, n // 50))


def _unique(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))
