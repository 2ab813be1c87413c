import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from infometer.estimators.fitting import FitHistory  # noqa: E402
from infometer.estimators.neural import (  # noqa: E402
    CLUB,
    NWJ,
    SMILE,
    DonskerVaradhan,
    InfoNCE,
    JensenShannon,
    LatentInformation,
    Nishiyama,
    convolutional_tower,
    donsker_varadhan_bound,
    separable_critic,
)
from infometer.estimators.neural.bound_notes import few_pairs_note  # noqa: E402
from infometer.estimators.neural.donsker_varadhan import move_average  # noqa: E402
from infometer.estimators.neural.held_out import held_out_parts  # noqa: E402
from infometer.sources import CorrelatedGaussian, StudentT  # noqa: E402

BOUNDS = {
    InfoNCE: "lower",
    DonskerVaradhan: "lower",
    NWJ: "lower",
    JensenShannon: "lower",
    Nishiyama: "lower",
    SMILE: None,
    CLUB: "upper",
}
RHO = 0.75
TRUE = -0.5 * math.log(1 - RHO**2)


@pytest.fixture(scope="module")
def pair():
    return CorrelatedGaussian.from_correlation(RHO, d=1).sample(4000, random_state=0)


@pytest.mark.parametrize(
    "method", [InfoNCE, DonskerVaradhan, NWJ, JensenShannon, SMILE], ids=lambda m: m.__name__
)
def test_the_information_of_a_gaussian_pair_is_found(method, pair):
    found = method(max_steps=400, random_state=0).fit(*pair).estimate_
    assert found.value == pytest.approx(TRUE, abs=0.1)
    low, high = found.interval
    assert low < TRUE < high
    assert found.bound == BOUNDS[method]
    assert found.ceiling == (pytest.approx(math.log(150)) if method is InfoNCE else None)


def test_nishiyama_stays_below_and_club_has_its_closed_form(pair):
    below = Nishiyama(max_steps=400, random_state=0).fit(*pair).estimate_
    assert 0.25 < below.value < TRUE
    above = CLUB(max_steps=400, random_state=0).fit(*pair).estimate_
    assert above.value == pytest.approx(RHO**2 / (1 - RHO**2), abs=0.15)
    assert above.bound == "upper"


@pytest.mark.parametrize("method", list(BOUNDS), ids=lambda m: m.__name__)
def test_independent_views_show_nothing(method):
    x, y = np.random.default_rng(1).standard_normal((2, 3000, 2))
    found = method(max_steps=60, random_state=0).fit(x, y).estimate_
    assert abs(found.value) < 5 * found.standard_error + 0.02


def test_the_same_seed_gives_the_same_figure_and_another_another(pair):
    x, y = (view[:500] for view in pair)
    first, second, third = (
        InfoNCE(max_steps=20, random_state=seed).fit(x, y).estimate_.value for seed in (3, 3, 4)
    )
    assert first == second != third


def test_the_global_random_state_of_torch_is_left_alone(pair):
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    InfoNCE(max_steps=3, random_state=1).fit(*pair)
    assert torch.rand(1) == expected


def test_infonce_says_when_it_stands_at_its_ceiling():
    x = np.random.default_rng(0).standard_normal((3000, 1))
    found = InfoNCE(max_steps=400, batch_size=16, random_state=0).fit(x, x).estimate_
    assert found.saturated
    assert found.value <= math.log(16)


def test_one_block_with_half_of_the_mean_is_told(pair):
    assert not few_pairs_note(np.zeros(8))
    assert "one of 8 blocks" in few_pairs_note(np.array([0.0] * 7 + [5.0]))[0]


