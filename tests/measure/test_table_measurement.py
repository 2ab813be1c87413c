import json
import re

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.datasets import load_breast_cancer, load_diabetes

from infometer.estimators import MutualInformationSelector
from infometer.measure import measure_table
from infometer.measure.table_task import TableTask
from infometer.reporting import report_to_json

N = 400
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def tumours():
    data = load_breast_cancer(as_frame=True)
    sizes = ["worst perimeter", "mean area", "mean radius", "mean concave points"]
    frame = data.data[[*sizes, "mean texture", "worst smoothness"]].copy()
    frame["shuffled"] = RNG.permutation(frame["mean area"])
    frame["id"] = [f"p{i}" for i in range(len(frame))]
    frame["site"] = "here"
    frame["diagnosis"] = data.target_names[data.target]
    return frame


@pytest.fixture(scope="module")
def measured(tumours):
    return measure_table(tumours, "diagnosis", top=4, random_state=0)


def test_figures_are_those_of_the_selector(tumours, measured):
    columns = tumours.columns[:7]
    selector = MutualInformationSelector(random_state=0).fit(tumours[columns], tumours["diagnosis"])
    figures = measured.frame.set_index("column")["value_nats"]
    np.testing.assert_allclose(figures[columns], selector.scores_, atol=1e-12)


def test_every_column_has_a_row_and_what_is_not_measured_no_rank(tumours, measured):
    frame = measured.frame.set_index("column")
    assert set(frame.index) == set(tumours.columns[:-1])
    assert frame["rank"].dropna().tolist() == list(range(1, 8))
    assert frame.loc["id", "read_as"] == "identifier"
    assert np.isnan(frame.loc["id", "value_nats"])
    assert frame.loc["site", "value_nats"] == 0.0
    assert frame.index[6] == "shuffled"
    assert (frame["adjusted_p_value"].iloc[:6] <= 0.05).all()
    assert frame.loc["shuffled", "adjusted_p_value"] > 0.05
    inside = frame["value_nats"].between(frame["low"], frame["high"])
    assert inside.iloc[:7].all()
    assert (frame["share_of_target"].iloc[:6] < 1).all()


def test_pairs_and_the_best_together_agree_with_the_singles(measured):
    pairs, singles = measured.pairs, measured.frame.set_index("column")["value_nats"]
    assert len(pairs) == 6
    np.testing.assert_allclose(pairs["first_nats"], singles[pairs["first"]], atol=1e-12)
    difference = pairs["joint_nats"] - pairs["first_nats"] - pairs["second_nats"]
    np.testing.assert_allclose(pairs["interaction_nats"], difference, atol=1e-12)
    assert (pairs["adjusted_p_value"] < 0.01).all()  # sizes of the same nuclei
    assert (pairs["interaction_nats"] < 0).all()
    steps = measured.together
    assert steps["value_nats"].iloc[0] == pytest.approx(singles.iloc[0], abs=1e-12)
    assert measured.chosen["value_nats"].is_monotonic_increasing
    assert not steps["kept"].iloc[-1]
    assert steps["end"].iloc[-1]


def test_the_answer_names_the_count_the_best_and_the_share(measured):
    best = measured.frame.iloc[0]
    bits = best["value_nats"] / np.log(2)
    answer = measured.answer("bits")
    assert answer.startswith("Of 7 columns (2 more not measured) 6 tell something about")
    assert f"“{best['column']}” most, {bits:.2f} bits of 0.95 (" in answer
    assert "together" in answer


def test_the_report_says_all_of_it(measured):
    report = measured.report("bits")
    document = json.loads(report_to_json(report))
    assert document["answer"] == measured.answer("bits")
    assert len(document["tables"]["How each column was read"]) == 9
    assert len(report.figures) == 3
    for draw in report.figures.values():
        from matplotlib.figure import Figure

        draw(Figure().add_subplot())
        assert draw.caption
    assert measured.plot().get_xlabel() == "I(X;Y), nats"
    assert json.dumps(measured.to_dict()["findings"])
    assert {finding.where for finding in report.findings} >= {"id", "site"}


def test_numbers_have_no_share_but_a_correlation():
    data = load_diabetes(as_frame=True).frame[["bmi", "s5", "sex", "target"]]
    result = measure_table(data, "target", top=1, random_state=0)
    assert result.frame["share_of_target"].isna().all()
    assert result.pairs.empty
    assert "as much as a correlation of 0." in result.answer()
    assert len(result.report().figures) == 1


def made(**columns):
    coin, other = RNG.integers(0, 2, (2, N))
    base = {"coin": coin, "other": other, "x": RNG.standard_normal(N)}
    return pd.DataFrame({**base, "y": np.where(coin ^ other, "odd", "even"), **columns})


def findings(result):
    return {finding.what: finding for finding in result.report().findings}


def test_columns_that_tell_only_together_are_found_and_said():
    result = measure_table(made(), "y", random_state=0)
    assert len(result.significant) == 0
    assert "None of 3 columns tells anything" in result.answer()
    assert re.search("But “.*” and “.*” together tell 0.(69|70) nats", result.answer())
    alone = measure_table(made(), "y", top=1, random_state=0)
    assert alone.answer().endswith("would not.")
    assert "--top 3 looks at all pairs." in {f.remedy for f in alone.report().findings}


