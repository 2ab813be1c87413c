import numpy as np
import pytest

from infometer.bottleneck.information_loss import (
    gaussian_channel_information,
    pca_information_loss_bound,
)

EIGENVALUES = [4, 2, 1, 0.5, 0.25, 0.1, 0.05, 0.01]
SIGMA = np.sqrt(0.1)


@pytest.mark.parametrize(
    ("d", "kept", "lost"),
    [(1, 1.856786, 4.840431), (2, 3.379047, 3.318170), (4, 5.473875, 1.223343), (8, 6.697217, 0)],
)
def test_what_a_gaussian_layer_keeps_and_loses(d, kept, lost):
    assert gaussian_channel_information(EIGENVALUES, SIGMA) == pytest.approx(6.697217, abs=5e-7)
    assert gaussian_channel_information(EIGENVALUES[:d], SIGMA) == pytest.approx(kept, abs=5e-7)
    assert pca_information_loss_bound(EIGENVALUES, SIGMA, d) == pytest.approx(lost, abs=5e-7)


@pytest.mark.parametrize(("sigma", "ceiling"), [(1e-3, 27.631), (1e-2, 18.421), (0.1, 9.230)])
def test_the_ceiling_of_four_components_of_unit_variance(sigma, ceiling):
    assert gaussian_channel_information(np.ones(4), sigma) == pytest.approx(ceiling, abs=5e-4)


def test_the_order_of_the_eigenvalues_does_not_matter():
    shuffled = np.random.default_rng(0).permutation(EIGENVALUES)
    assert pca_information_loss_bound(shuffled, SIGMA, 3) == pytest.approx(
        pca_information_loss_bound(EIGENVALUES, SIGMA, 3), rel=1e-12
    )


def test_round_off_of_a_solver_is_zero():
    assert pca_information_loss_bound([1.0, -1e-16], 0.1, 1) == 0.0


@pytest.mark.parametrize(
    ("eigenvalues", "sigma", "d", "match"),
    [
        ([1.0, -0.1], 0.1, 1, "negative value -0.1"),
        ([1.0, np.nan], 0.1, 1, "finite"),
        ([[1.0]], 0.1, 1, r"shape \(1, 1\)"),
        ([], 0.1, 0, r"shape \(0,\)"),
        ([1.0], 0.0, 1, "sigma is 0.0"),
        ([1.0], 0.1, 2, "n_components is 2"),
    ],
)
def test_bad_input(eigenvalues, sigma, d, match):
    with pytest.raises(ValueError, match=match):
        pca_information_loss_bound(eigenvalues, sigma, d)
