"""A local model's scores against one full forward pass a token, and what it writes."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from infometer.backends import LocalModel, TextBackend  # noqa: E402

PROMPT = "Question: Is the signal clear? Answer:"
ANSWERS = [" yes", " the lower band, of course", " naïve 信号 🙂", " no"]


def by_full_passes(model, ids, start):
    """log p of every token from `start` on: the model is run anew on what stands before each."""
    logs = []
    for place in range(start, len(ids)):
        logits = model(torch.tensor([ids[:place]])).logits[0, -1].double()
        logs.append(float(logits.log_softmax(-1)[ids[place]].detach()))
    return logs


@pytest.fixture(params=["gpt2", "llama"])
def backend(request, tiny_model, byte_tokenizer):
    return LocalModel(tiny_model(request.param), byte_tokenizer(request.param == "llama"))


def test_scores_are_those_of_full_passes_token_by_token(backend):
    assert isinstance(backend, TextBackend)
    first = backend.tokenizer(PROMPT, add_special_tokens=False)["input_ids"]
    front = [0] if backend.tokenizer("")["input_ids"] else []
    for answer, found in zip(ANSWERS, backend.score(PROMPT, ANSWERS), strict=True):
        own = backend.tokenizer(answer, add_special_tokens=False)["input_ids"]
        ids = [*front, *first, *own]
        expected = by_full_passes(backend.model, ids, len(front) + len(first))
        assert found.log_probabilities == pytest.approx(expected, abs=1e-5)
        assert "".join(found.tokens) == answer
        assert found.total == pytest.approx(sum(expected), abs=1e-5)


def test_batches_padding_and_order_change_nothing(tiny_model, byte_tokenizer):
    model = tiny_model()
    alone = [LocalModel(model, byte_tokenizer()).score(PROMPT, [text])[0] for text in ANSWERS]
    for size in (1, 2, 8):
        found = LocalModel(model, byte_tokenizer(), batch_size=size).score(PROMPT, ANSWERS)
        for one, other in zip(alone, found, strict=True):
            assert one.tokens == other.tokens
            assert one.log_probabilities == pytest.approx(other.log_probabilities, abs=1e-5)


def test_the_next_tokens_share_one(backend):
    """All one-token continuations of a prompt: their probabilities sum to 1."""
    tokenizer = backend.tokenizer
    prompt = tokenizer(PROMPT)["input_ids"]
    ids = prompt[:-1] if prompt[-1] == 1 else prompt
    logits = backend.model(torch.tensor([ids])).logits[0, -1]
    expected = logits.double().log_softmax(-1)
    found = backend.score(PROMPT, [" yes", ",", "!"])
    for text, scored in zip([" yes", ",", "!"], found, strict=True):
        if len(scored.tokens) == 1:
            token = tokenizer(text, add_special_tokens=False)["input_ids"][0]
            assert scored.total == pytest.approx(float(expected[token].detach()), abs=1e-5)
    assert sum(len(scored.tokens) == 1 for scored in found) >= 2


def test_an_empty_prompt_begins_with_the_beginning_of_sequence(backend):
    found = backend.score("", ["yes, the"])[0]
    ids = [0, *backend.tokenizer("yes, the", add_special_tokens=False)["input_ids"]]
    expected = by_full_passes(backend.model, ids, 1)
    assert found.log_probabilities == pytest.approx(expected, abs=1e-5)


def test_a_token_across_the_boundary_is_refused(backend):
    with pytest.raises(ValueError, match=r"the token ' the' holds the end of the prompt, ' '"):
        backend.score("use ", ["the band"])
    with pytest.raises(ValueError, match="continuations hold an empty text"):
        backend.score("use", [""])


def test_what_is_too_long_is_refused_with_both_lengths(backend):
    with pytest.raises(ValueError, match=r"has 2\d\d tokens and up to 0 follow.* reads 96"):
        backend.score("!" * 200, ["?"])
    with pytest.raises(ValueError, match=r"up to 90 follow.* reads 96"):
        backend.generate([{"role": "user", "content": "Is the signal clear?"}], max_tokens=90)


def test_temperature_0_takes_the_likeliest_token(backend):
    messages = [{"role": "user", "content": "Is the signal clear?"}]
    ids = backend.tokenizer("user: Is the signal clear?\nassistant:")["input_ids"]
    written = []
    while len(written) < 6:
        logits = backend.model(torch.tensor([[*ids, *written]])).logits[0, -1]
        written.append(int(logits.argmax()))
        if written[-1] == 1:
            break
    expected = backend.tokenizer.decode(written, skip_special_tokens=True)
    assert backend.generate(messages, n=2, max_tokens=6) == [expected, expected]


def test_draws_depend_on_the_seed_alone(backend):
    messages = [{"role": "user", "content": "Is the signal clear?"}]
    state = torch.random.get_rng_state()
    ask = {"n": 3, "temperature": 1.0, "max_tokens": 8}
    first = backend.generate(messages, seed=1, **ask)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert backend.generate(messages, seed=1, **ask) == first
    assert backend.generate(messages, seed=2, **ask) != first
    assert len(set(first)) > 1


def test_an_answer_ends_before_a_stop_string(backend):
    messages = [{"role": "user", "content": "Is the signal clear?"}]
    whole = backend.generate(messages, temperature=1.0, max_tokens=20, seed=3)[0]
    middle = whole[len(whole) // 2]
    found = backend.generate(messages, temperature=1.0, max_tokens=20, seed=3, stop=[middle])[0]
    assert found == whole[: whole.index(middle)]


def test_the_chat_template_is_used_where_there_is_one(tiny_model, byte_tokenizer):
    import copy

    tokenizer = copy.deepcopy(byte_tokenizer())
    plain = LocalModel(tiny_model(), tokenizer)._conversation([{"role": "user", "content": "Hi"}])
    tokenizer.chat_template = "{% for m in messages %}[{{ m.content }}]{% endfor %}>"
    chat = LocalModel(tiny_model(), tokenizer)._conversation([{"role": "user", "content": "Hi"}])
    assert tokenizer.decode(plain) == "user: Hi\nassistant:"
    assert tokenizer.decode(chat) == "[Hi]>"


def test_a_model_in_training_is_scored_in_evaluation_and_given_back(tiny_model, byte_tokenizer):
    model = tiny_model()
    expected = LocalModel(model, byte_tokenizer()).score(PROMPT, ANSWERS)
    model.train()
    model.transformer.h[0].eval()
    modes = [module.training for module in model.modules()]
    found = LocalModel(model, byte_tokenizer()).score(PROMPT, ANSWERS)
    assert [module.training for module in model.modules()] == modes
    assert found == expected


def test_a_folder_is_loaded_from_safetensors_only(tmp_path, tiny_model, byte_tokenizer):
    model, folder = tiny_model("llama"), tmp_path / "tiny"
    model.save_pretrained(folder)
    byte_tokenizer().save_pretrained(folder)
    loaded = LocalModel(folder, device="cpu")
    assert loaded.name == "local:tiny"
    assert loaded.score(PROMPT, ANSWERS) == LocalModel(model, byte_tokenizer()).score(
        PROMPT, ANSWERS
    )
    (folder / "model.safetensors").unlink()
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(RuntimeError, match="expected weights as safetensors"):
        LocalModel(folder, device="cpu")


def test_what_is_no_model_is_refused(tmp_path, tiny_model, byte_tokenizer):
    with pytest.raises(ValueError, match="no folder with a config"):
        LocalModel(tmp_path / "none")
    with pytest.raises(ValueError, match="tokenizer is NoneType; expected a fast one"):
        LocalModel(tiny_model())
    with pytest.raises(ValueError, match="move a model that is in memory yourself"):
        LocalModel(tiny_model(), byte_tokenizer(), device="cpu")
    with pytest.raises(ValueError, match="batch_size is 0"):
        LocalModel(tiny_model(), byte_tokenizer(), batch_size=0)
    with pytest.raises(ValueError, match="messages is empty"):
        LocalModel(tiny_model(), byte_tokenizer()).generate([])
