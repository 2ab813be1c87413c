"""Ceilings of masks against the exact figures."""

import math

import numpy as np
import pytest
import torch

from infometer.attention import causal_max_entropy, mask_max_entropy

TABLE = {64: 3.205753, 128: 3.878168, 256: 4.559599, 512: 5.246212, 1024: 5.935754, 2048: 6.626929}


@pytest.mark.parametrize(("n", "value"), TABLE.items())
def test_the_causal_ceiling_is_exact_and_below_log_t(n, value):
    assert causal_max_entropy(n) == pytest.approx(value, abs=5e-7)
    assert causal_max_entropy(n) == pytest.approx(np.log(np.arange(1, n + 1)).mean(), rel=1e-12)
    assert causal_max_entropy(n) < math.log(n)


def test_the_ceiling_of_a_mask_counts_the_keys_of_each_row():
    causal = np.tril(np.ones((64, 64), bool))
    assert mask_max_entropy(causal) == pytest.approx(causal_max_entropy(64), rel=1e-12)
    window = causal & ~np.tril(causal, -8)
    expected = np.log(np.minimum(np.arange(1, 65), 8)).mean()
    assert mask_max_entropy(torch.as_tensor(window)) == pytest.approx(expected, rel=1e-12)
    padded = causal.copy()
    padded[:, :10] = False  # the first ten rows see nothing and are in no mean
    assert mask_max_entropy(padded) == pytest.approx(causal_max_entropy(54), rel=1e-12)


def test_bad_input_is_refused():
    for bad in (0, -3, 1.5):
        with pytest.raises(ValueError, match="expected the number of queries"):
            causal_max_entropy(bad)
    with pytest.raises(ValueError, match="expected bool"):
        mask_max_entropy([[1.0, 0.0]])
    with pytest.raises(ValueError, match="no row see any key"):
        mask_max_entropy(np.zeros((2, 2), bool))
