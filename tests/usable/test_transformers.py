import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("accelerate")

from infometer.usable import CurriculumSampler  # noqa: E402
from infometer.usable.information_curve import VInformationCurve  # noqa: E402
from infometer.usable.transformers import VInformationCallback, use_curriculum  # noqa: E402

RNG = np.random.default_rng(0)
N = 30
TOKENS = RNG.integers(1, 20, (N, 6))
TOKENS[:, 0] = np.arange(N) + 20  # tells the items apart
LABELS = (TOKENS[:, 1] > 10).astype(np.int64)
ORDER = RNG.permutation(N)


def model():
    config = transformers.BertConfig(
        vocab_size=60, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=8, max_position_embeddings=8, num_labels=2,
    )  # fmt: skip
    torch.manual_seed(0)
    return transformers.BertForSequenceClassification(config)


class Seen(transformers.Trainer):
    """Keeps the items of each batch."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.seen = []

    def training_step(self, network, inputs, *args, **kwargs):
        self.seen.append((inputs["input_ids"][:, 0] - 20).tolist())
        return super().training_step(network, inputs, *args, **kwargs)


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def trainer(folder, callbacks=(), **settings):
    rows = [
        {"input_ids": torch.tensor(t), "labels": int(y)}
        for t, y in zip(TOKENS, LABELS, strict=True)
    ]
    settings = {"num_train_epochs": 3, "save_strategy": "no", **settings}
    arguments = transformers.TrainingArguments(
        output_dir=str(folder), per_device_train_batch_size=7, report_to="none", use_cpu=True,
        disable_tqdm=True, seed=0, dataloader_pin_memory=False, **settings,
    )  # fmt: skip
    return Seen(model=model(), args=arguments, train_dataset=rows, callbacks=list(callbacks))


def items(seen):
    return [item for batch in seen for item in batch]


@pytest.mark.parametrize(
    ("settings", "epochs"),
    [
        ({}, 3.0),
        ({"max_steps": 7}, 1.4),  # 5 batches an epoch
        ({"gradient_accumulation_steps": 2, "max_steps": 5}, 2.0),
    ],
)
def test_a_trainer_draws_what_the_sampler_says(tmp_path, settings, epochs):
    ran = trainer(tmp_path, **settings)
    sampler = CurriculumSampler(ORDER, pacing="step", start=0.2)
    use_curriculum(ran, sampler)
    ran.train()
    assert sampler.curriculum.epochs == pytest.approx(epochs)
    alone = CurriculumSampler(ORDER, pacing="step", start=0.2, epochs=epochs)
    expected = [item for _ in range(3) for item in alone]
    assert items(ran.seen) == expected[: len(items(ran.seen))]
    assert len(ran.seen) == {3.0: 15, 1.4: 7}.get(epochs, len(ran.seen))
    logged = [e["curriculum/share"] for e in ran.state.log_history if "curriculum/share" in e]
    assert logged[0] == pytest.approx(0.2)
    assert logged == sorted(logged)


def test_an_order_without_pacing_is_kept(tmp_path, capsys):
    ran = trainer(tmp_path, num_train_epochs=2)
    use_curriculum(ran, CurriculumSampler(ORDER))
    ran.train()
    assert items(ran.seen) == [*ORDER.tolist()] * 2


@pytest.mark.parametrize("step", [5, 8])
def test_a_resumed_run_draws_what_the_whole_one_drew(tmp_path, step):
    def run(resume=None, **settings):
        ran = trainer(tmp_path, **settings)
        use_curriculum(ran, CurriculumSampler(ORDER, pacing="step"))
        ran.train(resume_from_checkpoint=resume)
        return ran

    whole = run(save_strategy="steps", save_steps=step)
    resumed = run(str(tmp_path / f"checkpoint-{step}"), save_steps=step)
    assert resumed.seen == whole.seen[step:]
    for name, tensor in whole.model.state_dict().items():
        assert torch.equal(resumed.model.state_dict()[name], tensor), name


def test_processes_share_the_batches_and_no_item():
    data_loader = pytest.importorskip("accelerate.data_loader")

    def process(rank):
        sampler = CurriculumSampler(ORDER, pacing="step", epochs=2)
        loader = torch.utils.data.DataLoader(range(N), 5, sampler=sampler)
        parted = data_loader.prepare_data_loader(
            loader, torch.device("cpu"), num_processes=2, process_index=rank, put_on_device=False
        )
        return [[batch.tolist() for batch in parted] for epoch in range(2)]

    alone = CurriculumSampler(ORDER, pacing="step", epochs=2)
    for first, second in zip(process(0), process(1), strict=True):
        shared = [batch for pair in zip(first, second, strict=True) for batch in pair]
        assert items(shared) == list(alone)


def test_items_that_are_not_there_and_parted_samplers_are_refused(tmp_path):
    with pytest.raises(ValueError, match="the order names item 30, and the training data set has"):
        use_curriculum(trainer(tmp_path), CurriculumSampler(np.arange(31)))
    with pytest.raises(ValueError, match="num_replicas is 2; Accelerate parts the batches"):
        use_curriculum(trainer(tmp_path), CurriculumSampler(ORDER, num_replicas=2))
    stream = trainer(tmp_path)
    stream.train_dataset = (row for row in stream.train_dataset)
    with pytest.raises(ValueError, match="is a generator without a length"):
        use_curriculum(stream, CurriculumSampler(ORDER))


def test_v_information_is_logged_each_epoch_and_training_is_untouched(tmp_path):
    alone = trainer(tmp_path)
    alone.train()
    curve = VInformationCurve({"input_ids": TOKENS}, LABELS)
    watched = trainer(tmp_path, [VInformationCallback(curve)])
    watched.train()
    for name, tensor in alone.model.state_dict().items():
        assert torch.equal(watched.model.state_dict()[name], tensor), name
    key = "held_out/v_information_bits"
    logged = {e["step"]: e[key] for e in watched.state.log_history if key in e}
    assert list(logged) == [0, 5, 10, 15]
    assert list(logged.values()) == [point.found.information.bits for point in curve.points]
