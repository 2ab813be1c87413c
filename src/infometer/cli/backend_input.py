"""The text backend that a command is given: rules, a server's address, or a model's folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["Model", "asked_backend"]

Model = Annotated[
    str | None, typer.Option(help="Name of the model on the server that --backend names.")
]


def asked_backend(given: str, model: str | None, option: str, rules: Mapping[str, Any]) -> Any:
    """A backend from what the command line says.

    Parameters
    ----------
    given : str
        "rules", an address that begins with http, or a folder.
    model : str or None
        What the server calls the model; the key is read from ``OPENAI_API_KEY``.
    option : str
        Named in errors.
    rules : mapping of task to callable
        Of "rules".

    Returns
    -------
    TextBackend
    """
    from infometer.backends import LocalModel, OpenAICompatible, RuleBased

    if given == "rules":
        return RuleBased(rules)
    if given.startswith(("http://", "https://")):
        if model is None:
            raise ValueError(f"{option} is the address {given}; name its model with --model")
        return OpenAICompatible(given, model)
    if not Path(given).is_dir():
        raise ValueError(
            f"{option} is {given!r}; give rules, the address of a server (http://…) or the folder "
            "of a model"
        )
    return LocalModel(given)
