import itertools

import numpy as np
import pytest

from infometer.quantities import JointLaw, markov_transfer_entropy, transfer_entropy
from infometer.quantities.markov_transfer_entropy import history_law

LOG2 = np.log(2)


def coin_entropy(e):
    return -e * np.log(e) - (1 - e) * np.log(1 - e)


def flips(e):
    return np.array([[1 - e, e], [e, 1 - e]])


def some_kernel(seed, n_x=2, n_y=3):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(n_x * n_y, 0.5), size=(n_x, n_y)).reshape(n_x, n_y, n_x, n_y)


def seen(flip, noise):
    """A bit that flips, and at the same time is seen through a binary symmetric channel."""
    return np.einsum("xu,uv,y->xyuv", flips(flip), flips(noise), [1, 1])


def brute_force(kernel, length, width):
    """Transfer entropy from the law of whole paths, built path by path."""
    steps = max(length, width) + 1
    n_x, n_y = kernel.shape[:2]
    matrix = kernel.reshape(n_x * n_y, n_x * n_y)
    pi = np.linalg.matrix_power(matrix, 2000)[0]
    p = {}
    for path in itertools.product(range(n_x * n_y), repeat=steps):
        weight = pi[path[0]] * np.prod([matrix[a, b] for a, b in itertools.pairwise(path)])
        xs, ys = zip(*(divmod(state, n_y) for state in path), strict=True)
        key = xs[-1 - length : -1], ys[-1 - width : -1], ys[-1]
        p[key] = p.get(key, 0.0) + weight

    def entropy(*parts):
        sums = {}
        for key, weight in p.items():
            sums[tuple(key[i] for i in parts)] = sums.get(tuple(key[i] for i in parts), 0) + weight
        return -sum(weight * np.log(weight) for weight in sums.values() if weight > 0)

    return entropy(0, 1) + entropy(1, 2) - entropy(0, 1, 2) - entropy(1)


@pytest.mark.parametrize(("length", "width"), [(1, 1), (2, 1), (1, 2), (3, 2)])
def test_it_is_that_of_the_law_of_whole_paths(length, width):
    kernel = some_kernel(0)
    found = markov_transfer_entropy(kernel, source_history=length, target_history=width)
    assert found == pytest.approx(brute_force(kernel, length, width), rel=1e-10)


def test_a_bit_that_is_copied_a_step_later():
    kernel = np.broadcast_to(0.5 * flips(0.1)[:, None, None, :], (2, 2, 2, 2))
    expected = LOG2 - coin_entropy(0.1)
    for length, width in ((1, 1), (3, 1), (1, 4)):
        found = markov_transfer_entropy(kernel, source_history=length, target_history=width)
        assert found == pytest.approx(expected, rel=1e-12)
    assert markov_transfer_entropy(kernel.transpose(1, 0, 3, 2), source_history=3) < 1e-14


# H(Y_{k+1}|Y^k) - h(noise) in bits, of the specification's two hidden chains; 9 digits of the rate
@pytest.mark.parametrize(
    ("flip", "noise", "width", "bits", "error"),
    [
        (0.3, 0.2, 1, 0.26306, 5e-6),
        (0.3, 0.2, 2, 0.26204, 5e-6),
        (0.3, 0.2, 3, 0.26197, 5e-6),
        (0.3, 0.2, 18, 0.2619594890, 5e-11),
        (0.2, 0.1, 18, 0.4144657574, 5e-9),
    ],
)
def test_what_a_hidden_chain_tells_of_its_noisy_image(flip, noise, width, bits, error):
    # Y_t is seen of X_t, so that of the past X_{t-1} is all: H(Y_t|X_{t-1}) = h(flip * noise)
    both = flip * (1 - noise) + noise * (1 - flip)
    expected = bits * LOG2 + coin_entropy(noise) - coin_entropy(both)
    found = markov_transfer_entropy(seen(flip, noise), target_history=width)
    assert found == pytest.approx(expected, abs=error)


def test_more_history_of_the_source_tells_no_less():
    kernel = some_kernel(3)
    found = [markov_transfer_entropy(kernel, source_history=length) for length in (1, 2, 3, 4)]
    assert (np.diff(found) >= -1e-14).all()
    assert found[-1] > found[0]
    with_relabelled = kernel[::-1, [2, 0, 1]][:, :, ::-1][..., [2, 0, 1]]
    assert markov_transfer_entropy(with_relabelled) == pytest.approx(found[0], rel=1e-12)


def test_of_a_joint_law_by_groups_of_variables():
    law = history_law(some_kernel(1), 2, 1)
    found = transfer_entropy(law, [("x", 2), ("x", 1)], ("y", 0), ("y", 1))
    expected = markov_transfer_entropy(some_kernel(1), source_history=2)
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_common_cause_looks_like_transfer_until_it_is_given():
    shown = flips(0.1)
    law = JointLaw(np.einsum("zx,zy->xyz", shown, shown) / 2, ("x past", "y", "cause"))
    assert transfer_entropy(law, "x past", "y", ()) == pytest.approx(LOG2 - coin_entropy(0.18))
    assert transfer_entropy(law, "x past", "y", (), given="cause") < 1e-15
    with pytest.raises(ValueError, match="source_past and target both name 'y'"):
        transfer_entropy(law, "y", "y", ())


def test_states_that_are_left_for_good_have_no_say():
    kernel = np.zeros((3, 2, 3, 2))
    kernel[:2, :, :2] = 0.5 * flips(0.1)[:, None, None, :]
    kernel[2, :, 0, 0] = 1.0
    assert markov_transfer_entropy(kernel) == pytest.approx(LOG2 - coin_entropy(0.1), rel=1e-12)


@pytest.mark.parametrize(
    ("kernel", "history", "message"),
    [
        (np.full((4, 4), 0.25), 1, r"kernel has the shape \(4, 4\); expected \(nx, ny, nx, ny\)"),
        (np.ones((2, 2, 2, 2)), 1, r"row 0 of kernel \(pairs as rows\) sums to 4"),
        (np.eye(4).reshape(2, 2, 2, 2), 1, "stationary law is not unique"),
        (seen(0.1, 0.1), 24, r"24 steps .* and 1 of the target has 6.7e\+07 cells"),
        (seen(0.1, 0.1), 0, "source_history is 0; expected the number of steps"),
    ],
)
def test_what_is_refused(kernel, history, message):
    with pytest.raises(ValueError, match=message):
        markov_transfer_entropy(kernel, source_history=history)
