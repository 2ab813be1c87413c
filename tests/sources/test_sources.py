"""What all sources have in common: draws by `random_state`, shapes, refusals."""

import dataclasses

import numpy as np
import pytest

from infometer import sources
from infometer.contracts import InformationSource
from infometer.sources.arguments import check_integer, check_real, generator

SOURCES = [
    sources.CorrelatedGaussian(3, 2, mutual_information=1.0),
    sources.EquicorrelatedGaussian(3, 0.5),
    sources.GammaExponential(2.0),
    sources.GaussianMixture([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]], sigma=0.5),
    sources.ImagePairs("rectangles", mutual_information=1.0),
    sources.SparseGaussian(3, pairs=2, rho=0.6),
    sources.StudentT(2, 3, degrees_of_freedom=4.0),
    sources.SymmetricLabelNoise(5, noise=0.2),
    sources.Task("noise", sources.UniformAdditiveNoise(0.5), 1, 1),
    sources.Transformed(sources.GammaExponential(3.0), sources.asinh),
    sources.UniformAdditiveNoise(0.25),
    sources.UniformBins(4, d=3),
]
every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: type(source).__name__)


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@every_source
def test_satisfies_the_protocol(source):
    assert isinstance(source, InformationSource)
    assert isinstance(source.mutual_information, float)
    assert source.mutual_information > 0


@every_source
def test_an_int_gives_the_same_draws_and_another_int_others(source):
    assert same(source.sample(7, random_state=3), source.sample(7, random_state=3))
    assert same(source.sample(7, random_state=3), source.sample(7, random_state=np.int64(3)))
    assert not same(source.sample(40, random_state=3), source.sample(40, random_state=4))
    assert not same(source.sample(40), source.sample(40))


@every_source
@pytest.mark.parametrize("kind", [np.random.default_rng, np.random.RandomState])
def test_generators_are_taken_and_advanced(source, kind):
    state = kind(3)
    first, second = source.sample(40, random_state=state), source.sample(40, random_state=state)
    assert same(first, source.sample(40, random_state=kind(3)))
    assert not same(first, second)


@every_source
def test_does_not_touch_the_global_stream(source):
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the global stream is what is watched
    source.sample(5, random_state=0)
    source.sample(5)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


@every_source
def test_is_frozen(source):
    name = dataclasses.fields(source)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(source, name, 1)


@every_source
@pytest.mark.parametrize("n", [0, -1, 2.5, True, "10"])
def test_bad_n_is_named(source, n):
    with pytest.raises(ValueError, match=r"^n is .* integer of at least 1"):
        source.sample(n)


@every_source
@pytest.mark.parametrize("state", [-1, 1.5, "seed", [1, 2]])
def test_bad_random_state_is_named(source, state):
    with pytest.raises(ValueError, match=r"^random_state is"):
        source.sample(3, random_state=state)


def test_an_int_opens_numpy_s_own_stream():
    assert generator(5).random() == np.random.default_rng(5).random()


def test_intervals_keep_or_shut_out_their_ends():
    check_real("a", 0, 0, 1, closed="[)")
    check_real("a", np.float32(1), 0, 1, closed="(]")
    with pytest.raises(ValueError, match=r"a is 1; it must be a number in \[0, 1\)"):
        check_real("a", 1, 0, 1, closed="[)")
    with pytest.raises(ValueError, match=r"a is 0.0; it must be a number in \(0, inf\)"):
        check_real("a", 0.0, 0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "1", None, 1j])
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(ValueError, match=r"^a is"):
        check_real("a", value, 0)


def test_integers_of_numpy_are_integers():
    check_integer("a", np.int32(2))


@pytest.mark.parametrize("name", sources.__all__)
def test_every_public_name_is_there(name):
    assert callable(getattr(sources, name))
