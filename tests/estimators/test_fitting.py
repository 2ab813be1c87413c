import math
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from infometer.estimators.checkpoints import read_checkpoint, write_checkpoint
from infometer.estimators.fitting import fit_module
from infometer.estimators.seeded import seeded


def squared_error(model, x, y):
    return ((model(x) - y) ** 2).mean()


def line(n=64):
    x = torch.linspace(-1, 1, n)[:, None]
    return x, 3 * x + 1


def network():
    with seeded(0, "weights"):
        return nn.Sequential(
            nn.Linear(1, 8), nn.BatchNorm1d(8), nn.Dropout(0.3), nn.ReLU(), nn.Linear(8, 1)
        )


def one_cycle(optimizer, total):
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.05, total_steps=total)


def same_weights(a, b):
    return all(torch.equal(v, b.state_dict()[k]) for k, v in a.state_dict().items())


noisy = partial(fit_module, loss=squared_error, data=line(), batch_size=20, schedule=one_cycle)


def test_least_squares_agrees_with_numpy():
    generator = np.random.default_rng(0)
    x = generator.normal(size=(200, 3))
    y = x @ [1.0, -2.0, 0.5] + 0.1 * generator.normal(size=200)
    model = nn.Linear(3, 1, bias=False).double()
    fit_module(model, squared_error, (x, y[:, None]), max_steps=400, batch_size=200, lr=0.05)
    solution = np.linalg.lstsq(x, y, rcond=None)[0]
    np.testing.assert_allclose(model.weight.detach().numpy()[0], solution, atol=1e-6)


def test_every_epoch_is_a_permutation_in_even_batches():
    seen = []

    def loss(model, index):
        seen.append(index.tolist())
        return model(index[:, None].float()).mean()

    fit_module(nn.Linear(1, 1), loss, (np.arange(10),), max_epochs=3, batch_size=4)
    assert [len(batch) for batch in seen] == [4, 3, 3] * 3
    epochs = [[row for batch in seen[e : e + 3] for row in batch] for e in (0, 3, 6)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2]


def test_the_callers_random_state_and_modes_are_untouched_and_the_run_does_not_see_them():
    model, twin = network(), network()
    model[2].eval()
    twin[2].eval()
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = noisy(model, max_steps=9)
    assert torch.equal(torch.get_rng_state(), before)
    assert not model[2].training
    assert model[0].training
    torch.manual_seed(2)
    second = noisy(twin, max_steps=9)
    np.testing.assert_array_equal(first.losses, second.losses)
    assert same_weights(model, twin)
    assert noisy(network(), max_steps=9, random_state=1).losses[-1] != first.losses[-1]


def test_on_step_is_told_of_every_step_from_zero():
    told = []
    history = noisy(network(), max_steps=5, on_step=lambda *step: told.append(step))
    assert [step for step, _ in told] == list(range(6))
    assert math.isnan(told[0][1])
    assert [loss for _, loss in told[1:]] == history.losses.tolist()


def test_patience_puts_the_best_weights_back():
    x, y = line(8)
    model = nn.Linear(1, 1)
    kept = []

    def climb(model, x, y):  # training drives the weights away from what validates well
        return (model.weight if model.training else -model.weight).sum()

    history = fit_module(
        model, climb, (x, y), max_epochs=50, batch_size=8, lr=0.1, validation=(x, y), patience=3,
        on_step=lambda step, loss: kept.append(model.weight.item()),
    )  # fmt: skip
    assert history.stopped == "patience"
    assert history.steps == 4
    assert len(history.validation_losses) == 4
    assert model.weight.item() == kept[1]


def test_validation_is_a_mean_over_rows_in_evaluation_mode():
    x = torch.arange(5.0)[:, None]
    model = nn.Sequential(nn.Dropout(0.9), nn.Linear(1, 1))
    history = fit_module(
        model, lambda m, v: (v * m(v)[0].new_ones(1) + 0 * m(v).sum() + m.training).mean(), (x,),
        max_steps=1, batch_size=2, validation=(x,),
    )  # fmt: skip
    assert history.validation_losses.tolist() == [2.0]


def test_a_loss_that_is_not_finite_names_its_step():
    calls = []

    def loss(model, x, y):
        calls.append(1)
        return squared_error(model, x, y) / (0.0 if len(calls) == 3 else 1.0)

    with pytest.raises(FloatingPointError, match="inf at step 3"):
        noisy(network(), loss=loss, max_steps=5)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"max_steps": None}, "give one of them"),
        ({"max_epochs": 2}, "give one of them"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"patience": 2}, "needs validation="),
        ({"data": (torch.ones(3, 1), torch.ones(2, 1))}, r"data has tensors of \[3, 2\] rows"),
        ({"checkpoint": "x", "random_state": None}, "needs an integer"),
    ],
)
def test_bad_arguments(change, match):
    with pytest.raises(ValueError, match=match):
        noisy(network(), **{"max_steps": 2, **change})


def test_a_bare_tensor_is_not_a_sequence_of_tensors():
    with pytest.raises(TypeError, match="give a tuple"):
        noisy(network(), data=torch.ones(3, 1), max_steps=1)