def test_copies_and_what_is_made_from_the_target_are_told():
    frame = made()
    frame["minus"] = -3.0 * frame["x"] + 1
    frame["grade"] = frame["y"].map({"odd": "B", "even": "A"})
    found = findings(measure_table(frame, "y", top=2, random_state=0))
    leak = found["Nearly all there is to know about the target is told."]
    assert (leak.severity, leak.where) == ("warning", "grade")
    assert "a copy of it" in leak.evidence
    copies = found["Columns are copies of each other, up to names, units or direction."]
    assert copies.evidence == "“x”, “minus”."


def test_a_numeric_target_is_told_by_its_own_rescaling():
    frame = made(y=RNG.standard_normal(N))
    frame["pounds"] = 2.2 * frame["y"] + RNG.standard_normal(N) * 1e-6
    found = findings(measure_table(frame, "y", top=1, random_state=0))
    assert "pounds" in found["Nearly all there is to know about the target is told."].where


def test_missing_values_are_counted_and_their_meaning_is_found():
    frame = made()
    frame["x"] = frame["x"].where((frame["y"] == "odd") | (RNG.random(N) < 0.4))
    known = int(frame["x"].notna().sum())
    result = measure_table(frame, "y", top=1, random_state=0)
    row = result.frame.set_index("column").loc["x"]
    assert (row["n"], row["n_missing"]) == (known, N - known)
    assert row["adjusted_p_value"] > 0.05
    found = findings(result)
    assert (
        "“x” " + str(known) in found["Columns were measured in the rows that have them."].evidence
    )
    assert "That a value is missing tells something about the target by itself." in found
    filled = measure_table(frame, "y", top=1, missing="category", random_state=0)
    share = (frame["y"] == "odd").mean()
    # I(M;Y) by the chain rule; beside it x tells nothing
    gap = 0.6 * (1 - share)
    truth = -gap * np.log(gap) - (1 - gap) * np.log(1 - gap) - (1 - share) * entropy(0.6)
    row = filled.frame.set_index("column").loc["x"]
    assert row["n"] == N
    assert row["low"] < truth < row["high"]


def entropy(p):
    return -p * np.log(p) - (1 - p) * np.log(1 - p)


def test_columns_that_miss_much_are_not_put_together():
    frame = made(half=RNG.standard_normal(N))
    frame["y"] = np.where(frame["x"] + 0.5 * RNG.standard_normal(N) > 0, "up", "down")
    frame.loc[:199, "half"] = None
    result = measure_table(frame, "y", random_state=0)
    assert result.left_out == ("half",)
    assert result.together["n"].eq(N).all()


def test_many_labels_that_fit_by_chance_are_not_ranked_first():
    frame = made(code=RNG.integers(0, 80, N).astype(str))
    frame["y"] = np.where(frame["x"] + RNG.standard_normal(N) > 0, "up", "down")
    result = measure_table(frame, "y", top=2, random_state=0)
    assert result.frame["column"].iloc[0] == "x"
    assert result.frame.set_index("column").loc["code", "adjusted_p_value"] > 0.01


def test_small_classes_get_a_rough_interval_that_is_told():
    frame = made()
    frame.loc[:7, "y"] = "rare"
    result = measure_table(frame, "y", columns=["x"], random_state=0)
    assert result.frame["standard_error"].notna().all()
    assert "Some intervals are rough, and too narrow." in findings(result)


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_table_for_any_number_of_jobs_and_after_a_stop(tmp_path, monkeypatch, jobs):
    frame = made()
    frame["y"] = np.where(frame["x"] + frame["coin"] + RNG.standard_normal(N) > 0, "up", "down")
    with parallel_config("threading"):
        whole = measure_table(frame, "y", random_state=3, n_jobs=jobs)
    calls = []
    pair = TableTask._pair

    def stop(self, names, seed):
        calls.append(names)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return pair(self, names, seed)

    monkeypatch.setattr(TableTask, "_pair", stop)
    path = tmp_path / "rows.sqlite"
    with pytest.raises(KeyboardInterrupt):
        measure_table(frame, "y", path=path, random_state=3)
    for part in ("_alone", "_chance"):
        monkeypatch.setattr(TableTask, part, None)  # what is done is not done again
    calls.extend([[], []])
    again = measure_table(frame, "y", path=path, random_state=3)
    assert len(calls) == 2 + 2 + 2
    for name in ("frame", "pairs", "together"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(whole, name), atol=1e-12)


def test_progress_ends_at_its_total():
    told = []
    measure_table(made(), "y", random_state=0, progress=lambda *step: told.append(step))
    assert told[-1][0] == told[-1][1]
    assert all(done <= total for done, total in told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"top": 0}, "top is 0"), ({"alpha": 1.0}, "alpha is 1.0"), ({"level": 0}, "level is 0"),
     ({"k": 0.5}, "k is 0.5"), ({"max_rows": 3}, "max_rows is 3"), ({"columns": "x"}, "a list")],
)  # fmt: skip
def test_wrong_settings_are_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        measure_table(made(), "y", **settings)
