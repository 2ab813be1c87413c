import json

import pandas as pd
import pytest

from infometer.attention import cost_protocol

FILES = {
    "report.html", "figures", "cost.csv", "cost.parquet", "savings.csv", "savings.parquet",
}  # fmt: skip
LLAMA = {
    "model_type": "llama", "hidden_size": 256, "num_hidden_layers": 4, "num_attention_heads": 8,
    "num_key_value_heads": 2, "intermediate_size": 512, "vocab_size": 1000, "hidden_act": "silu",
}  # fmt: skip


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Work in a folder with a config."""
    (tmp_path / "llama").mkdir()
    (tmp_path / "llama" / "config.json").write_text(json.dumps(LLAMA), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the pictures out."""
    for name in ("write_html", "save_figures"):
        monkeypatch.setattr(f"infometer.reporting.{name}", lambda *arguments: None)


def test_gpt2_small_is_what_is_costed_without_a_config(command, work):
    code, out, error = command("private-cost", "--json")
    assert code == 0, error
    folder = work / "infometer-private-cost"
    assert {path.name for path in folder.iterdir()} == FILES
    document = json.loads(out)
    assert document["answer"].startswith("One pass over 128 tokens sends 25.3 GB and takes about 8")
    assert document["input_fingerprint"]
    savings = pd.read_csv(folder / "savings.csv").set_index("variant")
    assert savings.loc["SM+LN+R", "saved_gigabytes"] == pytest.approx(15.88, abs=0.01)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 1
    assert "consistent with about 1 Gbps" in page
    assert error.rstrip().endswith("report.html")


@pytest.mark.usefixtures("undrawn")
def test_a_config_its_length_its_variant_and_a_protocol(command, work):
    protocol = {"name": "mine", "unit_bytes": dict(cost_protocol("bumblebee-2pc").unit_bytes)}
    (work / "mine.json").write_text(json.dumps(protocol), encoding="utf-8")
    code, out, error = command(
        "private-cost", "llama", "--length", 64, "--variant", "SM+LN+R", "--protocol", "mine.json",
        "--out", "elsewhere", "--json",
    )  # fmt: skip
    assert code == 0, error
    document = json.loads(out)
    settings = document["settings"]
    assert (settings["protocol"], settings["seq_len"], settings["variant"]) == (
        "mine", 64, "SM+LN+R",
    )  # fmt: skip
    assert settings["n_key_heads"] == 2
    assert "minutes" not in document["answer"]
    assert {"RMSNorm", "grouped queries"} <= {one["where"] for one in document["findings"]}
    assert (work / "elsewhere" / "cost.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere",), "config is 'nowhere', and there is no file nowhere"),
        (("llama", "--variant", "SM+Q"), "variant is 'SM+Q', which no paper has"),
        (("llama", "--protocol", "none.json"), "protocol is 'none.json'; expected"),
        (("llama", "--length", "0"), "Invalid value for '--length'"),
    ],
)
@pytest.mark.usefixtures("work")
def test_bad_input_ends_in_one_line(command, arguments, told):
    code, out, error = command("private-cost", *arguments)
    assert (code, out) == (2, "")
    assert told in error
    assert len(error.strip().splitlines()) == 1
