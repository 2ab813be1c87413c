"""The same calls with ours, in a process of the same kind as the peers'."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks.estimators_calls import serve
from infometer.estimators.neural import DonskerVaradhan, InfoNCE

PACKAGES = ("numpy", "torch")


def infonce(x: np.ndarray, y: np.ndarray) -> float:
    return float(InfoNCE(random_state=0).fit(x, y).estimate_)


def mine(x: np.ndarray, y: np.ndarray) -> float:
    return float(DonskerVaradhan(ema_rate=0.01, random_state=0).fit(x, y).estimate_)


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve({"InfoNCE": infonce, "MINE": mine}, PACKAGES)
