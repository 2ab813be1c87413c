"""The regulariser against the worked example, closed forms and the loops of Algorithm 1."""

import math

import pytest
import torch

from infometer.attention import EntropyRegularizer, causal_max_entropy
from infometer.attention.band_penalty import band_penalty


def causal_uniform(n):
    return torch.ones(n, n, dtype=torch.float64).tril() / torch.arange(1, n + 1)[:, None]


def worked_example(batch=2):
    uniform, identity = causal_uniform(4), torch.eye(4, dtype=torch.float64)
    layers = torch.stack([uniform, identity]), torch.stack([identity, identity])
    return [layer.expand(batch, 2, 4, 4) for layer in layers]


def random_entropies(n_layers, n_heads, length, batch=3):
    rng = torch.Generator().manual_seed(0)
    ceiling = torch.arange(1, length + 1, dtype=torch.float64).log()
    shape = (n_layers, batch, n_heads, length)
    return list(torch.rand(shape, generator=rng, dtype=torch.float64) * ceiling)


def algorithm_1(entropies, theta, gamma):
    """The loops as the paper prints them."""
    largest = math.log(entropies[0].shape[-1])
    total = 0.0
    for rows, thresholds in zip(entropies, theta, strict=True):
        layer = 0.0
        for head in range(rows.shape[1]):
            deviation = float(rows[:, head].mean()) - float(thresholds[head]) * largest
            layer += deviation**2 * (abs(deviation) > gamma * largest)
        total += layer / rows.shape[1]
    return total / len(entropies)


def released_code(entropies, theta, gamma):
    """The loops of the released code: thresholds by row, summed over rows and batch."""
    largest = math.log(entropies[0].shape[-1])
    total = 0.0
    for rows, thresholds in zip(entropies, theta, strict=True):
        for head in range(rows.shape[1]):
            for entropy in rows[:, head].flatten().tolist():
                deviation = entropy - float(thresholds[head]) * largest
                total += deviation**2 * (abs(deviation) > gamma * largest) / rows.shape[1]
    return total / len(entropies)


@pytest.mark.parametrize(
    ("gamma", "reduction", "expected"),
    [(0.2, "head_mean", 0.36033976), (0.0, "head_mean", 0.36290854), (0.2, "row_sum", 3.44537210)],
)
def test_the_worked_example(gamma, reduction, expected):
    regularizer = EntropyRegularizer(2, 2, gamma=gamma, reduction=reduction, weight=1.0)
    found = regularizer(worked_example()).loss.item()
    assert found == pytest.approx(expected, rel=1e-8)  # the last is printed in single precision


@pytest.mark.parametrize(
    ("reduction", "reference"), [("head_mean", algorithm_1), ("row_sum", released_code)]
)
@pytest.mark.parametrize("gamma", [0.0, 0.1, 0.3])
def test_both_reductions_are_their_loops(reduction, reference, gamma):
    entropies = random_entropies(3, 4, 6)
    theta = torch.rand(3, 4, generator=torch.Generator().manual_seed(1))
    regularizer = EntropyRegularizer(
        3, 4, gamma=gamma, theta_init=theta, reduction=reduction, weight=0.5
    )
    found = regularizer(entropies).loss.item()
    assert found == pytest.approx(0.5 * reference(entropies, theta, gamma), rel=1e-6)


def test_the_threshold_gets_the_gradient_of_the_head_and_the_head_none_inside_the_band():
    entropies = [rows.requires_grad_() for rows in random_entropies(2, 3, 5)]
    theta = torch.tensor([[0.1, 0.4, 0.9], [0.5, 0.6, 0.35]])
    regularizer = EntropyRegularizer(2, 3, gamma=0.2, theta_init=theta, weight=0.7)
    found = regularizer(entropies)
    found.loss.backward()
    largest = math.log(5)
    outside = found.deviation.abs() > 0.2 * largest
    assert 0 < outside.sum() < 6
    assert found.active_fraction.item() == pytest.approx(outside.float().mean().item())
    expected = -2 * 0.7 * largest * found.deviation * outside / 6
    torch.testing.assert_close(regularizer.theta.grad, expected.float())
    for layer, rows in enumerate(entropies):
        each = (2 * 0.7 * found.deviation[layer] * outside[layer] / 6 / (3 * 5))[None, :, None]
        torch.testing.assert_close(rows.grad, each.expand_as(rows))


