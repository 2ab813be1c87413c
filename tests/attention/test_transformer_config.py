import json
import os
import subprocess
import sys

import pytest

from infometer.attention import TransformerShape, Variant, shape_of_config

SMALL = TransformerShape(12, 768, 12, 12, 64, 3072, 50257)
SIZES = {"n_layers": 2, "d_model": 12, "n_heads": 3, "vocab_size": 7}


def test_a_config_that_transformers_saves_is_read(tmp_path):
    transformers = pytest.importorskip("transformers")
    configs = {
        "gpt2": (transformers.GPT2Config(), SMALL),
        "gpt_neox": (
            transformers.GPTNeoXConfig(
                hidden_size=512, num_hidden_layers=6, num_attention_heads=8, intermediate_size=2048
            ),
            TransformerShape(6, 512, 8, 8, 64, 2048, 50432),
        ),
        "llama": (
            transformers.LlamaConfig(num_key_value_heads=8),
            TransformerShape(
                32, 4096, 32, 8, 128, 11008, 32000, activation="silu", gated=True, norm="rms_norm"
            ),
        ),
        "mistral": (
            transformers.MistralConfig(),
            TransformerShape(
                32, 4096, 32, 8, 128, 14336, 32000, activation="silu", gated=True,
                norm="rms_norm", sliding_window=4096,
            ),
        ),
        "mixtral": (
            transformers.MixtralConfig(),
            TransformerShape(
                32, 4096, 32, 8, 128, 14336, 32000, activation="silu", gated=True,
                norm="rms_norm", n_experts=8,
            ),
        ),
        "bert": (
            transformers.BertConfig(),
            TransformerShape(12, 768, 12, 12, 64, 3072, 30522, causal=False, extra_norms=1),
        ),
        "distilbert": (
            transformers.DistilBertConfig(),
            TransformerShape(6, 768, 12, 12, 64, 3072, 30522, causal=False, extra_norms=1),
        ),
    }  # fmt: skip
    for name, (config, expected) in configs.items():
        config.save_pretrained(tmp_path / name)
        saved = tmp_path / name / "config.json"
        read = [shape_of_config(given) for given in (config, tmp_path / name, str(saved))]
        assert read == [expected] * 3, name
        assert shape_of_config(json.loads(saved.read_text(encoding="utf-8"))) == expected


def test_a_model_of_ours_keeps_its_variant():
    variant = Variant.named("SM+ScFuFFN_i1")
    config = {
        "model_type": "gpt2", "n_layer": 3, "n_embd": 12, "n_head": 3, "vocab_size": 7,
        "activation_function": "linear", "infometer_variant": variant.to_dict(),
    }  # fmt: skip
    shape = shape_of_config(config)
    assert (shape.fused_ffn, shape.n_ffns, shape.n_norms, shape.activation) == (
        True, 2, 0, "identity",
    )  # fmt: skip


def test_variants_change_the_blocks_and_keep_the_sizes():
    llama = shape_of_config({**SIZES, "activation": "silu", "gated": True, "norm": "rms_norm"})
    relu = llama.with_variant("SM+LN+R")
    assert (relu.activation, relu.gated, relu.norm, relu.n_norms) == ("relu", True, "rms_norm", 4)
    assert not llama.with_variant("SM").gated
    assert SMALL.with_variant("SM+R").n_norms == 0
    assert SMALL.with_variant("SM+R").with_variant("SM+LN+G") == SMALL


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({**SIZES, "n_embd": 3}, "'n_embd', which is unknown"),
        ({**SIZES, "n_head": 3}, "perhaps 'n_heads' is meant"),
        ({"n_layers": 2, "d_model": 12}, "no n_heads, vocab_size"),
        ({"model_type": "gpt2", "n_layer": 2}, "no n_embd, n_head, vocab_size"),
        ({**SIZES, "model_type": "mamba"}, "model_type is 'mamba', whose blocks are not known"),
        ({**SIZES, "activation": "tanh"}, "activation is 'tanh', whose cost is not known"),
        ({**SIZES, "n_layers": 0}, "n_layers is 0; expected a whole number of at least 1"),
        ({**SIZES, "n_layers": 2.5}, "n_layers is 2.5; expected a whole number"),
        ({**SIZES, "n_key_heads": 2}, "does not divide the 3 heads"),
        ({**SIZES, "n_heads": 5}, "which the 5 heads do not divide; give head_dim"),
        ({**SIZES, "norm": "batch"}, "norm is 'batch'"),
        ({**SIZES, "removed_ffns": 3}, "removed_ffns is 3, and the model has 2 layers"),
        ({**SIZES, "fused_ffn": True}, "fused_ffn needs an FFN that is linear"),
        (
            {"model_type": "gpt2", "n_layer": 1, "n_embd": 4, "n_head": 1, "vocab_size": 3,
             "add_cross_attention": True},
            "add_cross_attention=True, which is not costed",
        ),
        ({**SIZES, "n_heads": 0}, "n_heads is 0; expected a whole number"),
        ({**SIZES, "d_model": "12"}, "d_model is '12'; expected a whole number"),
        ({**SIZES, "activation": ["gelu"]}, "whose cost is not known"),
        ({**SIZES, "gated": "no"}, "gated is 'no'; expected True or False"),
        ({**SIZES, "model_type": ["gpt2"]}, "whose blocks are not known"),
        (
            {"model_type": "gpt2", "n_layer": 1, "n_embd": 4, "n_head": 1, "vocab_size": 3,
             "infometer_variant": "SM"},
            "infometer_variant is 'SM'; expected the fields of Variant",
        ),
        (7, "config is a int; expected a folder"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(config, told):
    with pytest.raises(ValueError, match=told):
        shape_of_config(config)


def test_files_that_are_no_config_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*config\.json"):
        shape_of_config(tmp_path)
    wrong = tmp_path / "config.json"
    wrong.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="is no JSON"):
        shape_of_config(tmp_path)
    wrong.write_text("[1]", encoding="utf-8")
    with pytest.raises(ValueError, match="holds a list; expected the fields of a config"):
        shape_of_config(wrong)


def test_experts_need_an_activation():
    with pytest.raises(ValueError, match="the model has 4 experts a layer: a router is not linear"):
        shape_of_config({**SIZES, "n_experts": 4}).with_variant("SM")


def test_costs_need_neither_torch_nor_transformers():
    code = (
        "import sys; sys.modules['torch'] = sys.modules['transformers'] = None;"
        "from infometer.attention import PrivateInferenceCost;"
        f"print(PrivateInferenceCost().estimate({SIZES}, 16).report().answer)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert run.stdout.startswith("One pass over 16 tokens")
