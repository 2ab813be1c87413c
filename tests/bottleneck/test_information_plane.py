import copy

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from infometer.bottleneck import AutoencoderCompressor, GaussianNoise, InformationPlane
from infometer.bottleneck.calibration import AUTO_FRACTION
from infometer.bottleneck.gaussian_mixture import METHOD
from infometer.bottleneck.measurement import COMPRESSED
from infometer.estimators.seeded import seeded
from infometer.sweeps import RowStore

RNG = np.random.default_rng(0)
X = RNG.standard_normal((120, 6)).astype(np.float32)
Y = (X[:, 0] + X[:, 1] > 0).astype(int) + (X[:, 2] > 0)


def noisy(ratio=0.5):
    with seeded(0, "weights"):
        return nn.Sequential(
            nn.Linear(6, 8), nn.Tanh(), GaussianNoise(ratio),
            nn.Linear(8, 4), nn.Tanh(), GaussianNoise(ratio), nn.Linear(4, 3),
        )  # fmt: skip


def plain():
    with seeded(0, "weights"):
        return nn.Sequential(
            nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Dropout(0.2), nn.Linear(8, 3)
        )


def train(model, steps=12, plane=None, lr=0.05):
    """Train, with a measurement after every step that the plane wants."""
    x, y = torch.from_numpy(X), torch.from_numpy(Y)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    if plane is not None:
        plane.update(0)
    with seeded(0, "training"):
        for step in range(1, steps + 1):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            if plane is not None:
                plane.update(step, loss=loss)
    return model


def measured(model, y=Y, steps=0, lr=0.05, **settings):
    with InformationPlane(model, X, y, **{"at": range(steps + 1), **settings}) as plane:
        train(model, steps, plane, lr)
    return plane


def exact(plane, quantity="I(X;L)"):
    frame = plane.to_frame()
    return frame[(frame["method"] == METHOD) & (frame["quantity"] == quantity)]


def fingerprint(model):
    return [(name, t.clone()) for name, t in model.state_dict().items()]


def equal(one, two):
    return all(
        a == b and torch.equal(t.nan_to_num(9.0), u.nan_to_num(9.0))
        for (a, t), (b, u) in zip(one, two, strict=True)
    )


def hooks(model):
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


@pytest.mark.parametrize("n_paths", [1, 3])
def test_which_steps_are_measured_does_not_change_the_figures(n_paths):
    all_steps = measured(noisy(), steps=6, n_paths=n_paths).to_frame()
    some = measured(noisy(), steps=6, n_paths=n_paths, at=[0, 2, 6]).to_frame()
    common = all_steps[all_steps["step"].isin([0, 2, 6])].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, common, check_exact=True)


def test_a_step_is_measured_once_and_metrics_stand_in_its_rows():
    with InformationPlane(noisy(), X, Y, at=[0, 1]) as plane:
        assert plane.update(1, loss=torch.tensor(0.25))
        assert not plane.update(1)
        assert not plane.update(2)
    frame = plane.to_frame()
    assert set(frame["loss"]) == {0.25}
    assert not frame.duplicated(["step", "layer", "quantity", "method"]).any()
    assert set(frame["method"]) == {METHOD, COMPRESSED}
    assert frame["accuracy"].between(0, 1).all()


def test_one_seed_one_table_whatever_its_kind():
    frames = [
        measured(noisy(), random_state=state).to_frame()
        for state in (3, 3, 4, np.random.default_rng(0), np.random.default_rng(0))
    ]
    pd.testing.assert_frame_equal(frames[0], frames[1], check_exact=True)
    pd.testing.assert_frame_equal(frames[3], frames[4], check_exact=True)
    assert not frames[0]["value_nats"].equals(frames[2]["value_nats"])


@pytest.mark.parametrize("noise", ["measure", "none", "model"])
def test_measuring_changes_nothing_in_training(noise):
    def fresh():
        model = plain()
        if noise == "model":
            model.insert(3, GaussianNoise(0.3).calibrate(torch.from_numpy(X)))
        return model

    watched, alone = fresh(), train(fresh())
    before = torch.get_rng_state()
    measured(watched, steps=12, noise=noise, at=[0, 1, 3, 7, 12])
    assert torch.equal(torch.get_rng_state(), before)
    assert equal(fingerprint(watched), fingerprint(alone))
    assert hooks(watched) == 0


def test_entering_gives_noise_without_a_scale_that_of_the_evaluation_rows():
    model = noisy()
    with InformationPlane(model, X, at=[0]):
        sigmas = [model[2].sigma, model[5].sigma]
    assert all(0 < sigma < 0.5 for sigma in sigmas)


