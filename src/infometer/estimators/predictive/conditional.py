"""Conditional V-information, and the chain rule that holds where models are used again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.dummy import DummyClassifier

from infometer.estimators.predictive.cross_fitting import Progress, Stage, cross_fit, stage
from infometer.estimators.predictive.folds import Folds, deal_folds, require_options
from infometer.estimators.predictive.held_out_information import held_out_information
from infometer.estimators.predictive.item_forms import emptied, side_by_side
from infometer.estimators.predictive.item_inputs import read_items
from infometer.estimators.predictive.log_score_information import VInformation

__all__ = ["conditional_v_information", "v_information_chain"]


def conditional_v_information(
    estimator: Any,
    X: Any,
    baseline: Any,
    y: Any,
    *,
    groups: Any = None,
    cv: Any = 5,
    floor: float = 1e-12,
    seeds: int = 1,
    level: float = 0.95,
    random_state: Any = None,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> VInformation:
    """I_V(X→Y|B) = H_V(Y|B) - H_V(Y|B,X): what an input adds to a baseline, item by item.

    One model is trained on B and one on B beside X, on the same folds. Of a family by name the
    first sees the columns of B alone; a model of your own sees X emptied (0 or "").

    Parameters
    ----------
    estimator : str, scikit-learn classifier or torch.nn.Module
        As of `pointwise_v_information`. Numbers come as one matrix, baseline first; anything else
        as a frame, in which a list of texts is the column ``baseline`` or ``X``.
    X, baseline : array-like
        Of the same items.
    y : array-like, shape (n,)
    groups, cv, floor, seeds, level, random_state, n_jobs, progress
        As of `pointwise_v_information`.

    Returns
    -------
    VInformation
        ``log_p`` with B and X, ``log_p_null`` with B.

    Raises
    ------
    ValueError
        As `pointwise_v_information`, and for different numbers of items.

    References
    ----------
    J. Hewitt, K. Ethayarajh, P. Liang and C. D. Manning, "Conditional probing: measuring usable
    information beyond a baseline", EMNLP (2021), eq. 5.

    Examples
    --------
    One bit of two is known already:

    >>> import numpy as np
    >>> bits = np.random.default_rng(0).integers(2, size=(1000, 2))
    >>> added = conditional_v_information("linear", bits[:, 1], bits[:, 0], bits @ [1, 2],
    ...                                   random_state=0)
    >>> added.information.quantity, round(added.information.bits, 2)
    ('I_V(X→Y|B)', 1.0)
    """
    inputs = {"baseline": read_items(baseline, "baseline"), "X": read_items(X)}
    (_, added) = _chain(
        estimator,
        inputs,
        deal_folds(
            side_by_side(inputs), y, groups=groups, cv=cv, seeds=seeds, random_state=random_state
        ),
        [("I_V(B→Y)", "H_V(Y|∅)", "H_V(Y|B)"), ("I_V(X→Y|B)", "H_V(Y|B)", "H_V(Y|B,X)")],
        floor=floor,
        level=level,
        n_jobs=n_jobs,
        progress=progress,
    )
    return added


def v_information_chain(
    estimator: Any,
    inputs: Sequence[Any],
    y: Any,
    *,
    groups: Any = None,
    cv: Any = 5,
    floor: float = 1e-12,
    seeds: int = 1,
    level: float = 0.95,
    random_state: Any = None,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> tuple[VInformation, ...]:
    r"""What each input adds to those before it; the steps sum to what all tell together.

    .. math:: I_V(X_1 \dots X_m \to Y) = \sum_k I_V(X_k \to Y \mid X_1 \dots X_{k-1})

    item by item, because the model of one step is the null model of the next.

    Parameters
    ----------
    estimator : str, scikit-learn classifier or torch.nn.Module
        As of `conditional_v_information`; lists of texts are the columns ``X_1``, ``X_2``, ….
    inputs : sequence of array-like
        Of the same items, in the order in which they are added.
    y : array-like, shape (n,)
    groups, cv, floor, seeds, level, random_state, n_jobs, progress
        As of `pointwise_v_information`.

    Returns
    -------
    tuple of VInformation
        One for each input.

    Raises
    ------
    ValueError
        As `conditional_v_information`.

    References
    ----------
    J. Hewitt, K. Ethayarajh, P. Liang and C. D. Manning, "Conditional probing: measuring usable
    information beyond a baseline", EMNLP (2021), section 3.

    Examples
    --------
    >>> import numpy as np
    >>> bits = np.random.default_rng(0).integers(2, size=(1000, 2))
    >>> steps = v_information_chain("linear", [bits[:, 0], bits[:, 1]], bits @ [1, 2],
    ...                             random_state=0)
    >>> [(step.information.quantity, round(step.information.bits, 2)) for step in steps]
    [('I_V(X_1→Y)', 1.0), ('I_V(X_2→Y|X_1)', 1.0)]
    """
    read = {f"X_{k}": read_items(one, f"X_{k}") for k, one in enumerate(inputs, start=1)}
    if not read:
        raise ValueError("inputs is empty; expected one input at least")
    return _chain(
        estimator,
        read,
        deal_folds(
            side_by_side(read), y, groups=groups, cv=cv, seeds=seeds, random_state=random_state
        ),
        _step_names(list(read)),
        floor=floor,
        level=level,
        n_jobs=n_jobs,
        progress=progress,
    )


def _step_names(names: list[str]) -> list[tuple[str, str, str]]:
    steps = []
    for k, name in enumerate(names):
        before, after = ",".join(names[:k]), ",".join(names[: k + 1])
        given = f"|{before}" if before else ""
        steps.append((f"I_V({name}→Y{given})", f"H_V(Y|{before or '∅'})", f"H_V(Y|{after})"))
    return steps


def _chain(
    estimator: Any,
    inputs: dict[str, Any],
    folds: Folds,
    quantities: Sequence[tuple[str, str, str]],
    *,
    floor: float,
    level: float,
    n_jobs: int | None,
    progress: Progress | None,
) -> tuple[VInformation, ...]:
    require_options(level, floor)
    names = list(inputs)
    seen = [_seen(estimator, inputs, names[:k]) for k in range(1, len(names) + 1)]
    answers = cross_fit(
        [Stage(DummyClassifier(strategy="prior"), folds.items)]
        + [stage(estimator, items) for items in seen],
        folds.labels,
        folds.splits,
        groups=folds.groups,
        floor=floor,
        random_state=folds.seed,
        n_jobs=n_jobs,
        progress=progress,
    )
    measured = folds.measurement(estimator, level, floor)
    return tuple(
        held_out_information(answers[k + 1], answers[k], measured, quantities[k])
        for k in range(len(names))
    )


def _seen(estimator: Any, inputs: dict[str, Any], names: list[str]) -> Any:
    """The inputs of one step: for a family by name those columns, else the others emptied."""
    if isinstance(estimator, str):
        return side_by_side({name: inputs[name] for name in names})
    return side_by_side(
        {name: items if name in names else emptied(items) for name, items in inputs.items()}
    )
