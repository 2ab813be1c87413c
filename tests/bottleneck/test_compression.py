import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.utils.estimator_checks import parametrize_with_checks

from infometer.bottleneck.autoencoders import convolutional_autoencoder
from infometer.bottleneck.compression import AutoencoderCompressor, PCACompressor


@parametrize_with_checks([PCACompressor(2), AutoencoderCompressor(1, max_steps=2)])
def test_scikit_learn_contract(estimator, check):
    check(estimator)


def correlated(n=300, d=6, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, d)) @ generator.normal(size=(d, d)) + 5.0


def blobs(n, seed):
    u = np.random.default_rng(seed).uniform(size=(n, 2))
    grid = np.linspace(0, 1, 16)
    x, y = grid[None, :, None] - u[:, :1, None], grid[None, None, :] - u[:, 1:, None]
    return np.exp(-10 * (x**2 + y**2)).reshape(n, -1)


@pytest.mark.parametrize("n", [300, 4])
def test_components_are_those_of_pca_and_the_spectrum_is_whole(n):
    x = correlated(n)
    ours, peer = PCACompressor(3).fit(x), PCA(3, svd_solver="full").fit(x)
    np.testing.assert_allclose(abs(ours.transform(x)), abs(peer.transform(x)), atol=1e-9)
    np.testing.assert_allclose(
        ours.inverse_transform(ours.transform(x)), peer.inverse_transform(peer.transform(x))
    )
    spectrum = np.sort(np.linalg.eigvalsh(np.cov(x.T)))[::-1][: min(n, 6)]
    np.testing.assert_allclose(ours.eigenvalues_, spectrum, atol=1e-9)


def test_a_narrow_layer_gives_fewer_components():
    assert PCACompressor().fit(correlated(d=2)).n_components_ == 2
    assert PCACompressor().fit_transform(correlated(n=3)).shape == (3, 3)


def test_the_names_of_the_components():
    assert list(PCACompressor(2).fit(correlated()).get_feature_names_out()) == [
        "pcacompressor0",
        "pcacompressor1",
    ]


@pytest.mark.parametrize("compressor", [PCACompressor(), AutoencoderCompressor(1, max_steps=2)])
def test_a_compressor_knows_the_rows_it_was_fitted_on(compressor):
    x = correlated()
    compressor.fit(x)
    assert compressor.fitted_on(x)
    assert not compressor.fitted_on(correlated(seed=1))
    assert not compressor.fitted_on(x[:-1])


def test_the_dense_autoencoder_beats_one_principal_component_on_a_curve():
    t = np.random.default_rng(0).uniform(0, 4, 600)
    x = 100 * np.stack([np.cos(t), np.sin(t), t / 4], axis=1)
    train, test = x[:400], x[400:]
    ours = AutoencoderCompressor(1, max_steps=600, batch_size=100, lr=0.02, random_state=0)
    errors = [
        np.mean((c.inverse_transform(c.transform(test)) - test) ** 2)
        for c in (ours.fit(train), PCACompressor(1).fit(train))
    ]
    assert errors[0] < 0.3 * errors[1]


def test_the_convolutional_autoencoder_learns_two_coordinates_of_a_blob():
    train, test = blobs(600, 0), blobs(200, 1)
    ours = AutoencoderCompressor(
        2, image_shape=(16, 16), max_steps=120, batch_size=64, lr=0.02, random_state=0
    ).fit(train)
    code = ours.transform(test)
    assert code.shape == (200, 2)
    error = abs(ours.inverse_transform(code) - test).mean()
    assert error < 0.5 * abs(train.mean(axis=0) - test).mean()


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 8, 8), (1, 5, 3), (2, 1, 4)])
def test_images_of_any_size_go_down_to_a_code_and_come_back(shape):
    model = convolutional_autoencoder(shape, 2)
    x = torch.rand(4, *shape)
    assert model.encoder(x).shape == (4, 2)
    assert model(x).shape == x.shape


def test_the_blocks_are_those_of_the_paper():
    convolutions = [
        (m.in_channels, m.out_channels)
        for m in convolutional_autoencoder((1, 16, 16), 2).modules()
        if isinstance(m, torch.nn.Conv2d)
    ]
    assert convolutions == [(1, 4), (4, 8), (8, 8), (8, 8), (8, 8), (8, 8), (8, 4), (4, 4), (4, 1)]


def test_the_width_multiplies_the_channels_between_pixels_and_code():
    wide = AutoencoderCompressor(2, image_shape=(4, 4), width=3, max_steps=1)
    convolutions = [
        (m.in_channels, m.out_channels)
        for m in wide.fit(blobs(10, 0)[:, :16]).model_.modules()
        if isinstance(m, torch.nn.Conv2d)
    ]
    assert convolutions == [(1, 12), (12, 24), (24, 12), (12, 12), (12, 1)]


def test_the_seed_decides_and_the_global_state_does_not():
    x = correlated(60)

    def codes(seed):
        compressor = AutoencoderCompressor(2, max_steps=5, latent_noise=0.1, random_state=seed)
        return compressor.fit_transform(x)

    torch.manual_seed(0)
    first = codes(1)
    torch.manual_seed(5)
    np.testing.assert_array_equal(codes(1), first)
    assert not np.array_equal(codes(2), first)


@pytest.mark.parametrize(
    ("compressor", "match"),
    [
        (AutoencoderCompressor(7), "n_components is 7; with n_features = 6"),
        (AutoencoderCompressor(2, image_shape=(2, 2)), r"image_shape is \(2, 2\)"),
        (AutoencoderCompressor(2, latent_noise=-1.0), "latent_noise is -1.0"),
        (AutoencoderCompressor(2, image_shape=(2, 3), width=0), "width is 0"),
        (AutoencoderCompressor(2, width=2), "width is 2; .* without image_shape"),
        (PCACompressor(0), "n_components is 0"),
    ],
)
def test_bad_arguments(compressor, match):
    with pytest.raises(ValueError, match=match):
        compressor.fit(correlated())


def test_codes_of_another_width_are_refused():
    with pytest.raises(ValueError, match="X has 2 columns; the codes here have 3"):
        PCACompressor(3).fit(correlated()).inverse_transform(np.ones((4, 2)))
