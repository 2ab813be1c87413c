"""Words of SNLI that give a class away: by the linear model, and in the published table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from scipy.stats import pearsonr, rankdata

from benchmarks.usable_data import PAIR, path_of, table
from benchmarks.usable_texts_models import labels, premises, texts
from infometer.sweeps import sweep
from infometer.tables import fingerprint
from infometer.usable import fold_models, token_artefacts

CLASSES = ("entailment", "neutral", "contradiction")
TOP = 5


def drops(random_state: int, side: str) -> list[dict[str, Any]]:
    """A row for every token and class."""
    frame = table("snli_test")
    pairs, y = texts(frame), labels(frame)
    models = fold_models("linear", pairs, y, groups=premises(frame), random_state=0)
    found = token_artefacts(
        models.predict_proba, pairs, y, classes=models.classes, folds=models.folds, side=side
    )
    passed = (found.frame["adjusted_p_value"] <= 1 - found.level).rename("passed")
    columns = ["token", "class", "n", "share", "drop_bits", "low_bits", "high_bits"]
    return pd.concat([found.frame[columns], passed], axis=1).to_dict("records")


def published_drops() -> pd.DataFrame:
    """The published table, a row for every token and class that it has a figure of."""
    wide = pd.read_csv(path_of("text_classification", "snli_token_artefacts.csv.gz"), index_col=0)
    wide = wide.rename(columns=int).rename_axis("token")
    long = wide.reset_index().melt("token", var_name="class", value_name="published_bits")
    return long.dropna().astype({"class": int})


def against_published(scratch: Path) -> pd.DataFrame:
    """A line a class: the rank correlation over shared tokens, and the top of both tables."""
    ours = sweep(
        drops, {"side": [PAIR[1]]}, scratch / "texts_tokens.sqlite",
        fingerprint=fingerprint(table("snli_test")),
    )  # fmt: skip
    theirs, lines = published_drops(), []
    for label, name in enumerate(CLASSES):
        here = ours[ours["class"] == label].sort_values("drop_bits", ascending=False)
        there = theirs[theirs["class"] == label].sort_values("published_bits", ascending=False)
        both = here.merge(there, on=["token", "class"])
        found = pearsonr(rankdata(both["drop_bits"]), rankdata(both["published_bits"]))
        low, high = found.confidence_interval()
        tops = (here[here["passed"]], "drop_bits"), (there, "published_bits")
        words, others = (
            ", ".join(f"{t} {d:.2f}" for t, d in part[["token", bits]].head(TOP).to_numpy())
            for part, bits in tops
        )
        lines.append(
            {"class": name, "tokens in both": len(both), "Spearman": found.statistic, "low": low,
             "high": high, "top, linear (bits)": words, "top, BERT in the paper (bits)": others}
        )  # fmt: skip
    return pd.DataFrame(lines)
