import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infometer.quantities import dobrushin, dobrushin_coefficient


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.3, 0.5, 0.8, 1.0])
def test_of_a_binary_symmetric_channel(epsilon):
    channel = [[1 - epsilon, epsilon], [epsilon, 1 - epsilon]]
    assert dobrushin_coefficient(channel) == pytest.approx(abs(1 - 2 * epsilon), abs=1e-15)


def test_of_an_erasure_channel_it_is_the_share_that_arrives():
    assert dobrushin_coefficient([[0.7, 0, 0.3], [0, 0.7, 0.3]]) == pytest.approx(0.7)


def test_the_ends():
    law = [0.2, 0.3, 0.5]
    assert dobrushin_coefficient([law]) == 0.0
    assert dobrushin_coefficient([law] * 200) == 0.0
    assert dobrushin_coefficient(np.eye(150)) == 1.0
    assert dobrushin_coefficient(np.ones((70, 1))) == 0.0


@pytest.mark.parametrize("n", [2, 63, 64, 65, 130])
def test_blocks_see_every_pair_of_rows(n):
    rows = np.random.default_rng(n).dirichlet(np.ones(5), n)
    expected = 0.5 * np.abs(rows[:, None] - rows).sum(axis=-1).max()
    assert dobrushin_coefficient(rows) == pytest.approx(expected, rel=1e-14)


@given(st.integers(0, 10**6), st.integers(2, 6), st.integers(2, 6), st.integers(2, 6))
@settings(max_examples=50, deadline=None)
def test_composition_multiplies_at_most_and_no_pair_of_laws_is_contracted_less(seed, n, m, k):
    rng = np.random.default_rng(seed)
    first, second = rng.dirichlet(np.full(m, 0.3), n), rng.dirichlet(np.full(k, 0.3), m)
    both = dobrushin_coefficient(first) * dobrushin_coefficient(second)
    assert dobrushin_coefficient(first @ second) <= both + 1e-14
    p, q = rng.dirichlet(np.ones(n), 2)
    after, before = (0.5 * np.abs(law).sum() for law in ((p - q) @ first, p - q))
    assert after <= dobrushin_coefficient(first) * before + 1e-14
    assert dobrushin_coefficient(first) <= 1 - first.min(axis=0).sum() + 1e-14  # Doeblin


def test_two_thousand_rows_take_seconds():
    rows = np.random.default_rng(0).dirichlet(np.ones(1000), 2000)
    start = time.perf_counter()
    assert 0.5 < dobrushin_coefficient(rows) < 0.6
    assert time.perf_counter() - start < 30.0


def test_what_would_take_hours_is_refused_and_the_cheap_bound_named(monkeypatch):
    monkeypatch.setattr(dobrushin, "MOST_DIFFERENCES", 100)
    with pytest.raises(ValueError, match=r"min\(axis=0\)"):
        dobrushin_coefficient(np.eye(10))
