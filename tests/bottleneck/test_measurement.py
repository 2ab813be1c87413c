import numpy as np
import pytest
from sklearn.datasets import load_digits

from infometer.bottleneck import (
    AutoencoderCompressor,
    PCACompressor,
    gaussian_channel_information,
)
from infometer.bottleneck.gaussian_mixture import METHOD
from infometer.bottleneck.measurement import (
    COMPRESSED,
    LayerChannel,
    Targets,
    distinct_outputs,
    measure_layer,
)

SPECTRUM = np.array([4, 2, 1, 0.5, 0.25, 0.1, 0.05, 0.01])


def measured(clean, sigma, labels=None, code=None, noisy_below=False, **settings):
    channel = LayerChannel(np.asarray(clean, float)[:, None], sigma, noisy_below)
    rows = measure_layer(channel, Targets(len(clean), labels, code), **settings)
    return {(e.quantity, "codes" if e.method == COMPRESSED else "exact"): (e, more)
            for e, more in rows}  # fmt: skip


def test_a_linear_layer_loses_by_compression_what_the_bound_says():
    """X -> W X with a Gaussian X: the compressed figure is that of the kept components."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((3000, 8)) * np.sqrt(SPECTRUM)
    rotation = np.linalg.qr(rng.standard_normal((8, 8)))[0]
    sigma = np.sqrt(0.1)
    found = measured(x @ rotation, sigma, code=x[:, :1], compressor=PCACompressor(1), mixture=False)
    estimate, columns = found["I(X;L)", "codes"]
    assert gaussian_channel_information(SPECTRUM, sigma) == pytest.approx(6.697217)
    assert columns["loss_bound_nats"] == pytest.approx(4.840431, abs=0.1)
    assert estimate.value == pytest.approx(1.856786, abs=0.1)
    assert estimate.bound == "lower"
    assert estimate.value + columns["loss_bound_nats"] == pytest.approx(6.697, abs=0.2)
    assert estimate.value <= estimate.ceiling + 0.1


def test_exact_and_compressed_agree_where_the_layer_is_its_own_code():
    x = np.random.default_rng(0).standard_normal((1500, 1))
    labels = (x[:, 0] > 0).astype(int)
    found = measured(x, 0.5, labels, x, compressor=PCACompressor(1))
    for quantity in ("I(X;L)", "I(L;Y)"):
        exact, _ = found[quantity, "exact"]
        codes, _ = found[quantity, "codes"]
        assert codes.value == pytest.approx(exact.value, abs=0.08), quantity
    assert found["I(X;L)", "exact"][0].value == pytest.approx(0.5 * np.log(5), abs=0.05)


def test_label_information_of_digits_stays_under_log_10_and_vanishes_for_random_labels():
    x, y = load_digits(return_X_y=True)
    x, y = x[:500] / 16, y[:500]
    known = measured(x, 0.5, y, PCACompressor(4).fit_transform(x), compressor=PCACompressor(4))
    for kind in ("exact", "codes"):
        estimate = known["I(L;Y)", kind][0]
        assert 1.0 < estimate.value - 3 * estimate.standard_error < np.log(10), kind
    assert known["I(L;Y)", "exact"][1]["p_value"] < 0.05
    shuffled = np.random.default_rng(1).permutation(y)
    found = measured(x, 0.5, shuffled, n_permutations=60)
    estimate, columns = found["I(L;Y)", "exact"]
    assert estimate.value < estimate.null[1] + 3 * estimate.standard_error
    assert columns["null_nats"] == estimate.null[0]
    assert columns["p_value"] > 0.05


def test_the_exact_figure_lies_in_its_sandwich_and_says_what_it_bounds():
    x = np.random.default_rng(0).standard_normal((100, 4))
    estimate, columns = measured(x, 0.7)["I(X;L)", "exact"]
    assert columns["sandwich_low_nats"] < estimate.value < columns["sandwich_high_nats"]
    assert estimate.bound is None
    assert measured(x, 0.7, noisy_below=True)["I(X;L)", "exact"][0].bound == "upper"


def test_continuous_targets_have_only_compressed_figures_of_i_l_y():
    x = np.random.default_rng(0).standard_normal((400, 3))
    y = x[:, :1] + 0.5 * np.random.default_rng(1).standard_normal((400, 1))
    found = measured(x, 0.2, y, x, compressor=PCACompressor(2))
    assert set(found) == {("I(X;L)", "exact"), ("I(X;L)", "codes"), ("I(L;Y)", "codes")}
    assert np.isfinite(found["I(L;Y)", "codes"][0].value)


def test_an_autoencoder_makes_codes_without_a_bound_of_their_loss():
    x = np.random.default_rng(0).standard_normal((200, 5))
    compressor = AutoencoderCompressor(2, max_steps=20)
    estimate, columns = measured(x, 0.5, None, x[:, :2], compressor=compressor)["I(X;L)", "codes"]
    assert np.isfinite(estimate.value)
    assert columns == {}


def test_warnings_of_the_estimator_stand_in_the_figure_and_do_not_escape():
    x = np.random.default_rng(0).standard_normal((60, 14))
    found = measured(x, 0.5, None, x, compressor=PCACompressor(12))
    assert any("dimension" in text for text in found["I(X;L)", "codes"][0].warnings)


def test_distinct_outputs_are_counted():
    outputs = np.array([[0.0, 1.0], [0.0, 1.0], [2.0, 2.0], [3.0, 0.0]])
    found = distinct_outputs(outputs)
    assert found.value == pytest.approx(1.5 * np.log(2))
    assert found.ceiling == pytest.approx(np.log(4))
    rows = measured(outputs, 0.0, np.array([0, 0, 1, 1]), compressor=PCACompressor(1))
    assert list(rows) == [("I(X;L)", "exact")]
    assert rows["I(X;L)", "exact"][0].method != METHOD


def test_the_noisy_layer_is_drawn_from_its_key_along_the_first_path():
    clean = np.zeros((2000, 2, 3))
    clean[:, 1] = 100.0
    channel = LayerChannel(clean, 0.5, False)
    drawn = channel.draw(0, "a")
    assert drawn.std() == pytest.approx(0.5, rel=0.03)
    assert (drawn == channel.draw(0, "a")).all()
    assert not (drawn == channel.draw(0, "b")).any()
