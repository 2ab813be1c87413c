"""The difficulty of a labelled set: planted faults come out on top, decisions come back."""

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from infometer.usable import (
    apply_review,
    dataset_difficulty,
    match_classes,
    match_probabilities,
    read_labelled_table,
    review_table,
    scipy_summaries,
)

WORDS = {"fruit": ["apple", "pear", "plum"], "metal": ["iron", "zinc", "tin"]}
LINEAR = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10))
FILLERS = [f"word{k}" for k in range(40)]


def labelled(n=120, flipped=(5, 50)):
    rng = np.random.default_rng(0)
    rows = []
    for i in range(n):
        label = ("fruit", "metal")[i % 2]
        text = " ".join([rng.choice(WORDS[label]), *rng.choice(FILLERS, 3)])
        shown = label if i not in flipped else {"fruit": "metal", "metal": "fruit"}[label]
        rows.append((f"{text} {i}", shown, "first" if i < n // 2 else "second"))
    return pd.DataFrame(rows, columns=["text", "label", "half"])


@pytest.fixture(scope="module")
def found():
    table = read_labelled_table(labelled(), text="text", label="label")
    return dataset_difficulty(table, estimator=LINEAR, random_state=0)


def test_flipped_labels_are_the_lowest_and_the_most_suspect(found):
    assert set(found.lowest(2)["row"]) == {5, 50}
    assert set(found.suspects.to_frame().head(2)["item"]) == {5, 50}
    rows = found.to_frame()
    assert set(rows.nsmallest(2, "suspect_rank")["row"]) == {5, 50}
    assert sorted(rows["easy_first_rank"]) == list(range(1, 121))


def test_the_words_that_tell_are_found(found):
    top = found.artefacts.to_frame().groupby("class").head(2)
    for label, words in WORDS.items():
        assert set(top.loc[top["class"] == label, "token"]) <= set(words)


def test_columns_without_a_role_become_slices(found):
    slices = found.slices.to_frame()
    assert set(slices["column"]) == {"label", "words", "half"}
    assert found.to_frame().columns[:4].tolist() == ["row", "text", "label", "half"]


def test_a_report_shows_the_hardest_text(found):
    report = found.report()
    hardest = next(iter(report.tables.values()))
    assert hardest["text"].iloc[0] == found.lowest(1)["text"].iloc[0]
    assert "bits" in report.answer
    assert all(finding.what for finding in report.findings)


def test_the_same_seed_gives_the_same_figures(found):
    again = dataset_difficulty(found.table, estimator=LINEAR, random_state=0)
    pd.testing.assert_frame_equal(again.to_frame(), found.to_frame())


def test_a_persons_decisions_come_back(found):
    review = review_table(found, n=10)
    assert set(review["row"].head(2)) == {5, 50}
    review.loc[review["row"] == 5, ["decision", "new_label"]] = ["Relabel", "metal"]
    review.loc[review["row"] == 50, "decision"] = "drop"
    corrected, counts = apply_review(found.table, review)
    assert counts == {"undecided": 8, "relabel": 1, "drop": 1}
    assert len(corrected) == 119
    assert corrected.loc[corrected["row"] == 5, "label"].tolist() == ["metal"]
    assert 50 not in corrected["row"].tolist()
    mended = read_labelled_table(corrected, text="text", label="label")
    again = dataset_difficulty(mended, estimator=LINEAR, random_state=0)
    assert again.result.information.value > found.result.information.value


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"decision": "maybe"}, "decision 'maybe'"),
        ({"decision": "relabel", "new_label": "wood"}, "'wood'; expected one of"),
        ({"mark": "0123456789ab"}, "do not fit the table"),
        ({"row": 7}, "more than once|do not fit"),
        ({"row": 999}, "do not fit the table"),
    ],
)
def test_a_review_that_does_not_fit_is_refused(found, change, message):
    review = review_table(found, n=3)
    for name, value in change.items():
        review.loc[0, name] = value
    with pytest.raises(ValueError, match=message):
        apply_review(found.table, review)
    with pytest.raises(ValueError, match="no columns"):
        apply_review(found.table, review.drop(columns="mark"))


def test_labels_that_are_numbers_survive_a_spreadsheet():
    frame = pd.DataFrame({"text": list("abcd"), "label": [0, 1, 0, 1]})
    table = read_labelled_table(frame, text="text", label="label")
    p = [[0.9, 0.1], [0.2, 0.8], [0.9, 0.1], [0.9, 0.1]]
    review = review_table(dataset_difficulty(table, probabilities=p, classes=[0, 1]), n=1)
    review.loc[0, "decision"] = "relabel"
    corrected, _ = apply_review(table, review.assign(new_label=0.0))
    assert corrected["label"].tolist() == [0, 1, 0, 0]


