import math
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("accelerate")

from infometer.attention import EntropyRegularizer, build_gpt2  # noqa: E402
from infometer.attention.transformers import (  # noqa: E402
    EntropyCallback,
    monitor_attention,
    regularize_entropy,
)
from infometer.contracts import AttentionEntropyWarning  # noqa: E402

TOKENS = np.random.default_rng(0).integers(0, 17, (24, 12))
quiet = pytest.mark.filterwarnings(
    "ignore::infometer.contracts.AttentionEntropyWarning"  # six steps leave heads near uniform
)
CEILING = math.lgamma(13) / 12


def model(sharp=1.0):
    torch.manual_seed(0)
    sizes = {"n_layer": 2, "n_head": 2, "n_embd": 8, "vocab_size": 17, "n_positions": 16}
    sizes |= {"bos_token_id": None, "eos_token_id": None}
    made = build_gpt2("SM+LN+G", attn_pdrop=0.0, embd_pdrop=0.0, resid_pdrop=0.0, **sizes)
    with torch.no_grad():
        for block in made.transformer.h:
            block.attn.qk.weight *= sharp
    return made


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def trainer(folder, network=None, callbacks=(), **settings):
    rows = [{"input_ids": row, "labels": row} for row in torch.from_numpy(TOKENS)]
    settings = {
        "max_steps": 6, "save_strategy": "no", "weight_decay": 0.1,
        "per_device_train_batch_size": 4, **settings,
    }  # fmt: skip
    arguments = transformers.TrainingArguments(
        output_dir=str(folder), report_to="none", use_cpu=True, disable_tqdm=True,
        seed=0, dataloader_pin_memory=False, learning_rate=0.01, **settings,
    )  # fmt: skip
    return transformers.Trainer(
        model=model() if network is None else network,
        args=arguments, train_dataset=rows, eval_dataset=rows, callbacks=list(callbacks),
    )  # fmt: skip


def weights(ran):
    return {name: tensor.clone() for name, tensor in ran.model.state_dict().items()}


def assert_equal(first, second):
    assert first.keys() == second.keys()
    for name, tensor in first.items():
        assert torch.equal(second[name], tensor), name


class Heard(transformers.TrainerCallback):
    """Keeps what loggers are told."""

    def __init__(self):
        self.logs = []

    def on_log(self, args, state, control, logs=None, **kwargs):
        self.logs.append(dict(logs))


@quiet
def test_steps_are_probed_and_training_is_untouched(tmp_path):
    alone = trainer(tmp_path)
    alone.train()
    callback = EntropyCallback(every=2)
    watched = trainer(tmp_path, callbacks=[callback])
    watched.train()
    assert_equal(weights(alone), weights(watched))
    assert callback.course.steps == (0, 2, 4)
    assert [int(table.n_rows[0, 0]) for table in callback.course.tables] == [4 * 12] * 3
    np.testing.assert_allclose(callback.course.tables[0].mean, CEILING, rtol=1e-3)
    logged = [e for e in watched.state.log_history if "attn_entropy/L01/mean" in e]
    last = callback.course.last
    assert logged[-1]["attn_entropy/L01/mean"] == pytest.approx(last.mean[1].mean())
    assert logged[-1]["attn_entropy/L01/H01"] == pytest.approx(last.mean[1, 1])
    assert logged[-1]["attn_entropy/L00/sink"] == pytest.approx(last.sink_share[0].mean())
    assert {"attn_entropy/heads_overloaded", "attn_entropy/heads_sink"} <= set(logged[-1])


@quiet
def test_numbers_reach_the_loggers_and_the_loss_still_does(tmp_path):
    heard = Heard()
    ran = trainer(tmp_path, callbacks=[heard], logging_steps=1)
    monitor_attention(ran, every=3, heads=False)
    ran.train()
    probed = [logs for logs in heard.logs if "attn_entropy/L00/mean" in logs]
    assert len(probed) == 2
    assert not any("/H" in name for name in probed[0])
    assert sum("loss" in logs for logs in heard.logs) == 6


@quiet
def test_micro_batches_are_one_measurement_and_evaluation_is_none(tmp_path):
    callback = EntropyCallback(every=1)
    ran = trainer(
        tmp_path, callbacks=[callback], gradient_accumulation_steps=3, max_steps=2,
        eval_strategy="steps", eval_steps=1,
    )  # fmt: skip
    ran.train()
    assert [int(table.n_rows[0, 0]) for table in callback.course.tables] == [3 * 4 * 12] * 2


def test_collapse_is_warned_of_once_and_may_stop(tmp_path):
    callback = EntropyCallback(every=1, on_collapse="warn")
    with pytest.warns(AttentionEntropyWarning, match="collapsed") as told:
        trainer(tmp_path, model(sharp=1e5), [callback]).train()
    assert sum("have collapsed" in str(warning.message) for warning in told) == 1
    assert len(callback.course.steps) == 6
    assert any("collapsed" in finding.what for finding in callback.findings)

    stopped = EntropyCallback(every=1, on_collapse="stop")
    ran = trainer(tmp_path, model(sharp=1e5), [stopped])
    with pytest.warns(AttentionEntropyWarning):
        ran.train()
    assert ran.state.global_step == 1


