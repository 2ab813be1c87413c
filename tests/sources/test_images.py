import math

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from infometer.sources import anti_pca, gaussian_blobs, general_blobs, rectangles, rings

MAPS = [(gaussian_blobs, 2), (general_blobs, 5), (rectangles, 4), (rings, 2)]
every_map = pytest.mark.parametrize(("render", "d"), MAPS)


def box_sides(u, m):
    """The sides of one box by the formula, one number at a time."""
    a = (1 - m) * (1 - math.sqrt(1 - u[0]))
    return a, a + m + u[1] * (1 - a - m)


@every_map
def test_distinct_latents_give_distinct_images(render, d):
    images = render(np.random.default_rng(0).random((300, d))).reshape(300, -1)
    assert pdist(images).min() > 1e-4


@every_map
def test_images_move_continuously_with_every_latent(render, d):
    u = 0.01 + 0.98 * np.random.default_rng(1).random((200, d))
    still = render(u)
    for i in range(d):
        moved = u.copy()
        moved[:, i] += 1e-6
        change = np.abs(render(moved) - still).reshape(200, -1).max(axis=1)
        assert change.max() < 2e-4  # ∂a/∂u of a box is 1/(2√(1−u)), times 16 pixels
        assert change.min() > 1e-9


@every_map
@pytest.mark.parametrize("value", [1.5, -0.1, np.nan])
def test_latents_outside_the_unit_cube(render, d, value):
    u = np.full((3, d), 0.5)
    u[1, 0] = value
    with pytest.raises(ValueError, match=r"^u has entries outside \[0, 1\]"):
        render(u)


@every_map
def test_latents_of_another_shape(render, d):
    with pytest.raises(ValueError, match=rf"^u has shape \(3, {d + 1}\); it must be \(n, {d}\)"):
        render(np.zeros((3, d + 1)))
    with pytest.raises(ValueError, match=r"^u has shape"):
        render(np.zeros(d))


def test_gaussian_blob_at_pixels_computed_by_hand():
    image = gaussian_blobs([[0.25, 0.6], [0.9, 0.1]], size=5)
    assert image.shape == (2, 5, 5)
    assert image[0, 2, 1] == pytest.approx(math.exp(-10 * 0.1**2))  # y = .5, x = .25
    assert image[0, 4, 3] == pytest.approx(math.exp(-10 * (0.5**2 + 0.4**2)))
    assert image[1, 0, 4] == pytest.approx(math.exp(-10 * (0.1**2 + 0.1**2)))


def test_general_blob_at_pixels_computed_by_hand():
    image = general_blobs([[0.2, 0.7, 0.5, 0.25, 0.9]], size=3)[0]
    x, y = 0.5 - 0.2, 1.0 - 0.7
    exponent = (1.5 * x) ** 2 + (1.25 * y) ** 2 + 0.8 * 1.5 * 1.25 * x * y
    assert image[2, 1] == pytest.approx(math.exp(-10 * exponent))


def test_general_blobs_without_stretch_or_tilt_are_gaussian_blobs():
    u = np.random.default_rng(0).random((20, 2))
    general = general_blobs(np.column_stack([u, np.zeros((20, 2)), np.full(20, 0.5)]))
    assert np.allclose(general, gaussian_blobs(u), atol=1e-14)


@pytest.mark.parametrize(("size", "min_size"), [(16, 0.2), (32, 2 / 32), (11, 0.5)])
def test_a_box_has_its_area_its_place_and_one_whole_pixel(size, min_size):
    u = np.random.default_rng(2).random((100, 4))
    images = rectangles(u, size, min_size)
    assert images.shape == (100, size, size)
    assert np.all(images.max(axis=(1, 2)) == 1.0)
    centers = np.arange(size) + 0.5
    for image, latent in zip(images, u, strict=True):
        (left, right), (top, bottom) = (
            box_sides(latent[:2], min_size),
            box_sides(latent[2:], min_size),
        )
        assert min(right - left, bottom - top) >= min_size - 1e-12
        assert image.sum() == pytest.approx(size**2 * (right - left) * (bottom - top), rel=1e-12)
        middle = (centers * image.sum(axis=0)).sum() / image.sum()
        assert middle == pytest.approx(size * (left + right) / 2, abs=0.13)


def test_a_box_by_hand():
    """From 1.5 to 3.75 along x and 0 to 2 along y, out of four pixels."""
    a, b = 1.5 / 4, 3.75 / 4
    u = [1 - (1 - a / 0.5) ** 2, (b - a - 0.5) / (1 - a - 0.5), 0.0, 0.0]
    image = rectangles([u], size=4, min_size=0.5)[0]
    row = [0.0, 0.5, 1.0, 0.75]
    assert np.allclose(image, [row, row, [0] * 4, [0] * 4], atol=1e-12)


def test_starts_and_ends_of_boxes_fill_their_triangle_uniformly():
    """The map has a constant Jacobian: u uniform gives (a, b) uniform on b − a ≥ m."""
    u = np.random.default_rng(3).random((20_000, 2))
    a, b = np.array([box_sides(pair, 0.2) for pair in u]).T
    assert a.mean() == pytest.approx(0.8 / 3, abs=0.005)
    assert b.mean() == pytest.approx(1 - 0.8 / 3, abs=0.005)
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(0.5, abs=0.02)


def test_boxes_below_two_pixels_are_refused_since_they_share_images():
    with pytest.raises(ValueError, match=r"^min_size is 0.1; it must be a number in \[0.125, 1\)"):
        rectangles(np.full((1, 4), 0.5), size=16, min_size=0.1)


def test_anti_pca_by_hand():
    features = anti_pca([0.5, -0.2], [-0.25, 0.1])
    assert features.shape == (2, 32)
    assert features[:, 0].tolist() == [0.5, -0.2]
    assert features[:, 1].tolist() == [-0.25, 0.1]
    assert features[0, 4] == pytest.approx(0.1 * 4 * (0.5 - 4 * 0.25))  # below ten: less steep
    assert features[0, 20] == pytest.approx(0.5 - 20 * 0.25)  # above ten: steep where positive
    assert features[1, 20] == pytest.approx(0.1 * 20 * (-0.2 + 20 * 0.1))
    assert features[1, 3] == pytest.approx(-0.2 + 3 * 0.1)


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda: gaussian_blobs([[0.5, 0.5]], size=1), "^size is 1"),
        (lambda: general_blobs([[0.5] * 5], size=2), "^size is 2"),
        (lambda: rectangles([[0.5] * 4], size=2.0), "^size is 2.0"),
        (lambda: rectangles([[0.5] * 4], min_size=1.0), "^min_size is 1.0"),
        (lambda: anti_pca([0.5], [0.5, 0.1]), r"^x and z have shapes \(1,\) and \(2,\)"),
        (lambda: anti_pca([1.5], [0.5]), r"^x has entries outside \[-1, 1\]"),
        (lambda: anti_pca([0.5], [np.nan]), r"^z has entries outside \[-1, 1\]"),
        (lambda: anti_pca([0.5], [0.5], n_features=1), "^n_features is 1"),
    ],
)
def test_bad_input(build, named):
    with pytest.raises(ValueError, match=named):
        build()


def test_ring_by_hand():
    assert np.allclose(rings([[0.25, 0.125]]), 1.25 * math.sqrt(0.5), atol=1e-12)
    radius = np.linalg.norm(rings(np.random.default_rng(0).random((50, 2))), axis=1)
    assert np.all((radius >= 1) & (radius <= 2))
