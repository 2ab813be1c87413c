"""What the plane asks about: the labels and a short code of the inputs, checked once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch

from infometer.bottleneck.compression import PCACompressor
from infometer.bottleneck.measurement import Targets
from infometer.contracts import Finding
from infometer.tracing.activations import Inputs

__all__ = ["evaluation_metrics", "evaluation_targets"]


def evaluation_targets(
    x_eval: Inputs, y_eval: Any = None, input_code: Any = None
) -> tuple[Targets, list[Finding]]:
    """Labels and input code of the evaluation rows, with what their user must know.

    Parameters
    ----------
    x_eval : Tensor or ndarray, shape (n, ...); or tuple or mapping of them
    y_eval : array-like, shape (n,) or (n, dy), optional
    input_code : array-like, shape (n, dx), optional
        Default: the first four principal components of `x_eval` where it is one array of floats.

    Returns
    -------
    targets : Targets
    findings : list of Finding

    Raises
    ------
    ValueError
        For inputs that are no arrays, rows that do not go together, fewer than 8 of them, or
        missing targets.

    Examples
    --------
    >>> x = np.random.default_rng(0).standard_normal((20, 6))
    >>> targets, findings = evaluation_targets(x, np.arange(20) % 2)
    >>> targets.input_code.shape, targets.discrete, findings
    ((20, 4), True, [])
    """
    n = _rows(x_eval)
    if n < 8:
        raise ValueError(f"x_eval has {n} rows; the plane needs at least 8, better hundreds")
    labels = None if y_eval is None else _numpy(y_eval)
    if labels is not None and len(labels) != n:
        raise ValueError(f"y_eval has {len(labels)} rows and x_eval {n}; give one for each input")
    if labels is not None:
        _require_known(labels)
    findings: list[Finding] = []
    array = None if isinstance(x_eval, Mapping | tuple) else _numpy(x_eval)
    if input_code is not None:
        code = np.asarray(input_code, dtype=float)
        if code.ndim != 2 or len(code) != n:
            raise ValueError(f"input_code has shape {code.shape}; it must be ({n}, dx)")
    elif array is not None and array.dtype.kind == "f" and np.isfinite(array).all():
        code = PCACompressor().fit_transform(array.reshape(n, -1))
    else:
        code = None
        findings.append(
            Finding(
                "info", "input", "Only the exact figure is given for I(X;L).",
                "the inputs are not one array of finite floats, so they have no short code",
                "Give input_code=, a few numbers for every input.",
            )
        )  # fmt: skip
    if code is not None and len(np.unique(code, axis=0)) < n:
        twins = n - len(np.unique(code, axis=0))
        findings.append(
            Finding(
                "warning", "input", f"{twins} inputs repeat others.",
                "their neighbours stand at distance 0, so I(X;L) has no compressed figure",
                "Take repeated rows out of the evaluation set.",
            )
        )  # fmt: skip
        code = None
    return Targets(n, labels, code), findings


def evaluation_metrics(output: np.ndarray, labels: np.ndarray | None) -> dict[str, float]:
    """Accuracy and cross-entropy (nats) of logits (n, K) where the labels are 0 … K−1, else {}.

    Examples
    --------
    >>> found = evaluation_metrics(np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([0, 1]))
    >>> found["accuracy"], round(found["evaluation_loss"], 4)
    (1.0, 0.1269)
    """
    if labels is None or output.ndim != 2 or labels.ndim != 1 or labels.dtype.kind not in "iu":
        return {}
    if labels.min() < 0 or labels.max() >= output.shape[1] or output.shape[1] < 2:
        return {}
    log_p = torch.log_softmax(torch.as_tensor(output, dtype=torch.float64), dim=1).numpy()
    own = log_p[np.arange(len(labels)), labels]
    return {
        "accuracy": float((log_p.argmax(axis=1) == labels).mean()),
        "evaluation_loss": float(-own.mean()),
    }


def _numpy(values: Any) -> np.ndarray:
    if isinstance(values, torch.Tensor):
        return (values.float() if values.dtype == torch.bfloat16 else values).numpy(force=True)
    return np.asarray(values)


def _rows(x: Inputs) -> int:
    parts = x.values() if isinstance(x, Mapping) else x if isinstance(x, tuple) else (x,)
    for part in parts:
        if isinstance(part, torch.Tensor | np.ndarray):
            return len(part)
    raise ValueError(
        f"x_eval is a {type(x).__name__} without a tensor or an array; give a tensor or an array "
        "with one row for each input, or a tuple or a mapping of them, as the model takes them"
    )


def _require_known(labels: np.ndarray) -> None:
    missing = int(pd.isna(labels).reshape(len(labels), -1).any(axis=1).sum())
    if missing:
        raise ValueError(
            f"y_eval is missing (NaN or None) in {missing} rows; leave these rows out of x_eval "
            "and y_eval"
        )
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise ValueError("y_eval contains infinity; leave these rows out of x_eval and y_eval")
    if labels.dtype.kind == "O":
        try:
            np.unique(labels)
        except TypeError as error:
            raise ValueError(f"y_eval mixes types ({error}); give labels of one type") from error
