"""V-information from what models with and without an input say of the items."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from infometer.contracts import Estimate
from infometer.estimators.predictive.cross_fitting import HeldOut
from infometer.estimators.predictive.log_score_information import VInformation, v_information
from infometer.estimators.predictive.mean_estimate import mean_estimate
from infometer.estimators.predictive.predictive_findings import Evidence, predictive_findings

__all__ = ["Measurement", "held_out_information"]


@dataclass(frozen=True)
class Measurement:
    """What was measured and how, beside the log-probabilities.

    Parameters
    ----------
    labels : ndarray, shape (n,)
    groups : ndarray, shape (n,), optional
    level : float
    method : str
    parameters : dict
    evidence : Evidence
        Of the items, for the findings.
    """

    labels: np.ndarray
    groups: np.ndarray | None
    level: float
    method: str
    parameters: dict[str, Any]
    evidence: Evidence


def held_out_information(
    told: HeldOut,
    null: HeldOut,
    measured: Measurement,
    quantities: tuple[str, str, str] = ("I_V(X→Y)", "H_V(Y|∅)", "H_V(Y|X)"),
) -> VInformation:
    """Put together the value of the models `told` beside the models `null`.

    Parameters
    ----------
    told, null : HeldOut
    measured : Measurement
    quantities : (str, str, str)
        Names of the information, the null entropy and the conditional entropy.

    Returns
    -------
    VInformation
        Of the items that were asked about, in their order.
    """
    asked = np.flatnonzero(~np.isnan(told.log_p[0]))
    groups = None if measured.groups is None else measured.groups[asked]
    of_seeds = np.mean(told.log_p[:, asked] - null.log_p[:, asked], axis=1)
    bare = v_information(
        told.log_p[:, asked].mean(axis=0),
        null.log_p[:, asked].mean(axis=0),
        groups=groups,
        level=measured.level,
    )
    classes = np.unique(measured.labels)
    estimates = (bare.information, bare.null_entropy, bare.conditional_entropy)
    named = [
        replace(e, quantity=q, method=measured.method, parameters=measured.parameters)
        for e, q in zip(estimates, quantities, strict=True)
    ]
    result = replace(
        bare,
        information=named[0],
        null_entropy=named[1],
        conditional_entropy=named[2],
        labels=measured.labels[asked],
        predicted=classes[told.probabilities[asked].argmax(axis=1)],
        probabilities=told.probabilities[asked],
        classes=tuple(classes.tolist()),
        in_sample=_in_sample(told, null, measured, quantities[0]),
        seed_spread=float(of_seeds.std(ddof=1)) if len(of_seeds) > 1 else None,
    )
    evidence = replace(measured.evidence, n_floored=told.n_floored + null.n_floored)
    return replace(result, findings=predictive_findings(result, evidence))


def _in_sample(told: HeldOut, null: HeldOut, measured: Measurement, quantity: str) -> Estimate:
    trained = np.flatnonzero(~np.isnan(told.train_log_p))
    return mean_estimate(
        (told.train_log_p - null.train_log_p)[trained],
        f"{quantity} of the training items",
        groups=None if measured.groups is None else measured.groups[trained],
        level=measured.level,
        unit="bits",
        method=measured.method,
        parameters=measured.parameters,
    )
