"""Unit costs of a two-party protocol as data: a table that ships, or one of a user's own."""

from __future__ import annotations

import dataclasses
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Self

from infometer.attention.private_operations import UNITS
from infometer.attention.transformer_shape import TransformerShape

__all__ = ["CostProtocol", "UnidentifiedPair", "cost_protocol"]

SHIPPED = "bumblebee-2pc"
SIZES = (
    "seq_len",
    *(field.name for field in dataclasses.fields(TransformerShape) if field.type == "int"),
)


@dataclass(frozen=True)
class UnidentifiedPair:
    """Two unit costs of which the measurements tell only ``ratio · first + second``.

    Parameters
    ----------
    first, second : str
        Of `UNITS`.
    ratio : float
        Of their counts in the models that were measured.

    Raises
    ------
    ValueError
        For what is no operation, or a ratio that is not above 0.
    """

    first: str
    second: str
    ratio: float

    def __post_init__(self) -> None:
        for name in (self.first, self.second):
            _require_unit(name, "unidentified")
        if not _is_number(self.ratio) or self.ratio == 0:
            raise ValueError(f"unidentified has the ratio {self.ratio!r}; expected one above 0")


@dataclass(frozen=True)
class CostProtocol:
    """What each operation costs under a protocol.

    Parameters
    ----------
    name, description, network : str
        What was measured, and over which network.
    unit_bytes : mapping of str to float
        Bytes for one of each of `UNITS`; those that were never measured are left out.
    unit_seconds : mapping of str to float
        The same in seconds; empty where no time was measured.
    unidentified : tuple of UnidentifiedPair
        Unit costs whose split is an assumption.
    ranges : mapping of str to (float, float)
        Smallest and largest sizes that were measured.
    errors : mapping of str to float
        Relative errors of the fit: of the totals that it was fitted to, and of each total by a fit
        to all others.

    Raises
    ------
    ValueError
        An unknown operation or size, something that is no number from 0 on, a range that is none,
        or an unidentified pair without unit costs.

    Examples
    --------
    >>> round(cost_protocol("bumblebee-2pc").unit_bytes["gelu_excess"])
    3365
    """

    name: str
    unit_bytes: Mapping[str, float]
    unit_seconds: Mapping[str, float] = field(default_factory=dict)
    description: str = ""
    network: str = ""
    unidentified: tuple[UnidentifiedPair, ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    errors: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in ("name", "description", "network"):
            if not isinstance(getattr(self, kind), str):
                raise ValueError(f"{kind} is {getattr(self, kind)!r}; expected a text")
        for kind in ("unit_bytes", "unit_seconds", "errors"):
            _require_numbers(kind, getattr(self, kind))
        for kind in ("unit_bytes", "unit_seconds"):
            for name in getattr(self, kind):
                _require_unit(name, kind)
        for pair in self.unidentified:
            for name in (pair.first, pair.second):
                if name not in self.unit_bytes:
                    raise ValueError(f"unidentified has {name!r}, which has no unit_bytes; add it")
        for name, ends in self.ranges.items():
            told = len(ends) == 2 and all(map(_is_number, ends)) and ends[0] <= ends[1]
            if name not in SIZES or not told:
                raise ValueError(
                    f"ranges has {ends!r} of {name!r}; expected the smallest and the largest of "
                    f"{', '.join(SIZES)}"
                )

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """Read what `to_dict` gives; of its fields ``name`` and ``unit_bytes`` are needed.

        Raises
        ------
        ValueError
            A field that is missing, unknown or of another form.
        """
        known = [one.name for one in dataclasses.fields(cls)]
        missing = [name for name in ("name", "unit_bytes") if name not in given]
        if missing or (unknown := [name for name in given if name not in known]):
            wrong = f"has no {missing[0]!r}" if missing else f"has an unknown field {unknown[0]!r}"
            raise ValueError(f"protocol {wrong}; its fields are {', '.join(known)}")
        try:
            pairs = tuple(UnidentifiedPair(**pair) for pair in given.get("unidentified", ()))
            ranges = {name: tuple(ends) for name, ends in given.get("ranges", {}).items()}
        except (AttributeError, TypeError) as error:
            raise ValueError(
                "protocol has unidentified or ranges of another form than CostProtocol.save "
                f"writes: {error}"
            ) from None
        return cls(**{**given, "unidentified": pairs, "ranges": ranges})

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values, fit for JSON."""
        return dataclasses.asdict(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the table as JSON, to be read by `cost_protocol` and by the command line."""
        text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False)
        Path(path).write_text(text + "\n", encoding="utf-8")


def cost_protocol(
    protocol: CostProtocol | str | os.PathLike[str] | Mapping[str, Any],
) -> CostProtocol:
    """The unit costs of a protocol.

    Parameters
    ----------
    protocol : "bumblebee-2pc", path, mapping or CostProtocol
        The table that ships, the JSON file of another, or its fields.

    Returns
    -------
    CostProtocol

    Raises
    ------
    ValueError
        If there is no such table, or what stands in it is none.

    Examples
    --------
    >>> cost_protocol({"name": "mine", "unit_bytes": {"softmax": 900.0}}).unit_bytes["softmax"]
    900.0
    """
    if isinstance(protocol, CostProtocol):
        return protocol
    if isinstance(protocol, Mapping):
        return CostProtocol.from_dict(protocol)
    if protocol == SHIPPED:
        file = resources.files("infometer.attention") / "data" / f"{SHIPPED}.json"
        return CostProtocol.from_dict(json.loads(file.read_text(encoding="utf-8")))
    if not isinstance(protocol, str | os.PathLike):
        raise ValueError(
            f"protocol is a {type(protocol).__name__}; expected {SHIPPED!r}, a JSON file of unit "
            "costs, its fields or a CostProtocol"
        )
    path = Path(protocol)
    if not path.is_file():
        raise FileNotFoundError(
            f"protocol is {str(protocol)!r}; expected {SHIPPED!r} or a JSON file of unit costs"
        )
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"protocol {path} is no JSON: {error}") from None
    if not isinstance(read, dict):
        raise ValueError(f"protocol {path} holds a {type(read).__name__}; expected its fields")
    return CostProtocol.from_dict(read)


def _is_number(value: Any) -> bool:
    """Whether it is finite and at least 0."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and value >= 0


def _require_unit(name: Any, kind: str) -> None:
    if not isinstance(name, str) or name not in UNITS:
        raise ValueError(
            f"{kind} has {name!r}, which is no operation; known are {', '.join(UNITS)}"
        )


def _require_numbers(kind: str, given: Any) -> None:
    if not isinstance(given, Mapping):
        raise ValueError(f"{kind} is {given!r}; expected numbers by name")
    for name, value in given.items():
        if not _is_number(value):
            raise ValueError(f"{kind} of {name} is {value!r}; expected a number from 0 on")
