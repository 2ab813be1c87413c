import pytest
import torch
from torch import nn

from infometer.tracing import frozen_state


def model_with_everything():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.ReLU())
    model.register_buffer("count", torch.tensor(7))
    model.register_buffer("hidden", torch.tensor([float("nan"), 1.0]), persistent=False)
    model.register_buffer("empty", None)
    model[2].eval()
    return model


def snapshot(model):
    buffers = {name: (id(b), b.numpy().tobytes()) for name, b in model.named_buffers()}
    parameters = {name: p.detach().numpy().tobytes() for name, p in model.named_parameters()}
    return buffers, parameters, [m.training for m in model.modules()], list(model.state_dict())


def disturb(model):
    model.train()
    model[2].train()
    model(torch.randn(6, 3))
    model.count += 1
    model.hidden = torch.zeros(2)
    model.empty = torch.ones(1)
    model.register_buffer("new", torch.ones(1))
    model.get_buffer("count").fill_(0)


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_is_left_behind(fails):
    model = model_with_everything()
    before, random = snapshot(model), torch.get_rng_state()
    try:
        with frozen_state(model):
            assert not any(module.training for module in model.modules())
            assert not torch.is_grad_enabled()
            disturb(model)
            assert snapshot(model)[0] != before[0]
            if fails:
                raise ZeroDivisionError
    except ZeroDivisionError:
        assert fails
    assert snapshot(model) == before
    assert model.empty is None
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.is_grad_enabled()


def test_a_graph_that_waits_for_its_backward_pass_is_not_broken():
    model = model_with_everything()
    loss = model(torch.randn(6, 3)).sum()
    with frozen_state(model):
        model(torch.randn(6, 3))
    loss.backward()
    assert model[0].weight.grad is not None