def test_noise_in_training_lasts_while_the_plane_is_open():
    model = plain()
    before, x = fingerprint(model), torch.from_numpy(X)
    output = model.eval()(x)
    with InformationPlane(model, X, Y, ["0", "4"], noise="train", at=[0]) as plane:
        assert not torch.equal(model(x), output)
        plane.update(0)
        assert set(exact(plane)["noise_to_signal"] > 0) == {True}
    assert torch.equal(model(x), output)
    assert hooks(model) == 0
    assert equal(fingerprint(model), before)


def test_an_exception_while_the_plane_is_open_leaves_the_model_too():
    model = plain()
    before = fingerprint(model)

    def interrupted():
        with InformationPlane(model, X, noise="train", at=[0]) as plane:
            plane.update(0)
            raise RuntimeError("out of coffee")

    with pytest.raises(RuntimeError, match="out of coffee"):
        interrupted()
    assert hooks(model) == 0
    assert equal(fingerprint(model), before)


def test_noise_at_measuring_time_is_said_in_every_row_and_found():
    plane = measured(plain(), noise="measure")
    assert set(plane.to_frame()["noise"]) == {"measuring"}
    found = [finding.what for finding in plane.result().report().findings]
    assert "The layers are seen through noise that is added at measuring time." in found


def test_enough_noise_of_the_network_is_the_noise_that_is_seen():
    plane = measured(noisy(0.5), noise_to_signal=0)
    assert set(plane.to_frame()["noise"]) == {"network"}
    sigma = exact(plane).set_index("layer")["sigma"]
    assert sigma["2"] == plane.model[2].sigma


def test_without_noise_distinct_outputs_are_counted():
    model = nn.Sequential(nn.Linear(3, 1, bias=False))
    nn.init.ones_(model[0].weight)
    bits = np.array(list(np.ndindex(2, 2, 2)), dtype=np.float32)
    with InformationPlane(model, bits, noise="none", at=[0]) as plane:
        plane.update(0)
    (row,) = plane.to_frame().to_dict("records")
    counts = np.array([1, 3, 3, 1])
    assert row["value_nats"] == pytest.approx(np.log(8) - (counts * np.log(counts)).sum() / 8)
    assert row["noise"] == "none"
    assert row["notes"].startswith("counts outputs that differ at all")


def test_auto_noise_leaves_room_under_the_ceiling_at_the_first_step():
    plane = measured(plain(), noise="measure")
    rows = exact(plane)
    room = AUTO_FRACTION * rows["ceiling"] + 3 * rows["standard_error"]
    assert (rows["value_nats"] < room).all()
    assert rows.groupby("layer")["noise_to_signal"].nunique().eq(1).all()
    ratios = plane.result().settings["ratios"]
    assert ratios == {k: round(v, 4) for k, v in rows.set_index("layer")["noise_to_signal"].items()}


def test_noise_below_makes_upper_bounds_and_more_paths_make_them_closer():
    one, four = (measured(noisy(), noise_to_signal=0, n_paths=n) for n in (1, 4))
    first, second = exact(one).set_index("layer"), exact(four).set_index("layer")
    assert first["bound"].fillna("none").to_dict() == {"2": "none", "5": "upper"}
    gap = first["value_nats"] - second["value_nats"]
    error = np.hypot(first["standard_error"], second["standard_error"])
    assert gap["5"] > 0.1
    assert abs(gap["2"]) < 3 * error["2"] + 1e-9


def test_later_layers_of_a_chain_know_less():
    """L1 -> L2 with all the noise seen being the network's own: the data processing inequality."""
    plane = measured(noisy(), steps=8, noise_to_signal=0, n_paths=4)
    for quantity in ("I(X;L)", "I(L;Y)"):
        wide = exact(plane, quantity).pivot(
            index="step", columns="layer", values=["value_nats", "standard_error"]
        )
        error = np.hypot(*wide["standard_error"].to_numpy(float).T)
        lower, upper = wide["value_nats"]["2"], wide["value_nats"]["5"]
        # with few paths I(X;L) of the later layer is still an upper bound
        slack = 0.0 if quantity == "I(X;L)" else 0.1
        assert (upper <= lower + 3 * error + slack).all(), quantity


@pytest.mark.parametrize("y", [None, X[:, 0], X[:, :2], np.array(["cat", "dog", "cow"])[Y]])
def test_targets_of_every_kind(y):
    frame = measured(plain(), y, noise="measure", layers=["4"]).to_frame()
    methods = frame.groupby("quantity")["method"].agg(set).to_dict()
    discrete = y is not None and y.dtype.kind == "U"
    assert methods["I(X;L)"] == {METHOD, COMPRESSED}
    if y is None:
        assert "I(L;Y)" not in methods
    else:
        assert methods["I(L;Y)"] == ({METHOD, COMPRESSED} if discrete else {COMPRESSED})
    assert "accuracy" not in frame


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        with seeded(0, "weights"):
            self.embedding = nn.Embedding(11, 5)
            self.head = nn.Linear(5, 3)

    def forward(self, input_ids, attention_mask=None, flag=True):
        assert flag
        mask = attention_mask[..., None]
        return {"logits": self.head((self.embedding(input_ids) * mask).mean(dim=1))}


