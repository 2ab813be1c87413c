"""What each operation of a model costs under a protocol: counts times unit costs."""

from __future__ import annotations

from dataclasses import dataclass

from infometer.attention.private_operations import PrivateOperation, private_operations
from infometer.attention.transformer_shape import TransformerShape
from infometer.attention.unit_costs import CostProtocol

__all__ = ["OperationCost", "operation_costs"]


@dataclass(frozen=True)
class OperationCost:
    """One operation of a forward pass: how many elements, bytes and seconds.

    Parameters
    ----------
    name : str
    count : int
    bytes : float
    seconds : float or None
        None where the protocol has no times.
    stand_in : str
        Whose unit cost it has in place of its own.
    """

    name: str
    count: int
    bytes: float
    seconds: float | None
    stand_in: str = ""


def operation_costs(
    shape: TransformerShape, seq_len: int, protocol: CostProtocol
) -> tuple[OperationCost, ...]:
    """The cost of every operation of one forward pass.

    Raises
    ------
    ValueError
        If the protocol has no unit cost of an operation.

    Examples
    --------
    >>> mine = CostProtocol("mine", {"softmax": 900.0})
    >>> operation_costs(TransformerShape(12, 768, 12, 12, 64, 3072, 50257), 128, mine)
    Traceback (most recent call last):
    ...
    ValueError: protocol 'mine' has no unit_bytes of attention_io, needed for...
    """
    return tuple(_cost(operation, protocol) for operation in private_operations(shape, seq_len))


def _cost(operation: PrivateOperation, protocol: CostProtocol) -> OperationCost:
    unknown = [unit for unit in operation.counts if unit not in protocol.unit_bytes]
    if unknown:
        raise ValueError(
            f"protocol {protocol.name!r} has no unit_bytes of {unknown[0]}, needed for "
            f"{operation.name}; add it, or fit it to the costs of models that have the operation"
        )
    timed = all(unit in protocol.unit_seconds for unit in operation.counts)
    counts = operation.counts.items()
    return OperationCost(
        operation.name,
        max(operation.counts.values()),
        sum(protocol.unit_bytes[unit] * count for unit, count in counts),
        sum(protocol.unit_seconds[unit] * count for unit, count in counts) if timed else None,
        operation.stand_in,
    )
