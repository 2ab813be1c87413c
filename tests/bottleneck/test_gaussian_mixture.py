import numpy as np
import pytest
from scipy.stats import ortho_group

from infometer.bottleneck import gaussian_mixture_information, smallest_noise
from infometer.estimators import Ross

SIGN = np.repeat([0, 1], 200)
TWO = 2.0 * SIGN[:, None] - 1  # repeated centres change nothing and draw faster
CENTERS = np.random.default_rng(0).standard_normal((50, 3))


@pytest.mark.parametrize(("sigma", "truth"), [(0.5, 0.632720), (1.0, 0.336831), (2.0, 0.111421)])
def test_two_centres(sigma, truth):
    found = gaussian_mixture_information(TWO, sigma, SIGN, n_draws=200, random_state=0)
    assert abs(found.input.value - truth) < 4 * found.input.standard_error
    assert found.labels.value == pytest.approx(found.input.value, abs=1e-12)


def test_ross_agrees_on_two_centres():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 4000)
    x = (2.0 * y - 1 + 0.5 * rng.standard_normal(4000))[:, None]
    exact = gaussian_mixture_information(TWO, 0.5, n_draws=200, random_state=0)
    assert abs(float(Ross(interval=None).fit(x, y).estimate_) - exact.input.value) < 0.02


def test_fifty_centres_and_their_sandwich():
    found = gaussian_mixture_information(CENTERS, 0.5, n_draws=4000, random_state=1)
    assert abs(found.input.value - 2.0439) < 4 * np.hypot(found.input.standard_error, 0.0019)
    assert found.sandwich == pytest.approx((1.574399, 2.892306), abs=1e-6)
    assert found.input.ceiling == pytest.approx(3.912023, abs=1e-6)


def test_limits_of_the_noise():
    assert gaussian_mixture_information(CENTERS, 1e-5).input.value == pytest.approx(np.log(50))
    assert gaussian_mixture_information(CENTERS, 1e-5).input.saturated
    assert gaussian_mixture_information(CENTERS, 1e5).input.value == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c + 1e4,
        lambda c: c @ ortho_group.rvs(3, random_state=0),
        lambda c: np.hstack([c, np.zeros((50, 7))]),
    ],
    ids=["moved", "rotated", "padded"],
)
def test_what_changes_nothing(change):
    found = gaussian_mixture_information(change(CENTERS), 0.5, n_draws=4000, random_state=2).input
    assert abs(found.value - 2.0439) < 4 * np.hypot(found.standard_error, 0.0019)


def test_repeated_centres_change_nothing():
    twice = gaussian_mixture_information(np.repeat(CENTERS, 2, 0), 0.5, n_draws=2000).input
    assert abs(twice.value - 2.0439) < 4 * np.hypot(twice.standard_error, 0.0019)


def test_interval_is_that_of_the_draws():
    found = [
        gaussian_mixture_information(CENTERS, 0.5, random_state=seed).input for seed in range(300)
    ]
    covered = np.mean([e.interval[0] <= 2.0439 <= e.interval[1] for e in found])
    assert 0.91 <= covered <= 0.985


def test_blocks_change_nothing_but_the_draws(monkeypatch):
    import infometer.bottleneck.mixture_densities as module

    whole = gaussian_mixture_information(CENTERS, 0.5, n_draws=2000, random_state=0).input
    monkeypatch.setattr(module, "BLOCK", 350)
    split = gaussian_mixture_information(CENTERS, 0.5, n_draws=2000, random_state=0).input
    assert abs(whole.value - split.value) < 4 * whole.standard_error


def test_labels_by_definition():
    """I(L;Y) = h(L) − Σ p h(L|y), each from its own mixture."""
    labels = np.arange(50) % 2
    found = gaussian_mixture_information(CENTERS, 0.5, labels, n_draws=2000, random_state=0)
    inside = [
        gaussian_mixture_information(CENTERS[labels == c], 0.5, n_draws=4000, random_state=0)
        for c in (0, 1)
    ]
    expected = found.input.value - np.mean([part.input.value for part in inside])
    assert found.labels.value == pytest.approx(expected, abs=0.03)
    assert found.labels.ceiling == pytest.approx(np.log(2))


