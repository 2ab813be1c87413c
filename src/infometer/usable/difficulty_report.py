"""The answer of `infometer.usable.Difficulty` as a Report."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from infometer.contracts import Estimate, Finding, Report
from infometer.usable.difficulty import Difficulty

__all__ = ["difficulty_report"]

BITS = math.log(2.0)
SHOWN = 10
BARS = 24
LONGEST = 160
LEAST_BITS_TOLD = 0.1


def difficulty_report(found: Difficulty) -> Report:
    """Bits, the hardest items with their text, suspects, slices and artefacts.

    Parameters
    ----------
    found : Difficulty

    Returns
    -------
    Report
    """
    result, table = found.result, found.table
    seen = [table.text] if table.text2 is None else [table.text, table.text2]
    tables = {
        f"The {SHOWN} rows that are hardest, lowest pointwise V-information first": _lowest(found),
        f"The {SHOWN} labels that are most likely to be wrong": _suspects(found),
        "Slices that differ from the rest": _slices(found),
    }
    figures: dict[str, Callable[[Any], object]] = {
        "How the bits spread over the rows": result.plot,
        "Slices": found.slices.plot,
    }
    if found.artefacts is not None:
        tables["Tokens that give a label away"] = _tokens(found)
        each = max(2, BARS // len(result.classes))
        drawn = found.artefacts
        figures["Tokens that give a label away"] = lambda ax: drawn.plot(ax, k=each)
    people = found.by_annotator()
    if people is not None:
        tables["Annotators, the one whose labels fit the model worst first"] = people.round(3)
    estimates = [result.information, result.null_entropy, result.conditional_entropy]
    if table.annotators is not None and table.annotators.agreement is not None:
        estimates.append(table.annotators.agreement)
    return Report(
        question=f"How much of {table.label!r} can be read off {' and '.join(map(repr, seen))}, "
        "and off which rows?",
        answer=_answer(found),
        estimates=tuple(estimates),
        findings=(*_told(found), *found.findings),
        tables={title: rows for title, rows in tables.items() if len(rows)},
        figures=figures,
        settings={"rows": len(result.pvi), "left out": table.n_left_out, **found.settings},
    )


def _answer(found: Difficulty) -> str:
    result = found.result
    figure, entropy = result.information, result.null_entropy
    share = max(0.0, figure.value / entropy.value) if entropy.value > 0 else 0.0
    below = int((result.pvi < 0).sum())
    guessed = (
        "" if result.accuracy is None else f"; {100 * result.accuracy:.1f} % are guessed right"
    )
    return (
        f"{figure.bits:.2f} of {entropy.bits:.2f} bits a label can be read off the text "
        f"({100 * share:.0f} %){guessed}. {below} of {len(result.pvi)} rows point away from their "
        "label."
    )


def _told(found: Difficulty) -> list[Finding]:
    """What the suspects, slices and artefacts come to, a sentence each."""
    return [*_told_of_labels(found), *_told_of_slices(found), *_told_of_tokens(found)]


def _told_of_labels(found: Difficulty) -> list[Finding]:
    wrong = found.suspects.n_wrong
    confident = found.suspects.to_frame().get("confident")
    if wrong is None or confident is None or not confident.any():
        return []
    return [
        Finding(
            "warning",
            "labels",
            f"The models are confident of another label for {int(confident.sum())} rows.",
            _most_wrong(wrong),
            "Read them in review.csv, write a decision in each line, and give the file back.",
        )
    ]


def _told_of_slices(found: Difficulty) -> list[Finding]:
    slices = found.slices.told
    if not len(slices):
        return []
    lowest = slices.iloc[0]
    return [
        Finding(
            "info",
            "slices",
            f"Slices differ from the rest: {len(slices)} of {len(found.slices.frame)}. The lowest "
            f"is {lowest['column']} {lowest['slice']}.",
            f"{lowest['pvi_bits']:.2f} bits, {lowest['difference_bits']:+.2f} against the rest.",
            "Look there first for wrong labels or missing examples.",
        )
    ]


def _told_of_tokens(found: Difficulty) -> list[Finding]:
    if found.artefacts is None:
        return []
    top = found.artefacts.top(1)
    top = top[top["drop_bits"] >= LEAST_BITS_TOLD]
    if not len(top):
        return []
    side = "" if found.table.text2 is None else f" of {found.table.text2!r}"
    words = ", ".join(
        f"{row['token']!r} for {row['class']} ({row['drop_bits']:.1f} bits)"
        for row in top.to_dict("records")[:4]
    )
    return [
        Finding(
            "info",
            "artefacts",
            f"Single tokens{side} give labels away: {words}.",
            remedy="Ask whether a label should hang on that word; if not, balance it.",
        )
    ]


def _most_wrong(wrong: Estimate) -> str:
    if wrong.value >= (wrong.n_samples or 0):
        return "These models are too weak to say how many labels are wrong."
    return (
        f"At most {wrong.value:.0f} labels are wrong, at {100 * wrong.level:.0f} % confidence, if "
        "an error depends on the class of an item and not on the item."
    )


def _shortened(column: pd.Series) -> pd.Series:
    return column.where(column.str.len() <= LONGEST, column.str.slice(0, LONGEST) + "…")


def _shown_texts(found: Difficulty) -> list[str]:
    table = found.table
    return [table.text] if table.text2 is None else [table.text, table.text2]


def _lowest(found: Difficulty) -> pd.DataFrame:
    names = _shown_texts(found)
    rows = found.lowest(SHOWN)[["row", *names, found.table.label, "predicted", "pvi_bits"]]
    return rows.assign(**{name: _shortened(rows[name]) for name in names}).round(2)


def _suspects(found: Difficulty) -> pd.DataFrame:
    rows = found.suspects.to_frame().head(SHOWN).set_index("item")
    texts = found.table.frame.loc[rows.index, ["row", *_shown_texts(found)]]
    shown = {name: _shortened(texts[name]) for name in _shown_texts(found)}
    columns = [
        name
        for name in ("label", "guess", "guess_probability", "label_probability", "pvi_bits")
        if name in rows
    ]
    return pd.concat([texts.assign(**shown), rows[columns].round(3)], axis=1)


def _slices(found: Difficulty) -> pd.DataFrame:
    names = ["column", "slice", "n", "pvi_bits", "low_bits", "high_bits", "difference_bits"]
    rows = found.slices.told
    more = [name for name in ("accuracy", "adjusted_p_value") if name in rows]
    return rows[names + more].round(3)


def _tokens(found: Difficulty) -> pd.DataFrame:
    assert found.artefacts is not None
    names = ["class", "token", "n", "share", "drop_bits", "low_bits", "high_bits"]
    return found.artefacts.top(10)[names].round(3)
