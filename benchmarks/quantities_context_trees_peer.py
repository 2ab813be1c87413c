"""What runs in the peers' environment: directed_information 0.1, which gives cumulative sums."""

from __future__ import annotations

import math

import numpy as np
from directed_information import compute_DI_MI

from benchmarks.estimators_calls import serve


def forward_rate(x: np.ndarray, y: np.ndarray, estimator: str, depth: int, size: int) -> float:
    """I(X→Y) in nats a step."""
    forward, _, _ = compute_DI_MI(x, y, size, depth, estimator, 0)
    return math.log(2) * forward[-1] / (len(x) - depth)


if __name__ == "__main__":
    serve({"forward_rate": forward_rate}, ("directed_information", "numpy"))
