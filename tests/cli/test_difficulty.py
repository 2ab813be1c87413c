import json

import numpy as np
import pandas as pd
import pytest

FILES = {
    "report.html", "figures", "review.csv", "items.csv", "items.parquet", "slices.csv",
    "slices.parquet", "artefacts.csv", "artefacts.parquet",
}  # fmt: skip


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Work in a folder with sixty texts on two matters, one of them mislabelled."""
    rng = np.random.default_rng(0)
    words = {"no": ["bad", "poor"], "yes": ["good", "fine"]}
    labels = ["no", "yes"] * 30
    texts = [f"{rng.choice(words[y])} day {i}" for i, y in enumerate(labels)]
    labels[7] = "no"
    frame = pd.DataFrame({"said": texts, "liked": labels, "place": ["here", "<there>"] * 30})
    frame.to_csv(tmp_path / "texts.csv", index=False)
    told = np.array([0.9 if "good" in t or "fine" in t else 0.1 for t in texts])
    pd.DataFrame({"yes": told, "no": 1 - told}).to_parquet(tmp_path / "p.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


COLUMNS = ("--text", "said", "--label", "liked")


def test_a_table_of_texts_is_read_and_shown(command, work):
    code, out, error = command("difficulty", "texts.csv", *COLUMNS, "--family", "knn", "--json")
    assert code == 0, error
    folder = work / "infometer-difficulty"
    assert {path.name for path in folder.iterdir()} == FILES
    document = json.loads(out)
    assert "bits a label can be read off" in document["answer"]
    rows = pd.read_parquet(folder / "items.parquet")
    assert rows["row"].tolist() == list(range(60))
    assert rows["pvi_bits"].idxmin() == 7
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<there>" not in page
    assert pd.read_csv(folder / "review.csv")["row"].iloc[0] == 7


def test_probabilities_of_another_model_and_a_review(command, work):
    call = ("difficulty", "texts.csv", *COLUMNS, "--probabilities", "p.parquet", "--json")
    code, out, error = command(*call)
    assert code == 0, error
    before = json.loads(out)["estimates"][0]["value"]
    review = pd.read_csv(work / "infometer-difficulty" / "review.csv")
    review["decision"] = np.where(review["row"] == 7, "relabel", "keep")
    review["new_label"] = np.where(review["row"] == 7, "yes", "")
    review.to_csv("decided.csv", index=False)
    code, out, error = command(*call, "--review", "decided.csv", "--out", "after")
    assert code == 0, error
    assert "59 keep, 1 relabel" in error
    assert json.loads(out)["estimates"][0]["value"] > before
    corrected = pd.read_parquet("after/corrected.parquet")
    assert corrected.loc[7, "liked"] == "yes"


def test_a_class_called_none_is_a_class(command, work):
    frame = pd.read_csv("texts.csv")
    frame["liked"] = frame["liked"].replace("no", "None")
    frame.to_csv("none.csv", index=False)
    probabilities = pd.read_parquet("p.parquet").rename(columns={"no": "None"})
    probabilities.to_csv("none-p.csv", index=False)
    code, out, error = command(
        "difficulty", "none.csv", *COLUMNS, "--probabilities", "none-p.csv", "--json"
    )
    assert code == 0, error
    assert json.loads(out)["settings"]["left out"] == 0
    assert set(pd.read_csv("infometer-difficulty/items.csv", keep_default_na=False)["liked"]) == {
        "None", "yes"
    }  # fmt: skip


def test_questions_are_answered_without_being_read(command, work):
    lines = [
        {"question": f"Which {i}?", "options": [f"a {i}", f"b {i}", "all of the above"],
         "answer": "all of the above" if i % 4 else f"a {i}"}
        for i in range(60)
    ]  # fmt: skip
    text = "\n".join(map(json.dumps, lines)) + "\nnot json"
    (work / "set.jsonl").write_text(text, encoding="utf-8")
    code, out, error = command("difficulty", "--questions", "set.jsonl", "--json")
    assert code == 0, error
    document = json.loads(out)
    assert any("all of the above" in str(finding) for finding in document["findings"])
    assert "not read: line 61" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("texts.csv",), "no columns ['text', 'label']"),
        (("texts.csv", *COLUMNS, "--model", "x", "--probabilities", "y"), "give one"),
        (("texts.csv", *COLUMNS, "--model", "x"), "folder 'x' is not there"),
        (("--questions", "set.jsonl", "--review", "r.csv"), "--review is of tables"),
        (("texts.csv", *COLUMNS, "--item", "place"), "give both columns"),
        (("none.csv",), "none.csv"),
    ],
)
def test_bad_input_ends_in_one_line(command, work, arguments, message):
    code, _, error = command("difficulty", *arguments)
    assert code == 2
    assert message in error
    assert len(error.strip().splitlines()) == 1


def test_a_classifier_from_a_folder(command, work):
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    words = ["[PAD]", "[UNK]", "bad", "poor", "good", "fine", "day"]
    model = tokenizers.models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="[UNK]")
    reader = tokenizers.Tokenizer(model)
    reader.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=reader, pad_token="[PAD]", unk_token="[UNK]"
    )
    config = transformers.BertConfig(
        vocab_size=7, hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, id2label={0: "no", 1: "yes"}, label2id={"no": 0, "yes": 1},
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(work / "model")
    fast.save_pretrained(work / "model")
    call = ("difficulty", "texts.csv", *COLUMNS, "--model", "model", "--json")
    code, out, error = command(*call)
    assert code == 0, error
    assert json.loads(out)["estimates"][0]["n_samples"] == 60
