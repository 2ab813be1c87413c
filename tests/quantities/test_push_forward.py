import numpy as np
import pytest

from infometer.quantities import push_forward

KERNEL = [[0.9, 0.1, 0.0], [0.2, 0.3, 0.5]]


def test_a_law_or_a_batch_of_laws():
    assert np.allclose(push_forward(KERNEL, [0.5, 0.5]), [0.55, 0.2, 0.25])
    batch = [[[1.0, 0.0], [0.5, 0.5]]]
    assert np.allclose(push_forward(KERNEL, batch), [[[0.9, 0.1, 0.0], [0.55, 0.2, 0.25]]])


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([1.0], "2 source symbols"),
        ([0.5, 0.6], "p sums to 1.1"),
        ([2.0, -1.0], "p holds -1"),
        (1.0, "single number"),
    ],
)
def test_a_bad_law_is_named(p, message):
    with pytest.raises(ValueError, match=message):
        push_forward(KERNEL, p)
