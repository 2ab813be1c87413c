"""The leak of sets whose leak is known, and the rules beside it."""

import math

import numpy as np
import pytest

from infometer.backends import ChoiceItem, leakage_report, trivial_rules
from infometer.backends.answer_only import same_options
from infometer.backends.option_features import option_features, question_overlap

WORDS = ("band", "cell", "code", "node", "link", "beam", "slot", "tone", "port", "mode")


def options_of(rng, n=4):
    """Different options of three words and one length."""
    found = set()
    while len(found) < n:
        found.add(" ".join(rng.choice(WORDS, 3)))
    return sorted(found)


def clean_items(n, rng):
    return [
        ChoiceItem(f"Which {k}?", tuple(options_of(rng)), int(rng.integers(4)), id=str(k))
        for k in range(n)
    ]


def planted_items(n, rng, share):
    """In this share of the items the key is "all of the above"; in the others nothing tells it."""
    items = []
    for k in range(n):
        options, key = options_of(rng), int(rng.integers(4))
        if k < share * n:
            options[key] = "all of the above"
        items.append(ChoiceItem(f"Which {k}?", tuple(options), key, category="ab"[k % 2]))
    return items


def test_a_clean_set_does_not_leak():
    leak = leakage_report(clean_items(300, np.random.default_rng(0)), random_state=0)
    assert leak.information.value < 0.05 * math.log(2)
    assert abs(leak.accuracy.value - 0.25) < 4 * math.sqrt(0.25 * 0.75 / 300)
    assert not leak.findings
    assert "give away next to nothing" in leak.report().answer


def test_a_planted_leak_is_found_with_its_information():
    leak = leakage_report(planted_items(600, np.random.default_rng(1), 0.5), random_state=0)
    low, high = leak.information.interval
    assert low <= 0.5 * math.log(4) <= high + 0.1 * math.log(2)  # shrunk weights: a little less
    assert leak.information.value > 0.4 * math.log(4)
    assert leak.accuracy.value == pytest.approx(0.5 + 0.5 / 4, abs=0.06)
    assert "all of the above" in set(leak.weights["feature"][:4])
    assert leak.leaking["correct"].all()
    found = {finding.where for finding in leak.findings if finding.severity == "warning"}
    assert {"options", "all of the above"} <= found
    assert "The set leaks" in leak.report().answer


def test_categories_and_items_add_up_to_the_whole():
    leak = leakage_report(planted_items(200, np.random.default_rng(2), 0.3), random_state=0)
    parts = leak.categories
    assert parts["n"].sum() == len(leak.to_frame()) == 200
    mean = (parts["n"] * parts["information_bits"]).sum() / 200
    assert mean == pytest.approx(leak.information.bits, abs=1e-12)
    assert leak.items["pvi_bits"].mean() == pytest.approx(leak.information.bits, abs=1e-12)
    assert leak.options.accuracy == leak.accuracy.value


def test_the_question_is_read_in_the_second_figure_only():
    rng = np.random.default_rng(3)
    items = []
    for _ in range(300):
        options, key = options_of(rng), int(rng.integers(4))
        items.append(ChoiceItem(f"What of {options[key]}?", tuple(options), key))
    leak = leakage_report(items, random_state=0)
    assert leak.information.bits < 0.1
    assert leak.with_question.information.bits > 1.0


def test_a_leak_by_the_slot_alone_is_the_null_models():
    rng = np.random.default_rng(4)
    items = [ChoiceItem(f"Which {k}?", tuple(options_of(rng)), key=2) for k in range(200)]
    leak = leakage_report(items, random_state=0)
    assert leak.null_accuracy == 1.0
    assert leak.options.null_entropy.bits < 0.1
    assert leak.information.bits < 0.05


def test_items_with_the_same_options_stay_together():
    """Keys memorised from a copy would be a leak of the split, not of the set."""
    rng = np.random.default_rng(5)
    once = clean_items(100, rng)
    again = [ChoiceItem(f"{item.question} again", item.options, item.key) for item in once]
    assert len(np.unique(same_options([*once, *again]))) == 100
    leak = leakage_report([*once, *again], random_state=0)
    assert leak.information.bits < 0.1
    assert any("have the options of another" in finding.what for finding in leak.findings)


def test_the_folds_are_dealt_by_the_random_state():
    items = planted_items(100, np.random.default_rng(6), 0.4)
    first = leakage_report(items, random_state=1).options.log_p
    assert np.array_equal(first, leakage_report(items, random_state=1).options.log_p)
    assert not np.array_equal(first, leakage_report(items, random_state=2).options.log_p)


def test_ragged_items_and_short_options_are_read():
    items = [ChoiceItem(f"{k}?", tuple("+-*/~"[: 2 + k % 4]), key=k % 2) for k in range(40)]
    leak = leakage_report(items, cv=2, random_state=0)
    assert leak.items["options"].tolist()[:4] == [2, 3, 4, 5]
    assert set(leak.rules["rule"]) == {f"slot {k}" for k in range(1, 6)}


def test_too_few_items_are_refused():
    items = clean_items(3, np.random.default_rng(7))
    with pytest.raises(ValueError, match="3 different sets of options for cv=5"):
        leakage_report(items)
    with pytest.raises(ValueError, match="items is empty"):
        trivial_rules([])


def test_a_result_is_shown_saved_and_drawn():
    leak = leakage_report(planted_items(60, np.random.default_rng(8), 0.5), random_state=0)
    assert "keys guessed without the questions" in repr(leak)
    assert leak.to_dict()["accuracy"]["value"] == leak.accuracy.value
    report = leak.report()
    assert len(report.tables["One-line rules"]) == len(leak.rules)
    pytest.importorskip("matplotlib")
    assert len(leak.plot().get_yticks()) == len(leak.rules) + 1


def test_rules_count_ties_and_chance():
    items = [
        ChoiceItem("?", ("aa", "bb", "c"), key=0),  # two longest: a half
        ChoiceItem("?", ("aaa", "bb", "c", "d"), key=0),  # the longest
        ChoiceItem("?", ("aa", "bb"), key=1),  # all as long: no longest
    ]
    rules = trivial_rules(items).set_index("rule")
    assert rules.loc["longest", ["n", "accuracy"]].tolist() == [2, 0.75]
    assert rules.loc["longest", "chance"] == pytest.approx((1 / 3 + 1 / 4) / 2)
    assert rules.loc["slot 1", "accuracy"] == pytest.approx(2 / 3)
    assert rules.loc["slot 4", ["n", "low"]].tolist() == [1, 0.0]
    assert rules.loc["longest", "p_value"] < 0.5 < rules.loc["shortest", "p_value"]
    assert (rules["low"] <= rules["accuracy"]).all()
    assert (rules["high"] >= rules["accuracy"]).all()


def test_features_see_the_options_and_never_the_question():
    options = ("10 MHz", "20 MHz", "40 MHz", "none of the above")
    one, other = ChoiceItem("Which?", options, 0), ChoiceItem("What of 20 MHz?", options, 3)
    features = option_features([one, other])
    assert np.array_equal(features[:4].to_numpy(), features[4:].to_numpy())
    assert features["middle number"].tolist()[:4] == [0.0, 1.0, 0.0, 0.0]
    assert features["none of the above"].tolist()[:4] == [0.0, 0.0, 0.0, 1.0]
    assert features["slot 2"].tolist()[:4] == [0.0, 1.0, 0.0, 0.0]
    assert question_overlap([one, other]).tolist() == [0, 0, 0, 0, 0.5, 1.0, 0.5, 0.25]
