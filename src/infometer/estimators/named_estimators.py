"""From views and the name of an estimator to an `Estimate`: what all front doors share."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.utils.validation import has_fit_parameter

from infometer.contracts import NATS_PER_UNIT, Estimate
from infometer.estimators.label_embedding import embed_labels
from infometer.estimators.row_groups import require_rows
from infometer.estimators.samples import require_count
from infometer.estimators.views import View

__all__ = [
    "Named",
    "Names",
    "Settings",
    "estimate_views",
    "make_estimator",
    "maker",
    "shared_columns",
]


class Named(NamedTuple):
    """What makes the estimator of a name, and what it takes the views as."""

    make: Callable[[], Any]
    takes: Literal["numbers", "symbols", "numbers and symbols", "anything"]


Names = Mapping[str, Named]

QUANTITIES = (
    "H(X) or h(X), such as KozachenkoLeonenko(k=5)",
    "I(X;Y), such as KSG(k=5)",
    "I(X;Y|Z), such as FrenzelPompe(k=5)",
)
"""Of one view, two and three."""


@dataclass(frozen=True)
class Settings:
    """What a front door hands to the estimator that it takes, as far as that has such a parameter.

    Parameters
    ----------
    k : int
    standardize : bool
    interval : {"auto", "subsample", "pointwise", None}
        "auto" is the interval that the estimator has by itself.
    level : float
    n_permutations : int
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional
    unit : {"nats", "bits"}
    """

    k: int = 3
    standardize: bool = True
    interval: Literal["auto", "subsample", "pointwise"] | None = "auto"
    level: float = 0.95
    n_permutations: int = 0
    random_state: Any = None
    n_jobs: int | None = None
    unit: str = "nats"

    def __post_init__(self) -> None:
        require_count(self.k, "k", 1)
        require_count(self.n_permutations, "n_permutations", 0)
        if self.interval not in ("auto", "subsample", "pointwise", None):
            raise ValueError(
                f"interval is {self.interval!r}; it must be 'auto', 'subsample', 'pointwise' or "
                "None"
            )
        if not 0 < self.level < 1:
            raise ValueError(f"level is {self.level}; it must lie between 0 and 1, such as 0.95")
        if self.unit not in NATS_PER_UNIT:
            raise ValueError(f"unit is {self.unit!r}; it must be 'nats' or 'bits'")

    def of_estimator(self) -> dict[str, Any]:
        """What was chosen for the estimator, leaving out what stands at its default."""
        found = {field.name: getattr(self, field.name) for field in fields(self)[:-1]}
        defaults = {field.name: field.default for field in fields(self)}
        return {
            name: value
            for name, value in found.items()
            if value is not defaults[name] and value != defaults[name]
        }


def estimate_views(
    estimator: Any,
    names: Names,
    views: Sequence[View],
    settings: Settings,
    *,
    why: str = "",
    notes: tuple[str, ...] = (),
    groups: np.ndarray | None = None,
    sample_weight: Any = None,
) -> Estimate:
    """Make the estimator, hand it the views as it takes them, and tell what was found.

    Parameters
    ----------
    estimator : str or scikit-learn estimator
        A name in `names`, or an estimator with its own settings.
    names : mapping of str to Named
    views : sequence of View
    settings : Settings
    why : str
        Stands behind the method where it was chosen.
    notes : tuple of str
        For the warnings of the estimate.
    groups, sample_weight : array-like, shape (n,), optional

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        For an unknown name, an estimator of another quantity, views that it does not take, or
        settings, groups or weights that it has no use for.
    """
    made = make_estimator(estimator, names, settings)
    told: dict[str, Any] = {f"{view.name}_type": view.told for view in views}
    takes = {maker(named): named.takes for named in names.values()}.get(type(made))
    if takes == "anything" and any(view.labels.shape[1] for view in views):
        told["standardize"] = made.get_params()["standardize"]
        arrays = embed_labels(views, standardized=told["standardize"])
        made.set_params(standardize=False)  # which would bring the labels near to each other
    else:
        arrays = _arrays(views, takes, type(made).__name__)
    rows = {"groups": groups, "sample_weight": sample_weight}
    found = _fitted(made, arrays, _given(rows, made, names, len(views[0])))
    if settings.interval is None:
        found = replace(found, standard_error=None, interval=None)
    return replace(
        found,
        unit=settings.unit,
        method=f"{found.method} ({why})" if why else found.method,
        parameters={**found.parameters, **told},
        warnings=(*found.warnings, *notes, *(note for view in views for note in view.notes)),
    )


def make_estimator(estimator: Any, names: Names, settings: Settings) -> Any:
    """The estimator of that name with these settings, or a copy of one that was given."""
    if isinstance(estimator, str):
        if estimator not in names:
            raise ValueError(
                f"estimator is {estimator!r}; it must be 'auto', one of {', '.join(names)}, or an "
                "estimator with its own settings, such as KSG(k=5)"
            )
        made = names[estimator].make()
        return made.set_params(**_parameters(made, settings))
    if isinstance(estimator, type) or not callable(getattr(estimator, "fit", None)):
        raise ValueError(
            f"estimator is {estimator!r}; expected a name or an estimator with its settings, such "
            "as KSG(k=5)"
        )
    if chosen := settings.of_estimator():
        raise ValueError(
            f"{', '.join(chosen)} and an estimator are both given; set them where it is made: "
            f"{type(estimator).__name__}({', '.join(f'{name}=…' for name in chosen)})"
        )
    return clone(estimator, safe=False)


def maker(named: Named) -> Any:
    """The class that the estimator is of; of one that is imported when it is made, a function.

    Examples
    --------
    >>> maker(Named(dict, "anything"))
    <class 'dict'>
    """
    return getattr(named.make, "func", named.make)


def _parameters(made: Any, settings: Settings) -> dict[str, Any]:
    """The settings that the estimator has a parameter for; an interval that it lacks raises."""
    has = made.get_params()
    common = ("k", "standardize", "level", "n_permutations", "random_state", "n_jobs")
    found = {name: getattr(settings, name) for name in common if name in has}
    if settings.interval == "auto" or (settings.interval is None and "interval" not in has):
        return found
    if "interval" not in has:
        raise ValueError(
            f"interval is {settings.interval!r}, which {type(made).__name__} does not have; give "
            "'auto', for the interval of its own theory, or None"
        )
    return {**found, "interval": settings.interval}


def _arrays(views: Sequence[View], takes: str | None, name: str) -> list[np.ndarray]:
    """The views as the estimator takes them; one that is not ours gets each as what it is."""
    if takes is None or takes == "anything":
        return [_symbols(v, name) if v.kind == "discrete" else _numbers(v, name) for v in views]
    if takes == "numbers":
        return [_numbers(view, name) for view in views]
    if takes == "symbols":
        return [_symbols(view, name) for view in views]
    first, second = sorted(views, key=lambda view: view.is_symbol)  # labels are y, I is symmetric
    _require_pairs(second)
    return [_numbers(first, name), _symbols(second, name)]


def _numbers(view: View, name: str) -> np.ndarray:
    if view.kind == "constant":
        return np.zeros((len(view), 1))
    if view.kind != "continuous":
        raise ValueError(
            f"{view.name} is {view.told} and {name} takes numbers; give estimator='auto', or "
            f"{view.name}_type='continuous' if its values are quantities"
        )
    return view.numbers


def _symbols(view: View, name: str) -> np.ndarray:
    if not view.is_symbol:
        raise ValueError(
            f"{view.name} is {view.told} and {name} takes labels; give estimator='auto', or "
            f"{view.name}_type='discrete' if its values are labels"
        )
    return view.symbols[:, None]


def _require_pairs(view: View) -> None:
    alone = int((np.bincount(view.symbols) == 1).sum())
    if alone and view.kind == "discrete":
        raise ValueError(
            f"{view.name} has {alone} label{'s' * (alone > 1)} with a single row; Ross needs 2 of "
            "each, for a neighbour: merge rare labels, leave their rows out, give estimator='gao', "
            f"or {view.name}_type='continuous' if its values are quantities"
        )


def _given(rows: Mapping[str, Any], made: Any, names: Names, n: int) -> dict[str, np.ndarray]:
    """Groups and weights where they are given, for an estimator that takes them."""
    given = {
        name: require_rows(values, name, n) for name, values in rows.items() if values is not None
    }
    for name in given:
        if not has_fit_parameter(made, name):
            those = [
                key
                for key, named in names.items()
                if isinstance(maker(named), type) and has_fit_parameter(maker(named), name)
            ]
            raise ValueError(
                f"{name} is given and {type(made).__name__} does not take it; the estimators that "
                f"do: {', '.join(those) or 'none of these'}"
            )
    return given


def _fitted(made: Any, arrays: Sequence[np.ndarray], rows: Mapping[str, np.ndarray]) -> Estimate:
    """What the estimator found, or why it is not one of this quantity."""
    name, quantity = type(made).__name__, QUANTITIES[len(arrays) - 1]
    try:
        taken = inspect.signature(made.fit).bind(*arrays).arguments
    except TypeError:
        taken = {}
    if not taken or not taken.keys().isdisjoint(("groups", "sample_weight")):
        lack = ("needs two views", "takes one view alone", "takes no condition")[len(arrays) - 1]
        raise ValueError(f"{name} {lack}; expected an estimator of {quantity}")
    found = getattr(made.fit(*arrays, **rows), "estimate_", None)
    if not isinstance(found, Estimate):
        raise ValueError(
            f"{name} left {found!r} in estimate_; expected an Estimate, as of an estimator of "
            f"{quantity}"
        )
    if found.quantity[:2] not in (("I(",) if len(arrays) > 1 else ("H(", "h(")):
        raise ValueError(f"{name} estimates {found.quantity}; expected an estimator of {quantity}")
    return found


def shared_columns(views: Sequence[View]) -> tuple[str, ...]:
    """Say where the first two views share a column of numbers that no condition holds: I is inf."""
    first, second, *rest = ({column.tobytes() for column in view.numbers.T} for view in views)
    if not (shared := len((first & second).difference(*rest))):
        return ()
    x, y = (view.name for view in views[:2])
    return (
        f"{x} and {y} share {shared} column{'s' * (shared > 1)} of the very same numbers, so their "
        "information is infinite; the figure is what so many rows can show at most, not an "
        f"entropy: leave the shared columns out of {x} or of {y}",
    )