def test_truth_values_and_marks_of_digits_survive_a_spreadsheet(tmp_path):
    frame = pd.DataFrame({"text": [f"text {i}" for i in range(60)], "label": [True, False] * 30})
    table = read_labelled_table(frame, text="text", label="label")
    p = np.tile([[0.2, 0.8], [0.8, 0.2]], (30, 1))
    review = review_table(dataset_difficulty(table, probabilities=p, classes=[False, True]))
    assert review["mark"].str.fullmatch("m[0-9a-f]{12}").all()
    review.loc[review["row"] == 4, ["decision", "new_label"]] = ["relabel", "FALSE"]
    review.to_csv(tmp_path / "review.csv", index=False)
    corrected, _ = apply_review(table, pd.read_csv(tmp_path / "review.csv"))
    assert corrected["label"].tolist() == [
        True,
        False,
        True,
        False,
        False,
        False,
        *[True, False] * 27,
    ]
    assert corrected["label"].dtype == bool


def test_given_probabilities_are_those_of_the_rows_that_were_kept():
    frame = pd.DataFrame({"text": ["a", None, "b", "c"], "label": ["no", "no", "yes", "yes"]})
    table = read_labelled_table(frame, text="text", label="label", missing="pairwise")
    p = pd.DataFrame({"No": [0.9, 0.5, 0.1, 0.4], "YES": [0.1, 0.5, 0.9, 0.6]})
    given, classes = match_probabilities(p, table)
    assert classes == ["no", "yes"]
    np.testing.assert_array_equal(given[:, 0], [0.9, 0.1, 0.4])
    shuffled = p.assign(row=range(4)).iloc[::-1]
    np.testing.assert_array_equal(match_probabilities(shuffled, table)[0], given)
    with pytest.raises(ValueError, match="3 rows and the table 4"):
        match_probabilities(p.head(3), table)
    with pytest.raises(ValueError, match="none of the classes"):
        match_probabilities(p.rename(columns={"YES": "perhaps"}), table)


def test_probabilities_that_are_none_are_named_by_their_column():
    table = read_labelled_table(labelled(), text="text", label="label")
    percent = pd.DataFrame({"fruit": [90.0, 10.0] * 60, "metal": [10.0, 90.0] * 60})
    with pytest.raises(ValueError, match=r"column 'fruit' .* from 10 to 90; expected 0 to 1"):
        match_probabilities(percent, table)


def test_a_class_that_no_row_has_is_guessed_and_told():
    table = read_labelled_table(labelled(80, ()), text="text", label="label")
    p = np.tile([[0.9, 0.05, 0.05], [0.05, 0.9, 0.05]], (40, 1))
    p[3] = [0.1, 0.2, 0.7]
    found = dataset_difficulty(table, probabilities=p, classes=["fruit", "metal", "wood"])
    assert found.suspects.to_frame().iloc[0][["item", "guess"]].tolist() == [3, "wood"]
    assert list(found.suspects.confident_joint) == ["fruit", "metal"]
    assert not any("copies" in finding.what for finding in found.findings)


def test_a_class_of_another_type_keeps_the_guesses_right():
    frame = labelled(80, ()).assign(label=[0, 1] * 40)
    table = read_labelled_table(frame, text="text", label="label")
    p = np.tile([[0.9, 0.05, 0.05], [0.05, 0.9, 0.05]], (40, 1))
    p[3] = [0.1, 0.2, 0.7]
    found = dataset_difficulty(table, probabilities=p, classes=[0, 1, "LABEL_2"])
    assert found.result.accuracy == 79 / 80
    assert found.to_frame()["predicted"].iloc[[0, 3]].tolist() == ["0", "LABEL_2"]


def test_class_names_of_a_model():
    assert match_classes(["LABEL_0", "LABEL_1", "LABEL_2"], np.array([2, 1])) == ["LABEL_0", 1, 2]
    with pytest.raises(ValueError, match="none of the classes"):
        match_classes(["yes", "Yes"], np.array(["yes"]))


