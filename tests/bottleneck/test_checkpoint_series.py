import pickle

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from infometer.bottleneck import CheckpointSeries, InformationPlane

X = np.random.default_rng(0).standard_normal((40, 3)).astype(np.float32)


def network(width=4):
    return nn.Sequential(nn.Linear(3, width), nn.Linear(width, 2))


def filled(value):
    model = network()
    return {name: torch.full_like(t, value) for name, t in model.state_dict().items()}


def save(path, value=0.1):
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(filled(value), path)


class Marker:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_steps_come_from_names_and_are_sorted_as_numbers(tmp_path):
    for name in ("v2_step_100.safetensors", "v2_step_20.safetensors", "v2_step_3.pt"):
        (tmp_path / name).touch()
    (tmp_path / "notes_7.txt").touch()
    series = CheckpointSeries.find(tmp_path)
    assert series.steps == (3, 20, 100)
    assert series.paths[0].name == "v2_step_3.pt"


def test_folders_of_a_trainer_give_the_step(tmp_path):
    for step in (5, 100):
        save(tmp_path / f"checkpoint-{step}" / "model.safetensors")
    assert CheckpointSeries.find(tmp_path).steps == (5, 100)


def test_files_beside_the_weights_of_a_trainer_are_passed_over(tmp_path):
    for step in (5, 100):
        save(tmp_path / f"checkpoint-{step}" / "model.safetensors")
        for name in ("optimizer.pt", "scheduler.pt", "rng_state.pth", "training_args.bin"):
            (tmp_path / f"checkpoint-{step}" / name).touch()
    series = CheckpointSeries.find(tmp_path)
    assert {path.name for path in series.paths} == {"model.safetensors"}


def test_every_file_is_loaded_and_measured_at_its_step(tmp_path):
    save(tmp_path / "step_1.safetensors", 0.5)
    torch.save(filled(1.5), tmp_path / "step_2.pt")
    torch.save({"state_dict": filled(2.5), "epoch": 9}, tmp_path / "step_10.ckpt.pt")
    model, seen, told = network(), [], []
    with InformationPlane(model, X, noise="measure", at=[1, 2, 10]) as plane:
        plane._measure = lambda step, metrics: seen.append((step, model[0].bias[0].item())) or []
        CheckpointSeries.find(tmp_path).measure(plane, model, lambda done, what: told.append(done))
    assert seen == [(1, 0.5), (2, 1.5), (10, 2.5)]
    assert told == [0, 1, 2, 3]


@pytest.mark.parametrize("write", ["pickle", "torch"])
def test_a_pickle_is_refused_and_not_run(tmp_path, write):
    marker, path = tmp_path / "marker", tmp_path / "weights" / "step_1.pt"
    path.parent.mkdir()
    if write == "pickle":
        path.write_bytes(pickle.dumps(Marker(marker)))
    else:
        torch.save({"0.weight": Marker(marker)}, path)
    series = CheckpointSeries.find(path.parent)
    model = network()
    plane = InformationPlane(model, X, noise="measure", at=[1])
    with pytest.raises(ValueError, match=r"step_1\.pt cannot be read as weights"):
        series.measure(plane, model)
    assert not marker.exists()


def test_what_is_no_file_of_weights_is_told(tmp_path):
    path = tmp_path / "step_1.safetensors"
    path.write_bytes(b"nonsense")
    model = network()
    plane = InformationPlane(model, X, noise="measure", at=[1])
    with pytest.raises(ValueError, match=r"step_1\.safetensors cannot be read as weights"):
        CheckpointSeries.find(tmp_path).measure(plane, model)
    torch.save(torch.zeros(3), tmp_path / "step_2.pt")
    path.unlink()
    with pytest.raises(ValueError, match=r"step_2\.pt"):
        CheckpointSeries.find(tmp_path).measure(plane, model)


def test_weights_of_another_network_are_told(tmp_path):
    save(tmp_path / "step_1.safetensors")
    model = network(width=7)
    plane = InformationPlane(model, X, noise="measure", at=[1])
    with pytest.raises(ValueError, match=r"step_1\.safetensors does not fit the model: .*size"):
        CheckpointSeries.find(tmp_path).measure(plane, model)


def test_folders_without_a_series_are_told(tmp_path):
    with pytest.raises(ValueError, match="there is no such folder"):
        CheckpointSeries.find(tmp_path / "absent")
    with pytest.raises(ValueError, match="holds no weights"):
        CheckpointSeries.find(tmp_path)
    (tmp_path / "a_1.pt").touch()
    (tmp_path / "b_1.pt").touch()
    with pytest.raises(ValueError, match=r"b_1\.pt and a_1\.pt are both of step 1"):
        CheckpointSeries.find(tmp_path)
    (tmp_path / "b_1.pt").rename(tmp_path / "best.pt")
    with pytest.raises(ValueError, match=r"best\.pt has no number"):
        CheckpointSeries.find(tmp_path)
