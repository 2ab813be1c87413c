from collections import namedtuple

import pytest
import torch
from torch import nn

from infometer.tracing import Activations, edit_outputs, layer_names


class Shared(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)
        self.unused = nn.Linear(3, 3)

    def forward(self, x):
        return self.linear(self.linear(x))


class Many(nn.Module):
    """Gives its input in a container."""

    Pair = namedtuple("Pair", "label first")

    def __init__(self, form):
        super().__init__()
        self.inner = nn.Identity()
        self.form = form

    def forward(self, x=None):
        return {
            "tuple": ("text", self.inner(x), x),
            "named": self.Pair(None, x),
            "list": [[x], x],
            "dict": {"loss": None, "hidden": x},
            "nothing": (None, "text"),
        }[self.form]


def test_values_are_those_of_the_last_forward_pass_and_hooks_are_gone_afterwards():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh())
    x = torch.randn(5, 3)
    with Activations(model, ["0", "1"]) as seen:
        model(torch.randn(2, 3))
        output = model(x)
    assert torch.equal(seen.values["1"], output)
    assert torch.equal(seen.values["0"], model[0](x))
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_an_operation_in_place_does_not_reach_what_was_kept():
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(inplace=True))
    with Activations(model, ["0"]) as seen:
        model(torch.randn(5, 3))
    assert (seen.values["0"] < 0).any()


def test_gradients_flow_through_values():
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    with Activations(model, ["0"]) as seen:
        model(torch.ones(2, 3))
        seen.values["0"].sum().backward()
    assert torch.equal(model[0].bias.grad, torch.full((4,), 2.0))


def test_input_takes_keyword_arguments_too_and_a_function_takes_what_it_likes():
    model = Many("dict")
    x = torch.randn(2, 3)
    with Activations(model, {"self": model}, what="input") as seen:
        model(x=x)
    assert torch.equal(seen.values["self"], x)
    with Activations(model, {"self": model}, lambda module, inputs, output: -inputs[0]) as seen:
        model(x)
    assert torch.equal(seen.values["self"], -x)


def test_a_layer_used_twice_or_never_is_told():
    model = Shared()
    with (
        Activations(model, ["linear"]),
        pytest.raises(RuntimeError, match="'linear' is called mor"),
    ):
        model(torch.ones(1, 3))
    with Activations(model, ["unused"]) as seen:
        model(torch.ones(1, 3))
        with pytest.raises(RuntimeError, match=r"\['unused'\] did not run"):
            seen.complete()


@pytest.mark.parametrize(
    ("layers", "match"),
    [(["linaer"], r"near it are \['linear'\]"), ("linear", "give a list"), ([], "layers is empty")],
)
def test_unknown_layers(layers, match):
    with pytest.raises(ValueError, match=match):
        Activations(Shared(), layers)


def test_an_unknown_side():
    with pytest.raises(ValueError, match="what is 'weights'"):
        Activations(Shared(), ["linear"], what="weights")


@pytest.mark.parametrize("form", ["tuple", "named", "list", "dict"])
def test_the_first_tensor_of_a_container_is_kept_and_edited(form):
    class Around(nn.Module):
        def __init__(self):
            super().__init__()
            self.many = Many(form)

        def forward(self, x):
            return self.many(x)

    x, model = torch.ones(2), Around()
    with edit_outputs(model, {"many": lambda t: t + 1}), Activations(model, ["many"]) as seen:
        output = model(x)
    assert torch.equal(seen.values["many"], x + 1)
    assert type(output) is type(model(x))
    expected = {"tuple": ("text", x + 1, x), "named": (None, x + 1), "list": [[x + 1], x],
                "dict": {"loss": None, "hidden": x + 1}}[form]  # fmt: skip
    torch.testing.assert_close(_flat(output), _flat(expected))
    torch.testing.assert_close(_flat(model(x)), _flat(Around()(x)))


def _flat(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return [t for part in value for t in _flat(part)]
    return [value] if isinstance(value, torch.Tensor) else []


def test_a_layer_without_tensors_is_named():
    model = nn.Sequential(Many("nothing"))
    with Activations(model, ["0"]), pytest.raises(TypeError, match="output of layer '0' holds no"):
        model(torch.ones(2))
    with (
        edit_outputs(model, {"0": torch.neg}),
        pytest.raises(TypeError, match="layer '0' holds no"),
    ):
        model(torch.ones(2))


def test_edits_end_with_the_block_also_after_an_exception():
    model = nn.Sequential(nn.Identity())
    with pytest.raises(ZeroDivisionError), edit_outputs(model, {"0": torch.neg}):
        raise ZeroDivisionError
    assert model(torch.ones(1)).item() == 1.0


def test_layer_names_are_leaves_with_parameters():
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.BatchNorm1d(2))
    assert layer_names(model) == ["0.0", "1"]
    assert layer_names(model, (nn.ReLU, nn.Sequential)) == ["0", "0.1"]
