"""Attributes of texts: what each keeps, and what a family reads off it."""

import numpy as np
import pandas as pd
import pytest

from infometer.usable import attribute_information, text_attribute

PAIRS = [("A dog runs in a park.", "A dog isn't in it."), ("Nobody saw it.", "It rains.")]


@pytest.mark.parametrize(
    ("attribute", "first"),
    [
        ("first_only", ["A dog runs in a park.", "[EMPTY]"]),
        ("second_only", ["[EMPTY]", "A dog isn't in it."]),
        ("overlap", ["[EMPTY]", "medium overlap"]),
        ("shared_words", ["A dog [MASK] in [MASK] [MASK].", "A dog [MASK] in [MASK]."]),
        ("length", ["words6", "words5"]),
        ("negations", ["[EMPTY]", "isn't"]),
        ("lower_case", ["a dog runs in a park.", "a dog isn't in it."]),
    ],
)
def test_what_an_attribute_keeps(attribute, first):
    assert text_attribute(PAIRS, attribute).iloc[0].tolist() == first


@pytest.mark.parametrize(
    ("second", "level"),
    [("a b c d", "high"), ("a b x d", "high"), ("a b x y", "medium"), ("a x y z", "low"),
     ("x y z w", "none"), ("", "none")],
)  # fmt: skip
def test_levels_of_overlap_are_quarters(second, level):
    assert text_attribute([("a b c d", second)], "overlap").iloc[0, 1] == f"{level} overlap"


def test_shuffled_words_are_the_same_words():
    texts = ["one two three four five six seven"] * 3
    found = text_attribute(texts, "shuffled", random_state=0)
    assert [sorted(text.split()) for text in found] == [sorted(texts[0].split())] * 3
    assert len({*found, texts[0]}) == 4
    assert found.tolist() == text_attribute(texts, "shuffled", random_state=0).tolist()


def test_the_form_of_the_texts_is_kept():
    frame = pd.DataFrame(PAIRS, columns=["premise", "hypothesis"])
    assert text_attribute(frame, "length").columns.tolist() == ["premise", "hypothesis"]
    assert text_attribute(["No. Never."], "negations").tolist() == ["No Never"]


def test_a_function_of_ones_own():
    assert text_attribute(["abc"], lambda text: text[0]).tolist() == ["a"]
    with pytest.raises(ValueError, match="1 texts an item for 2"):
        text_attribute(PAIRS, lambda first, second: (first,))


@pytest.mark.parametrize("attribute", ["overlap", "smell"])
def test_what_does_not_fit_is_refused(attribute):
    with pytest.raises(ValueError, match="of single texts expected one of"):
        text_attribute(["a"], attribute)


def test_the_leaking_attribute_carries_what_the_pair_does():
    """The label stands in the second text; the first is noise."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=150)
    noise = rng.choice(["red sky", "blue sea", "old tree"], 150)
    pairs = pd.DataFrame({"premise": noise, "hypothesis": np.where(y, "never mind", "all is well")})
    calls = []
    found = attribute_information(
        "linear", pairs, y, attributes=["first_only", "second_only", "negations"], cv=2,
        random_state=0, progress=lambda done, of: calls.append((done, of)),
    )  # fmt: skip
    frame = found.to_frame().set_index("attribute")
    assert frame.index[0] == "whole"
    assert frame.loc["whole", "information_bits"] > 0.8
    assert frame.loc["negations", "information_bits"] > 0.8
    assert abs(frame.loc["first_only", "information_bits"]) < 0.05
    assert frame.loc["first_only", "lost_low_bits"] > 0.7
    assert calls == [(1, 4), (2, 4), (3, 4), (4, 4)]
    whole, own = found.results["whole"], found.results["first_only"]
    lost = (whole.pvi - own.pvi).mean() / np.log(2)
    assert frame.loc["first_only", "lost_bits"] == pytest.approx(lost)
    assert len(found.plot().patches) == 4


def test_one_name_alone_is_refused():
    with pytest.raises(ValueError, match="sequence of names"):
        attribute_information("linear", ["a"], [0], attributes="length")
    with pytest.raises(ValueError, match="whole texts"):
        attribute_information("linear", ["a"], [0], attributes=["whole"])
