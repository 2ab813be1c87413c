"""The activations of a model on a data set, batch by batch, as NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from infometer.estimators.placement import as_model_tensors, model_device
from infometer.tracing.frozen_model import frozen_state
from infometer.tracing.hooks import Activations, Capture

__all__ = ["Inputs", "call_model", "record_activations"]

Inputs = Tensor | np.ndarray | tuple[Tensor | np.ndarray, ...] | Mapping[str, Any]


def record_activations(
    model: nn.Module,
    layers: Sequence[str] | Mapping[str, nn.Module],
    x: Inputs,
    *,
    what: Literal["output", "input"] | Capture = "output",
    batch_size: int = 512,
    device: torch.device | str | None = None,
) -> dict[str, np.ndarray]:
    """What each layer gives on the rows of `x`; the model is left bit for bit as it was.

    Runs in `infometer.tracing.frozen_state`: evaluation mode, no gradients. Noise that stays on in
    evaluation is drawn by torch; to choose it, call inside ``seeded(random_state, ...)``.

    Parameters
    ----------
    model : torch.nn.Module
    layers : sequence of str, or mapping of str to torch.nn.Module
        As in `Activations`.
    x : Tensor or ndarray, shape (n, ...); or tuple or mapping of them
        A tuple holds the positional, a mapping the keyword arguments. Values of a mapping that are
        neither tensors nor arrays are passed on with every batch. NumPy's floats take the model's
        dtype.
    what : {"output", "input"} or callable
        As in `Activations`.
    batch_size : int
    device : torch.device or str, optional
        Where batches go; default: where the model is.

    Returns
    -------
    dict of str to ndarray, shapes (n, ...)
        Half precision becomes float32.

    Raises
    ------
    RuntimeError
        A layer did not run, or ran more than once in a forward pass.
    ValueError
        An unknown layer, inputs whose rows do not go together, or an activation whose first axis
        is not that of the rows.

    Examples
    --------
    >>> model = nn.Sequential(nn.Flatten(), nn.ReLU())
    >>> record_activations(model, ["1"], np.array([[-1.0, 2.0], [3.0, -4.0]]))["1"]
    array([[0., 2.],
           [3., 0.]], dtype=float32)
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}; it must be at least 1")
    n, batch_of = _slicer(model, x, model_device(model) if device is None else device)
    recorded: dict[str, np.ndarray] = {}
    with frozen_state(model), Activations(model, layers, what) as seen:
        for start in range(0, n, batch_size):
            stop = min(start + batch_size, n)
            args, kwargs = batch_of(slice(start, stop))
            model(*args, **kwargs)
            for name, tensor in seen.complete().items():
                rows = _as_rows(tensor, stop - start, name)
                if name not in recorded:
                    recorded[name] = np.empty((n, *rows.shape[1:]), rows.dtype)
                recorded[name][start:stop] = rows
    return recorded


def call_model(model: nn.Module, x: Inputs, device: torch.device | str | None = None) -> Any:
    """Call ``model`` on all rows of `x` at once, as `record_activations` calls it on a batch.

    Parameters
    ----------
    model : torch.nn.Module
    x : Tensor or ndarray, shape (n, ...); or tuple or mapping of them
    device : torch.device or str, optional

    Examples
    --------
    >>> call_model(nn.ReLU(), np.array([[-1.0, 2.0]])).tolist()
    [[0.0, 2.0]]
    """
    n, batch_of = _slicer(model, x, model_device(model) if device is None else device)
    args, kwargs = batch_of(slice(0, n))
    return model(*args, **kwargs)


def _slicer(
    model: nn.Module, x: Inputs, device: torch.device | str
) -> tuple[int, Callable[[slice], tuple[list[Any], dict[str, Any]]]]:
    """The number of rows, and a function that gives the arguments of the model for a slice."""
    if not isinstance(x, Tensor | np.ndarray | tuple | Mapping):
        raise TypeError(
            f"x is a {type(x).__name__}; give a tensor or an array, a tuple of them (positional "
            "arguments) or a mapping of them (keyword arguments)"
        )
    keywords = dict(x) if isinstance(x, Mapping) else {}
    positional = () if isinstance(x, Mapping) else x if isinstance(x, tuple) else (x,)
    constant = {k: v for k, v in keywords.items() if not isinstance(v, Tensor | np.ndarray)}
    sliced = {k: v for k, v in keywords.items() if k not in constant}
    tensors = as_model_tensors(model, [*positional, *sliced.values()], "x")

    def batch_of(rows: slice) -> tuple[list[Any], dict[str, Any]]:
        batch = [tensor[rows].to(device) for tensor in tensors]
        args, values = batch[: len(positional)], batch[len(positional) :]
        return args, {**constant, **dict(zip(sliced, values, strict=True))}

    return len(tensors[0]), batch_of


def _as_rows(tensor: Tensor, n: int, name: str) -> np.ndarray:
    if tensor.ndim == 0 or len(tensor) != n:
        raise ValueError(
            f"layer {name!r} gives shape {tuple(tensor.shape)} for {n} rows; its first axis must "
            "be that of the rows. Record another layer, or give what= a function that moves it"
        )
    if tensor.dtype in (torch.float16, torch.bfloat16):
        tensor = tensor.float()
    return tensor.numpy(force=True)
