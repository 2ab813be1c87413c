"""Transfer entropy of a joint law: what a source's past tells of a target beyond its own past."""

from __future__ import annotations

from typing import Any

from infometer.quantities.laws import joint_law

__all__ = ["transfer_entropy"]


def transfer_entropy(
    law: Any, source_past: Any, target: Any, target_past: Any, given: Any = ()
) -> float:
    r"""T(X→Y) = I(Y_t; X_{t-l}, ..., X_{t-1} | Y_{t-k}, ..., Y_{t-1}) in nats, exactly.

    It is a statement on prediction, not on intervention: a common cause that is neither in the
    target's past nor in `given` looks like transfer.

    Parameters
    ----------
    law : array-like, shape (m1, ..., mk), or DataFrame, Series, JointLaw
        Of the present of the target and of both pasts; probabilities, or counts of an integer
        type, as `joint_law` reads them.
    source_past, target, target_past : name, number or several of them
        The variables of each; `target_past` may be none, ``()``.
    given : name, number or several of them, optional
        Of other series, for the conditional (or complete) transfer entropy.

    Returns
    -------
    float
        In nats, not negative.

    Raises
    ------
    ValueError
        If `law` is none, or the groups name what it has not or share a variable.

    See Also
    --------
    markov_transfer_entropy : of a stationary chain given by its kernel.

    References
    ----------
    T. Schreiber, "Measuring information transfer", Phys. Rev. Lett. 85, 461 (2000), eq. 4.

    Examples
    --------
    The target becomes the exclusive or of the source and itself, of two fair bits.

    >>> law = [[[0.25, 0.0], [0.0, 0.25]], [[0.0, 0.25], [0.25, 0.0]]]
    >>> round(transfer_entropy(law, source_past=0, target=2, target_past=1), 6)
    0.693147
    >>> transfer_entropy(law, source_past=0, target=2, target_past=())
    0.0
    """
    joint = joint_law(law)
    x, y, past, z = joint.groups(
        source_past=source_past, target=target, target_past=target_past, given=given
    )
    condition = past + z
    transfer = (
        joint.entropy(y + condition)
        + joint.entropy(x + condition)
        - joint.entropy(x + y + condition)
        - joint.entropy(condition)
    )
    return max(transfer, 0.0)