def test_several_annotators_keep_an_item_in_one_fold():
    frame = labelled(60, flipped=())
    three = pd.concat([frame.assign(who=name, item=range(60)) for name in "abc"])
    bad = (three["who"] == "c") & (three["item"] % 3 == 0)
    other = {"fruit": "metal", "metal": "fruit"}
    three.loc[bad, "label"] = three.loc[bad, "label"].map(other)
    table = read_labelled_table(
        three, text="text", label="label", item="item", annotator="who"
    )  # fmt: skip
    found = dataset_difficulty(table, estimator=LINEAR, random_state=0)
    assert table.groups is not None
    people = found.by_annotator()
    assert people["annotator"].iloc[0] == "c"
    assert people["adjusted_p_value"].iloc[0] < 0.01
    assert found.table.annotators.agreement.value < 1


def test_pairs_keep_the_names_of_their_columns():
    frame = labelled(60, ()).rename(columns={"text": "said"}).assign(heard="nothing else")
    table = read_labelled_table(frame, text="heard", text2="said", label="label", missing="error")
    assert table.groups is not None
    apart = read_labelled_table(
        frame.assign(heard=[f"nothing {i}" for i in range(60)]),
        text="heard", text2="said", label="label",
    )  # fmt: skip
    found = dataset_difficulty(apart, estimator="linear", cv=2, random_state=0)
    assert set(found.artefacts.top(1)["token"]) <= {*WORDS["fruit"], *WORDS["metal"]}


def test_columns_that_bear_the_names_of_figures_are_kept():
    frame = labelled(40, ()).assign(predicted="mine", words=1.5)
    table = read_labelled_table(frame, text="text", label="label")
    p = np.tile([[0.9, 0.1], [0.1, 0.9]], (20, 1))
    found = dataset_difficulty(table, probabilities=p, classes=["fruit", "metal"])
    rows = found.to_frame()
    assert (rows["table_predicted"] == "mine").all()
    assert rows["predicted"].tolist() == ["fruit", "metal"] * 20
    assert {"words of text"} <= set(found.slices.to_frame()["column"])


def test_rows_left_out_are_told():
    frame = labelled(60, ()).assign(label=[0, 1] * 30)
    frame["label"] = frame["label"].astype(float)
    frame.loc[[3, 4], "label"] = np.nan
    table = read_labelled_table(frame, text="text", label="label", missing="pairwise")
    assert table.labels.dtype.kind == "i"
    p = np.full((58, 2), 0.5)
    found = dataset_difficulty(table, probabilities=p, classes=[0, 1])
    (told,) = (finding for finding in found.findings if finding.where == "rows")
    assert "2 of 60 rows" in told.evidence


def test_copies_of_a_text_are_one_group():
    frame = pd.concat([labelled(40)] * 2)
    table = read_labelled_table(frame, text="text", label="label")
    assert len(np.unique(table.groups)) == 40


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        (labelled(), {"label": "class"}, "no columns \\['class'\\]"),
        (labelled(), {"text2": "text"}, "two roles"),
        (labelled(), {"item": "half"}, "give both columns"),
        (labelled().assign(text=1.5), {}, "holds 1.5 of type float"),
        (labelled().assign(label="one"), {}, "has 1 label"),
        (labelled().assign(label=range(120)), {}, "120 different values"),
        (labelled().assign(label=None), {}, "missing values"),
        (labelled().rename(columns={"label": "correct"}), {"label": "correct"}, "correct_given"),
        (labelled().assign(row="a"), {}, "column 'row' holds"),
        (labelled(), {"missing": "drop"}, "missing is 'drop'"),
    ],
)
def test_bad_tables_are_named(frame, options, message):
    with pytest.raises(ValueError, match=message):
        read_labelled_table(frame, **{"text": "text", "label": "label", **options})


def test_a_missing_label_may_be_a_class():
    frame = labelled(40)
    frame.loc[3, "label"] = None
    frame.loc[4, "text"] = None
    table = read_labelled_table(frame, text="text", label="label", missing="category")
    assert table.labels[3] == "(missing)"
    assert table.texts[4] == ""


def test_summaries_are_there_without_any_data():
    frame = scipy_summaries()
    assert frame["label"].nunique() == 6
    assert (frame["text"].str.len() > 5).all()


def test_a_text_is_no_formula_in_the_review():
    frame = pd.DataFrame({"text": ["=1+1", "b", "c", "d"], "label": [0, 1, 0, 1]})
    table = read_labelled_table(frame, text="text", label="label")
    p = [[0.1, 0.9], [0.2, 0.8], [0.9, 0.1], [0.3, 0.7]]
    review = review_table(dataset_difficulty(table, probabilities=p, classes=[0, 1]), n=1)
    assert review["text"].tolist() == ["'=1+1"]
    corrected, _ = apply_review(table, review.assign(decision="keep"))
    assert corrected["text"].iloc[0] == "=1+1"
