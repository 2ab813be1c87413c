"""What each token of a text does to the probability of its label: they are taken out in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from infometer.contracts import Finding
from infometer.estimators.predictive import label_log_probabilities
from infometer.usable.text_rows import TextRows
from infometer.usable.words import without_spans

__all__ = ["Model", "TextModels", "TokenDrops", "read_models", "token_drops"]

Model = Callable[[Any], Any]


class TokenDrops(NamedTuple):
    """One entry for each token of each item: item and token by number, drop in nats."""

    items: np.ndarray
    tokens: np.ndarray
    values: np.ndarray


def read_models(
    predict_proba: Model | Sequence[Model], folds: Any, n: int
) -> tuple[list[Model], np.ndarray]:
    """The models, and the number of that of each item.

    Raises
    ------
    ValueError
        For several models without folds, one with folds, or a fold without a model.
    """
    if folds is None:
        if not callable(predict_proba):
            raise ValueError(
                "predict_proba is no callable; give one (of a fitted model its predict_proba), or "
                "a sequence of them with folds"
            )
        return [predict_proba], np.zeros(n, dtype=int)
    fold = np.asarray(folds)
    if callable(predict_proba):
        raise ValueError("folds is given with one model; give a sequence, one for every fold")
    models = list(predict_proba)
    if fold.shape != (n,) or fold.dtype.kind not in "iu":
        raise ValueError(f"folds has shape {fold.shape} of {fold.dtype}; expected ints ({n},)")
    if fold.min() < 0 or fold.max() >= len(models):
        raise ValueError(
            f"folds has values from {fold.min()} to {fold.max()} for {len(models)} models; "
            f"expected 0 to {len(models) - 1}"
        )
    return models, fold


class TextModels:
    """Asks for log g'[x](y) of changed items, each of the model of its fold."""

    def __init__(
        self,
        models: list[Model],
        folds: np.ndarray,
        classes: list[Any],
        floor: float,
        labels: np.ndarray,
        rows: TextRows,
    ) -> None:
        if labels.shape != (len(rows),):
            raise ValueError(f"labels has shape {labels.shape} for {len(rows)} texts")
        self.models, self.classes, self.floor = models, classes, floor
        self.labels, self.folds, self.rows = labels, folds, rows
        self.n_floored = 0

    def log_p(self, items: np.ndarray, sides: Sequence[np.ndarray]) -> np.ndarray:
        """In nats, of these items with these texts; equal texts of a fold are asked once."""
        found = np.empty(len(items))
        for fold in np.unique(self.folds[items]):
            own = np.flatnonzero(self.folds[items] == fold)
            texts = pd.MultiIndex.from_arrays([side[own] for side in sides])
            codes, distinct = pd.factorize(texts)
            different = [distinct.get_level_values(k).to_numpy(object) for k in range(len(sides))]
            answer = np.asarray(self.models[fold](self.rows.rows(different)))[codes]
            labels = self.labels[items[own]]
            told = label_log_probabilities(
                answer, labels, self.classes, floor=self.floor, name="predict_proba"
            )
            found[own] = told.values
            self.n_floored += told.n_floored
        return found

    def findings(self) -> tuple[Finding, ...]:
        """What the floor cut off."""
        if not self.n_floored:
            return ()
        what = "Some labels have a probability below the floor, where drops are too small."
        evidence = f"{self.n_floored} below {self.floor:g}."
        remedy = "Take a model that is never certain, such as a calibrated one."
        return (Finding("warning", "token artefacts", what, evidence, remedy),)


def token_drops(
    asked: TextModels,
    spans: list[dict[str, list[tuple[int, int]]]],
    tokens: list[str],
    side: int,
    batch_size: int,
    progress: Callable[[int, int], None] | None,
) -> TokenDrops:
    """log g'[x](y) less the same without a token, for each of `tokens` in each text.

    Parameters
    ----------
    asked : TextModels
    spans : list of mappings, one an item
        Where each token stands, from `token_spans`.
    tokens : list of str
    side : int
        The text that they are taken out of.
    batch_size : int
    progress : callable, optional

    Returns
    -------
    TokenDrops
    """
    n, numbers = len(spans), {token: number for number, token in enumerate(tokens)}
    sides = asked.rows.sides
    whole = np.concatenate(
        [
            asked.log_p(part, [texts[part] for texts in sides])
            for part in np.split(np.arange(n), np.arange(batch_size, n, batch_size))
        ]
    )
    order = np.lexsort((sides[side], asked.folds)).tolist()  # equal texts meet in one batch
    todo = ((i, token) for i in order for token in spans[i] if token in numbers)
    total = sum(token in numbers for item in spans for token in item)
    items, held, values = [np.empty(0, dtype=int)], [np.empty(0, dtype=int)], [np.empty(0)]
    done = 0
    for batch in _batches(todo, batch_size):
        rows = np.array([i for i, _ in batch])
        changed = [texts[rows] for texts in sides]
        changed[side] = np.array(
            [without_spans(sides[side][i], spans[i][token]) for i, token in batch], dtype=object
        )
        items.append(rows)
        held.append(np.array([numbers[token] for _, token in batch]))
        values.append(whole[rows] - asked.log_p(rows, changed))
        done += len(batch)
        if progress is not None:
            progress(done, total)
    return TokenDrops(np.concatenate(items), np.concatenate(held), np.concatenate(values))


def _batches(entries: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(islice(entries, size)):
        yield batch