def test_nothing_is_lost_at_the_threshold_nor_in_a_band_of_everything():
    entropies = random_entropies(2, 3, 5)
    theta = torch.stack([rows.mean(dim=(0, 2)) for rows in entropies]) / math.log(5)
    exact = EntropyRegularizer(2, 3, gamma=0.0, theta_init=theta)
    assert exact(entropies).loss.item() < 1e-12
    for wide in (0.0, 1.0):
        assert EntropyRegularizer(2, 3, gamma=1.0, theta_init=wide)(entropies).loss.item() == 0.0


def test_the_causal_reference_is_reached_by_uniform_heads_at_every_length():
    for length in (1, 2, 7, 33):
        uniform = [causal_uniform(length)[None, None]]
        regularizer = EntropyRegularizer(1, 1, gamma=0.0, theta_init=1.0, reference="causal")
        assert abs(regularizer(uniform).deviation.item()) < 1e-6
    wrong = EntropyRegularizer(1, 1, gamma=0.0, theta_init=1.0)(uniform).deviation.item()
    assert wrong == pytest.approx(causal_max_entropy(33) - math.log(33), abs=1e-6)


def test_the_hinge_is_continuous_and_the_papers_shape_jumps():
    delta = torch.tensor([0.999, 1.001], dtype=torch.float64, requires_grad=True)
    tolerance = torch.tensor(1.0)
    hinged = band_penalty(delta, tolerance, "hinge2")
    assert hinged.tolist() == pytest.approx([0.0, 1e-6], abs=1e-12)
    hinged.sum().backward()
    assert delta.grad.tolist() == pytest.approx([0.0, 0.002])
    assert band_penalty(delta, tolerance).tolist() == pytest.approx([0.0, 1.002001])


@pytest.mark.parametrize("reduction", ["head_mean", "row_sum"])
@pytest.mark.parametrize("reference", ["log_T", "causal"])
def test_rows_that_do_not_count_change_nothing(reduction, reference):
    entropies = random_entropies(1, 2, 6, batch=2)[0]
    n_keys = torch.arange(1, 7).expand(2, 2, 6).clone()
    n_keys[1, :, 4:] = 0
    with_nan = entropies.clone()
    with_nan[1, :, 4:] = math.nan
    with_nan.requires_grad_()
    regularizer = EntropyRegularizer(
        1, 2, gamma=0.0, reduction=reduction, reference=reference, weight=1.0
    )
    found = regularizer([with_nan], n_keys)
    found.loss.backward()
    assert math.isfinite(found.loss.item())
    assert with_nan.grad.isfinite().all()
    assert (with_nan.grad[1, :, 4:] == 0).all()
    assert (with_nan.grad[0, :, 1:] != 0).all()
    kept = torch.cat([entropies[0], entropies[1, :, :4]], dim=-1)
    ceilings = torch.tensor([1, 2, 3, 4, 5, 6, 1, 2, 3, 4]).log().double()
    level = 0.5 * (ceilings if reference == "causal" else math.log(6))
    torch.testing.assert_close(found.deviation[0], (kept - level).mean(-1))


@pytest.mark.parametrize("reduction", ["head_mean", "row_sum"])
@pytest.mark.parametrize("shape", ["paper", "hinge2"])
def test_nan_attention_reaches_the_loss_and_names_its_head(reduction, shape):
    entropies = random_entropies(2, 2, 4)
    entropies[1][0, 1, 2] = math.nan
    found = EntropyRegularizer(2, 2, gamma=1.0, reduction=reduction, shape=shape)(entropies)
    assert math.isnan(found.loss.item())
    assert found.deviation.isnan().tolist() == [[False, False], [False, True]]


