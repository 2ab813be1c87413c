import json
import math

import pandas as pd
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")

TEXT = "the cat sat on a mat and the dog saw it . " * 60
WORDS = sorted(set(TEXT.split()))


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the pictures out, which take longer than the small runs."""
    for name in ("write_html", "save_figures"):
        monkeypatch.setattr(f"infometer.reporting.{name}", lambda *arguments: None)


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Work in a folder with a text."""
    (tmp_path / "text.txt").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def save(folder, model, special=()):
    """Write a model and a tokeniser of whole words."""
    vocabulary = {word: i for i, word in enumerate([*special, "?", *WORDS])}
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="?"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    if special:
        words.post_processor = tokenizers.processors.TemplateProcessing(
            single=f"{special[0]} $A {special[1]}",
            special_tokens=[(name, vocabulary[name]) for name in special],
        )
    model.save_pretrained(folder)
    transformers.PreTrainedTokenizerFast(tokenizer_object=words).save_pretrained(folder)


def gpt2():
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        n_layer=3, n_head=2, n_embd=8, vocab_size=40, n_positions=32, bos_token_id=None,
        eos_token_id=None,
    )  # fmt: skip
    return transformers.GPT2LMHeadModel(config)


def bert():
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=40, hidden_size=8, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=8, max_position_embeddings=32,
    )  # fmt: skip
    return transformers.BertForMaskedLM(config)


def test_the_demo_writes_a_page_that_answers_at_once(command, work):
    arguments = ("--text", "text.txt", "--length", 16, "--steps", 3, "--out", "out")
    code, out, error = command("attention", *arguments)
    assert code == 0, error
    assert "0 of 16 heads are well-behaved; 16 overloaded in layers 0–3; none collapsed" in out
    assert "From step 0 to 3 the mean entropy went from 100 to 100 %" in out
    page = (work / "out" / "report.html").read_text(encoding="utf-8")
    assert "Attention entropy of each layer over the training" in page
    rows = pd.read_parquet(work / "out" / "heads.parquet")
    assert rows["step"].unique().tolist() == [0, 1, 2, 3]
    assert len(rows) == 4 * 16


@pytest.mark.usefixtures("undrawn")
def test_a_causal_model_and_an_encoder_have_their_own_ceilings(command, work):
    save("decoder", gpt2())
    save("encoder", bert(), special=("[CLS]", "[SEP]"))
    ceilings = {}
    for name in ("decoder", "encoder"):
        call = ("attention", name, "--text", "text.txt", "--length", 20, "--batches", 2)
        code, out, error = command(*call, "--json", "--out", name + "-out")
        assert code == 0, error
        assert "GB: weights" in error
        found = json.loads(out)
        assert found["settings"]["sequences"] == 8
        ceilings[name] = pd.read_csv(work / f"{name}-out" / "heads.csv")["ceiling"].iloc[0]
    assert ceilings["encoder"] == pytest.approx(math.log(20))
    assert ceilings["decoder"] == pytest.approx(math.lgamma(21) / 20)


@pytest.mark.usefixtures("undrawn")
def test_layers_are_chosen_and_shown_in_bits(command, work):
    save("decoder", gpt2())
    call = ("attention", "decoder", "--text", "text.txt", "--layers", "0,1-2", "--unit", "bits")
    code, out, _ = command(*call)
    assert code == 0
    assert " bits" in out
    code, _, error = command("attention", "decoder", "--text", "text.txt", "--layers", "7")
    assert code == 2
    assert "layers is [7]" in error


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "no folder with a config.json"),
        (["decoder", "--length", "99"], "--length is 99; the model reads at most 32 tokens"),
        (["decoder", "--steps", "9"], "--steps is of the model that is trained here"),
        (["decoder", "--layers", "one"], "--layers is 'one'"),
        (["decoder", "--text", "absent.txt"], "absent.txt"),
        (["decoder", "--text", "latin.txt"], "is no text in UTF-8"),
        (["decoder", "--text", "short.txt", "--length", "9"], "the text has 2 tokens"),
        (["bare"], "holds no tokeniser"),
        (["--batches", "2"], "--batches and --layers are of a MODEL"),
        (["--text", "short.txt"], "the text has"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(command, work, arguments, says):
    save("decoder", gpt2())
    gpt2().save_pretrained("bare")
    (work / "latin.txt").write_bytes("é".encode("latin-1") * 999)
    (work / "short.txt").write_text("the cat")
    code, out, error = command("attention", *arguments, "--out", "out")
    assert (code, out) == (2, "")
    assert says in error
    assert "Traceback" not in error
    assert not (work / "out").exists()
