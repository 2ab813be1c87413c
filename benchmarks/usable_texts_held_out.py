"""V-information of labelled texts and of their attributes, by models that never saw the item."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import pearsonr, rankdata

from benchmarks.usable_data import published, table
from benchmarks.usable_texts_models import MODELS, SETS, family, items_of, labels, premises, texts
from infometer.contracts import Estimate
from infometer.estimators.predictive import VInformation, pointwise_v_information, v_information
from infometer.sweeps import sweep
from infometer.tables import fingerprint
from infometer.usable import text_attribute

BITS = np.log(2.0)
WHOLE, HYPOTHESIS = "whole", "second_only"
SEED, BERT = 0, "bert-base-cased"
ATTRIBUTES: dict[str, str | None] = {  # and the published runs on what is nearest to them
    "shuffled": "snli_shuffled_test",
    "second_only": "snli_hypothesis_test",
    "first_only": "snli_premise_test",
    "shared_words": "snli_raw_overlap_test",
    "overlap": "snli_overlap_test",
    "length": "snli_length_test",
    "negations": None,
}
SLOW = ("shared_words", "length", "negations")
"""Attributes that the linear model alone is asked about."""


def held_out(random_state: int, data: str, model: str, attribute: str) -> dict[str, Any]:
    """The figures of one fit and its log-probabilities; all fits of a data set share the folds."""
    frame, train = items_of(data), SETS[data].train
    asked = texts(frame)
    if attribute != WHOLE:
        asked = text_attribute(asked, attribute, random_state=SEED)
    if train is None:
        found = pointwise_v_information(
            family(model), asked, labels(frame), groups=premises(frame), random_state=SEED
        )
    else:
        seen = table(train)
        found = pointwise_v_information(
            family(model), texts(seen), labels(seen), X_test=asked, y_test=labels(frame),
            random_state=SEED,
        )  # fmt: skip
    return {
        **figures(found),
        "gap_bits": None if found.gap is None else found.gap / BITS,
        "findings": "; ".join(finding.what for finding in found.findings),
        "log_p": found.log_p.tolist(),
        "log_p_null": found.log_p_null.tolist(),
    }


def figures(found: VInformation) -> dict[str, Any]:
    """Bits with their interval, the entropy of the labels, and the share guessed."""
    return {
        "n": len(found.log_p),
        "null_entropy_bits": found.null_entropy.bits,
        "accuracy": found.accuracy,
        **bits(found.information),
    }


def bits(figure: Estimate) -> dict[str, float]:
    """An estimate and its interval."""
    low, high = figure.interval or (np.nan, np.nan)
    return {"information_bits": figure.bits, "low_bits": low / BITS, "high_bits": high / BITS}


def fitted(scratch: Path) -> pd.DataFrame:
    """A row a fit: every data set, the hypotheses alone, and the attributes of SNLI."""
    asked = [(data, model, WHOLE) for model in MODELS for data in SETS]
    asked += [("MultiNLI", model, HYPOTHESIS) for model in MODELS]
    asked += [("SNLI", "linear", attribute) for attribute in ATTRIBUTES]
    asked += [("SNLI", "transformer", name) for name in ATTRIBUTES if name not in SLOW]
    grid = [
        {"data": data, "model": model, "attribute": attribute} for data, model, attribute in asked
    ]
    return sweep(
        held_out, grid, scratch / "texts_held_out.sqlite",
        fingerprint=fingerprint(*(items_of(data) for data in SETS)),
        progress=lambda done, of: print(f"texts: {done} of {of} fits", flush=True),
    )  # fmt: skip


def fit_of(fits: pd.DataFrame, data: str, model: str, attribute: str = WHOLE) -> pd.Series:
    """The row of one fit."""
    place = ["data", "model", "attribute"]
    return fits.set_index(place).loc[(data, model, attribute)]


def bert_items(values: pd.DataFrame, run: str | None) -> pd.DataFrame:
    """The published values of BERT, in the order of our items."""
    return values[(values["run"] == run) & (values["model"] == BERT)].sort_values("row")


def bert_lines(values: pd.DataFrame) -> pd.DataFrame:
    """The published runs as rows like those of our fits."""
    runs = {(data, WHOLE): part.published for data, part in SETS.items()}
    runs |= {("SNLI", attribute): run for attribute, run in ATTRIBUTES.items()}
    lines = []
    for (data, attribute), run in runs.items():
        if run is None:
            continue
        items = bert_items(values, run)
        found = v_information(-items["H_yx"].astype(float), -items["H_yb"].astype(float), base=2)
        line = {**figures(found), "accuracy": items["correct"].mean()}
        lines.append({"data": data, "model": "BERT (paper)", "attribute": attribute, **line})
    return pd.DataFrame(lines)


def conditional(fits: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """What the premise adds to the hypothesis: the two models of each item subtracted."""
    lines = []
    for data in ("SNLI", "MultiNLI"):
        groups = premises(items_of(data))
        for model in MODELS:
            both, alone = (fit_of(fits, data, model, name) for name in (WHOLE, HYPOTHESIS))
            added = v_information(both["log_p"], alone["log_p"], groups=groups)
            lines.append(
                {"data": data, "model": model, "hypothesis": alone["information_bits"],
                 "both": both["information_bits"], **bits(added.information)}
            )  # fmt: skip
    whole, part = (bert_items(values, run) for run in ("snli_std2_test", ATTRIBUTES[HYPOTHESIS]))
    logs = [-items["H_yx"].to_numpy(float) for items in (whole, part)]
    added = v_information(*logs, base=2, groups=premises(items_of("SNLI")))
    lines.append(
        {"data": "SNLI", "model": "BERT (paper)", "hypothesis": part["pvi"].mean(),
         "both": whole["pvi"].mean(), **bits(added.information)}
    )  # fmt: skip
    return pd.DataFrame(lines)


def correlations(fits: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """How alike the PVI of two families is, item by item."""
    asked = [(data, WHOLE, part.published) for data, part in SETS.items()]
    asked.append(("SNLI", HYPOTHESIS, ATTRIBUTES[HYPOTHESIS]))
    lines = []
    for data, attribute, run in asked:
        pvi = {}
        for model in MODELS:
            fit = fit_of(fits, data, model, attribute)
            pvi[model] = np.subtract(fit["log_p"], fit["log_p_null"])
        if run is not None:
            pvi["BERT"] = bert_items(values, run)["pvi"].to_numpy(float)
        names = list(pvi)
        for first, second in ((a, b) for k, a in enumerate(names) for b in names[k + 1 :]):
            x, y = pvi[first], pvi[second]
            ranks = pearsonr(rankdata(x), rankdata(y))
            low, high = ranks.confidence_interval()
            lines.append(
                {"data": data, "attribute": attribute, "families": f"{first}, {second}",
                 "n": len(x), "Pearson": pearsonr(x, y).statistic, "Spearman": ranks.statistic,
                 "low": low, "high": high}
            )  # fmt: skip
    return pd.DataFrame(lines)


def measured(scratch: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Fits beside the paper's; the premise given the hypothesis; correlations of PVI."""
    fits, values = fitted(scratch), published()
    both = pd.concat([fits, bert_lines(values)], ignore_index=True)
    lines = both.drop(columns=["log_p", "log_p_null"])
    return lines, conditional(fits, values), correlations(fits, values)
