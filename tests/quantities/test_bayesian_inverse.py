import numpy as np
import pytest

from infometer.quantities import bayesian_inverse

KERNEL = np.array([[0.5, 0.5, 0.0], [0.25, 0.75, 0.0]])


def test_outputs_that_never_come_are_refused_unless_their_row_is_given():
    with pytest.raises(ValueError, match=r"outputs 2 have probability 0 .* fill=p"):
        bayesian_inverse(KERNEL, [0.5, 0.5])
    p = [0.4, 0.6]
    inverse = bayesian_inverse(KERNEL, p, fill=p)
    assert inverse[2].tolist() == p
    assert np.allclose(inverse[:2], [[0.2 / 0.35, 0.15 / 0.35], [0.2 / 0.65, 0.45 / 0.65]])


def test_whatever_the_filling_the_joint_law_comes_back():
    p = np.array([0.4, 0.6])
    q = p @ KERNEL
    for fill in ([1.0, 0.0], [0.5, 0.5]):
        inverse = bayesian_inverse(KERNEL, p, fill)
        assert np.allclose(q[:, None] * inverse, (p[:, None] * KERNEL).T)
        again = bayesian_inverse(inverse, q)
        assert np.allclose(p[:, None] * again, p[:, None] * KERNEL)


def test_an_input_of_probability_0_has_posterior_0():
    inverse = bayesian_inverse([[0.5, 0.5], [0.1, 0.9]], [1.0, 0.0])
    assert inverse.tolist() == [[1.0, 0.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("p", "fill", "message"),
    [
        ([0.5, 0.25, 0.25], None, "expected 2 probabilities"),
        ([[0.5, 0.5]], None, "p has the shape"),
        ([0.5, 0.5], [1.0], r"fill has the shape \(1,\)"),
        ([0.5, 0.5], [0.5, 0.4], "fill sums to 0.9"),
    ],
)
def test_bad_input_is_named(p, fill, message):
    with pytest.raises(ValueError, match=message):
        bayesian_inverse(KERNEL, p, fill)


def test_many_missing_outputs_are_counted():
    kernel = np.eye(20)
    with pytest.raises(ValueError, match=r"1, 2, 3, 4, 5, 6, 7, 8, … \(19 in all\)"):
        bayesian_inverse(kernel, np.eye(20)[0])
