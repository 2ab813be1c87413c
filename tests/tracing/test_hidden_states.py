import pytest
import torch
from torch import nn

transformers = pytest.importorskip("transformers")

from infometer.tracing import record_hidden_states, stream_logits  # noqa: E402

LAYERS, VOCABULARY, WIDTH = 3, 30, 16


@pytest.fixture(scope="module")
def model():
    with torch.random.fork_rng():
        torch.manual_seed(5)
        config = transformers.LlamaConfig(
            vocab_size=VOCABULARY,
            hidden_size=WIDTH,
            intermediate_size=24,
            num_hidden_layers=LAYERS,
            num_attention_heads=2,
            attention_dropout=0.5,
            initializer_range=0.3,
        )
        return transformers.LlamaForCausalLM(config).train()


def batch(seed, length=7):
    ids = torch.randint(3, VOCABULARY, (2, length), generator=torch.Generator().manual_seed(seed))
    mask = torch.ones_like(ids)
    mask[1, length - 2 :] = 0
    return {"input_ids": ids, "attention_mask": mask}


def told(model, inputs):
    model.eval()
    with torch.no_grad():
        output = model(**inputs, output_hidden_states=True)
    model.train()
    return output


def test_all_layers_of_every_batch_are_those_of_the_model(model):
    batches = [batch(0), batch(1, length=4)]
    found = list(record_hidden_states(model, batches))
    assert len(found) == 2
    for inputs, states in zip(batches, found, strict=True):
        expected = told(model, inputs).hidden_states
        assert list(states.layers) == list(range(LAYERS + 1))
        for ours, theirs in zip(states.layers.values(), expected, strict=True):
            assert torch.equal(ours, theirs)
        assert torch.equal(states.valid, inputs["attention_mask"].bool())


def test_tokens_are_those_that_are_no_padding(model):
    (states,) = record_hidden_states(model, batch(0), layers=[-1])
    assert list(states.layers) == [LAYERS]
    rows = states.layers[LAYERS]
    assert torch.equal(states.tokens(LAYERS), torch.cat([rows[0], rows[1, :5]]))


def test_logits_are_those_of_the_model(model):
    inputs = batch(2)
    (found,) = stream_logits(model, inputs)
    assert torch.equal(found.logits, told(model, inputs).logits)
    assert torch.equal(found.valid, inputs["attention_mask"].bool())


def test_without_a_mask_every_token_counts(model):
    (found,) = stream_logits(model, {"input_ids": batch(0)["input_ids"]})
    assert found.valid.all()


@pytest.mark.parametrize("stream", [record_hidden_states, stream_logits])
def test_one_batch_at_a_time_and_the_model_is_its_own_between_two(model, stream):
    taken = []

    def batches():
        for seed in range(3):
            taken.append(seed)
            yield batch(seed)

    for number, _ in enumerate(stream(model, batches())):
        assert taken == list(range(number + 1))
        assert model.training
        assert torch.is_grad_enabled()


def test_half_precision_becomes_single_unless_it_is_kept(model):
    half = transformers.LlamaForCausalLM(model.config).bfloat16()
    (single,) = stream_logits(half, batch(0))
    (kept,) = stream_logits(half, batch(0), dtype=None)
    (states,) = record_hidden_states(half, batch(0), layers=[0], dtype=None)
    assert (single.logits.dtype, kept.logits.dtype) == (torch.float32, torch.bfloat16)
    assert torch.equal(single.logits, kept.logits.float())
    assert states.layers[0].dtype == torch.bfloat16


def test_the_head_does_not_run_for_hidden_states(model):
    calls = []
    handle = model.lm_head.register_forward_hook(lambda *call: calls.append(call))
    list(record_hidden_states(model, batch(0)))
    handle.remove()
    assert not calls


def test_an_encoder_gives_its_hidden_states():
    config = transformers.BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
    )
    (states,) = record_hidden_states(transformers.BertForMaskedLM(config), batch(0))
    assert list(states.layers) == [0, 1, 2]


@pytest.mark.parametrize("layers", [[4], [-5], []])
def test_unknown_layers_are_refused(model, layers):
    with pytest.raises(ValueError, match="layers is"):
        next(record_hidden_states(model, batch(0), layers=layers))


def test_bad_batches_are_refused(model):
    with pytest.raises(TypeError, match="batches holds a Tensor"):
        next(stream_logits(model, batch(0)["input_ids"]))
    with pytest.raises(ValueError, match=r"\['labels'\]; expected input_ids"):
        next(stream_logits(model, {"labels": torch.ones(1, 2)}))
    wrong = {**batch(0), "attention_mask": torch.ones(2, 3)}
    with pytest.raises(ValueError, match=r"attention_mask has shape \(2, 3\)"):
        next(stream_logits(model, wrong))


def test_models_without_what_is_asked_for_are_refused(model):
    class Plain(nn.Module):
        def forward(self, input_ids, attention_mask, **options):
            return input_ids

    with pytest.raises(ValueError, match="Plain gives no hidden_states"):
        next(record_hidden_states(Plain(), batch(0)))
    with pytest.raises(ValueError, match="LlamaModel gives no logits"):
        next(stream_logits(model.model, batch(0)))
