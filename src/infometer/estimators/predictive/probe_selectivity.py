"""Whether a probe reads the representation or learns by heart: selectivity and information gain."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from infometer.contracts import Estimate, Finding
from infometer.estimators.predictive.control_task import (
    control_labels,
    control_representation,
    item_types,
)
from infometer.estimators.predictive.item_forms import n_items
from infometer.estimators.predictive.item_inputs import read_items
from infometer.estimators.predictive.labels import read_labels
from infometer.estimators.predictive.log_score_information import VInformation
from infometer.estimators.predictive.mean_estimate import mean_estimate
from infometer.estimators.predictive.pointwise import pointwise_v_information
from infometer.resampling import root_seed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CONTROLS", "Selectivity", "selectivity"]

CONTROLS = ("random labels", "random representation")
QUANTITIES = {
    "random labels": "I_V(X→Y) - I_V(X→random labels)",
    "random representation": "I_V(X→Y) - I_V(random representation→Y)",
    "given representation": "I_V(X→Y) - I_V(control→Y)",
}
BITS = math.log(2.0)


@dataclass(frozen=True, eq=False)
class Selectivity:
    """What a probe reads off a representation beside what it reads where there is nothing to read.

    Parameters
    ----------
    task : VInformation
        Its ``information`` is at most its ``null_entropy``, H_V(Y|∅).
    controls : mapping of str to VInformation
    differences : mapping of str to Estimate
        Task less control, paired item by item, nats: for random labels the selectivity, for a
        representation the information gain.
    findings : tuple of Finding
    """

    task: VInformation
    controls: Mapping[str, VInformation]
    differences: Mapping[str, Estimate]
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The figures of the task, the controls and the differences, nats."""
        return {
            "task": self.task.to_dict(),
            "controls": {name: one.to_dict() for name, one in self.controls.items()},
            "differences": {name: one.to_dict() for name, one in self.differences.items()},
        }

    def to_frame(self) -> pd.DataFrame:
        """One row for the task and each control; differences from it with their interval, bits."""
        import pandas as pd

        rows = []
        for name, found in {"task": self.task, **self.controls}.items():
            row = {
                "probe": name,
                "information_bits": found.information.bits,
                "accuracy": found.accuracy,
            }
            difference = self.differences.get(name)
            if difference is not None and difference.interval is not None:
                low, high = difference.interval
                row |= {
                    "difference_bits": difference.bits,
                    "low_bits": low / BITS,
                    "high_bits": high / BITS,
                }
            rows.append(row)
        return pd.DataFrame(rows)