def test_a_fresh_model_raises_no_alarm(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error", AttentionEntropyWarning)
        trainer(tmp_path, callbacks=[EntropyCallback(every=100)], max_steps=2).train()


@pytest.mark.parametrize("options", [{"every": 0}, {"on_collapse": "shout"}])
def test_wrong_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        EntropyCallback(**options)


def first_gradient(folder, regularizer, by_tokens, n_micro_batches):
    """The gradient at a weight of the first attention layer in the first step."""
    kept = {}

    class Keep(transformers.TrainerCallback):
        def on_pre_optimizer_step(self, args, state, control, model=None, **kwargs):
            kept["gradient"] = model.transformer.h[0].attn.qk.weight.grad.clone()

    ran = trainer(
        folder, model(sharp=20), [Keep()], max_steps=1, max_grad_norm=0.0,
        gradient_accumulation_steps=n_micro_batches,
        per_device_train_batch_size=12 // n_micro_batches,
    )  # fmt: skip
    ran.model_accepts_loss_kwargs = by_tokens
    if regularizer is None:
        ran.train()
    else:
        with regularize_entropy(ran, regularizer):
            ran.train()
    return kept["gradient"]


@pytest.mark.parametrize("by_tokens", [True, False])
def test_micro_batches_share_the_weight_of_the_regulariser(tmp_path, by_tokens):
    def added(n_micro_batches):
        regularizer = EntropyRegularizer(2, 2, theta_init=0.2, gamma=0.0, weight=10.0)
        alone = first_gradient(tmp_path, None, by_tokens, n_micro_batches)
        return first_gradient(tmp_path, regularizer, by_tokens, n_micro_batches) - alone

    whole, parts = added(1), added(3)
    assert whole.norm() > 0
    assert float(parts.norm() / whole.norm()) == pytest.approx(1.0, abs=0.02)


@quiet
def test_the_regulariser_moves_heads_and_thresholds_and_leaves_no_trace(tmp_path):
    alone = EntropyCallback(every=11)
    trainer(tmp_path, callbacks=[alone], max_steps=12).train()
    before = alone.course.last.normalized.mean()

    regularizer = EntropyRegularizer(2, 2, theta_init=0.3, gamma=0.0, weight=100.0)
    callback = EntropyCallback(every=11)
    ran = trainer(tmp_path, callbacks=[callback], max_steps=12, logging_steps=4, eval_steps=12,
                  eval_strategy="steps")  # fmt: skip
    keys = set(ran.model.state_dict())
    with regularize_entropy(ran, regularizer):
        ran.train()
    assert callback.course.last.normalized.mean() < before - 0.01
    assert (regularizer.theta > 0.3).all()  # thresholds meet the entropies
    assert set(ran.model.state_dict()) == keys
    assert "compute_loss" not in vars(ran)
    losses = {e["step"]: e["loss"] for e in ran.state.log_history if "loss" in e}
    penalties = [e for e in ran.state.log_history if "attn_entropy/regularizer_loss" in e]
    assert [e["step"] for e in penalties] == [4, 8, 12]
    assert penalties[0]["attn_entropy/active_fraction"] == 1.0
    evaluated = next(e["eval_loss"] for e in ran.state.log_history if "eval_loss" in e)
    assert losses[12] > evaluated + penalties[-1]["attn_entropy/regularizer_loss"] / 2


def test_thresholds_have_no_weight_decay(tmp_path):
    ran = trainer(tmp_path)
    with regularize_entropy(ran, EntropyRegularizer(2, 2)):
        assert "entropy_regularizer.theta" not in ran.get_decay_parameter_names(ran.model)
        assert "transformer.h.0.attn.qk.weight" in ran.get_decay_parameter_names(ran.model)


@quiet
def test_a_regularised_run_is_resumed_to_the_same_weights(tmp_path):
    def run(resume=None):
        regularizer = EntropyRegularizer(2, 2, theta_init=0.3, gamma=0.0, weight=1.0)
        callback = EntropyCallback(every=2)
        ran = trainer(tmp_path, callbacks=[callback], save_strategy="steps", save_steps=3)
        with regularize_entropy(ran, regularizer):
            ran.train(resume_from_checkpoint=resume)
        return weights(ran), regularizer.theta.detach(), callback.course

    whole, theta, course = run()
    resumed, theta_again, course_again = run(str(tmp_path / "checkpoint-3"))
    assert_equal(whole, resumed)
    assert torch.equal(theta, theta_again)
    assert course.steps == (0, 2, 4)
    assert course_again.steps == (4,)
    np.testing.assert_array_equal(course.last.mean, course_again.last.mean)


def test_outside_its_schedule_the_regulariser_does_nothing(tmp_path):
    alone = trainer(tmp_path, max_steps=3)
    alone.train()
    ran = trainer(tmp_path, max_steps=3)
    late = EntropyRegularizer(2, 2, theta_init=0.3, weight=100.0, schedule=(0.9, 1.0))
    with regularize_entropy(ran, late):
        ran.train()
    assert_equal(weights(alone), weights(ran))


def test_a_trainer_that_has_its_optimiser_is_refused(tmp_path):
    ran = trainer(tmp_path, max_steps=1)
    ran.train()
    with (
        pytest.raises(ValueError, match="has its optimiser already"),
        regularize_entropy(ran, EntropyRegularizer(2, 2)),
    ):
        pass
