"""Hooks on named layers of a live torch model: see what passes through them, or change it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Self

from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from infometer.tracing.nested import edit_first_tensor, first_tensor

__all__ = ["Activations", "Capture", "edit_outputs", "find_layers", "layer_names"]

Capture = Callable[[nn.Module, tuple[Any, ...], Any], Tensor]
"""``capture(module, inputs, output)`` gives the tensor to keep of one call of a module."""


def layer_names(model: nn.Module, kinds: type | tuple[type, ...] | None = None) -> list[str]:
    """The names of a model's layers, in the order in which they were registered.

    That is the order of execution in an ``nn.Sequential`` and in most models written by hand, but
    torch does not promise it.

    Parameters
    ----------
    model : torch.nn.Module
    kinds : type or tuple of types, optional
        Modules of these types. Default: the modules without children that hold parameters.

    Returns
    -------
    list of str

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    >>> layer_names(model), layer_names(model, nn.ReLU)
    (['0', '2'], ['1'])
    """

    def wanted(module: nn.Module) -> bool:
        if kinds is not None:
            return isinstance(module, kinds)
        return not any(module.children()) and any(True for _ in module.parameters(recurse=False))

    return [name for name, module in model.named_modules() if name and wanted(module)]


def find_layers(model: nn.Module, layers: Sequence[str]) -> dict[str, nn.Module]:
    """The modules of these names; an unknown name raises ``ValueError`` and tells near ones.

    Examples
    --------
    >>> find_layers(nn.Sequential(nn.ReLU()), ["O"])
    Traceback (most recent call last):
    ValueError: the model has no layer 'O'; its layers are '0'
    """
    if isinstance(layers, str):
        raise ValueError(f"layers is the string {layers!r}; give a list of names, [{layers!r}]")
    if not layers:
        raise ValueError("layers is empty; give names, such as those of layer_names(model)")
    modules = dict(model.named_modules(remove_duplicate=False))
    for name in layers:
        if name not in modules:
            known = [known for known in modules if known]
            near = difflib.get_close_matches(name, known, n=5)
            told = f"near it are {near}" if near else f"its layers are {str(known[:20])[1:-1]}"
            raise ValueError(f"the model has no layer {name!r}; {told}")
    return {name: modules[name] for name in layers}


class Activations:
    """What the named layers give in the last forward pass, as a context manager.

    Parameters
    ----------
    model : torch.nn.Module
    layers : sequence of str, or mapping of str to torch.nn.Module
        Names within `model`, or modules under names of your own, which need not be in `model`
        (`infometer.bottleneck.noise.inject_noise` gives such a mapping).
    what : {"output", "input"} or callable
        Which side of the layer; of several tensors, the first. Or ``what(module, inputs, output)``
        that gives a tensor; ``inputs`` holds the positional, then the keyword arguments.

    Attributes
    ----------
    values : dict of str to Tensor, shapes (n, ...)
        Copies, so that a later operation in place cannot change them; gradients pass through. Each
        forward pass of `model` starts them anew.

    Raises
    ------
    RuntimeError
        In the forward pass: a layer is called twice in it.

    Examples
    --------
    >>> model = nn.Sequential(nn.Identity(), nn.Flatten())
    >>> import torch
    >>> with Activations(model, ["1"]) as seen:
    ...     _ = model(torch.ones(2, 3, 4))
    ...     seen.values["1"].shape
    torch.Size([2, 12])
    """

    def __init__(
        self,
        model: nn.Module,
        layers: Sequence[str] | Mapping[str, nn.Module],
        what: Literal["output", "input"] | Capture = "output",
    ) -> None:
        self.modules = dict(layers) if isinstance(layers, Mapping) else find_layers(model, layers)
        if not callable(what) and what not in ("output", "input"):
            raise ValueError(f"what is {what!r}; it must be 'output', 'input' or a function")
        self.model = model
        self.what = what
        self.values: dict[str, Tensor] = {}
        self._handles: list[RemovableHandle] = []

    def __enter__(self) -> Self:
        start = self.model.register_forward_pre_hook(lambda model, inputs: self.values.clear())
        self._handles = [start]
        for name, module in self.modules.items():
            hook = self._keeper(name)
            self._handles.append(module.register_forward_hook(hook, with_kwargs=True))
        return self

    def __exit__(self, *exception: object) -> None:
        for handle in self._handles:
            handle.remove()

    def complete(self) -> dict[str, Tensor]:
        """The `values`, sure to hold every layer; one that did not run raises ``RuntimeError``."""
        absent = [name for name in self.modules if name not in self.values]
        if absent:
            raise RuntimeError(
                f"layers {absent} did not run in the forward pass: the model does not call these "
                "modules for this input, or reads their weights itself. Name a module around them"
            )
        return {name: self.values[name] for name in self.modules}

    def _keeper(self, name: str) -> Callable[..., None]:
        capture = self.what if callable(self.what) else _side(name, self.what)

        def keep(module: nn.Module, args: tuple, kwargs: dict[str, Any], output: Any) -> None:
            if name in self.values:
                raise RuntimeError(
                    f"layer {name!r} is called more than once in one forward pass, so it has no "
                    "single activation. Give each use a module of its own, or name the module "
                    "that calls it"
                )
            self.values[name] = capture(module, (*args, *kwargs.values()), output).clone()

        return keep


@contextmanager
def edit_outputs(
    model: nn.Module, edits: Mapping[str, Callable[[Tensor], Tensor]]
) -> Iterator[None]:
    """Inside the block each named layer gives ``edit(output)`` in place of its output.

    Of an output with several tensors, the first is edited and the rest is passed on.

    Parameters
    ----------
    model : torch.nn.Module
    edits : mapping of str to callable

    Examples
    --------
    >>> import torch
    >>> model = nn.Sequential(nn.Identity(), nn.Identity())
    >>> with edit_outputs(model, {"0": torch.neg}):
    ...     inside = model(torch.ones(1))
    >>> inside, model(torch.ones(1))
    (tensor([-1.]), tensor([1.]))
    """
    modules = find_layers(model, list(edits))
    handles: list[RemovableHandle] = []
    try:
        for name, module in modules.items():
            handles.append(module.register_forward_hook(_editor(name, edits[name])))
        yield
    finally:
        for handle in handles:
            handle.remove()


def _editor(name: str, edit: Callable[[Tensor], Tensor]) -> Callable[..., Any]:
    def replace(module: nn.Module, inputs: Any, output: Any) -> Any:
        return edit_first_tensor(output, edit, f"the output of layer {name!r}")

    return replace


def _side(name: str, what: Literal["output", "input"]) -> Capture:
    def side(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> Tensor:
        return first_tensor(output if what == "output" else inputs, f"the {what} of layer {name!r}")

    return side
