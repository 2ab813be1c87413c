"""The names of the papers and the parts that they stand for."""

import dataclasses

import pytest

from infometer.attention.variants import VARIANT_NAMES, Variant


@pytest.mark.parametrize("name", VARIANT_NAMES)
def test_every_name_comes_back(name):
    assert Variant.named(name).name == name
    assert Variant(**Variant.named(name).to_dict()) == Variant.named(name)


def test_names_mean_the_table_of_the_paper():
    rows = {
        name: (v.layer_norm, v.activation, v.scaled_ffn, v.fused_ffn, v.temperature, v.regularized)
        for name in VARIANT_NAMES
        for v in [Variant.named(name)]
    }
    assert rows["SM+LN+G"] == (True, "gelu", False, False, False, False)
    assert rows["SM+LN"] == (True, "identity", False, False, False, False)
    assert rows["SM+R"] == (False, "relu", False, False, False, False)
    assert rows["SM"] == (False, "identity", False, False, False, False)
    assert rows["SM+ScFFN"] == (False, "identity", True, False, False, False)
    assert rows["EReg(SM(t)+ScFuFFN)"] == (False, "identity", True, True, True, True)
    assert Variant.named("SM+ScFuFFN_i4").removed_ffns == 4


def test_the_deepest_ffns_are_removed():
    kept = [Variant.named("SM+ScFuFFN_i2").has_ffn(layer, 5) for layer in range(5)]
    assert kept == [True, True, True, False, False]
    with pytest.raises(ValueError, match="removed_ffns is 6, and the model has 5 layers"):
        Variant.named("SM+ScFuFFN_i6").has_ffn(0, 5)


@pytest.mark.parametrize("name", ["", "SM+X", "SM+G+LN", "EReg(SM", "SM+LN+G_i2", "SM_i2", "sm"])
def test_unknown_names_are_refused(name):
    with pytest.raises(ValueError, match="which no paper has"):
        Variant.named(name)


def test_parts_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="fused_ffn needs activation='identity'"):
        Variant(fused_ffn=True)
    with pytest.raises(ValueError, match="activation is 'silu'"):
        Variant(activation="silu")
    with pytest.raises(ValueError, match="removed_ffns is -1"):
        Variant(removed_ffns=-1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Variant().layer_norm = False
