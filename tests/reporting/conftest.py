"""The report of a room that nobody has heard of."""

import math

import pandas as pd
import pytest

from infometer.contracts import Estimate, Finding, Report


def strength(ax):
    ax.plot([0, 1, 2], [0, 2, 3], marker="o", label="Assam")
    ax.scatter([1], [1])
    ax.set_xlabel(r"$t$ / min")
    ax.legend()


strength.caption = "Each point is one cup.\n\nWhat follows the first paragraph is not shown."


def bitterness(ax):
    ax.imshow([[0, 1], [2, 3]], extent=(0, 2, 0, 2))
    ax.fill_between([0, 2], 0, 1, hatch="//")


bitterness.figsize = (6, 3)


@pytest.fixture
def tea():
    information = Estimate(
        "I(T; S)",
        math.log(8.0),
        standard_error=0.0123,
        interval=(2.05, 2.11),
        bound="lower",
        p_value=0.005,
        null=(0.001, 0.02),
        ceiling=2.2,
        n_samples=5000,
        method="tasting",
        parameters={"k": 3},
        warnings=("The cups were not all warm.",),
    )
    seconds = Estimate("steeping time", 183.456, "s")
    return Report(
        question="How strong is the tea?",
        answer="Strong: at least 2.08 nats of its strength are known from the time.",
        estimates=(information, seconds),
        findings=(
            Finding("info", "pot", "The pot is warm."),
            Finding("warning", "cup 7", "Two teas were mixed.", "2 labels", "Taste it again."),
            Finding("error", "cup 3", "The cup is empty.", "0 ml", "Fill it."),
        ),
        tables={
            "Cups": pd.DataFrame([information.to_row(cup=3), information.to_row(cup=7)]),
            "All sips": pd.DataFrame({"sip": range(13), "ml": [123456.789] * 12 + [math.nan]}),
        },
        figures={"Strength over time": strength, "Bitterness": bitterness},
        settings={"k": 3, "pots": ["brown", "blue"], "sugar": False},
        provenance={"fingerprint": "67e471180d6137d4", "time": "2025-01-01T00:00:00+00:00"},
    )
