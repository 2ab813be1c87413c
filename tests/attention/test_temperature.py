"""The temperature of the softmax: known entropies, its derivative, and positions of every kind."""

import pytest
import torch

from infometer.attention import SoftmaxTemperature, attention_entropy

LOGITS = torch.tensor([1.0, 2.0, -1.0, 0.5], dtype=torch.float64)


def entropy_at(t):
    """Of a row with the table's logits, by scaling its query."""
    temperature = SoftmaxTemperature(1, 1, init=t).double()
    query = temperature(torch.ones(1, 1, 1, 1, dtype=torch.float64))
    row = torch.softmax(query * LOGITS, dim=-1)
    return temperature, attention_entropy(row)[0, 0, 0]


@pytest.mark.parametrize(
    ("t", "value"), [(0.5, 0.53813940), (1.0, 1.01440278), (1.3, 1.13612762), (2.0, 1.26481700)]
)
def test_the_table_of_temperatures(t, value):
    assert entropy_at(t)[1].item() == pytest.approx(value, abs=5e-8)


def test_the_derivative_is_the_variance_of_the_logits_over_the_cube():
    temperature, entropy = entropy_at(1.3)
    entropy.backward()
    by_t = temperature.log_t.grad.item() / 1.3  # d/dt = (d/d log t) / t
    row = torch.softmax(LOGITS / 1.3, dim=0)
    variance = (row * LOGITS**2).sum() - (row * LOGITS).sum() ** 2
    assert by_t == pytest.approx(0.30448567, abs=5e-8)
    assert by_t == pytest.approx(variance.item() / 1.3**3, rel=1e-6)


@pytest.mark.parametrize(
    ("init", "value"), [(1.0, 1.0), ("paper-codeparrot", 0.01), ("paper-languini", 0.1)]
)
def test_where_the_temperatures_start(init, value):
    temperature = SoftmaxTemperature(2, 3, init=init)
    torch.testing.assert_close(temperature.t, torch.full((2, 3), value))


def varied(**settings):
    temperature = SoftmaxTemperature(2, 5, **settings)
    with torch.no_grad():
        temperature.log_t.copy_(torch.arange(10.0).reshape(2, 5) / 10)
    return temperature


def test_each_head_and_position_has_its_own_and_shorter_sequences_the_first():
    temperature, query = varied(), torch.randn(3, 2, 4, 6)
    expected = query / temperature.t[None, :, :4, None]
    torch.testing.assert_close(temperature(query), expected)


def test_positions_choose_the_temperature_in_a_cache_and_under_padding():
    temperature, query = varied(), torch.randn(2, 2, 1, 6)
    at_4 = query / temperature.t[None, :, 4:, None]
    torch.testing.assert_close(temperature(query, torch.tensor([[4]])), at_4)
    torch.testing.assert_close(temperature(query, torch.tensor([4])), at_4)
    mixed = temperature(query, torch.tensor([[4], [1]]))
    torch.testing.assert_close(mixed[0], at_4[0])
    torch.testing.assert_close(mixed[1], query[1] / temperature.t[:, 1:2, None])


def test_longer_sequences_are_an_error_unless_the_last_temperature_goes_on():
    query = torch.randn(1, 2, 7, 3)
    with pytest.raises(ValueError, match="position 6, and max_len is 5"):
        varied()(query)
    extended = varied(extend="last")
    found = extended(query)
    torch.testing.assert_close(found[:, :, 5:], query[:, :, 5:] / extended.t[None, :, 4:, None])


def test_the_dtype_of_the_query_is_kept_and_the_temperature_gets_a_gradient():
    temperature = varied()
    found = temperature(torch.ones(1, 2, 5, 3, dtype=torch.bfloat16))
    found.sum().backward()
    assert found.dtype == torch.bfloat16
    assert (temperature.log_t.grad < 0).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"init": 0.0}, "init is 0.0"),
        ({"init": -1.0}, "positive and finite"),
        ({"init": "paper"}, "'paper-codeparrot' or 'paper-languini'"),
        ({"extend": "first"}, "extend is 'first'"),
        ({"num_heads": 0}, "num_heads is 0"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        SoftmaxTemperature(**{"num_heads": 2, "max_len": 4, **settings})


def test_queries_of_other_heads_are_refused():
    with pytest.raises(ValueError, match=r"expected \(B, 2, T, d\)"):
        varied()(torch.ones(1, 3, 4, 6))