def test_a_target_in_nats_stands_in_place_of_thresholds():
    entropies = random_entropies(2, 3, 5)
    own = torch.stack([rows.mean(dim=(0, 2)) for rows in entropies])
    for reference in ("log_T", "causal"):
        regularizer = EntropyRegularizer(
            2, 3, gamma=0.0, target=own + 0.25, reference=reference, weight=1.0
        )
        assert list(regularizer.parameters()) == []
        found = regularizer(entropies)
        torch.testing.assert_close(found.deviation.float(), torch.full((2, 3), -0.25))
        assert found.loss.item() == pytest.approx(0.0625, rel=1e-5)


def test_only_the_chosen_layers_count():
    entropies = random_entropies(3, 2, 5)
    found = EntropyRegularizer(3, 2, layers=[2, 0])(entropies)
    mapped = EntropyRegularizer(3, 2, layers=[2, 0])({0: entropies[0], 2: entropies[2]})
    alone = EntropyRegularizer(2, 2)([entropies[2], entropies[0]])
    assert found.deviation.shape == (2, 2)
    assert found.loss.item() == mapped.loss.item() == alone.loss.item()


def test_the_schedule_switches_the_loss_on_and_off():
    entropies = random_entropies(1, 2, 5)
    regularizer = EntropyRegularizer(1, 2, gamma=0.0, schedule=(0.1, 0.8))
    losses = [regularizer(entropies, progress=p).loss.item() for p in (0.0, 0.1, 0.5, 0.8, 0.9)]
    assert [loss > 0 for loss in losses] == [False, True, True, True, False]
    with pytest.raises(ValueError, match="progress is None"):
        regularizer(entropies)


def test_layers_share_thresholds_only_where_that_is_asked_for():
    row = [0.2, 0.8]
    with pytest.raises(ValueError, match="share_layers=True"):
        EntropyRegularizer(3, 2, theta_init=row)
    shared = EntropyRegularizer(3, 2, theta_init=row, share_layers=True)
    spread = EntropyRegularizer(3, 2, theta_init=[row] * 3)
    entropies = random_entropies(3, 2, 5)
    assert shared.theta.shape == (1, 2)
    assert shared(entropies).loss.item() == spread(entropies).loss.item()


def test_frozen_thresholds_get_no_gradient_and_stand_in_the_state():
    regularizer = EntropyRegularizer(1, 2, learn_theta=False)
    assert not regularizer.theta.requires_grad
    assert list(regularizer.state_dict()) == ["theta"]


def test_half_precision_entropies_are_compared_in_float32():
    entropies = random_entropies(1, 2, 5)
    half = [rows.to(torch.bfloat16) for rows in entropies]
    assert EntropyRegularizer(1, 2, gamma=0.0)(half).loss.dtype == torch.float32


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gamma": -0.1}, "gamma is -0.1"),
        ({"weight": -1e-5}, "weight is -1e-05"),
        ({"weight": math.nan}, "weight is nan"),
        ({"theta_init": 1.2}, r"outside \[0, 1\]"),
        ({"theta_init": math.nan}, r"outside \[0, 1\]"),
        ({"theta_init": torch.zeros(3, 2)}, r"shape \(3, 2\); expected \(2, 2\)"),
        ({"reduction": "mean"}, "'head_mean' or 'row_sum'"),
        ({"reference": "observed"}, "'log_T' or 'causal'"),
        ({"shape": "hinge"}, "'paper' or 'hinge2'"),
        ({"layers": [2]}, "different layers among 0 to 1"),
        ({"layers": []}, "different layers"),
        ({"schedule": (0.5, 0.5)}, "0 ≤ start < stop ≤ 1"),
        ({"target": torch.zeros(2)}, r"target has shape \(2,\)"),
        ({"target": torch.full((2, 2), -1.0)}, "negative or not finite"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        EntropyRegularizer(2, 2, **settings)


def test_bad_attention_is_refused():
    regularizer = EntropyRegularizer(2, 2)
    with pytest.raises(ValueError, match="holds 0 layers"):
        regularizer(())
    with pytest.raises(ValueError, match="lacks layer 1"):
        regularizer({0: torch.zeros(1, 2, 3)})
    with pytest.raises(ValueError, match=r"expected entropies \(B, 2, T\)"):
        regularizer([torch.zeros(1, 3, 4)] * 2)
