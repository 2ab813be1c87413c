"""What a fitted graph model found, for a page: how good it is, and which component does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from infometer.contracts import Estimate, Finding, Report

if TYPE_CHECKING:
    from infometer.graphs.link_predictor import NetInfoFLinkPredictor
    from infometer.graphs.node_classifier import NetInfoFNodeClassifier

__all__ = ["draw_component_weights", "link_report", "node_report"]

NEGLIGIBLE = 0.005
"""A share that is shown as 0 %."""


def draw_component_weights(weights: pd.DataFrame, ax: Any) -> Any:
    """Draw each component's share of the logits as a bar.

    Parameters
    ----------
    weights : DataFrame
        ``component_weights_``.
    ax : matplotlib Axes

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> weights = pd.DataFrame({"knows": ["structure"], "share": [1.0]}, index=["U"])
    >>> draw_component_weights(weights, Figure().add_subplot()).get_xlabel()
    'share of the logits (%)'
    """
    shares = 100.0 * weights["share"].to_numpy()[::-1]
    names = [f"{name}: {knows}" for name, knows in weights["knows"].items()][::-1]
    bars = ax.barh(np.arange(len(shares)), shares, color="C0")
    ax.set_yticks(np.arange(len(shares)), names)
    off = ~weights["used"].to_numpy(dtype=bool)[::-1] if "used" in weights else shares == 0
    told = ["off" if none else f"{share:.0f} %" for none, share in zip(off, shares, strict=True)]
    ax.bar_label(bars, told, padding=3)
    ax.set_xlim(min(0.0, 1.2 * shares.min()), 1.2 * max(shares.max(), 1.0))
    ax.set_xlabel("share of the logits (%)")
    return ax


def link_report(model: NetInfoFLinkPredictor) -> Report:
    """The report of a link predictor."""
    split, k = model.split_, model.k_
    hits = _share(f"test Hits@{k}", model.test_hits_, len(split.test))
    low, high = hits.interval or (np.nan, np.nan)
    answer = (
        f"Of {len(split.test)} links that were held out, {100 * model.test_hits_:.1f} % "
        f"({100 * low:.1f} to {100 * high:.1f} %) stand above all but {k - 1} of "
        f"{len(split.test_negatives)} {_pairs(split.negatives)}; "
        f"{_sources(model.component_weights_)}."
    )
    return Report(
        question="Can missing links be told, and by what?",
        answer=answer,
        estimates=(hits,),
        findings=(
            *_choice_findings(model),
            Finding(
                "info",
                "probabilities",
                "Probabilities hold for pairs of which "
                f"{100 * model.model_.base_rate:.3g} % are links",
                "the share of the held-out links among all pairs that are no training edge; "
                "calibrated on the validation pairs by Platt's line",
                "give another base rate where the pairs that are asked about are chosen",
            ),
        ),
        tables={
            "What each component brings": model.component_weights_.reset_index(),
            "Penalties tried": model.choice_.table,
        },
        figures={
            "What each component brings": lambda ax: draw_component_weights(
                model.component_weights_, ax
            )
        },
        settings=_settings(model),
    )


def node_report(model: NetInfoFNodeClassifier) -> Report:
    """The report of a node classifier."""
    n_test = int(model.test_mask_.sum())
    measured = "validation" if model.test_accuracy_ is None else "test"
    accuracy = model.validation_accuracy_ if model.test_accuracy_ is None else model.test_accuracy_
    n = n_test if measured == "test" else int(model.validation_mask_.sum())
    estimate = _share(f"{measured} accuracy", accuracy, n)
    low, high = estimate.interval or (np.nan, np.nan)
    answer = (
        f"Of {n} labels that were held out, {100 * accuracy:.1f} % ({100 * low:.1f} to "
        f"{100 * high:.1f} %) are told right, where the most frequent label alone has "
        f"{100 * model.majority_:.1f} %; {_sources(model.component_weights_)}."
    )
    return Report(
        question="Can the nodes' labels be told, and by what?",
        answer=answer,
        estimates=(estimate,),
        findings=_choice_findings(model),
        tables={
            "What each component brings": model.component_weights_.reset_index(),
            "Penalties tried": model.choice_.table,
        },
        figures={
            "What each component brings": lambda ax: draw_component_weights(
                model.component_weights_, ax
            )
        },
        settings=_settings(model),
    )


def _share(quantity: str, value: float, n: int) -> Estimate:
    """A share of n with Wilson's interval."""
    found = stats.binomtest(round(value * n), n).proportion_ci(method="wilson")
    return Estimate(
        quantity,
        value,
        unit="share",
        interval=(float(found.low), float(found.high)),
        n_samples=n,
        method="held out",
    )


def _sources(weights: pd.DataFrame) -> str:
    """Which components the logits rest on, the strongest first."""
    on = weights[weights["share"] > NEGLIGIBLE].sort_values("share", ascending=False)
    if on.empty:
        return "no component tells anything: all are switched off"
    told = [f"{knows} ({100 * share:.0f} %)" for knows, share in on[["knows", "share"]].to_numpy()]
    return "it rests on " + ", ".join(told)


def _choice_findings(model: Any) -> tuple[Finding, ...]:
    """Switched-off components, penalties that did not converge, and what was changed in reading."""
    found = []
    if model.notes_:
        told = "; ".join(dict.fromkeys(model.notes_))
        what = "not everything could be taken as it was given"
        found.append(Finding("info", "graph", what, told))
    off = model.component_weights_.index[model.component_weights_["used"] == 0].tolist()
    if off:
        found.append(
            Finding(
                "info",
                ", ".join(off),
                f"{len(off)} of {len(model.component_weights_)} components are switched off",
                "the validation score is best without them",
                "they need not be computed for this task",
            )
        )
    unfinished = model.choice_.table["violation"] > model.tol
    if unfinished.any():
        found.append(
            Finding(
                "warning",
                "solver",
                f"{int(unfinished.sum())} of {len(unfinished)} penalties did not converge",
                f"largest violation {model.choice_.table['violation'].max():.2g}, tol {model.tol}",
                "take stronger penalties, or a larger tol",
            )
        )
    return tuple(found)


def _settings(model: Any) -> dict[str, Any]:
    return {
        **{name: value for name, value in model.get_params().items() if name != "random_state"},
        "chosen l1": model.choice_.l1,
        "chosen l2": model.choice_.l2,
    }


def _pairs(negatives: str) -> str:
    """What the pairs that are no link are."""
    kinds = {"uniform": "random pairs", "degree": "pairs drawn by degree"}
    return kinds.get(negatives, "pairs that are none")
