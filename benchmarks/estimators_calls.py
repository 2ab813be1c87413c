"""One call of one library, in a process of its own: asked by a line of JSON, answered by a line.

Both sides of the exchange stand here. A process is started with ``python -m``, tells the versions
of its packages once it has imported them, and then answers until its input ends. Ours and the
peers' run alike, so that the same seconds are counted for both: those of the call, and not those
of importing, of reading the data or of the exchange. Python's standard library and NumPy suffice.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
OURS, PEERS = "benchmarks.estimators_ours", "benchmarks.estimators_peers"


class Call(NamedTuple):
    """What is asked: a name in the process's own list, and the parameters beside the data."""

    name: str
    parameters: Mapping[str, Any] = {}


class Answer(NamedTuple):
    """The figure in nats, the seconds of the call, and the most bytes that the process has held."""

    value: float
    seconds: float
    peak_bytes: int


class Library:
    """The process of `module`, run by the interpreter `python`, as a context manager."""

    def __init__(self, module: str, python: str | Path = sys.executable) -> None:
        self.module = module
        self.python = python

    def __enter__(self) -> Library:
        self.process = subprocess.Popen(
            [str(self.python), "-m", self.module],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.versions: dict[str, str] = self._read()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def ask(self, call: Call, data: Path) -> Answer:
        """Let the process make `call` on the arrays of the npz file `data`."""
        assert self.process.stdin is not None
        asked = {"name": call.name, "parameters": dict(call.parameters), "data": str(data)}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return Answer(**self._read())

    def told(self) -> str:
        """The versions of its packages, in a sentence."""
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        return f"{self.module} ran with {versions}."

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.module} ended without an answer: its error stands above")
        return json.loads(line)


def serve(calls: Mapping[str, Callable[..., float]], packages: Sequence[str]) -> None:
    """Answer what comes on the standard input with the functions in `calls`, until it ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    print(json.dumps({name: version(name) for name in packages}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        arrays = _arrays(asked["data"])
        start = time.perf_counter()
        value = calls[asked["name"]](**arrays, **asked["parameters"])
        seconds = time.perf_counter() - start
        answer = Answer(float(value), seconds, peak_bytes())
        print(json.dumps(answer._asdict()), file=answers, flush=True)


def peak_bytes() -> int:
    """The most memory that this process has held."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count what the parent held when it started this process
        held = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM:"))
        return 1024 * int(held.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS


@lru_cache(maxsize=1)
def _arrays(path: str) -> dict[str, np.ndarray]:
    with np.load(path) as stored:
        return dict(stored)
