"""The regulariser in a model's forward pass: equal to dense attention, and steering its heads."""

import math

import numpy as np
import pytest
import torch

pytest.importorskip("transformers")
from transformers import LlamaConfig, LlamaForCausalLM

from infometer.attention import (
    EntropyRegularizer,
    build_gpt2,
    regularized_loss,
    row_entropies,
)
from infometer.estimators.fitting import fit_module

SIZES = {
    "n_layer": 2, "n_head": 2, "n_embd": 16, "vocab_size": 23, "n_positions": 32,
    "bos_token_id": 0, "eos_token_id": 0,
    "resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0,
}  # fmt: skip


def made(variant="SM(t)+ScFuFFN", scale=0.3, **changes):
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        model = build_gpt2(variant, **{**SIZES, **changes})
        for parameter in model.parameters():
            parameter += scale * torch.randn_like(parameter)
    return model


def ids(batch=3, length=10, words=23):
    rng = torch.Generator().manual_seed(0)
    return torch.randint(0, words, (batch, length), generator=rng)


def gradients(model, loss):
    model.zero_grad()
    loss.backward()
    return [parameter.grad.clone() for parameter in model.parameters()]


@pytest.mark.parametrize("reduction", ["head_mean", "row_sum"])
@pytest.mark.parametrize("padded", [False, True])
def test_loss_and_gradients_are_those_of_dense_attention(reduction, padded):
    model = made()
    regularizer = EntropyRegularizer(
        2, 2, gamma=0.0, reduction=reduction, reference="causal", weight=1.0
    )
    seen = torch.ones(3, 10, dtype=torch.long)
    if padded:
        seen[1, 6:] = 0
    batch = {"input_ids": ids(), "attention_mask": seen, "labels": ids()}
    found = regularized_loss(model, batch, regularizer)
    streamed = gradients(model, found.loss)
    n_keys = (torch.ones(10, 10).tril() * seen[:, None]).sum(-1).long() * seen
    model.set_attn_implementation("eager")
    output = model(**batch, output_attentions=True)
    dense = regularizer(output.attentions, n_keys[:, None])
    torch.testing.assert_close(found.regularization.deviation, dense.deviation)
    torch.testing.assert_close(found.loss, output.loss + dense.loss)
    torch.testing.assert_close(found.task_loss, output.loss)
    for one, other in zip(streamed, gradients(model, output.loss + dense.loss), strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


def test_grouped_queries_and_chosen_layers():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = LlamaConfig(
            num_hidden_layers=3, hidden_size=16, intermediate_size=32, num_attention_heads=4,
            num_key_value_heads=2, vocab_size=23, initializer_range=0.5,
        )  # fmt: skip
        model = LlamaForCausalLM(config)
    regularizer = EntropyRegularizer(3, 4, gamma=0.0, layers=[1], weight=1.0)
    found = regularized_loss(model, {"input_ids": ids()}, regularizer)
    model.set_attn_implementation("eager")
    dense = regularizer(model(ids(), output_attentions=True).attentions)
    assert found.task_loss is None
    torch.testing.assert_close(found.loss, dense.loss)
    found.loss.backward()
    assert model.model.layers[1].self_attn.k_proj.weight.grad.abs().max() > 0
    assert model.model.layers[2].self_attn.k_proj.weight.grad is None


def test_outside_the_schedule_nothing_is_read():
    model, regularizer = made(), EntropyRegularizer(2, 2, gamma=0.0, schedule=(0.1, 0.8))
    batch = {"input_ids": ids(), "labels": ids()}
    off = regularized_loss(model, batch, regularizer, progress=0.05)
    on = regularized_loss(model, batch, regularizer, progress=0.5)
    assert off.regularization is None
    assert off.loss is off.task_loss
    assert on.loss > on.task_loss
    torch.testing.assert_close(on.task_loss, off.task_loss)
    with pytest.raises(ValueError, match="no labels"):
        regularized_loss(model, {"input_ids": ids()}, regularizer, progress=0.05)


def test_gradient_checkpointing_gives_the_same_gradients():
    model, regularizer = made().train(), EntropyRegularizer(2, 2, gamma=0.0, weight=1.0)
    batch = {"input_ids": ids(), "labels": ids(), "use_cache": False}
    plain = gradients(model, regularized_loss(model, batch, regularizer).loss)
    model.activation_checkpointing_enable()
    again = gradients(model, regularized_loss(model, batch, regularizer).loss)
    for one, other in zip(plain, again, strict=True):
        torch.testing.assert_close(one, other)


def test_only_the_last_forward_pass_is_kept():
    model = made()
    with row_entropies(model, layers=[1]) as rows:
        model(ids(length=10))
        model(ids(length=4))
    assert {layer: tuple(e.shape) for layer, e in rows.entropies.items()} == {1: (3, 2, 4)}
    assert rows.n_keys[1].flatten().tolist() == [1, 2, 3, 4]


def test_learned_thresholds_meet_their_heads_at_the_edge_of_the_band():
    """With heads that cannot move, θ stops where the band begins to hold them."""
    model = made()
    with row_entropies(model) as rows, torch.no_grad():
        model(ids())
    regularizer = EntropyRegularizer(2, 2, gamma=0.1, theta_init=0.1, weight=1.0)
    optimizer = torch.optim.SGD(regularizer.parameters(), lr=0.02)
    for _ in range(120):
        optimizer.zero_grad()
        found = regularizer(rows.entropies, rows.n_keys)
        found.loss.backward()
        optimizer.step()
    edge = found.deviation / math.log(10)
    assert found.active_fraction.item() == 0.0
    assert ((edge > 0.08) & (edge <= 0.1)).all()


def test_heads_are_steered_to_their_own_frozen_thresholds():
    model = made("SM+LN+G", scale=0.0, n_embd=32, n_head=4)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(".attn.qk." in name)
    theta = np.random.default_rng(0).permutation(np.linspace(0.2, 0.9, 8)).reshape(2, 4)
    regularizer = EntropyRegularizer(
        2, 4, gamma=0.04, theta_init=theta, learn_theta=False, reference="causal",
        shape="hinge2", weight=1.0,
    )  # fmt: skip
    text = ids(batch=32, length=24)

    def loss(model, batch):
        return regularized_loss(model, {"input_ids": batch}, regularizer).loss

    def deviations():
        with torch.no_grad():
            return regularized_loss(model, {"input_ids": text}, regularizer).regularization

    ceiling = np.log(np.arange(1, 25)).mean()
    start = deviations()
    np.testing.assert_allclose(start.deviation / ceiling, 1 - theta, atol=0.01)
    fit_module(
        model, loss, (text,), max_steps=100, batch_size=8, lr=1e-2,
        optimizer=lambda parameters, lr: torch.optim.Adam(
            [p for p in parameters if p.requires_grad], lr=lr
        ),
    )  # fmt: skip
    assert start.active_fraction.item() == 1.0
    assert deviations().active_fraction.item() == 0.0
    np.testing.assert_array_equal(regularizer.theta.numpy(), theta.astype(np.float32))
