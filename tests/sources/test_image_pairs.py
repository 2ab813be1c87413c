import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import kstest

from infometer.sources import CorrelatedGaussian, ImagePairs, rectangles

KINDS = [("gaussian_blobs", 2), ("general_blobs", 5), ("rectangles", 4)]


@pytest.mark.parametrize(("kind", "d"), KINDS)
def test_images_are_the_rendered_latents_of_the_same_draw(kind, d):
    source = ImagePairs(kind, mutual_information=2.0, size=12)
    u, v = source.sample_latents(30, random_state=5)
    x, y = source.sample(30, random_state=5)
    assert u.shape == v.shape == (30, d)
    assert x.shape == y.shape == (30, 12, 12)
    assert np.array_equal(source.render(u), x)
    assert np.array_equal(source.render(v), y)
    assert np.all((x >= 0) & (x <= 1))


@pytest.mark.parametrize(("kind", "d"), KINDS)
def test_latents_are_uniform_and_gaussian_beneath(kind, d):
    source = ImagePairs(kind, mutual_information=2.0, rotation_seed=3)
    u, v = source.sample_latents(20_000, random_state=0)
    for column in np.hstack([u, v]).T:
        assert kstest(column, "uniform").pvalue > 1e-3
    z = CorrelatedGaussian(d, d, 2.0, rotation_seed=3).sample(20_000, random_state=0)
    assert np.allclose(ndtri(u), z[0], atol=1e-6)
    assert np.allclose(ndtri(v), z[1], atol=1e-6)


def test_a_box_can_be_read_back_from_its_image():
    """The inverse of the map, at the least size: no information can have been lost."""
    source = ImagePairs("rectangles", mutual_information=4.0, size=10)
    u, _ = source.sample_latents(200, random_state=0)
    images, m = source.render(u), 0.2
    recovered = []
    for axis in (1, 2):  # the profile along x is the largest value of each column; then along y
        profile = images.max(axis=axis)
        first, last = profile.argmax(axis=1), 9 - profile[:, ::-1].argmax(axis=1)
        before = profile[np.arange(200), np.maximum(first - 1, 0)] * (first > 0)
        after = profile[np.arange(200), np.minimum(last + 1, 9)] * (last < 9)
        a, b = (first - before) / 10, (last + 1 + after) / 10
        recovered += [1 - (1 - a / (1 - m)) ** 2, (b - a - m) / (1 - a - m)]
    assert np.allclose(np.transpose(recovered), u, atol=1e-7)


def test_size_reaches_the_map():
    source = ImagePairs("rectangles", mutual_information=1.0, size=32)
    u, _ = source.sample_latents(3, random_state=0)
    assert np.array_equal(source.render(u), rectangles(u, size=32))


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda: ImagePairs("blobs", 1.0), "^kind is 'blobs'; it must be one of gaussian_blobs"),
        (lambda: ImagePairs("rectangles", -1.0), "^mutual_information is -1.0"),
        (lambda: ImagePairs("rectangles", 1.0, size=9), "^size is 9"),
        (lambda: ImagePairs("rectangles", 1.0, rotation_seed=0.5), "^rotation_seed is 0.5"),
        (lambda: ImagePairs("gaussian_blobs", 1.0).render([[0.5]]), r"^u has shape \(1, 1\)"),
    ],
)
def test_bad_input(build, named):
    with pytest.raises(ValueError, match=named):
        build()
