"""The conditional logit against logistic regression on differences, and against its own law."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from infometer.backends.conditional_logit import conditional_logit, option_log_probabilities


def test_of_two_options_it_is_logistic_regression_on_their_difference():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(400, 3))
    difference = features[::2] - features[1::2]
    first = rng.random(200) < 1 / (1 + np.exp(-difference @ [1.0, -2.0, 0.0]))
    chosen = np.arange(0, 400, 2) + ~first
    found = conditional_logit(features, np.full(200, 2), chosen, np.full(3, 0.5))
    peer = LogisticRegression(C=2.0, fit_intercept=False, tol=1e-10).fit(difference, first)
    assert found == pytest.approx(peer.coef_[0], abs=1e-4)
    as_sparse = conditional_logit(
        sparse.csr_array(features), np.full(200, 2), chosen, np.full(3, 0.5)
    )
    assert as_sparse == pytest.approx(found, abs=1e-6)


def test_weights_of_a_law_come_back_from_ragged_items():
    rng = np.random.default_rng(1)
    sizes = rng.integers(2, 6, size=20_000)
    starts = np.cumsum(sizes) - sizes
    features, truth = rng.normal(size=(sizes.sum(), 2)), np.array([0.8, -0.5])
    noisy = features @ truth + rng.gumbel(size=sizes.sum())
    chosen = np.array([a + noisy[a : a + m].argmax() for a, m in zip(starts, sizes, strict=True)])
    found = conditional_logit(features, sizes, chosen, np.full(2, 1e-6))
    assert found == pytest.approx(truth, abs=0.04)  # four standard errors are 0.04


def test_probabilities_of_each_item_sum_to_one_even_of_large_utilities():
    sizes = np.array([2, 5, 3])
    utilities = np.random.default_rng(2).normal(scale=500, size=10)
    shares = np.exp(option_log_probabilities(utilities, sizes))
    assert np.add.reduceat(shares, [0, 2, 7]) == pytest.approx(np.ones(3))
    shifted = utilities + np.repeat([1e3, -1e3, 0.0], sizes)
    assert np.exp(option_log_probabilities(shifted, sizes)) == pytest.approx(shares)
