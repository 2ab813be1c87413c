import numpy as np
import pytest

from infometer.estimators.column_information import label_column, number_column
from infometer.measure import information_gain, interaction_information
from infometer.measure.interaction import beyond

RNG = np.random.default_rng(0)
N = 600
A, B, NOISE = RNG.standard_normal((3, N))
COIN, OTHER = RNG.integers(0, 2, (2, N))


def interaction(a, b, y):
    return interaction_information(a, b, y, random_state=0).interaction


def test_the_exclusive_or_is_pure_synergy():
    found = interaction_information(*map(label_column, (COIN, OTHER, COIN ^ OTHER)), random_state=0)
    assert found.interaction.value == pytest.approx(np.log(2), abs=0.02)
    assert found.interaction.p_value < 1e-6
    assert abs(found.between) < 0.01


def test_a_copy_is_pure_redundancy():
    y = number_column(A + NOISE)
    found = interaction_information(number_column(A), number_column(A**3), y, random_state=0)
    assert found.interaction.value == pytest.approx(-found.first, abs=0.06)
    assert found.interaction.p_value < 1e-4
    assert found.between > 3


def test_two_noisy_views_share_what_the_formula_says():
    views = [number_column(A + 0.8 * noise) for noise in (B, NOISE)]
    # I(X1,X2;Y) = ½ log(1 + 2 / 0.64), I(Xi;Y) = ½ log(1 + 1 / 0.64)
    truth = 0.5 * np.log(1 + 2 / 0.64) - np.log(1 + 1 / 0.64)
    found = interaction(*views, number_column(A))
    low, high = found.interval
    assert low < truth < high
    assert found.p_value < 0.01


@pytest.mark.parametrize("y", [number_column(A + 0.05 * NOISE), label_column(A > 0)])
def test_what_neighbours_lose_to_an_unrelated_column_is_no_redundancy(y):
    found = interaction(number_column(A), number_column(B), y)
    assert found.p_value > 0.05
    assert abs(beyond(found)) < 0.05


def test_numbers_and_labels_meet():
    y = number_column(np.where(COIN == 1, A, -A) + 0.3 * NOISE)
    found = interaction(number_column(A), label_column(COIN), y)
    assert found.value > 0.3
    assert found.p_value < 1e-4


def test_a_column_adds_what_is_new_and_nothing_else():
    y = label_column(COIN + 2 * OTHER)
    new = information_gain([label_column(COIN)], label_column(OTHER), y, random_state=0)
    assert new.value == pytest.approx(np.log(2), abs=0.02)
    assert new.p_value < 1e-6
    copy = information_gain([label_column(COIN)], label_column(1 - COIN), y, random_state=0)
    assert copy.value == pytest.approx(0.0, abs=1e-9)
    noise = information_gain([label_column(COIN)], number_column(A), y, random_state=0)
    assert noise.p_value > 0.05


def test_a_class_too_small_for_thirds_is_dealt_out_in_halves_and_one_of_few_rows_is_told():
    small = np.where(np.arange(N) < 20, "rare", np.where(COIN == 1, "b", "c"))
    found = interaction(number_column(A), number_column(B), label_column(small))
    assert found.standard_error is not None
    smaller = np.where(np.arange(N) < 8, "rare", small)
    smaller = np.where((np.arange(N) >= 8) & (np.arange(N) < 20), "b", smaller)
    found = interaction(number_column(A), number_column(B), label_column(smaller))
    assert found.standard_error is found.p_value is None
    assert "a class" in found.warnings[0]
