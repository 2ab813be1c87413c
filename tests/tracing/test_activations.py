import numpy as np
import pytest
import torch
from torch import nn

from infometer.tracing import edit_outputs, record_activations


def convolution():
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 3))


class TwoInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.sum = nn.Identity()

    def forward(self, a, b, negative=False):
        return self.sum(b - a if negative else a + b)


def test_batches_make_up_the_whole_pass():
    model, x = convolution().eval(), torch.randn(7, 1, 4, 4)
    recorded = record_activations(model, ["0", "3"], x, batch_size=3)
    with torch.no_grad():
        np.testing.assert_allclose(recorded["0"], model[0](x), atol=1e-6)
        np.testing.assert_allclose(recorded["3"], model(x), atol=1e-6)
    assert recorded["0"].shape == (7, 2, 2, 2)


def test_batch_statistics_are_neither_used_nor_moved():
    model, x = convolution().train(), np.random.default_rng(0).normal(size=(7, 1, 4, 4))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    whole, parts = (record_activations(model, ["3"], x, batch_size=b)["3"] for b in (7, 2))
    np.testing.assert_allclose(whole, parts, atol=1e-6)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert model[1].training


def test_tuples_are_positional_and_mappings_keyword_arguments():
    a, b, model = torch.arange(4.0), np.ones(4), TwoInputs()
    np.testing.assert_array_equal(record_activations(model, ["sum"], (a, b))["sum"], [1, 2, 3, 4])
    named = {"b": b, "a": a, "negative": True}
    recorded = record_activations(model, ["sum"], named, batch_size=3)["sum"]
    np.testing.assert_array_equal(recorded, [1, 0, -1, -2])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_becomes_float32(dtype):
    model = nn.Sequential(nn.Linear(2, 2)).to(dtype)
    recorded = record_activations(model, ["0"], np.ones((3, 2)))["0"]
    assert recorded.dtype == np.float32
    np.testing.assert_array_equal(recorded, model(torch.ones(3, 2, dtype=dtype)).detach().float())


@pytest.mark.parametrize(
    ("x", "error", "match"),
    [
        ([1.0], TypeError, "x is a list"),
        ((torch.ones(2), torch.ones(3)), ValueError, r"rows; give at least one"),
        (np.array(["a"]), TypeError, "dtype <U1"),
        ({}, ValueError, r"x has tensors of \[\] rows"),
    ],
)
def test_bad_inputs(x, error, match):
    with pytest.raises(error, match=match):
        record_activations(TwoInputs(), ["sum"], x)


def test_an_activation_without_an_axis_of_rows_is_refused():
    model = nn.Sequential(nn.Flatten(0))
    with pytest.raises(ValueError, match=r"layer '0' gives shape \(6,\) for 2 rows"):
        record_activations(model, ["0"], torch.ones(2, 3))


def test_a_hugging_face_model_with_a_mask_tuples_and_model_outputs():
    transformers = pytest.importorskip("transformers")
    config = transformers.BertConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=8,
    )  # fmt: skip
    model = transformers.BertModel(config)
    generator = np.random.default_rng(0)
    x = {
        "input_ids": generator.integers(0, 20, (5, 6)),
        "attention_mask": np.ones((5, 6), dtype=np.int64),
        "output_attentions": False,
    }
    layers = ["embeddings", "encoder.layer.1", "encoder", "encoder.layer.0.attention.self"]
    recorded = record_activations(model, layers, x, batch_size=2)
    assert {values.shape for values in recorded.values()} == {(5, 6, 8)}
    np.testing.assert_array_equal(recorded["encoder.layer.1"], recorded["encoder"])
    with edit_outputs(model, {"encoder": lambda hidden: hidden + 1}):
        edited = record_activations(model, ["encoder"], x, batch_size=2)["encoder"]
    np.testing.assert_array_equal(edited, recorded["encoder"] + 1)