@pytest.mark.parametrize("where", ["loss", "on_step"])
def test_ctrl_c_writes_a_checkpoint_from_which_the_run_goes_on_exactly(tmp_path, where):
    path = tmp_path / "run.safetensors"
    straight = network()
    whole = noisy(straight, max_steps=12)
    calls, told = [], []

    def loss(model, x, y):
        calls.append(1)
        if where == "loss" and len(calls) == 6:
            signal.raise_signal(signal.SIGINT)
        return squared_error(model, x, y)

    def on_step(step, value):
        if where == "on_step" and step == 6 and 6 not in told:
            told.append(step)
            raise KeyboardInterrupt
        told.append(step)

    with pytest.raises(KeyboardInterrupt):
        noisy(network(), loss=loss, max_steps=12, on_step=on_step, checkpoint=path)
    assert read_checkpoint(path)[1]["step"] == 6
    resumed = network()
    history = noisy(resumed, loss=loss, max_steps=12, on_step=on_step, checkpoint=path)
    np.testing.assert_array_equal(history.losses, whole.losses)
    assert same_weights(resumed, straight)
    assert sorted(set(told)) == list(range(13))


def test_a_finished_run_with_patience_comes_back_from_its_checkpoint(tmp_path):
    arguments = {
        "max_steps": 9, "validation": line(5), "patience": 50, "checkpoint": tmp_path / "run",
    }  # fmt: skip
    first, second, told = network(), network(), []
    history = noisy(first, **arguments)
    again = noisy(second, **arguments, on_step=lambda *step: told.append(step))
    assert told == []
    assert same_weights(first, second)
    np.testing.assert_array_equal(history.validation_losses, again.validation_losses)


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    path = tmp_path / "run"
    noisy(network(), max_steps=3, checkpoint=path)
    with pytest.raises(ValueError, match="other random_state, data"):
        noisy(network(), data=line(65), max_steps=3, checkpoint=path, random_state=1)
    path.write_bytes(b"no tensors here")
    with pytest.raises(ValueError, match="no safetensors file"):
        noisy(network(), max_steps=3, checkpoint=path)


def test_tied_weights_and_momentum_survive_a_checkpoint(tmp_path):
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(1, 1), nn.Linear(1, 1)
            self.b.weight = self.a.weight

        def forward(self, x):
            return self.b(self.a(x))

    def run(**kw):
        with seeded(0, "weights"):
            model = Tied()
        sgd = partial(torch.optim.SGD, momentum=0.9)
        fit_module(model, squared_error, line(), max_steps=8, lr=0.01, optimizer=sgd, **kw)
        return model

    def stop(step, loss):
        if step == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(checkpoint=tmp_path / "run", on_step=stop)
    assert same_weights(run(checkpoint=tmp_path / "run"), run())


def test_writing_is_all_or_nothing(tmp_path, monkeypatch):
    path = tmp_path / "run"
    write_checkpoint(path, {"w": torch.ones(1)}, {"step": 1})

    def killed(descriptor):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(OSError, match="full"):
        write_checkpoint(path, {"w": torch.zeros(1)}, {"step": 2})
    assert read_checkpoint(path)[1] == {"step": 1}


TRAINING = """
import sys, time, torch
from torch import nn
from safetensors.torch import save_file
from infometer.estimators.fitting import fit_module
from infometer.estimators.seeded import seeded

checkpoint, log, weights, pause = sys.argv[1:]
with seeded(0, "weights"):
    model = nn.Sequential(nn.Linear(1, 8), nn.BatchNorm1d(8), nn.Dropout(0.3), nn.Linear(8, 1))
x = torch.linspace(-1, 1, 64)[:, None]

def on_step(step, loss):
    with open(log, "a") as file:
        file.write(f"{step}\\n")
    time.sleep(float(pause))

history = fit_module(
    model, lambda m, x, y: ((m(x) - y) ** 2).mean(), (x, 3 * x + 1), max_steps=120, batch_size=20,
    schedule=lambda o, total: torch.optim.lr_scheduler.OneCycleLR(o, 0.05, total_steps=total),
    on_step=on_step, checkpoint=checkpoint or None, checkpoint_every_s=0.0,
)
save_file({**model.state_dict(), "losses": torch.tensor(history.losses)}, weights)
"""


def test_killed_at_any_moment_the_run_ends_in_the_same_weights(tmp_path):
    def start(checkpoint, log, weights, pause):
        arguments = [str(part) for part in (checkpoint, log, weights, pause)]
        return subprocess.Popen([sys.executable, "-c", TRAINING, *arguments])

    straight = start("", tmp_path / "straight.log", tmp_path / "straight", 0)
    log, ended, checkpoint = tmp_path / "log", tmp_path / "ended", tmp_path / "run"
    random = np.random.default_rng()  # any moment: no seed
    for _ in range(2):
        seen = lines(log)
        process = start(checkpoint, log, ended, 0.01)
        while lines(log) < seen + 10 and process.poll() is None:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.2))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        told = {int(step) for step in log.read_text().split()}
        assert told >= set(range(read_checkpoint(checkpoint)[1]["step"] + 1))
    assert start(checkpoint, log, ended, 0).wait() == 0
    assert straight.wait() == 0
    assert ended.read_bytes() == (tmp_path / "straight").read_bytes()


def lines(path: Path) -> int:
    return len(path.read_text().split()) if path.exists() else 0
