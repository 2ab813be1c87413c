import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from infometer.bottleneck import noisy_classifier
from infometer.bottleneck.plane_run import PlaneRun

OPTIONS = {
    "model": None, "checkpoints": None, "layers": None, "noise": "auto", "noise_to_signal": "auto",
    "network_noise": 0.1, "epochs": 2, "batch_size": 64, "lr": 1e-3, "evaluation_rows": 90,
    "points": 4, "n_paths": 1, "random_state": 0, "at": None, "every": None, "budget": None,
}  # fmt: skip


@pytest.fixture
def data(tmp_path):
    """Give an .npz whose rows are sorted by class, one class of three in six rows of ten."""
    y = np.repeat([3, 5, 7], [60, 120, 120])
    x = np.random.default_rng(0).integers(0, 256, (300, 4, 4)).astype(np.uint8)
    np.savez(tmp_path / "data.npz", x=x, y=y)
    return tmp_path / "data.npz"


def test_the_digits_are_the_default():
    run = PlaneRun.prepare(None, **OPTIONS)
    assert run.x.shape == (1797, 8, 8)
    assert (run.x.min(), run.x.max()) == (0.0, 1.0)
    assert len(run.split[1]) == 90
    assert run.total_steps == 2 * int(np.ceil((1797 - 90) / 64))


def test_labels_become_0_to_k_and_bytes_fractions(data):
    run = PlaneRun.prepare(data, **OPTIONS)
    assert np.unique(run.y).tolist() == [0, 1, 2]
    assert run.x.dtype == np.float32
    assert run.x.max() == 1.0


@pytest.mark.parametrize("rows", [90, 5000])
def test_held_out_rows_hold_every_class_in_proportion_and_none_of_the_training(data, rows):
    run = PlaneRun.prepare(data, **{**OPTIONS, "evaluation_rows": rows})
    train, held_out = run.split
    assert sorted([*train, *held_out]) == list(range(300))
    wanted = min(rows, 100) * np.array([0.2, 0.4, 0.4])
    np.testing.assert_allclose(np.bincount(run.y[held_out]), wanted, atol=1)


@pytest.mark.parametrize(("rows", "n"), [(50, 50), (299, 299), (5000, 300)])
def test_checkpoints_are_measured_on_every_class_in_proportion(data, tmp_path, rows, n):
    save_file({"weight": torch.zeros(1)}, tmp_path / "step_1.safetensors")
    options = {"checkpoints": tmp_path, "model": "torch.nn:Identity", "evaluation_rows": rows}
    run = PlaneRun.prepare(data, **{**OPTIONS, **options})
    assert run.total_steps == 1
    train, measured = run.split
    assert len(train) == 0
    assert len(np.unique(measured)) == n
    np.testing.assert_allclose(np.bincount(run.y[measured]), n * np.array([0.2, 0.4, 0.4]), atol=1)


def test_a_run_in_one_process_is_taken_up_where_it_ended(data, tmp_path):
    told = []
    first, again = (
        PlaneRun.prepare(data, **OPTIONS).measure(tmp_path / "out", lambda *what: told.append(what))
        for _ in range(2)
    )
    assert first.to_frame()["value_nats"].tolist() == again.to_frame()["value_nats"].tolist()
    assert first.to_frame()["step"].nunique() == 4
    assert told[-1][0] == PlaneRun.prepare(data, **OPTIONS).total_steps


def test_the_network_is_the_same_whatever_torch_drew_before(data):
    torch.manual_seed(1)
    one = PlaneRun.prepare(data, **OPTIONS).model
    torch.manual_seed(2)
    two = noisy_classifier((4, 4), 3)
    for name, tensor in one.state_dict().items():
        assert torch.equal(tensor.nan_to_num(), two.state_dict()[name].nan_to_num())


@pytest.mark.parametrize(
    ("x", "message"),
    [(np.full((300, 4), "1"), "x is <U1"), (np.full((300, 4), 1j), "x is complex128"),
     (np.full((300, 4), 1e39), "beyond float32")],
)  # fmt: skip
def test_what_is_no_float_of_a_network_is_told(tmp_path, x, message):
    np.savez(tmp_path / "bad.npz", x=x, y=np.arange(300) % 3)
    with pytest.raises(ValueError, match=message):
        PlaneRun.prepare(tmp_path / "bad.npz", **OPTIONS)


NETWORKS = """
import torch
from torch import nn

class NoWeights(nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :3]

class TwoOutputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 3)
    def forward(self, x):
        return self.fc(x.flatten(1)), x

class TwoClasses(TwoOutputs):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 2)
    def forward(self, x):
        return self.fc(x.flatten(1))

class ForOthers(TwoClasses):
    def forward(self, x):
        return self.fc(x)
"""


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("NoWeights", "has no parameters that train"),
        (
            "TwoOutputs",
            r"gives tuple for inputs of shape .*; it must give logits of shape \(8, 3\)",
        ),
        ("TwoClasses", r"gives \(8, 2\) for inputs"),
        ("ForOthers", r"fails on inputs of shape \(8, 4, 4\)"),
    ],
)
def test_a_network_that_cannot_classify_is_told_before_it_trains(
    name, message, data, tmp_path, monkeypatch
):
    (tmp_path / "networks_of_the_test.py").write_text(NETWORKS)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=message):
        PlaneRun.prepare(data, **{**OPTIONS, "model": f"networks_of_the_test:{name}"})
