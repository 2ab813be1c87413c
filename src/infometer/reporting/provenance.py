"""Where a figure comes from: versions, machine, time and the fingerprint of the data."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from infometer import __version__
from infometer.tables import fingerprint

__all__ = ["provenance"]


def provenance(**inputs: Any) -> dict[str, str]:
    """Say what is needed to repeat a measurement.

    Parameters
    ----------
    **inputs : ndarray, DataFrame, str or array-like
        The data that was measured.

    Returns
    -------
    dict of str to str
        ``infometer``, ``python``, ``numpy`` and, where it is installed, ``torch``: versions;
        ``platform``; ``time`` in UTC; and, if there are inputs, ``fingerprint``:
        `tables.fingerprint` of them all, in the order given.

    Examples
    --------
    >>> import numpy as np
    >>> provenance(x=np.arange(3, dtype=np.int64), y="tea")["fingerprint"]
    '67e471180d6137d4'
    """
    versions = {"infometer": __version__, "python": platform.python_version()}
    for package in ("numpy", "torch"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        **({"fingerprint": fingerprint(*inputs.values())} if inputs else {}),
        **versions,
        "platform": platform.platform(),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
