"""What can be asked for class probabilities: a family by name, a classifier, a torch module."""

from __future__ import annotations

import sys
from typing import Any

from sklearn.base import clone, is_regressor

from infometer.estimators.predictive.probe_families import probe_family
from infometer.resampling import integer_seed

__all__ = ["as_classifier", "with_seed"]


def as_classifier(estimator: Any) -> Any:
    """An untrained classifier with class probabilities; what was given is left as it is.

    Parameters
    ----------
    estimator : str, scikit-learn classifier or torch.nn.Module
        A name of `probe_family`; a module, which gives logits, is trained as `ModuleClassifier`.

    Returns
    -------
    classifier

    Raises
    ------
    ValueError
        For a regressor, or what gives no probabilities.

    Examples
    --------
    >>> as_classifier("constant")
    DummyClassifier()
    """
    if isinstance(estimator, str):
        return probe_family(estimator)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(estimator, torch.nn.Module):
        from infometer.estimators.neural import ModuleClassifier

        return ModuleClassifier(estimator)
    if isinstance(estimator, type) or not hasattr(estimator, "fit"):
        raise ValueError(
            f"estimator is {estimator!r}; expected the name of a family, a scikit-learn classifier "
            "(made, not its class) or a torch.nn.Module"
        )
    if is_regressor(estimator):
        raise ValueError(
            f"estimator is the regressor {estimator!r}; labels are classes here: give a classifier"
        )
    if not hasattr(estimator, "predict_proba"):
        raise ValueError(
            f"estimator {estimator!r} gives no class probabilities (predict_proba); wrap it in "
            "sklearn.calibration.CalibratedClassifierCV"
        )
    return clone(estimator)


def with_seed(model: Any, random_state: Any, *key: Any) -> Any:
    """The model with all its random states set to the stream named by `key`, in place.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> with_seed(LogisticRegression(), 0, "fold", 1).random_state
    3842324560
    """
    names = [name for name in model.get_params() if name.split("__")[-1] == "random_state"]
    seed = integer_seed(random_state, *key) % 2**32
    return model.set_params(**dict.fromkeys(names, seed))
