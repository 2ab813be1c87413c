"""The least entropy for a norm of logits: known values, attained, and below no other logits."""

import math

import numpy as np
import pytest
from scipy.special import entr, softmax

from infometer.attention import attention_entropy_lower_bound


def extremal_logits(norm, n):
    logits = np.full(n, -norm / math.sqrt(n * (n - 1)))
    logits[0] = norm * math.sqrt((n - 1) / n)
    return logits


def row_entropy(logits):
    return entr(softmax(logits, axis=-1)).sum(-1)


@pytest.mark.parametrize(
    ("norm", "n", "value"),
    [(0, 128, 4.852030), (3, 16, 1.767526), (5, 128, 2.899461), (10, 128, 0.060876),
     (4, 64, 2.878547)],
)  # fmt: skip
def test_known_values_are_attained(norm, n, value):
    bound = attention_entropy_lower_bound(norm, n)
    logits = extremal_logits(norm, n)
    assert np.linalg.norm(logits) == pytest.approx(norm)
    assert bound == pytest.approx(value, abs=5e-7)
    assert row_entropy(logits) == pytest.approx(bound, abs=1e-10)


def test_no_logits_of_that_norm_have_less():
    rng = np.random.default_rng(0)
    for n in (2, 3, 17, 128):
        for norm in (0.1, 1.0, 4.0, 12.0):
            logits = rng.standard_normal((400, n)) ** rng.choice([1, 3, 7], size=(400, 1))
            logits = np.concatenate([logits, extremal_logits(1, n) + 0.1 * logits[:200]])
            logits *= norm / np.linalg.norm(logits, axis=1, keepdims=True)
            assert row_entropy(logits).min() >= attention_entropy_lower_bound(norm, n) - 1e-12


def test_it_falls_with_the_norm_and_large_norms_give_zero():
    bounds = [attention_entropy_lower_bound(norm, 50) for norm in np.linspace(0, 30, 61)]
    assert (np.diff(bounds) < 0).all()
    assert attention_entropy_lower_bound(1e6, 50) == 0.0
    assert attention_entropy_lower_bound(3.0, 1) == 0.0


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="logit_norm is -1"):
        attention_entropy_lower_bound(-1, 4)
    with pytest.raises(ValueError, match="logit_norm is nan"):
        attention_entropy_lower_bound(math.nan, 4)
    with pytest.raises(ValueError, match="n is 0; expected the number of keys"):
        attention_entropy_lower_bound(1, 0)
