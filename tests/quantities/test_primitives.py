import numpy as np
import pytest
from scipy.stats import entropy

from infometer.quantities.primitives import (
    BLOCK,
    floating,
    log_softmax,
    logsumexp,
    masked_mean,
    table_entropy,
    x_log_ratio,
    xlogx,
)

torch = pytest.importorskip("torch")

INF, NAN = float("inf"), float("nan")


def tensor(values, **options):
    return torch.tensor(values, dtype=torch.float64, **options)


def gradient(function, *values):
    inputs = [tensor(value, requires_grad=True) for value in values]
    return [found.tolist() for found in torch.autograd.grad(function(*inputs).sum(), inputs)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([1, 0], np.float64),
        (np.float16([0.5]), np.float32),
        (np.float32([0.5]), np.float32),
        (np.longdouble([0.5]), np.float64),
        (torch.tensor([1, 0]), torch.float64),
        (torch.tensor([True]), torch.float64),
        (torch.tensor([0.5], dtype=torch.bfloat16), torch.float32),
        (torch.tensor([0.5], dtype=torch.float16), torch.float32),
        (torch.tensor([0.5]), torch.float32),
    ],
)
def test_floats_that_can_be_summed(given, expected):
    assert floating(given).dtype == expected


@pytest.mark.parametrize("of", [np.array, tensor])
def test_the_limits_at_0_and_what_has_none(of):
    np.testing.assert_allclose(xlogx(of([0.0, 1.0, np.e, 1e-320])), [0, 0, np.e, 0], atol=1e-317)
    assert np.isnan(np.asarray(xlogx(of([-0.5, NAN])))).all()
    found = x_log_ratio(of([0.0, 0.0, 0.5, 0.5, 0.5]), of([0.0, 0.5, 0.25, 0.5, 0.0]))
    np.testing.assert_allclose(found, [0, 0, 0.5 * np.log(2), 0, INF])
    assert np.isnan(np.asarray(x_log_ratio(of([NAN, 0.5, 0.0]), of([0.5, NAN, NAN])))).all()
    tiny = x_log_ratio(of([1e-320]), of([1e300]))
    assert float(tiny[0]) == pytest.approx(1e-320 * (np.log(1e-320) - np.log(1e300)), rel=1e-3)


def test_gradients_are_finite_at_0_and_right_elsewhere():
    assert gradient(xlogx, [0.0, 1.0, 0.5]) == [[0.0, 1.0, 1 + np.log(0.5)]]
    by_x, by_y = gradient(x_log_ratio, [0.0, 0.0, 0.5, 0.5], [0.0, 0.5, 0.25, 0.0])
    assert by_x == pytest.approx([0.0, 0.0, 1 + np.log(2), 0.0])
    assert by_y == pytest.approx([0.0, 0.0, -2.0, 0.0])
    assert gradient(log_softmax, [0.0, 0.0, -INF]) == [[-0.5, -0.5, 1.0]]  # 1 - 3p


def test_primitives_agree_with_numerical_gradients():
    x, y = tensor([0.2, 0.3, 0.5], requires_grad=True), tensor([0.6, 0.3, 0.1], requires_grad=True)
    assert torch.autograd.gradcheck(xlogx, x)
    assert torch.autograd.gradcheck(x_log_ratio, (x, y))
    assert torch.autograd.gradcheck(log_softmax, x)
    assert torch.autograd.gradcheck(logsumexp, x)


@pytest.mark.parametrize("of", [np.array, tensor])
def test_logits_of_any_size(of):
    logits = of([[1000.0, 1000.0, -INF], [-1000.0, 0.0, 0.0]])
    expected = [[-np.log(2), -np.log(2), -INF], [-1000 - np.log(2), -np.log(2), -np.log(2)]]
    np.testing.assert_allclose(log_softmax(logits), expected)
    np.testing.assert_allclose(log_softmax(logits.T, axis=0), np.transpose(expected))
    np.testing.assert_allclose(logsumexp(logits), [1000 + np.log(2), np.log(2)])


def test_an_impossible_symbol_has_no_gradient():
    def first(logits):
        return log_softmax(logits)[0]

    assert gradient(first, [0.0, 0.0, -INF]) == [[0.5, -0.5, 0.0]]
    assert gradient(logsumexp, [0.0, 0.0, -INF]) == [[0.5, 0.5, 0.0]]
    assert gradient(logsumexp, [-INF, -INF]) == [[0.0, 0.0]]


def test_what_the_mask_leaves_out_has_no_say():
    assert gradient(lambda v: masked_mean(v, torch.tensor([True, True, False])), [1, 2, NAN]) == [
        [0.5, 0.5, 0.0]
    ]
    assert masked_mean([[1, 2], [3, 10]], np.array([[True, True], [True, False]])) == 2.0
    halves = torch.full((4096,), 60000.0, dtype=torch.float16)
    assert float(masked_mean(halves, halves > 0)) == 60000.0  # their sum is no float16
    assert masked_mean(np.full(4096, 60000.0, dtype=np.float16), np.ones(4096, bool)) == 60000.0
    for mask, message in (
        ([True], "mask has the shape"),
        ([1, 0], "mask holds int64; expected bool"),
        ([False, False], "mask is false everywhere"),
    ):
        with pytest.raises(ValueError, match=message):
            masked_mean([1.0, 2.0], mask)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_entropy_of_a_table_over_several_blocks(dtype):
    p = np.random.default_rng(0).dirichlet(np.ones(3 * BLOCK + 7)).astype(dtype)
    p[::5] = 0.0
    expected = entropy(p.astype(float)) * p.sum(dtype=float) - p.sum(dtype=float) * np.log(
        p.sum(dtype=float)
    )
    assert table_entropy(p) == pytest.approx(expected, rel=1e-13)
    assert table_entropy(p[::-3]) > 0  # neither contiguous nor a law
    assert table_entropy(np.array(1.0)) == table_entropy(np.eye(1)) == 0.0
