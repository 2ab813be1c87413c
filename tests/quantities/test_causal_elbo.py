"""The evidence lower bound is the Lagrangian of the causal rate: on a chain small enough to sum."""

import numpy as np
import pytest
from scipy.special import rel_entr

N = 3
PRIOR = np.array([0.6, 0.4])
MOVE = np.array([[0.8, 0.2], [0.3, 0.7]])
EMIT = np.array([[0.9, 0.1], [0.25, 0.75]])
LATENTS = np.indices((2,) * N).reshape(N, -1).T
PATHS = np.array([PRIOR[z[0]] * MOVE[z[0], z[1]] * MOVE[z[1], z[2]] for z in LATENTS])


def log_likelihood(y):
    return np.log(sum(p * EMIT[z, y].prod() for p, z in zip(PATHS, LATENTS, strict=True)))


def priors(t):
    return np.tile(PRIOR, (2, 1)) if t == 0 else MOVE


def elbo_and_divergence(y, encoders):
    """E Σ log p(y_t|z_t) and E Σ KL(q(z_t|z_{t−1}, ·) ‖ r(z_t|z_{t−1})), encoders (n, 2, 2)."""
    mass, fit, divergence = np.array([1.0, 0.0]), 0.0, 0.0
    for t in range(N):
        divergence += mass @ rel_entr(encoders[t], priors(t)).sum(axis=1)
        mass = mass @ encoders[t]
        fit += mass @ np.log(EMIT[:, y[t]])
    return fit - divergence, divergence


def smoother(y, seen):
    """p(z_t | z_{t−1}, y_t, ..., y_s) where s = t + seen − 1 or the end: the posterior."""
    found = []
    for t in range(N):
        ahead = np.ones(2)
        for s in range(min(t + seen, N) - 1, t, -1):
            ahead = MOVE @ (EMIT[:, y[s]] * ahead)
        q = priors(t) * EMIT[:, y[t]] * ahead
        found.append(q / q.sum(axis=1, keepdims=True))
    return np.array(found)


OBSERVED = LATENTS


def test_no_encoder_is_above_the_log_likelihood():
    rng = np.random.default_rng(0)
    for y in OBSERVED:
        for _ in range(20):
            encoders = rng.dirichlet(np.ones(2), (N, 2))
            assert elbo_and_divergence(y, encoders)[0] < log_likelihood(y)


def test_the_posterior_of_the_whole_sequence_attains_it():
    for y in OBSERVED:
        assert elbo_and_divergence(y, smoother(y, N))[0] == pytest.approx(log_likelihood(y))


def test_a_causal_encoder_does_not_even_the_best():
    # Equality needs q(z_t | z_{t−1}, y_t, ..., y_n): an encoder that sees no future stays below.
    for y in OBSERVED:
        assert elbo_and_divergence(y, smoother(y, 1))[0] < log_likelihood(y) - 1e-4


def test_its_divergence_bounds_the_directed_information_and_meets_it_at_the_induced_prior():
    # I(Y^n → Z^n) of a causal encoder that sees only y_t and z_{t−1}.
    likely = np.exp([log_likelihood(y) for y in OBSERVED])
    joint = np.zeros((len(OBSERVED), len(LATENTS)))
    bound = 0.0
    for i, y in enumerate(OBSERVED):
        q = smoother(y, 1)
        joint[i] = [
            likely[i] * q[0][0, z[0]] * q[1][z[0], z[1]] * q[2][z[1], z[2]] for z in LATENTS
        ]
        bound += likely[i] * elbo_and_divergence(y, q)[1]
    directed = at_induced = 0.0
    p = joint.reshape((2,) * (2 * N))
    for t in range(N):
        keep = p.sum(axis=(*range(t + 1, N), *range(N + t + 1, 2 * N))).reshape(2 ** (t + 1), -1, 2)
        given_y = keep / keep.sum(axis=2, keepdims=True)
        induced = keep.sum(axis=0) / keep.sum(axis=(0, 2))[:, None]
        directed += (keep * np.log(given_y / induced)).sum()
        at_induced += (keep.sum(axis=2) * rel_entr(given_y, induced).sum(axis=2)).sum()
    assert likely.sum() == pytest.approx(1.0)
    assert bound > directed + 1e-4
    assert at_induced == pytest.approx(directed)