def selectivity(
    estimator: Any,
    X: Any,
    y: Any,
    controls: Sequence[str] = CONTROLS,
    *,
    types: Any = None,
    control: Any = None,
    groups: Any = None,
    cv: Any = 5,
    floor: float = 1e-12,
    seeds: int = 1,
    level: float = 0.95,
    random_state: Any = None,
    n_jobs: int | None = None,
) -> Selectivity:
    r"""How much more a probe reads about the labels than about, or off, something random.

    .. math:: S = I_V(X \to Y) - I_V(X \to Y_c), \qquad G = I_V(X \to Y) - I_V(c(X) \to Y)

    with Y_c random labels and c(X) a random representation, both drawn once for every type of item.
    A probe with S near 0 learns by heart what type means what label; where G is near 0 the
    representation tells no more than which type an item is.

    Parameters
    ----------
    estimator : str, scikit-learn classifier or torch.nn.Module
        As of `pointwise_v_information`.
    X : array-like
        The representation.
    y : array-like, shape (n,)
    controls : sequence of {"random labels", "random representation"}
    types : array-like, shape (n,), optional
        Of each item, such as the word that a contextual embedding stands for. Unless given, equal
        items are of one type.
    control : array-like, optional
        Another representation of the items to compare with, such as one without context.
    groups, cv, floor, seeds, level, random_state, n_jobs
        As of `pointwise_v_information`. Intervals of differences take items of a group, or else of
        a type, as dependent.

    Returns
    -------
    Selectivity

    Raises
    ------
    ValueError
        For an unknown control, or a random representation of what is no matrix of numbers.

    References
    ----------
    J. Hewitt and P. Liang, "Designing and interpreting probes with control tasks", EMNLP (2019);
    T. Pimentel et al., "Information-theoretic probing for linguistic structure", ACL (2020), eq. 9.

    Examples
    --------
    Forty words in random embeddings, of which the first number tells the class:

    >>> from sklearn.linear_model import LogisticRegression
    >>> rng = np.random.default_rng(0)
    >>> words = rng.integers(40, size=800)
    >>> X = rng.standard_normal((40, 10))[words]
    >>> found = selectivity(LogisticRegression(), X, X[:, 0] > 0, random_state=0)
    >>> found.to_frame()["difference_bits"].round(1).tolist()
    [nan, 0.8, 0.8]
    """
    items = read_items(X)
    labels = read_labels(y, n_items(items))
    kinds = item_types(types, items)
    seed = root_seed(random_state)
    shared: dict[str, Any] = {
        "groups": groups, "cv": cv, "floor": floor, "seeds": seeds, "level": level,
        "random_state": seed, "n_jobs": n_jobs,
    }  # fmt: skip
    asked = _controls(controls, items, labels, kinds, seed)
    if control is not None:
        asked["given representation"] = (control, labels)
    task = pointwise_v_information(estimator, items, labels, **shared)
    found = {
        name: pointwise_v_information(estimator, inputs, targets, **shared)
        for name, (inputs, targets) in asked.items()
    }
    dependent = kinds if groups is None else groups
    differences = {
        name: mean_estimate(
            task.pvi - one.pvi,
            QUANTITIES[name],
            groups=dependent,
            level=level,
            tested=True,
            unit="bits",
            method=task.information.method,
        )
        for name, one in found.items()
    }
    return Selectivity(task, found, differences, _findings(differences, kinds))


def _controls(
    controls: Sequence[str], items: Any, labels: np.ndarray, types: np.ndarray, seed: int
) -> dict[str, tuple[Any, np.ndarray]]:
    """Inputs and labels of each control."""
    names = [controls] if isinstance(controls, str) else list(controls)
    unknown = [name for name in names if name not in CONTROLS]
    if unknown:
        raise ValueError(f"controls has {unknown}; expected some of {', '.join(CONTROLS)}")
    made: dict[str, tuple[Any, np.ndarray]] = {}
    if "random labels" in names:
        made["random labels"] = (items, control_labels(types, labels, seed))
    if "random representation" in names:
        if not isinstance(items, np.ndarray) or items.dtype == object or items.ndim != 2:
            raise ValueError(
                "a random representation stands in for an X of numbers, shape (n, d); for other "
                "items give controls=('random labels',), or control= a representation"
            )
        width = items.shape[1]
        made["random representation"] = (control_representation(types, width, seed), labels)
    return made


def _findings(differences: Mapping[str, Estimate], types: np.ndarray) -> tuple[Finding, ...]:
    notes = [
        Finding(
            "warning",
            name,
            f"The probe reads no more than with {name}.",
            f"Difference {one.bits:.3f} bits, 95 % {one.interval[0] / BITS:.3f} to "
            f"{one.interval[1] / BITS:.3f}.",
            "Take a simpler family or stronger regularisation, or another layer.",
        )
        for name, one in differences.items()
        if one.interval is not None and one.interval[0] <= 0
    ]
    if "random labels" in differences and len(np.unique(types)) == len(types):
        notes.append(
            Finding(
                "info",
                "types",
                "Every item is a type of its own: random labels cannot be learned for other items.",
                f"{len(types)} types.",
                "Give types=, such as the word behind each embedding.",
            )
        )
    return tuple(notes)
