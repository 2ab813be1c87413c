import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")
pl = pytest.importorskip("lightning.pytorch")

from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from infometer.estimators.seeded import seeded  # noqa: E402
from infometer.usable import CurriculumSampler  # noqa: E402
from infometer.usable.information_curve import VInformationCurve  # noqa: E402
from infometer.usable.lightning import CurriculumCallback, VInformationCallback  # noqa: E402

# Lightning constructs torch's LeafSpec, which torch deprecates
pytestmark = pytest.mark.filterwarnings("ignore:`isinstance.treespec, LeafSpec.` is:FutureWarning")

RNG = np.random.default_rng(0)
X = RNG.standard_normal((30, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)
ORDER = RNG.permutation(30)


class Classifier(pl.LightningModule):
    def __init__(self):
        super().__init__()
        with seeded(0, "weights"):
            self.network = nn.Linear(4, 2)
        self.seen = []

    def forward(self, x):
        return self.network(x)

    def training_step(self, batch, position):
        items, x, y = batch
        self.seen.append(items.tolist())
        return nn.functional.cross_entropy(self(x), y)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


class Keep(pl.Callback):
    """Writes a checkpoint after a step."""

    def __init__(self, path, step):
        self.path, self.step = path, step

    def on_train_batch_end(self, trainer, *others):
        if trainer.global_step == self.step:
            trainer.save_checkpoint(self.path)


def sampler(**settings):
    return CurriculumSampler(ORDER, pacing="step", start=0.3, **settings)


def fit(module, draws, folder, callbacks, batch_size=7, ckpt_path=None, **settings):
    rows = TensorDataset(torch.arange(30), torch.from_numpy(X), torch.from_numpy(Y))
    settings = {"max_epochs": 3, "logger": False, "enable_checkpointing": False, **settings}
    trainer = pl.Trainer(
        accelerator="cpu", callbacks=callbacks, default_root_dir=folder, log_every_n_steps=1,
        enable_progress_bar=False, enable_model_summary=False, **settings,
    )  # fmt: skip
    loader = DataLoader(rows, batch_size=batch_size, sampler=draws)
    trainer.fit(module, loader, ckpt_path=ckpt_path)
    return trainer


def test_the_trainer_draws_what_the_sampler_says_and_logs_the_share(tmp_path):
    draws, module = sampler(), Classifier()
    logger = pl.loggers.CSVLogger(tmp_path)
    fit(module, draws, tmp_path, [CurriculumCallback(draws)], logger=logger)
    assert draws.curriculum.epochs == 3
    alone = sampler(epochs=3)
    expected = [item for _ in range(3) for item in alone]
    assert [item for batch in module.seen for item in batch] == expected
    logged = pd.read_csv(f"{logger.log_dir}/metrics.csv")["curriculum/share"]
    # 0.3 + 0.7 * (epoch / 3) / 0.6 of 30 items, rounded up
    assert logged.tolist() == pytest.approx([9 / 30, 21 / 30, 1.0])


# Lightning looks whether the loader can be resumed, and knows nothing of its sampler
@pytest.mark.filterwarnings("ignore:You're resuming from a checkpoint that ended before the epoch")
@pytest.mark.parametrize("steps", [3, 5, 8])
@pytest.mark.parametrize("batch_size", [6, 7])
def test_a_resumed_run_trains_on_the_rest_of_the_epoch(tmp_path, steps, batch_size):
    whole, draws = Classifier(), sampler()
    fit(whole, draws, tmp_path, [CurriculumCallback(draws)], batch_size)

    killed, draws, path = Classifier(), sampler(), tmp_path / "kept.ckpt"
    fit(killed, draws, tmp_path, [CurriculumCallback(draws), Keep(path, steps)], batch_size)
    resumed, draws = Classifier(), sampler(random_state=8)
    fit(resumed, draws, tmp_path, [CurriculumCallback(draws)], batch_size, path)
    assert whole.seen[steps:] == resumed.seen
    for name, tensor in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], tensor)


def test_a_loader_with_another_sampler_and_an_unknown_length_are_refused(tmp_path):
    callback = CurriculumCallback(sampler())
    with pytest.raises(ValueError, match="does not draw from the sampler of this callback"):
        fit(Classifier(), sampler(epochs=3), tmp_path, [callback])
    draws = sampler()
    with pytest.raises(ValueError, match="max_epochs -1 and max_steps 5"):
        fit(Classifier(), draws, tmp_path, [CurriculumCallback(draws)], max_epochs=-1, max_steps=5)


def test_v_information_is_logged_each_epoch_and_training_is_untouched(tmp_path):
    alone, watched = Classifier(), Classifier()
    fit(alone, CurriculumSampler(ORDER), tmp_path, [])
    curve = VInformationCurve(X, Y)
    logger = pl.loggers.CSVLogger(tmp_path)
    callbacks = [VInformationCallback(curve)]
    fit(watched, CurriculumSampler(ORDER), tmp_path, callbacks, logger=logger)
    for name, tensor in alone.state_dict().items():
        assert torch.equal(watched.state_dict()[name], tensor)
    assert [point.step for point in curve.points] == [0, 5, 10, 15]
    logged = pd.read_csv(f"{logger.log_dir}/metrics.csv").set_index("step")
    shown = logged["held_out/v_information_bits"].dropna()
    assert shown.index.tolist() == [0, 5, 10, 15]
    assert shown.tolist() == pytest.approx([p.found.information.bits for p in curve.points])
    assert shown.iloc[-1] > shown.iloc[0]
