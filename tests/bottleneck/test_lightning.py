import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from infometer.bottleneck import InformationPlane
from infometer.estimators.seeded import seeded

pl = pytest.importorskip("lightning.pytorch")

from infometer.bottleneck.lightning import InformationPlaneCallback  # noqa: E402

# Lightning constructs torch's LeafSpec, which torch deprecates
pytestmark = pytest.mark.filterwarnings("ignore:`isinstance.treespec, LeafSpec.` is:FutureWarning")

X = np.random.default_rng(0).standard_normal((60, 5)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)


class Classifier(pl.LightningModule):
    def __init__(self, fail_at=None):
        super().__init__()
        with seeded(0, "weights"):
            self.network = nn.Sequential(
                nn.Linear(5, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Dropout(0.2), nn.Linear(4, 2)
            )
        self.fail_at = fail_at

    def training_step(self, batch, position):
        if position == self.fail_at:
            raise RuntimeError("out of coffee")
        x, y = batch
        return nn.functional.cross_entropy(self.network(x), y)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)


def fit(module, callbacks, folder, **settings):
    batches = DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(Y)), batch_size=20)
    names = ("one", "two") if settings.pop("log", False) else ()
    logger = [pl.loggers.CSVLogger(folder, name) for name in names] or False
    trainer = pl.Trainer(
        max_epochs=2, accelerator="cpu", logger=logger, callbacks=callbacks,
        enable_progress_bar=False, enable_model_summary=False, enable_checkpointing=False,
        default_root_dir=folder, log_every_n_steps=1, **settings,
    )  # fmt: skip
    with seeded(0, "training"):
        trainer.fit(module, batches)
    return trainer


def hooks(module):
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in module.modules())


def test_points_are_measured_and_logged_and_training_is_untouched(tmp_path):
    alone, watched = Classifier(), Classifier()
    fit(alone, [], tmp_path)
    plane = InformationPlane(watched.network, X, Y, noise="measure", at=[0, 1, 3, 6])
    trainer = fit(watched, [InformationPlaneCallback(plane)], tmp_path, log=True)
    for name, tensor in alone.state_dict().items():
        assert torch.equal(watched.state_dict()[name], tensor), name
    frame = plane.to_frame()
    assert frame["step"].unique().tolist() == [0, 1, 3, 6]
    assert frame[frame["step"] > 0]["loss"].notna().all()
    assert plane.schedule.total_steps == 6
    for logger in trainer.loggers:
        logged = pd.read_csv(f"{logger.log_dir}/metrics.csv").set_index("step")
        assert logged["plane/0/I(X;L)"].dropna().index.tolist() == [0, 1, 3, 6]
        assert "plane/4/I(L;Y)" in logged
    assert hooks(watched) == 0


def test_accumulated_gradients_measure_a_step_once(tmp_path):
    module = Classifier()
    plane = InformationPlane(module.network, X, Y, noise="measure", every=1)
    fit(module, [InformationPlaneCallback(plane)], tmp_path, accumulate_grad_batches=3)
    frame = plane.to_frame()
    assert frame["step"].unique().tolist() == [0, 1, 2]
    assert not frame.duplicated(["step", "layer", "quantity", "method"]).any()


@pytest.mark.parametrize("fail_at", [None, 1])
def test_injected_noise_is_gone_after_the_training_and_after_an_error(tmp_path, fail_at):
    module = Classifier(fail_at)
    keys = list(module.state_dict())
    plane = InformationPlane(module.network, X, Y, noise="train", at=[0])
    if fail_at is None:
        fit(module, [InformationPlaneCallback(plane)], tmp_path)
    else:
        with pytest.raises(RuntimeError, match="out of coffee"):
            fit(module, [InformationPlaneCallback(plane)], tmp_path)
    assert len(plane.to_frame())
    assert hooks(module) == 0
    assert list(module.state_dict()) == keys