@pytest.mark.parametrize("method", [DonskerVaradhan, NWJ, JensenShannon])
def test_one_wild_score_of_a_strange_pair_does_not_rule_the_mean(method):
    class Wild(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.level = torch.nn.Parameter(torch.zeros(()))

        def forward(self, x, y):
            strange = (x * y < -0.1)[:, 0]  # never so of a pair that belongs together
            return torch.where(strange, 60.0, 0.0) + 0 * self.level

    x = np.random.default_rng(0).standard_normal((400, 1))
    made = method(Wild(), max_steps=1, scale=None, random_state=0)
    found = made.fit(x, np.exp(x) * np.sign(x))
    assert found.score_cap_ == 0.0
    assert found.estimate_.value == pytest.approx(-math.exp(-1) if method is NWJ else 0.0)


@pytest.mark.parametrize("method", [DonskerVaradhan, NWJ, JensenShannon])
def test_scores_below_those_of_all_that_belong_together_are_left_alone(method):
    labels = np.eye(4)[np.random.default_rng(0).integers(0, 4, 3000)]
    found = method(max_steps=600, scale=None, lr=0.01, random_state=0).fit(labels, labels)
    assert found.estimate_.value == pytest.approx(math.log(4), abs=0.05)


def test_the_moving_average_is_that_of_the_means():
    average = torch.tensor(math.nan, dtype=torch.float64)
    means = [2.0, 6.0, 1.0]
    expected = means[0]
    for mean in means:
        move_average(average, torch.tensor(math.log(mean), dtype=torch.float64), 0.25)
        expected = 0.75 * expected + 0.25 * mean
    assert average.exp().item() == pytest.approx(expected)


def test_the_first_gradient_of_mine_is_the_plain_one():
    scores = torch.randn(9, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    class Fixed(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scores = torch.nn.Parameter(scores.clone())

        def pairwise(self, x, y):
            return self.scores

    rows = torch.zeros(9, 1)
    plain = DonskerVaradhan(Fixed())
    made = plain._new_critic(1, 1, 0)
    plain._loss(made, rows, rows).backward()
    assert not list(made.buffers())
    mine = DonskerVaradhan(Fixed(), ema_rate=0.01)
    averaged = mine._new_critic(1, 1, 0)
    loss = mine._loss(averaged, rows, rows)
    loss.backward()
    assert loss.item() == pytest.approx(-donsker_varadhan_bound(scores).item())
    torch.testing.assert_close(averaged.scores.grad, made.scores.grad)
    with torch.no_grad():
        averaged.scores += 1.0  # a mean e times as large, of which the average takes little note
    averaged.zero_grad()
    mine._loss(averaged, rows, rows).backward()
    off = ~torch.eye(9, dtype=torch.bool)
    ratio = averaged.scores.grad[off] / made.scores.grad[off]
    torch.testing.assert_close(ratio, torch.full_like(ratio, math.e / (0.99 + 0.01 * math.e)))


def test_heavy_tails_are_no_matter_with_ranks():
    source = StudentT(1, 1, degrees_of_freedom=1)
    x, y = source.sample(6000, random_state=0)
    ranked = InfoNCE(max_steps=600, random_state=0).fit(x, y).estimate_
    assert ranked.value == pytest.approx(source.mutual_information, abs=0.06)
    monotone = InfoNCE(max_steps=600, random_state=0).fit(np.cbrt(x), np.arcsinh(y)).estimate_
    assert monotone.value == ranked.value


def test_a_critic_of_the_users_own_is_trained_as_a_copy(pair):
    class Quadratic(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weights = torch.nn.Parameter(torch.zeros(4))

        def forward(self, x, y):
            terms = torch.cat([x**2, y**2, x * y, torch.ones_like(x)], dim=1)
            return terms @ self.weights

    mine = Quadratic()
    found = NWJ(mine, max_steps=800, lr=0.02, random_state=0).fit(*pair)
    assert found.estimate_.value == pytest.approx(TRUE, abs=0.05)
    assert not mine.weights.any()
    assert found.critic_.weights.any()
    # the best critic is 1 + log p(x,y)/p(x)p(y), in the scores of the ranks
    slope = found.critic_.weights[2].item()
    assert slope == pytest.approx(RHO / (1 - RHO**2), abs=0.25)


def test_permutations_of_held_out_rows_give_the_null(pair):
    x, y = (view[:1000] for view in pair)
    told = InfoNCE(max_steps=200, n_permutations=99, random_state=0).fit(x, y).estimate_
    assert told.p_value == 0.01
    assert told.null[0] < told.null[1] < told.value
    noise = np.random.default_rng(5).standard_normal((1000, 1))
    nothing = InfoNCE(max_steps=60, n_permutations=99, random_state=0).fit(x, noise).estimate_
    assert nothing.p_value > 0.02


def test_a_killed_fit_goes_on_where_it_was(pair, tmp_path):
    x, y = (view[:600] for view in pair)
    settings = {"ema_rate": 0.01, "max_steps": 30, "random_state": 0}
    whole = DonskerVaradhan(**settings).fit(x, y).estimate_

    def stop(step, loss):
        if step == 12:
            raise KeyboardInterrupt

    path = tmp_path / "critic.safetensors"
    with pytest.raises(KeyboardInterrupt):
        DonskerVaradhan(**settings, checkpoint=path, on_step=stop).fit(x, y)
    seen = []
    resumed = DonskerVaradhan(
        **settings, checkpoint=path, on_step=lambda step, loss: seen.append(step)
    ).fit(x, y)
    assert min(seen) >= 12
    assert resumed.estimate_.value == whole.value


def test_what_ended_the_training_is_told(pair):
    short = InfoNCE(max_steps=5, random_state=0).fit(*pair).estimate_
    assert short.warnings[0].startswith("training ended with its budget of 5 steps")
    noise = np.random.default_rng(0).standard_normal((300, 1))
    patient = InfoNCE(max_steps=5000, patience=2, lr=0.01, random_state=0).fit(noise, noise[::-1])
    assert patient.estimate_.parameters["stopped"] == "patience"
    assert not patient.estimate_.warnings


def test_a_constant_view_carries_nothing_and_a_constant_column_harms_nothing(pair):
    x, y = pair
    assert InfoNCE(max_steps=2).fit(np.ones_like(x), y).estimate_.value == 0.0
    padded = np.column_stack([x, np.ones(len(x))])
    for scale in ("rank", "standard"):
        found = InfoNCE(max_steps=300, scale=scale, random_state=0).fit(padded, y).estimate_
        assert found.value == pytest.approx(TRUE, abs=0.1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"critic": "deep"}, "critic is 'deep'; it must be one of auto, separable, concatenated"),
        ({"critic": separable_critic}, "torch.nn.Module"),
        ({"scale": "minmax"}, "scale is 'minmax'"),
        ({"held_out": 1.0}, "held_out is 1.0; it must be a number between 0 and 1"),
        ({"validation_fraction": "0.1"}, "validation_fraction is '0.1'"),
        ({"level": 95}, "level is 95"),
        ({"max_steps": 2.5}, "max_steps is 2.5"),
        ({"checkpoint": "critic.safetensors"}, "random_state is None; a fit with a checkpoint"),
        ({"critic": torch.nn.Bilinear(1, 1, 1).requires_grad_(False)}, "Bilinear has no parameter"),
        ({"held_out": 0.6, "validation_fraction": 0.4}, "cut into 0 . 16 . 24 rows"),
        ({"batch_size": 2}, "batch_size is 2"),
    ],
)
def test_what_cannot_be_is_refused(settings, message):
    x, y = np.random.default_rng(0).standard_normal((2, 40, 1))
    with pytest.raises(ValueError, match=message):
        InfoNCE(**{"max_steps": 2, **settings}).fit(x, y)


def test_numbers_beyond_single_precision_are_refused():
    x = np.array([[1e300], [-1e300], [1.0], [2.0]] * 10)
    with pytest.raises(ValueError, match=r"X holds values that .*scale='rank'"):
        InfoNCE(max_steps=2, scale=None).fit(x, x)


@pytest.mark.parametrize("scale", [None, "standard"])
def test_columns_that_single_precision_flattens_are_refused(scale):
    x = 1e12 + np.random.default_rng(0).standard_normal((40, 1))
    if scale is None:
        with pytest.raises(ValueError, match=r"the columns \[0\] of X .* scale='standard'"):
            InfoNCE(max_steps=2, scale=scale).fit(x, x)
    else:
        assert np.isfinite(InfoNCE(max_steps=2, scale=scale).fit(x, x).estimate_.value)


def test_settings_of_one_method_are_checked_before_the_training():
    x = np.random.default_rng(0).standard_normal((40, 1))
    with pytest.raises(ValueError, match=r"ema_rate is 0"):
        DonskerVaradhan(ema_rate=0, max_steps=10**9).fit(x, x)
    with pytest.raises(ValueError, match=r"clip is nan"):
        SMILE(clip=math.nan, max_steps=10**9).fit(x, x)


def test_a_checkpoint_of_another_method_is_refused(pair, tmp_path):
    x, y = (view[:200] for view in pair)
    path = tmp_path / "critic.safetensors"
    SMILE(max_steps=3, random_state=0, checkpoint=path).fit(x, y)
    with pytest.raises(ValueError, match="of another run: other about"):
        NWJ(max_steps=3, random_state=0, checkpoint=path).fit(x, y)
    with pytest.raises(ValueError, match="of another run: other about"):
        SMILE(clip=4.0, max_steps=3, random_state=0, checkpoint=path).fit(x, y)


def test_threads_do_not_take_each_others_draws(pair):
    from joblib import Parallel, delayed

    x, y = (view[:100] for view in pair)

    critic = Dropping()

    def figure(seed):
        return InfoNCE(critic, max_steps=15, random_state=seed).fit(x, y).estimate_.value

    alone = [figure(seed) for seed in range(8)]
    torch.manual_seed(7)
    state = torch.get_rng_state()
    together = Parallel(n_jobs=4, backend="threading")(delayed(figure)(s) for s in range(8))
    assert together == alone
    assert torch.equal(torch.get_rng_state(), state)


class Dropping(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Bilinear(1, 1, 1)
        torch.nn.init.ones_(self.layer.weight)
        torch.nn.init.zeros_(self.layer.bias)

    def forward(self, x, y):
        return torch.nn.functional.dropout(self.layer(x, y), 0.5, self.training)


def test_what_a_bound_proves_less_than_it_seems_is_told():
    some, none = np.zeros((8, 2)), ()
    made = {method: method(patience=1) for method in (NWJ, InfoNCE, SMILE)}
    for one in made.values():
        one.history_ = FitHistory(5, np.zeros(5), np.zeros(1), "patience", 0.0)
    assert "log 60 = 4.09 nats" in made[InfoNCE]._notes(some, 4.0, 60)[0]
    assert "rests on rare pairs" in made[NWJ]._notes(some, 3.0, 10_000)[0]
    assert "is below 0" in made[InfoNCE]._notes(some, -1.0, 60)[0]
    assert made[InfoNCE]._notes(some, 3.0, 10_000) == none
    assert made[NWJ]._notes(some, 1.0, 60) == none
    assert made[SMILE]._notes(some, 4.0, 60) == none


def test_a_fit_needs_no_gradients_around_it(pair):
    x, y = (view[:60] for view in pair)
    plain = InfoNCE(max_steps=2, random_state=0).fit(x, y).estimate_.value
    with torch.no_grad():
        assert InfoNCE(max_steps=2, random_state=0).fit(x, y).estimate_.value == plain


def test_what_a_constant_view_gives_can_be_written_down(pair):
    import json

    constant = InfoNCE(torch.nn.Bilinear(1, 1, 1)).fit(np.ones((50, 1)), pair[1][:50])
    assert json.loads(json.dumps(constant.estimate_.to_dict()))["value"] == 0.0
    assert not hasattr(constant, "critic_")


def test_the_parts_are_all_rows_once():
    parts = held_out_parts(101, 0.3, 0.1, random_state=0)
    assert sorted(np.concatenate(parts)) == list(range(101))


def test_latent_information_finds_what_many_columns_share():
    rng = np.random.default_rng(0)
    z = rng.standard_normal((3000, 2))
    turn_x, turn_y = rng.standard_normal((2, 2, 30))
    x = z @ turn_x + 0.05 * rng.standard_normal((3000, 30))
    y = (0.8 * z + 0.6 * rng.standard_normal((3000, 2))) @ turn_y
    true = -math.log(1 - 0.64)
    found = LatentInformation(2, max_steps=250, lr=1e-3, random_state=0).fit(x, y)
    assert found.estimate_.value == pytest.approx(true, abs=0.2)
    assert found.estimate_.bound == "lower"
    assert found.estimate_.interval[0] < found.estimate_.value < found.estimate_.interval[1]


def test_encoders_of_the_users_own_are_trained_as_copies():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((400, 16))
    y = x[:, :2] + 0.1 * rng.standard_normal((400, 2))
    mine = convolutional_tower((1, 4, 4), 2), torch.nn.Linear(2, 2)
    before = mine[1].weight.clone()
    found = LatentInformation(encoders=mine, max_steps=20, lr=0.01, random_state=0).fit(x, y)
    assert torch.equal(mine[1].weight, before)
    assert not torch.equal(found.predictor_.y_encoder.weight, before)
    assert np.isfinite(found.estimate_.value)
    with pytest.raises(ValueError, match=r"encoder Flatten gave codes of shape \(32,\)"):
        LatentInformation(encoders=(torch.nn.Flatten(0), mine[1]), max_steps=2).fit(x, y)
