"""Drops in PVI without a token: a planted artefact, counts a class, folds, pairs, bad input."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from infometer.estimators.predictive.pointwise import pointwise_v_information
from infometer.usable import fold_models, token_artefacts
from infometer.usable.words import token_spans, without_spans

FILLER = np.array(["sun", "sea", "sky", "sand", "salt", "surf", "ship", "sail"])


def planted(n=200, seed=0):
    """Texts of five words; "leak" stands in nine of ten of class 1, "alike" in half of all."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    texts = []
    for label in y:
        held = list(rng.choice(FILLER, 4))
        held += ["leak"] if rng.random() < (0.9 if label else 0.1) else []
        held += ["alike"] if rng.random() < 0.5 else []
        texts.append(" ".join(rng.permutation(held)))
    return np.array(texts, dtype=object), y


def knows_not(texts):
    told = np.array(["not" in text.split() for text in texts])
    return np.where(told[:, None], [0.1, 0.9], [0.5, 0.5])


def test_the_planted_token_comes_first_and_others_carry_nothing():
    texts, y = planted()
    model = make_pipeline(CountVectorizer(), LogisticRegression()).fit(*planted(seed=1))
    found = token_artefacts(model.predict_proba, texts, y, classes=[0, 1])
    row = found.frame[found.frame["class"] == 1].iloc[0]
    assert row["token"] == "leak"
    assert row["low_bits"] > 1
    assert row["share"] == pytest.approx(0.9, abs=0.05)
    rest = found.frame[found.frame["token"] != "leak"]
    assert rest["drop_bits"].abs().max() < 0.6
    assert found.top(1)["token"].tolist()[-1] == "leak"


def test_a_drop_is_the_difference_of_two_log_probabilities():
    texts = [f"not {word}" for word in FILLER]
    found = token_artefacts(knows_not, texts, [1] * 8, classes=[0, 1])
    assert found.frame["token"].tolist() == ["not"]
    assert found.frame["drop_bits"].to_numpy() == pytest.approx([np.log2(0.9 / 0.5)])
    assert found.frame["helps"].tolist() == [1.0]
    assert found.frame["p_value"].to_numpy() == pytest.approx([2 / 2**8])


def test_every_occurrence_is_taken_out_at_once():
    texts = [f"not {word} not" for word in FILLER]
    found = token_artefacts(knows_not, texts, [0] * 8, classes=[0, 1])
    assert found.frame["drop_bits"].to_numpy() == pytest.approx([np.log2(0.1 / 0.5)])


def test_items_are_counted_in_the_class_and_in_all():
    texts = ["not here"] * 5 + ["not there"] * 6
    labels = ["no"] * 5 + ["yes"] * 6
    found = token_artefacts(knows_not, texts, labels, classes=["no", "yes"])
    shown = found.frame[found.frame["token"] == "not"]
    assert shown[["class", "n"]].to_numpy().tolist() == [["yes", 6]]
    assert found.totals.set_index("token").loc["not", "n"] == 11


def test_a_token_that_changes_nothing_passes_no_test():
    def dull(texts):
        return np.tile([0.5, 0.5], (len(texts), 1))

    found = token_artefacts(dull, ["a b"] * 9, [0] * 9, classes=[0, 1])
    assert found.frame["p_value"].tolist() == [1.0, 1.0]
    assert found.top().empty


@pytest.mark.parametrize("batch_size", [1, 7, 10_000])
def test_batches_do_not_matter_and_equal_texts_are_asked_once(batch_size):
    texts, y = planted(60)
    asked = []

    def model(given):
        asked.extend(given)
        return knows_not(given)

    found = token_artefacts(model, texts, y, classes=[0, 1], batch_size=batch_size)
    whole = token_artefacts(knows_not, texts, y, classes=[0, 1])
    assert found.frame.equals(whole.frame)
    if batch_size > 60:
        assert len(asked) < len(texts) + whole.n_predictions


def test_each_item_is_asked_of_the_model_of_its_fold():
    texts, folds = ["not here"] * 12, np.repeat([0, 1], 6)

    def other(given):
        return np.tile([0.5, 0.5], (len(given), 1))

    found = token_artefacts([knows_not, other], texts, [1] * 12, classes=[0, 1], folds=folds)
    drop = found.frame.set_index("token").loc["not", "drop_bits"]
    assert drop == pytest.approx(np.log2(0.9 / 0.5) / 2)