def test_random_labels_stay_in_the_permutation_band():
    labels = np.random.default_rng(3).integers(0, 3, 50)
    found = gaussian_mixture_information(
        CENTERS, 0.5, labels, n_draws=200, n_permutations=200, random_state=0
    ).labels
    mean, upper = found.null
    assert mean > 0.2  # with few inputs labels at random score far above 0: the null must be shown
    assert mean - 4 * (upper - mean) < found.value < mean + 4 * (upper - mean)
    true = (CENTERS[:, 0] > 0).astype(int)
    telling = gaussian_mixture_information(CENTERS, 0.5, true, n_permutations=99, random_state=0)
    assert telling.labels.p_value == 0.01


def test_noise_paths_tighten_the_bound():
    """X → T = ±1 + s ξ' → L = T + σξ: L given X is a Gaussian of variance s² + σ²."""
    rng = np.random.default_rng(0)
    signal = np.repeat([-1.0, 1.0], 200)[:, None, None]
    truth = gaussian_mixture_information(TWO, np.hypot(1.0, 0.5), n_draws=200, random_state=0).input
    figures = []
    for m in (1, 4, 64):
        paths = signal + rng.standard_normal((400, m, 1))
        figures.append(gaussian_mixture_information(paths, 0.5, n_draws=20, random_state=0).input)
    values = [f.value for f in figures]
    assert values[0] > values[1] > values[2] > truth.value - 0.02
    assert figures[2].value == pytest.approx(truth.value, abs=0.1)
    assert figures[0].bound is None
    assert figures[1].bound == "upper"


def test_smallest_noise_is_smallest():
    sigma = smallest_noise(CENTERS, 0.7, random_state=0)
    information = [
        gaussian_mixture_information(CENTERS, s, n_draws=2000, random_state=0).input.value
        for s in (sigma, sigma / 1.1)
    ]
    assert information[0] < 0.71 * np.log(50) < 1.02 * information[1]
    assert smallest_noise(np.ones((10, 2))) == 0.0
    assert smallest_noise(np.repeat([[0.0], [1.0]], 20, axis=0)) == 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((CENTERS, 0.0), "sigma is 0.0; it must be positive: without noise I.X;L. is infinite"),
        ((CENTERS[:, 0], 1.0), r"centers has shape \(50,\); it must be \(n, d\)"),
        ((CENTERS * np.nan, 1.0), "NaN or infinity; the layer has diverged"),
        ((CENTERS, 1.0, [0, 1]), r"labels has shape \(2,\); one for each input is \(50,\)"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        gaussian_mixture_information(*arguments)


def test_odd_draws():
    with pytest.raises(ValueError, match="give an even number"):
        gaussian_mixture_information(CENTERS, 1.0, n_draws=3)


def test_result_shows_itself():
    found = gaussian_mixture_information(CENTERS, 0.5, np.arange(50) % 2, random_state=0)
    assert found.to_frame()["quantity"].tolist() == ["I(X;L)", "I(L;Y)"]
    assert found.to_dict()["labels"]["null"] is not None
    assert found.plot().get_xlabel().startswith("nats")


def test_the_sandwich_leaves_out_what_the_layer_tells_of_its_own_noise_below():
    """Two inputs with the same two far paths: the layer tells the path, and no input."""
    same = np.array([[[0.0], [100.0]], [[0.0], [100.0]]])
    found = gaussian_mixture_information(same, 1.0, random_state=0)
    assert found.sandwich == pytest.approx((0.0, 0.0), abs=1e-12)
    assert found.input.value == pytest.approx(0.0, abs=1e-12)


def test_the_sandwich_holds_over_several_paths():
    rng = np.random.default_rng(0)
    centers = rng.standard_normal((60, 1, 3)) + 0.3 * rng.standard_normal((60, 4, 3))
    found = gaussian_mixture_information(centers, 0.5, n_draws=40, random_state=0)
    assert found.sandwich[0] < found.input.value < found.sandwich[1]


@pytest.mark.parametrize("sigma", [1e-200, 1e200])
def test_a_noise_whose_square_is_no_double_is_refused(sigma):
    with pytest.raises(ValueError, match="sigma is"):
        gaussian_mixture_information(CENTERS, sigma)
