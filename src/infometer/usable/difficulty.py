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
    pointwise_v_information,
    probability_information,
)
from infometer.resampling import generator, root_seed
from infometer.usable.annotator_report import annotator_report
from infometer.usable.fold_models import fold_models
from infometer.usable.labelled_table import LabelledTable
from infometer.usable.order import pvi_order
from infometer.usable.slices import SliceReport, slice_report
from infometer.usable.suspect_labels import SuspectLabels, suspect_labels
from infometer.usable.token_artefacts import TokenArtefacts, token_artefacts

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
        the item that the model finds easiest.
        """
        figures = self.result.to_frame().drop(columns="label")
        ranked = self.suspects.to_frame().set_index("item")["rank"]
        easy = np.empty(len(figures), dtype=int)
        easy[pvi_order(self.result.pvi, random_state=0)] = np.arange(1, len(figures) + 1)
        figures = figures.assign(
            suspect_rank=ranked.reindex(range(len(figures))).to_numpy(), easy_first_rank=easy
        )
        own = self.table.frame.drop(columns=[n for n in figures if n in self.table.frame])
        return pd.concat([own, figures], axis=1)

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
    artefact_models: tuple[Any, Any] | None = None
    if probabilities is not None or model is not None:
        if classes is None:
            raise ValueError("classes is None; name the labels of the columns of probabilities")
        given = probabilities
        if model is not None:
            given = model(table.texts)
            artefact_models = (model, None)
        result = probability_information(given, table.labels, classes, groups=groups)
        method = "a model of its own" if model is not None else "given probabilities"
    else:
        how: dict[str, Any] = {"groups": groups, "cv": cv, "random_state": seed, "n_jobs": n_jobs}
        result = pointwise_v_information(
            estimator,
            table.texts,
            table.labels,
            progress=lambda done, of: show(done, of, "fitting"),
            **how,
        )
        artefact_models = fold_models(estimator, table.texts, table.labels, **how)[:2]
        method = result.information.method
    artefacts, notes = None, list[Finding]()
    if artefact_models is not None:
        artefacts, notes = _artefacts(table, result, *artefact_models, seed, show)
    if groups is not None:
        notes.append(_grouped(table, int(groups.max()) + 1))
    slices = slice_report(
        result, _slices(table), groups=groups, min_items=_least_items(len(result.pvi)),
        n_permutations=9_999 if len(result.pvi) <= MOST_ITEMS_PERMUTED else 999,
        random_state=seed,
    )  # fmt: skip
    suspects = suspect_labels(result)
    return Difficulty(
        table=table,
        result=result,
        slices=slices,
        suspects=suspects,
        artefacts=artefacts,
        findings=_unique([*suspects.findings, *slices.findings, *notes]),
        settings={"models": method, "folds": result.information.parameters.get("folds")},
    )


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
        texts.iloc[rows].to_numpy() if table.text2 is not None else [texts[i] for i in rows],
        table.labels[rows],
        classes=result.classes,
        folds=None if folds is None else folds[rows],
        side=None if table.text2 is None else 1,
        progress=taking,
    )
    return found, notes


def _grouped(table: LabelledTable, n_groups: int) -> Finding:
    name = table.text if table.item is None else table.item
    return Finding(
        "info",
        str(name),
        f"Rows with the same {name!r} stand in one fold, and count as one in the intervals.",
        f"{len(table.frame)} rows, {n_groups} of them different.",
    )


def _slices(table: LabelledTable) -> pd.DataFrame:
    """Label, words in the text, and every other column of few values or of numbers."""
    frame = table.frame
    words = frame[table.text].map(lambda text: len(text.split()))
    if table.text2 is not None:
        words = words + frame[table.text2].map(lambda text: len(text.split()))
    columns: dict[str, Any] = {table.label: frame[table.label].astype(str), "words": words}
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
