import numpy as np
import pytest
import torch

from infometer.bottleneck import InformationPlane
from infometer.bottleneck.gaussian_mixture import METHOD

transformers = pytest.importorskip("transformers")
pytest.importorskip("accelerate")

RNG = np.random.default_rng(0)
TOKENS = RNG.integers(1, 20, (40, 6))
LABELS = (TOKENS[:, 0] > 10).astype(np.int64)
LAYERS = ["bert.encoder.layer.0", "bert.pooler", "classifier"]


def model():
    config = transformers.BertConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=8, max_position_embeddings=8, num_labels=2,
    )  # fmt: skip
    torch.manual_seed(0)
    return transformers.BertForSequenceClassification(config)


def train(network, folder, callbacks):
    rows = [
        {"input_ids": torch.tensor(t), "labels": int(y)}
        for t, y in zip(TOKENS, LABELS, strict=True)
    ]
    arguments = transformers.TrainingArguments(
        output_dir=str(folder), max_steps=6, per_device_train_batch_size=10, report_to="none",
        use_cpu=True, logging_steps=2, save_strategy="no", disable_tqdm=True, seed=0,
        dataloader_pin_memory=False,
    )  # fmt: skip
    trainer = transformers.Trainer(
        model=network, args=arguments, train_dataset=rows, callbacks=callbacks
    )
    trainer.train()
    return trainer


def test_points_are_measured_and_logged_and_training_is_untouched(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from infometer.bottleneck.transformers import InformationPlaneCallback

    alone, watched = model(), model()
    train(alone, tmp_path, [])
    inputs = {"input_ids": TOKENS, "attention_mask": torch.ones(40, 6, dtype=torch.int64)}
    plane = InformationPlane(watched, inputs, LABELS, LAYERS, noise="measure", at=[0, 2, 6])
    trainer = train(watched, tmp_path, [InformationPlaneCallback(plane)])
    for name, tensor in alone.state_dict().items():
        assert torch.equal(watched.state_dict()[name], tensor), name
    frame = plane.to_frame()
    assert frame["step"].unique().tolist() == [0, 2, 6]
    assert set(frame[frame["quantity"] == "I(X;L)"]["method"]) == {METHOD}
    assert frame["accuracy"].between(0, 1).all()
    assert plane.schedule.total_steps == 6
    logged = [entry for entry in trainer.state.log_history if "plane/classifier/I(X;L)" in entry]
    assert [entry["step"] for entry in logged] == [0, 2, 6]
    assert all(not m._forward_hooks for m in watched.modules())