def test_tokens_in_a_mapping_have_the_exact_figure():
    tokens = {
        "input_ids": RNG.integers(0, 11, (60, 7)),
        "attention_mask": torch.ones(60, 7, dtype=torch.int64),
        "flag": True,
    }
    with InformationPlane(Tokens(), tokens, Y[:60], noise="measure", at=[0]) as plane:
        plane.update(0)
    frame = plane.to_frame()
    assert set(frame["layer"]) == {"embedding", "head"}
    assert set(frame[frame["quantity"] == "I(X;L)"]["method"]) == {METHOD}
    assert "Only the exact figure is given for I(X;L)." in [f.what for f in plane.findings]


def test_repeated_rows_are_found_and_the_exact_figure_stays():
    x = np.vstack([X, X[:20]])
    with InformationPlane(plain(), x, noise="measure", at=[0]) as plane:
        plane.update(0)
    assert [finding.what for finding in plane.findings] == ["20 inputs repeat others."]
    assert set(plane.to_frame()["method"]) == {METHOD}


def test_a_dead_layer_knows_nothing():
    model = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
    nn.init.constant_(model[0].bias, -1e3)
    frame = measured(model, noise="measure", layers=["1"]).to_frame()
    rows = frame[frame["method"] == METHOD]
    assert rows["value_nats"].abs().max() < 1e-9
    assert not rows["saturated"].any()
    codes = frame[frame["method"] == COMPRESSED]
    assert (codes["value_nats"].abs() < 4 * codes["standard_error"] + 0.05).all()


def test_a_dead_noise_module_knows_nothing():
    model = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), GaussianNoise(0.1), nn.Linear(5, 3))
    nn.init.constant_(model[0].bias, -1e3)
    assert exact(measured(model))["value_nats"].abs().max() < 1e-9


def test_a_layer_that_diverged_is_found_and_training_goes_on():
    model = plain()
    with InformationPlane(model, X, Y, ["0", "4"], noise="measure", at=[0, 1, 2]) as plane:
        assert plane.update(0)
        with torch.no_grad():
            model[4].weight[0, 0] = torch.nan
        assert plane.update(1)
        assert plane.update(2)
    (first, second) = plane.findings
    assert (first.severity, first.where) == ("error", "4")
    assert "step 1" in first.what
    assert "step 2" in second.what
    frame = plane.to_frame()
    assert set(frame[frame["step"] > 0]["layer"]) == {"0"}
    assert "error" in {finding.severity for finding in plane.result().report().findings}


def test_a_layer_whose_spread_overflows_is_found_and_training_goes_on():
    model = noisy()
    with InformationPlane(model, X, Y, at=[0, 1]) as plane:
        plane.update(0)
        with torch.no_grad():
            model[6].weight.mul_(1e30)
            model[0].bias.add_(1e30)
            model[2].signal.fill_(torch.inf)
        assert plane.update(1)
    assert {finding.where for finding in plane.findings} >= {"2"}


def test_an_autoencoder_compresses_and_is_found_to_be_fitted_on_what_it_measures():
    compressor = AutoencoderCompressor(2, max_steps=15)
    plane = measured(plain(), noise="measure", layers=["4"], compressor=compressor)
    frame = plane.to_frame()
    assert np.isfinite(frame[frame["method"] == COMPRESSED]["value_nats"]).all()
    assert "fitted to the rows" in " ".join(f.what + f.evidence for f in plane.findings)


def test_a_code_of_many_numbers_is_noted_in_the_rows():
    code = np.hstack([X, X**3])
    frame = measured(plain(), noise="measure", layers=["0"], input_code=code).to_frame()
    notes = frame[(frame["method"] == COMPRESSED) & (frame["quantity"] == "I(X;L)")]["notes"]
    assert notes.str.contains("dimension").all()


def test_too_small_a_budget_gives_up_the_exact_figure_and_says_so():
    with InformationPlane(noisy(), X, Y, budget=1e-9, total_steps=100) as plane:
        assert plane.update(0)
        for step in range(1, 101):
            assert not plane.update(step)
    assert {finding.where for finding in plane.findings} == {"2", "5"}
    assert "budget allows" in plane.findings[0].evidence


