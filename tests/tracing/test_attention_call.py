import pytest
import torch

from infometer.tracing import AttentionCall


def call(query=(2, 4, 5, 8), key=(2, 2, 5, 8), **rest):
    return AttentionCall(layer=0, query=torch.zeros(query), key=torch.zeros(key), scale=1.0, **rest)


def test_sizes_are_those_of_queries_and_keys():
    assert call(key=(2, 2, 7, 8)).sizes == (2, 4, 2, 5, 7)


@pytest.mark.parametrize("shape", [(5,), (1, 5), (5, 5), (1, 1, 5, 5), (2, 4, 5, 5), (2, 1, 1, 5)])
def test_a_mask_that_broadcasts_is_taken(shape):
    assert call(mask=torch.ones(shape, dtype=torch.bool)).mask.shape == shape


@pytest.mark.parametrize("shape", [(4, 5), (2, 5), (3, 1, 5, 5), (1, 2, 4, 5, 5)])
def test_a_mask_that_does_not_is_refused(shape):
    with pytest.raises(ValueError, match=r"mask has shape .* \(2, 4, 5, 5\)"):
        call(mask=torch.ones(shape, dtype=torch.bool))


@pytest.mark.parametrize("key", [(2, 3, 5, 8), (2, 2, 5, 7), (2, 5, 8)])
def test_keys_that_do_not_fit_the_queries_are_refused(key):
    with pytest.raises(ValueError, match="G dividing H"):
        call(key=key)


def test_causal_means_as_many_keys_as_queries_and_no_mask():
    assert call(causal=True).causal
    with pytest.raises(ValueError, match="causal is True with 5 queries, 6 keys"):
        call(key=(2, 2, 6, 8), causal=True)
    with pytest.raises(ValueError, match="a mask; expected"):
        call(mask=torch.ones(5, 5, dtype=torch.bool), causal=True)


def test_valid_rows_are_those_of_the_queries():
    with pytest.raises(ValueError, match=r"row_valid has shape \(5,\); expected \(B, Tq\)"):
        call(row_valid=torch.ones(5, dtype=torch.bool))
