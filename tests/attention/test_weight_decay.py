"""What an optimiser must not pull towards 0 is in the group without weight decay."""

import pytest
import torch

pytest.importorskip("transformers")

from infometer.attention import EntropyRegularizer, build_gpt2, parameter_groups

SIZES = {"n_layer": 2, "n_head": 2, "n_embd": 8, "vocab_size": 11, "n_positions": 16}


def test_temperatures_thresholds_scales_biases_and_norms_do_not_decay():
    model = build_gpt2("EReg(SM(t)+ScFuFFN)", **SIZES)
    regularizer = EntropyRegularizer(2, 2)
    decayed, kept = parameter_groups(model, regularizer, weight_decay=0.1)
    names = {p: name for m in (model, regularizer) for name, p in m.named_parameters()}
    ends = {names[p].rpartition(".")[2] for p in kept["params"]}
    assert ends == {"log_t", "theta", "alpha", "beta", "bias", "weight"}
    assert {names[p] for p in kept["params"] if names[p].endswith("weight")} == {
        "transformer.ln_f.weight"
    }
    assert all(names[p].endswith("weight") and p.ndim == 2 for p in decayed["params"])
    everything = decayed["params"] + kept["params"]
    assert len(everything) == len(set(everything)) == len(names)


def test_decay_pulls_weights_and_leaves_thresholds():
    regularizer, layer = EntropyRegularizer(1, 2), torch.nn.Linear(2, 2)
    groups = parameter_groups(regularizer, layer, weight_decay=0.5)
    optimizer = torch.optim.AdamW(groups, lr=0.1)
    before = layer.weight.detach().clone()
    for parameter in (*regularizer.parameters(), *layer.parameters()):
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    torch.testing.assert_close(layer.weight, 0.95 * before)
    assert regularizer.theta.tolist() == [[0.5, 0.5]]


def test_frozen_parameters_are_left_out_and_a_negative_decay_refused():
    frozen = EntropyRegularizer(1, 2, learn_theta=False)
    assert [g["params"] for g in parameter_groups(frozen, weight_decay=0.1)] == [[], []]
    with pytest.raises(ValueError, match=r"weight_decay is -0\.1"):
        parameter_groups(frozen, weight_decay=-0.1)
