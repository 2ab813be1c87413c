import numpy as np
import pytest

from infometer.resampling import generator, integer_seed, root_seed


def first_draw(random_state, *key):
    return generator(random_state, *key).random()


def test_a_stream_is_known_by_its_key_and_not_by_its_turn():
    forwards = {key: first_draw(0, "layer", key) for key in (1, 2, 3)}
    backwards = {key: first_draw(0, "layer", key) for key in (3, 2, 1)}
    assert forwards == backwards
    assert len(set(forwards.values())) == 3
    assert first_draw(0, "a") != first_draw(1, "a")
    assert first_draw(0, 1) != first_draw(0, "1")
    assert first_draw(0, "a", "b") != first_draw(0, "ab")


def test_the_streams_of_this_version_are_those_of_the_next():
    assert generator(7, "layer", 3).integers(1000, size=3).tolist() == [845, 100, 935]
    assert 0 <= integer_seed(7, "layer", 3) < 2**63


@pytest.mark.parametrize("kind", [np.random.default_rng, np.random.RandomState])
def test_a_generator_gives_its_next_draw(kind):
    first, again = kind(5), kind(5)
    assert root_seed(first) == root_seed(again)
    assert root_seed(first) != root_seed(kind(5))


def test_the_other_random_states():
    assert root_seed(np.int64(3)) == root_seed(3) == 3
    assert root_seed(None) != root_seed(None)
    for bad in (-1, 0.5, "seed"):
        with pytest.raises(ValueError, match="random_state is"):
            root_seed(bad)