def test_the_chosen_side_of_pairs_loses_the_token():
    pairs = [("not a", "not b")] * 6

    def second(frame):
        return knows_not(frame["text_2"])

    drops = [
        token_artefacts(second, pairs, [1] * 6, classes=[0, 1], side=side).frame.set_index("token")
        for side in (0, 1)
    ]
    assert drops[0].loc["not", "drop_bits"] == 0
    assert drops[1].loc["not", "drop_bits"] == pytest.approx(np.log2(1.8))


def test_copies_in_one_group_change_neither_interval_nor_test():
    texts, y = planted(60)
    model = make_pipeline(CountVectorizer(), LogisticRegression()).fit(texts, y).predict_proba
    once = token_artefacts(model, texts, y, classes=[0, 1], min_count=5).frame
    twice = token_artefacts(
        model, np.tile(texts, 2), np.tile(y, 2), classes=[0, 1], min_count=10,
        groups=np.tile(np.arange(60), 2),
    ).frame  # fmt: skip
    assert (twice["n"] == 2 * once["n"]).all()
    assert twice["token"].tolist() == once["token"].tolist()
    for column in ("p_value", "low_bits", "high_bits"):
        np.testing.assert_allclose(twice[column], once[column], rtol=1e-6, atol=1e-12)


def test_progress_ends_where_all_is_done():
    calls = []
    token_artefacts(knows_not, ["not a"] * 6, [1] * 6, classes=[0, 1], batch_size=5,
                    progress=lambda done, of: calls.append((done, of)))  # fmt: skip
    assert calls == [(5, 12), (10, 12), (12, 12)]


def test_floored_probabilities_are_told():
    def sure(texts):
        return np.tile([1.0, 0.0], (len(texts), 1))

    found = token_artefacts(sure, ["not a"] * 6, [1] * 6, classes=[0, 1])
    assert found.findings[0].evidence == "18 below 1e-12."


def test_the_plot_names_the_tokens():
    texts, y = planted(80)
    ax = token_artefacts(knows_not, texts, y, classes=[0, 1]).plot(k=2)
    assert len(ax.get_yticklabels()) == 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": [7] * 6}, "not trained on"),
        ({"labels": [1] * 5}, "6 texts"),
        ({"texts": [None] * 6}, "missing"),
        ({"texts": "a text"}, "one string"),
        ({"side": 1}, "one text an item"),
        ({"texts": [("a", "b")] * 6}, "side is None for pairs"),
        ({"folds": [0] * 6}, "one model"),
        ({"predict_proba": [knows_not], "folds": [0, 0, 0, 0, 0, 1]}, "for 1 models"),
        ({"predict_proba": [knows_not]}, "no callable"),
        ({"tokenizer": lambda text: ["##nt"]}, "as they stand"),
        ({"predict_proba": lambda texts: np.zeros((len(texts), 2))}, "do not sum to 1"),
    ],
)
def test_bad_input_is_named(change, message):
    given = {"predict_proba": knows_not, "texts": ["not a"] * 6, "labels": [1] * 6} | change
    with pytest.raises(ValueError, match=message):
        token_artefacts(**given, classes=[0, 1])


def test_tokens_are_found_by_pattern_or_by_what_cuts_the_text():
    assert token_spans("He said: don't!") == {"He": [(0, 2)], "said": [(3, 7)], "don't": [(9, 14)]}
    assert token_spans("a b a", str.split) == {"a": [(0, 1), (4, 5)], "b": [(2, 3)]}


@pytest.mark.parametrize(
    ("text", "token", "left"),
    [
        ("not a cat", "not", "a cat"),
        ("a cat, not", "not", "a cat,"),
        ("a not not cat", "not", "a cat"),
        ("nothing is not nothing", "not", "nothing is nothing"),
        ("not", "not", ""),
        ("a  cat", "cat", "a"),
    ],
)
def test_what_is_left_without_a_token(text, token, left):
    assert without_spans(text, token_spans(text)[token]) == left


def test_fold_models_are_those_of_the_pointwise_figures():
    texts, y = planted(120)
    models = fold_models("linear", texts, y, cv=3, random_state=4)
    result = pointwise_v_information("linear", texts, y, cv=3, random_state=4)
    log_p = [
        np.log(models.predict_proba[fold](texts[[item]])[0, y[item]])
        for item, fold in enumerate(models.folds)
    ]
    assert log_p == pytest.approx(result.log_p, abs=1e-6)
    found = token_artefacts(models.predict_proba, texts, y, classes=models.classes,
                            folds=models.folds)  # fmt: skip
    assert found.frame.groupby("class").first()["token"][1] == "leak"
