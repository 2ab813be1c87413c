import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pl = pytest.importorskip("lightning.pytorch")

from lightning.pytorch.loggers.logger import DummyLogger  # noqa: E402
from torch import nn  # noqa: E402

from infometer.attention import EntropyRegularizer  # noqa: E402
from infometer.attention.lightning import (  # noqa: E402
    EntropyCallback,
    EntropyRegularizerCallback,
)
from infometer.contracts import AttentionEntropyWarning  # noqa: E402

# Lightning constructs torch's LeafSpec, which torch deprecates
pytestmark = pytest.mark.filterwarnings("ignore:`isinstance.treespec, LeafSpec.` is:FutureWarning")
quiet = pytest.mark.filterwarnings(
    "ignore::infometer.contracts.AttentionEntropyWarning"  # few steps leave heads near uniform
)
TOKENS = torch.randn(24, 10, 8, generator=torch.Generator().manual_seed(0))


class Encoder(pl.LightningModule):
    """Two layers of torch's own attention, which learn to copy."""

    def __init__(self, sharp=1.0, as_mapping=False):
        super().__init__()
        torch.manual_seed(0)
        layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
        self.network = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.as_mapping = as_mapping
        with torch.no_grad():
            for block in self.network.layers:
                block.self_attn.in_proj_weight[:16] *= sharp

    def training_step(self, batch, batch_idx):
        loss = (self.network(batch) - batch).square().mean()
        self.log("task", loss)
        return {"loss": loss} if self.as_mapping else loss

    def validation_step(self, batch, batch_idx):
        self.network(batch)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)


class Heard(DummyLogger):
    """Keeps what is logged."""

    def __init__(self):
        super().__init__()
        self.logged = []

    def log_metrics(self, metrics, step=None):
        self.logged.append((step, dict(metrics)))

    def of(self, name):
        return {step: metrics[name] for step, metrics in self.logged if name in metrics}


def fit(module, callbacks, folder, ckpt_path=None, **settings):
    loader = torch.utils.data.DataLoader(TOKENS, batch_size=6)
    heard = Heard()
    settings = {"max_epochs": 2, "log_every_n_steps": 1, "limit_val_batches": 0, **settings}
    trainer = pl.Trainer(
        accelerator="cpu", callbacks=callbacks, logger=heard, default_root_dir=folder,
        enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
        **settings,
    )  # fmt: skip
    trainer.fit(module, loader, loader, ckpt_path=ckpt_path)
    return trainer, heard


def assert_equal(first, second):
    assert first.keys() == second.keys()
    for name, tensor in first.items():
        assert torch.equal(second[name], tensor), name


@quiet
def test_steps_are_probed_and_training_is_untouched(tmp_path):
    alone, watched = Encoder(), Encoder()
    fit(alone, [], tmp_path)
    callback = EntropyCallback(every=3)
    _, heard = fit(watched, [callback], tmp_path)
    assert_equal(alone.state_dict(), watched.state_dict())
    assert callback.course.steps == (0, 3, 6)
    first, last = callback.course.tables[0], callback.course.last
    np.testing.assert_allclose(first.ceiling, math.log(10))  # every query sees all ten
    assert int(last.n_rows[0, 0]) == 6 * 10
    assert list(heard.of("attn_entropy/L01/mean")) == [0, 3, 6]
    assert heard.of("attn_entropy/L01/H01")[6] == pytest.approx(last.mean[1, 1])


@quiet
def test_micro_batches_are_one_measurement_and_validation_is_none(tmp_path):
    callback = EntropyCallback(every=1)
    settings = {"limit_val_batches": 2, "val_check_interval": 1, "num_sanity_val_steps": 1}
    fit(Encoder(), [callback], tmp_path, accumulate_grad_batches=2, max_epochs=1, **settings)
    assert [int(table.n_rows[0, 0]) for table in callback.course.tables] == [2 * 6 * 10] * 2


def test_collapse_is_warned_of_and_may_stop(tmp_path):
    callback = EntropyCallback(every=1, on_collapse="stop")
    with pytest.warns(AttentionEntropyWarning, match="collapsed"):
        trainer, _ = fit(Encoder(sharp=300.0), [callback], tmp_path)
    assert trainer.global_step == 1


@quiet
@pytest.mark.parametrize("as_mapping", [False, True])
def test_the_regulariser_moves_heads_and_leaves_no_trace(tmp_path, as_mapping):
    watched, module = EntropyCallback(every=7), Encoder(as_mapping=as_mapping)
    keys = set(module.state_dict())
    regularizer = EntropyRegularizer(2, 2, theta_init=0.4, gamma=0.0, weight=10.0)
    _, heard = fit(module, [EntropyRegularizerCallback(regularizer), watched], tmp_path)
    first, last = watched.course.tables
    assert (last.mean < first.mean).all()
    assert (regularizer.theta > 0.4).all()  # thresholds meet the entropies
    penalties = list(heard.of("attn_entropy/regularizer_loss").values())
    assert len(penalties) == 8
    assert penalties[-1] < penalties[0]
    assert heard.of("attn_entropy/active_fraction")[0] == 1.0
    assert set(module.state_dict()) == keys
    assert "training_step" not in vars(module)


def test_a_regularised_run_is_resumed_to_the_same_weights(tmp_path):
    def run(epochs, resume=None):
        module = Encoder()
        regularizer = EntropyRegularizer(2, 2, theta_init=0.4, gamma=0.0)
        callbacks = [EntropyRegularizerCallback(regularizer), Keep()]
        fit(module, callbacks, tmp_path, ckpt_path=resume, max_epochs=epochs)
        return module.state_dict(), regularizer.theta.detach()

    class Keep(pl.Callback):
        def on_train_epoch_end(self, trainer, pl_module):
            path = tmp_path / f"{trainer.current_epoch}.ckpt"
            if not path.exists():
                trainer.save_checkpoint(path)

    whole, theta = run(2)
    resumed, theta_again = run(2, tmp_path / "0.ckpt")
    assert_equal(whole, resumed)
    assert torch.equal(theta, theta_again)


def test_a_module_with_a_regulariser_of_its_own_is_refused(tmp_path):
    module = Encoder()
    module.entropy_regularizer = nn.Identity()
    with pytest.raises(ValueError, match="has an attribute entropy_regularizer"):
        fit(module, [EntropyRegularizerCallback(EntropyRegularizer(2, 2))], tmp_path)
