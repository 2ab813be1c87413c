"""Where a torch model lives: its device, its floating dtype, and arrays made to fit it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import torch
from torch import Tensor, nn

__all__ = ["Arrays", "as_model_tensor", "as_model_tensors", "model_device", "model_dtype"]

Arrays = Sequence[Tensor | np.ndarray]


def model_device(model: nn.Module) -> torch.device:
    """The device of the model's first parameter or buffer; the CPU for a model that has none.

    Examples
    --------
    >>> model_device(nn.Linear(2, 1))
    device(type='cpu')
    """
    for tensor in chain(model.parameters(), model.buffers()):
        return tensor.device
    return torch.device("cpu")


def model_dtype(model: nn.Module) -> torch.dtype:
    """The dtype of the model's first floating parameter; torch's default where there is none.

    Examples
    --------
    >>> model_dtype(nn.Linear(2, 1).double())
    torch.float64
    """
    for tensor in model.parameters():
        if tensor.is_floating_point():
            return tensor.dtype
    return torch.get_default_dtype()


def as_model_tensor(model: nn.Module, value: Tensor | np.ndarray) -> Tensor:
    """A tensor that the model can take: tensors unchanged, NumPy's floats in the model's dtype.

    Parameters
    ----------
    model : torch.nn.Module
    value : Tensor or ndarray, shape (n, ...)
        Integers and booleans keep their type. An array stays on the CPU.

    Returns
    -------
    Tensor, shape (n, ...)

    Examples
    --------
    >>> as_model_tensor(nn.Linear(2, 1), np.zeros((3, 2))).dtype
    torch.float32
    """
    if isinstance(value, Tensor):
        return value
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"an array of dtype {array.dtype} cannot become a tensor; give numbers or booleans"
        )
    tensor = torch.from_numpy(array if array.flags.writeable else array.copy())
    return tensor.to(model_dtype(model)) if tensor.is_floating_point() else tensor


def as_model_tensors(model: nn.Module, arrays: Arrays, name: str) -> list[Tensor]:
    """Each of `arrays` by `as_model_tensor`, once it is sure that their rows go together.

    Parameters
    ----------
    model : torch.nn.Module
    arrays : sequence of Tensor or ndarray, shapes (n, ...)
    name : str
        What the error calls the argument.

    Examples
    --------
    >>> as_model_tensors(nn.Linear(2, 1), (np.zeros((3, 2)), np.zeros(4)), "data")
    Traceback (most recent call last):
    ValueError: data has tensors of [3, 4] rows; give at least one, all of the same length >= 1
    """
    if isinstance(arrays, Tensor | np.ndarray):
        raise TypeError(f"{name} is a single {type(arrays).__name__}; give a tuple, as in (x,)")
    tensors = [as_model_tensor(model, array) for array in arrays]
    lengths = [len(tensor) if tensor.ndim else 0 for tensor in tensors]
    if not lengths or min(lengths) < 1 or len(set(lengths)) > 1:
        raise ValueError(
            f"{name} has tensors of {lengths} rows; give at least one, all of the same length >= 1"
        )
    return tensors
