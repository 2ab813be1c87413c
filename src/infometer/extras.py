"""Optional dependencies: imported when they are first used; absent, one line says how to get them.

Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["MissingExtraError", "axes", "lazy_name", "require"]


class MissingExtraError(ImportError):
    """A package of an optional extra is not installed; the message is the line that installs it.

    Parameters
    ----------
    module : str
        What could not be imported.
    extra : str
        The extra of Infometer that brings it; kept as the attribute ``extra``.

    Examples
    --------
    >>> print(MissingExtraError("jinja2", "report"))
    jinja2 is not installed; run: pip install "infometer[report]"
    """

    def __init__(self, module: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f'{module} is not installed; run: pip install "infometer[{extra}]"')


def require(module_name: str, extra: str) -> ModuleType:
    """Import a module that only the named extra brings.

    Parameters
    ----------
    module_name : str
        Absolute, such as ``"matplotlib.figure"``.
    extra : str
        The extra of Infometer that brings it.

    Returns
    -------
    module

    Raises
    ------
    MissingExtraError
        If the package is absent. A package that is there but broken raises its own error.

    Examples
    --------
    >>> require("json", "report").dumps(1)
    '1'
    """
    try:
        return import_module(module_name)
    except ModuleNotFoundError as error:
        package = module_name.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        raise MissingExtraError(package, extra) from error


def lazy_name(package: str, name: str, home: Mapping[str, str], extras: Mapping[str, str]) -> Any:
    """A public name of a package whose modules are imported when they are first used.

    Parameters
    ----------
    package : str
        Its ``__name__``.
    name : str
    home : mapping of str to str
        The module of the package that each public name stands in.
    extras : mapping of str to str
        The extra that brings each package that one of these modules may miss.

    Raises
    ------
    AttributeError
        If it is no public name.
    MissingExtraError
        If its module needs a package that is absent.

    Examples
    --------
    >>> lazy_name("json", "JSONDecoder", {"JSONDecoder": "decoder"}, {}).__name__
    'JSONDecoder'
    """
    if name not in home:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{package}.{home[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name not in extras:
            raise
        raise MissingExtraError(error.name, extras[error.name]) from error


def axes(ax: Any, width: float, height: float) -> Any:
    """The axes to draw on: those that are given, or those of a new figure.

    Parameters
    ----------
    ax : matplotlib Axes or None
    width, height : float
        Of the new figure, in inches.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingExtraError
        If a figure is needed and matplotlib is absent.

    Examples
    --------
    >>> axes(None, 4, 3).figure.get_size_inches().tolist()
    [4.0, 3.0]
    """
    if ax is not None:
        return ax
    figure = require("matplotlib.figure", "report").Figure
    return figure(figsize=(width, height), layout="constrained").add_subplot()
