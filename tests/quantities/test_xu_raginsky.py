import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from infometer.quantities import joint_law, xu_raginsky_bound


def test_one_draw_and_two_hypotheses():
    # The sample is the losses (a, b) of the two; the learner takes b where it alone is lower.
    samples = [(0, 0), (0, 1), (1, 0), (1, 1)]
    learned = [0, 0, 1, 0]
    joint = np.zeros((4, 2))
    joint[range(4), learned] = 0.25
    gap = sum(0.25 * (0.5 - sample[w]) for sample, w in zip(samples, learned, strict=True))
    law = joint_law(joint)
    independent = np.outer(law.marginal([0]), law.marginal([1]))
    seen = joint > 0
    information = (joint[seen] * np.log(joint[seen] / independent[seen])).sum()
    assert gap == 0.25
    assert information == pytest.approx(0.5623351, abs=5e-8)
    assert xu_raginsky_bound(information, n=1) == pytest.approx(0.5302524, abs=5e-8)


@given(st.integers(0, 10**6), st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_no_learner_has_a_larger_gap(seed, n):
    rng = np.random.default_rng(seed)
    symbols, hypotheses = 3, 4
    losses = rng.random((hypotheses, symbols))
    law = rng.dirichlet(np.ones(symbols))
    samples = np.array(list(itertools.product(range(symbols), repeat=n)))
    p_sample = law[samples].prod(axis=1)
    on_sample = losses[:, samples].mean(axis=-1).T
    learner = special.softmax(-rng.exponential(20.0) * on_sample, axis=1)  # of Gibbs
    joint = p_sample[:, None] * learner
    gap = (joint * (losses @ law - on_sample)).sum()
    independent = p_sample[:, None] * joint.sum(axis=0)
    information = max(special.rel_entr(joint, independent).sum(), 0.0)
    assert gap >= -1e-12
    assert abs(gap) <= xu_raginsky_bound(information, n) + 1e-9


def test_the_limits():
    assert xu_raginsky_bound(0.0, 5) == 0.0
    assert xu_raginsky_bound(math.inf, 5) == math.inf
    assert xu_raginsky_bound(2.0, 4, sigma=1.0) == 1.0
    assert xu_raginsky_bound(2.0, np.int64(4), sigma=3.0) == 3.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-0.1, 5), "information is -0.1"),
        ((math.nan, 5), "information is nan"),
        ((1.0, 0), "n is 0"),
        ((1.0, 2.5), "n is 2.5"),
        ((1.0, 5, 0.0), "sigma is 0"),
        ((1.0, 5, math.inf), "sigma is inf"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        xu_raginsky_bound(*arguments)
