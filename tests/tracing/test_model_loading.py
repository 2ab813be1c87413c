import json

import pytest
import torch

transformers = pytest.importorskip("transformers")

from infometer.tracing import (  # noqa: E402
    attention_calls,
    load_language_model,
    model_memory,
    record_hidden_states,
)

SIZES = {"vocab_size": 30, "n_embd": 16, "n_layer": 2, "n_head": 2, "n_positions": 32}
IDS = torch.tensor([[1, 2, 3, 4]])


def gpt2():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return transformers.GPT2LMHeadModel(transformers.GPT2Config(**SIZES)).eval()


@pytest.fixture
def folder(tmp_path):
    gpt2().save_pretrained(tmp_path)
    return tmp_path


def number_of_bytes(model):
    return sum(weight.numel() * weight.element_size() for weight in model.parameters())


def test_the_model_is_that_which_was_saved(folder):
    loaded = load_language_model(folder)
    assert not loaded.training
    with torch.no_grad():
        assert torch.equal(loaded(IDS).logits, gpt2()(IDS).logits)


def test_the_class_is_that_which_was_saved(tmp_path):
    config = transformers.BertConfig(
        vocab_size=30,
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
    )
    transformers.BertForMaskedLM(config).save_pretrained(tmp_path)
    assert type(load_language_model(tmp_path)) is transformers.BertForMaskedLM


def test_a_dtype_is_taken(folder):
    assert load_language_model(folder, dtype=torch.bfloat16).dtype == torch.bfloat16


def test_a_model_spread_by_accelerate_is_read_as_any_other(folder):
    parts = ("transformer.wte", "transformer.wpe", "transformer.h.0", "transformer.ln_f", "lm_head")
    device_map = {**dict.fromkeys(parts, "cpu"), "transformer.h.1": "disk"}
    spread, whole = load_language_model(folder, device_map=device_map), gpt2()
    assert next(spread.transformer.h[1].parameters()).device.type == "meta"  # still on the disk
    calls, expected = [], []
    with attention_calls(spread, calls.append), torch.no_grad():
        logits = spread(IDS).logits
    with attention_calls(whole, expected.append), torch.no_grad():
        assert torch.equal(logits, whole(IDS).logits)
    assert [call.layer for call in calls] == [0, 1]
    for ours, theirs in zip(calls, expected, strict=True):
        assert torch.equal(ours.query, theirs.query)
    (states,) = record_hidden_states(spread, {"input_ids": IDS}, layers=[2])
    (told,) = record_hidden_states(whole, {"input_ids": IDS}, layers=[2])
    assert torch.equal(states.layers[2], told.layers[2])


def test_a_model_is_quantised_as_transformers_is_told(folder, monkeypatch):
    told = {}
    monkeypatch.setattr(
        transformers.GPT2LMHeadModel,
        "from_pretrained",
        classmethod(lambda kind, place, **options: told.update(options) or gpt2()),
    )
    wanted = object()
    load_language_model(folder, quantization_config=wanted)
    assert told["quantization_config"] is wanted
    assert told["use_safetensors"]
    assert told["local_files_only"]
    assert not told.get("trust_remote_code")


def test_pickled_weights_are_refused(folder):
    (folder / "model.safetensors").unlink()
    torch.save(gpt2().state_dict(), folder / "pytorch_model.bin")
    for read in (load_language_model, model_memory):
        with pytest.raises(ValueError, match=r"pytorch_model\.bin.*could run any code"):
            read(folder)


def test_what_is_no_model_folder_is_refused(tmp_path):
    for read in (load_language_model, model_memory):
        with pytest.raises(ValueError, match=r"no folder with a config\.json"):
            read(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"architectures": ["Homemade"]},
        {"model_type": "homemade", "auto_map": {"AutoConfig": "own.Config"}},
    ],
)
def test_a_model_that_needs_code_of_its_folder_is_refused(folder, changes):
    (folder / "own.py").write_text("raise SystemExit('this ran')")
    described = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**described, **changes}))
    with pytest.raises(ValueError, match=r"no code of the folder is run|contains custom code"):
        load_language_model(folder)


def test_weights_take_what_the_loaded_model_takes(folder):
    expected = number_of_bytes(gpt2())
    assert model_memory(folder).weights == expected
    assert model_memory(transformers.GPT2Config(**SIZES)).weights == expected
    assert model_memory(folder, dtype=torch.bfloat16).weights == expected // 2
    assert (
        model_memory(transformers.GPT2Config(**SIZES), dtype=torch.float16).weights == expected // 2
    )


def test_weights_in_several_files_are_added_and_others_in_the_folder_are_not(tmp_path):
    model = gpt2().bfloat16()
    model.save_pretrained(tmp_path, max_shard_size="8KB")
    assert len(list(tmp_path.glob("*.safetensors"))) > 1
    (tmp_path / "adapter.safetensors").write_bytes(b"no header")
    assert model_memory(tmp_path).weights == number_of_bytes(model)
    assert model_memory(tmp_path, dtype=torch.float32).weights == 2 * number_of_bytes(model)


def test_integers_keep_their_size_when_loading_converts(tmp_path):
    from safetensors.torch import save_file

    transformers.GPT2Config(**SIZES).save_pretrained(tmp_path)
    tensors = {"a": torch.zeros(10, dtype=torch.int8), "b": torch.zeros(10, dtype=torch.float16)}
    save_file(tensors, tmp_path / "model.safetensors")
    assert model_memory(tmp_path, dtype=torch.float32).weights == 10 + 40


def test_the_cache_takes_what_the_keys_and_values_take():
    config = transformers.LlamaConfig(
        vocab_size=30,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    model = transformers.LlamaForCausalLM(config).bfloat16()
    held = model(torch.ones(2, 9, dtype=torch.long), use_cache=True).past_key_values
    expected = sum(
        tensor.numel() * tensor.element_size()
        for layer in held.layers
        for tensor in (layer.keys, layer.values)
    )
    memory = model_memory(config, batch_size=2, length=9, dtype=torch.bfloat16)
    assert memory.cache == expected
    assert memory.total == memory.weights + memory.activations + expected


def test_activations_grow_with_the_tokens():
    one = model_memory(transformers.GPT2Config(**SIZES))
    many = model_memory(transformers.GPT2Config(**SIZES), batch_size=4, length=16)
    assert many.activations == 64 * one.activations
    with pytest.raises(ValueError, match="batch_size is 0"):
        model_memory(transformers.GPT2Config(**SIZES), batch_size=0)