def test_rows_in_a_store_are_taken_up_as_they_were(tmp_path):
    whole = measured(noisy(), steps=4).to_frame()
    model = noisy()
    with RowStore(tmp_path / "rows.sqlite", {}) as store:
        measured(copy.deepcopy(model), steps=4, at=[0, 1, 2], store=store)
    with RowStore(tmp_path / "rows.sqlite", {}) as store:
        plane = measured(model, steps=4, store=store)
    pd.testing.assert_frame_equal(plane.to_frame(), whole, check_exact=True)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"noise_to_signal": -1}, "noise_to_signal is -1"), ({"n_paths": 0}, "n_paths is 0"),
     ({"noise_to_signal": np.inf}, "noise_to_signal is inf"), ({"budget": -1}, "budget is -1"),
     ({"random_state": "x"}, "random_state is 'x'")],
)  # fmt: skip
def test_bad_settings_name_the_argument(settings, message):
    with pytest.raises(ValueError, match=message):
        InformationPlane(noisy(), X, Y, **settings)


def test_the_length_of_the_training_may_be_told_later_but_once():
    plane = InformationPlane(noisy(), X)
    plane.plan(np.inf)
    assert plane.schedule.total_steps is None
    plane.plan(50.0)
    plane.plan(70)
    assert plane.schedule.total_steps == 50


def test_a_plane_that_is_not_open_says_so():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    plane = InformationPlane(
        model, np.random.default_rng(0).standard_normal((20, 4)), noise="train"
    )
    with pytest.raises(RuntimeError, match=r"call update\(\) inside `with plane:`"):
        plane.update(0)


@pytest.mark.parametrize(
    "y", [np.arange(120) % 40, np.r_[9, Y[1:]], np.eye(3)[Y], np.round(X[:, 0], 1)],
    ids=["many classes", "a class of one row", "one-hot", "rounded"],
)  # fmt: skip
def test_targets_that_do_not_suit_the_codes_do_not_end_a_training(y):
    plane = measured(plain(), y, noise="measure")
    frame = plane.to_frame()
    refused = frame[(frame["quantity"] == "I(L;Y)") & (frame["method"] == COMPRESSED)]
    assert len(refused) == 3
    told = refused["value_nats"].isna()
    assert (refused.loc[told, "notes"].str.startswith("no compressed figure")).all()
    assert told.all() or np.ndim(y) == 1
    assert plane.result().report().answer


def test_a_plane_that_cannot_attach_leaves_no_hook():
    model = plain()
    plane = InformationPlane(model, X[:, :5], Y, noise="train")
    with pytest.raises(RuntimeError), plane:
        pass
    assert not any(module._forward_hooks for module in model.modules())
    with pytest.raises(RuntimeError, match="not open"):
        plane.update(0)


@pytest.mark.parametrize(("ratio", "message"), [(0, "no noise at all"), ("much", "'much'")])
def test_a_ratio_that_is_none_is_refused(ratio, message):
    with pytest.raises(ValueError, match=message):
        InformationPlane(plain(), X, Y, noise="measure", noise_to_signal=ratio)


class WithLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = plain()

    def forward(self, x):
        return {"loss": x.sum(), "logits": self.net(x)}


def test_logits_behind_a_loss_are_found_and_no_output_needed_without_classes():
    frame = measured(WithLoss(), noise="measure").to_frame()
    assert frame["accuracy"].between(0, 1).all()
    assert "accuracy" not in measured(WithLoss(), None, noise="measure").to_frame()


def test_the_error_of_a_noisy_layer_holds_the_noise_below_it():
    """A network that does not train: the scatter over steps is that of the draws."""
    plane = measured(noisy(0.5), lr=0.0, steps=24)
    frame = exact(plane)
    last = frame[frame["layer"] == "5"]
    assert last["noisy_below"].all()
    assert last["value_nats"].std() < 1.15 * last["standard_error"].mean()


class Diverging(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.factor = nn.Linear(6, 4), nn.Linear(4, 3), float("nan")

    def forward(self, x):
        return self.second(self.factor * self.first(x))


def test_a_layer_that_diverged_at_all_stored_steps_is_taken_up(tmp_path):
    model = Diverging()
    for step, factor in enumerate((float("nan"), 1.0)):
        model.factor = factor
        with RowStore(tmp_path / "rows.sqlite", {}) as store:
            plane = InformationPlane(model, X, Y, noise="measure", at=[0, 1], store=store)
            with plane:
                plane.update(step)
    frame = plane.to_frame()
    assert frame.groupby("step")["layer"].unique().map(list).tolist() == [
        ["first"], ["first", "second"]
    ]  # fmt: skip


def test_a_compiled_model_is_refused():
    with pytest.raises(ValueError, match="compiled"):
        InformationPlane(torch.compile(plain(), backend="eager"), X, noise="measure")
    model = plain()
    model.compile(backend="eager")
    with pytest.raises(ValueError, match="compiled"):
        InformationPlane(model, X, noise="train")
